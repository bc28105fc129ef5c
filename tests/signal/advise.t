#!/usr/bin/perl
# The sizes of --advise: Fargate's table against the list of AWS's page, written out here, and the size to take for needs at, just below and just
# above each boundary, against a search through that list in whole numbers. Then what counts as used, against a sorted list.
use strict;
use warnings;
use FindBin;
use List::Util qw(max min);
use Test::More;
use lib $FindBin::Bin;
use Driver qw(ask seed pick);

my $seed = seed();

# --- Fargate's sizes: [CPU units, MiB] ---

my @linux;
push @linux, map { [256, $_] } 512, 1024, 2048;
push @linux, map { [512, 1024 * $_] } 1 .. 4;
push @linux, map { [1024, 1024 * $_] } 2 .. 8;
push @linux, map { [2048, 1024 * $_] } 4 .. 16;
push @linux, map { [4096, 1024 * $_] } 8 .. 30;
push @linux, map { [8192, 1024 * 4 * $_] } 4 .. 15;
push @linux, map { [16384, 1024 * 8 * $_] } 4 .. 15;
my %sizes = (linux => \@linux, old => [grep { $_->[0] <= 4096 } @linux], windows => [grep { $_->[0] >= 1024 && $_->[0] <= 4096 } @linux]);
is(scalar @linux, 74, '74 sizes');

# What is used, as a fraction: used = part / whole percent, so that no boundary is missed by rounding.
my $fine = 10_000;

# The limit of a warning range in hundredths of a percent.
my %limits = ('80' => 8000, '~:90' => 9000, '50' => 5000, '10:' => 8000, '~:' => 8000, '@95:' => 9500, '120' => 12_000, '0' => 8000, '@10:20' => 8000);

# Whether a size holds size x part / (fine x limit), in whole numbers.
sub holds {
	my ($room, $size, $used, $limit) = @_;
	return $room * $limit * $used->{whole} >= $size * $used->{part} * 100;
}

sub expected {
	my ($platform, $size, $cpu, $memory, $cpu_limit, $memory_limit) = @_;
	my $at_limit = $cpu->{part} >= 95 * $cpu->{whole};
	my @fit = grep { holds($_->[0], $size->[0], $cpu, $cpu_limit) && holds($_->[1], $size->[1], $memory, $memory_limit) } @{$sizes{$platform}};
	@fit = grep { $_->[0] > $size->[0] } @fit if $at_limit;
	my ($best) = sort { $a->[0] <=> $b->[0] || $a->[1] <=> $b->[1] } @fit;
	my $mark = $at_limit ? 'limit ' : '';
	my $last = $sizes{$platform}[-1];
	if (!$best) {
		my $is_last = $size->[0] == $last->[0] && $size->[1] == $last->[1];
		return "largest 0 0 $mark" . ($is_last ? 'largest ' : '') . '0';
	}
	my $verdict = $best->[0] == $size->[0] && $best->[1] == $size->[1] ? 'keep'
		: $at_limit || !holds($size->[0], $size->[0], $cpu, $cpu_limit) || !holds($size->[1], $size->[1], $memory, $memory_limit) ? 'larger'
		: 'smaller';
	return "$verdict $best->[0] $best->[1] ${mark}0";
}

# A use that needs exactly, a little less or a little more than this much.
sub use_for {
	my ($need, $size, $limit, $shift) = @_;
	return {part => $need * $limit * ($fine + $shift), whole => $size * 100 * $fine};
}

sub figure {
	my ($used) = @_;
	return sprintf '%.17g', $used->{part} / $used->{whole};
}

