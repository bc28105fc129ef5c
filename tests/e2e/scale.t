#!/usr/bin/perl
# 1,230 services: every one is found, every peak is the account's, no page and no point is lost.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use POSIX ();
use Test::More;

my $count = 1230;
my ($account, %peak) = ("cluster prod region=eu-west-1\n");
for my $i (1 .. $count) {
	my $name = sprintf 'svc-%04d', $i;
	my ($cpu, $memory) = (5 + $i * 37 % 7300 / 100, 10 + $i * 53 % 6100 / 100);
	my $high = $memory + 3 + $i % 11 / 10;
	my $minutes = 150 + $i * 71 % 1200;
	$account .= "service $name desired=1 running=1\n\tcpu flat=$cpu\n\tmemory flat=$memory points=$minutes:$high\n";
	$peak{"${name}_cpu"} = $cpu;
	$peak{"${name}_memory"} = $high;
}
my $standin = standin($account, '--seed=1');

sub judge_peaks {
	my ($run, $name) = @_;
	is(scalar @{$run->{details_order}}, 2 * $count, "$name: an item for each series");
	my @wrong = grep { !defined $run->{details}{$_} || abs($run->{details}{$_}{value} - $peak{$_}) > 0.005001 } sort keys %peak;
	is(scalar @wrong, 0, "$name: every peak is the account's") or diag map { "  $_: $peak{$_}, got $run->{details_string}\n" } $wrong[0];
	is_deeply($run->{details_order}, [sort @{$run->{details_order}}], "$name: ordered by name");
	is($run->{summary}{services}{value}, $count, "$name: services=$count");
	is($run->{summary}{no_data}{value}, 0, "$name: none without data");
	return;
}

# GNU time, where it is, tells how much memory the run took at most.
my $measure = tempdir() . '/memory';
my @prefix = -x '/usr/bin/time' && !$ENV{CHECK_ECS_WRAPPER} ? ('/usr/bin/time', '-f', '%M', '-o', $measure) : ();
sub tell_memory {
	my ($run, $name) = @_;
	my $kilobytes;
	if (@prefix && open my $file, '<', $measure) {
		$kilobytes = (grep { /^\d+$/ } <$file>)[-1];
	}
	chomp $kilobytes if defined $kilobytes;
	diag sprintf '%s: %.2f s, peak RSS %s', $name, $run->{seconds}, defined $kilobytes ? "$kilobytes KB" : 'not measured';
	return;
}

my $timeout = '-t' . 50 * time_factor();
my $run = $standin->check({prefix => \@prefix}, '-c', 'prod', '-w', '90', $timeout);
$run->exits('OK', '24 h by 1 h');
judge_peaks($run, '24 h by 1 h');
tell_memory($run, '24 h by 1 h');
my $stats = $standin->stats;
is($stats->{operations}{ListServices}, 13, '13 ListServices calls');
is($stats->{operations}{GetMetricData}, 5, '5 GetMetricData calls');
is($stats->{requests}, 18, 'and nothing else');
is($stats->{errors}, 0, 'no request was refused');
is($stats->{queries}, 2 * $count, 'each series asked for once');
is($stats->{datapoints}, 2 * $count * points_asked(window_of($standin)), 'every point was answered');
my @sizes = map { scalar @{$_->{body}{MetricDataQueries}} } grep { $_->{operation} eq 'GetMetricData' } @{$standin->log};
is_deeply([sort { $a <=> $b } @sizes], [460, 500, 500, 500, 500], 'four full calls and the rest');
my @lists = grep { $_->{operation} eq 'ListServices' } @{$standin->log};
is_deeply([grep { ($_->{body}{maxResults} // 0) != 100 } @lists], [], '100 services a page');

$run = $standin->fresh_check({prefix => \@prefix}, '-c', 'prod', '-w', '90', '--window=24h', '--period=5m', '-v', $timeout);
$run->exits('OK', '24 h by 5 min');
judge_peaks($run, '24 h by 5 min');
tell_memory($run, '24 h by 5 min');
$stats = $standin->stats;
my $points = points_asked(window_of($standin));
# As many series a call as one page of its answer takes: a further page would be billed again.
my $calls = POSIX::ceil(2 * $count / int(100_800 / $points));
is($stats->{errors}, 0, 'no request was refused');
is($stats->{datapoints}, 2 * $count * $points, 'every point was answered, none twice');
is($stats->{operations}{GetMetricData}, $calls, "$calls GetMetricData calls of a page each");
is($stats->{queries}, 2 * $count, 'each series asked for once');
my $series = $run->series;
my @short = grep { ($series->{$_}{points} // 0) != $points } keys %$series;
is(scalar keys %$series, 2 * $count, 'a line for each series');
is(scalar @short, 0, "each of them with its $points points") or diag $series->{$short[0]}{line};

# One batch split over very many pages.
my $small = standin("cluster prod region=eu-west-1\n" . join('', map { "service s$_ desired=1 running=1\n\tcpu flat=3$_\n" } 0 .. 9),
	'--max-datapoints=7');
$run = $small->check('-c', 'prod', '-m', 'cpu', '-v', $timeout);
$run->exits('OK', 'seven points a page');
$points = points_asked(window_of($small));
is($small->stats->{datapoints}, 10 * $points, 'no point lost over ' . $small->calls('GetMetricData') . ' pages');
is_deeply([sort { $a <=> $b } map { $_->{peak} + 0 } values %{$run->series}], [map { 30 + $_ } 0 .. 9], 'all peaks there')
	or diag $run->{text};
is(scalar(grep { ($_->{points} // 0) == $points } values %{$run->series}), 10, 'all points there');

done_testing;
