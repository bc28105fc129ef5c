#!/usr/bin/perl
# What is known counts beside what is not: silent series, fading services, deadlines, ini files.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use Test::More;
use Time::HiRes qw(sleep);

my $standin = standin(<<~'ACCOUNT');
	cluster prod region=eu-west-1
	service good desired=1 running=1
		cpu flat=20
		memory flat=30
	service drain desired=1 running=1 status=DRAINING
		cpu flat=99
	service stale desired=1 running=1 status=DRAINING
		cpu points=300:99 until=240
	service faint desired=1 running=1 status=DRAINING
		cpu flat=20
	service lost desired=1 running=1 status=DRAINING
	ACCOUNT
my $run = $standin->check('-c', 'prod', '-s', 'drain');
$run->exits('CRITICAL', 'a draining service that breaches, one series silent');
is_deeply($run->{details_order}, ['drain_cpu'], 'it is counted');
$run = $standin->check('-c', 'prod', '-s', 'stale');
$run->exits('CRITICAL', 'the same with old points');
$run = $standin->check('-c', 'prod', '-s', 'good*', '-s', 'lost*', '-s', 'faint*', '-v');
$run->exits('OK', 'draining and silent: left out');
is($run->{summary}{services}{value}, 2, 'only what has no series left is not counted');
$run->says('it is named at -v', qr/^left out: lost \(DRAINING\)$/m);
$run = $standin->check('-c', 'prod', '-s', 'lost');
$run->exits('UNKNOWN', 'nothing but a service that is left out');

# An option without its value in an ini file is an error, not a trap for the next one.
for my $key (qw(exclude x service s critical C endpoint-url)) {
	my $ini = keep_file("[check_ecs_bottleneck]\n$key=\n", 'empty.ini');
	$run = $standin->fresh_check({name => "$key= in an ini file"}, "--extra-opts=\@$ini", '--critical=10', '-c', 'prod', '-s', 'good', '-m', 'cpu');
	$run->exits('UNKNOWN');
	$run->says('it says that a value is missing', qr/value/);
	is($standin->stats->{requests}, 0, 'before any request');
}
my $inner = keep_file("[check_ecs_bottleneck]\nexclude=\ncritical=10\n", 'inner.ini');
$standin->check({name => 'within the file'}, "--extra-opts=\@$inner", '-c', 'prod')->exits('UNKNOWN');

