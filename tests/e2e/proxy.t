#!/usr/bin/perl
# By way of a proxy: a whole check through it, and whatever it does wrong is told as the proxy's doing.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Proxy;
use CheckECS::Secrets;
use IO::Socket::INET;
use JSON::PP;
use Test::More;

my $directory = tempdir();
my ($certificate, $key) = ("$directory/proxy.pem", "$directory/proxy.key");
my $said = qx(openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=proxy -addext subjectAltName=IP:127.0.0.1 -keyout $key -out $certificate 2>&1);
BAIL_OUT("the openssl command makes no certificate: $said") unless -s $certificate && -s $key;
my $account = "cluster prod region=eu-west-1\nservice api desired=1 running=1\n\tcpu flat=34.4\n\tmemory flat=51.5\n";
my %server = (https => standin($account, "--tls-cert=$certificate", "--tls-key=$key"), http => standin($account));
my %variable = (https => 'HTTPS_PROXY', http => 'http_proxy');
my $dead = do {
	my $listener = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 1) or die "listen: $!";
	'127.0.0.1:' . $listener->sockport;
};

# A run against the server of this scheme, by way of what the environment says.
sub by_way {
	my ($scheme, $name, $env, @arguments) = @_;
	my $run = $server{$scheme}->fresh_check({name => "$scheme: $name", env => $env}, '-c', 'prod', "--ca-bundle=$certificate", @arguments);
	unlike($run->{text}, qr/secret-page-text|s3cret|<html/, "$scheme: $name: neither page nor password is printed");
	return $run;
}

# The first line, and the line that has it whole if it was shortened.
sub message { my ($run) = @_; return join "\n", $run->{lines}[0], grep { /\A\[UNKNOWN\]/ } @{$run->{lines}} }

sub fails {
	my ($scheme, $name, $env, $patterns, @arguments) = @_;
	my $run = by_way($scheme, $name, $env, '-vvv', @arguments);
	$run->exits('UNKNOWN');
	like(message($run), $_, "$scheme: $name: the message") for @$patterns;
	is($server{$scheme}->stats->{requests}, 0, "$scheme: $name: no request got through");
	cmp_ok($run->{own_seconds}, '<', 11 * time_factor(), "$scheme: $name: in time");
	return $run;
}

my $open = CheckECS::Proxy->start;
my $host = "127.0.0.1:" . $server{https}->port;

# --- what works ---

by_way('https', 'through the proxy', {HTTPS_PROXY => $open->{url}})->exits('OK');
cmp_ok(scalar(my @tunnels = $open->requests), '>=', 1, 'it went through the proxy');
is($server{https}->stats->{requests}, 2, 'two requests arrived');
is(scalar(grep { !m{\ACONNECT \Q$host\E HTTP} } $open->requests), 0, 'the proxy sees nothing but CONNECT');
for my $name (qw(https_proxy ALL_PROXY all_proxy)) {
	my $before = () = $open->requests;
	by_way('https', $name, {$name => $open->{url}})->exits('OK');
	cmp_ok(scalar(my @now = $open->requests), '>', $before, "$name: through the proxy");
}
{
	my $before = () = $open->requests;
	by_way('http', 'through the proxy', {http_proxy => $open->{url}})->exits('OK');
	cmp_ok(scalar(my @now = $open->requests), '>', $before, 'http: through the proxy');
	$before = () = $open->requests;
	by_way('http', 'HTTP_PROXY is not read', {HTTP_PROXY => "http://$dead"})->exits('OK');
	by_way('https', 'http_proxy is for http alone', {http_proxy => "http://$dead"})->exits('OK');
	by_way($_, 'NO_PROXY', {$variable{$_} => "http://$dead", NO_PROXY => '127.0.0.1'})->exits('OK') for qw(https http);
}
my $guarded = CheckECS::Proxy->start(password => 'nagios:s3cret');
for my $scheme (qw(https http)) {
	by_way($scheme, 'with user and password', {$variable{$scheme} => "http://nagios:s3cret\@$guarded->{address}"}, '-vvv')->exits('OK');
}

# --- what does not ---

