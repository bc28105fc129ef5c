#!/usr/bin/perl
# Credentials and region from those who hand them out on the host's own network: container agents, instance metadata.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Metadata;
use IO::Compress::Gzip qw(gzip);
use IO::Socket::INET;
use JSON::PP;
use Socket qw(SOL_SOCKET SO_LINGER);
use Test::More;
use Time::HiRes qw(sleep);

my $token = join '', map { chr(ord('A') + $_ * 7 % 26) } 1 .. 4096;
my $standin = standin(<<~"ACCOUNT");
	key AKIDEXAMPLE secret
	key AKIDPROFILE profile
	key ASIDSESSION Session/Secret+1 token=$token
	cluster prod region=eu-west-1
	service api desired=1 running=1
		cpu flat=34.4
		memory flat=51.5
	cluster prod region=us-east-1
	service web desired=1 running=1
		cpu flat=34.4
		memory flat=51.5
	ACCOUNT
my $dead = do {
	my $listener = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 1) or die "listen: $!";
	'http://127.0.0.1:' . $listener->sockport;
};
my %none = (AWS_ACCESS_KEY_ID => undef, AWS_SECRET_ACCESS_KEY => undef);
my %proxies = map { $_ => $dead } qw(http_proxy https_proxy HTTPS_PROXY ALL_PROXY all_proxy);
my $secrets = qr/Session.Secret|\Q@{[substr $token, 0, 20]}\E|agent-token|imds-token|hidden-path/;

sub keys_with {
	my (%change) = @_;
	my %keys = (AccessKeyId => 'ASIDSESSION', SecretAccessKey => 'Session/Secret+1', Token => $token, Expiration => '2099-01-01T00:00:00Z', %change);
	delete @keys{grep { !defined $keys{$_} } keys %keys};
	return encode_json(\%keys);
}

