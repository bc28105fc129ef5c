package CheckECS::Terminal;
# Runs of the plugin whose standard input, output and error are a pseudo terminal, which script(1) makes.

use strict;
use warnings;
use CheckECS;
use POSIX ();
use Test::More;

my $script = '/usr/bin/script';

# run({changes to the environment}, redirections of the shell, arguments...) -> {exit, text, raw}; the text is without the
# line of progress.
sub run {
	my ($change, $redirection, @arguments) = @_;
	BAIL_OUT("$script is missing: this test needs a terminal to run in") unless -x $script;
	my @words = map { s/'/'\\''/gr } plugin_command(), '-t', int(10 * time_factor()), @arguments;
	my $command = join(' ', map { "'$_'" } @words) . $redirection;
	my %environment = plugin_environment(TERM => 'xterm', SHELL => '/bin/sh', LC_ALL => 'C.UTF-8', %$change);
	my $out = keep_file('', 'typescript-out');
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		no warnings 'exec';
		setpgrp;
		%ENV = %environment;
		open STDIN, '<', '/dev/null';
		open STDOUT, '>', $out;
		open STDERR, '>', '/dev/null';
		exec $script, '-qec', $command, '/dev/null';
		POSIX::_exit(127);
	}
	my ($status) = CheckECS::await($pid, 60 * time_factor());
	my $raw = CheckECS::slurp($out);
	my $text = $raw =~ s/\r\n/\n/gr;
	# How far the run has got, and its taking away, are progress.t's.
	$text =~ s/\r\d+ services(?: so far)?, \d+ of \d+ series fetched *\r//g;
	$text =~ s/\r {10,72}\r//g;
	utf8::decode($text);
	return {exit => $status >> 8, raw => $raw, text => $text};
}

1;
