#!/usr/bin/perl
# Real CloudWatch series: peaks, counts and patterns against a computation over the shifted files.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Json;
use List::Util;
use Test::More;
use POSIX ();
use Time::Local qw(timegm);

# $CHECK_ECS_DATA, else ../shared/data/cloudwatch beside the top of the source tree
my $folder = $ENV{CHECK_ECS_DATA} // "$FindBin::Bin/../../../shared/data/cloudwatch";
my @files = sort glob "$folder/*.csv";
plan skip_all => "no series in $folder (CHECK_ECS_DATA)" unless @files;

# -> [[second, value], ...] as in the file
sub samples {
	my ($path) = @_;
	open my $file, '<', $path or die "$path: $!";
	my @samples = map { /^(\d+)-(\d+)-(\d+) (\d+):(\d+):(\d+),([-+.0-9eE]+)\s*$/ ? [timegm($6, $5, $4, $3, $2 - 1, $1), $7] : () } <$file>;
	return \@samples;
}

my %samples = map { $_ => samples($_) } @files;
my ($account, %series) = ("cluster prod region=eu-west-1\n");
for my $i (0 .. $#files) {
	my ($cpu, $memory) = ($files[$i], $files[($i + 1) % @files]);
	$account .= "service real$i desired=1 running=1\n\tcpu csv=$cpu\n\tmemory csv=$memory\n";
	@series{"real$i cpu", "real$i memory"} = ($cpu, $memory);
}
my $standin = standin($account);
my $start = $standin->stats->{start};

# A file's samples moved so that the last one falls in the server's start minute.
my %shifted;
for my $path (@files) {
	my $last = $samples{$path}[-1][0];
	my $shift = $start - ($last - $last % 60);
	$shifted{$path} = [map { my $moment = $_->[0] + $shift; [$moment - $moment % 60, $_->[1]] } @{$samples{$path}}];
}

# -> [[period's start, value of the statistic], ...], oldest first
sub points {
	my ($path, $window) = @_;
	my %bucket;
	for my $sample (@{$shifted{$path}}) {
		next if $sample->[0] < $window->{start} || $sample->[0] >= $window->{end};
		push @{$bucket{$sample->[0] - $sample->[0] % $window->{period}}}, $sample->[1];
	}
	my @points;
	for my $moment (sort { $a <=> $b } keys %bucket) {
		my @values = sort { $a <=> $b } @{$bucket{$moment}};
		my $sum = 0;
		$sum += $_ for @values;
		push @points, [$moment, {
			Maximum => $values[-1], Minimum => $values[0], Average => $sum / @values, p90 => $values[POSIX::ceil(@values * 90 / 100) - 1],
		}->{$window->{statistic}}];
	}
	return \@points;
}

# What is said of points above the limit: null where points of this size cannot tell for how long.
sub word {
	my ($points, $limit, $window) = @_;
	return undef if $window->{period} > ($window->{statistic} =~ /^(?:Average|p)/ ? 900 : 300);
	my ($runs, $longest, $end, $from_beginning) = (0, 0, 0, 0);
	my $long = 0;
	for my $i (0 .. $#$points) {
		my ($at, $value) = @{$points->[$i]};
		next if $value <= $limit;
		my $lasts = List::Util::min($at + $window->{period}, $window->{now}) - $at;
		($runs, $long) = ($runs + 1, 0) if !$long || $at != $end;
		$from_beginning = 1 if $i == 0;
		($long, $end) = ($long + $lasts, $at + $window->{period});
		$longest = List::Util::max($longest, $long);
	}
	return !$runs ? undef : $longest >= 1800 ? 'sustained' : $from_beginning ? undef : $runs > 1 ? 'recurring' : 'spike';
}

