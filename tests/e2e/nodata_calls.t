#!/usr/bin/perl
# Asking ECS about series without data: ten a call, at most 50 calls, errors are not "no data".
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use Test::More;

my $empty = join '', map { sprintf "service s%03d desired=2 running=0\n", $_ } 1 .. 25;
my $standin = standin("cluster prod region=eu-west-1\n$empty");
my $run = $standin->check('-c', 'prod');
$run->exits('UNKNOWN', '25 services without data');
my @calls = grep { $_->{operation} eq 'DescribeServices' } @{$standin->log};
is(scalar @calls, 3, '25 services, ten a call: 3 calls');
my %asked;
$asked{$_ =~ s{.*/}{}r}++ for map { @{$_->{body}{services}} } @calls;
is(scalar keys %asked, 25, 'all were asked about');
is_deeply([grep { $_ != 1 } values %asked], [], 'each once, though two metrics are without data');
is($run->{summary}{no_data}{value}, 25, 'no_data counts services');
like($run->{headline}, qr/^ECS UNKNOWN - prod: 25 of 25 services without data/, 'the first line');

# Beyond 50 calls nothing is asked any more, and that is said.
my $count = 512;
my $huge = standin("cluster prod region=eu-west-1\n" . join('', map { sprintf "service s%03d desired=0 running=0\n", $_ } 1 .. $count), '--latency-ms=20');
$run = $huge->check('-c', 'prod', '-m', 'cpu', '-t' . 30 * time_factor());
$run->exits('UNKNOWN', "$count services scaled to zero");
@calls = grep { $_->{operation} eq 'DescribeServices' } @{$huge->log};
is(scalar @calls, 50, '50 calls at most');
my @unasked = grep { /not asked/ } @{$run->{body}};
is(scalar @unasked, $count - 500, 'the services beyond are UNKNOWN, each with a line');
is_deeply([grep { !/^\[UNKNOWN\] .*--no-data/ } @unasked], [], 'and each names --no-data');
my $most = 0;
for my $call (@calls) {
	my $flying = grep { $_->{started_ms} <= $call->{started_ms} && $_->{ended_ms} > $call->{started_ms} } @calls;
	$most = $flying if $flying > $most;
}
cmp_ok($most, '<=', 2, 'two in flight at most');

# Denied.
my $denied = standin("key AKIDEXAMPLE secret deny=ecs:DescribeServices\ncluster prod region=eu-west-1\n"
	. "service api desired=0 running=0\nservice web desired=1 running=1\n\tcpu flat=97.7\n");
$run = $denied->check('-c', 'prod', '-s', 'api', '-m', 'cpu');
$run->exits('UNKNOWN', 'DescribeServices denied');
ok(scalar(grep { /api/ && /ecs:DescribeServices/ } $run->lines_in_state('UNKNOWN')), 'the line names the missing permission') or $run->show;
$run = $denied->check('-c', 'prod', '-m', 'cpu');
$run->exits('CRITICAL', 'a known breach beside it');
$run->says('with both', qr/web cpu 97\.7%/, qr/ecs:DescribeServices/);
$denied->check('-c', 'prod', '-s', 'api', '--no-data=ok')->exits('OK', 'nothing is asked with --no-data=ok');

# Throttling of these calls is not retried.
my $one = "cluster prod region=eu-west-1\nservice api desired=0 running=0\n";
my $throttled = standin($one, '--fault=DescribeServices:throttle:1');
$run = $throttled->check('-c', 'prod');
$run->exits('UNKNOWN', 'DescribeServices throttled once');
is($throttled->calls('DescribeServices'), 1, 'not retried');
$run = $throttled->fresh_check('-c', 'prod');
$run->exits('OK', 'the next run is fine');

# Lost to an error: UNKNOWN whatever the options, and never called "no data".
my $data = "cluster prod region=eu-west-1\nservice api desired=0 running=0\n\tcpu flat=20\n";
for my $kind (qw(forbidden internal denied expired)) {
	my $failing = standin($data, "--fault=GetMetricData:$kind");
	for my $word (qw(auto ok warning critical)) {
		$run = $failing->check({name => "$kind with --no-data=$word"}, '-c', 'prod', '-m', 'cpu', "--no-data=$word");
		$run->exits('UNKNOWN');
		unlike($run->{text}, qr/scaled to zero|no data since|without data/, "$kind is not called no data");
	}
}
my $once = standin($data, '--fault=GetMetricData:internal:1');
$run = $once->check('-c', 'prod', '-m', 'cpu');
$run->exits('OK', 'InternalError once, then the points');
is($run->{details}{api_cpu}{value}, 20, 'they are there');
my $mixed = standin("cluster prod region=eu-west-1\nservice api desired=1 running=1\n\tcpu flat=97.1\n\tmemory flat=97.1\n", '--fault=GetMetricData:forbidden');
$run = $mixed->check('-c', 'prod');
$run->exits('CRITICAL', 'one of two series Forbidden, the other breaches');
ok(scalar($run->lines_in_state('UNKNOWN')), 'the failure stands beside it') or $run->show;

done_testing;
