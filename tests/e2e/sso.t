#!/usr/bin/perl
# IAM Identity Center (SSO): keys of a role for a token that "aws sso login" has left; the token prolonged where that does no harm.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Metadata;
use CheckECS::StandIn;
use Digest::SHA qw(sha1_hex);
use File::Path qw(make_path);
use JSON::PP;
use POSIX qw(strftime);
use Test::More;

my $clusters = <<~'ACCOUNT';
	cluster prod region=eu-west-1
	service api desired=1 running=1
		cpu flat=34.4
		memory flat=51.5
	ACCOUNT
my $account = CheckECS::StandIn->identity_lines . $clusters;
my $standin = standin($account);
my $start_url = 'https://example.awsapps.com/start';
my $role = "sso_account_id = 123456789012\nsso_role_name = Reader\n";
my $session_form = "[default]\nsso_session = my-sso\n$role\[sso-session my-sso]\nsso_region = us-east-1\nsso_start_url = $start_url\n";
my $old_form = "[default]\nsso_start_url = $start_url\nsso_region = us-east-1\n$role";
my $secrets = qr/access-token|refresh-token|client-secret/;
my $user = getpwuid($>) // "ID $>";
my $serial = 0;

sub at { return strftime('%Y-%m-%dT%H:%M:%SZ', gmtime(time + $_[0])) }

# What "aws sso login" leaves; undef takes a member out.
sub token {
	my (%change) = @_;
	my %token = (startUrl => $start_url, region => 'us-east-1', accessToken => 'access-token-1', expiresAt => at(3600), refreshToken => 'refresh-token-1',
		clientId => 'client-1', clientSecret => 'client-secret-1', registrationExpiresAt => at(86400), kept => {by => ["\x{fc}ser", 17]}, %change);
	delete @token{grep { !defined $token{$_} } keys %token};
	return encode_json(\%token);
}

