#include "config.h"

#include "term/tty.h"

#include <langinfo.h>
#include <string.h>
#include <unistd.h>

bool tty_is_terminal(int fd) {
	return isatty(fd) == 1;
}

bool tty_is_foreground(int fd) {
	pid_t group = tcgetpgrp(fd);
	return group <= 0 || group == getpgrp();
}

bool tty_is_utf8(void) {
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}
