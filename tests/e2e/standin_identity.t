#!/usr/bin/perl
# The stand-in's STS and IAM Identity Center against an independent client: the AWS CLI of the distribution.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::AwsCli;
use IO::Socket::INET;
use Test::More;
use JSON::PP;
use Time::HiRes qw(sleep time);
use Time::Local qw(timegm);

plan skip_all => 'the stand-in is held against the AWS CLI by make check FULL=1' if ($ENV{CHECK_ECS_AWSCLI_STANDIN} // '') eq 'no';
plan skip_all => 'this test needs the package awscli' unless CheckECS::AwsCli->is_installed;
my $cli = CheckECS::AwsCli->new;

my $account = CheckECS::StandIn->identity_lines . "cluster prod region=eu-west-1\nservice api desired=1 running=1\n\tcpu flat=34.4\n\tmemory flat=51.5\n";
my $standin = standin($account);
my $arn = 'arn:aws:iam::123456789012:role';

# aws(\%change of the environment, words) -> {exit, stdout, stderr, data}
sub aws {
	my ($change, @words) = @_;
	return $cli->run({plugin_environment(%$change), AWS_PAGER => '', AWS_MAX_ATTEMPTS => 1},
		'--endpoint-url', $standin->url, qw(--region eu-west-1 --output json --no-cli-pager), @words);
}

sub good {
	my ($name, $change, @words) = @_;
	my $result = aws($change, @words);
	is($result->{exit}, 0, "$name: exit 0") or diag $result->{stderr};
	return $result->{data} // {};
}

sub bad {
	my ($name, $pattern, $change, @words) = @_;
	my $result = aws($change, @words);
	isnt($result->{exit}, 0, "$name is refused");
	like($result->{stderr}, $pattern, "$name: the answer is AWS's");
	return;
}

# Environment that signs with credentials of an answer, in the spelling of STS or of the portal.
sub session {
	my ($credentials) = @_;
	my %lower = map { lc $_ => $credentials->{$_} } keys %$credentials;
	return {AWS_ACCESS_KEY_ID => $lower{accesskeyid}, AWS_SECRET_ACCESS_KEY => $lower{secretaccesskey}, AWS_SESSION_TOKEN => $lower{sessiontoken}};
}

sub seconds {
	my ($iso) = @_;
	my @part = ($iso // '') =~ /\A(\d+)-(\d+)-(\d+)T(\d+):(\d+):(\d+)(?:\+00:00|Z)\z/ or return 0;
	return timegm(@part[5, 4, 3, 2], $part[1] - 1, $part[0]);
}

# One request as it stands: ("POST", "/", {headers}, body) -> (status, body, head)
sub raw {
	my ($method, $path, $headers, $body) = @_;
	my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $standin->port) or die "connect: $!";
	my $lines = join '', map { "$_: $headers->{$_}\r\n" } sort keys %$headers;
	print {$socket} "$method $path HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${lines}Content-Length: " . length($body) . "\r\n\r\n$body";
	local $/;
	my ($head, $answer) = split /\r\n\r\n/, <$socket> // '', 2;
	my ($status) = ($head // '') =~ m{\AHTTP/1\.1 (\d+)};
	return ($status // 0, $answer // '', $head // '');
}

my @assume = qw(sts assume-role --role-session-name nagios@host --role-arn);
my @alice = (AWS_ACCESS_KEY_ID => 'AKIDALICE', AWS_SECRET_ACCESS_KEY => 'alice/Secret+1');
my @web = qw(sts assume-role-with-web-identity --role-session-name nagios@host --role-arn);

# GetCallerIdentity
my $who = good('get-caller-identity', {}, qw(sts get-caller-identity));
is($who->{Arn}, 'arn:aws:iam::123456789012:user/nagios', 'the user');
is($who->{Account}, '123456789012', 'the account');
$who = good('another user', {@alice}, qw(sts get-caller-identity));
is($who->{Arn}, 'arn:aws:iam::123456789012:user/alice', 'each key has its own user');

# AssumeRole
my $begin = time;
my $assumed = good('assume-role', {}, @assume, "$arn/Monitoring");
my $keys = $assumed->{Credentials} // {};
like($keys->{AccessKeyId}, qr/\AASIA[A-Z2-7]{16}\z/, 'a key of a session');
is(length $keys->{SessionToken}, 300, 'a session token of 300 bytes');
cmp_ok(abs(seconds($keys->{Expiration}) - $begin - 3600), '<', 60 * time_factor(), 'it lives for an hour');
is($assumed->{AssumedRoleUser}{Arn}, 'arn:aws:sts::123456789012:assumed-role/Monitoring/nagios@host', 'who one is then');
my $again = good('assume-role again', {}, @assume, "$arn/Monitoring")->{Credentials} // {};
isnt($again->{AccessKeyId}, $keys->{AccessKeyId}, 'a fresh key each time');
my $monitoring = session($keys);
my ($first) = $standin->identity_calls('AssumeRole');
is_deeply($first, {status => 200, key => 'AKIDEXAMPLE', region => 'eu-west-1', RoleArn => "$arn/Monitoring", RoleSessionName => 'nagios@host'}, 'AssumeRole in the log');
$who = good('STS with the session', $monitoring, qw(sts get-caller-identity));
is($who->{Arn}, $assumed->{AssumedRoleUser}{Arn}, 'STS knows the session');
like($who->{UserId}, qr/\AAROA\w+:nagios\@host\z/, 'and its id');
is_deeply(good('ECS with the session', $monitoring, qw(ecs list-clusters))->{clusterArns}, ['arn:aws:ecs:eu-west-1:123456789012:cluster/prod'], 'ECS takes it');
$standin->check_signed_by($keys->{AccessKeyId}, 'the plugin with the session', $monitoring);
is_deeply([sort keys %{$standin->identity_environment(AWS_PROFILE => 'x')}], [qw(AWS_ENDPOINT_URL_SSO AWS_ENDPOINT_URL_SSO_OIDC AWS_ENDPOINT_URL_STS AWS_PROFILE)],
	'the environment that sends identities here');
for my $case (
	['no token', {%$monitoring, AWS_SESSION_TOKEN => undef}],
	['the token of another session', {%$monitoring, AWS_SESSION_TOKEN => $again->{SessionToken}}],
) {
	bad("ECS with $case->[0]", qr/UnrecognizedClientException/, $case->[1], qw(ecs list-clusters));
	bad("STS with $case->[0]", qr/InvalidClientTokenId/, $case->[1], qw(sts get-caller-identity));
}
bad('ECS with a wrong secret', qr/InvalidSignatureException/, {%$monitoring, AWS_SECRET_ACCESS_KEY => 'wrong'}, qw(ecs list-clusters));
bad('STS with a wrong secret', qr/SignatureDoesNotMatch/, {AWS_SECRET_ACCESS_KEY => 'wrong'}, @assume, "$arn/Monitoring");
bad('an unknown key', qr/InvalidClientTokenId/, {AWS_ACCESS_KEY_ID => 'AKIDUNKNOWN'}, @assume, "$arn/Monitoring");
my %old = (AWS_ACCESS_KEY_ID => 'ASIAOLD', AWS_SECRET_ACCESS_KEY => 'old', AWS_SESSION_TOKEN => 'old/Token+1==');
bad('an expired key at STS', qr/\(ExpiredToken\)/, {%old}, @assume, "$arn/Monitoring");
bad('an expired key at ECS', qr/\(ExpiredTokenException\)/, {%old}, qw(ecs list-clusters));

# Who may assume what
sub denied {
	my ($who, $role) = @_;
	return qr/\(AccessDenied\).*: User: \Q$who\E is not authorized to perform: sts:AssumeRole on resource: \Q$role\E$/m;
}
my $nagios = 'arn:aws:iam::123456789012:user/nagios';
my ($chained, $external) = map { "arn:aws:iam::210987654321:role/$_" } qw(Chained External);
bad('an untrusted user', denied($nagios, "$arn/path/Trusting"), {}, @assume, "$arn/path/Trusting");
my $trusting = good('a trusted one', {@alice}, @assume, "$arn/path/Trusting", '--duration-seconds', 7200);
like($trusting->{AssumedRoleUser}{Arn}, qr{:assumed-role/Trusting/}, 'the path is no part of the name');
cmp_ok(seconds($trusting->{Credentials}{Expiration}) - time, '>', 7000 - 60 * time_factor(), 'two hours as asked for');
bad('a role that is not there', denied($nagios, "$arn/Nowhere"), {}, @assume, "$arn/Nowhere");
bad('a user without the right', denied('arn:aws:iam::123456789012:user/denied', "$arn/Monitoring"),
	{AWS_ACCESS_KEY_ID => 'AKIDDENIED', AWS_SECRET_ACCESS_KEY => 'denied'}, @assume, "$arn/Monitoring");
bad('a chain from a user', denied($nagios, $chained), {}, @assume, $chained);
my $second = good('a chain from the role', $monitoring, @assume, $chained, '--duration-seconds', 3600);
is($second->{AssumedRoleUser}{Arn}, 'arn:aws:sts::210987654321:assumed-role/Chained/nagios@host', 'in the other account');
bad('more than an hour in a chain', qr/\(ValidationError\).*1 hour session limit/, $monitoring, @assume, $chained, '--duration-seconds', 3601);
bad('more than the role allows', qr/\(ValidationError\).*MaxSessionDuration/, {}, @assume, "$arn/Monitoring", '--duration-seconds', 3601);
bad('no external id', denied($nagios, $external), {}, @assume, $external);
bad('a wrong external id', denied($nagios, $external), {}, @assume, $external, '--external-id', 'shared:id/2');
good('the right external id', {}, @assume, $external, '--external-id', 'shared:id/1');
my $blind = good('a role without rights', {}, @assume, "$arn/Blind")->{Credentials};
bad('its rights', qr{AccessDeniedException.*User: arn:aws:sts::123456789012:assumed-role/Blind/nagios\@host is not authorized to perform: ecs:ListClusters}, session($blind), qw(ecs list-clusters));

# Values that the API reference does not allow (the CLI checks lengths itself).
bad('a short session name', qr/roleSessionName|RoleSessionName|role-session-name/i, {}, qw(sts assume-role --role-session-name x --role-arn), "$arn/Monitoring");
bad('a blank in the session name', qr/ValidationError.*roleSessionName/, {}, qw(sts assume-role --role-session-name), 'a b', '--role-arn', "$arn/Monitoring");
bad('an external id with a blank', qr/ValidationError.*externalId/, {}, @assume, "$arn/Monitoring", '--external-id', 'a b');
bad('a long duration', qr/ValidationError.*durationSeconds.*43200/, {}, @assume, "$arn/Monitoring", '--duration-seconds', 43201);
bad('a role that is no ARN', qr/ValidationError.*is invalid/, {}, @assume, 'x' x 30);
bad('an action it does not know', qr/InvalidAction/, {}, qw(sts get-session-token));

# AssumeRoleWithWebIdentity, which nobody signs
my %none = (AWS_ACCESS_KEY_ID => undef, AWS_SECRET_ACCESS_KEY => undef);
my $by_web = good('assume-role-with-web-identity', {%none}, @web, "$arn/Monitoring", qw(--web-identity-token web.identity.token));
is($by_web->{SubjectFromWebIdentityToken}, 'system:serviceaccount:ns:monitoring', 'the subject');
good('its session', session($by_web->{Credentials}), qw(ecs list-clusters));
bad('a token that nobody issued', qr/InvalidIdentityToken/, {%none}, @web, "$arn/Monitoring", qw(--web-identity-token invented));
bad('an expired token', qr/ExpiredTokenException/, {%none}, @web, "$arn/Monitoring", qw(--web-identity-token web.identity.old));
bad('a rejected token', qr/IDPRejectedClaim/, {%none}, @web, "$arn/Monitoring", qw(--web-identity-token web.identity.bad));
bad('a role that the token does not open', qr/AccessDenied.*Not authorized to perform sts:AssumeRoleWithWebIdentity/, {%none}, @web, "$arn/Brief", qw(--web-identity-token web.identity.token));

my %form = ('Content-Type' => 'application/x-www-form-urlencoded; charset=utf-8');
my $valid = 'Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleSessionName=nagios&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2FMonitoring&WebIdentityToken=web.identity.token';
is((raw(POST => '/', \%form, $valid))[0], 200, 'the same by hand');
for my $case (
	['a signature too many', 400, 'InvalidRequestException', {%form, Authorization => 'AWS4-HMAC-SHA256 Credential=a'}, $valid],
	['a date too many', 400, 'InvalidRequestException', {%form, 'X-Amz-Date' => '20260101T000000Z'}, $valid],
	['an unknown field', 400, 'ValidationError', \%form, "$valid&Colour=red"],
	['a field twice', 400, 'MalformedQueryString', \%form, "$valid&RoleSessionName=other"],
	['a bare slash', 400, 'MalformedQueryString', \%form, $valid =~ s{%2F}{/}r],
	['half an escape', 400, 'MalformedQueryString', \%form, "$valid%4"],
	['an encoded zero', 400, 'MalformedQueryString', \%form, "$valid%00"],
	['a newline behind the token', 400, 'InvalidIdentityToken', \%form, "$valid%0A"],
	['no token', 400, 'ValidationError', \%form, $valid =~ s/&WebIdentityToken.*//r],
	['no version', 400, 'InvalidAction', \%form, $valid =~ s/&Version=[^&]*//r],
	['an unsigned AssumeRole', 403, 'MissingAuthenticationToken', \%form, $valid =~ s/WithWebIdentity//r],
) {
	my ($name, $status, $code, $headers, $body) = @$case;
	my ($got, $answer) = raw(POST => '/', $headers, $body);
	is("$got " . ($answer =~ m{<Code>(\w+)</Code>} ? $1 : $answer), "$status $code", $name);
}

# The SSO portal
my @portal = qw(sso get-role-credentials --account-id 123456789012 --role-name Reader --access-token);
my $role = good('get-role-credentials', {%none}, @portal, 'access-token-1')->{roleCredentials} // {};
cmp_ok(abs(($role->{expiration} // 0) / 1000 - time - 3600), '<', 60 * time_factor(), 'its expiry is in milliseconds');
$who = good('its session', session($role), qw(sts get-caller-identity));
like($who->{Arn}, qr{:assumed-role/AWSReservedSSO_Reader_}, 'a role of Identity Center');
bad('an unknown access token', qr/\(UnauthorizedException\)/, {%none}, @portal, 'invented');
bad('an expired access token', qr/\(UnauthorizedException\)/, {%none}, @portal, 'access-token-old');
bad('an unknown role', qr/\(ResourceNotFoundException\)/, {%none}, qw(sso get-role-credentials --account-id 123456789012 --role-name Writer --access-token access-token-1));
bad('an unknown account', qr/\(ResourceNotFoundException\)/, {%none}, qw(sso get-role-credentials --account-id 999999999999 --role-name Reader --access-token access-token-1));
my @page = (GET => '/federation/credentials?role_name=Reader&account_id=123456789012');
is((raw(@page, {'x-amz-sso_bearer_token' => 'access-token-1'}, ''))[0], 200, 'the same by hand');
my ($status, $answer, $head) = raw(@page, {}, '');
is($status, 401, 'no token at all');
like($head, qr/^x-amzn-errortype: UnauthorizedException\r?$/mi, 'the type is in a header');
is((raw(@page, {'x-amz-sso_bearer_token' => 'access-token-1', 'X-Amz-Date' => '20260101T000000Z'}, ''))[0], 400, 'a signed one is refused');
is((raw(GET => "$page[1]&x=1", {'x-amz-sso_bearer_token' => 'access-token-1'}, ''))[0], 400, 'so is an unknown argument');

# SSO-OIDC
sub token { return (qw(sso-oidc create-token --grant-type refresh_token --client-id), $_[0], '--client-secret', $_[1], '--refresh-token', $_[2]) }
my $token = good('create-token', {%none}, token(qw(client-1 client-secret-1 refresh-token-1)));
is($token->{tokenType}, 'Bearer', 'the type of the token');
is($token->{expiresIn}, 28800, 'its life in seconds');
good('the new access token', {%none}, @portal, $token->{accessToken});
bad('the old refresh token', qr/\(InvalidGrantException\)/, {%none}, token(qw(client-1 client-secret-1 refresh-token-1)));
($status, $answer) = raw(POST => '/token', {'Content-Type' => 'application/json'},
	'{"clientId":"client-1","clientSecret":"client-secret-1","grantType":"refresh_token","refreshToken":"refresh-token-1"}');
is("$status " . (eval { decode_json($answer)->{error} } // $answer), '400 invalid_grant', 'in the words of OAuth');
$token = good('the new refresh token', {%none}, token(qw(client-1 client-secret-1), $token->{refreshToken}));
bad('a wrong client secret', qr/\(InvalidClientException\)/, {%none}, token(qw(client-1 wrong), $token->{refreshToken}));
bad('an expired registration', qr/\(InvalidClientException\)/, {%none}, token(qw(client-old client-secret-old), $token->{refreshToken}));
bad('another grant', qr/\(UnsupportedGrantTypeException\)/, {%none}, qw(sso-oidc create-token --grant-type authorization_code --client-id client-1 --client-secret client-secret-1 --code x));
good('what was refused has cost nothing', {%none}, token(qw(client-1 client-secret-1), $token->{refreshToken}));

# Sessions end.
for my $short (
	[STS => session(good('a brief role', {}, @assume, "$arn/Brief", '--duration-seconds', 900)->{Credentials} // {})],
	[SSO => session(good('a brief role of the portal', {%none}, qw(sso get-role-credentials --account-id 123456789012 --role-name Blink --access-token access-token-1))->{roleCredentials} // {})],
) {
	sleep 2.1;
	bad("a session of $short->[0] that is over", qr/\(ExpiredTokenException\)/, $short->[1], qw(ecs list-clusters));
}

# The log and the counters
my ($external_call) = grep { $_->{ExternalId} } $standin->identity_calls('AssumeRole');
is($external_call->{ExternalId}, 'shared:id/2', 'with its external id');
my ($long) = grep { $_->{DurationSeconds} } $standin->identity_calls('AssumeRole');
is($long->{DurationSeconds}, 7200, 'with its duration');
is_deeply(($standin->identity_calls('AssumeRoleWithWebIdentity'))[0], {status => 200, RoleArn => "$arn/Monitoring", RoleSessionName => 'nagios@host'}, 'AssumeRoleWithWebIdentity: no key, no token');
is_deeply(($standin->identity_calls('GetRoleCredentials'))[0], {status => 200, role_name => 'Reader', account_id => '123456789012'}, 'GetRoleCredentials');
is_deeply(($standin->identity_calls('CreateToken'))[0], {status => 200, clientId => 'client-1', grantType => 'refresh_token'}, 'CreateToken');
is($standin->calls('GetCallerIdentity'), scalar $standin->identity_calls('GetCallerIdentity'), 'GetCallerIdentity is counted');
cmp_ok($standin->calls('GetCallerIdentity'), '>', 1, 'each time');
my $log = $standin->http(GET => '/_standin/log');
is_deeply([grep { index($log, $_) >= 0 } $keys->{SessionToken}, $keys->{SecretAccessKey}, $role->{sessionToken}, $token->{accessToken}, $token->{refreshToken},
	qw(web.identity access-token refresh-token client-secret alice/Secret)], [], 'no secret is in the log');

# Switches
$standin = standin($account, '--session-token-length=5000', '--keep-refresh-tokens', '--access-token-seconds=1200');
my $large = good('a large session token', {}, @assume, "$arn/Monitoring")->{Credentials} // {};
is(length $large->{SessionToken}, 5000, 'of 5000 bytes');
good('it works', session($large), qw(ecs list-clusters));
my $kept = good('create-token without rotation', {%none}, token(qw(client-1 client-secret-1 refresh-token-1)));
is($kept->{refreshToken}, undef, 'no new refresh token');
is($kept->{expiresIn}, 1200, 'the life that was asked for');
good('the old one stays good', {%none}, token(qw(client-1 client-secret-1 refresh-token-1)));

# Faults
my @reader = (@portal, 'access-token-1');
my @refresh = token(qw(client-1 client-secret-1 refresh-token-1));
my @monitor = (@assume, "$arn/Monitoring");
my @by_token = (@web, "$arn/Monitoring", qw(--web-identity-token web.identity.token));
for my $case (
	['AssumeRole:throttle', qr/\(Throttling\)/, @monitor],
	['AssumeRole:500', qr/\(InternalFailure\)/, @monitor],
	['AssumeRole:503', qr/\(503\)/, @monitor],
	['AssumeRole:denied', qr/\(AccessDenied\)/, @monitor],
	['AssumeRole:expired', qr/\(ExpiredToken\)/, @monitor],
	['AssumeRole:disabled', qr/\(RegionDisabledException\)/, @monitor],
	['AssumeRole:reset', qr/closed|reset/i, @monitor],
	['AssumeRoleWithWebIdentity:idp', qr/\(IDPCommunicationError\)/, @by_token],
	['GetRoleCredentials:throttle', qr/\(TooManyRequestsException\)/, @reader],
	['GetRoleCredentials:500', qr/\(InternalServerException\)/, @reader],
	['GetRoleCredentials:expired', qr/\(UnauthorizedException\)/, @reader],
	['CreateToken:expired', qr/\(ExpiredTokenException\)/, @refresh],
	['CreateToken:500', qr/\(InternalServerException\)/, @refresh],
) {
	my ($fault, $pattern, @words) = @$case;
	$standin = standin($account, "--fault=$fault:1");
	bad($fault, $pattern, {}, @words);
}
for my $case ([garbage => qr/Welcome/], [shape => qr/<SecretAccessKey\/>/], [doctype => qr/<!DOCTYPE/], [empty => qr/\A\z/]) {
	my ($kind, $pattern) = @$case;
	$standin = standin($account, "--fault=AssumeRoleWithWebIdentity:$kind");
	($status, $answer) = raw(POST => '/', \%form, $valid);
	is($status, 200, "$kind: status 200");
	like($answer, $pattern, "$kind: the body");
}
$standin = standin($account, '--clock-offset=1200');
bad('a clock that is off', qr/\(SignatureDoesNotMatch\).*Signature expired: .* - 15 min\.\)/, {}, @monitor);

done_testing;
