#!/usr/bin/perl
# --max-output: 5,000 services within what each program keeps, worst first, one parsable result; errors as well.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use Test::More;

my $count = 5000;
my %bytes = (nagios => 4096, nrpe => 65504, nrpe2 => 1023, icingadb => 10000);
my $account = "cluster prod region=eu-west-1\n";
for my $i (1 .. $count) {
	# Every fiftieth breaches; the higher its number the worse.
	my $cpu = $i % 50 ? 10 + $i % 60 : 81 + $i / 250;
	$account .= sprintf "service svc-%04d desired=1 running=1\n\tcpu flat=%s\n\tmemory flat=30\n", $i, $cpu;
}
my $standin = standin($account, '--seed=1');
my @timeout = ('-t' . 50 * time_factor(), '--window=2h');

# Monitoring::Plugin's reader takes time with the square of the items; it reads what the bounds leave.
my $full = do {
	local $CheckECS::Result::second_reader = 0;
	$standin->check('-c', 'prod', @timeout);
};
$full->exits('CRITICAL', 'without a bound');
my ($first_line) = $full->{stdout} =~ /\A(.*)\n/;
my %items = map { $_ => $full->{details}{$_} } @{$full->{details_order}};
is(scalar keys %items, 2 * $count, 'without a bound each series has its item');

for my $name (sort { $bytes{$a} <=> $bytes{$b} } keys %bytes) {
	my $run = $standin->check('-c', 'prod', @timeout, "--max-output=$name");
	$run->exits('CRITICAL', $name);
	my $text = $run->{stdout};
	my $length = do { use bytes; length(utf8::is_utf8($text) ? do { my $t = $text; utf8::encode($t); $t } : $text) };
	cmp_ok($length, '<=', $bytes{$name}, "$name: at most $bytes{$name} bytes");
	my ($first, @lines) = split /\n/, $text;
	is($first, $first_line, "$name: the first line is whole");
	like($lines[-1], qr/\Aaccount 123456789012, eu-west-1, Maximum per 1h, /, "$name: the last line is the context");
	like($lines[-2], qr/\Aleft out to stay within $bytes{$name} bytes \(--max-output\): links, sparklines, (\d+) perfdata items/,
		"$name: the line before tells what is missing");
	my ($missing) = $lines[-2] =~ /(\d+) perfdata item/;
	my @kept = @{$run->{details_order} // []};
	is($missing + @kept, 2 * $count, "$name: items printed and left out are all there are");
	is_deeply([map { $run->{details}{$_} } @kept], [map { $items{$_} } @kept], "$name: each item is one of the whole result");
	ok($length > $bytes{$name} - 300 || @kept == $count / 50, "$name: no more is left out than the last kind that had to go");
	my ($lines_missing) = $lines[-2] =~ /, (\d+) lines?\z/;
	my @told = grep { /\A\[(?:WARNING|CRITICAL)\] svc-\d+ cpu / } @lines;
	is(@told + ($lines_missing // 0), $count / 50, "$name: lines printed and left out are all there are");
	ok(!$lines_missing || !@kept, "$name: lines go after perfdata only");
	my @severity = map { /\A\[CRITICAL\]/ ? 1 : 0 } @told;
	is_deeply(\@severity, [sort { $b <=> $a } @severity], "$name: the worst first");
}

my $none = do {
	local $CheckECS::Result::second_reader = 0;
	$standin->check('-c', 'prod', @timeout, '--max-output=67108864');
};
is($none->{stdout}, $full->{stdout}, 'a bound that is wide enough changes nothing')
	if $none->{stdout} =~ /\Q@{[$full->{stdout} =~ m{, (\S+ \S+ to \S+ \S+) }]}\E/;

# What ends before there is a report is bounded as well.
my $long = 'x' x 255;
for my $case (['no such cluster', '-c', $long], ['wrong option', '--no-such-option=' . 'y' x 5000], ['nothing matches', '-c', 'prod', map { ('-s', "$_$long") } 1 .. 20]) {
	my ($name, @options) = @$case;
	my $run = $standin->check('--max-output=1000', @timeout, '-vv', @options);
	$run->exits('UNKNOWN', $name);
	my $text = $run->{stdout};
	utf8::encode($text) if utf8::is_utf8($text);
	cmp_ok(length $text, '<=', 1000, "$name: at most 1000 bytes");
	like($text, qr/\AECS UNKNOWN - .*\n/, "$name: the first line is there");
}
for my $value ('999', '0', 'nagios4', '', '4 096') {
	my $run = $standin->check('-c', 'prod', "--max-output=$value");
	$run->exits('UNKNOWN', "--max-output='$value'");
	like($run->{stdout}, qr/\AECS UNKNOWN - --max-output.*(?:is not valid; use 1000 to \d+ bytes|has an empty value)/, "--max-output='$value' is refused");
}
done_testing;
