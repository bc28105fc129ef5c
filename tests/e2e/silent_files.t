#!/usr/bin/perl
# Files that keep their reader waiting: a run ends with its deadline all the same, in the state that the command line asks
# for, and says what it has waited for.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Json;
use Digest::SHA qw(sha1_hex sha256_hex);
use Fcntl qw(O_RDWR O_NOCTTY);
use POSIX ();
use Test::More;

my $two = 2 * time_factor();

# A FIFO that somebody holds open, and writes TEXT and no more into: (its path, what holds it).
sub held_fifo {
	my ($text) = @_;
	my $path = keep_file('', 'fifo');
	unlink $path;
	POSIX::mkfifo($path, 0600) or die "$path: $!";
	sysopen my $held, $path, O_RDWR or die "$path: $!";
	syswrite $held, $text // '' or defined $text and die "$path: $!";
	return ($path, $held);
}

sub ends_in_time {
	my ($run, $state, $name, @patterns) = @_;
	$run->exits($state, "$name: the state");
	cmp_ok($run->{seconds}, '>', $two - 0.2, "$name: the whole time was given");
	cmp_ok($run->{own_seconds}, '<', $two + time_factor(), "$name: in time");
	$run->says("$name: what it waited for", @patterns);
	return;
}

# --- while the options are read ---

my $while_reading = qr/ECS \w+ - timed out after $two s while reading the options$/;
my ($fifo, $held) = held_fifo("[check_ecs_bottleneck]\n");
for my $case (
	['-t first', 'UNKNOWN', '-t', $two, "--extra-opts=\@$fifo"],
	['-t last, with a state', 'OK', "--extra-opts=\@$fifo", '-c', 'prod', '-t', "$two:ok"],
	['a bundle of letters', 'WARNING', "--extra-opts=\@$fifo", "-vt$two:warning"],
	['long options', 'CRITICAL', "--timeout=$two", "--extra-opts=\@$fifo", '--timeout-result=critical'],
	['the later state', 'OK', "--extra-opts=\@$fifo", '--timeout-result=critical', '-t', "$two:ok"],
	['the location in the next word', 'OK', '--extra-opts', "\@$fifo", '-t', "$two:ok"],
	['beside what is wrong', 'OK', '--nonsense', 'stray', "--extra-opts=\@$fifo", '-t', "$two:ok", '-t', 'soon'],
) {
	my ($name, $state, @arguments) = @$case;
	ends_in_time(run_plugin({name => $name}, @arguments), $state, $name, $while_reading);
}
my $json = json_run(undef, {name => 'as JSON'}, "--extra-opts=\@$fifo", '-c', 'prod', '-t', "$two:critical", '--output-format=json');
is($json->{json}{state}, 'CRITICAL', 'as JSON: the state');
like($json->{json}{summary}, $while_reading, 'as JSON: the summary');
ends_in_time(run_plugin({name => 'standard input', stdin => $fifo}, '--extra-opts=@-', '-t', "$two:ok"), 'OK', 'standard input', $while_reading);
my $run = run_plugin({name => 'a signal', signal => ['TERM', 0.5]}, "--extra-opts=\@$fifo", '-t', 20 * time_factor() . ':ok');
$run->exits('UNKNOWN', 'a signal: the state');
$run->says('a signal: the line', qr/ECS UNKNOWN - ended by a signal$/);
cmp_ok($run->{own_seconds}, '<', 3 * time_factor(), 'a signal: ends soon');

# What cannot be an ini file ends at once.
my ($empty) = held_fifo();
for my $case (['a folder', tempdir(), qr/is a directory/], ['a device without end', '/dev/zero', qr/larger than \d+ bytes/], ['a device with nothing', '/dev/null', qr/no section/],
	['a FIFO that nobody has open', $empty, qr/no section/]) {
	my ($name, $path, $pattern) = @$case;
	$run = run_plugin({name => $name}, "--extra-opts=\@$path", '-t', 20 * time_factor() . ':ok');
	$run->exits('UNKNOWN', $name);
	$run->says("$name: the message", $pattern);
	cmp_ok($run->{own_seconds}, '<', 5 * time_factor(), "$name: at once");
}

# --- files of AWS ---

sub waits_for {
	my ($name, $path, $env, @arguments) = @_;
	my %none = (AWS_ACCESS_KEY_ID => undef, AWS_SECRET_ACCESS_KEY => undef);
	$run = run_plugin({name => $name, env => {%none, %$env}}, '-c', 'prod', '-t', "$two:warning", '--endpoint-url=http://127.0.0.1:1', @arguments);
	ends_in_time($run, 'WARNING', $name, qr/timed out after $two s, (?:.*: )?waiting for whoever writes \Q$path\E$/m);
	return;
}

