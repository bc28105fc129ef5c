#!/usr/bin/perl
# Whether and when a call is tried again: what counts against the attempts, the quota that all calls share, what the
# service asks for, how long the pauses are. The figures are the SDKs' default since 10 November 2026. Where a pause
# does not matter, its random part is nothing.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Metadata;
use CheckECS::Preload;
use CheckECS::Scripted;
use Test::More;

my %at_once = preloaded(preload("$FindBin::Bin/preload/no_jitter.c"));
my $one = "cluster prod region=eu-west-1\nservice api desired=1 running=1\n\tcpu flat=34.4\n\tmemory flat=51.5\n";
my $role = 'arn:aws:iam::123456789012:role/Monitoring';
my @patient = ('-t', 30 * time_factor());

# Throttling that is borne to the deadline leaves the attempts to other errors.
for my $case ([ListServices => 0], [GetMetricData => 0], [AssumeRole => 1]) {
	my ($operation, $by_role) = @$case;
	my $standin = standin(CheckECS::StandIn->identity_lines . $one, "--fault=$operation:throttle:5", "--fault=$operation:503:2");
	my %env = (%at_once, $by_role ? %{$standin->identity_environment(AWS_ACCESS_KEY_ID => 'AKIDALICE', AWS_SECRET_ACCESS_KEY => 'alice/Secret+1')} : ());
	my $run = $standin->check({name => "$operation: throttled, then failing", env => \%env}, '-c', 'prod', @patient, '--no-cache', $by_role ? "--role-arn=$role" : ());
	$run->exits('OK');
	is($standin->calls($operation), 8, "$operation: five throttled, two failed, one answered");
}
{
	my $standin = standin($one, '--fault=ListServices:throttle:2', '--fault=ListServices:503:1');
	$standin->check({name => 'AWS_MAX_ATTEMPTS counts them all', env => {%at_once, AWS_MAX_ATTEMPTS => 3}}, '-c', 'prod', @patient)->exits('UNKNOWN');
	is($standin->calls('ListServices'), 3, 'three attempts in all');
}

# The SDKs' token bucket: 500, a retry takes 14 (after throttling 5), a success gives back what its last retry took.
my $two_batches = "cluster prod region=eu-west-1\n" . join '', map { "service s$_ desired=1 running=1\n\tcpu flat=34.4\n\tmemory flat=51.5\n" } 1 .. 300;
for my $case (
	['two calls share it', $two_batches, 0, 2 + int(500 / 14)],
	['20 retries, of which the last is given back', $one, 20, 1 + int((500 - 20 * 14 + 14) / 14)],
) {
	my ($name, $account, $failing_lists, $calls) = @$case;
	my $standin = standin($account, $failing_lists ? "--fault=ListServices:500:$failing_lists" : (), '--fault=GetMetricData:500');
	my $run = $standin->check({name => $name, env => {%at_once, AWS_MAX_ATTEMPTS => 100}}, '-c', 'prod', @patient);
	$run->exits('UNKNOWN');
	is($standin->calls('GetMetricData'), $calls, "$name: $calls calls");
}

# 500, 502, 503 and 504 are transient, whatever the body says.
for my $code (qw(AccessDeniedException UnrecognizedClientException ClusterNotFoundException ExpiredTokenException)) {
	my $server = CheckECS::Scripted->start(sub {
		my ($operation, $request, $count) = @_;
		return [503, {__type => $code, message => 'x'}] if $count == 1;
		return {serviceArns => ['arn:aws:ecs:eu-west-1:123456789012:service/prod/api']} if $operation eq 'ListServices';
		return {MetricDataResults => [map { {Id => $_->{Id}, StatusCode => 'Complete', Timestamps => [$request->{EndTime} - 3600], Values => [12.5]} } @{$request->{MetricDataQueries}}]};
	});
	$server->check({name => "503 with $code", env => \%at_once}, '-c', 'prod', @patient)->exits('OK');
	is($server->requests($_), 2, "503 with $code: $_ is tried again") for qw(ListServices GetMetricData);
}

# Pauses after 500, 502, 503 and 504 are short: at most 50 ms, then 100 ms. Ten runs with two failures each lasted 15 s
# and more with the figures of before, and last at most 1.5 s beyond a run without failures.
{
	my $standin = standin($one, '--fault=ListServices:503:2');
	my $faultless = standin($one);
	my %seconds = (pauses => 0, none => 0);
	for my $number (1 .. 10) {
		$standin->restart;
		my %run = (none => $faultless->check({name => "no failure, run $number"}, '-c', 'prod'),
			pauses => $standin->check({name => "two 503, run $number"}, '-c', 'prod'));
		for my $kind (sort keys %run) {
			$run{$kind}->exits('OK');
			$seconds{$kind} += $run{$kind}{seconds};
		}
		is($standin->calls('ListServices'), 3, "run $number: two failures and an answer");
	}
	cmp_ok($seconds{pauses} - $seconds{none}, '<', 2.5 * time_factor(), 'two 503 and an answer: a tenth of a second, ten times');
}

# Throttling is waited for longer: at most a second before the first retry.
{
	my $standin = standin($one, '--fault=ListServices:throttle:1');
	my ($least, $most) = (99, 0);
	for my $number (1 .. 6) {
		$standin->restart;
		my $run = $standin->check({name => "throttled, run $number"}, '-c', 'prod', @patient);
		$run->exits('OK');
		my @lists = sort { $a->{started_ms} <=> $b->{started_ms} } grep { ($_->{operation} // '') eq 'ListServices' } @{$standin->log};
		my $first = ($lists[1]{started_ms} - $lists[0]{ended_ms}) / 1000;
		($least, $most) = ($first < $least ? $first : $least, $first > $most ? $first : $most);
		cmp_ok($first, '<', 1 + time_factor(), "run $number: the first pause is at most a second");
	}
	# Other errors have at most 50 ms. Six draws below 100 ms of up to 1 s happen once in a million runs.
	cmp_ok($most, '>', 0.1, 'and longer than after other errors');
}

# STS asks for a pause: three seconds, which lie within what the header may add.
{
	my $standin = standin($one);
	my $sts = CheckECS::Metadata->start(sub { [503, '', {headers => ['x-amz-retry-after: 3000']}] });
	my $run = $standin->check({name => 'x-amz-retry-after of STS', env => {%at_once, AWS_ENDPOINT_URL_STS => $sts->{url}, AWS_MAX_ATTEMPTS => 2}},
		'-c', 'prod', @patient, '--no-cache', "--role-arn=$role");
	$run->exits('UNKNOWN');
	is(scalar(my @asked = $sts->requests), 2, 'two attempts');
	cmp_ok($run->{seconds}, '>=', 3, 'three seconds apart');
}
done_testing;
