#!/usr/bin/perl
# Runs a program in a session of its own, which has no terminal: whatever it starts can neither ask a person at the terminal
# nor change the terminal's modes.
#
#	detached.pl [--took] COMMAND [ARGUMENTS]
#
# --took adds a last line to standard output, a comment in TAP: "# took 12.3 s, 4.5 s of a processor". The latter is what the
# program and all that it waited for computed, whatever else the host did.
# Standard output and error stay what they are; standard input, where it is a terminal, is empty. SIGINT, SIGTERM, SIGHUP and
# SIGQUIT are handed on to all of the program's process group; the end is the program's: its status, or its signal.
use strict;
use warnings;
use POSIX ();
use IO::Handle ();
use Time::HiRes qw(time);

my $begin = time;
my $took = @ARGV && $ARGV[0] eq '--took' && shift @ARGV;
die "detached.pl: which program?\n" unless @ARGV;
my @signals = qw(INT TERM HUP QUIT);
my $blocked = POSIX::SigSet->new(map { POSIX->can("SIG$_")->() } @signals);
my $before = POSIX::SigSet->new;
# None may come before there is a group to hand it to.
POSIX::sigprocmask(POSIX::SIG_BLOCK(), $blocked, $before);
my $pid = fork // die "detached.pl: fork: $!\n";
if (!$pid) {
	POSIX::setsid() > 0 or die "detached.pl: setsid: $!\n";
	POSIX::sigprocmask(POSIX::SIG_SETMASK(), $before);
	if (-t STDIN) {
		open STDIN, '<', '/dev/null' or die "detached.pl: /dev/null: $!\n";
	}
	no warnings 'exec';
	exec {$ARGV[0]} @ARGV;
	print STDERR "detached.pl: $ARGV[0]: $!\n";
	POSIX::_exit(127);
}
for my $signal (@signals) {
	# What is ignored stays so, for the program as well.
	next if ($SIG{$signal} // '') eq 'IGNORE';
	$SIG{$signal} = sub { kill($signal, -$pid) || kill($signal, $pid) };
}
POSIX::sigprocmask(POSIX::SIG_SETMASK(), $before);
1 while waitpid($pid, 0) != $pid;
my $status = $?;
if ($took) {
	my (undef, undef, $user, $system) = times;
	printf "# took %.1f s, %.1f s of a processor\n", time - $begin, $user + $system;
}
exit $status >> 8 unless $status & 127;
my $signal = $status & 127;
# The signal would leave the buffer unwritten.
STDOUT->flush;
POSIX::sigaction($signal, POSIX::SigAction->new('DEFAULT'));
kill $signal, $$;
exit 128 + $signal;
