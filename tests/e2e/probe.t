#!/usr/bin/perl
# --probe: what it asks, what it says of whose keys, which permission, which host, and that it is OK only where a check could run.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Json;
use CheckECS::Metadata;
use CheckECS::Proxy;
use CheckECS::Secrets;
use JSON::PP;
use IO::Socket::INET;
use POSIX qw(strftime);
use Test::More;

my $account = CheckECS::StandIn->identity_lines . <<~'ACCOUNT';
	key ASIDSESSION Session/Secret+1 token=Session/Token+1
	key AKIDLIST list deny=ecs:ListServices
	key AKIDMETRIC metric deny=cloudwatch:GetMetricData
	key AKIDDESCRIBE describe deny=ecs:DescribeServices
	key AKIDNONE none deny=ecs:ListServices,cloudwatch:GetMetricData,ecs:DescribeServices,ecs:ListClusters
	cluster prod region=eu-west-1
	service api desired=3 running=3
		cpu flat=99
		memory flat=99
	service web desired=3 running=0
	cluster empty region=eu-west-1
	cluster wide region=eu-west-1
	ACCOUNT
$account .= "service s$_ desired=1 running=1\n\tcpu flat=10\n" for 1 .. 130;
my $standin = standin($account);
my %apis = (ListClusters => 'ecs:ListClusters', ListServices => 'ecs:ListServices', GetMetricData => 'cloudwatch:GetMetricData', DescribeServices => 'ecs:DescribeServices');
my $homes = 0;

# A probe with a home of its own; EXPECT: state, operations asked with their numbers.
sub probe {
	my ($name, $env, $state, $asked, $says, @arguments) = @_;
	my $home = tempdir() . '/probe-home-' . ++$homes;
	mkdir $home;
	$standin->reset;
	my $run = $standin->check({name => $name, env => {%{$standin->identity_environment}, HOME => $home, %$env}}, '--probe', @arguments);
	$run->exits($state);
	$run->says("$name: what is said", @$says);
	my %count;
	$count{$_->{operation}}++ for grep { $_->{operation} } @{$standin->log};
	is_deeply(\%count, $asked, "$name: what AWS was asked") if $asked;
	cmp_ok(length $run->{lines}[0], '<=', 120, "$name: the first line stands in a row");
	unlike($run->{lines}[0], qr/\|/, "$name: no perfdata");
	unlike($run->{text}, qr{alice/Secret|old/Token|Session/(?:Secret|Token)}, "$name: no secret");
	return $run;
}

sub keys_of { my ($id, $secret, %more) = @_; return {AWS_ACCESS_KEY_ID => $id, AWS_SECRET_ACCESS_KEY => $secret, %more} }

# --- what works ---

my $all = {ListServices => 1, GetMetricData => 1, DescribeServices => 1};
my $run = probe('all works', {}, 'OK', $all,
	[qr/\AECS OK - prod: 2 services in eu-west-1, key AKID\.\.\.MPLE, long-term$/m, (map { qr/^\[OK\] $_ permitted/m } @apis{qw(ListServices GetMetricData DescribeServices)}),
		qr/^keys: AKID\.\.\.MPLE from environment, long-term: they do not expire$/m, qr/^account: 123456789012$/m, qr/^region: eu-west-1 \(AWS_REGION\)$/m, qr/^proxy: none$/m, qr/^clock: this host's clock agrees with AWS's$/m], '-c', 'prod');
