#!/usr/bin/perl
# A service that throttles is asked by fewer calls at once, and by more again as it answers.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use Test::More;

my $account = "cluster prod region=eu-west-1\n" . join '', map { "service s$_ desired=1 running=1\n\tcpu flat=34.4\n\tmemory flat=51.5\n" } 1 .. 1000;

# How many of these requests were under way while one more was.
sub companions {
	my ($request, @others) = @_;
	return scalar grep { $_ != $request && $_->{started_ms} < $request->{ended_ms} && $_->{ended_ms} > $request->{started_ms} } @others;
}

# How many of these were under way when it came.
sub company {
	my ($request, @others) = @_;
	return scalar grep { $_ != $request && $_->{started_ms} <= $request->{started_ms} && $_->{ended_ms} > $request->{started_ms} } @others;
}

sub metric_requests {
	my ($standin) = @_;
	return sort { $a->{started_ms} <=> $b->{started_ms} } grep { ($_->{operation} // '') eq 'GetMetricData' } @{$standin->log};
}

# Four batches, and answers that take two seconds: they wait for each other only if something makes them.
my $standin = standin($account, '--fault=GetMetricData:slow');
$standin->check({name => 'no throttling'}, '-c', 'prod', '-t', 60)->exits('OK');
my @free = metric_requests($standin);
is(@free, 4, 'four batches');
is($_, 3, 'all of them at once') for companions($free[0], @free);

# Four in flight are throttled together at worst, then two: after eight refusals the limit is one for sure.
$standin = standin($account, '--fault=GetMetricData:throttle:8', '--fault=GetMetricData:slow');
my $run = $standin->check({name => 'eight refusals'}, '-c', 'prod', '-t', 60, '-vv');
$run->exits('OK');
$run->says('all is there in the end', qr/^api: ListServices 10 requests, 0 retries/m, qr/^api: GetMetricData 12 requests, 8 retries/m);
my @all = metric_requests($standin);
my @answered = grep { $_->{status} == 200 } @all;
is(@answered, 4, 'four answers');
is(companions($answered[0], @all), 0, 'the first one was asked for alone');
cmp_ok(company($_, @all), '<=', 1, 'then two at once at most') for @answered[1 .. 3];
cmp_ok(scalar(grep { companions($_, @all) } @answered[1 .. 3]), '>', 0, 'and no longer one by one');

# What one service refuses does not hold up the other.
my @lists = grep { ($_->{operation} // '') eq 'ListServices' } @{$standin->log};
cmp_ok($lists[-1]{ended_ms}, '<', $answered[0]{started_ms}, 'the list went on meanwhile');
# Calls of GetMetricData that nobody answers leave room for the list: all services are known when the time is over.
my $hanging = standin("cluster prod region=eu-west-1\n" . join('', map { "service s$_ desired=1 running=1\n\tcpu flat=34.4\n" } 1 .. 3000), '--fault=GetMetricData:hang');
$run = $hanging->check({name => 'unanswered'}, '-c', 'prod', '-m', 'cpu', '-t', 5 * time_factor(), '-vv', '--perfdata=summary');
$run->exits('UNKNOWN', 'unanswered');
$run->says('unanswered: the whole list was read', qr/^api: ListServices 3\d requests, 0 retries/m, qr/^api: GetMetricData 4 requests, 0 retries/m);
is($run->{summary}{services}{value}, 3000, 'unanswered: every service is known');
done_testing;
