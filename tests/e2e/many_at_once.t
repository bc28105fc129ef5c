#!/usr/bin/perl
# Many checks started at once without a cached key: one asks AWS, all work.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use POSIX ();
use Test::More;

my ($here, $there) = map { "arn:aws:iam::$_:role" } qw(123456789012 210987654321);
my $account = CheckECS::StandIn->identity_lines . <<~'ACCOUNT';
	cluster prod region=eu-west-1
	service api desired=1 running=1
		cpu flat=34.4
		memory flat=51.5
	ACCOUNT
my $config = keep_file(<<~"INI", 'config');
	[profile one]
	role_arn = $here/Monitoring
	source_profile = alice
	[profile two]
	role_arn = $there/Chained
	source_profile = one
	[profile alice]
	aws_access_key_id = AKIDALICE
	aws_secret_access_key = alice/Secret+1
	[profile web]
	role_arn = $here/Monitoring
	web_identity_token_file = @{[keep_file("web.identity.token\n", 'token')]}
	INI
my $homes = 0;

# Starts so many runs with one new home. Returns how many ended with another state than wanted.
sub together {
	my ($standin, $count, $profile, $wanted, @arguments) = @_;
	my $home = tempdir() . '/many-' . ++$homes;
	mkdir $home;
	my $env = $standin->identity_environment(HOME => $home, AWS_CONFIG_FILE => $config, AWS_PROFILE => $profile,
		AWS_ACCESS_KEY_ID => undef, AWS_SECRET_ACCESS_KEY => undef);
	# Names of files are counted by process.
	my @children = map {
		my %own = map { $_ => keep_file('', $_) } qw(stdout stderr);
		my $pid = fork // die "fork: $!";
		if (!$pid) {
			my $run = $standin->check({quiet => 1, env => $env, %own}, '-c', 'prod', @arguments);
			my $text = $wanted eq 'OK' ? qr/\AECS OK - .*\| / : qr/\AECS \Q$wanted\E - /;
			$run->show('not as wanted') unless $run->{text} =~ $text;
			POSIX::_exit($run->{text} =~ $text && $run->{signal} == 0 ? 0 : 1);
		}
		$pid;
	} 1 .. $count;
	return scalar grep { waitpid $_, 0; $? } @children;
}

for my $case (['a role', 50, 'one', 'AssumeRole', 3], ['a chain of two', 20, 'two', 'AssumeRole', 6], ['web identity', 20, 'web', 'AssumeRoleWithWebIdentity', 3]) {
	my ($name, $count, $profile, $operation, $most) = @$case;
	my $standin = standin($account, '--latency-ms=50');
	is(together($standin, $count, $profile, 'OK', '-t', 60), 0, "$name: all of $count work");
	cmp_ok($standin->calls($operation), '<=', $most, "$name: hardly anyone asks");
	cmp_ok($standin->calls($operation), '>=', 1, "$name: somebody does");
}
my $standin = standin($account);
is(together($standin, 5, 'one', 'OK', '-t', 60, '--no-cache'), 0, '--no-cache: all work');
is($standin->calls('AssumeRole'), 5, '--no-cache: each asks by itself');
$standin = standin($account, '--fault=AssumeRole:hang');
my $begin = time;
is(together($standin, 20, 'one', 'CRITICAL', '-t', '3:critical'), 0, 'STS hangs: all end with the state of -t');
cmp_ok(time - $begin, '<', 15 * time_factor(), 'STS hangs: in time');
done_testing;