# With the closer look: the words are those of its 5-minute points.
sub compare_look {
	my ($limit, @arguments) = @_;
	$standin->reset;
	my $run = json_run($standin, {name => "the closer look above $limit @arguments"}, '-c', 'prod', '-w', $limit, '-C', '~:', '--no-data=ok', @arguments);
	my ($look) = map { $_->{body} } (grep { $_->{operation} eq 'GetMetricData' } @{$standin->log})[1];
	my (@wrong, $seen);
	my %window = (start => $look->{StartTime}, end => $look->{EndTime}, period => 300, statistic => 'Maximum', now => $run->{begin});
	for my $name (sort keys %series) {
		my $got = json_metric($run, split / /, $name);
		next if $got->{state} eq 'OK';
		my $points = points($series{$name}, \%window);
		my $above = 300 * grep { $_->[1] > $limit } @$points;
		next if !$above || !defined $got->{above_s}; # in the last minutes alone
		$seen++;
		my $wanted = word($points, $limit, \%window) // 'null';
		push @wrong, "$name: '$got->{lasting}', computed $above s, $wanted" if $got->{above_s} != $above || ($got->{pattern} // 'null') ne $wanted;
	}
	is_deeply(\@wrong, [], "words of 5-minute points: $run->{name}");
	cmp_ok($seen // 0, '>=', 1, 'there are some');
	return;
}

sub compare {
	my ($limit, @arguments) = @_;
	push @arguments, '--detail=none';
	my $run = $standin->fresh_check('-c', 'prod', '-v', '-w', $limit, '-C', '~:', '--no-data=ok', @arguments);
	my $window = window_of($standin);
	my $document = json_run($standin, {name => "above $limit @arguments, counted"}, '-c', 'prod', '-w', $limit, '-C', '~:', '--no-data=ok', @arguments);
	$window->{now} = $document->{begin};
	my (@wrong, $breaching);
	my $found = $run->series;
	for my $name (sort keys %series) {
		my ($points, $got) = (points($series{$name}, $window), $found->{$name} // {});
		my ($label) = map { s/ /_/r } $name;
		my $peak;
		for (@$points) { $peak = $_ if !defined $peak || $_->[1] >= $peak->[1] }
		my @above = grep { $points->[$_][1] > $limit } 0 .. $#$points;
		$breaching++ if @above;
		my $value = $run->{details}{$label} && $run->{details}{$label}{value};
		push @wrong, "$name: perfdata " . ($value // 'missing') . ", computed $peak->[1]" if !defined $value || abs($value - $peak->[1]) > 0.005001;
		my $counted = json_metric($document, split / /, $name);
		push @wrong, "$name: $counted->{breaches} of $counted->{points}, computed " . @above . ' of ' . @$points
			if $counted->{points} != @$points || $counted->{breaches} != @above;
		push @wrong, "$name: $got->{line}, newest peak computed " . utc($peak->[0]) if ($got->{at} // '') ne utc($peak->[0]);
		my $state = @above ? 'WARNING' : 'OK';
		push @wrong, "$name: $got->{state}, computed $state" if ($got->{state} // '') ne $state;
		next unless @above;
		my $pattern = word($points, $limit, $window) // 'null';
		push @wrong, "$name: $got->{line}, computed $pattern" if ($counted->{pattern} // 'null') ne $pattern;
		push @wrong, "$name: $got->{line} does not say '$counted->{lasting}'" if index($got->{line}, $counted->{lasting}) < 0;
	}
	is_deeply(\@wrong, [], "peaks, counts, times and patterns: $run->{name}") or $run->show;
	$run->exits($breaching ? 'WARNING' : 'OK');
	return;
}

for my $limit (1, 10, 20.5, 50, 90) {
	compare($limit);
	compare($limit, '--window=7d');
	compare_look($limit) if $limit < 50;
	compare_look($limit, '--window=7d');
	compare($limit, '--window=12h', '--period=5m');
}
compare(20, '--window=13d', '--period=5m');
compare(15, '--window=13d', '--period=1d');
for my $statistic (qw(Average Minimum p90)) {
	compare(15, "--statistic=$statistic", '--window=7d');
	compare(30, "--statistic=$statistic", '--window=2d', '--period=15m');
}

done_testing;
