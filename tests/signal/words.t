#!/usr/bin/perl
# The words by time: the present run, the longest one and the word of 1,000 random series, against a computation from the points that
# shares nothing with the program: each period becomes a letter, and a run is what a pattern matches.
use strict;
use warnings;
use FindBin;
use List::Util qw(max sum0);
use Test::More;
use lib $FindBin::Bin;
use Driver qw(ask seed pick);

my $series = 1000;
my $seed = seed();

my %breaches = (
	'95' => sub { $_[0] > 95 || $_[0] < 0 },
	'10:' => sub { $_[0] < 10 },
	'10:90' => sub { $_[0] < 10 || $_[0] > 90 },
	'@20:30' => sub { $_[0] >= 20 && $_[0] <= 30 },
	'~:' => sub { 0 },
);
my %end = ('95' => 95, '10:90' => 90);

# Bursts, plateaus and gaps, so that runs of each length occur.
sub random_series {
	my ($n) = @_;
	my @values;
	my @levels = (5, 10, 15, 20, 25, 30, 50, 90, 95, 95.5, 99);
	while (@values < $n) {
		my $level = rand() < 0.12 ? '-' : pick(@levels);
		push @values, ($level) x (1 + int rand pick(1, 2, 4, 9));
	}
	return @values[0 .. $n - 1];
}

sub span {
	my ($seconds) = @_;
	my $minutes = int($seconds / 60);
	return 'less than 1 min' if !$minutes;
	my @units = $minutes < 2880 ? ([60, 'h'], [1, 'min']) : ([1440, 'd'], [60, 'h']);
	my @said;
	for my $unit (@units) {
		push @said, int($minutes / $unit->[0]) . " $unit->[1]" if $minutes >= $unit->[0];
		$minutes %= $unit->[0];
	}
	return "@said";
}

# What is said of runs, {from, to, first}, for points that tell time: without direction, and without the time of the end.
sub sentence {
	my ($runs, $present, $word, $window) = @_;
	my ($longest) = sort { $b->{to} - $b->{from} <=> $a->{to} - $a->{from} || $b->{from} <=> $a->{from} } @$runs;
	my $newest = $runs->[-1];
	my $long = sub { ($_[0]{first} ? 'at least ' : '') . span($_[0]{to} - $_[0]{from}) };
	my $total = @$runs > 1 ? ', ' . span(sum0(map { $_->{to} - $_->{from} } @$runs)) . ' in ' . span($window) : '';
	$word = $word eq 'none' ? '' : " ($word)";
	return 'for ' . $long->($newest) . " now$word$total" if $present && $newest == $longest;
	return 'for ' . $long->($newest) . ' now; longest ' . $long->($longest) . "$word$total" if $present;
	return 'for ' . $long->($newest) . "$word, " if @$runs == 1;
	return @$runs . ' times, longest ' . $long->($longest) . "$word$total, last ";
}

# What the contract asks for, from letters: B breaches, o does not, . no point, ? nothing known yet.
sub expected {
	my ($c) = @_;
	my ($period, $start, $now) = @$c{qw(period start now)};
	my $letters = '';
	for my $i (0 .. $#{$c->{values}}) {
		my $value = $c->{values}[$i];
		my $filling = $c->{filling} && $i == $#{$c->{values}};
		my $letter = $value eq '-' ? '.' : $breaches{$c->{range}}->($value) ? 'B' : 'o';
		$letter = '?' if $filling && ($letter eq '.' || ($letter eq 'B' && !($end{$c->{range}} && $value > $end{$c->{range}})));
		$letters .= $letter;
	}
	my (@runs, @placed);
	while ($letters =~ /(B+)/g) {
		my ($from, $to) = ($-[1] * $period, $+[1] * $period);
		$to = $now - $start if $to > $now - $start;
		push @runs, $to - $from;
		push @placed, {from => $-[1] * $period, to => $to, first => substr($letters, 0, $-[1]) !~ /[Bo]/};
	}
	my $points = () = $letters =~ /[Bo]/g;
	my $breaching = () = $letters =~ /B/g;
	my $stale = max(2 * $period, 900);
	my $newest = $letters =~ /B[^Bo]*$/ ? $-[0] : undef;
	my $present = defined $newest && $now - ($start + $newest * $period) <= $stale;
	my $tells = $period <= ($c->{statistic} =~ /^(?:Average|p)/ ? 900 : 300);
	my $from_beginning = $letters =~ /^[.?]*B/ ? $runs[0] : undef;
	my $word = 'none';
	if ($tells && @runs) {
		if (max(@runs) >= 1800) { $word = 'sustained' }
		elsif (defined $from_beginning) { $word = 'none' }
		else { $word = @runs > 1 ? 'recurring' : 'spike' }
	}
	my $said = !$tells || !@runs ? undef : sentence(\@placed, $present, $word, (@{$c->{values}} - ($c->{filling} ? 1 : 0)) * $period);
	return $said, join ' ', $points, $breaching, scalar @runs, sum0(@runs), max(@runs, 0), $runs[-1] // 0, $present ? 1 : 0,
		(defined $newest && !$present) ? 1 : 0, $word;
}