my (@lines, @wanted);
for my $platform (sort keys %sizes) {
	my %cpu = map { ($_->[0] => 1) } @{$sizes{$platform}};
	my %memory = map { ($_->[1] => 1) } @{$sizes{$platform}};
	my @cpu = sort { $a <=> $b } keys %cpu;
	my @memory = sort { $a <=> $b } keys %memory;
	my $add = sub {
		my ($size, $cpu_need, $memory_need, $cpu_shift, $memory_shift) = @_;
		my ($cpu_range, $memory_range) = (pick(sort keys %limits), pick(sort keys %limits));
		my ($cpu_limit, $memory_limit) = @limits{$cpu_range, $memory_range};
		my $cpu = use_for($cpu_need, $size->[0], $cpu_limit, $cpu_shift);
		my $memory = use_for($memory_need, $size->[1], $memory_limit, $memory_shift);
		push @lines, join ' ', 'fargate', $platform, @$size, $cpu_range, $memory_range, 2016, figure($cpu), figure($memory);
		push @wanted, expected($platform, $size, $cpu, $memory, $cpu_limit, $memory_limit);
	};
	for my $size (@{$sizes{$platform}}) {
		for my $shift (-1, 0, 1) {
			$add->($size, $_, pick(@memory), $shift, pick(-1, 0, 1)) for (@cpu) x 3;
			$add->($size, pick(@cpu), $_, pick(-1, 0, 1), $shift) for @memory;
		}
		# The size it has, on both sides of its boundaries, and the limit of CPU.
		for my $a (-1, 0, 1) {
			$add->($size, @$size, $a, $_) for -1, 0, 1;
		}
	}
}
my @got = ask('size', @lines);
my @wrong = grep { $got[$_] ne $wanted[$_] } 0 .. $#lines;
ok(@lines > 10_000, 'enough cases: ' . @lines);
is(scalar @wrong, 0, 'needs around each boundary of each size (seed ' . $seed . ')')
	or diag map { "$lines[$_]: $got[$_], not $wanted[$_]\n" } @wrong[0 .. min(5, $#wrong)];
my %seen;
$seen{(split)[0]}++ for @wanted;
ok($seen{$_}, "cases of $_: " . ($seen{$_} // 0)) for qw(larger smaller keep largest);

# 95 % of CPU: at least the next step, whatever the range says; just below it, the range alone.
is_deeply([ask('size', 'fargate linux 1024 2048 120 80 2016 95 10', 'fargate linux 1024 2048 120 80 2016 94.99 10', 'fargate linux 256 512 80 80 2016 100 100',
			'fargate linux 16384 122880 200 80 2016 99 10', 'fargate old 4096 30720 80 80 2016 99 10')],
	['larger 2048 4096 limit 0', 'keep 1024 2048 0', 'larger 512 1024 limit 0', 'largest 0 0 limit largest 0', 'largest 0 0 limit largest 0'], 'CPU at its limit');

# The screen of the README: 0.25 vCPU with all memory used, 1 vCPU with its CPU used up, 2 vCPU and 8 GB hardly used.
is_deeply([ask('size', 'fargate linux 256 512 80 80 2016 34 100', 'fargate linux 1024 2048 80 80 2016 98 33', 'fargate linux 2048 8192 80 80 2016 12 18')],
	['larger 256 1024 0', 'larger 2048 4096 limit 0', 'smaller 512 2048 0'], 'three services of a screen');

# --- other hosts, and gaps ---

is_deeply([ask('size',
			'instances linux 1000 2000 80 80 2016 107.2 40',  # 1340 units of CPU, 1000 MiB
			'instances linux 1024 0 80 80 2016 40 90',        # no size of memory: CPU alone
			'instances linux 0 1000 80 50 2016 40 60',
			'instances linux 1024 1024 80 80 2016 39 39',     # less than half of both
			'instances linux 1024 1024 80 80 2016 41 39',
			'instances linux 128 512 80 80 2016 1 1',         # 128 units at least
			'instances linux 0 0 80 80 2016 1 1',
			'fargate linux 0 512 80 80 2016 1 1',
			'? linux 256 512 80 80 2016 1 1',
			'fargate linux 256 512 80 80 287 1 1',
			'fargate linux 256 512 80 80 288 64 64',
			'fargate linux 256 512 80 80 0 0 0')],
	['larger 1340 1000 beyond 0', 'smaller 512 0 0', 'larger 0 1200 0', 'smaller 500 500 0', 'keep 525 500 0', 'keep 128 7 0', 'unknown 0 0 3', 'unknown 0 0 3',
		'unknown 0 0 4', 'unknown 0 0 5', 'keep 256 512 0', 'unknown 0 0 1'], 'instances, and what cannot be told');

# --- used ---

my $start = 1_780_000_200;
my (@series, @use);
for my $case (1 .. 300) {
	my $n = $case % 10 ? 1 + int rand 2016 : 2016;
	my $holes = pick(0, 0.05, 0.5, 0.98);
	my @values = map { rand() < $holes ? '-' : pick(rand 100, 5 * int rand 21) } 1 .. $n;
	my $skip = pick(0, 0, int(rand $n), $n);
	my $since = $start + 300 * $skip - int rand 300;
	my @counted = sort { $a <=> $b } grep { $_ ne '-' } @values[$skip .. $#values];
	# Nearest rank: the smallest value that 99.5 % of all are not above.
	my $rank = 0;
	$rank++ while @counted && $rank * 1000 < @counted * 995;
	push @series, join ' ', $start, $since, map { $_ eq '-' ? $_ : sprintf '%.10g', $_ } @values;
	push @use, join ' ', scalar @counted, map { sprintf '%.10g', $_ } @counted ? ($counted[$rank - 1], $counted[-1]) : (0, 0);
}
my @used = ask('use', @series);
my @off = grep { $used[$_] ne $use[$_] } 0 .. $#use;
is(scalar @off, 0, 'the 99.5th percentile and the maximum, since a deployment') or diag map { "$used[$_], not $use[$_]\n" } @off[0 .. min(5, $#off)];

done_testing;
