#!/usr/bin/perl
# Assumed roles: of a profile, one after the other, and the one of the command line.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Metadata;
use Digest::SHA qw(sha1_hex);
use JSON::PP;
use Test::More;

my ($here, $there) = map { "arn:aws:iam::$_:role" } qw(123456789012 210987654321);
my $long = join '', map { chr(ord('A') + $_ * 7 % 26) } 1 .. 4096;
my $account = CheckECS::StandIn->identity_lines . <<~"ACCOUNT";
	key ASIALONG long/Secret+2 token=$long
	role $there/Last trusts=$there/Chained max-duration=43200
	role $here/ByLong trusts=ASIALONG
	cluster prod region=eu-west-1
	service api desired=1 running=1
		cpu flat=34.4
		memory flat=51.5
	cluster prod region=us-east-1
	service web desired=1 running=1
		cpu flat=34.4
		memory flat=51.5
	ACCOUNT
my $standin = standin($account);
my %none = (AWS_ACCESS_KEY_ID => undef, AWS_SECRET_ACCESS_KEY => undef);
my $alice = "[profile alice]\naws_access_key_id = AKIDALICE\naws_secret_access_key = alice/Secret+1\n";
my $secrets = qr{alice/Secret|long/Secret|\Q@{[substr $long, 0, 20]}\E};

# Runs against SERVER with this config file. Every run has a home, and so a cache, of its own.
my $homes = 0;
sub run_at {
	my ($server, $name, $config, $env, @arguments) = @_;
	my $home = tempdir() . '/home-' . ++$homes;
	mkdir $home;
	$server->reset;
	my $run = $server->check({name => $name, env => $server->identity_environment(%none, HOME => $home,
		AWS_CONFIG_FILE => keep_file($config, 'config'), %$env)}, (grep { $_ eq '-c' } @arguments) ? () : ('-c', 'prod'), '-vvv', @arguments);
	unlike($run->{text}, $secrets, "$name: nothing secret is printed");
	return $run;
}