# A run that has to work with KEY.
sub uses {
	my ($key, $name, $env, @arguments) = @_;
	my $run = $standin->fresh_check({name => $name, env => $env}, '-c', 'prod', @arguments);
	$run->exits('OK');
	my %used = map { ($_->{key} // '') => 1 } @{$standin->log};
	is_deeply([sort keys %used], [$key], "$name: signed with $key");
	unlike($run->{text}, $secrets, "$name: nothing secret is printed");
	return $run;
}

# A run that has to end before any request to AWS.
sub fails {
	my ($name, $env, $patterns, @arguments) = @_;
	my $run = $standin->fresh_check({name => $name, env => $env}, '-c', 'prod', '-vvv', @arguments);
	$run->exits('UNKNOWN');
	$run->says("$name: the message", @$patterns);
	is($standin->stats->{requests}, 0, "$name: no request to AWS");
	unlike($run->{text}, $secrets, "$name: nothing secret is printed");
	return $run;
}

# --- container ---

my $agent = CheckECS::Metadata->start(sub {
	my ($method, $path, $headers, $count) = @_;
	return [405, ''] if $method ne 'GET';
	return [200, keys_with()] if $path =~ m{\A/(?:hidden-path)?(?:\?id=1)?\z};
	return [($headers->{authorization} // '') eq 'agent-token 1' ? 200 : 401, keys_with()] if $path eq '/authorized';
	return [$count < 3 ? 500 : 200, keys_with()] if $path eq '/shaky';
	return [200, keys_with(), {seconds => 1}] if $path eq '/slow';
	return [200, keys_with(), {seconds => 50}] if $path eq '/hang';
	return [200, '<html>agent-token</html>'] if $path eq '/garbage';
	return [200, substr(keys_with(), 0, 50)] if $path eq '/cut';
	return [200, substr(keys_with(), 0, 50), {length => 1000}] if $path eq '/half';
	return [200, keys_with() . ' ' x (1024 * 1024)] if $path eq '/huge';
	return [200, keys_with(Token => undef)] if $path eq '/tokenless';
	return [200, keys_with(Expiration => 'tomorrow')] if $path eq '/timeless';
	return [200, keys_with(Token => "two\nlines")] if $path eq '/broken-token';
	return [200, keys_with(Expiration => '2020-01-01T00:00:00Z')] if $path eq '/expired';
	return [200, encode_json({Code => 'Nope', Message => "not | for\e[1m you"})] if $path eq '/error';
	return [302, '', {headers => ["Location: /hidden-path"]}] if $path eq '/moved';
	return [400, '{"code":"InvalidIdInRequest","message":"CredentialsV2Request: Credentials not found","HTTPErrorCode":400}'] if $path eq '/unknown-id';
	return [503, '{"code":"CredentialsUninitialized","message":"CredentialsV2Request: Credentials uninitialized for ID","HTTPErrorCode":503}'] if $path eq '/early';
	return [$count < 3 ? 503 : 200, $count < 3 ? '{"code":"CredentialsUninitialized"}' : keys_with()] if $path eq '/soon';
	return [404, "[5b2c0a76] (ResourceNotFoundException): No association found, fetching failed\nsecond line\n", {headers => ['Content-Type: text/plain']}] if $path eq '/eks';
	return [403, "denied for $headers->{authorization} \e[1m| or so"] if $path eq '/repeats';
	return [500, '<!DOCTYPE html><title>Oops</title>'] if $path eq '/page';
	return [404, ''];
});

sub container {
	my ($path, %more) = @_;
	$agent->reset;
	return {%none, %proxies, no_proxy => undef, AWS_CONTAINER_CREDENTIALS_FULL_URI => "$agent->{url}$path", NO_PROXY => '127.0.0.1', %more};
}

my $run = uses('ASIDSESSION', 'container', container('/hidden-path?id=1'), '-vvv');
$run->says('container: where the keys came from',
	qr/^credentials: environment: AWS_ACCESS_KEY_ID is not set$/m, qr/^credentials: container: found key ASID\.\.\.SION$/m,
	qr{^http: container credentials GET \Q$agent->{host}\E keys attempt 1: status 200, \d+ bytes received, \d+ ms$}m);
my ($request) = $agent->requests;
is_deeply([@$request{qw(method path)}, @{$request->{headers}}{qw(accept authorization)}], ['GET', '/hidden-path?id=1', 'application/json', undef],
	'the request');
uses('ASIDSESSION', 'container: localhost, no proxy', container('/', AWS_CONTAINER_CREDENTIALS_FULL_URI => "http://localhost:" . ($agent->{host} =~ /(\d+)$/)[0] . "/hidden-path"));
uses('ASIDSESSION', 'container: a token', container('/authorized', AWS_CONTAINER_AUTHORIZATION_TOKEN => 'agent-token 1'));
my $token_file = keep_file("agent-token 1 \r\n\n");
uses('ASIDSESSION', 'container: a token file wins', container('/authorized', AWS_CONTAINER_AUTHORIZATION_TOKEN => 'agent-token 2', AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE => $token_file));
uses('ASIDSESSION', 'container: 500 twice, then fine', container('/shaky'));
is(scalar(() = $agent->requests), 3, 'in three attempts');
uses('ASIDSESSION', 'container: slow', container('/slow'));
uses('ASIDSESSION', 'container: expired by this host\'s clock', container('/expired'));
uses('AKIDEXAMPLE', 'the environment beats the container', container('/', AWS_ACCESS_KEY_ID => 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY => 'secret'));
is_deeply([$agent->requests], [], 'which is not asked then');
my $profile = keep_file("[default]\naws_access_key_id = AKIDPROFILE\naws_secret_access_key = profile\n");
uses('AKIDPROFILE', "$_ beats the container", container('/', $_ => $profile)) for qw(AWS_SHARED_CREDENTIALS_FILE AWS_CONFIG_FILE);

for my $case (
	['404', '/none', 3, qr/container credentials: \Q$agent->{host}\E answered with status 404$/m],
	# What the ECS agent and the EKS Pod Identity agent say is quoted.
	['an unknown id', '/unknown-id', 3, qr/\Q$agent->{host}\E answered with status 400 \(InvalidIdInRequest: CredentialsV2Request: Credentials not found\)/],
	['keys that are not there yet', '/early', 3, qr/\Q$agent->{host}\E answered with status 503 \(CredentialsUninitialized: CredentialsV2Request: Credentials uninitialized for ID\)/],
	['plain text', '/eks', 3, qr/\Q$agent->{host}\E answered with status 404 \(\[5b2c0a76\] \(ResourceNotFoundException\): No association found, fetching failed\)/],
	['a page', '/page', 3, qr/\Q$agent->{host}\E answered with status 500$/m],
	['garbage', '/garbage', 3, qr/not a JSON object/], ['half', '/half', 3, qr/container credentials: the exchange with \Q$agent->{host}\E failed/],
	['a cut document', '/cut', 3, qr/not a JSON object/], ['1 MiB', '/huge', 1, qr/larger than 64 KiB/],
	['no token', '/tokenless', 3, qr/lacks AccessKeyId/], ['no time', '/timeless', 3, qr/Expiration/], ['a token of two lines', '/broken-token', 1, qr/not valid in AWS keys/],
	['an error document', '/error', 1, qr{answered with Nope: not / for you}], ['moved', '/moved', 3, qr/status 302/],
) {
	my ($name, $path, $attempts, $pattern) = @$case;
	fails("container: $name", container($path, AWS_EC2_METADATA_DISABLED => undef, AWS_EC2_METADATA_SERVICE_ENDPOINT => $agent->{url}), [$pattern]);
	is_deeply([map { "$_->{method} $_->{path}" } $agent->requests], [("GET $path") x $attempts], "container: $name: $attempts attempts, instance metadata not asked");
}
uses('ASIDSESSION', 'container: keys that are there soon', container('/soon'));
fails('container: an answer that repeats the token', container('/repeats', AWS_CONTAINER_AUTHORIZATION_TOKEN => 'agent-token-1'), [qr{answered with status 403 \(denied for \*\*\* / or so\)}]);
fails('container: refused', container('/', AWS_CONTAINER_CREDENTIALS_FULL_URI => "$dead/hidden-path"), [qr/container credentials: cannot connect to 127/]);
fails('container: http to elsewhere', container('/', AWS_CONTAINER_CREDENTIALS_FULL_URI => 'http://example.com/hidden-path'), [qr/AWS_CONTAINER_CREDENTIALS_FULL_URI: http is allowed only for/]);
fails('container: a token with a line end', container('/authorized', AWS_CONTAINER_AUTHORIZATION_TOKEN => "agent-token\nX: y"), [qr/AUTHORIZATION_TOKEN contains a line break/]);
fails('container: a token file with a line end', container('/authorized', AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE => keep_file("agent-token\r\nX: y\n")), [qr/contains a line break/]);
fails('container: an empty token file', container('/authorized', AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE => keep_file("\n")), [qr/is empty/]);
fails('container: no token file', container('/authorized', AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE => '/nonexistent/t'), [qr{/nonexistent/t does not exist}]);

# --- instance metadata ---

my $folder = '/latest/meta-data/iam/security-credentials/';
my %instance = (token => [200, 'imds-token'], list => [200, "prod-role\nother"], role => [200, keys_with(Code => 'Success')], region => [200, 'us-east-1']);

# A service with these answers; each an answer, or code that is given the count.
sub instance {
	my (%change) = @_;
	my %says = (%instance, %change);
	return CheckECS::Metadata->start(sub {
		my ($method, $path, $headers, $count) = @_;
		my $name = {"PUT /latest/api/token" => 'token', "GET $folder" => 'list', "GET ${folder}prod-role" => 'role',
			'GET /latest/meta-data/placement/region' => 'region'}->{"$method $path"} or return [404, ''];
		my $ttl = $headers->{'x-aws-ec2-metadata-token-ttl-seconds'} // '';
		return [400, 'no TTL'] if $name eq 'token' && $ttl !~ /\A\d+\z/;
		return [401, ''] if $name ne 'token' && ($headers->{'x-aws-ec2-metadata-token'} // '') ne ($says{version_1} ? '' : 'imds-token');
		return ref $says{$name} eq 'CODE' ? $says{$name}->($count) : $says{$name};
	});
}

sub asked { return [map { "$_->{method} $_->{path}" } $_[0]->requests] }

# The environment of a run that may ask a server (or the URL of none), which lives on to the end.
my @servers;
sub at {
	my ($server, %more) = @_;
	push @servers, $server;
	return {%none, %proxies, AWS_EC2_METADATA_DISABLED => undef, AWS_EC2_METADATA_SERVICE_ENDPOINT => ref $server ? $server->{url} : $server,
		NO_PROXY => '127.0.0.1', %more};
}

my $imds = instance();
my @whole = ('PUT /latest/api/token', "GET $folder", "GET ${folder}prod-role");
$run = uses('ASIDSESSION', 'instance', at($imds), '-vvv');
$run->says('instance: where the keys came from', qr/^credentials: container: neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor /m,
	qr/^credentials: instance metadata: found key ASID\.\.\.SION$/m, qr{^http: instance metadata PUT \Q$imds->{host}\E latest/api/token attempt 1: status 200}m);
is_deeply(asked($imds), \@whole, 'instance: what is asked');
is(($imds->requests)[0]{headers}{'content-length'}, 0, 'instance: PUT without a body');
uses('ASIDSESSION', 'instance: a slash at the end', at($imds, AWS_EC2_METADATA_SERVICE_ENDPOINT => "$imds->{url}/"));
uses('ASIDSESSION', 'instance: endpoint of the profile', at($imds, AWS_EC2_METADATA_SERVICE_ENDPOINT => undef,
	AWS_CONFIG_FILE => keep_file("[default]\nec2_metadata_service_endpoint = $imds->{url}\n")));
$imds->reset;
uses('AKIDEXAMPLE', 'the environment beats the instance', at($imds, AWS_ACCESS_KEY_ID => 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY => 'secret'));
uses('AKIDPROFILE', 'a profile beats the instance', at($imds, AWS_SHARED_CREDENTIALS_FILE => $profile));
uses('ASIDSESSION', 'the container beats the instance', {%{container('/')}, %{at($imds)}});
is_deeply(asked($imds), [], 'the instance is not asked then');
fails('instance: switched off', at($imds, AWS_EC2_METADATA_DISABLED => 'TRUE'), [qr/no AWS credentials found: looked at .*instance metadata: switched off by AWS_EC2_METADATA_DISABLED/]);
is_deeply(asked($imds), [], 'it is not asked then either');
uses('ASIDSESSION', 'instance: expired keys are used', at(instance(role => [200, keys_with(Code => 'Success', Expiration => '2020-01-01T00:00:00Z')])));

# NO_PROXY has 127.0.0.1 for the stand-in; localhost is not in it, and the proxy of the environment is dead.
uses('ASIDSESSION', 'instance: no proxy', at($imds, AWS_EC2_METADATA_SERVICE_ENDPOINT => 'http://localhost:' . ($imds->{host} =~ /(\d+)$/)[0]));

# Nobody takes the connection: the listener's queue is full.
{
	my $full = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 1) or die "listen: $!";
	my @waiting = map { IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $full->sockport, Blocking => 0) } 1 .. 8;
	my $host = '127.0.0.1:' . $full->sockport;
	fails('instance: no connection', at("http://$host"), [qr/no AWS credentials found: .*no session token \(no connection to \Q$host\E within 1 s\)$/m]);
}

sub twice_500 { my ($answer) = @_; return sub { $_[0] < 3 ? [500, ''] : $answer } }
$imds = instance(map { $_ => twice_500($instance{$_}) } qw(token list role));
uses('ASIDSESSION', 'instance: 500 twice, then fine', at($imds, AWS_METADATA_SERVICE_NUM_ATTEMPTS => 3));
is(scalar(() = $imds->requests), 9, 'three attempts each');
# An answer that it is overloaded or has failed is followed by two quick attempts, whatever is asked for; nothing else is.
for my $status (429, 503) {
	for my $what (qw(token list role)) {
		for my $failures (1, 2) {
			my $shaky = instance($what => sub { $_[0] <= $failures ? [$status, ''] : $instance{$what} });
			my $quick = uses('ASIDSESSION', "instance: $status $failures times on $what", at($shaky));
			cmp_ok($quick->{own_seconds}, '<', 2 * time_factor(), "instance: $status $failures times on $what: quick");
			is(scalar(() = $shaky->requests), 3 + $failures, "instance: $status $failures times on $what: nothing else is asked again");
		}
	}
}
for my $case (['500 for good', [500, ''], 3], ['404', [404, ''], 1], ['500 for good, two attempts set', [500, ''], 2, AWS_METADATA_SERVICE_NUM_ATTEMPTS => 2], ['500 for good, one attempt set', [500, ''], 1, AWS_METADATA_SERVICE_NUM_ATTEMPTS => 1]) {
	my ($name, $answer, $attempts, %more) = @$case;
	my $failing = instance(role => $answer);
	fails("instance: $name", at($failing, %more), [qr/instance metadata: 127\S+ answered with status $answer->[0]/]);
	is(scalar(grep { /prod-role/ } @{asked($failing)}), $attempts, "instance: $name: $attempts attempts");
}
# One token serves region and keys; where it is no longer taken, another one is asked for.
{
	my $region_and_keys = instance();
	uses('ASIDSESSION', 'instance: region and keys', at($region_and_keys, AWS_REGION => undef));
	is_deeply(asked($region_and_keys), ['PUT /latest/api/token', 'GET /latest/meta-data/placement/region', "GET $folder", "GET ${folder}prod-role"], 'instance: region and keys: one token');
	my $short = instance(list => sub { $_[0] == 1 ? [401, ''] : $instance{list} });
	uses('ASIDSESSION', 'instance: a token that has lived its time', at($short, AWS_REGION => undef));
	is(scalar(grep { /PUT/ } @{asked($short)}), 2, 'instance: a token that has lived its time: another one');
	my $never = instance(list => [401, '']);
	fails('instance: no token is taken', at($never, AWS_REGION => undef), [qr/instance metadata: 127\S+ answered with status 401/]);
	is(scalar(grep { /PUT/ } @{asked($never)}), 2, 'instance: no token is taken: asked for once more');
}
uses('ASIDSESSION', 'instance: attempts of the profile', at(instance(role => twice_500($instance{role})),
	AWS_CONFIG_FILE => keep_file("[default]\nmetadata_service_num_attempts = 3\n")));
my $slow = instance(role => [@{$instance{role}}, {seconds => 1.6}]);
fails('instance: slow', at($slow), [qr/no complete answer from 127\S+ within 1 s/]);
uses('ASIDSESSION', 'instance: slow, and more patience', at($slow, AWS_METADATA_SERVICE_TIMEOUT => 5 * time_factor()));

# What a service that is not there, or not for us, leads to.
my $nobody = qr/no AWS credentials found: looked at .*instance metadata: no session token \(/;
fails('instance: refused', at($dead), [$nobody, qr/cannot connect to 127/]);
fails('instance: no token, 400', at(instance(token => [400, ''])), [$nobody, qr/status 400/]);
my %old = (list => [200, 'prod-role'], version_1 => 1);
for my $case ([[403, ''], qr/status 403.*is enabled/], [[404, ''], qr/status 404.*AWS_EC2_METADATA_V1_DISABLED=false/], [[405, ''], qr/status 405/], [[200, 'x', {seconds => 3}], qr/within 1 s\): .*hop limit/]) {
	my $name = $case->[0][2] ? 'no answer' : $case->[0][0];
	my $server = instance(%old, token => $case->[0]);
	fails("instance: no token, $name", at($server), [$nobody, $case->[1]]);
	is_deeply(asked($server), ['PUT /latest/api/token'], 'version 1 is not used unasked');
	uses('ASIDSESSION', "instance: no token, $name, version 1 allowed", at($server, AWS_EC2_METADATA_V1_DISABLED => 'false'));
}
uses('ASIDSESSION', 'instance: version 1 allowed by the profile', at(instance(%old, token => [404, '']), AWS_CONFIG_FILE => keep_file("[default]\nec2_metadata_v1_disabled = false\n")));
fails('instance: the environment forbids it again', at(instance(%old, token => [404, '']), AWS_EC2_METADATA_V1_DISABLED => 'true',
	AWS_CONFIG_FILE => keep_file("[default]\nec2_metadata_v1_disabled = false\n")), [qr/status 404/]);
fails('instance: an empty token', at(instance(token => [200, ''])), [qr/empty/]);
fails('instance: a token with a control character', at(instance(token => [200, "imds\ttoken"])), [qr/empty or malformed/]);
fails('instance: no role', at(instance(list => [404, ''])), [qr/no AWS credentials found: .*the instance has no role/]);
fails('instance: a role that is a path', at(instance(list => [200, '../../x?y'])), [qr/role name that is not valid/]);
fails('instance: an error document', at(instance(role => [200, encode_json({Code => 'AssumeRoleUnauthorizedAccess', Message => 'EC2 cannot assume the role'})])),
	[qr/instance metadata: 127\S+: answered with AssumeRoleUnauthorizedAccess: EC2 cannot assume the role/]);
fails('instance: garbage', at(instance(role => [200, '<html>imds-token'])), [qr/not a JSON object/]);
fails('instance: half', at(instance(role => [200, substr($instance{role}[1], 0, 60), {length => 5000}])), [qr/instance metadata: the exchange with/]);
fails('instance: 1 MiB', at(instance(role => [200, ' ' x (1024 * 1024)])), [qr/larger than 64 KiB/]);
for my $case (['AWS_METADATA_SERVICE_TIMEOUT', 'soon'], ['AWS_METADATA_SERVICE_NUM_ATTEMPTS', '0'], ['AWS_EC2_METADATA_SERVICE_ENDPOINT', 'ftp://h']) {
	fails("instance: $case->[0]=$case->[1]", at($dead, @$case), [qr/$case->[0]/]);
}

# --- faults, of either ---

sub raw {
	my ($write) = @_;
	return [200, '', {raw => sub { local $SIG{PIPE} = 'IGNORE'; $write->($_[0]) }}];
}
sub say_and_reset {
	my ($text) = @_;
	return raw(sub {
		my ($connection) = @_;
		syswrite $connection, $text;
		setsockopt $connection, SOL_SOCKET, SO_LINGER, pack 'ii', 1, 0;
		close $connection;
	});
}
my $gzipped = do { gzip(\$instance{role}[1] => \my $bytes) or die 'gzip'; $bytes };
my %fault = (
	'a reset' => [say_and_reset(''), qr/the exchange with/], 'a reset amid the headers' => [say_and_reset("HTTP/1.1 200 OK\r\nContent-Le"), qr/the exchange with/],
	'a reset amid the body' => [say_and_reset("HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\n{"), qr/the exchange with/],
	'the end amid the headers' => [raw(sub { syswrite $_[0], "HTTP/1.1 200 OK\r\nContent-Le" }), qr/the exchange with/],
	'a byte each 200 ms' => [raw(sub { for my $byte (split //, "HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\n" . '{' x 200) { syswrite $_[0], $byte or last; sleep 0.2 } }), qr/no complete answer from/],
	'no HTTP' => [raw(sub { syswrite $_[0], "SSH-2.0-x\r\n" }), qr/the exchange with/],
	'gzip unasked' => [[200, $gzipped, {headers => ['Content-Encoding: gzip']}], qr/not a JSON object/],
	'200 levels' => [[200, '{"a":' x 200 . '1' . '}' x 200], qr/not a JSON object|lacks /],
	'nulls' => [[200, '{"Code":"Success","AccessKeyId":null,"SecretAccessKey":null,"Token":null,"Expiration":null}'], qr/lacks AccessKeyId/],
	'numbers' => [[200, '{"Code":"Success","AccessKeyId":1,"SecretAccessKey":2,"Token":3,"Expiration":4}'], qr/lacks AccessKeyId/],
	'a list' => [[200, '[]'], qr/not a JSON object/],
);
for my $name (sort keys %fault) {
	my ($answer, $pattern) = @{$fault{$name}};
	my $server = CheckECS::Metadata->start(sub { return $answer });
	fails("container: $name", container('/', AWS_CONTAINER_CREDENTIALS_FULL_URI => "$server->{url}/keys"), [qr/container credentials: /, $pattern]);
	fails("instance: $name", at(instance(role => $answer)), [qr/instance metadata: /, $pattern]);
}

# --- region ---

my $keys_and_no_region = {AWS_ACCESS_KEY_ID => 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY => 'secret', AWS_REGION => undef};
$imds = instance();
$run = $standin->fresh_check({name => 'region', env => at($imds, %$keys_and_no_region)}, '-c', 'prod', '-vvv');
$run->exits('OK');
$run->says('region: where it came from', qr/^region: us-east-1 \(instance metadata\)$/m, qr/^account 123456789012, us-east-1, /m, qr{GET \S+ latest/meta-data/placement/region attempt 1: status 200});
unlike($run->{text}, $secrets, 'region: nothing secret is printed');
is_deeply(asked($imds), ['PUT /latest/api/token', 'GET /latest/meta-data/placement/region'], 'region: what is asked');
$imds->reset;
uses('ASIDSESSION', 'region and credentials', at($imds, AWS_REGION => undef));
$imds->reset;
uses('AKIDEXAMPLE', "region from $_->[0]", at($imds, %$keys_and_no_region, @{$_->[1]}), @{$_->[2]})
	for ['-r', [], ['-r', 'eu-west-1']], ['AWS_DEFAULT_REGION', [AWS_DEFAULT_REGION => 'eu-west-1'], []],
	['the profile', [AWS_CONFIG_FILE => keep_file("[default]\nregion = eu-west-1\n")], []];
is_deeply(asked($imds), [], 'region: the instance is the last to be asked');
fails('region: refused', at($dead, %$keys_and_no_region), [qr/no region: give -r .*instance metadata: no session token \(cannot connect/]);
fails('region: not one', at(instance(region => [200, 'Kein/Ort']), %$keys_and_no_region), [qr{the value of instance metadata is not a valid region name}]);
fails('region: 404', at(instance(region => [404, '']), %$keys_and_no_region), [qr/no region: .*status 404/]);
fails('region: switched off', {%none, %$keys_and_no_region}, [qr/no region: .*switched off/]);
fails('region: a bad one in the environment', at($imds, %$keys_and_no_region, AWS_REGION => 'no region'), [qr/the value of AWS_REGION is not a valid region name/]);

# --- the deadline, and signals ---

my $hang = [200, 'x', {seconds => 50}];
my %patient = (AWS_METADATA_SERVICE_TIMEOUT => 60);
my %hanging = (
	'container' => container('/hang'), 'container, between attempts' => container('/none'),
	'token' => at(instance(token => $hang), %patient), 'role' => at(instance(role => $hang), %patient),
	'region' => at(instance(region => $hang), %patient, %$keys_and_no_region),
);
for my $name (sort keys %hanging) {
	my $seconds = $name =~ /between/ ? 1 : 2;
	$run = $standin->fresh_check({name => "$name hangs", env => $hanging{$name}}, '-c', 'prod', '-vv', '-t', "$seconds:critical");
	$run->exits('CRITICAL');
	cmp_ok($run->{own_seconds}, '<', $seconds + time_factor(), "$name hangs: ends in time");
	$run->says("$name hangs: the text", qr/\AECS CRITICAL - prod: timed out after $seconds s, waiting for (?:container credentials|instance metadata) /,
		qr/^(?:ECS CRITICAL - prod:|\[CRITICAL\]) timed out after $seconds s, waiting for (?:container credentials|instance metadata) \(\S+\) from 127/m);
	unlike($run->{text}, $secrets, "$name hangs: nothing secret is printed");
}

# Keys that AWS calls expired are asked for anew; the time may end meanwhile.
for my $case ([$instance{role}, 'OK'], [$hang, 'CRITICAL']) {
	my ($later, $state) = @$case;
	my $renewing = standin(<<~"ACCOUNT", '--fault=ListServices:expired:1');
		key AKIDFIRST first token=$token
		key ASIDSESSION Session/Secret+1 token=$token
		cluster prod region=eu-west-1
		service api desired=1 running=1
			cpu flat=34.4
			memory flat=51.5
		ACCOUNT
	my $server = instance(role => sub { $_[0] == 1 ? [200, keys_with(AccessKeyId => 'AKIDFIRST', SecretAccessKey => 'first')] : $later });
	$run = $renewing->check({name => "expired keys: $state", env => at($server, %patient)}, '-c', 'prod', '-t', '2:critical');
	$run->exits($state);
	cmp_ok($run->{own_seconds}, '<', 2 + time_factor(), "expired keys: $state: in time");
	is(scalar(grep { $_->{path} =~ /prod-role/ } $server->requests), 2, "expired keys: $state: asked for anew");
}
$run = $standin->check({name => 'SIGTERM', env => $hanging{role}, signal => ['TERM', 0.7]}, '-c', 'prod', '-t', '20:critical');
$run->exits('UNKNOWN');
$run->says('SIGTERM: the text', qr/ended by a signal/);
cmp_ok($run->{own_seconds}, '<', 3 * time_factor(), 'SIGTERM: ends soon');

done_testing;
