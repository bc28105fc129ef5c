#!/usr/bin/perl
# The suite run at a terminal leaves the terminal alone: nothing that a test starts can ask a person there for a code, or change
# its modes, however the test is started.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use Test::More;

my $script = '/usr/bin/script';
BAIL_OUT("$script is missing: this test needs a terminal to run in") unless -x $script;
# CHECK_ECS_LIB: the library of another version, to see it fail.
my $library = $ENV{CHECK_ECS_LIB} // "$FindBin::Bin/lib";
my $detached = "$FindBin::Bin/../detached.pl";
my ($seen, $before, $after) = map { tempdir() . "/$_" } qw(seen before after);

# Takes the plugin's place: asks as a program for codes does, for which nobody is there.
my $asks = keep_file(<<~"SH", 'asks');
	#!/bin/sh
	if (: </dev/tty) 2>/dev/null; then
		echo terminal >>$seen
		stty -echo </dev/tty
		printf 'Enter MFA code: ' >/dev/tty
	else
		echo none >>$seen
	fi
	! test -t 0 || echo 'standard input' >>$seen
	echo 'ECS OK - prod: asked'
	SH
chmod 0755, $asks;

# In a terminal of its own -> what it showed.
sub at_terminal {
	my ($how, $command) = @_;
	unlink $seen, $before, $after;
	my $screen = keep_file('', 'screen');
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		setpgrp;
		$ENV{TERM} = 'xterm';
		open STDIN, '<', '/dev/null';
		open STDOUT, '>', $screen;
		open STDERR, '>', '/dev/null';
		no warnings 'exec';
		exec $script, '-qec', "stty -a >$before; $command; echo \"status \$?\"; stty -a >$after", '/dev/null';
		POSIX::_exit(127);
	}
	CheckECS::await($pid, 90 * time_factor());
	my $shown = CheckECS::slurp($screen);
	is(join('', map { CheckECS::slurp($_) } grep { -e } $after), join('', map { CheckECS::slurp($_) } grep { -e } $before), "$how: the terminal's modes are what they were");
	# What a program said elsewhere is quoted behind '#'.
	unlike($shown, qr/^(?!#).*MFA code/m, "$how: nobody is asked for a code");
	return $shown;
}

my $sample = keep_file(<<~'PERL', 'sample.t');
	use strict;
	use warnings;
	use CheckECS;
	use Test::More;
	is(run_plugin({quiet => 1}, '-c', 'prod')->{exit}, 0, 'the plugin is run');
	is(system(plugin_path()), 0, 'and so, whoever starts it');
	done_testing;
	PERL
my $plugin = plugin_path();
$ENV{CHECK_ECS_PLUGIN} = $asks;
for my $case (['by hand', "$^X -w -I$library $sample", 2], ['by prove', "prove -w -I$library $sample", 2], ['as make does', "$^X $detached $asks", 1]) {
	my ($how, $command, $runs) = @$case;
	my $shown = at_terminal($how, $command);
	is(-e $seen ? CheckECS::slurp($seen) : 'nothing was run', "none\n" x $runs, "$how: no terminal is found") or diag $shown;
	like($shown, qr/^status 0\r?$/m, "$how: it passes") or diag $shown;
}

# make runs all tests that way.
my $makefile = CheckECS::slurp("$FindBin::Bin/../../Makefile.am");
like($makefile, qr/^$_ = \$\(detached\)/m, "$_ of Makefile.am") for qw(T_LOG_COMPILER LOG_COMPILER);

# The end is the program's own, and a signal reaches it.
is(system($^X, $detached, 'sh', '-c', 'exit 7') >> 8, 7, 'the status is handed on');
is(system($^X, $detached, 'sh', '-c', 'kill -KILL $$') & 127, 9, 'the signal is handed on');
is(system("$^X $detached ./none 2>/dev/null") >> 8, 127, 'no such program');
for my $signal (qw(TERM INT HUP)) {
	my $ready = keep_file('', 'ready');
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		no warnings 'exec';
		exec $^X, $detached, 'sh', '-c', "sleep 600 & echo \$! >$ready; wait";
		POSIX::_exit(127);
	}
	my $sleeps = '';
	for (1 .. 1000 * time_factor()) {
		($sleeps) = CheckECS::slurp($ready) =~ /^(\d+)\n/ and last;
		select undef, undef, undef, 0.02;
	}
	kill $signal, $pid;
	my ($status) = CheckECS::await($pid, 20 * time_factor());
	is($status & 127, POSIX->can("SIG$signal")->(), "SIG$signal ends it");
	# A shell has its background programs ignore SIGINT.
	kill 'KILL', $sleeps if $sleeps && $signal eq 'INT';
	my $gone = !$sleeps;
	for (1 .. 500 * time_factor()) {
		last if $gone = !kill 0, $sleeps;
		select undef, undef, undef, 0.02;
	}
	ok($gone, "SIG$signal ends what it started");
}

# The row of the suite that asked.
SKIP: {
	skip 'the AWS CLI is not installed', 3 unless -x '/usr/bin/aws';
	my $row = keep_file(<<~'PERL', 'row.t');
		use strict;
		use warnings;
		use CheckECS::IssuedChoices;
		use CheckECS::SideBySide;
		use Test::More;
		hold_side_by_side(grep { $_->{name} eq 'a role that needs a code' } CheckECS::IssuedChoices->rows);
		done_testing;
		PERL
	$ENV{CHECK_ECS_PLUGIN} = $plugin;
	my $shown = at_terminal('a role that needs a code', "$^X -w -I$library $row");
	like($shown, qr/^ok \d+ - a role that needs a code: AWS CLI/m, 'the AWS CLI is refused') or diag $shown;
}
done_testing;
