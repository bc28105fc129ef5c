#!/usr/bin/perl
# Lets each system call of some kinds fail in turn, one run a point, counted from main() on, and looks at what comes out: the
# true state or UNKNOWN, one whole result, in time, no crash.
#
#	perl -Itests/e2e/lib tests/torture/io.pl [--scenario=NAME] [--every=1]
#
# NAME: one of Scenario.pm's. Environment as in tests/README.md, and CC. Needs strace and permission to trace own processes.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/../e2e/lib", $FindBin::Bin;
use CheckECS;
use Getopt::Long;
use Scenario;
use Time::HiRes qw(time);

my %option = (scenario => 'plain', every => 1);
GetOptions(\%option, 'scenario=s', 'every=i') && !@ARGV or die "see the head of $0\n";

# What the manual pages of these calls name, and what interrupts them.
my %errors = (
	openat => [qw(EACCES EMFILE ENOENT)],
	read => [qw(EIO EINTR)],
	write => [qw(EIO ENOSPC EPIPE)],
	socket => [qw(EMFILE EAFNOSUPPORT)],
	connect => [qw(ECONNREFUSED ENETUNREACH)],
	poll => [qw(EINTR ENOMEM)],
	sendto => [qw(ECONNRESET EPIPE)],
	recvfrom => [qw(ECONNRESET EIO)],
);

system('strace -V >/dev/null 2>&1') == 0 or die "strace is missing, without which no system call can be made to fail\n";
my $scenario = Scenario->new($option{scenario});

sub run_with {
	my ($trace, @words) = @_;
	$scenario->rearm;
	my %env = $scenario->environment(0);
	my @prefix = ('strace', '-f', '-qq', '-o', $trace, (map { ('-E', "$_=$env{$_}") } grep { defined $env{$_} } sort keys %env), @words);
	return $scenario->run({name => "@words", env => {map { $_ => undef } keys %env}, prefix => \@prefix}, '-t', 5);
}

# -> how many calls of the kind come before main, how many in all
sub count_calls {
	my ($call) = @_;
	my $trace = keep_file('', 'strace');
	my $run = run_with($trace, '-e', "trace=$call,access");
	die "the run without a fault has not the true state: $run->{text}\n" if ($run->{state} // '') ne 'WARNING';
	my ($before, $all) = (0, 0);
	open my $file, '<', $trace or die "$trace: $!";
	while (my $line = <$file>) {
		$before = $all if $line =~ m{"/torture/main-begins"};
		$all++ if $line =~ /^\d+\s+\Q$call\E\(/;
	}
	return ($before, $all);
}

my ($begin, %count, @shown) = (time);
for my $call (sort keys %errors) {
	my ($before, $all) = count_calls($call);
	printf "%-8s %d from main() on\n", $call, $all - $before;
	for my $error (@{$errors{$call}}) {
		for (my $n = $before + 1; $n <= $all; $n += $option{every}) {
			my $trace = keep_file('', 'strace');
			my $run = run_with($trace, '-e', "trace=$call", '-e', "inject=$call:error=$error:when=$n");
			my ($hit) = grep { /INJECTED/ } do { open my $file, '<', $trace or die "$trace: $!"; <$file> };
			# The result itself could not be written: nothing, and the worse of UNKNOWN and the true state, which is WARNING here.
			my $lost = $call eq 'write' && $hit && $hit =~ /write\(1,/;
			my ($word, $text) = $lost ? ($run->{exit} == 1 && !$run->{signal} ? 'exit 1, not written' : 'BROKEN', "exit $run->{exit}")
				: $scenario->judge($run, $hit, $hit // '');
			$count{$word}++;
			push @shown, "  $call $n $error: $word: $text\n" if $text && $word =~ /BROKEN|CRASH/i;
			unlink glob tempdir() . '/[0-9]*-{strace,stdout,stderr,state}';
		}
	}
}
binmode STDOUT, ':encoding(UTF-8)';
print @shown;
printf "%-28s %d\n", $_, $count{$_} for sort keys %count;
printf "%.0f s\n", time - $begin;
exit((grep { /\A(?:BROKEN|CRASHED)/ } keys %count) || !%count ? 1 : 0);