unlike($run->{text}, qr/^identity:|^api: /m, 'all works: STS is not asked without -v, and no calls are listed without -vv');
my ($call) = grep { $_->{operation} eq 'GetMetricData' } @{$standin->log};
is(scalar @{$call->{body}{MetricDataQueries}}, 1, 'all works: one series');
is($call->{body}{EndTime} - $call->{body}{StartTime}, 3600, 'all works: of one point');
is_deeply([map { scalar grep { /\A(?:api|web)\z/ } @{$_->{body}{services}} } grep { $_->{operation} eq 'DescribeServices' } @{$standin->log}], [1], 'all works: one service of the list is described');
probe('by ARN', {}, 'OK', $all, [qr/\AECS OK - prod: 2 services in eu-west-1/], '-c', 'arn:aws:ecs:eu-west-1:123456789012:cluster/prod');
probe('a cluster without services', {}, 'OK', $all, [qr/\AECS OK - empty: no services in eu-west-1/], '-c', 'empty');
probe('more than a page', {}, 'OK', $all, [qr/\AECS OK - wide: more than 100 services in eu-west-1/], '-c', 'wide');
probe('a state for what has no data', {}, 'OK', {ListServices => 1, GetMetricData => 1}, [qr/\AECS OK - prod: 2 services/], '-c', 'prod', '--no-data=ok');
probe('another metric', {}, 'OK', $all, [], '-c', 'prod', '-m', 'ebs');
($call) = grep { $_->{operation} eq 'GetMetricData' } @{$standin->log};
is($call->{body}{MetricDataQueries}[0]{MetricStat}{Metric}{MetricName}, 'EBSFilesystemUtilization', 'another metric: it is the one that is asked for');

# Services that are named are not listed, and described whatever --no-data says; managed daemons are not described.
probe('a named service', {}, 'OK', {GetMetricData => 1, DescribeServices => 1}, [qr{\AECS OK - prod/api: permitted in eu-west-1, key AKID}], '-c', 'prod', '-s', 'api', '--no-data=ok');
probe('a pattern', {}, 'OK', $all, [qr/\AECS OK - prod: 2 services/], '-c', 'prod', '-s', 'a*');
probe('a managed daemon', {}, 'OK', {GetMetricData => 1}, [], '-c', 'prod', '-s', 'daemon:logs');
probe('a managed daemon before a service', {}, 'OK', {GetMetricData => 1, DescribeServices => 1}, [], '-c', 'prod', '-s', 'daemon:logs,api');
is_deeply([map { $_->{body}{services} } grep { $_->{operation} eq 'DescribeServices' } @{$standin->log}], [['api']], 'a managed daemon before a service: the service is described');
probe('a managed daemon, and tasks', {}, 'OK', {GetMetricData => 1}, [], '-c', 'prod', '-s', 'daemon:logs', '-m', 'cpu,tasks');
probe('a name that -x leaves out', {}, 'OK', {GetMetricData => 1, DescribeServices => 1}, [], '-c', 'prod', '-s', 'api,web', '-x', 'a*');
is_deeply([map { $_->{body}{services} } grep { $_->{operation} eq 'DescribeServices' } @{$standin->log}], [['web']], 'a name that -x leaves out: the other one is described');
probe('a named service of a missing cluster', {}, 'UNKNOWN', undef, [qr/this cluster does not exist in eu-west-1/], '-c', 'prdo', '-s', 'api');

# Running tasks: ECS is asked of each service, and no metric has to be had.
probe('tasks alone', {}, 'OK', {ListServices => 1, DescribeServices => 1}, [qr/\AECS OK - prod: 2 services/], '-c', 'prod', '-m', 'tasks');
probe('tasks beside cpu', {}, 'OK', $all, [qr/\AECS OK - prod: 2 services/], '-c', 'prod', '-m', 'cpu,tasks', '--no-data=ok');
probe('tasks without DescribeServices', keys_of('AKIDDESCRIBE', 'describe'), 'UNKNOWN', {ListServices => 1, DescribeServices => 1},
	[qr/\AECS UNKNOWN - prod: .*ecs:DescribeServices/, qr/^\[UNKNOWN\] ecs:DescribeServices denied: add the IAM action/m], '-c', 'prod', '-m', 'tasks');

$run = probe('whose keys', {}, 'OK', {%$all, GetCallerIdentity => 1}, [qr{^identity: arn:aws:iam::123456789012:user/nagios$}m], '-c', 'prod', '-v');
probe('calls and cost', {}, 'OK', {%$all, GetCallerIdentity => 1}, [qr/^api: GetMetricData 1 request, 0 retries/m, qr/^billed: 1 metric /m], '-c', 'prod', '-vv');

