#!/usr/bin/perl
# What was mistyped gets the nearest names; asking for them never hides, delays or changes the error itself.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Json;
use CheckECS::Scripted;
use Test::More;

my $body = join '', map { "cluster $_ region=eu-west-1\nservice api desired=1 running=1\n\tcpu flat=34.4\n\tmemory flat=51.5\n" } qw(alpha beta prod production staging staging-eu);
my $standin = standin("key AKIDEXAMPLE secret\n$body\nkey AKIDBLIND blind user=blind deny=ecs:ListClusters\ncluster afar region=us-east-1\n", '--page-size=2');
my $missing = qr/^(?:ECS UNKNOWN - \S+|\[UNKNOWN\]) this cluster does not exist in eu-west-1: check -c, the region \(-r\) and the account \(-p\)/m;

# A cluster.
for my $case (['prdo', 'prod'], ['PROD', 'prod or production'], ['pro', 'prod or production'], ['stagingeu', 'staging-eu or staging'], ['prduction', 'production'],
	['arn:aws:ecs:eu-west-1:123456789012:cluster/prdo', 'prod']) {
	my ($typed, $meant) = @$case;
	my $run = $standin->fresh_check({name => $typed}, '-c', $typed);
	$run->exits('UNKNOWN');
	$run->says("$typed: did you mean $meant?", qr/$missing; did you mean \Q$meant\E\?$/m);
	is(scalar @{$run->{lines}} > 1 && $run->{context} =~ /eu-west-1/ ? 1 : 0, 1, "$typed: the context line is there");
	cmp_ok($standin->calls('ListClusters'), '>=', 3, "$typed: all pages were looked at");
	is($standin->calls('GetMetricData'), 0, "$typed: nothing else was asked");
}
for my $typed ('ghost', 'afar', 'x') {
	my $run = $standin->check({name => $typed}, '-c', $typed);
	$run->exits('UNKNOWN');
	$run->says("$typed: nothing is near", qr/$missing$/m);
}
my $run = $standin->fresh_check({name => '-c 80'}, '-c', '80');
$run->says('-c 80: a word on -C', qr/: -c names the cluster; for a critical range use -C$/m);
is($standin->calls('ListClusters'), 0, '-c 80: no names are looked for');
$run = $standin->fresh_check({name => 'a cluster that exists'}, '-c', 'prod');
$run->exits('OK');
is($standin->calls('ListClusters'), 0, 'a cluster that exists: nobody asks for names');
$run = json_run($standin, {name => 'as JSON'}, '-c', 'prdo');
like($run->{json}{errors}[0], qr/did you mean prod\?$/, 'as JSON: an error');
is($run->{json}{services}, undef, 'as JSON: no services are known');
validate_all();

# The call for the names goes wrong: the message is that of the missing cluster, with its state, at once.
$run = $standin->check({name => 'not permitted', env => {AWS_ACCESS_KEY_ID => 'AKIDBLIND', AWS_SECRET_ACCESS_KEY => 'blind'}}, '-c', 'prdo');
$run->exits('UNKNOWN');
$run->says('not permitted: the error itself', qr/$missing$/m);
unlike($run->{text}, qr/ListClusters|permi/, 'not permitted: nothing else');
for my $kind (qw(500 garbage shape half reset throttle same-token)) {
	my $failing = standin($body, "--fault=ListClusters:$kind");
	my $begun = $failing->check({name => "ListClusters:$kind"}, '-c', 'prdo', '-t', 8 * time_factor() . ':critical');
	$begun->exits('UNKNOWN', "ListClusters:$kind");
	$begun->says("ListClusters:$kind: the error itself", $missing);
	cmp_ok($begun->{own_seconds}, '<', 6 * time_factor(), "ListClusters:$kind: no waiting for the deadline");
}
my $hanging = standin($body, '--fault=ListClusters:hang');
$run = $hanging->check({name => 'it hangs'}, '-c', 'prdo', '-t', 2 * time_factor() . ':ok');
$run->exits('UNKNOWN', 'it hangs: not the state of -t');
$run->says('it hangs: the error itself', qr/$missing$/m);
cmp_ok($run->{own_seconds}, '<', 3 * time_factor(), 'it hangs: within the deadline');
$run = $hanging->check({name => 'a signal', signal => ['TERM', 0.7]}, '-c', 'prdo', '-t', 20 * time_factor());
$run->exits('UNKNOWN');
cmp_ok($run->{own_seconds}, '<', 3 * time_factor(), 'a signal: soon');