my @cases;
for (1 .. $series) {
	my $statistic = pick(qw(Maximum Maximum Average Minimum p95));
	my $filling = $statistic eq 'Maximum' && rand() < 0.5 ? 1 : 0;
	my $period = pick(60, 300, 300, 300, 900, 3600);
	my $n = 1 + int rand pick(4, 30, 289);
	my $start = 1795273200 - 1795273200 % $period;
	my $end = $start + $n * $period;
	my $now = $end - ($filling ? 1 + int rand $period : 0) + ($filling ? 0 : int rand $period);
	push @cases, {statistic => $statistic, period => $period, start => $start, filling => $filling, now => $now,
		range => pick(sort keys %breaches), values => [random_series($n)]};
}
my @answers = ask('lasting', map { join ' ', @$_{qw(statistic period start filling now range)}, @{$_->{values}} } @cases);
is(scalar @answers, $series, "$series series (seed $seed)");
my (%seen, @wrong);
for my $i (0 .. $#cases) {
	my ($got, $sentence) = split /\|/, $answers[$i];
	my ($said, $wanted) = expected($cases[$i]);
	push @wrong, "got $got, wanted $wanted: " . join(' ', %{$cases[$i]}{qw(statistic period filling range)}, @{$cases[$i]{values}}) if $got ne $wanted;
	my ($word) = $got =~ /(\w+)$/;
	$seen{$word}++;
	$seen{"now, $word"}++ if $sentence =~ / now/;
	my $shown = $sentence =~ /\((\w+)\)/ ? $1 : 'none';
	push @wrong, "'$sentence' does not say $word" if $shown ne $word;
	push @wrong, "'$sentence' does not say '$said'" if defined $said && index($sentence, "% $said") < 0 && index($sentence, ":30 $said") < 0;
}
is_deeply([@wrong > 5 ? @wrong[0 .. 4] : @wrong], [], 'runs and words are those of the points');
cmp_ok($seen{$_} // 0, '>=', 10, "$_ occurs") for qw(spike recurring sustained none), 'now, sustained', 'now, recurring';

# --- real days: what 0.1.0 called sustained ---

# Three hourly peaks in a row, whatever lay between them.
my $top = $ENV{CHECK_ECS_SRCDIR} // "$FindBin::Bin/../..";
my $data = $ENV{CHECK_ECS_DATA} // "$top/../shared/data/cloudwatch";
my @files = glob "$data/*.csv";
SKIP: {
	skip "no real series in $data (CHECK_ECS_DATA)", 3 if !@files;
	my @days;
	for my $file (@files) {
		open my $in, '<', $file or die "$file: $!\n";
		my @values = map { /,([\d.eE+-]+)/ ? $1 : () } <$in>;
		for (my $end = 288; $end <= @values; $end += 12) {
			push @days, [@values[$end - 288 .. $end - 1]];
		}
	}
	my @told = ask('lasting', map { join ' ', 'Maximum', 300, 1795273200, 0, 1795273200 + 86400, 95, @$_ } @days);
	my ($sustained, $bursts, $kept, @lies) = (0, 0, 0);
	for my $i (0 .. $#days) {
		my $fine = join '', map { $_ > 95 ? 'B' : 'o' } @{$days[$i]};
		my $hours = join '', map { substr($fine, 12 * $_, 12) =~ /B/ ? 'B' : 'o' } 0 .. 23;
		my $says = $told[$i] =~ /\(sustained\)/ ? 1 : 0;
		push @lies, $told[$i] if $says != ($fine =~ /B{6}/ ? 1 : 0);
		next if $hours !~ /BBB/;
		$sustained++;
		$bursts++ if $fine !~ /BBB/;
		$kept++ if $says;
	}
	is_deeply(\@lies, [], 'sustained is said of the real days with a run of 30 minutes, and of no other');
	note("$sustained of ", scalar @days, " days have three hourly peaks in a row, $bursts of these never more than 10 minutes in a row; $kept are told as sustained");
	cmp_ok($sustained, '>', 100, 'days that 0.1.0 called sustained are among them');
	cmp_ok($bursts, '>', 10, '... bursts as well');
}

done_testing;
