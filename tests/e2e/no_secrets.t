#!/usr/bin/perl
# The whole of what -vvv prints, with every provider, good and failing: no secret, no token, no signature.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Metadata;
use Digest::SHA qw(sha1_hex);
use File::Path qw(make_path);
use JSON::PP;
use POSIX qw(strftime);
use Test::More;

my ($here, $there) = map { "arn:aws:iam::$_:role" } qw(123456789012 210987654321);
my $long = join '', map { chr(ord('A') + $_ * 11 % 26) } 1 .. 4200;
my $account = CheckECS::StandIn->identity_lines . <<~"ACCOUNT";
	key ASIALONG session/Secret+3 token=$long user=long
	cluster prod region=eu-west-1
	service api desired=1 running=1
		cpu flat=34.4
		memory flat=51.5
	ACCOUNT
my $standin = standin($account, '--session-token-length=4300');
my $served = encode_json({Code => 'Success', AccessKeyId => 'ASIALONG', SecretAccessKey => 'session/Secret+3', Token => $long, Expiration => '2099-01-01T00:00:00Z'});
my $agent = CheckECS::Metadata->start(sub {
	my ($method, $path, $headers) = @_;
	return [200, 'imds-session-token'] if $method eq 'PUT';
	return [200, 'monitoring'] if $path eq '/latest/meta-data/iam/security-credentials/';
	return [200, $served] if $path =~ m{/monitoring\z|\A/hidden-path\z};
	return [500, join "\n", %$headers];
});

