#!/usr/bin/perl
# --forecast: its rule over random series against a computation of its own; how many memory leaks it finds, how far off its time is, and how
# often it speaks of what is no leak, over growth laid on made-up and on real shapes.
#
# The real series are not part of the project: CHECK_ECS_DATA names their directory (*.csv, timestamp,value, a point per 5 minutes), else
# ../shared/data/cloudwatch beside the source.
use strict;
use warnings;
use FindBin;
use List::Util qw(max min sum0);
use Test::More;
use Time::Local qw(timegm);
use lib $FindBin::Bin;
use Driver qw(ask seed pick);

my $seed = seed();
my $hour = 3600;
my $span = 72;
my $start = 1_780_000_000 - 1_780_000_000 % $hour;
my $week = 7 * 86400;

# --- the rule, from its words: a list of [hour, value] ---

sub median {
	my @sorted = sort { $a <=> $b } @_;
	return @sorted % 2 ? $sorted[$#sorted / 2] : ($sorted[@sorted / 2 - 1] + $sorted[@sorted / 2]) / 2;
}

sub theil_sen {
	my @points = @_;
	my @slopes;
	for my $i (0 .. $#points) {
		push @slopes, ($points[$_][1] - $points[$i][1]) / ($points[$_][0] - $points[$i][0]) for $i + 1 .. $#points;
	}
	return @slopes ? median(@slopes) : undef;
}

sub within {
	my ($points, $from, $to) = @_;
	return grep { $_->[0] >= $from && $_->[0] < $to } @$points;
}

sub restarted {
	my ($before, $after) = @_;
	return $before - $after >= 10 && $before - $after >= $before / 4;
}

# [points a day, hour since, seconds left], or nothing.
sub reference {
	my ($values, $limit, $now) = @_;
	my @points = map { [$_, $values->[$_]] } grep { $values->[$_] ne '-' } 0 .. $#$values;
	my $end = @$values;
	return if !@points || $now - ($start + $points[-1][0] * $hour) > 2 * $hour;
	my ($begin) = grep { restarted($points[$_ - 1][1], $points[$_][1]) && restarted($points[$_ - 1][1], $points[$_ + 1][1]) } reverse 1 .. $#points - 1;
	@points = @points[($begin // 0) .. $#points];
	my $from = $points[0][0];
	my $hours = $end - $from;
	return if $hours < 24 || @points < 0.8 * $hours;
	my $slope = theil_sen(@points);
	return if $slope * $hours < 5;
	my $last;
	for my $quarter (0 .. 3) {
		my @part = within(\@points, $from + int($hours * $quarter / 4), $from + int($hours * ($quarter + 1) / 4)) or return;
		my $median = median(map { $_->[1] } @part);
		return if defined $last && $median <= $last;
		$last = $median;
	}
	my $middle = $from + int($hours / 2);
	for my $half ([$from, $middle], [$middle, $end]) {
		my $own = theil_sen(within(\@points, @$half));
		return if !defined $own || $own < $slope / 4;
	}
	my @late = within(\@points, $end - 6, $end) or return;
	my $left = ($limit - median(map { $_->[1] } @late)) / $slope * $hour;
	return [24 * $slope, $from, $left > 0 ? int $left : 0];
}

sub line {
	my ($values, $critical, $now) = @_;
	return join ' ', $critical, $start, $now, map { $_ eq '-' ? $_ : sprintf '%.17g', $_ } @$values;
}

# --- random series: walks, growth, restarts, holes ---

sub random_series {
	my $n = pick($span, $span, $span, 24 + int rand 48, 1 + int rand 30);
	my ($level, $drift, $noise, $holes) = (rand 80, pick(0, 0.05, 0.1, 0.3, 1, -0.3), pick(0.1, 1, 5), pick(0, 0, 0.1, 0.25));
	my @values;
	for (1 .. $n) {
		$level += $drift + $noise * (rand() - 0.5);
		$level *= pick(0.3, 0.7, 0.8) if rand() < 0.02;
		$level = max(0, $level);
		push @values, rand() < $holes ? '-' : rand() < 0.2 ? int $level : $level;
	}
	if (rand() < 0.1) {
		$values[$_] = '-' for max(0, @values - 1 - int rand 4) .. $#values;
	}
	return @values;
}

my %limits = ('95' => 95, '@90:' => 90, '60' => 60);
my (@lines, @wanted);
for (1 .. 3000) {
	my @values = random_series();
	my $critical = pick(sort keys %limits);
	my $now = $start + @values * $hour + int rand pick(3600, 3600, 9000);
	push @lines, line(\@values, $critical, $now);
	push @wanted, reference(\@values, $limits{$critical}, $now);
	$#wanted = $#lines;
}
my @got = ask('forecast', @lines);
my (@wrong, $speaks);
for my $i (0 .. $#lines) {
	my ($per_day, $since, $left) = split ' ', $got[$i];
	my $w = $wanted[$i];
	$speaks++ if $w;
	my $same = !$w ? $per_day eq '-' : $per_day ne '-' && abs($per_day - $w->[0]) < 1e-5 && $since == $start + $w->[1] * $hour && abs($left - $w->[2]) <= 1;
	push @wrong, "$lines[$i]: $got[$i], not " . ($w ? "@$w" : '-') . "\n" if !$same;
}
is(scalar @wrong, 0, "the rule over random series (seed $seed)") or diag @wrong[0 .. min(3, $#wrong)];
ok($speaks > 100, "it speaks of $speaks of " . @lines);

# Nothing to say without an upper end, or when the newest point is old.
my @steady = map { 20 + $_ } 0 .. $span - 1;
my $now = $start + $span * $hour + 600;
is_deeply([ask('forecast', line(\@steady, '~:', $now), line(\@steady, '@10:20', $now), line(\@steady, '95', $now + 2 * $hour))], [('-') x 3], 'nothing to say');
my ($said) = ask('forecast', line(\@steady, '95', $now));
is($said, sprintf('%.6f %d %d', 24, $start, (95 - 88.5) * $hour), 'a point an hour');
is((ask('forecast', line(\@steady, '80', $now)))[0], sprintf('%.6f %d %d', 24, $start, 0), 'it is there already');

# --- shapes ---

sub aggregate {
	my ($values, $points) = @_;
	my @hours;
	for (my $i = 0; $i + $points <= @$values; $i += $points) {
		my @known = grep { defined } @$values[$i .. $i + $points - 1];
		push @hours, @known ? sum0(@known) / @known : '-';
	}
	return \@hours;
}

sub real_shapes {
	my $top = $ENV{CHECK_ECS_SRCDIR} // "$FindBin::Bin/../..";
	my $data = $ENV{CHECK_ECS_DATA} // "$top/../shared/data/cloudwatch";
	my @shapes;
	for my $file (glob "'$data'/*.csv") {
		open my $in, '<', $file or die "$file: $!\n";
		my %at;
		while (<$in>) {
			my ($year, $month, $day, $h, $minute, $second, $value) = /^(\d+)-(\d+)-(\d+) (\d+):(\d+):(\d+),([\d.eE+-]+)/ or next;
			$at{int(timegm($second, $minute, $h, $day, $month - 1, $year) / 300)} = $value;
		}
		push @shapes, aggregate([@at{min(keys %at) .. max(keys %at)}], 12);
	}
	return @shapes;
}

# Level, noise and a daily wave, as memory has them.
sub made_up_shape {
	my ($wave, $noise, $walk) = (pick(0, 0.5, 1), pick(0.2, 1, 2), pick(0, 0.2));
	my ($phase, $drift) = (rand 24, 0);
	return [map { $drift += $walk * (rand() - 0.5); $wave * sin(6.283185 * ($_ + $phase) / 24) + $noise * (rand() - 0.5) + $drift } 0 .. $span - 1];
}

# A stretch of a real series, with its own noise and no more than a few points of it: what memory has of the load.
sub scaled_shape {
	my ($shape) = @_;
	my $from = int rand(@$shape - $span);
	my @part = map { $_ eq '-' ? '-' : $_ } @$shape[$from .. $from + $span - 1];
	my @known = grep { $_ ne '-' } @part;
	my ($mean, $size) = (sum0(@known) / max(1, scalar @known), max(1, (max(@known, 0) - min(@known, 100)) / pick(3, 6)));
	return [map { $_ eq '-' ? '-' : ($_ - $mean) / $size } @part];
}

# Memory that is at 95 % in so many days. After a restart, which took it from its old level down by a third at least.
sub leak {
	my ($shape, $days, $restart) = @_;
	my $rate = (defined $restart ? pick(10, 15) : pick(6, 10, 15)) / 24;
	my $level = 95 - $rate * 24 * $days;
	$rate = (95 - 12) / (24 * $days + $span) if $level < $rate * $span + 10;
	my @values;
	for my $i (0 .. $span - 1) {
		my $ideal = 95 - $rate * (24 * $days + $span - 1 - $i);
		$ideal += 45 if defined $restart && $i < $restart;
		push @values, $shape->[$i] eq '-' ? '-' : min(100, max(0, $ideal + $shape->[$i]));
	}
	return \@values;
}

# How many alarm within a week, and how far off their time is, in percent of the true one.
sub alarms {
	my ($true_s, @series) = @_;
	my @answers = ask('forecast', map { line($_, '95', $now) } @series);
	my @left = map { (split)[2] } grep { $_ ne '-' && (split)[2] <= $week } @answers;
	my @off = $true_s ? map { 100 * abs($_ - $true_s) / $true_s } @left : ();
	return (scalar @left, @off ? median(@off) : undef);
}

sub growth_is_found {
	my ($what, $make) = @_;
	my $cases = 130;
	my %most_off = (1 => 14, 2 => 9, 4 => 9);
	for my $days (1, 2, 4) {
		my ($found, $off) = alarms($days * 86400, map { leak($make->(), $days) } 1 .. $cases);
		cmp_ok($found, '>=', 128, "$what: full in $days d: $found of $cases");
		cmp_ok($off, '<=', $most_off{$days}, sprintf '%s: full in %d d: time off by %.1f %%', $what, $days, $off);
	}
	my ($found, $off) = alarms(2 * 86400, map { leak($make->(), 2, 20 + int rand 20) } 1 .. $cases);
	cmp_ok($found, '>=', 126, "$what: after a restart: $found of $cases");
	cmp_ok($off, '<=', 9, sprintf '%s: after a restart: time off by %.1f %%', $what, $off);
	my %others = (
		none => sub { my ($i) = @_; 50 },
		slow => sub { my ($i) = @_; 50 + 1.2 * $i / 24 },
		step => sub { my ($i) = @_; $i < 30 ? 40 : 60 },
		daily => sub { my ($i) = @_; 50 + 15 * sin(6.283185 * ($i + 7) / 24) },
	);
	for my $kind (sort keys %others) {
		my @series = map { my $shape = $make->(); [map { $shape->[$_] eq '-' ? '-' : max(0, $shape->[$_] + $others{$kind}->($_)) } 0 .. $span - 1] } 1 .. $cases;
		my ($false) = alarms(0, @series);
		is($false, 0, "$what: $kind: no alarm");
	}
}

growth_is_found('made-up shapes', \&made_up_shape);

my @shapes = real_shapes();
SKIP: {
	skip 'the real series are not here: set CHECK_ECS_DATA', 1 if !@shapes;
	growth_is_found('real shapes', sub { scaled_shape(pick(@shapes)) });
	my @windows;
	for my $shape (@shapes) {
		for (my $i = 0; $i + $span <= @$shape; $i += 6) {
			push @windows, [@$shape[$i .. $i + $span - 1]];
		}
	}
	my ($false) = alarms(0, @windows);
	ok(@windows > 200, 'real windows: ' . @windows);
	cmp_ok($false, '<=', 1, "CPU of real servers: $false alarms");
}

done_testing;
