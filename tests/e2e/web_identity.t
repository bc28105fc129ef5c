#!/usr/bin/perl
# Web identity: from a token file and an otherwise empty environment to a finished check, by way of STS; and what STS
# may answer instead.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Metadata;
use IO::Socket::INET;
use POSIX qw(strftime);
use Test::More;

my $session = join '', map { chr(ord('A') + $_ * 7 % 26) } 1 .. 4200;
my $token = 'eyJhbGciOiJSUzI1NiJ9.' . 'web-token+/=' x 60 . '.signature';
my $role = 'arn:aws:iam::123456789012:role/monitoring';
my $file = keep_file("$token\r\n");
my $standin = standin(<<~"ACCOUNT");
	key AKIDEXAMPLE secret
	key AKIDPROFILE profile
	key ASIDWEBTOKEN Web/Secret+1 token=$session
	cluster prod region=eu-west-1
	service api desired=1 running=1
		cpu flat=34.4
		memory flat=51.5
	ACCOUNT
my $dead = do {
	my $listener = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 1) or die "listen: $!";
	'http://127.0.0.1:' . $listener->sockport;
};
my $secrets = qr/Web.Secret|\Q@{[substr $session, 0, 20]}\E|web-token|eyJhbGci/;

sub answer {
	my (%change) = @_;
	my %keys = (AccessKeyId => 'ASIDWEBTOKEN', SecretAccessKey => 'Web/Secret+1', SessionToken => $session, Expiration => '2099-01-01T00:00:00Z', %change);
	my $members = join "\n", map { "      <$_>$keys{$_}</$_>" } grep { defined $keys{$_} } sort keys %keys;
	return <<~"XML";
		<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
		  <AssumeRoleWithWebIdentityResult>
		    <Credentials>
		$members
		    </Credentials>
		    <SubjectFromWebIdentityToken>system:serviceaccount:ns:sa</SubjectFromWebIdentityToken>
		    <PackedPolicySize>6</PackedPolicySize>
		  </AssumeRoleWithWebIdentityResult>
		  <ResponseMetadata><RequestId>00000000-0000-0000-0000-000000000002</RequestId></ResponseMetadata>
		</AssumeRoleWithWebIdentityResponse>
		XML
}

sub refusal {
	my ($status, $code, $message, @more) = @_;
	return [$status, qq{<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>$code</Code>}
		. "<Message>$message</Message></Error><RequestId>r</RequestId></ErrorResponse>", @more];
}

# The form in a body, as {name => [values]}.
sub form {
	my %form;
	for my $pair (split /&/, $_[0]) {
		my ($name, $value) = map { s/\+/ /gr =~ s/%([0-9A-F]{2})/chr hex $1/ger } split /=/, $pair, 2;
		push @{$form{$name}}, $value;
	}
	return \%form;
}

# STS with these answers in turn, the last one for good; they live on to the end.
my @servers;
sub sts {
	my (@answers) = @_;
	my $server = CheckECS::Metadata->start(sub {
		my ($method, $path, $headers, $count) = @_;
		return $answers[$count > @answers ? -1 : $count - 1];
	});
	push @servers, $server;
	return $server;
}

sub at {
	my ($server, %more) = @_;
	return {AWS_ACCESS_KEY_ID => undef, AWS_SECRET_ACCESS_KEY => undef, AWS_WEB_IDENTITY_TOKEN_FILE => $file, AWS_ROLE_ARN => $role,
		AWS_ENDPOINT_URL_STS => ref $server ? $server->{url} : $server, %more};
}

sub uses {
	my ($key, $name, $env, @arguments) = @_;
	my $run = $standin->check_signed_by($key, $name, $env, '-vvv', @arguments);
	unlike($run->{text}, $secrets, "$name: nothing secret is printed");
	return $run;
}

