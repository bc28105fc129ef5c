#!/usr/bin/perl
# The plugin and the stand-in against AWS's SDK for JavaScript and the service models of botocore: `make check-sdk`. The SDK makes
# the calls of a check to the stand-in; its requests are those of the plugin, member by member, and it takes the stand-in's
# answers for what they are meant to say. The inputs of the SDK's calls are written here, from the contract.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/../e2e/lib", $FindBin::Bin;
use CheckECS;
use Digest::SHA qw(sha1_hex);
use File::Path qw(make_path);
use JSON::PP;
use POSIX qw(strftime);
use Recorder;
use Sdk;
use Test::More;

plan skip_all => 'make check-sdk installs the SDK and runs this' unless $ENV{CHECK_ECS_SDK};

my $arn = 'arn:aws:ecs:eu-west-1:123456789012';
my $clusters = <<~'ACCOUNT';
	cluster prod region=eu-west-1
	service api desired=3 running=3
		cpu flat=34.4
		memory flat=51.5
	service worker desired=1 running=1
		cpu flat=20.5
		memory flat=30
	service mute desired=2 running=0 deployed=-20m rollout=IN_PROGRESS failed=4 created=-2h
		event -4m (service mute) was unable to place a task.
	service idle desired=0 running=0
	service agent desired=1 running=0 scheduling=DAEMON
	cluster stage region=eu-west-1
	cluster Third_one region=eu-west-1 arn=short
	cluster far region=us-east-1
	ACCOUNT
my $standin = standin(CheckECS::StandIn->identity_lines . $clusters, '--page-size=2', '--max-datapoints=24', '--keep-refresh-tokens');
my $recorder = Recorder->start($standin->port);
my (@recorded, %versions);

# What the plugin asks for.
sub plugin_asks {
	my ($name, $recorder, $change, @arguments) = @_;
	$recorder->take;
	my $run = run_plugin({name => $name, env => {AWS_ENDPOINT_URL => $recorder->{url}, AWS_MAX_ATTEMPTS => 1, %$change}}, '--no-cache', @arguments);
	my @ours = $recorder->take;
	cmp_ok(scalar @ours, '>', 0, "$name: the plugin has asked") or diag $run->{stdout};
	push @recorded, map { {%$_, whose => 'the plugin', name => $name} } @ours;
	return @ours;
}