# Without -c: an account's keys and network, by the one list that costs nothing.
$run = probe('an account', {}, 'OK', {ListClusters => 1}, [qr/\AECS OK - 3 clusters in eu-west-1, key AKID/, qr/^\[OK\] ecs:ListClusters permitted: 3 clusters$/m, qr/^name a cluster with -c/m]);
probe('a region without clusters', {}, 'UNKNOWN', {ListClusters => 1}, [qr/\AECS UNKNOWN - no ECS clusters in eu-central-1: check the region \(-r\) and the account \(-p\)$/m], '-r', 'eu-central-1');

# --- whose keys, and how long they live ---

my $role = 'arn:aws:iam::123456789012:role/Monitoring';
probe('a role', {}, 'OK', {%$all, AssumeRole => 1}, [qr/\AECS OK - prod: 2 services in eu-west-1, keys of role Monitoring good for (?:59 min|1 h)/, qr/^keys: role Monitoring, ASIA\.\.\.\w{4} from role, good for (?:59 min|1 h), until \d{4}-\d\d-\d\d \d\d:\d\dZ$/m],
	'-c', 'prod', "--role-arn=$role");
probe('a role of a path, as STS says it', {AWS_ACCESS_KEY_ID => 'AKIDALICE', AWS_SECRET_ACCESS_KEY => 'alice/Secret+1'}, 'OK', {%$all, AssumeRole => 1, GetCallerIdentity => 1},
	[qr/keys of role Trusting /, qr{^identity: arn:aws:sts::123456789012:assumed-role/Trusting/check_ecs_bottleneck$}m], '-c', 'prod', '-v', '--role-arn=arn:aws:iam::123456789012:role/path/Trusting');
my $config = keep_file("[profile m]\nrole_arn = $role\ncredential_source = Environment\n", 'config');
probe("a profile's role", {AWS_CONFIG_FILE => $config}, 'OK', undef, [qr/keys of role Monitoring good for/], '-c', 'prod', '-p', 'm');
my $token = keep_file('web.identity.token', 'token');
probe('a web identity', {AWS_ACCESS_KEY_ID => undef, AWS_SECRET_ACCESS_KEY => undef, AWS_WEB_IDENTITY_TOKEN_FILE => $token, AWS_ROLE_ARN => $role}, 'OK', undef,
	[qr/keys of role Monitoring good for/, qr/ from web identity, /], '-c', 'prod');
my $until = strftime('%Y-%m-%dT%H:%M:%SZ', gmtime(time + 5 * 3600 + 100));
my %issued = (Code => 'Success', AccessKeyId => 'ASIDSESSION', SecretAccessKey => 'Session/Secret+1', Token => 'Session/Token+1', Expiration => $until);
my $instance = CheckECS::Metadata->start(sub {
	my ($method, $path) = @_;
	return [200, 'imds-token', {headers => ['X-aws-ec2-metadata-token-ttl-seconds: 21600']}] if $path =~ m{/latest/api/token};
	return [200, 'host-role'] if $path =~ m{/security-credentials/\z};
	return [200, encode_json(\%issued)] if $path =~ m{/security-credentials/host-role\z};
	return [404, ''];
});
my %none = (AWS_ACCESS_KEY_ID => undef, AWS_SECRET_ACCESS_KEY => undef);
probe("an instance's role", {%none, AWS_EC2_METADATA_DISABLED => undef, AWS_EC2_METADATA_SERVICE_ENDPOINT => $instance->{url}}, 'OK', $all,
	[qr/keys of role host-role good for 5 h/, qr/^keys: role host-role, ASID\.\.\.SION from instance metadata, good for 5 h(?: 1 min)?, until /m], '-c', 'prod');
