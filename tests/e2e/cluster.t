#!/usr/bin/perl
# Which cluster a run looks at: the one that -c names, or the account's only one.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Scripted;
use Test::More;

my $services = "service api desired=1 running=1\n\tcpu flat=34.4\n\tmemory flat=51.5\n";
my $elsewhere = "cluster afar region=us-east-1\n$services";

my $one = standin("cluster prod region=eu-west-1\n$services$elsewhere");
my $run = $one->fresh_check({name => 'one cluster'});
$run->exits('OK', 'the only cluster of the region is used');
$run->says('and named', qr/^ECS OK - prod: 1 service\b/, qr/^account 123456789012, eu-west-1,/m);
is($one->calls('ListClusters'), 1, 'it was asked for once');
$run = $one->fresh_check({name => 'a name'}, '-c', 'prod');
is($one->calls('ListClusters'), 0, 'nobody asks for what -c says');
$run = $one->fresh_check({name => 'an ARN'}, '-c', 'arn:aws:ecs:us-east-1:123456789012:cluster/afar');
$run->exits('OK', 'an ARN');
$run->says('its region and its name count', qr/^ECS OK - afar: /, qr/^account 123456789012, us-east-1,/m);
is($one->calls('ListClusters'), 0, 'it is not looked up');
$one->stop;

my $none = standin($elsewhere);
$run = $none->check({name => 'no cluster'});
$run->exits('UNKNOWN');
$run->says('it says where there is none', qr/^ECS UNKNOWN - .*no ECS clusters in eu-west-1/);
$none->stop;

# Several, on pages: all of them are named, in order.
my @names = qw(zeta alpha beta Gamma delta);
my $several = standin(join('', map { "cluster $_ region=eu-west-1\n$services" } @names), '--page-size=2');
$run = $several->fresh_check({name => 'several clusters'}, '-vv');
$run->exits('UNKNOWN');
$run->says('each is named', qr/\b5 clusters in eu-west-1, name one with -c: Gamma, alpha, beta, delta, zeta$/m);
is($several->calls('ListServices'), 0, 'none of them is looked at');
cmp_ok($several->calls('ListClusters'), '>=', 3, 'all pages were asked for');
$several->stop;

# The call fails, hangs, or is cut off.
my $denying = standin("cluster prod region=eu-west-1\n$services" . "key AKIDBLIND blind user=blind deny=ecs:ListClusters\n");
$run = $denying->check({name => 'not permitted', env => {AWS_ACCESS_KEY_ID => 'AKIDBLIND', AWS_SECRET_ACCESS_KEY => 'blind'}}, '-vvv');
$run->exits('UNKNOWN');
$run->says('not permitted: the permission is named', qr/ecs:ListClusters/);
$denying->stop;
my $failing = standin("cluster prod region=eu-west-1\n$services", '--fault=ListClusters:503:1');
$run = $failing->check({name => 'a failure that passes'});
$run->exits('OK', 'a failure that passes: tried again');
is($failing->calls('ListClusters'), 2, 'a failure that passes: once');
$failing->stop;
my $hanging = standin("cluster prod region=eu-west-1\n$services", '--fault=ListClusters:hang');
$run = $hanging->check({name => 'it hangs'}, '-t', 2 * time_factor() . ':critical', '-vvv');
$run->exits('CRITICAL', 'it hangs: the state of -t');
$run->says('it hangs: the message', qr/^ECS CRITICAL - timed out after \d+ s, waiting for ListClusters/);
cmp_ok($run->{own_seconds}, '<', 3 * time_factor(), 'it hangs: in time');
$run = $hanging->check({name => 'a signal', signal => ['TERM', 0.7]}, '-t', 20 * time_factor() . ':critical');
$run->exits('UNKNOWN', 'a signal: UNKNOWN');
cmp_ok($run->{own_seconds}, '<', 3 * time_factor(), 'a signal: soon');
$hanging->stop;

# Answers that AWS should never give.
sub arn { return "arn:aws:ecs:eu-west-1:123456789012:cluster/$_[0]" }
sub answered {
	my ($name, $list) = @_;
	my $server = CheckECS::Scripted->start(sub {
		my ($operation, $request, $count) = @_;
		return $list->($count) if $operation eq 'ListClusters';
		return {serviceArns => ['arn:aws:ecs:eu-west-1:123456789012:service/prod/api']} if $operation eq 'ListServices';
		return {MetricDataResults => [map { +{Id => $_->{Id}, StatusCode => 'Complete', Timestamps => [$request->{EndTime} - 7200], Values => [20]} }
			@{$request->{MetricDataQueries}}]};
	});
	my $result = $server->check({name => $name}, '-t', 30 * time_factor());
	$result->{requests} = $server->requests('ListClusters');
	$server->stop;
	return $result;
}
$run = answered('the same ARN twice', sub { return {clusterArns => [(arn('prod')) x 3]} });
$run->exits('OK', 'the same ARN twice is one cluster');
for my $case (
	['no ARN', {clusterArns => ['prod']}, qr/not a cluster's ARN: 'prod'/],
	['an ARN of a service', {clusterArns => ['arn:aws:ecs:eu-west-1:123456789012:service/prod/api']}, qr/not a cluster's ARN/],
	['another region', {clusterArns => [arn('prod') =~ s/west-1/west-2/r]}, qr/another region: '\S+'/],
	['another partition', {clusterArns => [arn('prod') =~ s/aws/aws-cn/r]}, qr/another region: '\S+'/],
	['another account', {clusterArns => [arn('prod'), arn('prod') =~ s/1234/4321/r]}, qr/another account: '\S+'/],
	['a name with a dot', {clusterArns => [arn('pr.od')]}, qr/not a cluster's ARN/],
	['a hostile name', {clusterArns => [arn("pr|\e[31mod")]}, qr{not a cluster's ARN: '\S+/pr/od'}],
	['a path', {clusterArns => [arn('a/prod')]}, qr/not a cluster's ARN/],
	['one of them null', {clusterArns => [arn('prod'), undef]}, qr/not a string/],
	['null', {clusterArns => undef}, qr/ListClusters: the answer from \S+ is not AWS's/],
	['another shape', {clusterArns => {}}, qr/ListClusters: the answer from \S+ is not AWS's/],
	['no list', {}, qr/ListClusters: the answer from \S+ is not AWS's/],
	['numbers', {clusterArns => [1]}, qr/ListClusters: the answer from \S+ is not AWS's/],
	['no JSON', 'nonsense', qr/ListClusters|JSON/],
) {
	my ($name, $answer, $says) = @$case;
	$run = answered($name, sub { return $answer });
	$run->exits('UNKNOWN', $name);
	$run->says("$name: the message", $says);
}
$run = answered('a token that repeats', sub { return {clusterArns => [arn('prod')], nextToken => 'again'} });
$run->exits('UNKNOWN', 'half a list is no "only cluster"');
cmp_ok($run->{requests}, '<=', 3, 'and is not followed for ever');
$run = answered('many clusters', sub { return {clusterArns => [map { arn("c$_") } 1 .. 900]} });
$run->exits('UNKNOWN');
$run->says('as many as fit are named', qr/\b900 clusters in eu-west-1, name one with -c: c1, c10, .* and \d+ more$/m);
$run = answered('too many clusters', sub { my ($page) = @_; return {clusterArns => [map { arn("c$page-$_") } 1 .. 1000], nextToken => "t$page"} });
$run->exits('UNKNOWN');
$run->says('a bound, and what to do', qr/more than \d+ clusters: name one with -c/);

done_testing;
