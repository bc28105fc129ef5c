#!/usr/bin/perl
# "aws login": keys that it has left, as long as they live.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use Digest::SHA qw(sha256_hex);
use File::Path qw(make_path);
use JSON::PP;
use POSIX qw(strftime);
use Test::More;

my $long = 'session-token-' . 'x' x 4096;
my $standin = standin(<<~"ACCOUNT");
	key AKIDEXAMPLE secret
	key ASIALOGIN login/Secret+1 token=$long
	cluster prod region=eu-west-1
	service api desired=1 running=1
		cpu flat=34.4
		memory flat=51.5
	ACCOUNT
my $session = 'arn:aws:sts::012345678910:assumed-role/Admin/admin';
my $config = "[default]\nlogin_session = $session\n";
my $secrets = qr/login.Secret|session-token|refresh-token|PRIVATE/;
my $user = getpwuid($>) // "ID $>";
my $serial = 0;

sub at { return strftime('%Y-%m-%dT%H:%M:%SZ', gmtime(time + $_[0])) }

# What "aws login" leaves; undef takes a member of accessToken out.
sub left {
	my (%change) = @_;
	my %keys = (accessKeyId => 'ASIALOGIN', secretAccessKey => 'login/Secret+1', sessionToken => $long, accountId => '012345678910', expiresAt => at(600), %change);
	delete @keys{grep { !defined $keys{$_} } keys %keys};
	return encode_json({accessToken => \%keys, refreshToken => 'refresh-token-1', clientId => 'arn:aws:signin:::devtools/same-device', dpopKey => 'PRIVATE', idToken => 'x'});
}

# A folder with this text in the session's file (undef: none), below the home folder or not.
sub folder {
	my ($text, $below) = @_;
	my $home = tempdir() . '/login-' . ++$serial;
	my $path = "$home/$below" . sha256_hex($session) . '.json';
	make_path("$home/$below", "$home/.aws");
	for my $file (["$home/.aws/config", $config], [$path, $text]) {
		next unless defined $file->[1];
		open my $out, '>:raw', $file->[0] or die "$file->[0]: $!";
		print {$out} $file->[1];
		close $out or die "$file->[0]: $!";
	}
	return ($home, $path);
}

sub home { return folder($_[0], '.aws/login/cache/') }

sub environment {
	my ($home, %more) = @_;
	return {HOME => $home, AWS_ACCESS_KEY_ID => undef, AWS_SECRET_ACCESS_KEY => undef, %more};
}

sub works {
	my ($name, $env, @arguments) = @_;
	my $run = $standin->check_signed_by('ASIALOGIN', $name, $env, '-vvv', @arguments);
	unlike($run->{text}, $secrets, "$name: no secret");
	return $run;
}

sub fails {
	my ($name, $home, $patterns, %more) = @_;
	my $run = $standin->fresh_check({name => $name, env => environment($home, %more)}, '-c', 'prod', '-vvv');
	$run->exits('UNKNOWN');
	$run->says("$name: the message", @$patterns);
	is($standin->stats->{requests}, 0, "$name: no request");
	unlike($run->{text}, $secrets, "$name: no secret");
	return $run;
}

my ($home, $path) = home(left());
works('fresh', environment($home))->says('what is told', qr/^credentials: aws login: \Q$path\E$/m, qr/^credentials: aws login: found key ASIA/m);
my ($elsewhere) = folder(left(), 'cache/');
works('a folder of its own', environment($elsewhere, AWS_LOGIN_CACHE_DIRECTORY => "$elsewhere/cache"));
fails('the folder of the variable alone', $home, [qr{/nonexistent/\w{64}\.json does not exist}], AWS_LOGIN_CACHE_DIRECTORY => '/nonexistent');
works('the login beats credential_process and keys of the config file', environment($home,
	AWS_CONFIG_FILE => keep_file("${config}credential_process = false\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = wrong\n")));
$standin->check_signed_by('AKIDEXAMPLE', 'keys of the credentials file beat the login', environment($home,
	AWS_SHARED_CREDENTIALS_FILE => keep_file("[default]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = secret\n")));

my $again = qr/run aws login --profile default/;
($home, $path) = home(undef);
fails('no file', $home, [qr/\Q$path\E does not exist: $again as the user who runs this check \(\Q$user\E\)/]);
my $then = at(-60);
($home, $path) = home(left(expiresAt => $then));
fails('expired', $home, [qr/the keys in \Q$path\E expired at \Q$then\E: $again/]);
for my $case (
	['an empty file', ''], ['garbage', '<html>session-token'], ['half', substr(left(), 0, 50)], ['an array', '[1]'], ['a token as text', '{"accessToken":"session-token"}'],
	['no id', left(accessKeyId => undef)], ['no secret', left(secretAccessKey => undef)], ['no token', left(sessionToken => undef)], ['an empty token', left(sessionToken => '')],
	['a number for a secret', left(secretAccessKey => 1)], ['a token with a line end', left(sessionToken => "session-token\r\nX: y")],
	['no time', left(expiresAt => undef)], ['another time', left(expiresAt => 'soon')], ['a number for a time', left(expiresAt => time + 600)],
) {
	my ($name, $text) = @$case;
	($home, $path) = home($text);
	fails($name, $home, [qr/\Q$path\E .*$again/]);
}
fails('1 MiB', (home(left(more => 'x' x (1024 * 1024))))[0], [$again]);
SKIP: {
	skip 'nothing is forbidden to root', 4 if $> == 0;
	($home, $path) = home(left());
	chmod 0, $path;
	fails('a file of somebody else', $home, [qr/\Q$path\E: Permission denied: $again as the user who runs this check \(\Q$user\E\)/]);
}
done_testing;