for my $scheme (qw(https http)) {
	my $v = $variable{$scheme};
	my $server = '127\.0\.0\.1:' . $server{$scheme}->port;
	fails($scheme, 'nobody listens', {$v => "http://nagios:s3cret\@$dead"}, [qr/the proxy \Q$dead ($v)\E/, qr/NO_PROXY/, qr/refused|connect/i, qr/$server/]);
	fails($scheme, 'a proxy that is not known', {$v => 'http://nagios:s3cret@proxy.invalid:3128'},
		[qr/the proxy proxy\.invalid:3128 \(\Q$v\E\)/, qr/resolve/, qr/NO_PROXY/]);
	my $run = fails($scheme, '407', {$v => $guarded->{url}}, [qr/the proxy \Q$guarded->{address} ($v)\E/, qr/wants a user name and a password/, qr/407/, qr/NO_PROXY/]);
	is(scalar(() = $run->{text} =~ /^http: ListServices /mg), 1, "$scheme: 407: not tried again");
	fails($scheme, 'a wrong password', {$v => "http://nagios:s3cretly\@$guarded->{address}"}, [qr/wants a user name and a password/]);
	my $angry = CheckECS::Proxy->start(answer => "HTTP/1.1 403 Forbidden\r\n");
	$run = fails($scheme, 'a page with 403', {$v => $angry->{url}}, [qr/the proxy \Q$angry->{address} ($v)\E/, qr/status 403/, qr/NO_PROXY/]);
	is(scalar(() = $run->{text} =~ /^http: ListServices /mg), 1, "$scheme: 403: not tried again");
	my $lost = CheckECS::Proxy->start(answer => "HTTP/1.1 502 Bad Gateway\r\n");
	fails($scheme, 'a page with 502', {$v => $lost->{url}, AWS_MAX_ATTEMPTS => 2}, [qr/the proxy \Q$lost->{address} ($v)\E/, qr/status 502/]);
	is(scalar(my @tries = $lost->requests), 2, "$scheme: 502: tried again");
	my $hanging = CheckECS::Proxy->start(hang => 1);
	$run = fails($scheme, 'a proxy that hangs', {$v => $hanging->{url}}, [time_factor() == 1 ? qr/timed out after \d+ s/ : qr/timed out after \d+ s|gives no connection/], '-t', ($scheme eq 'https' ? 7 : 2) * time_factor());
	like(message($run), qr/the proxy \Q$hanging->{address} ($v)\E/, 'https: a proxy that hangs is named') if $scheme eq 'https' && time_factor() == 1;
	my $closing = CheckECS::Proxy->start(close => 1);
	fails($scheme, 'a proxy that hangs up', {$v => $closing->{url}, AWS_MAX_ATTEMPTS => 1}, [qr/the proxy \Q$closing->{address} ($v)\E/]);
	fails($scheme, 'no URL of a proxy', {$v => 'http://nagios:s3cret@[broken'}, [qr/proxy/, qr/NO_PROXY/]);
	fails($scheme, 'a strange scheme', {$v => 'gopher://nagios:s3cret@127.0.0.1:1'}, [qr/proxy/]);
}

# --- a variable that names no proxy is told, and neither quoted, nor are parts of a password looked up as hosts ---

