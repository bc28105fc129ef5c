#!/usr/bin/perl
# The stand-in's errors, messages and descriptions in the forms that AWS has: spelled as people and recordings report it.
# A client of its own (curl, which signs by itself) asks, and what comes is looked at as it is on the wire.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use JSON::PP;
use Test::More;

my ($curl) = grep { -x } map { "$_/curl" } split /:/, $ENV{PATH};
plan skip_all => 'curl is not installed' if !$curl;

my $session = 'platform-team-' x 4 . 'monitoring';
my $standin = standin(<<~"ACCOUNT");
	key AKIDEXAMPLE secret
	key AKIDBLIND blind deny=ecs:ListServices user=$session because=with_an_explicit_deny_in_a_service_control_policy
	key AKIDPLAIN plain deny=cloudwatch:GetMetricData user=$session
	cluster prod region=eu-west-1
	service one desired=1 running=1
		cpu flat=20
		memory flat=30 units=mixed
	service three desired=3 running=3
		cpu flat=20
	service outside desired=1 running=1 controller=EXTERNAL taskset=-20m
	ACCOUNT

# ask(OPERATION, {request}, key, secret) -> {status, headers, body}
sub ask {
	my ($operation, $request, $key, $secret, $where) = @_;
	my $metrics = $operation eq 'GetMetricData';
	my ($service, $target, $version) = $metrics ? ('monitoring', 'GraniteServiceVersion20100801', '1.0') : ('ecs', 'AmazonEC2ContainerServiceV20141113', '1.1');
	my $headers = keep_file('', 'curl-headers');
	my @words = ($curl, '-q', '-s', '-S', '-D', $headers, '--noproxy', '*', '--aws-sigv4', "aws:amz:eu-west-1:$service", '--user', ($key // 'AKIDEXAMPLE') . ':' . ($secret // 'secret'),
		'-H', "Content-Type: application/x-amz-json-$version", '-H', "X-Amz-Target: $target.$operation", $metrics ? ('-H', 'X-Amzn-Query-Mode: true') : (),
		'--data-binary', ref $request ? encode_json($request) : $request, ($where // $standin)->url . '/');
	open my $out, '-|', @words or die "curl: $!";
	my $body = do { local $/; <$out> };
	close $out;
	my $head = CheckECS::slurp($headers);
	my ($status) = $head =~ m{\AHTTP/\S+ (\d+)};
	my ($query_error) = $head =~ /^x-amzn-query-error: (.*?)\r?$/mi;
	return {status => $status, query_error => $query_error, body => eval { decode_json($body // '') } // {}};
}

my $now = time - time % 3600;
sub metric_request {
	my ($change, $stat, @services) = @_;
	@services = 'one' if !@services;
	my $number = 0;
	return {StartTime => $now - 3600 * 3, EndTime => $now, MetricDataQueries => [map { +{Id => 'm' . $number++, MetricStat => {Period => 3600, Stat => $stat // 'Maximum', Metric => {Namespace => 'AWS/ECS',
		MetricName => 'CPUUtilization', Dimensions => [{Name => 'ClusterName', Value => 'prod'}, {Name => 'ServiceName', Value => $_}]}}} } @services], %{$change // {}}};
}

my $prefix = 'com.amazonaws.cloudwatch.v2010_08_01#';
my $bad_id = metric_request();
$bad_id->{MetricDataQueries}[0]{Id} = 'M1';
my @refusals = (
	['a bad Id', $bad_id, 400, "${prefix}ValidationError", 'ValidationError;Sender', qr/M1/],
	['a bad Stat', metric_request({}, 'Median'), 400, "${prefix}ValidationError", 'ValidationError;Sender', qr/Median/],
	['a word that is not in an enumeration', metric_request({ScanBy => 'Sideways'}), 400, 'ValidationException', undef,
		qr/\A1 validation error detected: Value 'Sideways' at 'scanBy' failed to satisfy constraint: Member must satisfy enum value set: \[/],
	['a start behind the end', metric_request({StartTime => $now, EndTime => $now - 60}), 400, "${prefix}InvalidParameterValueException", 'InvalidParameterValue;Sender',
		qr/\AThe parameter StartTime must be less than the parameter EndTime\.\z/],
	['501 series', metric_request({}, 'Maximum', ('one') x 501), 400, "${prefix}ValidationError", 'ValidationError;Sender',
		qr/\AThe collection MetricDataQueries must not have a size greater than 500\.\z/],
	['an invented token', metric_request({NextToken => 'invented'}), 400, "${prefix}InvalidNextToken", 'InvalidNextToken;Sender', qr/token/],
);
for my $case (@refusals) {
	my ($name, $request, $status, $type, $query_error, $message) = @$case;
	my $answer = ask(GetMetricData => $request);
	is($answer->{status}, $status, "$name: the status");
	is($answer->{body}{__type}, $type, "$name: the type");
	is($answer->{query_error}, $query_error, "$name: the query protocol's code");
	like($answer->{body}{message} // '', $message, "$name: the message");
}

my $eleven = ask(DescribeServices => {cluster => 'prod', services => [map { "s$_" } 1 .. 11]});
is_deeply([@{$eleven->{body}}{qw(__type message)}], ['InvalidParameterException', 'service names can have at most 10 items.'], 'eleven services');

# Percentiles of a single task alone.
for my $case (['p95', 3, 0], ['p50', 3, 0], ['Maximum', 3, 3], ['Average', 3, 3]) {
	my ($stat, $one, $three) = @$case;
	my $results = ask(GetMetricData => metric_request({}, $stat, qw(one three)))->{body}{MetricDataResults};
	my %points = map { $_->{Id} => scalar @{$_->{Values}} } @$results;
	is_deeply(\%points, {m0 => $one, m1 => $three}, "$stat: the points of one task, of three");
	is_deeply([map { $_->{StatusCode} } @$results], [qw(Complete Complete)], "$stat: both complete");
}

# A message in a complete result.
my $mixed = metric_request();
$mixed->{MetricDataQueries}[0]{MetricStat}{Metric}{MetricName} = 'MemoryUtilization';
my ($result) = @{ask(GetMetricData => $mixed)->{body}{MetricDataResults}};
is($result->{StatusCode}, 'Complete', 'mixed units: complete');
is(scalar @{$result->{Values}}, 3, 'mixed units: with points');
is_deeply([map { $_->{Code} } @{$result->{Messages}}], ['MultipleUnits'], 'mixed units: and a message');

# A service whose deployments are another's: a task set, no deployments.
my ($outside) = @{ask(DescribeServices => {cluster => 'prod', services => ['outside']})->{body}{services}};
is_deeply($outside->{deployments}, [], 'an external controller: no deployments');
is($outside->{deploymentController}{type}, 'EXTERNAL', 'an external controller: its type');
is_deeply([map { $_->{status} } @{$outside->{taskSets}}], ['PRIMARY'], 'an external controller: a task set');

# Denials end with the reason, behind names of any length.
my $denied = ask(ListServices => {cluster => 'prod'}, 'AKIDBLIND', 'blind')->{body};
is($denied->{Message}, "User: arn:aws:iam::123456789012:user/$session is not authorized to perform: ecs:ListServices on resource: arn:aws:ecs:eu-west-1:123456789012:cluster/prod"
	. ' with an explicit deny in a service control policy', 'a denial with its reason');
like(ask(GetMetricData => metric_request(), 'AKIDPLAIN', 'plain')->{body}{Message}, qr/ because no identity-based policy allows the cloudwatch:GetMetricData action\z/, 'a denial without one');

# Errors that have a code and no message.
my $silent = standin("key AKIDEXAMPLE secret\ncluster prod region=eu-west-1\n", '--fault=*:wordless');
my $answer = ask(GetMetricData => metric_request(), undef, undef, $silent);
is_deeply([$answer->{status}, $answer->{body}], [404, {__type => "${prefix}ResourceNotFound"}], 'CloudWatch: a code, no message');
$answer = ask(ListServices => {cluster => 'prod'}, undef, undef, $silent);
is_deeply([$answer->{status}, $answer->{body}], [400, {__type => 'InvalidParameterException'}], 'ECS: a code, no message');
done_testing;
