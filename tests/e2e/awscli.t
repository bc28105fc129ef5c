#!/usr/bin/perl
# The stand-in against an independent client: the AWS CLI of the distribution.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::AwsCli;
use Test::More;
use POSIX ();

plan skip_all => 'the stand-in is held against the AWS CLI by make check FULL=1' if ($ENV{CHECK_ECS_AWSCLI_STANDIN} // '') eq 'no';
my $cli = eval { CheckECS::AwsCli->new } or BAIL_OUT($@);

my $body = "cluster prod region=eu-west-1\n" . join '', map { "service s$_ desired=$_ running=" . ($_ - 1) . "\n\tcpu flat=20\n" } 10 .. 34;
my $standin = standin("$body\ncluster stage region=eu-west-1\nservice gone desired=1 running=0 missing\ncluster us region=us-east-1\n");

# aws(\%change of the environment, words) -> {exit, stdout, stderr, data}
sub aws {
	my ($change, @words) = @_;
	return $cli->run({plugin_environment(%$change), AWS_PAGER => '', AWS_MAX_ATTEMPTS => 1},
		'--endpoint-url', $standin->url, qw(--region eu-west-1 --output json --no-cli-pager), $words[0] eq 'cloudwatch' ? () : 'ecs', @words);
}

sub good {
	my ($name, @words) = @_;
	my $result = aws({}, @words);
	is($result->{exit}, 0, "$name: exit 0") or diag $result->{stderr};
	return $result->{data} // {};
}

my $clusters = good('list-clusters', 'list-clusters');
is_deeply([sort @{$clusters->{clusterArns} // []}], [map { "arn:aws:ecs:eu-west-1:123456789012:cluster/$_" } qw(prod stage)], 'the clusters of the region');

$standin->reset;
my $services = good('list-services', 'list-services', '--cluster', 'prod');
is_deeply([sort @{$services->{serviceArns} // []}], [map { "arn:aws:ecs:eu-west-1:123456789012:service/prod/s$_" } 10 .. 34], 'all services through paging');
is($standin->calls('ListServices'), 3, 'ten a page by default: three pages');
$standin->reset;
$services = good('list-services in pages of 4', 'list-services', '--cluster', 'prod', '--page-size', '4');
is(scalar @{$services->{serviceArns} // []}, 25, 'all of them again');
is($standin->calls('ListServices'), 7, 'seven pages of four');
$services = good('one page only', 'list-services', '--cluster', 'prod', '--max-items', '5');
is(scalar @{$services->{serviceArns} // []}, 5, 'five items');

my $described = good('describe-services', 'describe-services', '--cluster', 'prod', '--services', 's10', 's34', 'nosuch');
is_deeply([sort map { "$_->{serviceName} $_->{desiredCount} $_->{runningCount} $_->{status}" } @{$described->{services} // []}],
	['s10 10 9 ACTIVE', 's34 34 33 ACTIVE'], 'what was asked for');
is_deeply([map { $_->{reason} } @{$described->{failures} // []}], ['MISSING'], 'a failure for the service that is not there');
$described = good('describe a missing one', 'describe-services', '--cluster', 'stage', '--services', 'gone');
is_deeply([map { $_->{reason} } @{$described->{failures} // []}], ['MISSING'], 'a listed service can be missing');

for my $case (
	['a wrong secret', {AWS_SECRET_ACCESS_KEY => 'wrong'}, qr/InvalidSignatureException/, 'list-clusters'],
	['an unknown key', {AWS_ACCESS_KEY_ID => 'AKIDUNKNOWN'}, qr/UnrecognizedClientException/, 'list-clusters'],
	['a token too many', {AWS_SESSION_TOKEN => 'stray'}, qr/UnrecognizedClientException/, 'list-clusters'],
	['a missing cluster', {}, qr/ClusterNotFoundException/, 'list-services', '--cluster', 'nosuch'],
	['a cluster of another region', {}, qr/ClusterNotFoundException/, 'list-services', '--cluster', 'us'],
	['eleven services', {}, qr/InvalidParameterException/, 'describe-services', '--cluster', 'prod', '--services', map { "s$_" } 10 .. 20],
	['an invented token', {}, qr/InvalidParameterException/, 'list-services', '--cluster', 'prod', '--no-paginate', '--next-token', 'invented'],
	['an operation it does not know', {}, qr/UnknownOperationException/, 'list-task-definitions'],
) {
	my ($name, $change, $pattern, @words) = @$case;
	my $result = aws($change, @words);
	isnt($result->{exit}, 0, "$name is refused");
	like($result->{stderr}, $pattern, "$name: the answer is AWS's");
}
# GetMetricStatistics, by which older clients ask for one metric a call: held against arithmetic on the samples.
my %sample = map { $_ => 10 + 7 * $_ % 83 } 1 .. 180;
$standin = standin("cluster prod region=eu-west-1\nservice api desired=1 running=1\n\tcpu points=" . join(',', map { "$_:$sample{$_}" } sort { $a <=> $b } keys %sample) . "\n");
my $start = $standin->stats->{start};
sub statistics {
	my ($name, $period, $from, $to, @more) = @_;
	my $data = good($name, split(" ", "cloudwatch get-metric-statistics --namespace AWS/ECS --metric-name CPUUtilization --dimensions Name=ClusterName,Value=prod Name=ServiceName,Value=api"),
		'--period', $period, '--start-time', utc_time($from), '--end-time', utc_time($to), '--statistics', 'Maximum', 'Average', @more);
	return {map { substr($_->{Timestamp}, 0, 19) => [$_->{Maximum}, sprintf('%.6f', $_->{Average}), $_->{Unit}] } @{$data->{Datapoints} // []}};
}
sub utc_time { return POSIX::strftime('%Y-%m-%dT%H:%M:%SZ', gmtime $_[0]) }
for my $period (60, 300, 3600) {
	my ($from, $to) = (int(($start - 10800) / $period + 1) * $period, $start);
	my %want;
	for my $minute (keys %sample) {
		my $at = $start - 60 * $minute;
		push @{$want{substr utc_time($at - $at % $period), 0, 19}}, $sample{$minute} if $at >= $from && $at < $to - $to % $period + $period;
	}
	my %wanted = map { my @values = @{$want{$_}}; my $sum = 0; $sum += $_ for @values; ($_ => [(sort { $b <=> $a } @values)[0], sprintf('%.6f', $sum / @values), 'Percent']) } keys %want;
	is_deeply(statistics("period $period", $period, $from, $to), \%wanted, "the points of $period s") or diag explain \%wanted;
}
is($standin->calls('GetMetricStatistics'), 3, 'a call each');
for my $case (
	['a service that is not there', 0, qr/^\s*"Datapoints": \[\]/m, 60, 3600, 'nosuch'],
	['more than 1,440 points', 255, qr/InvalidParameterCombination/, 60, 90000, 'api'],
	['a period that is no multiple of 60', 255, qr/InvalidParameterValue/, 90, 3600, 'api'],
) {
	my ($name, $exit, $pattern, $period, $span, $service) = @$case;
	my $result = aws({}, split(" ", "cloudwatch get-metric-statistics --namespace AWS/ECS --metric-name CPUUtilization --statistics Maximum --dimensions Name=ClusterName,Value=prod"), "Name=ServiceName,Value=$service",
		'--period', $period, '--start-time', utc_time($start - $span), '--end-time', utc_time($start));
	is(!!$result->{exit}, !!$exit, "$name: exit status");
	like($result->{stdout} . $result->{stderr}, $pattern, "$name: the answer is AWS's");
}

my @log = grep { $_->{status} == 200 } @{$standin->log};
is_deeply([grep { !$_->{user_agent} || $_->{user_agent} !~ m{^aws-cli/} } @log], [], 'the log tells the user agent');

done_testing;
