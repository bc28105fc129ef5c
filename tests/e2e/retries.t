#!/usr/bin/perl
# Whether and when a call is tried again: what counts against the attempts, the quota that all calls share, what the
# service asks for. The random part of each pause is nothing here.
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

# The SDKs' token bucket: 500, a retry takes 5, a success gives back what its last retry took.
my $two_batches = "cluster prod region=eu-west-1\n" . join '', map { "service s$_ desired=1 running=1\n\tcpu flat=34.4\n\tmemory flat=51.5\n" } 1 .. 300;
for my $case (
	['two calls share it', $two_batches, 0, 2 + 500 / 5],
	['60 retries, of which the last is given back', $one, 60, 1 + (500 - 60 * 5 + 5) / 5],
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
