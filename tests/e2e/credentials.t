#!/usr/bin/perl
# Static keys from the environment and the profile files.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use Test::More;

my $token = join '', map { chr(33 + 14 + $_ * 7 % 77) } 1 .. 4096;
$token =~ tr{A-Za-z0-9}{x}c;
my $standin = standin(<<~"ACCOUNT");
	key AKIDEXAMPLE secret
	key AKIDSECOND second/Secret+2
	key AKIDTHIRD third
	key ASIDSESSION session token=$token
	cluster prod region=eu-west-1
	service api desired=1 running=1
		cpu flat=34.4
		memory flat=51.5
	ACCOUNT
my %none = (AWS_ACCESS_KEY_ID => undef, AWS_SECRET_ACCESS_KEY => undef);

sub credentials { return keep_file($_[0], 'credentials') }
sub config { return keep_file($_[0], 'config') }

sub uses { return $standin->check_signed_by(@_) }

# A run that has to end before any request.
sub fails {
	my ($name, $env, $patterns, @arguments) = @_;
	my $run = $standin->fresh_check({name => $name, env => $env}, '-c', 'prod', @arguments);
	$run->exits('UNKNOWN');
	$run->says("$name: the message", @$patterns);
	is($standin->stats->{requests}, 0, "$name: no request");
	cmp_ok($run->{own_seconds}, '<', 5 * time_factor(), "$name: at once");
	return $run;
}

my $shared = credentials(<<~'INI');
	# the monitoring user's keys
	[default]
	aws_access_key_id = AKIDSECOND
	aws_secret_access_key = second/Secret+2

	[third]
	AWS_ACCESS_KEY_ID=AKIDTHIRD
	aws_secret_access_key=third  ; a comment
	[half]
	aws_access_key_id = AKIDTHIRD
	[indented]
	aws_access_key_id = AKIDTHIRD
	  aws_secret_access_key = third
	[profile prefixed]
	aws_access_key_id = AKIDTHIRD
	aws_secret_access_key = third
	[twice]
	aws_access_key_id = AKIDEXAMPLE
	aws_secret_access_key = wrong
	[twice]
	aws_access_key_id = AKIDTHIRD
	aws_secret_access_key = third
	INI
my %file = (%none, AWS_SHARED_CREDENTIALS_FILE => $shared);

uses('AKIDEXAMPLE', 'the environment', {});
uses('AKIDEXAMPLE', 'the environment beats the default profile', {AWS_SHARED_CREDENTIALS_FILE => $shared});
uses('AKIDEXAMPLE', 'the environment beats AWS_PROFILE', {AWS_SHARED_CREDENTIALS_FILE => $shared, AWS_PROFILE => 'third'});
uses('AKIDTHIRD', 'a profile by option beats the environment', {AWS_SHARED_CREDENTIALS_FILE => $shared}, '-p', 'third');
uses('AKIDSECOND', 'the default profile', \%file);
uses('AKIDTHIRD', 'AWS_PROFILE', {%file, AWS_PROFILE => 'third'});
uses('AKIDTHIRD', '--profile', \%file, '--profile=third');
uses('AKIDTHIRD', '-p beats AWS_PROFILE', {%file, AWS_PROFILE => 'default'}, '-p', 'third');
uses('AKIDSECOND', 'an empty AWS_PROFILE is unset', {%file, AWS_PROFILE => ''});
uses('AKIDTHIRD', 'a section twice: the later keys', \%file, '-p', 'twice');
uses('AKIDSECOND', 'a lone secret is ignored', {%file, AWS_SECRET_ACCESS_KEY => 'lonely'});
uses('AKIDSECOND', 'an empty key id is unset', {%file, AWS_ACCESS_KEY_ID => '', AWS_SECRET_ACCESS_KEY => 'lonely'});

my $settings = config(<<~'INI');
	[default]
	region = eu-west-1
	[profile third]
	aws_access_key_id = AKIDTHIRD
	aws_secret_access_key = third
	[bare]
	aws_access_key_id = AKIDTHIRD
	aws_secret_access_key = third
	[profile "quoted name"]
	aws_access_key_id = AKIDTHIRD
	aws_secret_access_key = third
	[profile mixed]
	aws_access_key_id = AKIDEXAMPLE
	aws_secret_access_key = secret
	INI
my %settings = (%none, AWS_CONFIG_FILE => $settings);
uses('AKIDTHIRD', 'keys in the config file', \%settings, '-p', 'third');
uses('AKIDTHIRD', 'a quoted profile name', \%settings, '-p', 'quoted name');
uses('AKIDTHIRD', 'the credentials file wins over the config file',
	{%settings, AWS_SHARED_CREDENTIALS_FILE => credentials("[mixed]\naws_access_key_id=AKIDTHIRD\naws_secret_access_key=third\n")}, '-p', 'mixed');
