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
my %most = (nagios => 4096, nrpe => 65504, nrpe2 => 1023, icingadb => 10000);
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

# Icinga DB Web counts the characters of the text; perfdata is a field of its own there. The others count all bytes.
sub counted {
	my ($name, $run) = @_;
	return length $run->{stdout} if $name ne 'icingadb';
	return length join '', map { s/ \|.*//r . "\n" } @{$run->{lines}};
}

for my $name (sort { $most{$a} <=> $most{$b} } keys %most) {
	local $CheckECS::Result::second_reader = $most{$name} <= 4096;
	my $run = $standin->check('-c', 'prod', @timeout, "--max-output=$name");
	$run->exits('CRITICAL', $name);
	my ($first, @lines) = @{$run->{lines}};
	my $unit = $name eq 'icingadb' ? 'characters' : 'bytes';
	my $length = counted($name, $run);
	cmp_ok($length, '<=', $most{$name}, "$name: at most $most{$name} $unit");
	is($first, $first_line, "$name: the first line is whole");
	like($lines[-1], qr/\Aaccount 123456789012, eu-west-1, Maximum per 1h, /, "$name: the last line is the context");
	like($lines[-2], qr/\Aleft out to stay within $most{$name} $unit \(--max-output\): (?:\d+ (?:link|sparkline|perfdata item|line)s?(?:, |\z))+\z/, "$name: the line before tells what is missing");
	my %missing = map { my ($number, $what) = /\A(\d+) (\w+?)s?(?: item.*)?\z/; $what => $number } split /, /, $lines[-2] =~ s/\A.*?: //r;
	my @kept = @{$run->{details_order} // []};
	is(($missing{perfdata} // 0) + @kept, 2 * $count, "$name: items printed and left out are all there are");
	is_deeply([map { $run->{details}{$_} } @kept], [map { $items{$_} } @kept], "$name: each item is one of the whole result");
	is(scalar @kept, 2 * $count, "$name: perfdata does not count") if $unit eq 'characters';
	my @told = grep { /\A\[(?:WARNING|CRITICAL)\] svc-\d+ cpu / } @lines;
	is(@told + ($missing{line} // 0), $count / 50, "$name: lines printed and left out are all there are");
	my @sparklines = grep { /[▁▂▃▄▅▆▇█]\z/ } @told;
	is(@sparklines + ($missing{sparkline} // 0), @told, "$name: and sparklines");
	my @links = grep { m{\Asvc-\d+ cpu: https://} } @lines;
	is(@links + ($missing{link} // 0), $count / 50, "$name: and links");
	# The worst stay: the whole result's lines from the top, and of the items those that are furthest beyond their range.
	my @all = map { s/ [▁▂▃▄▅▆▇█]+\z//r } grep { /\A\[/ } @{$full->{lines}};
	is_deeply([map { s/ [▁▂▃▄▅▆▇█]+\z//r } @told], [@all[0 .. $#told]], "$name: the worst lines, in their order");
	my %kept = map { $_ => 1 } @kept;
	my $least = (sort { $a <=> $b } map { badness($items{$_}) } @kept)[0] // 1e9;
	is(scalar(grep { !$kept{$_} && badness($items{$_}) > $least } keys %items), 0, "$name: no worse item than one that is kept is left out");
	# Room is filled: what is left is less than the next line, the next item, a sparkline or the shortest link, and the reserve for the note.
	cmp_ok($most{$name} - $length, '<', 60 + 60, "$name: the room is used");
}

# By state, then by points beyond the range.
sub badness {
	my ($item) = @_;
	my ($value, $warning, $critical) = @$item{qw(value warning critical)};
	return $value > $critical ? 2000 + $value - $critical : $value > $warning ? 1000 + $value - $warning : $value - $warning;
}

# 40 services at 95.2 %, one at 180 %: the worst line stays, though its name is the last.
my $worst = standin("cluster prod region=eu-west-1\n" . join('', map { sprintf "service svc-%02d desired=1 running=1\n\tcpu flat=95.2\n\tmemory flat=95.2\n", $_ } 1 .. 40)
	. "service zulu desired=1 running=1\n\tcpu flat=20\n\tmemory flat=180\n");
my $run = $worst->check({name => 'one worse than forty'}, '-c', 'prod', @timeout, '--max-output=nagios');
$run->exits('CRITICAL');
cmp_ok(length $run->{stdout}, '<=', 4096, 'one worse than forty: at most 4096 bytes');
like($run->{body}[0], qr/\A\[CRITICAL\] zulu memory 180\.0%/, 'one worse than forty: its line is the first');
like($run->{headline}, qr/ in 2 h: zulu memory 180\.0%, /, 'one worse than forty: and its item');
cmp_ok(4096 - length $run->{stdout}, '<', 120, 'one worse than forty: the room is used');

# 60 healthy services and one breach: the perfdata of what is OK fills the room.
my $healthy = standin("cluster prod region=eu-west-1\n" . join('', map { sprintf "service svc-with-a-long-name-%02d desired=1 running=1\n\tcpu flat=%d\n\tmemory flat=30\n", $_, $_ } 1 .. 60)
	. "service zulu desired=1 running=1\n\tcpu flat=20\n\tmemory flat=180\n");
$run = $healthy->check({name => 'sixty healthy ones'}, '-c', 'prod', @timeout, '--max-output=nagios');
$run->exits('CRITICAL');
cmp_ok(length $run->{stdout}, '<=', 4096, 'sixty healthy ones: at most 4096 bytes');
cmp_ok(4096 - length $run->{stdout}, '<', 120, 'sixty healthy ones: the room is used');
ok($run->{details}{zulu_memory}, 'sixty healthy ones: the breach is in the perfdata');
is_deeply([grep { /_cpu/ && !/zulu/ } @{$run->{details_order}}], [map { sprintf 'svc-with-a-long-name-%02d_cpu', $_ } 61 - (grep { /_cpu/ && !/zulu/ } @{$run->{details_order}}) .. 60],
	'sixty healthy ones: of the others those that are nearest to their range');

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