# What -m asks for adds up, in one place: the command line's takes the place of the ini file's.
my $hot = standin("cluster prod region=eu-west-1\nservice api desired=1 running=1\n\tcpu flat=97\n\tmemory flat=30\n\tebs flat=99\n");
my $list = keep_file("[check_ecs_bottleneck]\nm=ebs\nmetric=memory\n", 'list.ini');
for my $case ([[qw(-m cpu -m memory)], [qw(api_cpu api_memory)]], [[qw(-m memory -m cpu)], [qw(api_cpu api_memory)]], [["--extra-opts=\@$list"], [qw(api_ebs api_memory)]],
	[["--extra-opts=\@$list", qw(-m memory -m cpu)], [qw(api_cpu api_memory)]], [["--extra-opts=\@$list", qw(-m memory)], ['api_memory'], 'OK']) {
	my ($arguments, $series, $state) = @$case;
	$run = $hot->check({name => "@$arguments"}, '-c', 'prod', @$arguments);
	$run->exits($state // 'CRITICAL');
	is_deeply($run->{details_order}, $series, "@$arguments: these metrics");
}

# A result that nobody could read is not OK.
for my $case (['the deadline', undef], ['SIGTERM', ['TERM', 0.7]]) {
	my ($name, $signal) = @$case;
	pipe my $reader, my $writer or die "pipe: $!";
	$writer->blocking(0);
	1 while syswrite $writer, 'x' x 4096;
	$writer->blocking(1);
	$run = $standin->check({name => "a full pipe, $name", quiet => 1, signal => $signal, before => sub { POSIX::dup2(fileno $writer, 1) }},
		'-c', 'prod', '-s', 'good', '-t', $signal ? 20 * time_factor() : 2 * time_factor());
	is($run->{exit}, 3, "a full pipe, $name: exit 3");
	is($run->{signal}, 0, "a full pipe, $name: no signal");
	cmp_ok($run->{own_seconds}, '<', 3 * time_factor(), "a full pipe, $name: ends in time");
}

# The deadline's state is for what the deadline cut off, not for what failed before it.
my $cut = "cluster prod region=eu-west-1\nservice quiet desired=1 running=1\n\tcpu flat=20\nservice mute desired=1 running=1\n";
my $forbidden = standin($cut, '--fault=GetMetricData:forbidden:1', '--fault=DescribeServices:hang');
my $hanging = standin($cut, '--fault=DescribeServices:hang');
$run = $hanging->check({name => 'cut off'}, '-c', 'prod', '-t', 2 * time_factor() . ':ok', '-m', 'cpu');
$run->exits('OK', 'cut off by the deadline');
$run = $forbidden->check({name => 'forbidden, and cut off'}, '-c', 'prod', '-t', 2 * time_factor() . ':ok', '-m', 'cpu');
$run->exits('UNKNOWN', 'forbidden stays UNKNOWN');

# Secrets and odd spellings in URLs and ARNs.
for my $where (['--endpoint-url', {}, '--endpoint-url=https://bob:topsecret@127.0.0.1/'], ['AWS_ENDPOINT_URL', {AWS_ENDPOINT_URL => 'https://bob:topsecret@127.0.0.1/'}]) {
	$run = run_plugin({name => $where->[0], env => $where->[1]}, '-c', 'prod', @{$where}[2 .. $#$where]);
	$run->exits('UNKNOWN');
	unlike($run->{stdout}, qr/topsecret/, "$where->[0]: no password in the output");
}
(my $loud = $standin->url) =~ s/^http/HTTP/;
run_plugin({name => 'HTTP://'}, '-c', 'prod', '-s', 'good', "--endpoint-url=$loud")->exits('OK');
for my $arn (qw(arn:aws:ecs:eu-west-1:123456789012:cluster/a/b arn:aws:ecs:eu-west-1:abc:cluster/prod arn:aws:ecs:eu-west-1:123456789012:cluster/a|b), 'arn:aws:ecs:eu-west-1:123456789012:cluster/pr od') {
	$run = $standin->fresh_check('-c', $arn);
	$run->exits('UNKNOWN');
	is($standin->stats->{requests}, 0, 'no request for such an ARN');
}

# What is asked again is counted, and billed.
my $internal = standin("cluster prod region=eu-west-1\nservice api desired=1 running=1\n\tcpu flat=20\n", '--fault=GetMetricData:internal:2');
$run = $internal->check('-c', 'prod', '-m', 'cpu', '-vv');
$run->exits('OK');
$run->says('requests and retries', qr/GetMetricData 3 requests, 2 retries/, qr/billed: 3 metrics/);

# What is asked again after an internal error has had its attempts: a failure of the call then is the second one.
my $then_failing = standin("cluster prod region=eu-west-1\nservice api desired=1 running=1\n\tcpu flat=20\n", '--fault=GetMetricData:internal:1', '--fault=GetMetricData:500');
$run = $then_failing->check('-c', 'prod', '-m', 'cpu', '-t', 30 * time_factor());
$run->exits('UNKNOWN', 'an internal error, then a failing service');
is($then_failing->calls('GetMetricData'), 3, 'three attempts in all');

# What was wrong before the time was over is told, though it came inside an answer.
my $then_hanging = standin("cluster prod region=eu-west-1\nservice api desired=1 running=1\n\tcpu flat=20\n", '--fault=GetMetricData:internal:1', '--fault=GetMetricData:hang');
$run = $then_hanging->check('-c', 'prod', '-m', 'cpu', '-t', 4 * time_factor());
$run->exits('UNKNOWN', 'an internal error, then silence');
$run->says('the last error', qr/timed out after \d+ s, waiting for GetMetricData from \S+; last error: GetMetricData: CloudWatch had an internal error/);

# Keys that something else renews in the file, while the run goes on.
my $pair = "key AKIDEXAMPLE secret\nkey AKIDNEWER other\ncluster prod region=eu-west-1\nservice api desired=1 running=1\n\tcpu flat=20\n\tmemory flat=20\n";
my $renewing = standin($pair, '--fault=ListServices:expired:1', '--latency-ms=' . int(1000 * time_factor()));
my $keys = keep_file("[default]\naws_access_key_id=AKIDEXAMPLE\naws_secret_access_key=secret\n", 'credentials');
my $writer = fork // die "fork: $!";
if (!$writer) {
	# Once the first request is there, and well before it is answered.
	for (1 .. 500) {
		last if eval { @{$renewing->log} };
		sleep 0.02;
	}
	open my $file, '>', "$keys.new" or POSIX::_exit(1);
	print {$file} "[default]\naws_access_key_id=AKIDNEWER\naws_secret_access_key=other\n";
	close $file;
	rename "$keys.new", $keys;
	POSIX::_exit(0);
}
$run = $renewing->check({name => 'renewed keys', env => {AWS_ACCESS_KEY_ID => undef, AWS_SECRET_ACCESS_KEY => undef, AWS_SHARED_CREDENTIALS_FILE => $keys}}, '-c', 'prod', '-t', 30 * time_factor());
waitpid $writer, 0;
$run->exits('OK', 'expired keys are read anew');
is_deeply([map { $_->{key} } @{$renewing->log}], [qw(AKIDEXAMPLE AKIDNEWER AKIDNEWER)], 'once');

# A pipe as config file, and a locale in which i is not the small I.
my $through = run_plugin({name => 'process substitution', prefix => ['/bin/bash', '-c', 'AWS_CONFIG_FILE=<(sleep 0.2; echo "[default]"; echo "region=eu-west-1") exec "$@"', 'bash'], env => {AWS_REGION => undef}},
	'-c', 'prod', '-s', 'good', '--endpoint-url=' . $standin->url);
$through->exits('OK', 'a pipe as config file');
done_testing;
