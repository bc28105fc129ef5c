#!/usr/bin/perl
# The window asked for, the filling period, statistics, --breaches and how breaches are called.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Json;
use Test::More;
use POSIX ();

my %seconds = (s => 1, m => 60, h => 3600, d => 86400);
sub seconds { my ($number, $unit) = $_[0] =~ /^(\d+)([smhd])$/; return $number * $seconds{$unit} }

my $standin = standin(<<~'ACCOUNT');
	cluster prod region=eu-west-1
	service api desired=1 running=1
		cpu flat=30.5
		memory flat=60.5
	ACCOUNT

# Aligned in UTC: the last window/period complete periods; Maximum adds the one that is filling.
for my $case (['24h', '1h'], ['6h', '5m'], ['60m', '60s'], ['7d', '1d'], ['2d', '6h'], ['35m', '7m'], ['7200s', '120s']) {
	for my $statistic (qw(Maximum Average Minimum p95)) {
		my ($window, $period) = map { seconds($_) } @$case;
		my $run = $standin->fresh_check('-c', 'prod', "--window=$case->[0]", "--period=$case->[1]", "--statistic=$statistic");
		$run->exits('OK');
		my $asked = window_of($standin);
		my $extra = $statistic eq 'Maximum' ? $period : 0;
		my @filling = map { POSIX::floor($_ / $period) * $period } @$run{qw(begin end)};
		my ($filling) = grep { $asked->{end} == $_ + $extra } @filling;
		ok(defined $filling, "$run->{name}: EndTime is the " . ($extra ? 'end' : 'start') . ' of the filling period')
			or diag "EndTime $asked->{end}, filling period $filling[0]";
		is($asked->{end} - $asked->{start}, $window + $extra, "$run->{name}: StartTime");
		is($asked->{period}, $period, "$run->{name}: Period");
		is($asked->{statistic}, $statistic, "$run->{name}: Stat");
		is(($run->{context} // '') =~ /, (\S+ \S+Z to \S+ \S+Z)$/ ? $1 : undef, join(' to ', map { utc($_) } @$asked{qw(start end)}),
			"$run->{name}: the context line says the same");
	}
}

# The point that is filling: its maximum counts, and only upwards.
my $now = standin(<<~'ACCOUNT');
	cluster high region=eu-west-1
	service api desired=1 running=1
		cpu flat=30.5 points=0:99.5
	cluster low region=eu-west-1
	service api desired=1 running=1
		cpu flat=30.5 points=0:1.5
	cluster inside region=eu-west-1
	service api desired=1 running=1
		cpu flat=30.5 points=0:99.5
	ACCOUNT
my $period = 3600 * 24;
SKIP: {
	my $left = $period - $now->stats->{start} % $period;
	skip 'the day ends in a moment', 8 if $left < 300;
	my @day = ('-m', 'cpu', '--window=2d', '--period=1d');
	$now->check('-c', 'high', @day)->exits('CRITICAL', 'the filling point breaches upwards');
	$now->check('-c', 'high', @day, '--statistic=Minimum')->exits('OK', 'other statistics leave it out');
	my $run = $now->check('-c', 'inside', @day, '-C', '~:', '-w', '@99:100');
	$run->exits('OK', 'an inside range is not breached by the filling point');
	my $quarter = $now->check('-c', 'low', '-m', 'cpu', '--window=3h', '--period=1m', '-C', '~:', '-w', '10:');
	SKIP: {
		skip 'the minute of the low point is complete', 1 if int($quarter->{end} / 60) * 60 != $now->stats->{start};
		$quarter->exits('OK', 'a lower bound is not breached by the filling point');
	}
}
# The same low value in a complete period does breach.
my $low = standin("cluster prod region=eu-west-1\nservice api desired=1 running=1\n\tcpu flat=30.5 points=90:1.5\n");
my $run = $low->check('-c', 'prod', '-m', 'cpu', '--window=3h', '--period=1m', '-C', '~:', '-w', '10:');
$run->exits('WARNING', 'a complete point below the lower bound');
my $series = $run->series->{'api cpu'};
is($series->{peak}, '1.5', 'the text shows the point that decided');
is($series->{at}, utc($low->stats->{start} - 90 * 60), 'and its time');
is($run->{details}{api_cpu}{value}, 30.5, 'the perfdata keep the highest point');

# A sample at EndTime is not in the answer, one just before it is.
my $edge = standin("cluster prod region=eu-west-1\nservice api desired=1 running=1\n\tcpu flat=30.5\n");
$edge->check('-c', 'prod', '-m', 'cpu', '--statistic=Average', '--window=1h', '--period=1m', '-v');
my $asked = window_of($edge);
is($edge->stats->{datapoints}, points_asked($asked), 'EndTime is exclusive: as many points as periods');

# How many breaching points it takes, and how they are called.
my $patterns = standin(<<~"ACCOUNT");
	cluster prod region=eu-west-1
	service one desired=1 running=1
		cpu flat=20 points=50:97.1
	service two desired=1 running=1
		cpu flat=20 points=50:97.1,51:97.1
	service three desired=1 running=1
		cpu flat=20 points=50:97.1,51:97.1,52:97.1
	service apart desired=1 running=1
		cpu flat=20 points=50:97.1,60:97.1,70:97.1,80:97.1
	service mixed desired=1 running=1
		cpu flat=20 points=50:97.1,60:85.2,61:85.2,62:85.2
	service long desired=1 running=1
		cpu flat=20 points=${\join ',', map { "$_:97.1" } 50 .. 79}
	service less desired=1 running=1
		cpu flat=20 points=${\join ',', map { "$_:97.1" } 50 .. 78}
	ACCOUNT
my @minutes = ('-c', 'prod', '-m', 'cpu', '--window=3h', '--period=1m', '-v');
$run = $patterns->check(@minutes);
my $found = $run->series;
my $points = points_asked(window_of($patterns));
my $counted = json_run($patterns, {name => 'counts'}, @minutes[0 .. 5])->{json};
my %count = map { ($_->{name} => $_->{metrics}{cpu}) } @{$counted->{services}};
# Minutes tell time: one run is a spike, two are recurring, a run of half an hour is sustained.
my %expected = (one => [1, 'spike'], two => [2, 'spike'], three => [3, 'spike'], apart => [4, 'recurring'], mixed => [1, 'spike'], long => [30, 'sustained'], less => [29, 'spike']);
for my $name (sort keys %expected) {
	is_deeply([$found->{"$name cpu"}{state}, @{$count{$name}}{qw(breaches points pattern)}, $found->{"$name cpu"}{pattern}],
		['CRITICAL', $expected{$name}[0], $points, ($expected{$name}[1]) x 2], "$name: count and word");
	is($found->{"$name cpu"}{at}, utc($patterns->stats->{start} - 50 * 60), "$name: of equal peaks the newest");
}
# points over 95 and over 80 of each service, in the order of %expected's names
my %above = (one => [1, 1], two => [2, 2], three => [3, 3], apart => [4, 4], mixed => [1, 4], long => [30, 30], less => [29, 29]);
for my $needed (1 .. 5) {
	$run = $patterns->check(@minutes, "--breaches=$needed");
	$found = $run->series;
	for my $name (sort keys %above) {
		my $state = $above{$name}[0] >= $needed ? 'CRITICAL' : $above{$name}[1] >= $needed ? 'WARNING' : 'OK';
		is($found->{"$name cpu"}{state}, $state, "--breaches=$needed: $name is $state");
	}
}

# Statistics: the plain arithmetic of one hour of samples.
my $statistics = standin("cluster prod region=eu-west-1\nservice api desired=1 running=1\n\tcpu flat=10 points=" . join(',', map { ($_ + 200) . ':70' } 0 .. 299) . "\n");
$run = $statistics->check('-c', 'prod', '-m', 'cpu', '--statistic=Average', '-v');
is($run->{details}{api_cpu}{value}, 70, 'Average: five hours of 70 have an hour of 70');
$run = $statistics->check('-c', 'prod', '-m', 'cpu', '--statistic=Average', '--window=10d', '--period=1d');
cmp_ok($run->{details}{api_cpu}{value}, '<', 70, 'Average: and no day of 70');
$run = $statistics->check('-c', 'prod', '-m', 'cpu', '--statistic=Minimum', '--window=10d', '--period=1d');
is($run->{details}{api_cpu}{value}, 10, 'Minimum: ten on each day');
$run = $statistics->check('-c', 'prod', '-m', 'cpu', '--statistic=p50', '-v');
is($run->{details}{api_cpu}{value}, 70, 'p50');
like($run->{context}, qr/, p50 per 1h, /, 'the statistic in the context line');

# A clock that is two hours behind the server's: the window follows the corrected clock.
my $skewed = standin("cluster prod region=eu-west-1\nservice api desired=1 running=1\n\tcpu flat=30.5\n", '--clock-offset=7200');
$run = $skewed->check('-c', 'prod', '-m', 'cpu');
$asked = window_of($skewed);
ok(scalar(grep { $asked->{end} == POSIX::floor(($run->{$_} + 7200) / 3600) * 3600 + 3600 } qw(begin end)), 'the window of the corrected clock')
	or diag "EndTime $asked->{end}";
my $ahead = standin("cluster prod region=eu-west-1\nservice api desired=1 running=1\n\tcpu flat=30.5\n", '--clock-offset=-600');
$ahead->check('-c', 'prod', '-m', 'cpu')->exits('OK', 'a clock ten minutes ahead');
cmp_ok($ahead->stats->{errors}, '>=', 1, 'the server did refuse a first signature');

done_testing;