# Runs the plugin and the SDK's calls in the same environment, or in two that a function makes alike, and compares what they sent.
# CALLS gets the plugin's exchanges. -> the results of the SDK's calls
sub side_by_side {
	my ($name, $change, $arguments, $calls) = @_;
	my $changes = ref $change eq 'CODE' ? $change : sub { return $change };
	my @ours = plugin_asks($name, $recorder, $changes->(), @$arguments);
	my $said = sdk_calls({AWS_ENDPOINT_URL => $recorder->{url}, AWS_MAX_ATTEMPTS => 1, %{$changes->()}}, $calls->(@ours));
	%versions = %{$said->{versions}};
	my @theirs = $recorder->take;
	same_requests($name, \@ours, \@theirs);
	push @recorded, map { {%$_, whose => 'the SDK', name => $name} } @theirs;
	return map { $_->{error} ? diag("$name: the SDK says $_->{error}{name}: $_->{error}{message}") : (); $_->{pages} // [] } @{$said->{results}};
}

# --- a check by keys of the environment: lists, metrics, what is silent ---

# The times that the plugin's first GetMetricData asks for, for a call of the same.
sub window_asked {
	my ($call) = grep { operation_of($_) eq 'GetMetricData' } @_;
	my $members = $call ? members_of($call) : {};
	return map { $_ => $members->{$_} } qw(StartTime EndTime);
}

sub series {
	my ($services, $metrics, $period, $statistic) = @_;
	my $n = 0;
	return [map { my $service = $_; map { {Id => 'q' . ++$n, MetricStat => {
		Metric => {Namespace => 'AWS/ECS', MetricName => $_, Dimensions => [{Name => 'ClusterName', Value => 'prod'}, {Name => 'ServiceName', Value => $service}]},
		Period => $period, Stat => $statistic}} } @$metrics } @$services];
}

my @services = qw(agent api idle mute worker);
my %window;
my ($lists, $metrics, $described) = side_by_side('a check', {}, ['-c', 'prod'], sub {
	%window = window_asked(@_);
	return (
		{client => 'ecs', command => 'ListServices', paged => 1, input => {cluster => 'prod', maxResults => 100}},
		{client => 'cloudwatch', command => 'GetMetricData', paged => 1, input => {MetricDataQueries => series(\@services, [qw(CPUUtilization MemoryUtilization)], 3600, 'Maximum'), %window}},
		{client => 'ecs', command => 'DescribeServices', input => {cluster => 'prod', services => [qw(agent idle mute)]}},
	);
});
is_deeply([sort map { @{$_->{serviceArns}} } @$lists], [map { "$arn:service/prod/$_" } @services], 'the SDK reads all services');
is(scalar @$lists, 3, 'from three pages');
is_deeply([map { exists $_->{nextToken} } @$lists], [1, 1, ''], 'of which the last has no token');

my %points;
for my $result (map { @{$_->{MetricDataResults}} } @$metrics) {
	push @{$points{$result->{Id}}{times}}, @{$result->{Timestamps}};
	push @{$points{$result->{Id}}{values}}, @{$result->{Values}};
	$points{$result->{Id}}{status} = $result->{StatusCode};
}
my $q = 0;
my %value = (api => [34.4, 51.5], worker => [20.5, 30]);
for my $service (@services) {
	for my $metric (0, 1) {
		my $got = $points{'q' . ++$q} // {};
		my $value = $value{$service}[$metric];
		my @wanted = defined $value ? map { $window{EndTime} - 3600 * $_ } 1 .. ($window{EndTime} - $window{StartTime}) / 3600 : ();
		is_deeply($got, {times => \@wanted, values => [map { $value } @wanted], status => 'Complete'}, "the SDK reads series $metric of $service: " . @wanted . ' points, the newest first');
	}
}
cmp_ok(scalar @$metrics, '>', 2, 'from several pages');

my %service = map { $_->{serviceName} => $_ } map { @{$_->{services}} } @$described;
is_deeply({map { my $s = $service{$_} // {}; $_ => [@$s{qw(status schedulingStrategy desiredCount runningCount clusterArn serviceArn)}] } qw(agent idle mute)}, {
	agent => ['ACTIVE', 'DAEMON', 1, 0, "$arn:cluster/prod", "$arn:service/prod/agent"],
	idle => ['ACTIVE', 'REPLICA', 0, 0, "$arn:cluster/prod", "$arn:service/prod/idle"],
	mute => ['ACTIVE', 'REPLICA', 2, 0, "$arn:cluster/prod", "$arn:service/prod/mute"],
}, 'the SDK reads what ECS says of the silent services');
my ($deployment) = @{$service{mute}{deployments} // []};
is_deeply([map { $deployment->{$_} } qw(status rolloutState failedTasks desiredCount runningCount)], ['PRIMARY', 'IN_PROGRESS', 4, 2, 0], 'and of a deployment');
is($service{mute}{events}[0]{message}, '(service mute) was unable to place a task.', 'and of an event');
my $now = time;
cmp_ok(abs($now - 1200 - $deployment->{createdAt}), '<', 60 * time_factor(), 'whose times it reads: a deployment of 20 minutes ago');
cmp_ok(abs($now - 240 - $service{mute}{events}[0]{createdAt}), '<', 60 * time_factor(), 'an event of 4 minutes ago');

# --- other windows, statistics and metrics; a cluster by its ARN ---

side_by_side('a percentile of one service in 5 minutes', {}, ['-c', "$arn:cluster/prod", '-s', 'api*', '--statistic=p99.9', '--window=3h', '--period=5m', '-m', 'ebs', '--no-data=ok'], sub {
	my %times = window_asked(@_);
	return (
		{client => 'ecs', command => 'ListServices', paged => 1, input => {cluster => "$arn:cluster/prod", maxResults => 100}},
		{client => 'cloudwatch', command => 'GetMetricData', paged => 1, input => {MetricDataQueries => series(['api'], ['EBSFilesystemUtilization'], 300, 'p99.9'), %times}},
	);
});
my ($cluster_pages) = side_by_side('which clusters there are', {}, [], sub { return {client => 'ecs', command => 'ListClusters', paged => 1, input => {maxResults => 100}} });
is_deeply([sort map { @{$_->{clusterArns}} } @$cluster_pages], [map { "$arn:cluster/$_" } qw(Third_one prod stage)], 'the SDK reads all clusters of the region');

# --- keys of roles: the same files and variables for both ---

# What "aws configure sso" and "aws sso login" leave in a home directory: a token that lasts so long.
my $homes = 0;
sub signed_in {
	my ($seconds) = @_;
	my $home = tempdir() . '/signed-in-' . ++$homes;
	my $ends = sub { strftime('%Y-%m-%dT%H:%M:%SZ', gmtime(time + $_[0])) };
	my %text = (
		'.aws/config' => "[profile sso]\nsso_session = s\nsso_account_id = 123456789012\nsso_role_name = Reader\n"
			. "[sso-session s]\nsso_region = us-east-1\nsso_start_url = https://example.awsapps.com/start\n",
		'.aws/sso/cache/' . sha1_hex('s') . '.json' => encode_json({startUrl => 'https://example.awsapps.com/start', region => 'us-east-1', accessToken => 'access-token-1',
			expiresAt => $ends->($seconds), refreshToken => 'refresh-token-1', clientId => 'client-1', clientSecret => 'client-secret-1', registrationExpiresAt => $ends->(86400)}),
	);
	for my $name (keys %text) {
		make_path("$home/$name" =~ s{/[^/]+\z}{}r);
		open my $file, '>:raw', "$home/$name" or die "$home/$name: $!";
		print {$file} $text{$name};
		close $file or die "$home/$name: $!";
	}
	return {AWS_ACCESS_KEY_ID => undef, AWS_SECRET_ACCESS_KEY => undef, HOME => $home, AWS_PROFILE => 'sso'};
}
my @list = ({client => 'ecs', command => 'ListServices', paged => 1, input => {cluster => 'prod', maxResults => 100}});
my @no_metrics = ('-c', 'prod', '-s', 'none*');
my %no_keys = (AWS_ACCESS_KEY_ID => undef, AWS_SECRET_ACCESS_KEY => undef);

my $external = 'shared:id/1';
my $role = 'arn:aws:iam::123456789012:role/Monitoring';
my $role_config = "[profile role]\nrole_arn = arn:aws:iam::210987654321:role/External\nexternal_id = $external\nrole_session_name = na=med,\@x.-y\n"
	. "duration_seconds = 1800\ncredential_source = Environment\n";
# With AWS_PROFILE alone the AWS CLI and the plugin take the keys of the environment, the SDK the profile.
side_by_side('a role of a profile', {AWS_PROFILE => 'role', AWS_CONFIG_FILE => keep_file($role_config, 'config')}, ['-p', 'role', @no_metrics], sub { @list });
side_by_side('a web identity', {%no_keys, AWS_ROLE_ARN => $role, AWS_ROLE_SESSION_NAME => 'named', AWS_WEB_IDENTITY_TOKEN_FILE => keep_file('web.identity.token', 'token')},
	\@no_metrics, sub { @list });
side_by_side('IAM Identity Center', signed_in(7200), \@no_metrics, sub { @list });
side_by_side('IAM Identity Center, the token renewed', sub { signed_in(60) }, \@no_metrics, sub { @list });

# The client of STS itself, as a program calls it.
$recorder->take;
my $said = sdk_calls({AWS_ENDPOINT_URL => $recorder->{url}}, {client => 'sts', command => 'GetCallerIdentity', input => {}},
	{client => 'sts', command => 'AssumeRole', input => {RoleArn => 'arn:aws:iam::210987654321:role/External', RoleSessionName => 'na=med,@x.-y', ExternalId => $external, DurationSeconds => 1800}});
my ($caller, $assumed) = map { $_->{pages}[0] // diag(explain $_) } @{$said->{results}};
is($caller->{Arn}, 'arn:aws:iam::123456789012:user/nagios', 'the SDK reads who the keys belong to');
is($assumed->{AssumedRoleUser}{Arn}, 'arn:aws:sts::210987654321:assumed-role/External/na=med,@x.-y', 'and a role that was assumed');
like($assumed->{Credentials}{AccessKeyId}, qr/\AASIA[A-Z0-9]{16}\z/, 'its key');
cmp_ok(abs($assumed->{Credentials}{Expiration} - time - 1800), '<', 60 * time_factor(), 'and when it expires');
my ($own) = grep { $_->{name} eq 'a role of a profile' && $_->{whose} eq 'the plugin' && operation_of($_) eq 'AssumeRole' } @recorded;
my ($identity, $theirs) = $recorder->take;
same_requests('a role by the client of STS', [$own], [$theirs]) if ok($own && $theirs, 'both have assumed the role');
push @recorded, map { {%$_, whose => 'the SDK', name => 'the client of STS'} } $identity, $theirs;

# --- the same in CBOR, which the model of CloudWatch prefers ---

$recorder->take;
sdk_calls({AWS_ENDPOINT_URL => $recorder->{url}, AWS_MAX_ATTEMPTS => 1},
	{client => 'cloudwatch', command => 'GetMetricData', cbor => 1, input => {MetricDataQueries => series(\@services, [qw(CPUUtilization MemoryUtilization)], 3600, 'Maximum'), %window}});
my ($cbor) = $recorder->take;
my ($in_json) = grep { operation_of($_) eq 'GetMetricData' } @recorded;
is($cbor->{path}, '/service/GraniteServiceVersion20100801/operation/GetMetricData', 'the SDK can speak CBOR to CloudWatch as well: another path');
is_deeply(members_of($cbor), members_of($in_json), 'with the same members as the plugin sends in JSON');
ok(!grep({ /cbor/ } map { header($_, 'content-type') // '' } @recorded), 'but does so only when told to');

# --- more than one call takes: what is asked for stays within the bounds of the model ---

my $many = standin("cluster prod region=eu-west-1\n" . join '', map { sprintf "service s%03d desired=1 running=%d%s\n", $_, $_ > 235 ? (0, '') : (1, "\n\tcpu flat=20.5\n\tmemory flat=30") } 1 .. 260);
my %asked;
$asked{operation_of($_)}++ for plugin_asks('260 services', Recorder->start($many->port), {}, '-c', 'prod');
is_deeply(\%asked, {ListServices => 3, GetMetricData => 2, DescribeServices => 3}, '260 services: 100 a page, 500 series, 10 descriptions at a time');

# --- botocore: its models take every request and answer, and it would send the same ---

my $judged = botocore_judges(@recorded);
is(scalar @{$judged->{results}}, scalar @recorded, 'botocore judges ' . @recorded . ' exchanges');
my %held;
for my $i (0 .. $#recorded) {
	my ($exchange, $result) = ($recorded[$i], $judged->{results}[$i]);
	my $which = "$exchange->{name}: $result->{operation} of $exchange->{whose}";
	is_deeply($result->{faults}, [], "$which: request and answer are of the model");
	my $sent = $result->{sent} // next;
	$held{$exchange->{whose}}++;
	my ($path, $query) = split /\?/, $exchange->{path}, 2;
	my $body = ref $sent->{body} ? $sent->{body} : $sent->{body} ne '' ? $sent->{body} : '';
	my %same = (%$exchange, path => $sent->{path}, headers => [map { [$_, $sent->{headers}{$_}] } keys %{$sent->{headers}}]);
	if ($exchange->{method} eq 'GET') {
		is_deeply(Sdk::form($query // ''), $sent->{query}, "$which: botocore would ask for the same");
	} elsif (ref $body) {
		is_deeply(Sdk::form($exchange->{body}), $body, "$which: botocore would send the same members");
	} else {
		is_deeply(decode_json($exchange->{body}), decode_json($body), "$which: botocore would send the same members");
	}
	next if $exchange->{whose} ne 'the plugin';
	my %headers = map { lc $_ => $sent->{headers}{$_} } keys %{$sent->{headers}};
	is_deeply({map { $_ => header($exchange, $_) } keys %headers}, \%headers, "$which: with the same headers");
}

is_deeply([unused_differences()], [], 'every header that is listed as different is');
my ($plugin_count, $sdk_count) = map { my $whose = $_; scalar grep { $_->{whose} eq $whose } @recorded } 'the plugin', 'the SDK';
diag join ', ', map({ "$_ $versions{$_}" } sort keys %versions), "botocore $judged->{botocore}";
diag "$plugin_count requests of the plugin, $sdk_count of the SDK; botocore held " . join(' and ', map { "$held{$_} of $_" } sort keys %held) . ' against its own';
done_testing;