my $old = strftime('%Y-%m-%dT%H:%M:%SZ', gmtime(time - 3600));
my $agent = CheckECS::Metadata->start(sub { return [200, encode_json({%issued, Expiration => $old})] });
probe('keys that say they have expired', {%none, AWS_CONTAINER_CREDENTIALS_FULL_URI => "$agent->{url}/keys"}, 'OK', $all,
	[qr/key ASID\.\.\.SION that have expired|keys .*expired/, qr/^keys: ASID\.\.\.SION from container, expired (?:1 h|60 min|59 min)(?: \d+ min)? ago, at /m], '-c', 'prod');
my $program = keep_file('#!/bin/sh' . "\n" . q(echo '{"Version":1,"AccessKeyId":"ASIDSESSION","SecretAccessKey":"Session/Secret+1","SessionToken":"Session/Token+1"}') . "\n", 'program');
chmod 0700, $program;
probe('keys of which nobody knows the end', {%none, AWS_CONFIG_FILE => keep_file("[default]\ncredential_process = $program\n", 'config')}, 'OK', $all,
	[qr/key ASID\.\.\.SION, temporary$/m, qr/^keys: .* from credential_process, temporary: their source does not say when they expire$/m], '-c', 'prod');

# --- what is missing: each API denied, alone and with the others ---

for my $case (['AKIDLIST', 'list', 'ListServices'], ['AKIDMETRIC', 'metric', 'GetMetricData']) {
	my ($id, $secret, $operation) = @$case;
	my $action = $apis{$operation};
	probe("$operation denied", keys_of($id, $secret), 'UNKNOWN', $all,
		[qr/\AECS UNKNOWN - prod: .*\Q$action\E/, qr/^\[UNKNOWN\] \Q$action\E denied: add the IAM action \Q$action\E/m, qr/^AWS says: AccessDenied/m,
			map { qr/^\[OK\] \Q$apis{$_}\E permitted/m } grep { $_ ne $operation && $_ ne 'ListClusters' } sort keys %apis], '-c', 'prod');
}
probe('DescribeServices denied', keys_of('AKIDDESCRIBE', 'describe'), 'OK', $all,
	[qr/\AECS OK - prod: 2 services in eu-west-1, .*; ecs:DescribeServices denied$/m, qr/^\[OK\] ecs:DescribeServices denied: add the IAM action .*; a service without data will be UNKNOWN unless --no-data says what it is$/m], '-c', 'prod');
probe('all denied', keys_of('AKIDNONE', 'none'), 'UNKNOWN', $all,
	[qr/\AECS UNKNOWN - prod: permissions are missing: ecs:ListServices, cloudwatch:GetMetricData, ecs:DescribeServices$/m], '-c', 'prod');
# Without -c the denial itself proves keys, network and region: the alarms of an account depend on this probe. Only AWS's denial of
# the list does: other errors are UNKNOWN.
probe('ListClusters denied', keys_of('AKIDNONE', 'none'), 'OK', {ListClusters => 1},
	[qr/\AECS OK - AWS answers in eu-west-1, key AK\.\.\., long-term; ecs:ListClusters denied: name the cluster with -c$/m,
		qr/^\[OK\] ecs:ListClusters denied: add the IAM action ecs:ListClusters for .*; a check with -c does not need it$/m, qr/^AWS says: AccessDenied/m]);
probe('an account, a wrong secret', keys_of('AKIDEXAMPLE', 'wrong'), 'UNKNOWN', {ListClusters => 1}, [qr/\AECS UNKNOWN - .*wrong signature/]);
probe('an account, a key that is not known', keys_of('AKIDUNKNOWN', 'unknown'), 'UNKNOWN', {ListClusters => 1}, [qr/\AECS UNKNOWN - ListClusters: /]);
probe('an account, expired keys', keys_of('ASIAOLD', 'old', AWS_SESSION_TOKEN => 'old/Token+1=='), 'UNKNOWN', {ListClusters => 1}, [qr/\AECS UNKNOWN - .*expired/]);
probe('an account, a role that may not be assumed', keys_of('AKIDDENIED', 'denied'), 'UNKNOWN', {AssumeRole => 1}, [qr/\AECS UNKNOWN - .*sts:AssumeRole/], "--role-arn=$role");
# A name is asked about whatever --no-data says.
probe('DescribeServices denied, a named service', keys_of('AKIDDESCRIBE', 'describe'), 'OK', {GetMetricData => 1, DescribeServices => 1},
	[qr{\AECS OK - prod/api: permitted in eu-west-1, .*; ecs:DescribeServices denied$}m, qr/^\[OK\] ecs:DescribeServices denied: add the IAM action .*; a service without data will be UNKNOWN, whatever --no-data says$/m], '-c', 'prod', '-s', 'api', '--no-data=ok');