uses('AKIDTHIRD', 'lines that end in CR LF',
	{%none, AWS_SHARED_CREDENTIALS_FILE => credentials("[default]\r\naws_access_key_id = AKIDTHIRD\r\naws_secret_access_key = third\r\n")});
uses('AKIDTHIRD', 'no newline at the end',
	{%none, AWS_SHARED_CREDENTIALS_FILE => credentials("[default]\naws_access_key_id = AKIDTHIRD\naws_secret_access_key = third")});

# ~/.aws below HOME.
my $home = tempdir() . '/monitoring';
mkdir $home;
mkdir "$home/.aws";
rename credentials("[default]\naws_access_key_id=AKIDTHIRD\naws_secret_access_key=third\n"), "$home/.aws/credentials" or die $!;
uses('AKIDTHIRD', '~/.aws/credentials', {%none, HOME => $home});

# Session tokens.
my %session = (AWS_ACCESS_KEY_ID => 'ASIDSESSION', AWS_SECRET_ACCESS_KEY => 'session');
uses('ASIDSESSION', 'a token of 4096 bytes in the environment', {%session, AWS_SESSION_TOKEN => $token});
is_deeply([grep { my $headers = $_->{signed_headers}; !grep { $_ eq 'x-amz-security-token' } @$headers } @{$standin->log}], [], 'the token is signed');
uses('ASIDSESSION', 'a token of 4096 bytes in the credentials file',
	{%none, AWS_SHARED_CREDENTIALS_FILE => credentials("[default]\naws_access_key_id=ASIDSESSION\naws_secret_access_key=session\naws_session_token=$token\n")});
for my $file (qw(AWS_SHARED_CREDENTIALS_FILE AWS_CONFIG_FILE)) {
	my $keys = "[default]\naws_access_key_id=ASIDSESSION\naws_secret_access_key=session\n";
	uses('ASIDSESSION', "aws_security_token alone, $file", {%none, $file => credentials($keys . "aws_security_token=$token\n")});
	uses('ASIDSESSION', "the newer name goes first, $file",
		{%none, $file => credentials($keys . "aws_security_token=old\naws_session_token=$token\n")});
}
uses('ASIDSESSION', 'AWS_SECURITY_TOKEN', {%session, AWS_SECURITY_TOKEN => $token});
uses('AKIDEXAMPLE', 'an empty token is none', {AWS_SESSION_TOKEN => ''});
for my $case (['no token', {%session}], ['another token', {%session, AWS_SESSION_TOKEN => "x$token"}], ['a token too many', {AWS_SESSION_TOKEN => 'stray'}]) {
	my $run = $standin->check({name => $case->[0], env => $case->[1]}, '-c', 'prod');
	$run->exits('UNKNOWN');
	unlike($run->{text}, qr/\Q@{[substr $token, 0, 40]}\E/, "$case->[0]: no token is printed");
}

# What cannot work is said before any request.
fails('no credentials anywhere', {%none}, [qr/credential/i]);
fails('half keys in the environment', {AWS_SECRET_ACCESS_KEY => undef}, [qr/AWS_SECRET_ACCESS_KEY/]);
fails('half keys in a profile', \%file, [qr/aws_secret_access_key/, qr/\bhalf\b/], '-p', 'half');
fails('a secret in an indented line', \%file, [qr/'indented' in \S+ has aws_access_key_id but no aws_secret_access_key.*; aws_access_key_id: it goes on in the next line of the file, which is indented/],
	'-p', 'indented');
fails('[NAME] in the config file is no profile', \%settings, [qr/\bbare\b/], '-p', 'bare');
fails('[profile NAME] in the credentials file is no profile', \%file, [qr/\bprefixed\b/], '-p', 'prefixed');
fails('a profile that is nowhere', \%file, [qr/\bghost\b/], '-p', 'ghost');
fails('AWS_PROFILE that is nowhere', {%file, AWS_PROFILE => 'ghost'}, [qr/\bghost\b/]);
fails('a file that is missing', {%none, AWS_SHARED_CREDENTIALS_FILE => '/nonexistent/credentials'}, [qr/credential/i]);
my $run = fails('a file that is broken', {%none, AWS_SHARED_CREDENTIALS_FILE => credentials("[default\naws_access_key_id AKIDTHIRD\n")}, [qr/credential/i]);
SKIP: {
	skip 'permissions mean nothing to root', 5 if $> == 0;
	my $closed = credentials("[default]\naws_access_key_id=AKIDTHIRD\naws_secret_access_key=third\n");
	chmod 0000, $closed;
	fails('a file that may not be read', {%none, AWS_SHARED_CREDENTIALS_FILE => $closed}, [qr/\Q$closed\E/, qr/ermission/]);
}
$run = run_plugin({name => 'no HOME', env => {%none, HOME => undef}}, '--endpoint-url=' . $standin->url, '-c', 'prod');
$run->exits('UNKNOWN');

done_testing;
