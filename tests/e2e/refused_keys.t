#!/usr/bin/perl
# Keys of a cache that AWS refuses: their source is asked once more, whatever the cache says, and what it gives is kept. The
# error is final when it has no others, or these are refused, too. Keys that come from no cache are not asked for again.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use Digest::SHA qw(sha1_hex);
use JSON::PP;
use POSIX ();
use Test::More;

my ($here, $there) = map { "arn:aws:iam::$_:role" } qw(123456789012 210987654321);
my $services = "cluster prod region=eu-west-1\n" . join '', map { "service s$_ desired=1 running=1\n\tcpu flat=34.4\n\tmemory flat=51.5\n" } 1 .. 1500;
my $identities = CheckECS::StandIn->identity_lines . <<~"ACCOUNT";
	role $here/NoList deny=ecs:ListServices
	role $here/NoMetrics deny=cloudwatch:GetMetricData
	ACCOUNT
my $account = $identities . "cluster prod region=eu-west-1\nservice api desired=1 running=1\n\tcpu flat=34.4\n\tmemory flat=51.5\n";
my $alice = "[profile alice]\naws_access_key_id = AKIDALICE\naws_secret_access_key = alice/Secret+1\n";
my $two = "[profile two]\nrole_arn = $there/Chained\nsource_profile = one\n[profile one]\nrole_arn = $here/Monitoring\nsource_profile = alice\n$alice";
my %alice = (AWS_ACCESS_KEY_ID => 'AKIDALICE', AWS_SECRET_ACCESS_KEY => 'alice/Secret+1');
my $serial = 0;

sub new_home {
	my $home = tempdir() . '/refused-' . ++$serial;
	mkdir $home or die "$home: $!";
	return $home;
}

sub config { my ($text) = @_; return keep_file($text, 'config') }

sub run_at {
	my ($standin, $name, $env, @arguments) = @_;
	$standin->reset;
	return $standin->check({name => $name, env => $standin->identity_environment(AWS_ACCESS_KEY_ID => undef, AWS_SECRET_ACCESS_KEY => undef, %$env)},
		'-c', 'prod', @arguments);
}

# The entries of the cache, each with its content.
sub entries { my ($home) = @_; return map { $_ => CheckECS::slurp($_) } glob "$home/.cache/check_ecs_bottleneck/*.json" }

sub calls { my ($standin) = @_; return map { s{.*/}{}r } map { "$_->{RoleArn} $_->{status}" } $standin->identity_calls('AssumeRole') }

# --- every code, every source ---

my $standin = standin($account);
my $web = keep_file("web.identity.token\n", 'token');
my $sso_home = new_home();
mkdir "$sso_home/.aws$_" for '', '/sso', '/sso/cache';
rename keep_file('{"accessToken":"access-token-1","expiresAt":"2099-01-01T00:00:00Z"}'), "$sso_home/.aws/sso/cache/" . sha1_hex('work') . '.json' or die $!;
my $sso = "[default]\nsso_session = work\nsso_account_id = 123456789012\nsso_role_name = Reader\n[sso-session work]\nsso_region = eu-west-1\n"
	. "sso_start_url = https://example.awsapps.com/start\n";
my %source = (
	'a profile with a role' => ['AssumeRole', {AWS_PROFILE => 'one', AWS_CONFIG_FILE => config($two)}],
	'--role-arn' => ['AssumeRole', {%alice}, "--role-arn=$here/Monitoring"],
	'web identity' => ['AssumeRoleWithWebIdentity', {AWS_WEB_IDENTITY_TOKEN_FILE => $web, AWS_ROLE_ARN => "$here/Monitoring"}],
	'SSO' => ['GetRoleCredentials', {HOME => $sso_home, AWS_CONFIG_FILE => config($sso)}],
);

sub is_cured {
	my ($name, $type, $operation, $env, @arguments) = @_;
	my $home = $env->{HOME};
	run_at($standin, "$name: before", $env, @arguments)->exits('OK');
	my %before = entries($home);
	is(scalar keys %before, 1, "$name: an entry is kept");
	$standin->refuse($type);
	my $run = run_at($standin, "$name: refused", $env, @arguments, '-vv');
	$run->exits('OK');
	is($standin->calls($operation), 1, "$name: the source is asked once");
	is($standin->calls('ListServices'), 2, "$name: the refused call is made once more");
	$run->says("$name: -vv tells it", qr/^credentials: AWS refused key ASIA\.\.\.\w{4} \(\w+\), so others were asked for$/m, qr/^credentials: cache: .*: key ASIA/m);
	my %after = entries($home);
	is_deeply([keys %after], [keys %before], "$name: the same entry");
	isnt((values %after)[0], (values %before)[0], "$name: with other keys");
	$run = run_at($standin, "$name: after", $env, @arguments, '-vv');
	$run->exits('OK');
	is($standin->calls($operation), 0, "$name: and these serve");
	unlike($run->{text}, qr/is refused/, "$name: without a word");
	return;
}