probe('a role that may not be assumed', keys_of('AKIDDENIED', 'denied'), 'UNKNOWN', {AssumeRole => 1}, [qr/\AECS UNKNOWN - prod: .*sts:AssumeRole/, qr/^region: /m], '-c', 'prod', "--role-arn=$role");

# --- keys that are of no use ---

probe('no keys', {AWS_ACCESS_KEY_ID => undef, AWS_SECRET_ACCESS_KEY => undef}, 'UNKNOWN', {}, [qr/\AECS UNKNOWN - prod: no AWS credentials found: /, qr/^credentials: environment: AWS_ACCESS_KEY_ID is not set$/m, qr/^region: eu-west-1/m], '-c', 'prod');
probe('expired keys', keys_of('ASIAOLD', 'old', AWS_SESSION_TOKEN => 'old/Token+1=='), 'UNKNOWN', undef, [qr/\AECS UNKNOWN - prod: .*expired/], '-c', 'prod');
probe('a wrong secret', keys_of('AKIDEXAMPLE', 'wrong'), 'UNKNOWN', undef, [qr/\AECS UNKNOWN - prod: .*wrong signature/], '-c', 'prod');

# --- clusters that are not there ---

probe('a cluster mistyped', {}, 'UNKNOWN', {ListServices => 1, GetMetricData => 1, ListClusters => 1}, [qr/\AECS UNKNOWN - prdo: this cluster does not exist in eu-west-1/, qr/did you mean prod\?/, qr/^\[OK\] cloudwatch:GetMetricData permitted$/m], '-c', 'prdo');
probe('another region', {}, 'UNKNOWN', undef, [qr/\AECS UNKNOWN - prod: this cluster does not exist in us-east-1: check -c, the region \(-r\)/, qr/^region: us-east-1 \(--region\)$/m], '-c', 'prod', '-r', 'us-east-1');
probe('-c meant as a range', {}, 'UNKNOWN', undef, [qr/for a critical range use -C/], '-c', '95');

# --- the network ---

my $dead = do { my $l = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 1) or die; '127.0.0.1:' . $l->sockport };
$run = run_plugin({name => 'no proxy there', env => {http_proxy => "http://$dead"}}, '--probe', '-c', 'prod', '--endpoint-url=http://ecs.example');
$run->exits('UNKNOWN');
$run->says('no proxy there: it is named', qr/\AECS UNKNOWN - prod: .*proxy/, qr/^proxy: \Q$dead\E \(http_proxy\)/m);
$run = run_plugin({name => 'no such host'}, '--probe', '-c', 'prod', '--endpoint-url=http://no-such-host.invalid');
$run->exits('UNKNOWN');
$run->says('no such host: it is named', qr/\AECS UNKNOWN - prod: .*cannot resolve no-such-host\.invalid/, qr/^\[UNKNOWN\] GetMetricData: cannot resolve/m);
$run = run_plugin({name => 'refused'}, '--probe', '-c', 'prod', "--endpoint-url=http://$dead");
$run->exits('UNKNOWN');
$run->says('refused: the host is named', qr/\AECS UNKNOWN - prod: .*\Q$dead\E/);

for my $offset (420, -420) {
	my $slow = $offset > 0;
	my $clock = standin($account, "--clock-offset=$offset");
	my $run = $clock->check({name => "clock $offset"}, '--probe', '-c', 'prod');
	$run->exits('OK');
	my $word = $slow ? 'slow' : 'fast';
	$run->says("clock $offset: told", qr/\AECS OK - prod: .*; this host's clock is $word$/m, qr/^clock: this host's clock is 7 min $word$/m);
	my $json = json_run($clock, {name => "clock $offset, JSON"}, '--probe', '-c', 'prod');
	cmp_ok(abs($json->{json}{probe}{clock_behind_s} - $offset), '<=', 5, "clock $offset: in seconds in JSON");
}

