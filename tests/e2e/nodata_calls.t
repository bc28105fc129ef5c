#!/usr/bin/perl
# Asking ECS about series without data: ten a call, at most 50 calls, errors are not "no data".
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Scripted;
use Test::More;

my $empty = join '', map { sprintf "service s%03d desired=2 running=0\n", $_ } 1 .. 25;
my $standin = standin("cluster prod region=eu-west-1\n$empty");
my $run = $standin->check('-c', 'prod');
$run->exits('CRITICAL', '25 services of which nothing runs');
my @calls = grep { $_->{operation} eq 'DescribeServices' } @{$standin->log};
is(scalar @calls, 3, '25 services, ten a call: 3 calls');
my %asked;
$asked{$_ =~ s{.*/}{}r}++ for map { @{$_->{body}{services}} } @calls;
is(scalar keys %asked, 25, 'all were asked about');
is_deeply([grep { $_ != 1 } values %asked], [], 'each once, though two metrics are without data');
is($run->{summary}{no_data}{value}, 25, 'no_data counts services');
is($run->{summary}{problems}{value}, 25, 'and so does problems');
like($run->{headline}, qr/^ECS CRITICAL - prod: 25 of 25 services with problems in 24 h: s001 0 of 2 running, s002 0 of 2 running, \+23 more/, 'the first line');
is(scalar($run->lines_in_state('CRITICAL')), 25, 'one line a service, though two metrics are without data');

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

# Ten services with a hundred events each are one answer.
my $event = "\tevent -1m (service x) was unable to place a task because " . 'of this ' x 100 . "\n";
my $eventful = standin("cluster prod region=eu-west-1\n" . join('', map { sprintf("service s%02d desired=2 running=0\n", $_) . $event x 100 } 1 .. 10));
$run = $eventful->check('-c', 'prod', '-m', 'cpu', '-t' . 30 * time_factor());
$run->exits('CRITICAL', 'ten services with a hundred events each');
is($eventful->calls('DescribeServices'), 1, 'in one call');
is(scalar(grep { /: 0 of 2 running, no data: \(service x\) was unable to place a task because of this .{50,300} \.\.\. .{100,300}of this$/ && length $_ < 500 } $run->lines_in_state('CRITICAL')), 10, 'each with its reason, without its middle') or $run->show;

# A service that is down stands before higher values in the first line.
my $order = standin("cluster prod region=eu-west-1\nservice hot desired=1 running=1\n\tcpu flat=180\nservice zero desired=3 running=0\n");
$run = $order->check('-c', 'prod', '-m', 'cpu');
$run->exits('CRITICAL');
like($run->{headline}, qr/^ECS CRITICAL - prod: 2 of 2 services with problems in 24 h: zero 0 of 3 running, hot cpu 180\.0%/, 'down first');

# Denied.
my $denied = standin("key AKIDEXAMPLE secret deny=ecs:DescribeServices\ncluster prod region=eu-west-1\n"
	. "service api desired=0 running=0\nservice web desired=1 running=1\n\tcpu flat=97.7\n");
$run = $denied->check('-c', 'prod', '-s', 'api', '-m', 'cpu');
$run->exits('UNKNOWN', 'DescribeServices denied');
ok(scalar(grep { /api/ && /ecs:DescribeServices/ } $run->lines_in_state('UNKNOWN')), 'the line names the missing permission') or $run->show;
$run = $denied->check('-c', 'prod', '-m', 'cpu');
$run->exits('CRITICAL', 'a known breach beside it');
$run->says('with both', qr/web cpu 97\.7%/, qr/ecs:DescribeServices/);
$denied->check('-c', 'prod', '-s', 'ap[i]', '--no-data=ok')->exits('OK', 'nothing is asked with --no-data=ok');

# Throttling of these calls is not retried.
my $one = "cluster prod region=eu-west-1\nservice api desired=0 running=0\n";
my $throttled = standin($one, '--fault=DescribeServices:throttle:1');
$run = $throttled->check('-c', 'prod');
$run->exits('UNKNOWN', 'DescribeServices throttled once');
is($throttled->calls('DescribeServices'), 1, 'not retried');
$run = $throttled->fresh_check('-c', 'prod');
$run->exits('OK', 'the next run is fine');