# A home folder with this config and this text for a token file (undef: none).
sub home {
	my ($config, $text, $name) = @_;
	my $home = tempdir() . '/sso-' . ++$serial;
	make_path("$home/.aws/sso/cache");
	my $path = "$home/.aws/sso/cache/" . sha1_hex($name // ($config =~ /sso_session/ ? 'my-sso' : $start_url)) . '.json';
	for my $file (["$home/.aws/config", $config], [$path, $text]) {
		next unless defined $file->[1];
		open my $out, '>:raw', $file->[0] or die "$file->[0]: $!";
		print {$out} $file->[1];
		close $out or die "$file->[0]: $!";
	}
	return ($home, $path);
}

sub environment {
	my ($home, %more) = @_;
	return $standin->identity_environment(HOME => $home, AWS_ACCESS_KEY_ID => undef, AWS_SECRET_ACCESS_KEY => undef, %more);
}

# A run that has to work with keys of the portal, after so many CreateToken.
sub works {
	my ($name, $home, $refreshes, $env, @arguments) = @_;
	my $run = $standin->fresh_check({name => $name, env => environment($home, %{$env // {}})}, '-c', 'prod', '-vvv', @arguments);
	$run->exits('OK');
	is_deeply([$standin->calls('CreateToken'), $standin->calls('GetRoleCredentials')], [$refreshes, 1], "$name: what was asked");
	unlike($run->{text}, $secrets, "$name: no secret");
	return $run;
}

sub fails {
	my ($name, $home, $patterns, $env, @arguments) = @_;
	my $run = $standin->fresh_check({name => $name, env => environment($home, %{$env // {}})}, '-c', 'prod', '-vvv', @arguments);
	$run->exits('UNKNOWN');
	$run->says("$name: the message", @$patterns);
	is($standin->calls('ListServices'), 0, "$name: nothing is asked of ECS");
	unlike($run->{text}, $secrets, "$name: no secret");
	return $run;
}

sub content { return decode_json(CheckECS::slurp($_[0])) }

# --- both forms, a token that lives ---

my ($home, $path) = home($session_form, token());
my $run = works('with a session', $home, 0);
$run->says('what is told', qr/^credentials: IAM Identity Center: token file \Q$path\E$/m, qr/^credentials: IAM Identity Center: token valid until \d{4}-/m,
	qr/^credentials: IAM Identity Center: portal 127\.0\.0\.1:\d+, role Reader in account 123456789012$/m, qr/^credentials: IAM Identity Center: found key ASIA/m,
	qr/^http: GetRoleCredentials GET \S+ attempt 1: status 200/m);
is_deeply([map { [@$_{qw(role_name account_id status key)}] } $standin->identity_calls('GetRoleCredentials')], [['Reader', '123456789012', 200, undef]], 'the question, unsigned');
works('without a session', (home($old_form, token(map { $_ => undef } qw(refreshToken clientId clientSecret registrationExpiresAt))))[0], 0);
works('UTC for Z', (home($old_form, token(expiresAt => strftime('%Y-%m-%dT%H:%M:%SUTC', gmtime(time + 600)))))[0], 0);
works('another profile', (home($session_form =~ s/default/profile xy/r, token()))[0], 0, {}, '-p', 'xy');
works('keys in both places that agree', (home($session_form =~ s/\[sso-s/sso_region = us-east-1\n[sso-s/r, token()))[0], 0);
works('SSO beats static keys', (home("$session_form\[default]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = wrong\n", token()))[0], 0);
{
	my $run = $standin->check_signed_by('AKIDEXAMPLE', 'the environment beats SSO', environment($home, AWS_ACCESS_KEY_ID => 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY => 'secret'));
	is($standin->calls('GetRoleCredentials'), 0, 'which is not asked then');
}

# --- settings ---

for my $case (
	['no role name', $session_form =~ s/sso_role_name.*\n//r, qr/has no sso_role_name/],
	['no account', $session_form =~ s/sso_account_id.*\n//r, qr/has no sso_account_id/],
	['no section', $session_form =~ s/sso-session my-sso/sso-session other/r, qr/no section \[sso-session NAME\]/],
	['no region', $session_form =~ s/sso_region.*\n//r, qr/\[sso-session my-sso\].* has no sso_region/],
	['no start URL', $session_form =~ s/sso_start_url.*\n//r, qr/\[sso-session my-sso\].* has no sso_start_url/],
	['a region that differs', $session_form =~ s/\[sso-s/sso_region = eu-west-1\n[sso-s/r, qr/sso_region differs between profile 'default' and \[sso-session my-sso\]/],
	['a start URL that differs', $session_form =~ s/\[sso-s/sso_start_url = https:\/\/x\n[sso-s/r, qr/sso_start_url differs/],
	['old form, no region', $old_form =~ s/sso_region.*\n//r, qr/has no sso_region/],
	['old form, no start URL', $old_form =~ s/sso_start_url.*\n//r, qr/has no sso_session or sso_start_url/],
	['a region that is none', $session_form =~ s/us-east-1/us east/r, qr/the value of sso_region is not a valid region name/],
	['a region in capital letters', $session_form =~ s/us-east-1/US-EAST-1/r, qr/the value of sso_region is not a valid region name; write it in small letters/],
	['old form, an availability zone', $old_form =~ s/us-east-1/us-east-1a/r, qr/the value of sso_region is an availability zone/],
	['a section in quotes', $session_form =~ s/= my-sso/= "my-sso"/r, qr/no section \[sso-session NAME\].*; remove the quotes around it/],
) {
	my ($name, $config, $pattern) = @$case;
	fails($name, (home($config, token(), 'my-sso'))[0], [$pattern]);
}
fails('a session alone is not SSO', (home($session_form =~ s/^sso_(?:account|role).*\n//gmr, token()))[0], [qr/no AWS credentials/]);

# --- token files ---

my $again = qr/run aws sso login --sso-session my-sso/;
($home, $path) = home($session_form, undef);
fails('no file', $home, [qr/\Q$path\E does not exist: $again as the user who runs this check \(\Q$user\E\)/]);
for my $case (
	['an empty file', ''], ['garbage', '<html>access-token'], ['half', substr(token(), 0, 60)], ['an array', '["access-token-1"]'], ['not UTF-8', "{\"accessToken\":\"\xff\"}"],
	['no token', token(accessToken => undef)], ['a number for a token', token(accessToken => 17)], ['an object for a token', token(accessToken => {x => 'access-token-1'})],
	['a token with a line end', token(accessToken => "access-token-1\r\nX: y")], ['an empty token', token(accessToken => '')],
	['no time', token(expiresAt => undef)], ['another time', token(expiresAt => 'tomorrow')], ['a number for a time', token(expiresAt => time + 3600)],
) {
	my ($name, $text) = @$case;
	($home, $path) = home($session_form, $text);
	fails($name, $home, [qr/\Q$path\E .*$again/]);
}
fails('1 MiB', (home($session_form, token(more => 'x' x (1024 * 1024))))[0], [qr/$again/]);
($home, $path) = home($session_form, token());
chmod 0, $path;
SKIP: {
	skip 'nothing is forbidden to root', 4 if $> == 0;
	fails('a file of somebody else', $home, [qr/\Q$path\E: Permission denied: $again as the user who runs this check \(\Q$user\E\)/]);
}
fails('HOME is not set', $home, [qr{/\.aws/sso/cache/|no AWS credentials|no home}], {HOME => undef, AWS_CONFIG_FILE => "$home/.aws/config"});

# --- tokens that are over ---

fails('old form: expired', (home($old_form, token(expiresAt => at(-60))))[0], [qr/expired at \d{4}-\S+Z and cannot be refreshed \(the profile has no sso_session\): run aws sso login --profile default/]);
works('old form: below 15 minutes it is used as it is', (home($old_form, token(expiresAt => at(600))))[0], 0);
my $late = qr/token not refreshed, used until it expires: /;
for my $case (
	['no refresh token', [refreshToken => undef], qr/lacks refreshToken/], ['no client', [clientId => undef], qr/lacks refreshToken, clientId/],
	['no client secret', [clientSecret => 17], qr/lacks refreshToken, clientId/], ['no registration time', [registrationExpiresAt => undef], qr/lacks registrationExpiresAt/],
	['an old registration', [registrationExpiresAt => at(-60)], qr/registration in its file has expired/],
) {
	my ($name, $change, $reason) = @$case;
	works("$name: used", (home($session_form, token(expiresAt => at(600), @$change)))[0], 0)->says("$name: told", qr/$late.*$reason/);
	fails("$name: expired", (home($session_form, token(expiresAt => at(-60), @$change)))[0], [qr/cannot be refreshed \(.*$reason.*\): $again/]);
	is($standin->calls('CreateToken'), 0, "$name: not asked");
}

# --- keys that outlive the token ---

sub rewrite { open my $out, '>:raw', $_[0] or die "$_[0]: $!"; print {$out} $_[1]; close $out or die "$_[0]: $!"; return }

for my $case (['with a session', $session_form], ['without one', $old_form]) {
	my ($name, $config) = @$case;
	($home, $path) = home($config, token());
	works("$name, before", $home, 0);
	for my $token (['expired', token(expiresAt => at(-60)), 'OK'], ['expired, of somebody else', token(expiresAt => at(-60), accessToken => 'access-token-2', refreshToken => undef), 'UNKNOWN'],
		['signed out', undef, 'UNKNOWN'], ['expired again', token(expiresAt => at(-60)), 'OK']) {
		my ($what, $text, $state) = @$token;
		defined $text ? rewrite($path, $text) : unlink $path;
		my $run = $standin->fresh_check({name => "$name: $what", env => environment($home)}, '-c', 'prod', '-vvv');
		$run->exits($state);
		is_deeply([$standin->calls('CreateToken'), $standin->calls('GetRoleCredentials')], [0, 0], "$name: $what: nobody is asked for keys");
		unlike($run->{text}, $secrets, "$name: $what: no secret");
		$run->says("$name: $what: told", qr/no valid token, but a cache has keys of the role/) if $state eq 'OK';
		fails("$name: $what, --no-cache", $home, [qr/run aws sso login/], {}, '--no-cache') if $what eq 'expired' && $config eq $old_form;
	}
	# The AWS CLI's own: signing out with it removes them.
	($home, $path) = home($config, $config eq $old_form ? token(expiresAt => at(-60)) : undef);
	make_path("$home/.aws/cli/cache", {mode => 0700});
	my $by = $config eq $old_form ? qq("startUrl":"$start_url") : '"sessionName":"my-sso"';
	my $cached = "$home/.aws/cli/cache/" . sha1_hex(qq({"accountId":"123456789012","roleName":"Reader",$by})) . '.json';
	rewrite($cached, encode_json({ProviderType => 'sso', Credentials => {AccessKeyId => 'ASIACLI', SecretAccessKey => 'cli/Secret', SessionToken => 'cli-token', Expiration => at(3600)}}));
	chmod 0600, $cached;
	my $with_cli = standin($account =~ s/^(key .*)$/key ASIACLI cli\/Secret token=cli-token\n$1/mr);
	$with_cli->check_signed_by('ASIACLI', "$name: keys of the AWS CLI", environment($home));
}

# --- refreshed ---

for my $case (['below 15 minutes', 600], ['expired', -60]) {
	my ($name, $seconds) = @$case;
	$standin = standin($account);
	($home, $path) = home($session_form, token(expiresAt => at($seconds), accessToken => 'access-token-old'));
	chmod 0644, $path;
	works($name, $home, 1)->says("$name: told", qr/token refreshed, valid until \d{4}/);
	is_deeply([map { [@$_{qw(grantType clientId status)}] } $standin->identity_calls('CreateToken')], [['refresh_token', 'client-1', 200]], "$name: CreateToken");
	my $new = content($path);
	is_deeply({map { $_ => $new->{$_} } qw(startUrl region clientId clientSecret kept)},
		{startUrl => $start_url, region => 'us-east-1', clientId => 'client-1', clientSecret => 'client-secret-1', kept => {by => ["\x{fc}ser", 17]}}, "$name: the rest is kept");
	isnt($new->{accessToken}, 'access-token-old', "$name: a new token");
	isnt($new->{refreshToken}, 'refresh-token-1', "$name: a new refresh token");
	cmp_ok($new->{expiresAt}, 'gt', at(28800 - 300 * time_factor()), "$name: its time");
	is((stat $path)[2] & 07777, 0600, "$name: the file's mode");
	is_deeply([glob "$home/.aws/sso/cache/{,.}*.{try,tmp}"], [], "$name: nothing else is left");
	my $again = $standin->fresh_check({name => "$name: once", env => environment($home)}, '-c', 'prod');
	$again->exits('OK');
	is_deeply([$standin->calls('CreateToken'), $standin->calls('GetRoleCredentials')], [0, 0], "$name: once: the keys are kept");
	works("$name: the new token is good", $home, 0, {}, '--no-cache');
}
$standin = standin($account, '--keep-refresh-tokens');
($home, $path) = home($session_form, token(expiresAt => at(600)));
works('without rotation', $home, 1);
is(content($path)->{refreshToken}, 'refresh-token-1', 'the refresh token stays');

# Refreshing fails.
$standin = standin($account);
works('a spent refresh token: used', (home($session_form, token(expiresAt => at(600), refreshToken => 'refresh-token-spent')))[0], 1)->says('told', qr/$late.*CreateToken: \S+ answered with InvalidGrant/);
fails('a spent refresh token: expired', (home($session_form, token(expiresAt => at(-60), refreshToken => 'refresh-token-spent')))[0], [qr/CreateToken: \S+ answered with InvalidGrant\w*\): $again/]);
my $dead = 'http://127.0.0.1:' . IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 1)->sockport;
works('refused: used', (home($session_form, token(expiresAt => at(600))))[0], 0, {AWS_ENDPOINT_URL_SSO_OIDC => $dead, AWS_MAX_ATTEMPTS => 1});
for my $fault (qw(garbage shape empty half huge 500)) {
	$standin = standin($account, "--fault=CreateToken:$fault:9");
	($home, $path) = home($session_form, token(expiresAt => at(600)));
	my $before = CheckECS::slurp($path);
	works("$fault: used", $home, 1, {AWS_MAX_ATTEMPTS => 1});
	is(CheckECS::slurp($path), $before, "$fault: the file stays");
}
$standin = standin($account, '--fault=CreateToken:hang:9');
$run = works('no answer: used', (home($session_form, token(expiresAt => at(600))))[0], 1, {}, '-t', '6');
cmp_ok($run->{own_seconds}, '<', 6 * time_factor(), 'within half of the time');
$standin = standin($account, '--fault=CreateToken:hang:9');
$run = fails('no answer: expired', (home($session_form, token(expiresAt => at(-60))))[0], [qr/timed out after .*waiting for CreateToken/], {}, '-t', '3');

# Who cannot write does not refresh.
$standin = standin($account);
for my $case (['file', 0400, sub { $_[1] }], ['folder', 0500, sub { $_[1] =~ s{/[^/]+\z}{}r }]) {
	my ($name, $mode, $what) = @$case;
	SKIP: {
		skip 'nothing is forbidden to root', 6 if $> == 0;
		($home, $path) = home($session_form, token(expiresAt => at(600)));
		chmod $mode, $what->($home, $path);
		works("a $name that cannot be written", $home, 0)->says('told', $late);
		chmod 0700, $what->($home, $path);
		is(content($path)->{refreshToken}, 'refresh-token-1', "a $name that cannot be written: unchanged");
	}
}
($home, $path) = home($session_form, token(expiresAt => at(600)));
rename $path, "$path.real";
symlink "$path.real", $path;
works('a symbolic link', $home, 0)->says('told', qr/$late.*not a regular file/);

# Twenty at once.
$standin = standin($account, '--latency-ms=50');
($home, $path) = home($session_form, token(expiresAt => at(600), accessToken => 'access-token-1'));
my @children = map {
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		my $run = $standin->check({quiet => 1, env => environment($home)}, '-c', 'prod', '-t', '60');
		POSIX::_exit($run->{exit} == 0 ? 0 : 1);
	}
	$pid;
} 1 .. 20;
my $bad = grep { waitpid $_, 0; $? } @children;
is($bad, 0, 'twenty at once: all work');
is($standin->calls('CreateToken'), 1, 'twenty at once: one refresh');

# --- the portal ---

$standin = standin($account);
my $long = 'access-token-' . 'x' x 4096;
$standin = standin("${account}sso-token $long\n");
works('a token of 4 KiB', (home($session_form, token(accessToken => $long)))[0], 0);
fails('401', (home($session_form, token(accessToken => 'access-token-old')))[0], [qr/GetRoleCredentials: \S+ does not accept the SSO token \(UnauthorizedException\): $again/]);
fails('404', (home($session_form =~ s/Reader/W r&i/r, token()))[0], [qr/role W r&i in account 123456789012 does not exist \(ResourceNotFoundException\)/]);
is(($standin->identity_calls('GetRoleCredentials'))[0]{role_name}, 'W r&i', 'the name arrives as it is written');
for my $case (
	['garbage', qr/GetRoleCredentials: .*not AWS's/], ['shape', qr/GetRoleCredentials: .*not AWS's/],
	['half', qr/GetRoleCredentials: /], ['huge', qr/GetRoleCredentials: .*larger than 64 KiB/], ['throttle', qr/throttling/], ['500', qr/GetRoleCredentials: \S+ cannot answer now/],
	['redirect', qr/GetRoleCredentials: /], ['hang', qr/timed out after .*waiting for GetRoleCredentials/],
) {
	my ($fault, $pattern) = @$case;
	$standin = standin($account, "--fault=GetRoleCredentials:$fault:99");
	fails("portal: $fault", (home($session_form, token()))[0], [$pattern], {AWS_MAX_ATTEMPTS => 1}, '-t', '2');
}
$standin = standin($account);
fails('portal: refused', (home($session_form, token()))[0], [qr/GetRoleCredentials: cannot connect/], {AWS_ENDPOINT_URL_SSO => $dead, AWS_MAX_ATTEMPTS => 1});
my %keys = (accessKeyId => 'ASIAX', secretAccessKey => 'secret', sessionToken => 'session', expiration => (time + 3600) * 1000);
{
	my $portal = CheckECS::Metadata->start(sub { [403, '{"message":"No access-token-1"}', {headers => ['x-amzn-ErrorType: ForbiddenException:http://internal.amazon.com/']}] });
	fails('403', (home($session_form, token()))[0], [qr/role Reader in account 123456789012 is not assigned to the user who signed in \(ForbiddenException\)/], {AWS_ENDPOINT_URL_SSO => $portal->{url}});
}
for my $case (['no secret', secretAccessKey => undef], ['an empty id', accessKeyId => ''], ['no token', sessionToken => undef], ['no time', expiration => undef], ['a time as text', expiration => 'x'], ['a token of two lines', sessionToken => "a\nb"]) {
	my ($name, @change) = @$case;
	my $portal = CheckECS::Metadata->start(sub { [200, encode_json({roleCredentials => {%keys, @change}})] });
	fails("portal: $name", (home($session_form, token()))[0], [qr/GetRoleCredentials: .*not AWS's|not valid in AWS keys/], {AWS_ENDPOINT_URL_SSO => $portal->{url}});
}
done_testing;