# Faults of each call: the state, and the operation that is named.
my $two = 2 * time_factor();
for my $operation (qw(ListServices GetMetricData DescribeServices)) {
	for my $kind (qw(500 garbage shape reset wordless hang), $operation eq 'ListServices' ? qw(gone throttle) : ()) {
		my $name = "$operation: $kind";
		my $faulty = standin($account, "--fault=$operation:$kind");
		my $run = $faulty->check({name => $name, env => {AWS_MAX_ATTEMPTS => 2}}, '--probe', '-c', 'prod', '-t', $two);
		my $is_denied = $kind eq 'wordless';
		$run->exits($is_denied && $operation eq 'DescribeServices' ? 'OK' : 'UNKNOWN') unless $is_denied;
		$run->says("$name: the call is named", qr/$operation/);
		my @works = $kind eq 'gone' ? () : grep { $_ ne $operation } $kind eq 'hang' && $operation eq 'ListServices' ? () : qw(ListServices GetMetricData DescribeServices);
		$run->says("$name: what works is told", map { qr/^\[OK\] \Q$apis{$_}\E permitted/m } @works) if @works;
		cmp_ok($run->{own_seconds}, '<', ($two + 1.5) * time_factor(), "$name: in time");
	}
}
my $again = standin($account, '--fault=ListServices:503:1', '--fault=GetMetricData:throttle:1');
$run = $again->check({name => 'a fault that passes'}, '--probe', '-c', 'prod');
$run->exits('OK');
my $lost = standin($account, '--fault=GetMetricData:forbidden');
$run = $lost->check({name => 'a series that is forbidden'}, '--probe', '-c', 'prod');
$run->exits('UNKNOWN');
$run->says('a series that is forbidden', qr/\AECS UNKNOWN - prod: .*cloudwatch:GetMetricData/);

# STS decides nothing.
for my $fault (qw(500 hang denied shape)) {
	my $faulty = standin($account, "--fault=GetCallerIdentity:$fault");
	my $run = $faulty->check({name => "STS: $fault", env => $faulty->identity_environment}, '--probe', '-c', 'prod', '-v', '-t', 2 * $two);
	$run->exits('OK');
	$run->says("STS: $fault: told", qr/^identity: not known: \S/m);
}

# --- the end of time, and signals ---

my $hanging = standin($account, '--fault=ListServices:hang');
for my $state ('', ':CRITICAL') {
	my @timeout = $state ? '--extra-opts=check@' . keep_file("[check]\ntimeout = $two$state\n", 'ini') : ('-t', $two);
	my $run = $hanging->check({name => "deadline$state"}, '--probe', '-c', 'prod', @timeout);
	$run->exits('UNKNOWN');
	$run->says("deadline$state: what it waited for", qr/\AECS UNKNOWN - prod: timed out after $two s, waiting for ListServices from /, qr/^\[UNKNOWN\] ListServices: not answered in time$/m);
}
for my $signal (qw(TERM INT HUP)) {
	my $run = $hanging->check({name => "SIG$signal", signal => [$signal, 0.3]}, '--probe', '-c', 'prod', '-t', 30 * time_factor());
	$run->exits('UNKNOWN');
	$run->says("SIG$signal", qr/\AECS UNKNOWN - prod: ended by a signal/);
}

# --- options ---