# A run that has to end before any request to the data services.
sub fails {
	my ($name, $env, $attempts, $patterns, @arguments) = @_;
	my $run = $standin->fresh_check({name => $name, env => $env}, '-c', 'prod', '-vvv', @arguments);
	$run->exits('UNKNOWN');
	$run->says("$name: the message", @$patterns);
	is($standin->stats->{requests}, 0, "$name: no request to ECS and CloudWatch");
	is(scalar(() = $servers[-1]->requests), $attempts, "$name: $attempts requests to STS") if defined $attempts;
	unlike($run->{text}, $secrets, "$name: nothing secret is printed");
	return $run;
}

# --- success, and what is asked ---

my $sts = sts([200, answer()]);
my $run = uses('ASIDWEBTOKEN', 'all of the environment', at($sts));
my $host = $sts->{host};
$run->says('where the keys came from', qr/^credentials: environment: AWS_ACCESS_KEY_ID is not set$/m, qr/^credentials: web identity: found key ASID/m,
	qr{^http: AssumeRoleWithWebIdentity POST http://\Q$host\E attempt 1: status 200, \d+ bytes sent, \d+ received, \d+ ms}m);
my ($request, @more) = $sts->requests;
is_deeply(\@more, [], 'one request');
is_deeply([@$request{qw(method path)}], ['POST', '/'], 'where it goes');
is_deeply(form($request->{body}), {Action => ['AssumeRoleWithWebIdentity'], Version => ['2011-06-15'], RoleArn => [$role],
	RoleSessionName => ['check_ecs_bottleneck'], WebIdentityToken => [$token]}, 'what is asked');
like($request->{headers}{'content-type'}, qr{\Aapplication/x-www-form-urlencoded; charset=utf-8\z}i, 'its type');
is_deeply([grep { /authorization|x-amz/ } keys %{$request->{headers}}], [], 'it is not signed');

$sts->reset;
$run = uses('ASIDWEBTOKEN', 'all of the profile', at($sts, AWS_WEB_IDENTITY_TOKEN_FILE => '/nonexistent/t', AWS_ROLE_ARN => 'x', AWS_ROLE_SESSION_NAME => 'no name',
	AWS_ACCESS_KEY_ID => 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY => 'secret',
	AWS_CONFIG_FILE => keep_file("[profile w]\nrole_arn = $role\nweb_identity_token_file = $file\nrole_session_name = of-profile\n")), '-p', 'w');
is_deeply(form(($sts->requests)[0]{body})->{RoleSessionName}, ['of-profile'], 'its session name');
$run->says('why the role was left to web identity', qr/^credentials: role: profile 'w' assumes its role with a web identity$/m);
$sts->reset;
uses('ASIDWEBTOKEN', 'half and half', at($sts, AWS_ROLE_ARN => undef, AWS_ROLE_SESSION_NAME => 'of-environment',
	AWS_CONFIG_FILE => keep_file("[default]\nrole_arn = $role\nrole_session_name = of-profile\nweb_identity_token_file = /nonexistent/t\n")));
is_deeply(form(($sts->requests)[0]{body})->{RoleSessionName}, ['of-environment'], 'the environment goes first');
$sts->reset;
my $keys = keep_file("[default]\naws_access_key_id = AKIDPROFILE\naws_secret_access_key = profile\n[p]\naws_access_key_id = AKIDPROFILE\naws_secret_access_key = profile\n");
uses('AKIDEXAMPLE', 'keys of the environment go first', at($sts, AWS_ACCESS_KEY_ID => 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY => 'secret'));
uses('AKIDPROFILE', 'a named profile does not look at the environment', at($sts, AWS_SHARED_CREDENTIALS_FILE => $keys), '-p', 'p');
is(scalar(() = $sts->requests), 0, 'STS is not asked then');
uses('ASIDWEBTOKEN', 'it goes before a file\'s keys', at($sts, AWS_SHARED_CREDENTIALS_FILE => $keys));

my $proxy = sts([200, answer()]);
uses('ASIDWEBTOKEN', 'by way of a proxy', at('http://sts.example.test', http_proxy => $proxy->{url}, NO_PROXY => '127.0.0.1'));
is_deeply([map { "$_->{method} $_->{path} $_->{headers}{host}" } $proxy->requests], ['POST http://sts.example.test/ sts.example.test'], 'what the proxy is asked');

# --- settings that are wrong: nobody is asked ---

$sts = sts([200, answer()]);
fails('no role', at($sts, AWS_ROLE_ARN => undef), 0, [qr/web identity: the token file \S+ is set without a role: set AWS_ROLE_ARN/]);
fails('no file', at($sts, AWS_WEB_IDENTITY_TOKEN_FILE => '/nonexistent/t'), 0, [qr{web identity: the token file /nonexistent/t does not exist}]);
fails('a file in quotes', at($sts, AWS_WEB_IDENTITY_TOKEN_FILE => "\"$file\""), 0, [qr{the token file .* does not exist; remove the quotes around it}]);
fails('an empty file', at($sts, AWS_WEB_IDENTITY_TOKEN_FILE => keep_file("\n")), 0, [qr/is empty/]);
fails('a token too long', at($sts, AWS_WEB_IDENTITY_TOKEN_FILE => keep_file('web-token' x 2300)), 0, [qr/4 to 20000 bytes, not 20700/]);
fails('a file too large', at($sts, AWS_WEB_IDENTITY_TOKEN_FILE => keep_file('web-token' x 100_000)), 0, [qr/larger than/]);
fails('no ARN', at($sts, AWS_ROLE_ARN => 'monitoring'), 0, [qr/AWS_ROLE_ARN.*whole ARN/]);
fails('a bad session name', at($sts, AWS_ROLE_SESSION_NAME => 'my check'), 0, [qr/AWS_ROLE_SESSION_NAME/]);

# --- answers that are none ---

fails('half an answer', at(sts([200, substr(answer(), 0, 300), {length => 5000}])), 3, [qr/web identity: AssumeRoleWithWebIdentity: the answer from 127\S+ was cut off/]);
fails('a cut document', at(sts([200, substr(answer(), 0, 300)])), 1, [qr/AssumeRoleWithWebIdentity: the answer from 127\S+ is not AWS's \(not valid XML: /]);
fails("no $_", at(sts([200, answer($_ => undef)])), 1, [qr/is not AWS's \(no $_ in it\)/]) for qw(AccessKeyId SecretAccessKey SessionToken Expiration);
fails('another type', at(sts([200, '{"AssumeRoleWithWebIdentityResponse":{"AssumeRoleWithWebIdentityResult":{"Credentials":{"SecretAccessKey":"Web/Secret+1"}}}}'])), 1, [qr/is not AWS's \(not valid XML/]);
fails('another operation', at(sts([200, answer() =~ s/AssumeRoleWithWebIdentity/AssumeRole/gr])), 1, [qr/is not AWS's \(no AccessKeyId/]);
fails('HTML', at(sts([200, '<html><body>captive portal</body></html>'])), 1, [qr/is not AWS's \(no AccessKeyId in it\): a proxy or login page/]);
fails('HTML with a document type', at(sts([200, '<!DOCTYPE html><html></html>'])), 1, [qr/is not AWS's \(not valid XML: a document type is not allowed\)/]);
fails('garbage', at(sts([200, "\x00\xff\xfeweb-token"])), 1, [qr/is not AWS's \(not valid XML/]);
fails('laughs', at(sts([200, '<!DOCTYPE A [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>' . answer(AccessKeyId => '&b;')])), 1, [qr/a document type/]);
fails('nothing', at(sts([200, ''])), 1, [qr/is not AWS's \(not valid XML: empty\)/]);
fails('1 MiB', at(sts([200, answer() . ' ' x (1024 * 1024)])), 1, [qr/the answer from 127\S+ is larger than 64 KiB/]);
fails('1 MiB of an error', at(sts([400, 'x' x (1024 * 1024)])), 1, [qr/larger than 64 KiB/]);
fails('expired keys', at(sts([200, answer(Expiration => '2020-01-01T00:00:00Z')])), 1, [qr/the keys from 127\S+ expired at 2020-01-01T00:00:00Z: check this host's clock/]);
fails('keys in two lines', at(sts([200, answer(SecretAccessKey => "Web/Secret\n+1")])), 1, [qr/web identity: the keys contain a blank, a line break/]);
fails('refused', at("$dead"), undef, [qr/web identity: AssumeRoleWithWebIdentity: cannot connect to 127/]);
my $other = sts([200, answer()]);
fails('moved', at(sts([302, '', {headers => ["Location: $other->{url}/"]}])), 1, [qr/answered with HTTP status 302: a proxy or login page/]);
is(scalar(() = $other->requests), 0, 'a redirect is not followed');

# Expired by this host's clock alone: STS's own, in its Date header, counts.
{
	my $past = time - 7200;
	my @months = qw(Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec);
	my @t = gmtime $past;
	my $date = sprintf '%s, %02d %s %d %02d:%02d:%02d GMT', (qw(Sun Mon Tue Wed Thu Fri Sat))[$t[6]], $t[3], $months[$t[4]], $t[5] + 1900, @t[2, 1, 0];
	uses('ASIDWEBTOKEN', 'expired by this host\'s clock alone', at(sts([200, answer(Expiration => strftime('%Y-%m-%dT%H:%M:%SZ', gmtime($past + 3600))), {headers => ["Date: $date"]}])));
}

# --- refusals ---

my $denied = 'Not authorized to perform sts:AssumeRoleWithWebIdentity';
for my $case (
	['AccessDenied', 403, $denied, 1, qr/not permitted: sts:AssumeRoleWithWebIdentity on \Q$role\E: the role's trust policy .*AccessDenied: $denied/],
	['ExpiredTokenException', 400, 'Token expired: current date/time', 1, qr/web identity: the token has expired \(ExpiredTokenException: .*token file/],
	['InvalidIdentityToken', 400, 'No OpenIDConnect provider found', 1, qr/does not accept the token for \Q$role\E \(InvalidIdentityToken: No Open/],
	['IDPRejectedClaim', 403, 'm', 1, qr/does not accept the token/],
	['IDPCommunicationError', 400, 'm', 3, qr/STS cannot reach the token's identity provider/],
	['RegionDisabledException', 403, 'STS is not activated', 1, qr/STS is disabled for eu-west-1 in this account: enable/],
	['ValidationError', 400, "1 validation error | at\e[1m", 1, qr{answered with ValidationError: 1 validation error / at}],
	['InvalidClientTokenId', 403, 'm', 1, qr/AWS does not accept this unsigned call in eu-west-1: .* switched on \(InvalidClientTokenId/],
	['InvalidAction', 400, 'm', 1, qr/does not know this call \(InvalidAction: m\): check that AWS_ENDPOINT_URL_STS/],
	['InternalFailure', 500, 'm', 3, qr/127\S+ cannot answer now \(InternalFailure: m\)/],
) {
	my ($code, $status, $message, $attempts, $pattern) = @$case;
	# XML takes no escape character: the message is lost then, not the status.
	$pattern = qr/answered with HTTP status 400/ if $message =~ /\e/;
	fails($code, at(sts(refusal($status, $code, $message))), $attempts, [$pattern]);
}
fails('a message with marks', at(sts(refusal(400, 'ValidationError', 'a | b &lt;c&gt;&#x202e;'))), 1, [qr{ValidationError: a / b \(c\)}]);
fails('503 without a document', at(sts([503, '<ServiceUnavailableException/>'])), 3, [qr/cannot answer now \(HTTP status 503\)/]);
fails('404 in JSON', at(sts([404, '{"message":"web-token"}'])), 1, [qr/answered with HTTP status 404/]);

# An unsigned call has no date that could be wrong.
my $old = 'Thu, 01 Jan 2026 00:00:00 GMT';
fails('a signature, unasked', at(sts(refusal(403, 'SignatureDoesNotMatch', 'Signature expired: x. The Canonical String', {headers => ["Date: $old"]}))), 1,
	[qr/wrong signature for this unsigned call/]);

$sts = sts([500, ''], [500, ''], [200, answer()]);
uses('ASIDWEBTOKEN', '500 twice, then fine', at($sts));
is(scalar(() = $sts->requests), 3, 'in three attempts');
$sts = sts(refusal(400, 'IDPCommunicationError', 'm'), [200, answer()]);
uses('ASIDWEBTOKEN', 'the identity provider was busy', at($sts));
$sts = sts([500, '']);
fails('as many attempts as are set', at($sts, AWS_MAX_ATTEMPTS => 2), 2, [qr/cannot answer now/]);

# --- the deadline ---

for my $case (
	['slow', [200, answer(), {seconds => 30}], qr/waiting for AssumeRoleWithWebIdentity from 127/],
	['throttling until the deadline', refusal(400, 'Throttling', 'Rate exceeded'), qr/waiting for AssumeRoleWithWebIdentity from 127\S+; last error: .*throttling/],
) {
	my ($name, $answer, $pattern) = @$case;
	my $server = sts($answer);
	$run = $standin->check({name => $name, env => at($server)}, '-c', 'prod', '-vvv', '-t', '2:critical');
	$run->exits('CRITICAL');
	$run->says("$name: the message", $pattern);
	cmp_ok($run->{own_seconds}, '<', 2 + 1.5 * time_factor(), "$name: in time");
	cmp_ok(scalar(() = $server->requests), '>', 1, "$name: more than once") if $name =~ /throttling/;
	unlike($run->{text}, $secrets, "$name: nothing secret is printed");
}
uses('ASIDWEBTOKEN', 'throttled, then fine', at(sts(refusal(400, 'Throttling', 'Rate exceeded'), [200, answer()])));
$run = $standin->check({name => 'SIGTERM', env => at(sts([200, answer(), {seconds => 30}])), signal => ['TERM', 0.7]}, '-c', 'prod', '-t', '20:critical');
$run->exits('UNKNOWN');
cmp_ok($run->{own_seconds}, '<', 3 * time_factor(), 'SIGTERM: ends soon');

# Keys that AWS calls expired are asked for anew, with the token that is in the file by then; the time may end meanwhile.
for my $case ([[200, answer()], 'OK'], [[200, answer(), {seconds => 30}], 'CRITICAL']) {
	my ($later, $state) = @$case;
	my $renewing = standin(<<~"ACCOUNT", '--fault=ListServices:expired:1');
		key AKIDFIRST first token=$session
		key ASIDWEBTOKEN Web/Secret+1 token=$session
		cluster prod region=eu-west-1
		service api desired=1 running=1
			cpu flat=34.4
			memory flat=51.5
		ACCOUNT
	my $rotated = keep_file("$token-1\n");
	my $server = CheckECS::Metadata->start(sub {
		return $later if $_[3] > 1;
		open my $out, '>', $rotated or die "$rotated: $!";
		print {$out} "$token-2\n";
		close $out;
		return [200, answer(AccessKeyId => 'AKIDFIRST', SecretAccessKey => 'first')];
	});
	$run = $renewing->check({name => "expired keys: $state", env => at($server, AWS_WEB_IDENTITY_TOKEN_FILE => $rotated)}, '-c', 'prod', '-vvv', '-t', '3:critical');
	$run->exits($state);
	cmp_ok($run->{own_seconds}, '<', 3 + time_factor(), "expired keys: $state: in time");
	is_deeply([map { form($_->{body})->{WebIdentityToken}[0] } $server->requests], ["$token-1", "$token-2"], "expired keys: $state: the file is read anew");
	unlike($run->{text}, $secrets, "expired keys: $state: nothing secret is printed");
}

done_testing;