# Not answered by the deadline: the timeout's state; what ECS said before counts.
my $hanging = standin($one, '--fault=DescribeServices:hang');
$run = $hanging->check('-c', 'prod', '-t' . 2 * time_factor());
$run->exits('UNKNOWN', 'DescribeServices is not answered');
$hanging->check('-c', 'prod', '-t' . 2 * time_factor() . ':warning')->exits('WARNING', 'with another state for that');
my $late = standin("cluster prod region=eu-west-1\n" . join('', map { sprintf "service s%02d desired=2 running=0\n", $_ } 1 .. 30), '--fault=DescribeServices:hang:1');
$run = $late->check('-c', 'prod', '-t' . 2 * time_factor() . ':ok');
$run->exits('CRITICAL', 'one of three calls hangs: the outage that the others tell of');
is($run->{summary}{problems}{value}, 20, 'of 20 services');

# Answers that AWS does not give: never OK.
for my $kind (qw(null text-numbers nan foreign garbage shape empty deep)) {
	my $odd = standin($one, "--fault=DescribeServices:$kind");
	$odd->check({name => "DescribeServices: $kind"}, '-c', 'prod')->exits('UNKNOWN');
}
standin($one, '--fault=DescribeServices:duplicate')->check({name => 'described twice alike'}, '-c', 'prod')->exits('OK');
sub scripted {
	my ($name, $services, $failures, $state, @patterns) = @_;
	my $server = CheckECS::Scripted->start(sub {
		my ($operation, $request) = @_;
		return {serviceArns => [map { "arn:aws:ecs:eu-west-1:123456789012:service/prod/$_" } qw(api fine)]} if $operation eq 'ListServices';
		return {services => $services, failures => $failures // []} if $operation eq 'DescribeServices';
		return {MetricDataResults => [map {
			my $fine = grep { $_->{Value} eq 'fine' } @{$_->{MetricStat}{Metric}{Dimensions}};
			{Id => $_->{Id}, StatusCode => 'Complete', Timestamps => $fine ? [$request->{EndTime} - 3600] : [], Values => $fine ? [20] : []}
		} @{$request->{MetricDataQueries}}]};
	});
	my $run = $server->check({name => $name}, '-c', 'prod', '-m', 'cpu', '-v');
	$run->exits($state);
	$run->says("$name: the words", @patterns);
	$server->stop;
}
my %zero = (serviceName => 'api', status => 'ACTIVE', desiredCount => 0, runningCount => 0, deployments => [], events => []);
my $arn = 'arn:aws:ecs:eu-west-1:123456789012:service';
scripted('scaled to zero', [\%zero], undef, 'OK', qr/scaled to zero/);
scripted('twice, differently', [\%zero, {%zero, desiredCount => 3}], undef, 'UNKNOWN', qr/\[UNKNOWN\] api: .*two different descriptions/);
scripted('another order', [{%zero, desiredCount => 3}, \%zero], undef, 'UNKNOWN', qr/two different descriptions/);
scripted('missing in another cluster', [], [{arn => "$arn/test/api", reason => 'MISSING'}], 'UNKNOWN', qr/DescribeServices.*not asked about/);
scripted('missing, a service that was not asked about', [], [{arn => "$arn/prod/web", reason => 'MISSING'}], 'UNKNOWN', qr/not asked about/);
scripted('missing, and described', [\%zero], [{arn => "$arn/prod/api", reason => 'MISSING'}], 'UNKNOWN', qr/two different descriptions/);
scripted('missing', [], [{arn => "$arn/prod/api", reason => 'MISSING'}], 'OK', qr/left out: api \(gone\)/);
scripted('another failure', [], [{arn => "$arn/prod/api", reason => 'ACCESS'}], 'UNKNOWN', qr/ECS answered \('ACCESS'\)/);
scripted('half a task wanted', [{%zero, desiredCount => 0.5}], undef, 'UNKNOWN', qr/desiredCount/);
scripted('no runningCount', [{%zero, runningCount => undef}], undef, 'UNKNOWN', qr/runningCount/);
scripted('another cluster', [{%zero, clusterArn => 'arn:aws:ecs:eu-west-1:123456789012:cluster/test'}], undef, 'UNKNOWN', qr/not asked about/);

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