my $password = 'correct-horse/Battery@9';
my $encoded = 'correct-horse%2FBattery%409';
for my $case (
	['no @', "http://nagios:correct-horse-battery", qr/what follows the last colon is not a port number; an \@ must follow a password/],
	['no @, no scheme', "nagios:correct-horse-battery", qr/what follows the last colon is not a port number/],
	['no @, TLS', "https://nagios:correct-horse-battery", qr/what follows the last colon is not a port number/],
	['@ and / in the password', "http://nagios:$password\@127.0.0.1:9", qr/its user name or password has an \@, \/, \? or # that is not written as %XX/],
	['/ in the password', 'http://nagios:correct-horse/Battery@127.0.0.1:9', qr/written as %XX/],
	['@ in the password', 'http://nagios:correct@horse-Battery:9@127.0.0.1:9', qr/written as %XX/],
	['? in the password', 'http://nagios:1?correct-horse@127.0.0.1:9', qr/written as %XX/],
	['# in the password', 'http://nagios:1#correct-horse@127.0.0.1:9', qr/written as %XX/],
	['a blank in the password', 'http://nagios:correct horse@127.0.0.1:9', qr/it is not a valid URL/],
	['no host', "http://nagios:$encoded\@", qr/it is not a valid URL/],
	['a strange scheme', "gopher://nagios:$encoded\@127.0.0.1:9", qr/its scheme gopher is not http, https or socks/],
	['a port that is none', "http://nagios:$encoded\@127.0.0.1:$encoded", qr/is not a port number/],
	['not to be resolved', "http://nagios:$encoded\@proxy.invalid:9", qr/the proxy proxy\.invalid:9/],
	['IDN', "http://nagios:$encoded\@pr\x{c3}\x{b6}xy.invalid:9", qr/the proxy |bad.illegal format|to ACE/],
	['not to be connected to', "http://nagios:$encoded\@$dead", qr/the proxy \Q$dead\E/],
) {
	my ($what, $value, $pattern) = @$case;
	my $is_none = $pattern !~ /the proxy/;
	for my $scheme (qw(https http)) {
		for my $v ($scheme eq 'https' ? qw(https_proxy HTTPS_PROXY ALL_PROXY) : qw(http_proxy all_proxy)) {
			next if $v =~ /all/i && $what ne 'no @';
			my $name = "$scheme: $v, $what";
			my $run = run_plugin({name => $name, quiet => 1, env => {$v => $value, AWS_MAX_ATTEMPTS => 1}}, '-c', 'prod', '-vvv', "--ca-bundle=$certificate",
				"--endpoint-url=$scheme://" . ($scheme eq 'https' ? $host : "127.0.0.1:" . $server{http}->port), $scheme eq 'https' ? () : '--output-format=json');
			$run->exits('UNKNOWN');
			like($run->{text}, $pattern, "$name: what is wrong");
			like($run->{text}, qr/$v is not a valid proxy URL.*NO_PROXY/, "$name: the variable") if $is_none;
			is_deeply([CheckECS::Secrets::found($run->{stdout} . $run->{stderr}, $password, $encoded, 'correct-horse-battery', 'correct horse', 'correct@horse-Battery')], [], "$name: the password is not printed")
				or diag $run->{text};
			unlike($run->{text}, qr/correct|horse|Battery/i, "$name: nor a part of it");
		}
	}
}
for my $scheme (qw(https http)) {
	by_way($scheme, 'what names no proxy is not needed', {$variable{$scheme} => 'http://nagios:correct-horse-battery', NO_PROXY => '127.0.0.1'}, '-vvv')->exits('OK');
}

# What is mistyped: the variable that counts is named, whichever it is, and what is wrong with it.
for my $case (
	[https => HTTPS_PROXY => "htp://$open->{address}", qr/its scheme htp is not http, https or socks/],
	[https => https_proxy => "htp:/$open->{address}", qr{there is a / in it, but no ://}],
	[https => ALL_PROXY => "http//$open->{address}", qr{there is a / in it, but no ://}],
	[https => HTTPS_PROXY => "\"$open->{url}\"", qr/remove the quotes/],
	[https => HTTPS_PROXY => "$open->{url}\n", qr/remove the blank or line break/],
	[https => all_proxy => "http://$dead", qr/check all_proxy/],
	[https => https_proxy => "http://$guarded->{address}", qr{https_proxy=http://USER:PASSWORD\@HOST:PORT}],
	[http => http_proxy => "htp://$open->{address}", qr/its scheme htp is not http, https or socks/],
	[http => http_proxy => "http://$dead", qr/check http_proxy/],
	[http => http_proxy => "http://$guarded->{address}", qr/check http_proxy/],
	[http => ALL_PROXY => "http://$dead", qr/check ALL_PROXY/],
) {
	my ($scheme, $variable, $value, $pattern) = @$case;
	my $run = fails($scheme, "$variable=$value", {$variable => $value, AWS_MAX_ATTEMPTS => 1}, [qr/\b$variable\b/, $pattern]);
	my @others = grep { $_ ne $variable } qw(https_proxy HTTPS_PROXY http_proxy all_proxy ALL_PROXY);
	unlike(message($run), qr/\b$_\b/, "$scheme: $variable=$value: $_ is not blamed") for @others;
}
for my $case (['none', qr/^proxy: none$/m], ['a proxy', qr/^proxy: \Q$open->{address}\E \(HTTPS_PROXY\)$/m, HTTPS_PROXY => $open->{url}],
	['a password', qr/^proxy: \Q$guarded->{address}\E \(HTTPS_PROXY\)$/m, HTTPS_PROXY => "http://nagios:s3cret\@$guarded->{address}"],
	['NO_PROXY', qr/^proxy: \Q$open->{address}\E \(HTTPS_PROXY\), unless NO_PROXY names the host$/m, HTTPS_PROXY => $open->{url}, NO_PROXY => 'example.com']) {
	my ($name, $pattern, %env) = @$case;
	by_way('https', "-vv: $name", {%env}, '-vv')->says("-vv: $name", $pattern);
}
{
	# The AWS CLI reads it; whoever has set it for the CLI gets to know.
	my $run = $server{https}->check({name => 'REQUESTS_CA_BUNDLE', env => {REQUESTS_CA_BUNDLE => $certificate}}, '-c', 'prod');
	$run->says('it is hinted at', qr/the TLS certificate of .* is not accepted .*REQUESTS_CA_BUNDLE is not read here: name the same file in AWS_CA_BUNDLE/);
	$run = $server{https}->check({name => 'REQUESTS_CA_BUNDLE and a good AWS_CA_BUNDLE', env => {REQUESTS_CA_BUNDLE => '/nonexistent', AWS_CA_BUNDLE => $certificate}}, '-c', 'prod');
	$run->exits('OK');
}

# Endpoints with a user: refused, not quoted.
for my $case (
	['--endpoint-url', {}, "--endpoint-url=http://nagios:$encoded\@127.0.0.1:9"],
	(map { [$_, {$_ => "http://nagios:$encoded\@127.0.0.1:9"}] } qw(AWS_ENDPOINT_URL AWS_ENDPOINT_URL_ECS AWS_ENDPOINT_URL_CLOUDWATCH)),
	['AWS_CONTAINER_CREDENTIALS_FULL_URI', {AWS_CONTAINER_CREDENTIALS_FULL_URI => "http://nagios:$encoded\@127.0.0.1:9/x", AWS_ACCESS_KEY_ID => undef}],
	['AWS_EC2_METADATA_SERVICE_ENDPOINT', {AWS_EC2_METADATA_SERVICE_ENDPOINT => "http://nagios:$encoded\@127.0.0.1:9/", AWS_EC2_METADATA_DISABLED => undef, AWS_ACCESS_KEY_ID => undef}],
	['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE', {AWS_CONTAINER_CREDENTIALS_FULL_URI => "http://127.0.0.1:9/x", AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE => $encoded, AWS_ACCESS_KEY_ID => undef}],
	['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE', {AWS_CONTAINER_CREDENTIALS_FULL_URI => "http://127.0.0.1:9/x", AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE => $encoded x 200, AWS_ACCESS_KEY_ID => undef}],
	['the token file .* does not exist', {AWS_WEB_IDENTITY_TOKEN_FILE => $encoded, AWS_ROLE_ARN => 'arn:aws:iam::123456789012:role/Monitoring', AWS_ACCESS_KEY_ID => undef}],
	['web identity', {AWS_WEB_IDENTITY_TOKEN_FILE => $encoded x 200, AWS_ROLE_ARN => 'arn:aws:iam::123456789012:role/Monitoring', AWS_ACCESS_KEY_ID => undef}],
	['AWS_CA_BUNDLE', {AWS_CA_BUNDLE => $encoded}],
	['AWS_REGION', {AWS_REGION => $encoded}],
	['AWS_RETRY_MODE', {AWS_RETRY_MODE => $encoded}],
	['AWS_MAX_ATTEMPTS', {AWS_MAX_ATTEMPTS => $encoded}],
	['AWS_STS_REGIONAL_ENDPOINTS', {AWS_STS_REGIONAL_ENDPOINTS => $encoded, AWS_CONFIG_FILE => keep_file("[profile r]\nrole_arn=arn:aws:iam::123456789012:role/X\ncredential_source=Environment\n")}, '-p', 'r'],
	['AWS_CREDENTIAL_EXPIRATION', {AWS_CREDENTIAL_EXPIRATION => $encoded}],
	(map { my ($key, $value) = @$_; ["profile 'x'|config|profile", {AWS_ACCESS_KEY_ID => undef, AWS_CONFIG_FILE => keep_file("[profile x]\n$key = $value\n", 'config')}, '-p', 'x'] }
		['credential_process', $encoded], ['credential_process', "'$encoded"], ["role_arn = arn:aws:iam::123456789012:role/X\nsource_profile", $encoded],
		["role_arn = arn:aws:iam::123456789012:role/X\ncredential_source", $encoded], ["role_arn = arn:aws:iam::123456789012:role/X\ncredential_source = Environment\nduration_seconds", $encoded],
		["sso_account_id = 1\nsso_role_name = r\nsso_session", $encoded], ["sso_account_id = 1\nsso_role_name = r\nsso_region = eu-west-1\nsso_start_url", "https://x:$encoded\@h/"],
		["sso_account_id = 1\nsso_role_name = r\nsso_start_url = x\nsso_region", $encoded], ['services', $encoded], ['endpoint_url', "http://x:$encoded\@h/"], ['ca_bundle', $encoded],
		['retry_mode', $encoded], ['max_attempts', $encoded], ['role_arn = arn:aws:iam::123456789012:role/X\nweb_identity_token_file', $encoded], ["s3 =\n  x", "y\n  $encoded"], ["x = 1\n$encoded", "\n$encoded"]),
	['config', {AWS_CONFIG_FILE => keep_file("[profile x]\n$encoded\n", 'config')}],
) {
	my ($what, $env, @arguments) = @$case;
	my $run = run_plugin({name => "a secret in $what", env => $env}, '-c', 'prod', '-vvv', '-t', '3', @arguments);
	$run->exits('UNKNOWN');
	like($run->{text}, qr/$what/, 'what is wrong');
	is_deeply([CheckECS::Secrets::found($run->{stdout} . $run->{stderr}, $encoded, $password)], [], "$run->{name}: is not printed") or diag $run->{text};
}

# A proxy that repeats who came.
my $login = CheckECS::Secrets::base64("nagios:$password");
for my $way (CheckECS::Secrets::ways($password), ['the header', "Proxy-Authorization: Basic $login"], ['the login', $login]) {
	my ($name, $written) = @$way;
	(my $line = $written) =~ s/[^ -~]+/ /g;
	my $echo = CheckECS::Proxy->start(answer => "HTTP/1.1 403 $line\r\nProxy-Authenticate: Basic realm=\"$line\"\r\nX-Amzn-ErrorType: $line\r\nX-Amzn-RequestId: $line\r\nLocation: http://$line/\r\n",
		page => encode_json({__type => $line, message => $written, code => $line}));
	for my $scheme (qw(https http)) {
		my $run = run_plugin({name => "$scheme: a proxy says it $name", quiet => 1, env => {$variable{$scheme} => "http://nagios:$encoded\@$echo->{address}", AWS_MAX_ATTEMPTS => 1}}, '-c', 'prod', '-vvv',
			"--ca-bundle=$certificate", "--endpoint-url=$scheme://$host", $scheme eq 'https' ? () : '--output-format=json');
		$run->exits('UNKNOWN');
		is_deeply([CheckECS::Secrets::found($run->{stdout} . $run->{stderr}, $password, $encoded, $login)], [], "$run->{name}: the password is not printed") or diag $run->{text};
	}
}

# A failure that is not the proxy's is not blamed on it.
my $run = run_plugin({name => 'NO_PROXY and a dead endpoint', env => {HTTPS_PROXY => $open->{url}, NO_PROXY => '127.0.0.1', AWS_MAX_ATTEMPTS => 1}},
	'-c', 'prod', "--endpoint-url=https://$dead");
unlike($run->{text}, qr/the proxy/, 'a dead endpoint that needs no proxy');
$run = $server{https}->check({name => 'another CA through the proxy', env => {HTTPS_PROXY => $open->{url}}}, '-c', 'prod');
$run->says('a certificate behind the proxy is the endpoint\'s', qr/the TLS certificate of \Q$host\E is not accepted/);
my $denying = standin("key AKIDEXAMPLE secret deny=ecs:ListServices\n$account");
$run = $denying->check({name => 'AWS refuses, through the proxy', env => {http_proxy => $open->{url}}}, '-c', 'prod');
$run->says('AWS\'s own refusal', qr/^ECS UNKNOWN - prod: add the IAM action ecs:ListServices for access key/m, qr/^AWS says: AccessDeniedException: /m);
unlike($run->{text}, qr/the proxy/, 'and not the proxy\'s');

done_testing;