# Whoever is asked here tells everything that he was sent.
my $echo = CheckECS::Metadata->start(sub {
	my ($method, $path, $headers, undef, $body) = @_;
	# The headers first or last: what is cut at some length must not hide what was not left out.
	my @pieces = (map({ "$_: $headers->{$_}" } sort { $b cmp $a } keys %$headers), $method, $path, $body // '');
	my $all = join ' ', $path =~ /federation/ || ($body // '') =~ /^Action/ ? reverse @pieces : @pieces;
	return [400, encode_json({__type => 'ClientException', message => $all, error => 'invalid_grant', error_description => $all})]
		if $path ne '/' || ($headers->{'x-amz-target'} // '') ne '';
	my $escaped = $all =~ s/&/&amp;/gr =~ s/</&lt;/gr;
	return [400, "<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>$escaped</Message></Error></ErrorResponse>"];
});

my $tool = keep_file("#!/bin/sh\necho '" . encode_json({Version => 1, AccessKeyId => 'ASIALONG', SecretAccessKey => 'session/Secret+3', SessionToken => $long}) . "'\n", 'tool');
chmod 0755, $tool;
my $broken = keep_file("#!/bin/sh\nset -x\nexport AWS_SECRET_ACCESS_KEY=session/Secret+3 AWS_SESSION_TOKEN=$long\nexit 1\n", 'broken');
chmod 0755, $broken;
my $token_file = keep_file("web.identity.token\n", 'web');
my $sso = "sso_account_id = 123456789012\nsso_role_name = Reader\n";
my $config = <<~"INI";
	[profile alice]
	aws_access_key_id = AKIDALICE
	aws_secret_access_key = alice/Secret+1
	[profile long]
	aws_access_key_id = ASIALONG
	aws_secret_access_key = session/Secret+3
	aws_session_token = $long
	[profile role]
	role_arn = $here/Monitoring
	source_profile = alice
	[profile chain]
	role_arn = $there/Chained
	source_profile = role
	[profile web]
	role_arn = $here/Monitoring
	web_identity_token_file = $token_file
	[profile sso]
	sso_session = my-sso
	$sso
	[sso-session my-sso]
	sso_region = us-east-1
	sso_start_url = https://example.awsapps.com/start
	[profile sso-old]
	sso_region = us-east-1
	sso_start_url = https://example.awsapps.com/start
	$sso
	[profile process]
	credential_process = $tool
	[profile broken]
	credential_process = $broken
	INI

sub write_file {
	my ($path, $text) = @_;
	make_path($path =~ s{/[^/]*\z}{}r);
	open my $file, '>:raw', $path or die "$path: $!";
	print {$file} $text;
	close $file or die "$path: $!";
	return;
}

my $homes = 0;
sub home {
	my $home = tempdir() . '/secret-' . ++$homes;
	write_file("$home/.aws/config", $config);
	write_file("$home/.aws/credentials", "[shared]\naws_access_key_id = ASIALONG\naws_secret_access_key = session/Secret+3\naws_session_token = $long\n");
	my $at = sub { strftime('%Y-%m-%dT%H:%M:%SZ', gmtime(time + $_[0])) };
	my %token = (accessToken => 'access-token-1', expiresAt => $at->(600), refreshToken => 'refresh-token-1', clientId => 'client-1',
		clientSecret => 'client-secret-1', registrationExpiresAt => $at->(86400), startUrl => 'https://example.awsapps.com/start', region => 'us-east-1');
	write_file("$home/.aws/sso/cache/" . sha1_hex($_) . '.json', encode_json(\%token)) for 'my-sso', 'https://example.awsapps.com/start';
	return $home;
}

my @known = ('alice/Secret', 'session/Secret', substr($long, 0, 24), substr($long, -24), 'web.identity.token', 'access-token-1', 'refresh-token-1',
	'client-secret-1', 'imds-session-token', 'agent-authorization');

# What AWS has handed out is in the files that keep it: -> texts of which no piece may be printed.
sub issued {
	my ($home) = @_;
	my @found;
	for my $path (glob("$home/.cache/check_ecs_bottleneck/*.json $home/.aws/sso/cache/*.json")) {
		my $kept = decode_json(CheckECS::slurp($path));
		push @found, map { substr $_, 0, 24 } grep { defined && length } @$kept{qw(SecretAccessKey SessionToken accessToken refreshToken)};
	}
	return @found;
}

sub tells_nothing {
	my ($name, $home, $run) = @_;
	my $text = qx(strings -n 4 '@{[keep_file($run->{stdout} . "\n" . ($run->{stderr} // ''), 'all')]}');
	my @bad = grep { index($text, $_) >= 0 } @known, issued($home);
	push @bad, $1 if $text =~ /(Signature=\S+|\b[0-9a-f]{64}\b)/;
	is_deeply(\@bad, [], "$name: nothing secret is printed") or diag $run->{text};
	return;
}

my %none = (AWS_ACCESS_KEY_ID => undef, AWS_SECRET_ACCESS_KEY => undef);
my %imds = (AWS_EC2_METADATA_DISABLED => undef, AWS_EC2_METADATA_SERVICE_ENDPOINT => $agent->{url});
my %agent = (AWS_CONTAINER_CREDENTIALS_FULL_URI => "$agent->{url}/hidden-path", AWS_CONTAINER_AUTHORIZATION_TOKEN => 'agent-authorization');
my @ways = (
	['environment', {AWS_ACCESS_KEY_ID => 'ASIALONG', AWS_SECRET_ACCESS_KEY => 'session/Secret+3', AWS_SESSION_TOKEN => $long}],
	['config file', {}, '-p', 'long'],
	['credentials file', {}, '-p', 'shared'],
	['role', {}, '-p', 'role'],
	['chain of roles', {}, '-p', 'chain'],
	['role on top', {}, '-p', 'long', "--role-arn=$here/Monitoring"],
	['web identity', {}, '-p', 'web'],
	['web identity of the environment', {AWS_WEB_IDENTITY_TOKEN_FILE => $token_file, AWS_ROLE_ARN => "$here/Monitoring"}],
	['SSO with a refresh', {}, '-p', 'sso'],
	['SSO, older form', {}, '-p', 'sso-old'],
	['credential_process', {}, '-p', 'process'],
	['container', \%agent],
	['instance', \%imds],
);
for my $way (@ways) {
	my ($name, $env, @arguments) = @$way;
	my $home = home();
	my $run = $standin->fresh_check({name => $name, env => $standin->identity_environment(%none, HOME => $home, %$env)}, '-c', 'prod', '-vvv', @arguments);
	$run->exits('OK');
	like($run->{text}, qr/^http: /m, "$name: the journal is there");
	tells_nothing($name, $home, $run);
	# The same, but ECS says what it was sent.
	$run = run_plugin({name => "$name, told back by ECS", env => $standin->identity_environment(%none, HOME => $home, %$env)}, '-c', 'prod', '-vvv',
		"--endpoint-url=$echo->{url}", @arguments);
	$run->exits('UNKNOWN');
	tells_nothing("$name, told back by ECS", $home, $run);
	# And the one that issues keys, if anybody is asked.
	my %told = map { ("AWS_ENDPOINT_URL_$_" => $echo->{url}) } qw(STS SSO SSO_OIDC);
	$home = home();
	$run = $standin->fresh_check({name => "$name, told back by who issues", env => {%none, HOME => $home, %told, %$env}}, '-c', 'prod', '-vvv', @arguments);
	tells_nothing("$name, told back by who issues", $home, $run);
}
my $home = home();
my $run = $standin->fresh_check({name => 'a program that tells its keys', env => {%none, HOME => $home}}, '-c', 'prod', '-vvv', '-p', 'broken');
$run->exits('UNKNOWN');
tells_nothing('a program that tells its keys', $home, $run);
done_testing;
