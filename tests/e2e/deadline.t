#!/usr/bin/perl
# The deadline and signals: one clean result in time, whatever the server does.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use Test::More;

my $body = <<'ACCOUNT';
cluster prod region=eu-west-1
service api desired=3 running=0
	cpu flat=34.4
ACCOUNT
my $bound = 3 * time_factor();
my $seconds = $ENV{CHECK_ECS_WRAPPER} ? 6 : 2; # within two seconds valgrind has hardly begun

my %faults = (
	'hang' => [qr/time|deadline/i], 'trickle' => [qr/time|deadline/i], 'throttle' => [qr/thrott|Rate exceeded/i], '429' => [qr/thrott|429/i],
);
for my $operation (qw(ListServices GetMetricData DescribeServices)) {
	for my $kind (sort keys %faults) {
		next if $operation eq 'DescribeServices' && $kind =~ /throttle|429/;
		my $standin = standin($body, "--fault=$operation:$kind");
		my $run = $standin->check({name => "$operation:$kind"}, '-c', 'prod', '-t', $seconds);
		$run->exits('UNKNOWN');
		cmp_ok($run->{own_seconds}, '<', $bound, "$operation:$kind ends in time");
		$run->says("$operation:$kind: the text", @{$faults{$kind}});
	}
}
for my $kind (qw(half reset 500 garbage huge)) {
	my $standin = standin($body, "--fault=*:$kind");
	my $run = $standin->check({name => "*:$kind"}, '-c', 'prod', '-t', $seconds);
	$run->exits('UNKNOWN');
	cmp_ok($run->{own_seconds}, '<', $bound, "*:$kind ends in time");
}
{
	my $slow = standin($body, '--latency-ms=5000');
	my $run = $slow->check({name => 'a slow server'}, '-c', 'prod', '-t', $seconds);
	$run->exits('UNKNOWN');
	cmp_ok($run->{own_seconds}, '<', $bound, 'a slow server: in time');
	$run = $slow->check({name => '-t 1'}, '-c', 'prod', '-t', 1);
	cmp_ok($run->{own_seconds}, '<', 2 * time_factor(), '-t 1: in time');
}

# The state when the deadline strikes.
my $hanging = standin($body, '--fault=*:hang');
for my $case (
	[[], 'UNKNOWN'], [['--timeout-result=ok'], 'OK'], [['--timeout-result=warning'], 'WARNING'], [['--timeout-result=critical'], 'CRITICAL'],
	[['--timeout-result=0'], 'OK'], [['--timeout-result=2'], 'CRITICAL'], [['-t', "$seconds:CRITICAL"], 'CRITICAL'], [['-t', "$seconds:warning"], 'WARNING'],
	[['-t', "$seconds:CRITICAL", '--timeout-result=ok'], 'OK'], [['--timeout-result=ok', '-t', "$seconds:CRITICAL"], 'CRITICAL'],
	[['-t', ':WARNING', '-t', $seconds], 'WARNING'], [['--timeout-result=critical', '-t', "$seconds:"], 'CRITICAL'],
) {
	my ($arguments, $state) = @$case;
	my $run = $hanging->check('-c', 'prod', '-t', $seconds, @$arguments);
	$run->exits($state, "the state of: @$arguments");
	cmp_ok($run->{own_seconds}, '<', $bound, 'in time');
}

# What the list has told by then, it has told: a pattern that matches nothing is not hidden by the timeout's state.
{
	my $mute = standin($body, '--fault=GetMetricData:hang');
	for my $case ([['-s', 'api'], 'OK'], [['-s', 'api', '-s', 'ghost*'], 'UNKNOWN']) {
		my ($patterns, $state) = @$case;
		my $run = $mute->check({name => "@$patterns, a hanging service"}, '-c', 'prod', '-t', $seconds * time_factor() . ':OK', @$patterns);
		$run->exits($state);
		$run->says('what matches nothing', qr/^\[UNKNOWN\] .*'ghost\*'/m) if $state eq 'UNKNOWN';
	}
}

# Known breaches when it strikes: two GetMetricData calls, one of them never answered.
for my $case ([97.5, 'CRITICAL', 'ok'], [97.5, 'CRITICAL', 'warning'], [85.5, 'WARNING', 'ok'], [85.5, 'CRITICAL', 'critical'], [20.5, 'OK', 'ok']) {
	my ($value, $state, $result) = @$case;
	my $standin = standin("cluster prod region=eu-west-1\n" . join('', map { "service s$_ desired=1 running=1\n\tcpu flat=$value\n" } 1 .. 600),
		'--fault=GetMetricData:hang:1');
	my $run = $standin->check('-c', 'prod', '-m', 'cpu', '-t', 3 * time_factor(), "--timeout-result=$result");
	$run->exits($state, "known $value %, --timeout-result=$result");
	cmp_ok($run->{own_seconds}, '<', 4 * time_factor(), 'in time');
	$run->says('the text says that time ran out', qr/time|deadline/i);
	$run->says('the known breach is reported', qr/s\d+ cpu \Q$value\E%/) if $value > 80;
}

# Signals end the run likewise, with UNKNOWN as the state.
for my $signal (qw(TERM INT HUP)) {
	for my $result (qw(unknown critical ok)) {
		my $run = $hanging->check({name => "SIG$signal, --timeout-result=$result", signal => [$signal, 0.7]},
			'-c', 'prod', '-t', 20 * time_factor(), "--timeout-result=$result");
		$run->exits('UNKNOWN');
		cmp_ok($run->{own_seconds}, '<', 3 * time_factor(), "SIG$signal: ends soon");
		is(scalar(grep { /^ECS / } @{$run->{lines}}), 1, "SIG$signal: one result");
	}
}

done_testing;