($fifo, $held) = held_fifo("# nothing more\n");
waits_for('AWS_CONFIG_FILE', $fifo, {AWS_CONFIG_FILE => $fifo});
waits_for('AWS_SHARED_CREDENTIALS_FILE', $fifo, {AWS_SHARED_CREDENTIALS_FILE => $fifo});
waits_for('the web identity token', $fifo, {AWS_WEB_IDENTITY_TOKEN_FILE => $fifo, AWS_ROLE_ARN => 'arn:aws:iam::123456789012:role/R'});
waits_for('the same in a profile', $fifo,
	{AWS_CONFIG_FILE => keep_file("[default]\nrole_arn = arn:aws:iam::123456789012:role/R\nweb_identity_token_file = $fifo\n", 'config')});
waits_for('the container token', $fifo, {AWS_CONTAINER_CREDENTIALS_FULL_URI => 'http://127.0.0.1:1/', AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE => $fifo});
my $home = tempdir() . '/home-sso';
mkdir $_ for $home, map { "$home/.aws$_" } '', '/sso', '/sso/cache';
my $token = "$home/.aws/sso/cache/" . sha1_hex('work') . '.json';
rename $fifo, $token or die "$token: $!";
waits_for('the SSO token', $token, {HOME => $home, AWS_CONFIG_FILE => keep_file(<<~'INI', 'config')});
	[default]
	sso_session = work
	sso_account_id = 123456789012
	sso_role_name = Reader
	[sso-session work]
	sso_region = eu-west-1
	sso_start_url = https://example.awsapps.com/start
	INI
($fifo, $held) = held_fifo("# nothing more\n");
$home = tempdir() . '/home-login';
mkdir $_ for $home, map { "$home/.aws$_" } '', '/login', '/login/cache';
my $login = "$home/.aws/login/cache/" . sha256_hex('arn:aws:iam::123456789012:user/alice') . '.json';
rename $fifo, $login or die "$login: $!";
waits_for('keys of aws login', $login, {HOME => $home, AWS_CONFIG_FILE => keep_file("[default]\nlogin_session = arn:aws:iam::123456789012:user/alice\n", 'config')});
($fifo, $held) = held_fifo();
$run = run_plugin({name => '--ca-bundle'}, '-c', 'prod', '-t', "$two:ok", "--ca-bundle=$fifo");
$run->exits('UNKNOWN', '--ca-bundle: no file');
$run->says('--ca-bundle: the message', qr/--ca-bundle: \Q$fifo\E is not a file that can be read; name a PEM file/);

# --- a terminal at which nobody types ---

SKIP: {
	# The numbers are those of Linux: TIOCSPTLCK and TIOCGPTN.
	my ($unlock, $number) = (pack('i', 0), pack('i', 0));
	my $opened = sysopen my $terminal, '/dev/ptmx', O_RDWR | O_NOCTTY;
	skip 'no pseudo terminal can be had here', 11 if $ENV{CHECK_ECS_WRAPPER} || $^O ne 'linux' || !$opened || !-x '/usr/bin/setsid'
		|| !ioctl($terminal, 0x40045431, $unlock) || !ioctl($terminal, 0x80045430, $number);
	my $path = '/dev/pts/' . unpack('i', $number);
	my @own = qw(/usr/bin/setsid --ctty --wait);
	for my $location (qw(@- @/dev/tty)) {
		$run = run_plugin({name => "$location at a terminal", stdin => $path, prefix => [@own], quiet => 1}, "--extra-opts=$location", '-t', "$two:ok");
		ends_in_time($run, 'OK', "$location at a terminal", $while_reading);
	}
	# A process that reads there in the background is stopped by the kernel.
	my @background = (@own, '/bin/bash', '-c', 'set -m; "$@" <&0 & wait $!', 'bash');
	$run = run_plugin({name => 'in the background', stdin => $path, prefix => \@background, quiet => 1}, '--extra-opts=@-', '-t', "$two:ok");
	$run->exits('UNKNOWN', 'in the background');
	$run->says('in the background: the message', qr/cannot read standard input: it is a terminal, and another job of it is in the foreground$/m);
	cmp_ok($run->{own_seconds}, '<', 3 * time_factor(), 'in the background: at once');
}
validate_all();
done_testing;