for my $name (sort keys %source) {
	my ($operation, $env, @arguments) = @{$source{$name}};
	for my $type (qw(AccessDeniedException UnrecognizedClientException InvalidClientTokenId InvalidSignatureException SignatureDoesNotMatch ExpiredTokenException AccessDenied)) {
		next if $name ne 'a profile with a role' && $type !~ /AccessDeniedE|Unrec/;
		is_cured("$name, $type", $type, $operation, {HOME => $env->{HOME} // new_home(), %$env}, @arguments);
	}
}

# The AWS CLI's cache: our own takes over.
{
	my $home = new_home();
	my %env = (HOME => $home, AWS_PROFILE => 'one', AWS_CONFIG_FILE => config($two));
	run_at($standin, 'keys for the AWS CLI', \%env)->exits('OK');
	my ($path, $text) = entries($home);
	my $keys = decode_json($text);
	unlink $path;
	mkdir $_ for map { "$home/.aws$_" } '', '/cli', '/cli/cache';
	my $file = keep_file(encode_json({Credentials => {map { $_ => $keys->{$_} } qw(AccessKeyId SecretAccessKey SessionToken Expiration)}}));
	chmod 0600, $file;
	rename $file, "$home/.aws/cli/cache/" . sha1_hex(qq({"RoleArn": "$here/Monitoring"})) . '.json' or die $!;
	my $run = run_at($standin, 'the AWS CLI\'s cache', \%env, '-vv');
	$run->exits('OK');
	$run->says('the AWS CLI\'s cache serves', qr/from the AWS CLI's cache/);
	is($standin->calls('AssumeRole'), 0, 'the AWS CLI\'s cache: nobody is asked');
	$standin->refuse('InvalidSignatureException');
	run_at($standin, 'the AWS CLI\'s cache, refused', \%env)->exits('OK');
	is($standin->calls('AssumeRole'), 1, 'the AWS CLI\'s cache, refused: the source is asked once');
	run_at($standin, 'the AWS CLI\'s cache, afterwards', \%env)->exits('OK');
	is($standin->calls('AssumeRole'), 0, 'the AWS CLI\'s cache, afterwards: ours serves');
	# A role that needs MFA has no other source.
	my $mfa = 'arn:aws:iam::123456789012:mfa/alice';
	my ($own) = map { decode_json($_) } values %{{entries($home)}};
	$file = keep_file(encode_json({Credentials => {map { $_ => $own->{$_} } qw(AccessKeyId SecretAccessKey SessionToken Expiration)}}));
	chmod 0600, $file;
	rename $file, "$home/.aws/cli/cache/" . sha1_hex(qq({"RoleArn": "$here/Monitoring", "SerialNumber": "$mfa"})) . '.json' or die $!;
	my %with_mfa = (%env, AWS_CONFIG_FILE => config($two =~ s/(role_arn = \S+Monitoring\n)/$1mfa_serial = $mfa\n/r));
	run_at($standin, 'a session with MFA', \%with_mfa)->exits('OK');
	$standin->refuse('AccessDeniedException');
	$run = run_at($standin, 'a session with MFA, refused', \%with_mfa);
	$run->exits('UNKNOWN');
	$run->says('a session with MFA, refused: both reasons', qr/not permitted: .*ecs:ListServices.*; these keys come from a cache, and fetching new ones failed: .*needs MFA/);
	$run = run_at($standin, 'a role behind it', {%with_mfa, AWS_PROFILE => 'two'});
	$run->exits('UNKNOWN');
	$run->says('a role behind it: the message', qr/profile 'one'.*needs MFA.* no cache has a session that AWS accepts; /);
	is_deeply([calls($standin)], ['Chained 403'], 'a role behind it: STS is asked once');
}

# --- it is a denial ---

for my $case (['the list', 'NoList', 'ListServices', 'UNKNOWN', 1, 2], ['the metrics, six calls', 'NoMetrics', 'GetMetricData', 'UNKNOWN', 6, 10]) {
	my ($name, $role, $operation, $state, $calls, $most) = @$case;
	my $denying = standin($identities . $services, '--latency-ms=' . int(30 * time_factor()));
	my %env = (HOME => new_home(), AWS_PROFILE => 'p', AWS_CONFIG_FILE => config("[profile p]\nrole_arn = $here/$role\nsource_profile = alice\n$alice"));
	my @more = ('-t', 30 * time_factor());
	run_at($denying, "$name: fresh keys", \%env, @more)->exits($state);
	is($denying->calls($operation), $calls, "$name: fresh keys are not asked for again");
	is($denying->calls('AssumeRole'), 1, "$name: fresh keys are asked for once");
	my $run = run_at($denying, "$name: keys of the cache", \%env, @more, '-vv');
	$run->exits($state);
	is($denying->calls('AssumeRole'), 1, "$name: keys of the cache are asked for once more");
	cmp_ok($denying->calls($operation), '<=', $most, "$name: and only calls that were refused are made again");
	cmp_ok($denying->calls($operation), '>', $calls, "$name: they are");
	my $last = (grep { $_->{operation} eq $operation } @{$denying->log})[-1]{key};
	$run->says("$name: AWS's words for the new keys", qr/add the IAM action .*\Q@{[substr $last, 0, 4]}...@{[substr $last, -4]}\E /, qr/^AWS says: AccessDenied/m);
	run_at($denying, "$name: --no-cache", \%env, @more, '--no-cache')->exits($state);
	is($denying->calls('AssumeRole'), 1, "$name: --no-cache asks once");
	is($denying->calls($operation), $calls, "$name: --no-cache, and that is it");
}
{
	# Keys that come from no cache, a program's among them.
	my $asked = keep_file('', 'asked');
	my $program = keep_file("#!/bin/sh\necho >>'$asked'\necho '{\"Version\":1,\"AccessKeyId\":\"AKIDSTATIC\",\"SecretAccessKey\":\"static\"}'\n", 'program');
	chmod 0700, $program;
	my $denying = standin("$account\n" =~ s/^(key AKIDEXAMPLE.*)$/$1 deny=ecs:ListServices\nkey AKIDSTATIC static deny=ecs:ListServices/mr);
	run_at($denying, 'static keys', {AWS_ACCESS_KEY_ID => 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY => 'secret'})->exits('UNKNOWN');
	is($denying->calls('ListServices'), 1, 'static keys are not tried again');
	run_at($denying, 'keys of a program', {AWS_CONFIG_FILE => config("[default]\ncredential_process = $program\n")})->exits('UNKNOWN');
	is($denying->calls('ListServices'), 1, 'keys of a program are not tried again');
	is(-s $asked, 1, 'it is not asked again');
}

# --- chains ---

for my $case (['AccessDenied', 'AccessDenied'], ['InvalidClientTokenId', 'InvalidClientTokenId'], ['InvalidSignatureException', 'SignatureDoesNotMatch']) {
	my ($type, $code) = @$case;
	my $home = new_home();
	my %env = (HOME => $home, AWS_PROFILE => 'two', AWS_CONFIG_FILE => config($two));
	run_at($standin, "a chain, $type: before", \%env)->exits('OK');
	# The second role's keys are gone, those of the first are no longer good.
	my %entry = entries($home);
	unlink grep { $entry{$_} =~ /Chained/ } keys %entry;
	$standin->refuse($type, 'Monitoring');
	my $run = run_at($standin, "a chain, $type: STS refuses the first role's keys", \%env, '-vv');
	$run->exits('OK');
	is_deeply([calls($standin)], ['Chained 403', 'Monitoring 200', 'Chained 200'], "a chain, $type: the first role is assumed again");
	$run->says("a chain, $type: -vv tells it", qr/^credentials: role: asked again without the keys that AWS refuses$/m);
	is(scalar keys %{{entries($home)}}, 2, "a chain, $type: two entries");
	run_at($standin, "a chain, $type: afterwards", \%env)->exits('OK');
	is_deeply([calls($standin)], [], "a chain, $type: afterwards all serve");
	# All at once.
	$standin->refuse($type);
	run_at($standin, "a chain, $type: all keys are refused", \%env)->exits('OK');
	is_deeply([calls($standin)], ['Chained 403', 'Monitoring 200', 'Chained 200'], "a chain, $type: all keys are refused, each role once");
	is(scalar keys %{{entries($home)}}, 2, "a chain, $type: the entries are replaced");
}
{
	my $home = new_home();
	my %env = (HOME => $home, AWS_PROFILE => 'p', AWS_CONFIG_FILE => config("[profile p]\nrole_arn = $here/path/Trusting\nsource_profile = one\n$two"));
	my $run = run_at($standin, 'a second role that does not trust the first', \%env);
	$run->exits('UNKNOWN');
	is_deeply([calls($standin)], ['Monitoring 200', 'Trusting 403'], 'a second role that does not trust the first: fresh keys are not asked for again');
	$run = run_at($standin, 'the same with the first in the cache', \%env);
	$run->exits('UNKNOWN');
	is_deeply([calls($standin)], ['Trusting 403', 'Monitoring 200', 'Trusting 403'], 'with the first in the cache: once');
	my $last = (grep { $_->{operation} eq 'AssumeRole' } @{$standin->log})[-1]{key};
	$run->says('AWS\'s words for the new keys', qr/profile 'p'.*sts:AssumeRole on \S+Trusting for access key \Q@{[substr $last, 0, 4]}...@{[substr $last, -4]}\E /);
}

# --- there are no others ---

{
	my $home = new_home();
	my %env = (HOME => $home, AWS_PROFILE => 'one', AWS_CONFIG_FILE => config($two));
	my $gone = standin($account, '--fault=AssumeRole:denied::1');
	run_at($gone, 'a role that is ours', \%env)->exits('OK');
	$gone->refuse('UnrecognizedClientException');
	my $run = run_at($gone, 'and then no more', \%env);
	$run->exits('UNKNOWN');
	$run->says('and then no more: both reasons',
		qr/ListServices: AWS does not accept access key ASIA.*; these keys come from a cache, and fetching new ones failed: profile 'one'.*sts:AssumeRole/);
	is($gone->calls('AssumeRole'), 1, 'and then no more: asked once');

	my $hanging = standin($account, '--fault=AssumeRole:hang::1');
	%env = (%env, HOME => new_home());
	run_at($hanging, 'STS answers', \%env)->exits('OK');
	$hanging->refuse('AccessDeniedException');
	my $seconds = 3 * time_factor();
	$run = run_at($hanging, 'and then hangs', \%env, '-t', "$seconds:ok");
	$run->exits('UNKNOWN', 'STS hangs: the known error counts, not the timeout\'s state');
	$run->says('STS hangs: the known error', qr/not permitted: .*ecs:ListServices/);
	cmp_ok($run->{own_seconds}, '<', $seconds, 'STS hangs: within the time');

	$hanging = standin($account, '--fault=AssumeRole:hang::2');
	%env = (%env, HOME => new_home(), AWS_PROFILE => 'two');
	run_at($hanging, 'two roles', \%env)->exits('OK');
	my %entry = entries($env{HOME});
	unlink grep { $entry{$_} =~ /Chained/ } keys %entry;
	$hanging->refuse('InvalidClientTokenId', 'Monitoring');
	$run = run_at($hanging, 'and then STS hangs', \%env, '-t', "$seconds:ok", '-vv');
	# The refusal comes before the fault: what hangs is asking for the first role again.
	$run->exits('UNKNOWN', 'STS hangs amid a chain: the known error counts');
	$run->says('STS hangs amid a chain: the known error', qr/AssumeRole: AWS does not accept access key ASIA/);
	cmp_ok($run->{own_seconds}, '<', $seconds + 0.5 * time_factor(), 'STS hangs amid a chain: within the time');
}

# --- all at once ---

{
	my $many = standin($account, '--latency-ms=50');
	my $home = new_home();
	my $env = $many->identity_environment(AWS_ACCESS_KEY_ID => undef, AWS_SECRET_ACCESS_KEY => undef, HOME => $home, AWS_PROFILE => 'one', AWS_CONFIG_FILE => config($two));
	$many->check({name => 'before', env => $env}, '-c', 'prod')->exits('OK');
	$many->refuse('AccessDeniedException');
	$many->reset;
	my @children = map {
		my $pid = fork // die "fork: $!";
		if (!$pid) {
			my $run = $many->check({quiet => 1, env => $env}, '-c', 'prod', '-t', 60);
			POSIX::_exit($run->{exit} == 0 ? 0 : 1);
		}
		$pid;
	} 1 .. 40;
	is(scalar(grep { waitpid $_, 0; $? } @children), 0, 'forty at once: all work');
	cmp_ok($many->calls('AssumeRole'), '<=', 3, 'forty at once: hardly anyone asks');
	is(scalar keys %{{entries($home)}}, 1, 'forty at once: one entry');
}

# --- an entry that has come to harm ---

{
	my $home = new_home();
	my %env = (HOME => $home, AWS_PROFILE => 'one', AWS_CONFIG_FILE => config($two));
	run_at($standin, 'an entry', \%env)->exits('OK');
	for my $member (qw(AccessKeyId SecretAccessKey SessionToken Expiration)) {
		my ($path, $text) = entries($home);
		my $harmed = $text =~ s/("$member": ".{6})(.)/$1 . chr(ord($2) ^ 1)/er;
		isnt($harmed, $text, "$member: a bit is flipped");
		open my $file, '>:raw', $path or die "$path: $!";
		print {$file} $harmed;
		close $file;
		my $run = run_at($standin, "a flipped bit in $member", \%env, '-vv');
		$run->exits('OK');
		is($standin->calls('AssumeRole'), 1, "$member: the role is assumed");
		is($standin->calls('ListServices'), 1, "$member: nothing is refused");
		run_at($standin, "$member, afterwards", \%env)->exits('OK');
		is($standin->calls('AssumeRole'), 0, "$member: the entry is replaced");
	}
}
done_testing;
