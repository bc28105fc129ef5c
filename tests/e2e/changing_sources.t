#!/usr/bin/perl
# Sources that give other keys each time: the role that they assume is asked for once all the same, nobody gets what another
# source was given, and the folder of the cache does not grow.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use Test::More;

my ($here, $there) = map { "arn:aws:iam::$_:role" } qw(123456789012 210987654321);
my $most = 60;
my $account = CheckECS::StandIn->identity_lines . join('', map { "key ASIACHANGING$_ secret-$_ token=token/$_\nkey AKIDCHANGING$_ secret-$_\n" } 1 .. $most)
	. "role $there/Last\ncluster prod region=eu-west-1\nservice api desired=1 running=1\n\tcpu flat=34.4\n\tmemory flat=51.5\n";
my $standin = standin($account);
my $serial = 0;

sub new_home {
	my $home = tempdir() . '/changing-' . ++$serial;
	mkdir $home or die "$home: $!";
	return $home;
}

# A program that prints other keys each time: with a session token, or long-term ones.
my $asked = keep_file('', 'asked');

sub program {
	my ($prefix, $token) = @_;
	my $path = keep_file(<<~"SH", 'program');
		#!/bin/sh
		echo >>'$asked'
		n=\$(wc -l <'$asked')
		echo "{\\"Version\\":1,\\"AccessKeyId\\":\\"$prefix\$n\\",\\"SecretAccessKey\\":\\"secret-\$n\\"$token}"
		SH
	chmod 0700, $path or die "$path: $!";
	return $path;
}

my $temporary = program('ASIACHANGING', ',\"SessionToken\":\"token/$n\",\"Expiration\":\"2099-01-01T00:00:00Z\"');
my $lasting = program('AKIDCHANGING', '');

sub roles { my ($command) = @_; return <<~"INI" }
	[profile one]
	role_arn = $here/Monitoring
	source_profile = tool
	[profile two]
	role_arn = $there/Chained
	source_profile = one
	[profile tool]
	credential_process = $command
	[profile again]
	role_arn = $here/Monitoring
	source_profile = tool2
	[profile tool2]
	credential_process = $command
	INI

sub run_with {
	my ($name, $home, $config, $calls, $env, @arguments) = @_;
	$standin->reset;
	my $run = $standin->check({name => $name, env => $standin->identity_environment(AWS_ACCESS_KEY_ID => undef, AWS_SECRET_ACCESS_KEY => undef,
		HOME => $home, AWS_CONFIG_FILE => $config, AWS_PROFILE => 'one', %$env)}, '-c', 'prod', @arguments);
	$run->exits('OK');
	is($standin->calls('AssumeRole'), $calls, "$name: calls of STS");
	return $run;
}

sub files { my ($home) = @_; return scalar grep { -f } glob "$home/.cache/check_ecs_bottleneck/{*,.*.tmp}" }

my $home = new_home();
my $config = keep_file(roles($temporary), 'config');
run_with("run $_", $home, $config, $_ == 1 ? 1 : 0, {}) for 1 .. 6;
is(files($home), 2, 'an entry and its lock');
run_with("two roles, run $_", $home, $config, $_ == 1 ? 1 : 0, {AWS_PROFILE => 'two'}) for 1 .. 3;
is(files($home), 4, 'two roles, two entries');
run_with('--role-arn with the keys of the same source', $home, $config, 0, {AWS_PROFILE => 'tool'}, "--role-arn=$here/Monitoring");
run_with("--role-arn of a role behind it, run $_", $home, $config, $_ == 1 ? 1 : 0, {AWS_PROFILE => 'two'}, "--role-arn=$there/Last") for 1 .. 2;
is(files($home), 6, '--role-arn, one more');

# Whoever is somebody else gets nothing of it: another profile, command, file, user's home.
run_with('another profile', $home, $config, 1, {AWS_PROFILE => 'again'});
run_with('the same profile in another file', $home, keep_file(roles($temporary), 'config'), 1, {});
my $edited = keep_file(roles($temporary), 'config');
run_with('a file', $home, $edited, 1, {});
run_with('the same file', $home, $edited, 0, {});
open my $out, '>', $edited or die "$edited: $!";
print {$out} roles("$temporary --as=another");
close $out;
run_with('another command', $home, $edited, 1, {});
run_with('another home', new_home(), $config, 1, {});
run_with('another credentials file', $home, $edited, 1, {AWS_SHARED_CREDENTIALS_FILE => keep_file('', 'credentials')});
{
	# A relative path is another file in another folder.
	my @folder = map { new_home() } 1 .. 2;
	for my $folder (@folder) {
		open my $file, '>', "$folder/config" or die $!;
		print {$file} roles($temporary);
		close $file;
		$standin->reset;
		my $run = $standin->check({name => "in $folder", before => sub { chdir $folder }, env => $standin->identity_environment(AWS_ACCESS_KEY_ID => undef,
			AWS_SECRET_ACCESS_KEY => undef, HOME => $home, AWS_CONFIG_FILE => 'config', AWS_PROFILE => 'one')}, '-c', 'prod');
		$run->exits('OK');
		is($standin->calls('AssumeRole'), 1, 'a relative path, in a folder of its own');
	}
}
unlike(join('', map { CheckECS::slurp($_) } glob "$home/.cache/check_ecs_bottleneck/*"), qr/--as=another|\Q$temporary\E/, 'no command is in the cache');

# Long-term keys are told by their id: others are another's.
$home = new_home();
my $static = keep_file(roles($lasting), 'config');
run_with("long-term keys, run $_", $home, $static, 1, {}) for 1 .. 2;
is(files($home), 4, 'long-term keys: an entry for each id');
$home = new_home();
my $pair = sub { my ($id, $secret) = @_; return keep_file("[profile one]\nrole_arn = $here/Monitoring\nsource_profile = alice\n[profile alice]\naws_access_key_id = $id\naws_secret_access_key = $secret\n", 'config') };
run_with('static keys', $home, $pair->('AKIDALICE', 'alice/Secret+1'), 1, {});
run_with('the same static keys', $home, $pair->('AKIDALICE', 'alice/Secret+1'), 0, {});
run_with('other static keys', $home, $pair->('AKIDEXAMPLE', 'secret'), 1, {});

# A source whose keys change is asked again as well when what it led to is refused.
$home = new_home();
run_with('before', $home, $config, 1, {});
$standin->refuse('InvalidClientTokenId');
run_with('refused', $home, $config, 1, {});
run_with('afterwards', $home, $config, 0, {});
is(files($home), 2, 'refused: an entry and its lock');

# Keys that a role was assumed with, renewed, do not make its entry another's.
run_with('two roles', $home, $config, 1, {AWS_PROFILE => 'two'});
$standin->refuse('UnrecognizedClientException', 'Monitoring');
unlink grep { CheckECS::slurp($_) =~ /Chained/ } glob "$home/.cache/check_ecs_bottleneck/*.json";
$standin->reset;
run_with('the first renewed', $home, $config, 3, {AWS_PROFILE => 'two'});
run_with('then all serve', $home, $config, 0, {AWS_PROFILE => 'two'});
is(files($home), 4, 'two entries and their locks');
done_testing;