for my $case (['-w', '80'], ['-C', '80'], ['--window=1h'], ['--period=1m'], ['--statistic=Average'], ['--breaches=2'], ['--perfdata=all'], ['--chart=always'], ['--color=always'],
	['--links=always'], ['--interval=5m'], ['--timeout-result=critical'], ['-t', '5:critical']) {
	my $run = run_plugin({name => "with @$case"}, '--probe', '-c', 'prod', '--endpoint-url=http://127.0.0.1:9', @$case);
	$run->exits('UNKNOWN');
	my ($option) = $case->[0] =~ /\A([^=]+)/;
	$run->says("with @$case: refused", qr/\AECS UNKNOWN - --probe .*: leave out (?:\Q$option\E|.*\Q$option\E)/);
	is(scalar @{$run->{lines}}, 1, "with @$case: one line");
}
my $ini = keep_file("[check]\nwarning = 70\nwindow = 1h\nperiod = 5m\n", 'ini');
$run = $standin->check({name => "a check's ini file"}, '--probe', "--extra-opts=check\@$ini", '-c', 'prod');
$run->exits('OK');
$run = $standin->check({name => 'bounded'}, '--probe', '-c', 'prod', '--max-output=1000');
cmp_ok(length $run->{stdout}, '<=', 1000, 'bounded: within the bytes');
$run->exits('OK');

# --- JSON ---

my $json = json_run($standin, {name => 'JSON', env => $standin->identity_environment}, '--probe', '-c', 'prod', '-v');
is($json->{json}{kind}, 'probe', 'JSON: its kind');
my $of_check = json_run($standin, {name => 'JSON of a check'}, '-c', 'prod');
is_deeply([sort grep { !/\A(?:kind|probe)\z/ } keys %{$json->{json}}], [sort keys %{$of_check->{json}}], 'JSON: every member that a check has');
is_deeply([grep { defined $json->{json}{$_} } qw(window statistic recover thresholds idle_ranges services)], [], 'JSON: what a probe does not have is null');
is_deeply([map { [@$_{qw(operation permission result)}] } @{$json->{json}{probe}{apis}}],
	[['ListClusters', 'ecs:ListClusters', 'not_needed'], map { [$_, $apis{$_}, 'permitted'] } qw(ListServices GetMetricData DescribeServices)], 'JSON: each call');
is_deeply([@{$json->{json}{probe}}{qw(services_at_least clusters_at_least proxy)}], [2, undef, undef], 'JSON: counts and proxy');
is($json->{json}{probe}{keys}{identity}, 'arn:aws:iam::123456789012:user/nagios', 'JSON: whose keys');
is($json->{json}{account}, '123456789012', 'JSON: the account');
$json = json_run($standin, {name => 'JSON, a role', env => $standin->identity_environment}, '--probe', '-c', 'prod', "--role-arn=$role");
like($json->{json}{probe}{keys}{expires}, qr/\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\z/, 'JSON: when the keys expire');
is($json->{json}{probe}{keys}{role}, 'Monitoring', 'JSON: the role');
$json = json_run($standin, {name => 'JSON, denied', env => keys_of('AKIDLIST', 'list')}, '--probe', '-c', 'prod');
is($json->{json}{probe}{apis}[1]{result}, 'denied', 'JSON, denied: the call');
like($json->{json}{probe}{apis}[1]{reason}, qr/ecs:ListServices/, 'JSON, denied: the reason');
for my $case (['no keys', {AWS_ACCESS_KEY_ID => undef, AWS_SECRET_ACCESS_KEY => undef}], ['deadline', {}, '-t', $two]) {
	my ($name, $env, @arguments) = @$case;
	my $json = json_run($name eq 'deadline' ? $hanging : $standin, {name => "JSON, $name", env => $env}, '--probe', '-c', 'prod', @arguments);
	is($json->{json}{kind}, 'probe', "JSON, $name: its kind");
	is($json->{json}{state}, 'UNKNOWN', "JSON, $name: its state");
}
validate_all();

# A host whose every name is meant to break something.
my $hostile = standin(CheckECS::StandIn->identity_lines . "cluster prod region=eu-west-1\nservice api desired=1 running=1\n", '--fault=ListServices:foreign');
$run = $hostile->check({name => 'a list of another account'}, '--probe', '-c', 'prod');
ok($run->{exit} == 3 || $run->{exit} == 0, 'a list of another account: a state');

done_testing;