# A run that has to work: its AssumeRole calls have to be these, and no key but the last role's asks for data.
sub works {
	my ($name, $config, $env, $calls, @arguments) = @_;
	my $run = run_at($standin, $name, $config, $env, @arguments);
	$run->exits('OK');
	my @calls = $standin->identity_calls('AssumeRole');
	my @session;
	for my $i (0 .. $#calls) {
		my $session = delete $calls[$i]{RoleSessionName};
		push @session, $session;
		$calls[$i]{RoleSessionName} = $session if $calls->[$i] && exists $calls->[$i]{RoleSessionName};
		$calls[$i]{key} =~ s/\AASIA[A-Z2-7]{16}\z/a session/ unless $calls->[$i] && ($calls->[$i]{key} // '') eq $calls[$i]{key};
	}
	is_deeply(\@calls, [map { {status => 200, region => 'eu-west-1', %$_} } @$calls], "$name: the roles, in order");
	like($_, qr/\A[\w+=,.\@-]{2,64}\z/, "$name: a session name that STS takes") for @session;
	my %used = map { $_->{operation} =~ /AssumeRole/ ? () : ($_->{key} // '' => 1) } @{$standin->log};
	is(scalar(keys %used), 1, "$name: one key asks for data");
	like((keys %used)[0], qr/\AASIA[A-Z2-7]{16}\z/, "$name: that of a session");
	return $run;
}

# A run that has to end before any data is asked for.
sub fails {
	my ($name, $config, $env, $patterns, @arguments) = @_;
	my $run = run_at($standin, $name, $config, $env, @arguments);
	$run->exits('UNKNOWN');
	$run->says("$name: the message", @$patterns);
	is($standin->calls('ListServices'), 0, "$name: no data is asked for");
	return $run;
}

sub role { my ($name, $arn, @more) = @_; return join '', "[profile $name]\nrole_arn = $arn\n", map { "$_\n" } @more }

# --- source_profile ---

my $one = role('one', "$here/path/Trusting", 'source_profile = alice') . $alice;
my $run = works('source_profile', $one, {AWS_PROFILE => 'one'}, [{key => 'AKIDALICE', RoleArn => "$here/path/Trusting"}]);
$run->says('source_profile: where the keys came from',
	qr/^credentials: role: begins with key AKID\.\.\.LICE from profile 'alice'$/m,
	qr{^credentials: role: \Q$here\E/path/Trusting, session \S+, by key AKID\.\.\.LICE at 127\.0\.0\.1:\d+, fresh, until \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$}m,
	qr/^credentials: role: found key ASIA\.\.\./m, qr/^http: AssumeRole POST /m);
works('-p', $one, {AWS_ACCESS_KEY_ID => 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY => 'secret'}, [{key => 'AKIDALICE', RoleArn => "$here/path/Trusting"}], '-p', 'one');
works('all settings', role('one', "$here/path/Trusting", 'source_profile = alice', 'role_session_name = Nagios@host', 'duration_seconds = 7200') . $alice,
	{AWS_PROFILE => 'one'}, [{key => 'AKIDALICE', RoleArn => "$here/path/Trusting", RoleSessionName => 'Nagios@host', DurationSeconds => 7200}]);
works('keys in the other file', role('one', "$here/Monitoring", 'source_profile = other'), {AWS_PROFILE => 'one',
	AWS_SHARED_CREDENTIALS_FILE => keep_file("[other]\naws_access_key_id = AKIDALICE\naws_secret_access_key = alice/Secret+1\n", 'credentials')},
	[{key => 'AKIDALICE', RoleArn => "$here/Monitoring"}]);
works('a profile that is its own source', role('alice', "$here/Monitoring", 'source_profile = alice', 'aws_access_key_id = AKIDALICE', 'aws_secret_access_key = alice/Secret+1'),
	{AWS_PROFILE => 'alice'}, [{key => 'AKIDALICE', RoleArn => "$here/Monitoring"}]);
works('a role in the default profile', "[default]\nrole_arn = $here/Monitoring\nsource_profile = alice\n$alice", {}, [{key => 'AKIDALICE', RoleArn => "$here/Monitoring"}]);
my $two = role('two', "$there/Chained", 'source_profile = one') . role('one', "$here/Monitoring", 'source_profile = alice') . $alice;
works('a chain of two', $two, {AWS_PROFILE => 'two'}, [{key => 'AKIDALICE', RoleArn => "$here/Monitoring"}, {key => 'a session', RoleArn => "$there/Chained"}]);
works('keys of 4 KiB', role('one', "$here/ByLong", 'source_profile = long') . "[profile long]\naws_access_key_id = ASIALONG\naws_secret_access_key = long/Secret+2\naws_session_token = $long\n",
	{AWS_PROFILE => 'one'}, [{key => 'ASIALONG', RoleArn => "$here/ByLong"}]);
{
	my $script = keep_file("#!/bin/sh\necho '{\"Version\":1,\"AccessKeyId\":\"AKIDALICE\",\"SecretAccessKey\":\"alice/Secret+1\"}'\n", 'program');
	chmod 0700, $script;
	works('a source with credential_process', role('one', "$here/Monitoring", 'source_profile = tool') . "[profile tool]\ncredential_process = $script\n",
		{AWS_PROFILE => 'one', AWS_WEB_IDENTITY_TOKEN_FILE => '/nonexistent'}, [{key => 'AKIDALICE', RoleArn => "$here/Monitoring"}]);
}

# --- external id ---

my $external = "$there/External";
works('external_id', role('one', $external, 'source_profile = alice', 'external_id = shared:id/1') . $alice, {AWS_PROFILE => 'one'},
	[{key => 'AKIDALICE', RoleArn => $external, ExternalId => 'shared:id/1'}]);
for my $case (['missing', ''], ['wrong', "external_id = other\n"]) {
	fails("external_id $case->[0]", role('one', $external, 'source_profile = alice') . "$case->[1]$alice", {AWS_PROFILE => 'one'},
		[qr/profile 'one'/, qr/sts:AssumeRole/, qr/\Q$external\E/]);
}

# --- credential_source ---

works('credential_source = Environment', role('one', "$here/Monitoring", 'credential_source = Environment'), {AWS_ACCESS_KEY_ID => 'AKIDALICE', AWS_SECRET_ACCESS_KEY => 'alice/Secret+1'},
	[{key => 'AKIDALICE', RoleArn => "$here/Monitoring"}], '-p', 'one');
fails('credential_source = Environment without keys', role('one', "$here/Monitoring", 'credential_source = Environment'), {},
	[qr/profile 'one', role \Q$here\E\/Monitoring: .*AWS_ACCESS_KEY_ID is not set/], '-p', 'one');
my $agent = CheckECS::Metadata->start(sub {
	my ($method, $path) = @_;
	my $keys = encode_json({Code => 'Success', AccessKeyId => 'ASIALONG', SecretAccessKey => 'long/Secret+2', Token => $long, Expiration => '2099-01-01T00:00:00Z'});
	return [200, 'imds-token'] if $method eq 'PUT';
	return [200, 'instance-role'] if $path eq '/latest/meta-data/iam/security-credentials/';
	return [200, 'eu-west-1'] if $path eq '/latest/meta-data/placement/region';
	return [200, $keys] if $path =~ m{\A/(?:keys|latest/meta-data/iam/security-credentials/instance-role)\z};
	return [404, ''];
});
works('credential_source = EcsContainer', role('one', "$here/ByLong", 'credential_source = ecscontainer'),
	{AWS_PROFILE => 'one', AWS_CONTAINER_CREDENTIALS_FULL_URI => "$agent->{url}/keys"}, [{key => 'ASIALONG', RoleArn => "$here/ByLong"}]);
my %instance = (AWS_PROFILE => 'one', AWS_EC2_METADATA_DISABLED => undef, AWS_EC2_METADATA_SERVICE_ENDPOINT => $agent->{url});
works('credential_source = Ec2InstanceMetadata', role('one', "$here/ByLong", 'credential_source = Ec2InstanceMetadata'), \%instance, [{key => 'ASIALONG', RoleArn => "$here/ByLong"}]);
works('a region that only the instance knows', role('one', "$here/ByLong", 'credential_source = Ec2InstanceMetadata'), {%instance, AWS_REGION => undef}, [{key => 'ASIALONG', RoleArn => "$here/ByLong"}]);
works('a region that only the ARN knows', $one, {AWS_PROFILE => 'one', AWS_REGION => undef},
	[{key => 'AKIDALICE', RoleArn => "$here/path/Trusting", region => 'us-east-1'}], '-c', 'arn:aws:ecs:us-east-1:123456789012:cluster/prod');

# --- --role-arn ---

works('--role-arn', '', {AWS_ACCESS_KEY_ID => 'AKIDALICE', AWS_SECRET_ACCESS_KEY => 'alice/Secret+1'},
	[{key => 'AKIDALICE', RoleArn => "$here/path/Trusting"}], "--role-arn=$here/path/Trusting");
works('--role-arn with --external-id', '', {AWS_ACCESS_KEY_ID => 'AKIDALICE', AWS_SECRET_ACCESS_KEY => 'alice/Secret+1'},
	[{key => 'AKIDALICE', RoleArn => $external, ExternalId => 'shared:id/1'}], "--role-arn=$external", '--external-id=shared:id/1', '--no-cache');
works('--role-arn on top of a chain', $two, {AWS_PROFILE => 'two'}, [
	{key => 'AKIDALICE', RoleArn => "$here/Monitoring"}, {key => 'a session', RoleArn => "$there/Chained"}, {key => 'a session', RoleArn => "$there/Last"}
], "--role-arn=$there/Last");
fails('--role-arn that is denied', '', {AWS_ACCESS_KEY_ID => 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY => 'secret'},
	[qr/--role-arn: /, qr/sts:AssumeRole/, qr{\Q$here\E/path/Trusting}], "--role-arn=$here/path/Trusting");
for my $case (
	['--external-id alone', qr/--external-id needs --role-arn/, '--external-id=shared'],
	['a role by name', qr/--role-arn=Monitoring is not the ARN of a role/, '--role-arn=Monitoring'],
	['the ARN of a user', qr/is not the ARN of a role/, '--role-arn=arn:aws:iam::123456789012:user/alice'],
	['an external id with a blank', qr/--external-id=a b is not valid; /, "--role-arn=$here/Monitoring", '--external-id=a b'],
) {
	my ($name, $pattern, @arguments) = @$case;
	fails($name, '', {AWS_ACCESS_KEY_ID => 'AKIDALICE', AWS_SECRET_ACCESS_KEY => 'alice/Secret+1'}, [$pattern], @arguments);
	is($standin->stats->{requests}, 0, "$name: no request at all");
}

# --- what cannot be done ---

# The program is not even started for a role that cannot be had.
my $broken = "[profile tool]\ncredential_process = /nonexistent/tool\n";
for my $case (
	['a loop', role('one', "$here/A", 'source_profile = two') . role('two', "$here/B", 'source_profile = one'), qr/one, then two, then one/],
	['MFA', role('one', "$here/Monitoring", 'source_profile = tool', 'mfa_serial = arn:aws:iam::123456789012:mfa/alice') . $broken, qr/profile 'one', role \Q$here\E\/Monitoring: .*MFA.*mfa_serial/],
	['no source', role('one', "$here/Monitoring"), qr/profile 'one'.*neither source_profile nor credential_source/],
	['a source that is nowhere', role('one', "$here/Monitoring", 'source_profile = gone'), qr{the source_profile of profile 'one' is in neither /.*config nor /.*credentials \(missing\)}],
	['a source in quotes', role('one', "$here/Monitoring", "source_profile = 'alice'") . $alice, qr/the source_profile of profile 'one' is in neither .*; remove the quotes around it/],
	['a source in an indented line', role('one', "$here/Monitoring", '  source_profile = alice') . $alice,
		qr/profile 'one'.*neither source_profile nor credential_source.*; role_arn: it goes on in the next line of the file, which is indented/],
	['a duration in quotes', role('one', "$here/Monitoring", 'source_profile = alice', 'duration_seconds = "3600"') . $alice, qr/duration_seconds must be .*; remove the quotes around it/],
	['a credential_source in quotes', role('one', "$here/Monitoring", 'credential_source = "Environment"'), qr/credential_source must be .*; remove the quotes around it/],
	['a role in quotes', role('one', "\"$here/Monitoring\"", 'source_profile = tool') . $broken, qr/profile 'one'.*whole ARN of a role; remove the quotes around it/],
	['a duration of a word', role('one', "$here/Monitoring", 'source_profile = alice', 'duration_seconds = hour') . $alice, qr/profile 'one'.*duration_seconds/],
	['a bad session name', role('one', "$here/Monitoring", 'source_profile = tool', 'role_session_name = a b') . $broken, qr/profile 'one': .*role_session_name/],
	['half a pair of keys', role('one', "$here/Monitoring", 'source_profile = two') . "[profile two]\naws_access_key_id = AKIDALICE\n", qr/profile 'two'.*aws_secret_access_key/],
) {
	my ($name, $config, $pattern) = @$case;
	fails($name, $config, {AWS_PROFILE => 'one'}, [$pattern]);
	is($standin->stats->{requests}, 0, "$name: no request at all");
}
fails('denied', role('one', "$here/path/Trusting", 'source_profile = two') . "[profile two]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = secret\n", {AWS_PROFILE => 'one'},
	[qr/profile 'one'/, qr/sts:AssumeRole/, qr{\Q$here\E/path/Trusting}]);
fails('the second role is denied', role('two', "$here/path/Trusting", 'source_profile = one') . role('one', "$here/Monitoring", 'source_profile = alice') . $alice, {AWS_PROFILE => 'two'},
	[qr/profile 'two'/, qr/sts:AssumeRole/, qr{\Q$here\E/path/Trusting}]);
fails('a chained role for two hours', role('two', "$there/Chained", 'source_profile = one', 'duration_seconds = 7200') . role('one', "$here/Monitoring", 'source_profile = alice') . $alice,
	{AWS_PROFILE => 'two'}, [qr/profile 'two'/, qr{\Q$there\E/Chained}]);
fails('an unknown key', role('one', "$here/Monitoring", 'source_profile = two') . "[profile two]\naws_access_key_id = AKIDNOBODY\naws_secret_access_key = alice/Secret+1\n", {AWS_PROFILE => 'one'},
	[qr{profile 'one', role \Q$here\E/Monitoring: }, qr/AKID\.\.\.BODY/]);
{
	my $hanging = standin($account, '--fault=AssumeRole:hang');
	my $stuck = run_at($hanging, 'STS hangs', $one, {AWS_PROFILE => 'one'}, '-t', '2:warning');
	$stuck->exits('WARNING');
	$stuck->says('STS hangs: the message', qr/timed out after 2 s, profile 'one', role \S+Trusting: waiting for AssumeRole/);
	cmp_ok($stuck->{own_seconds}, '<', 4 * time_factor(), 'STS hangs: the deadline holds');
}

# --- what is cached ---

{
	my $home = tempdir() . '/home-cached';
	mkdir $home;
	my %env = (AWS_PROFILE => 'two', HOME => $home);
	for my $case (['first', 2], ['second', 0], ['with --no-cache', 2, '--no-cache'], ['with another external id', 1, "--role-arn=$external", '--external-id=shared:id/1']) {
		my ($name, $calls, @arguments) = @$case;
		my $cached = run_at($standin, "the $name run", $two, \%env, @arguments);
		$cached->exits('OK');
		is($standin->calls('AssumeRole'), $calls, "the $name run: calls of STS");
		$cached->says("the $name run: says where from", $calls ? qr/, fresh, until / : qr/, from the cache, until /);
	}
}
{
	my ($home, $serial) = (tempdir() . '/home-mfa', 'arn:aws:iam::123456789012:mfa/alice');
	# Not for others to write, whatever the umask is.
	mkdir $_, 0755 for $home, map { "$home/.aws$_" } '', '/cli', '/cli/cache';
	my $name = sha1_hex(qq({"RoleArn": "$here/Monitoring", "SerialNumber": "$serial"}));
	open my $file, '>', "$home/.aws/cli/cache/$name.json" or die $!;
	print {$file} encode_json({Credentials => {AccessKeyId => 'ASIALONG', SecretAccessKey => 'long/Secret+2', SessionToken => $long, Expiration => '2099-01-01T00:00:00UTC'}});
	close $file;
	chmod 0600, "$home/.aws/cli/cache/$name.json";
	my $config = role('two', "$here/ByLong", 'source_profile = one') . role('one', "$here/Monitoring", 'source_profile = tool', "mfa_serial = $serial") . $broken;
	works('a session with MFA of the AWS CLI, and a role behind it', $config, {AWS_PROFILE => 'two', HOME => $home}, [{key => 'ASIALONG', RoleArn => "$here/ByLong"}]);
}

# AWS calls keys expired that assume a role. Of a cache: they are fetched anew, past it. Of a file: there are no others.
for my $case (['of a chain', {AWS_PROFILE => 'two'}], ['of --role-arn', {AWS_PROFILE => 'one'}, "--role-arn=$there/Chained"]) {
	my ($name, $env, @arguments) = @$case;
	my $home = tempdir() . '/home-refused-' . ++$homes;
	mkdir $home;
	my $refusing = standin($account, '--fault=AssumeRole:expired:1');
	my $refused = run_at($refusing, "$name: static keys are refused", $two, {%$env, HOME => $home}, @arguments);
	$refused->exits('UNKNOWN');
	$refused->says("$name: in AWS's words", qr/AssumeRole: .* have expired \(ExpiredToken.*: renew them/);
	is($refusing->calls('AssumeRole'), 1, "$name: static keys are not tried again");
	run_at($refusing, "$name: works", $two, {%$env, HOME => $home}, @arguments)->exits('OK');
	unlink grep { CheckECS::slurp($_) =~ /Chained/ } glob "$home/.cache/check_ecs_bottleneck/*";
	$refusing->http(POST => '/_standin/rearm');
	my $before = CheckECS::slurp((glob "$home/.cache/check_ecs_bottleneck/*.json")[0]);
	my $cured = $refusing->check({name => "$name: cached keys are refused", env => $refusing->identity_environment(%none, HOME => $home,
		AWS_CONFIG_FILE => keep_file($two, 'config'), %$env)}, '-c', 'prod', '-vvv', @arguments);
	$cured->exits('OK');
	$cured->says("$name: it is told", qr/^credentials: role: asked again without the keys that have expired$/m);
	is_deeply([map { "$_->{RoleArn} $_->{status}" } $refusing->identity_calls('AssumeRole')],
		["$there/Chained 403", "$here/Monitoring 200", "$there/Chained 200"], "$name: the first role is assumed anew");
	isnt(CheckECS::slurp((sort { -M $a <=> -M $b } grep { CheckECS::slurp($_) =~ /Monitoring/ } glob "$home/.cache/check_ecs_bottleneck/*.json")[0]), $before, "$name: its new keys are kept");
}

# --- keys that expire during the run ---

for my $case (['of a chain', $two, {AWS_PROFILE => 'two'}], ['of --role-arn', $two, {AWS_PROFILE => 'one'}, "--role-arn=$there/Chained"]) {
	my ($name, $config, $env, @arguments) = @$case;
	my $expiring = standin($account, '--fault=GetMetricData:expired:1');
	my $renewed = run_at($expiring, "expired keys $name", $config, $env, @arguments);
	$renewed->exits('OK');
	is(scalar(grep { $_->{RoleArn} eq "$there/Chained" } $expiring->identity_calls('AssumeRole')), 2, "expired keys $name: the last role is assumed anew");
	my %used = map { $_->{operation} eq 'AssumeRole' ? () : ($_->{key} => 1) } @{$expiring->log};
	is(scalar(keys %used), 2, "expired keys $name: with other keys then");
}
done_testing;
