#include "config.h"

#include "term/tty.h"

#include <langinfo.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

bool tty_is_terminal(int fd) {
	return isatty(fd) == 1;
}

bool tty_is_foreground(int fd) {
	pid_t group = tcgetpgrp(fd);
	return group <= 0 || group == getpgrp();
}

int tty_columns(int fd) {
	struct winsize size;
	return ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

bool tty_is_utf8(void) {
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}