# Names that nobody should have, and many of the longest.
sub among {
	my ($typed, @names) = @_;
	my $server = CheckECS::Scripted->start(sub {
		my ($operation) = @_;
		return {clusterArns => [map { "arn:aws:ecs:eu-west-1:123456789012:cluster/$_" } @names]} if $operation eq 'ListClusters';
		return [400, {__type => 'ClusterNotFoundException', message => 'Cluster not found.'}];
	});
	my $result = $server->check({name => 'among ' . @names}, '-c', $typed, '-t', 10 * time_factor());
	$server->stop;
	return $result;
}
$run = among('prod', "pro|d", 'prodd', "pro\e[31md", "pr\x{202e}od", "prod\n");
$run->exits('UNKNOWN');
$run->says('names that ECS does not take are not offered', qr{this cluster does not exist .*; did you mean prodd\?$}m);
my $long = 'x' x 240;
$run = among($long . '000x', map { sprintf '%s%04d', $long, $_ } 1 .. 3000);
$run->exits('UNKNOWN');
$run->says('3,000 of the longest names: one fits', qr/did you mean ${long}0001\?$/m);
cmp_ok($run->{own_seconds}, '<', 5 * time_factor(), '3,000 of the longest names: soon');

# A service: of those that were left out and of those that were not. -v has them all; neither is billed.
my $shop = standin("cluster shop region=eu-west-1\n" . join '', map { "service $_ desired=1 running=1\n\tcpu flat=34.4\n\tmemory flat=51.5\n" } qw(api worker web-admin web));
for my $case ([['ap'], 'api'], [['wroker'], 'worker'], [['we'], 'web or web-admin'], [['web', 'webb'], 'web'], [['nothing'], undef], [['a?'], undef]) {
	my ($patterns, $meant) = @$case;
	$run = $shop->fresh_check({name => "-s @$patterns"}, '-c', 'shop', map { ('-s', $_) } @$patterns);
	$run->exits('UNKNOWN');
	my $one = @$patterns == 1 && $patterns->[0] !~ /\?/ ? "/$patterns->[0]" : ''; # the run is about one service
	my $tail = defined $meant ? qr/; did you mean \Q$meant\E\?/ : qr//;
	$run->says("-s @$patterns: " . ($meant // 'nothing is near'), qr/^ECS UNKNOWN - shop$one: no service matches -s '\Q$patterns->[-1]\E'$tail(?: \||$)/m);
	unlike($run->{text}, qr/worker/, "-s @$patterns: the others are not listed") unless ($meant // '') eq 'worker';
}
$run = $shop->fresh_check({name => '-v'}, '-c', 'shop', '-v', '-s', 'nothing');
$run->exits('UNKNOWN');
$run->says('-v: all services', qr/^the services of shop: api, web, web-admin, worker$/m);
is_deeply([map { $shop->calls($_) } qw(GetMetricData DescribeServices ListServices)], [1, 1, 1], '-v: its metrics, what ECS knows of it, and the list');
$run = $shop->fresh_check({name => 'a pattern'}, '-c', 'shop', '-v', '-s', 'nothing*');
is($shop->calls('GetMetricData') + $shop->calls('DescribeServices'), 0, 'a pattern: nothing but the list is asked');
$run = json_run($shop, {name => 'a service, as JSON'}, '-c', 'shop', '-s', 'ap');
like($run->{json}{errors}[0], qr/^no service matches -s 'ap'; did you mean api\?$/, 'a service, as JSON');
validate_all();

# A profile, a region.
my $config = keep_file("[default]\n[profile monitoring]\nregion = eu-west-1\n[profile production]\n[sso-session monitor]\n", 'config');
my $credentials = keep_file("[monitoring]\naws_access_key_id=x\n[backup]\naws_access_key_id=x\n", 'credentials');
my %files = (AWS_CONFIG_FILE => $config, AWS_SHARED_CREDENTIALS_FILE => $credentials);
for my $case (['monitorign', 'monitoring'], ['Monitoring', 'monitoring'], ['bakcup', 'backup'], ['prod', 'production'], ['defualt', 'default'], ['other', undef]) {
	my ($typed, $meant) = @$case;
	for my $way ([{%files}, '-p', $typed], [{%files, AWS_PROFILE => $typed}]) {
		my ($env, @option) = @$way;
		$run = run_plugin({name => "profile $typed @option", env => $env}, '-c', 'prod', @option);
		$run->exits('UNKNOWN');
		$run->says("profile $typed @option: " . ($meant // 'nothing is near'), qr/profile '\Q$typed\E' is in neither [^;]*@{[$meant ? "; did you mean $meant\\?" : '']}$/m);
	}
}
for my $case (['monitoring ', 'remove the blank or line break at its end or beginning'], ['"monitoring"', 'remove the quotes around it'], ["'monitoring'", 'remove the quotes around it']) {
	my ($typed, $advice) = @$case;
	for my $way ([{%files}, '-p', $typed], [{%files, AWS_PROFILE => $typed}]) {
		my ($env, @option) = @$way;
		$run = run_plugin({name => "profile $typed @option", env => $env}, '-c', 'prod', @option);
		$run->exits('UNKNOWN');
		$run->says("profile $typed @option: what to do", qr/is in neither [^;]*; $advice/);
	}
}
$run = run_plugin({name => 'a region'}, '-c', 'prod', '-r', 'eu_west-1');
$run->says('a region: did you mean', qr/'eu_west-1' from --region is not a valid region name; write one such as eu-west-1; did you mean eu-west-1, /);

# Metrics, values, options.
for my $case (
	[['-m', 'cpu,memroy'], 'memory'], [['-m', 'cup'], 'cpu'], [['-w', 'memoyr=80'], 'memory'], [['-C', 'esb=80'], 'ebs'], [['-m', 'network'], undef],
	[['--statistic=maximun'], 'Maximum'], [['--statistic=sum'], undef], [['--statistic=averge'], 'Average'], [['--no-data=unknwon'], 'unknown'], [['--perfdata=summery'], 'summary'],
	[['--output-format=jsno'], 'json'], [['--output-format=multiline'], 'multi-line'], [['--timeout-result=critcal'], 'critical'], [['-t', '5:warnign'], 'warning'],
	[['--windwo=1h'], '--window'], [['--perid'], '--period'], [['--nonsense'], undef], [['--'], undef], [['-q'], undef],
	[['-W'], '-w'], [['-S'], '-s'], [['-H'], undef], [['--Warning=80'], '--warning'],
) {
	my ($words, $meant) = @$case;
	$run = run_plugin({name => "@$words"}, '-c', 'prod', '--endpoint-url=http://127.0.0.1:1', @$words);
	$run->exits('UNKNOWN');
	if (defined $meant) {
		$run->says("@$words: did you mean $meant?", qr/^ECS UNKNOWN - .*; did you mean \Q$meant\E\?$/m);
	} else {
		unlike($run->{text}, qr/did you mean/, "@$words: nothing is near");
	}
}
# Names from other plugins and programs.
for my $case ([['-o', 'json'], '--output-format=json'], [['-j'], '--output-format=json'], [['--format=json'], '--output-format=FORMAT'], [['--vv'], '-vv'], [['--vvv'], '-vvv'],
	[['--warning-cpu=80'], '--warning=cpu=RANGE'], [['--critical-memory', '90'], '--critical=memory=RANGE'], [['--warning-ebs'], '--warning=ebs=RANGE']) {
	my ($words, $right) = @$case;
	$run = run_plugin({name => "@$words"}, '-c', 'prod', '--endpoint-url=http://127.0.0.1:1', @$words);
	$run->exits('UNKNOWN');
	$run->says("@$words: write $right", qr/^ECS UNKNOWN - \S+ is not an option; write \Q$right\E$/m);
}
done_testing;
