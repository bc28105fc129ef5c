#!/usr/bin/perl
# Ranges: hundreds of judgements against Monitoring::Plugin::Range and ::Threshold, and what is refused.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use Test::More;
use Monitoring::Plugin::Range;
use Monitoring::Plugin::Threshold;

my @values = (-20, -10.5, -10, -5, -0.01, 0, 0.01, 5, 8.5, 9.99, 10, 10.001, 10.5, 15, 19.99, 20, 20.01, 50, 79.9, 80, 80.0001, 90, 95,
	95.001, 99.9, 100, 100.2, 127.5, 1000);
my $account = "cluster prod region=eu-west-1\n";
$account .= sprintf "service v%02d desired=1 running=1\n\tcpu flat=%s\n", $_, $values[$_] for 0 .. $#values;
my $standin = standin($account);
my @fixed = ('-c', 'prod', '-m', 'cpu', '-v', '--perfdata=none');

# -> the state of each value, in the order of @values, read from one run
sub judged {
	my (@ranges) = @_;
	my $run = $standin->check(@fixed, @ranges);
	my $series = $run->series;
	return [map { $series->{sprintf 'v%02d cpu', $_}{state} // 'no line' } 0 .. $#values];
}

# A value below 0 cannot be a utilisation: CloudWatch does not send it, and no range makes it one.
sub compare {
	my ($by_range, $got, $name) = @_;
	my $expected = [map { $values[$_] < 0 ? 'UNKNOWN' : $by_range->[$_] } 0 .. $#values];
	my @wrong = grep { $expected->[$_] ne $got->[$_] } 0 .. $#values;
	ok(!@wrong, "$name: " . @values . ' values') or diag map { "  $values[$_]: expected $expected->[$_], got $got->[$_]\n" } @wrong;
	return;
}

my @ranges = ('10', '0', '80', '10:', '0:', '~:10', '~:0', '~:-5', '10:20', '10:10', ':10', ':20.01', '-10:-5', '-10:', '-5:10', '@10', '@10:20', '@10:',
	'@~:10', '@-10:-5', '@10:10', '@:20', '@~:', '~:', '9.99', '10.5:99.9', '+10', '+10:+20', '1e1', '1e1:2e1', '0.5:95.001', '-0.01:0.01');
my $judgements = 0;
for my $range (@ranges) {
	my $theirs = Monitoring::Plugin::Range->parse_range_string($range);
	die "Monitoring::Plugin::Range does not read $range" unless defined $theirs;
	my @alert = map { $theirs->check_range($_) } @values;
	compare([map { $_ ? 'WARNING' : 'OK' } @alert], judged('-w', $range, '-C', '~:'), "warning $range");
	compare([map { $_ ? 'CRITICAL' : 'OK' } @alert], judged('-w', '~:', "--critical=$range"), "critical $range");
	$judgements += 2 * @values;
}

# Both together: critical is looked at before warning, whichever is the narrower.
my @states = qw(OK WARNING CRITICAL UNKNOWN);
for my $pair (['10', '20'], ['20', '10'], ['80', '95'], ['10:20', '0:80'], ['@10:20', '@20:50'], ['10:', '0:'], ['~:10', '@10'], ['-5:10', '-10:20'],
	['~:', '80'], ['@0:100', '~:95']) {
	my $theirs = Monitoring::Plugin::Threshold->set_thresholds(warning => $pair->[0], critical => $pair->[1]);
	compare([map { $states[$theirs->get_status($_)] } @values], judged('-w', $pair->[0], '-C', $pair->[1]),
		"warning $pair->[0] critical $pair->[1]");
	$judgements += @values;
}
note "$judgements judgements compared";

# Where the module leaves the guidelines, the guidelines hold. A trailing '%' is no range for the module.
for my $case (['10%', '10'], ['10%:20%', '10:20'], ['@10:20%', '@10:20'], ['~:10%', '~:10']) {
	my ($range, $plain) = @$case;
	my $theirs = Monitoring::Plugin::Range->parse_range_string($plain);
	compare([map { $theirs->check_range($_) ? 'WARNING' : 'OK' } @values], judged('-w', $range, '-C', '~:'),
		"warning $range is $plain (Monitoring::Plugin::Range takes no '%')");
}

# Decimal only: were 010 octal, 8.5 would be outside 0..8. Refusing it is as good.
{
	my $run = $standin->check(@fixed, '-w', '010', '-C', '~:');
	my $state = ($run->series->{'v08 cpu'} // {})->{state} // 'refused';
	like($state, qr/^(?:OK|refused)$/, '010 is not octal');
}

# Refused before any request. What the module says of each: it strips blanks, so it takes '1 0' as 10; it takes
# '1.2.3' as a number; the rest it refuses too, save that it dies or carps instead of saying why.
$standin->reset;
my @bad = ('', '10abc', 'abc', '0x10', 'nan', 'inf', '-inf', 'infinity', 'NaN:10', '10:inf', '@', '@@10', '~', '20:10', '@20:10', '-5:-10', '10:20:30', '10::20',
	'1,5', '--5', '1e', 'e5', '1e999', '1.2.3', '10:abc', '10-20', '5~', '~5', '~10:20', '1 0', '10;20', '10%%', '%', '.', '-', '+', '1e1e1');
for my $range (@bad) {
	for my $option (qw(--warning --critical)) {
		my $run = $standin->check({name => "$option=$range"}, '-c', 'prod', "$option=$range");
		$run->exits('UNKNOWN', "'$range' is refused");
		my $letter = $option eq '--warning' ? '-w' : '-C';
		$run->says("the message for '$range' names the option", qr/\Q$option\E|(?<!\S)\Q$letter\E\b/);
		is(scalar @{$run->{lines}}, 1, 'in one line');
	}
}
is($standin->stats->{requests}, 0, 'no request was made for any of them');

# The right form of what was meant.
for my $case (['10:5', qr/'10:5' is not a valid range: its start is above its end; write 5:10$/m], ['@20:10', qr/; write \@10:20$/m], ['90%:80%', qr/; write 80%:90%$/m],
	['5:-5', qr/; write -5:5$/m], ['cpu', qr/-w cpu is not a valid range; write cpu=80$/m], ['cpu:80', qr/-w cpu:80 is not a valid range; write cpu=80$/m],
	['mem:10:90', qr/-w mem:10:90 is not a valid range; write memory=10:90$/m], ['cpu 90', qr/-w cpu 90 is not a valid range; write cpu=90$/m], ['cpu:x', qr/-w cpu:x is not a valid range; write cpu=80$/m],
	['cpu=', qr/-w cpu=: a number is missing; write 80, 10:90, ~:90 or \@10:20$/m], ['cpu=abc', qr/-w cpu=abc: 'abc' is not a valid range: write decimal numbers/],
	['80,cpu=', qr/-w cpu=: a number is missing/]) {
	my ($range, $says) = @$case;
	my $run = $standin->check({name => "-w $range"}, '-c', 'prod', '-w', $range);
	$run->exits('UNKNOWN');
	$run->says("-w $range: the right form", $says);
}

done_testing;
