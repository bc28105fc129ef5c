#!/usr/bin/perl
# --recover and the replay of the past, over thousands of random series and options, against a reference that looks at every window
# of every instant as the contract words it.
use strict;
use warnings;
use FindBin;
use List::Util qw(max min);
use Test::More;
use lib $FindBin::Bin;
use Driver qw(ask seed pick);

my $cases = 4000;
my $seed = seed();

# A range's judgement, and whether a value is above its upper end.
my %ranges = (
	'80' => [sub { $_[0] < 0 || $_[0] > 80 }, sub { $_[0] > 80 }],
	'95' => [sub { $_[0] < 0 || $_[0] > 95 }, sub { $_[0] > 95 }],
	'10:' => [sub { $_[0] < 10 }, sub { 0 }],
	'20:90' => [sub { $_[0] < 20 || $_[0] > 90 }, sub { $_[0] > 90 }],
	'@20:30' => [sub { $_[0] >= 20 && $_[0] <= 30 }, sub { 0 }],
	'@90:' => [sub { $_[0] >= 90 }, sub { 0 }],
	'~:' => [sub { 0 }, sub { 0 }],
);
my @worse = qw(OK WARNING CRITICAL);
my %rank = map { ($worse[$_] => $_) } 0 .. $#worse;

sub random_values {
	my ($n) = @_;
	my @values;
	while (@values < $n) {
		my $level = rand() < 0.15 ? '-' : pick(5, 10, 20, 25, 30, 50, 80, 85, 90, 95, 99, 120);
		push @values, ($level) x (1 + int rand pick(1, 3, 8));
	}
	return @values[0 .. $n - 1];
}

# The state by ranges and M of some points, and perhaps one that is still filling.
sub rule {
	my ($c, $points, $filling) = @_;
	for my $level (qw(critical warning)) {
		my ($breaches, $exceeds) = @{$ranges{$c->{$level}}};
		my $count = grep { $_ ne '-' && $breaches->($_) } @$points;
		$count++ if defined $filling && $filling ne '-' && $exceeds->($filling);
		return uc $level if $count >= $c->{breaches};
	}
	return 'OK';
}

# By the rule over the window that ends with this many periods.
sub rule_at {
	my ($c, $end) = @_;
	return rule($c, [@{$c->{values}}[max(0, $end - $c->{window}) .. $end - 1]]);
}

# "The worst state that the rule gives at any period end of the last D", by how long ago.
sub worst_of_last {
	my ($c, $end) = @_;
	my ($worst, $ago) = ('OK', 0);
	for my $back (0 .. $c->{recover}) {
		next if $end - $back < min($c->{window}, scalar @{$c->{values}});
		my $state = rule_at($c, $end - $back);
		($worst, $ago) = ($state, $back) if $rank{$state} > $rank{$worst};
	}
	return ($worst, $ago);
}

sub random_case {
	my %c = (warning => pick(sort keys %ranges), critical => pick(sort keys %ranges), breaches => 1 + int rand 3, window => 1 + int rand pick(3, 12),
		recover => int rand pick(1, 4, 12));
	return \%c;
}

# --- a run: now ---

my (@lines, @wanted);
for (1 .. $cases) {
	my $c = random_case();
	my $filling = int rand 2;
	my $n = $c->{window} + $c->{recover};
	$n = 1 + int rand $n if rand() < 0.05; # a series that is shorter than asked for
	$c->{values} = [random_values($n)];
	my $point = $filling ? pick('-', 5, 25, 85, 95, 99) : undef;
	my ($before, $ago) = worst_of_last($c, $n);
	my $now = rule($c, [@{$c->{values}}[max(0, $n - $c->{window}) .. $n - 1]], $point);
	my $state = $rank{$before} > $rank{$now} ? $before : $now;
	push @lines, join ' ', @$c{qw(warning critical breaches window recover)}, $filling, @{$c->{values}}, $filling ? $point : ();
	push @wanted, "$state $now " . ($state eq $now ? 0 : $ago);
}
my @got = ask('recover', @lines);
is(scalar @got, $cases, "$cases series and options (seed $seed)");
my @wrong = grep { $got[$_] ne $wanted[$_] } 0 .. $#wanted;
is(scalar @wrong, 0, 'a run says the worst state of the last D, and now') or diag(map { "$lines[$_]\ngot $got[$_], wanted $wanted[$_]\n" } grep { defined } @wrong[0 .. 2]);
cmp_ok(scalar(grep { !/ 0$/ } @got), '>', $cases / 20, '... among them many that last although their rule does not hold');

# --- the past: each instant is such a run, without the period that is still filling ---

my $replays = 800;
(@lines, @wanted) = ();
for (1 .. $replays) {
	my $c = random_case();
	my ($period, $interval, $instants) = (pick(60, 300, 900), 1 + int rand pick(1, 4), 1 + int rand 40);
	my $seen = $c->{window} + $c->{recover};
	my $n = $seen + ($instants - 1) * $interval;
	$c->{values} = [random_values($n)];
	my $states = '';
	for my $instant (0 .. $instants - 1) {
		my $end = $seen + $instant * $interval;
		my ($state) = worst_of_last($c, $end);
		my ($newest) = grep { $c->{values}[$_] ne '-' } reverse $end - $c->{window} .. $end - 1;
		my $stale = !defined $newest || ($end - $newest) * $period >= max(2 * $period, 900); # a run is later than the end of its period
		$states .= $state eq 'OK' && $stale ? 3 : $rank{$state};
	}
	my @shares;
	for my $share (['ok', 0], ['warning', 1], ['critical', 2], ['no_data', 3]) {
		my ($times, $total, $longest, @last) = (0, 0, 0);
		while ($states =~ /($share->[1]+)/g) {
			$times++;
			$total += length $1;
			$longest = max($longest, length $1);
			@last = ($-[1], $+[1] - 1);
		}
		push @shares, "$share->[0]=" . join ',', $times, map({ $_ * $interval * $period } $total, $longest), @last;
	}
	push @lines, join ' ', @$c{qw(warning critical breaches window recover)}, $period, $interval, $instants, @{$c->{values}};
	push @wanted, "$states @shares";
}
@got = ask('backtest', @lines);
is(scalar @got, $replays, "$replays replays");
@wrong = grep { $got[$_] ne $wanted[$_] } 0 .. $#wanted;
is(scalar @wrong, 0, 'each instant is judged as a run there, and the counts are those of the states')
	or diag(map { "$lines[$_]\ngot    $got[$_]\nwanted $wanted[$_]\n" } grep { defined } @wrong[0 .. 2]);

# --- the work grows with the points, not with the window ---

my $long = sub {
	my ($window, $recover, $instants) = @_;
	my $before = (times)[2];
	ask('backtest', join ' ', 80, 95, 3, $window, $recover, 60, 1, $instants, map { $_ % 100 } 1 .. $window + $recover + $instants - 1);
	return (times)[2] - $before;
};
my $short_windows = $long->(10, 0, 120_000);
my $long_windows = $long->(10_000, 10_000, 100_001);
cmp_ok($long_windows, '<', 2 * $short_windows + 0.3, 'a window of 10,000 periods takes hardly longer than one of 10');

done_testing;
