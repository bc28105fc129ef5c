#!/usr/bin/perl
# Rounds after the verdict (closer look, names to suggest, advice): however they end, the run ends with the verdict that stands.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use Test::More;
use Time::HiRes qw(sleep);

my $account = <<~'ACCOUNT';
	cluster prod region=eu-west-1
	service web desired=2 running=2
		cpu flat=20
		memory flat=30
	service quiet desired=2 running=2
		cpu flat=20 until=300
		memory flat=30 until=300
	service warm desired=2 running=2
		cpu flat=85
		memory flat=30
	ACCOUNT

# The host stops the process across its deadline, while advice waits for a size.
my $advice = standin($account, '--hold=DescribeTaskDefinition');
my $stop = sub {
	my ($pid) = @_;
	sleep 1 * time_factor();
	kill 'STOP', $pid;
	sleep 2.5 * time_factor();
	kill 'CONT', $pid;
};
for my $case (
	['UNKNOWN', ':OK', '-x', 'warm'],
	['OK', '', '-s', 'web*'],
	['OK', ':CRITICAL', '-s', 'web*'],
	['WARNING', ':OK'],
) {
	my ($state, $timeout, @words) = @$case;
	for my $during ('stopped', 'not stopped') {
		$advice->check({during => $during eq 'stopped' ? $stop : undef, quiet => 1}, '-c', 'prod', '-t', 2 * time_factor() . $timeout, '--advise=all', @words)
			->exits($state, "advice, $during, -t N$timeout @words");
	}
}

# --- names to suggest, and what belongs to the verdict ---

# 8.4 percentage points a day: 95 % is less than three days away.
my $growth = 'points=' . join ',', map { sprintf '%d:%.6g', 60 * $_, 78 - 0.35 * $_ } 0 .. 75;
my $growing = "cluster prod region=eu-west-1\nservice api desired=2 running=2\n\tcpu flat=34\n\tmemory $growth\n";
my @words = ('-c', 'prod', '-s', 'api', '-s', 'apj', '-t', 4 * time_factor(), '--forecast=3d');
my $run = standin($growing)->check(@words);
$run->exits('WARNING', 'memory that grows, and a name that does not exist');
$run->says('its suggestion', qr/no service matches -s 'apj'; did you mean api\?/);
$run->says('and the growth', qr/memory grows 8\.4 points a day/);
$run = standin($growing, '--hold=ListServices')->check(@words);
$run->exits('WARNING', 'the list of names is not answered');
$run->says('the name is told all the same', qr/no service matches -s 'apj'/);
$run->says('and the growth', qr/memory grows 8\.4 points a day/);

# --- names whose window AWS's clock puts elsewhere ---

# A point that was complete by this host's clock lies in AWS's filling period: an Average has none there.
my $fast = standin("cluster prod region=eu-west-1\nservice api desired=3 running=3\n\tcpu points=" . join(',', map { "$_:" . ($_ <= 0 ? 99 : 20) } reverse 0 .. 60)
	. "\n\tmemory flat=30\n", '--clock-offset=-200');
for my $try (1 .. 3) {
	my ($named, $listed) = map { $fast->check({name => "-s $_, try $try"}, '-c', 'prod', '-s', $_, '--period=1m', '--window=15m', '--statistic=cpu=Average', '--detail=none') } 'api', 'ap*';
	$named->exits('OK', "a host whose clock is fast, try $try");
	$listed->exits('OK', "the same from the list, try $try");
}
done_testing;
