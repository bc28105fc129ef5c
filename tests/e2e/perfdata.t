#!/usr/bin/perl
# The perfdata: values, thresholds, labels, --perfdata, and what a reader of the family makes of them.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use Test::More;
use Monitoring::Plugin::Performance;

my $standin = standin(<<~'ACCOUNT');
	cluster prod region=eu-west-1
	service web desired=3 running=3
		cpu flat=34.4
		memory flat=74.25 points=300:100.2
	service a-b_C9 desired=3 running=3
		cpu flat=86.3
		memory flat=0
	service half desired=3 running=3
		cpu flat=7
	cluster calm region=eu-west-1
	service web desired=3 running=3
		cpu flat=34.4
		memory flat=74.25
	cluster odd region=eu-west-1
	service it's=odd desired=3 running=3
		cpu flat=34.4
		memory flat=51.5
	service pi|pe desired=3 running=3
		cpu flat=34.4
		memory flat=51.5
	cluster fine region=eu-west-1
	service edge desired=3 running=3
		cpu flat=95.004
		memory flat=95.04
	service near desired=3 running=3
		cpu flat=80.01
		memory flat=12.3456
	ACCOUNT

# Every perfdata string read here is read by Monitoring::Plugin::Performance too.
sub same_for_the_family {
	my ($run) = @_;
	for my $part (qw(summary details)) {
		my $string = $run->{"${part}_string"} // next;
		my @theirs = Monitoring::Plugin::Performance->parse_perfstring($string);
		my @labels = @{$run->{"${part}_order"}};
		my @different = @theirs == @labels ? () : 'number of items ' . @theirs;
		for my $i (0 .. $#theirs) {
			my $ours = $run->{$part}{$labels[$i] // ''} or next;
			my $theirs = $theirs[$i];
			push @different, "label $labels[$i]" if $theirs->label ne $labels[$i];
			push @different, "value of $labels[$i]" if $theirs->value != $ours->{value};
			push @different, "unit of $labels[$i]" if ($theirs->uom // '') ne $ours->{unit};
			# an '@' range makes that module drop warn, crit, min and max
			next if "$ours->{warning}$ours->{critical}" =~ /@/;
			push @different, "warning of $labels[$i]" if ($theirs->warning // '') ne $ours->{warning};
			push @different, "critical of $labels[$i]" if ($theirs->critical // '') ne $ours->{critical};
			push @different, "min of $labels[$i]" if ($theirs->min // '') ne $ours->{min};
			push @different, "max of $labels[$i]" if ($theirs->max // '') ne ($ours->{max} // '');
		}
		is_deeply(\@different, [], "Monitoring::Plugin::Performance reads the same: $part of $run->{name}") or diag $string;
	}
	return $run;
}

sub check { return same_for_the_family($standin->check(@_)) }

my $run = check('-c', 'prod');
$run->exits('CRITICAL');
is($run->{summary_string}, 'cpu_peak=86.3%;80;95;0 memory_peak=100.2%;80;95;0;200 services=3;;;0 problems=2;;;0 no_data=1;;;0',
	'the first string');
is_deeply($run->{details_order}, [qw(a-b_C9_cpu a-b_C9_memory half_cpu web_cpu web_memory)],
	'ordered by name; a series without points is left out');
is($run->{details}{web_cpu}{raw}, 'web_cpu=34.4%;80;95;0', 'one item to the letter');
is($run->{details}{web_memory}{value}, 100.2, 'the peak is the value');
is($run->{details}{web_memory}{raw}, 'web_memory=100.2%;80;95;0;200', 'above 100 with the next multiple of 100 as maximum');
is($run->{details}{'a-b_C9_memory'}{value}, 0, 'zero is zero');
unlike($run->{stdout}, qr/=U\b|=U[;% ]/, 'no U anywhere');
like($run->{lines}[-1], qr/Z \|a-b_C9_cpu=/, 'the label follows the second bar directly');

$run = check('-c', 'fine', '-v');
$run->exits('CRITICAL', 'just above 95');
cmp_ok($run->{details}{edge_cpu}{value}, '==', 95.004, 'more decimals where two would hide the breach');
cmp_ok($run->{details}{edge_memory}{value}, '==', 95.04, 'two decimals where they suffice');
is($run->{details}{near_memory}{value}, '12.35', 'at most two decimals');
my $series = $run->series;
cmp_ok($series->{'edge cpu'}{peak}, '>', 95, 'the text shows the breach too');
cmp_ok($series->{'edge memory'}{peak}, '==', 95.04, 'with the decimals it takes');
cmp_ok($series->{'near cpu'}{peak}, '>', 80, 'also for a warning');
is($series->{'near memory'}{peak}, '12.3', 'one decimal otherwise');

$run = check('-c', 'odd', '--perfdata=all');
$run->exits('UNKNOWN', 'names that ECS does not take');
is_deeply($run->{details_order}, [], 'names that ECS does not take have no labels');

my %written = (
	'80' => '80', '0:80' => '80', ':80' => '80', '80%' => '80', '+80' => '80', '8e1' => '80', '80.0' => '80', '10:' => '10:',
	'~:80' => '~:80', '~:' => '', '10:20' => '10:20', '@10:20' => '@10:20', '@0:20' => '@20', '-5:20' => '-5:20', '12.5' => '12.5',
	'0:' => '0:',
);
my %also = ('@0:20' => '@0:20');
for my $range (sort keys %written) {
	$run = check('-c', 'calm', '-m', 'cpu', "--warning=$range", '-C', '~:');
	my $shown = $run->{details}{web_cpu}{warning} // 'nothing';
	ok($shown eq $written{$range} || $shown eq ($also{$range} // $written{$range}), "warning range $range is written '$written{$range}'")
		or diag "it is written '$shown'";
	is($run->{details}{web_cpu}{critical}, '', 'a switched-off range is empty');
	is($run->{summary}{cpu_peak}{warning}, $shown, 'the first string has the same');
}

$run = check('-c', 'prod', '--perfdata=none');
unlike($run->{text}, qr/\|/, '--perfdata=none prints no bar');
$run = check('-c', 'prod', '--perfdata=summary');
is($run->{summary}{services}{value}, 3, '--perfdata=summary has the first string');
is($run->{details_string}, undef, 'and no second one');
unlike($run->{lines}[-1], qr/\|/, 'and no second bar');
$run = check('-c', 'prod', '--perfdata=problems');
is_deeply($run->{details_order}, [qw(a-b_C9_cpu web_memory)], '--perfdata=problems has the series that are not OK');
is($run->{summary}{services}{value}, 3, 'and the first string');
$run = check('-c', 'calm', '--perfdata=problems');
$run->exits('OK');
is_deeply($run->{details_order}, [], 'no problem, no item');
unlike($run->{lines}[-1], qr/\|/, 'and no bar without an item');
is_deeply(check('-c', 'calm', '--perfdata=all')->{details_order}, check('-c', 'calm')->{details_order}, 'auto is all off a terminal');

$run = check('-c', 'calm', '-m', 'memory');
is($run->{summary_string}, 'memory_peak=74.25%;80;95;0 services=1;;;0 problems=0;;;0 no_data=0;;;0', 'only what was asked for');

# A locale with a decimal comma, made here: the numbers keep their point.
my $locales = tempdir() . '/locales';
mkdir $locales;
SKIP: {
	skip 'no localedef or no de_DE source to make a locale from', 4
		if system("localedef -i de_DE -f UTF-8 $locales/de_DE.UTF-8 >/dev/null 2>&1") >> 8 > 1 || !-d "$locales/de_DE.UTF-8";
	$run = check({env => {LOCPATH => $locales, LC_ALL => 'de_DE.UTF-8', LANG => 'de_DE.UTF-8'}}, '-c', 'calm');
	like($run->{stdout}, qr/web memory 74\.[23]/, 'the text keeps its point under a locale with a comma');
}

done_testing;
