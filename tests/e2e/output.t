#!/usr/bin/perl
# The text of the output, to the letter.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use Test::More;

my $standin = standin(<<~'ACCOUNT');
	cluster prod region=eu-west-1
	service zulu desired=3 running=3
		cpu flat=34.4
		memory flat=2 points=300:100.2
	service alpha desired=3 running=3
		cpu flat=20 points=600:97.1,660:97.1,720:97.1,780:97.1
		memory flat=51.5
	service delta desired=3 running=3
		cpu flat=12.5 points=400:86.3,700:86.3
		memory flat=10.4
	service web desired=3 running=3
		cpu flat=34.4
		memory flat=74.2
	cluster calm region=eu-west-1
	service web desired=3 running=3
		cpu flat=34.4
		memory flat=74.2
	service db desired=3 running=3
		cpu flat=11.1
		memory flat=22.2
	cluster warm region=eu-west-1
	service web desired=3 running=3
		cpu flat=34.4 points=300:86.3
		memory flat=74.2
	service db desired=3 running=3
		cpu flat=11.1
		memory flat=22.2
	cluster dark region=eu-west-1
	service web desired=3 running=3
	service db desired=3 running=3
		cpu flat=11.1
		memory flat=22.2
	cluster p region=eu-west-1
	service zu desired=3 running=3
		cpu flat=34.4
		memory flat=2 points=300:100.2
	service al desired=3 running=3
		cpu flat=20 points=600:97.1
		memory flat=51.5
	service m desired=3 running=3
		cpu flat=20
		memory flat=51.5
	cluster twins region=eu-west-1
	service tango desired=1 running=1
		cpu flat=97.3
	service bravo desired=1 running=1
		cpu flat=97.3
	service mike desired=1 running=1
		cpu flat=97.3
	ACCOUNT
my $hour = 3600;

sub hour_before {
	my ($minutes) = @_;
	my $moment = $standin->stats->{start} - 60 * $minutes;
	return utc($moment - $moment % $hour);
}

# "14 h ago": from the beginning of its hour to the run, full hours; below two of them in minutes.
sub hours_ago {
	my ($minutes) = @_;
	my $now = $standin->stats->{start};
	my $moment = $now - 60 * $minutes;
	return sprintf '%d h ago', ($now - $moment + $moment % $hour) / $hour;
}

my $run = $standin->check('-c', 'prod');
my $window = window_of($standin);
my $points = points_asked($window);
$run->exits('CRITICAL', 'two critical and one warning service');
like($run->{lines}[0], qr/^ECS CRITICAL - prod: 3 of 4 services bottlenecked: zulu memory 100\.2%\S? ?.* \| /, 'the first line, the worst first');
is($run->{summary_string}, 'cpu_peak=97.1%;80;95;0 memory_peak=100.2%;80;95;0 services=4;;;0 problems=3;;;0 no_data=0;;;0',
	'the perfdata of the first line');

my @heads = grep { /^\[/ } @{$run->{body}};
is(scalar @heads, 3, 'one line for each series that is not OK');
like($heads[0], qr/^\[CRITICAL\] /, 'critical before warning');
like($heads[1], qr/^\[CRITICAL\] /, 'critical before warning, second');
like($heads[2], qr/^\[WARNING\] delta cpu 86\.3% at /, 'warning last');

my $series = $run->series;
is($series->{'zulu memory'}{line} =~ s/ [▁▂▃▄▅▆▇█·]+$//r,
	sprintf('[CRITICAL] zulu memory 100.2%% at %s, above 95%% in 1 of %d points (spike), %s', hour_before(300), $points, hours_ago(300)),
	'a problem line with a single breaching point');
is($series->{'alpha cpu'}{line} =~ s/ at \S+ \S+Z/ at WHEN/r =~ s/ [▁▂▃▄▅▆▇█·]+$//r,
	sprintf('[CRITICAL] alpha cpu 97.1%% at WHEN, above 95%% in 4 of %d points (sustained), 4 h in a row, last %s', $points, hours_ago(600)),
	'a problem line with four breaching points in a row');
is($series->{'alpha cpu'}{at}, hour_before(600), 'of equal peaks the newest is shown');
is($series->{'delta cpu'}{line} =~ s/ at \S+ \S+Z/ at WHEN/r =~ s/ [▁▂▃▄▅▆▇█·]+$//r,
	sprintf('[WARNING] delta cpu 86.3%% at WHEN, above 80%% in 2 of %d points (recurring), last %s', $points, hours_ago(400)),
	'a warning line with two separate breaching points');

my $sparkline = $series->{'zulu memory'}{sparkline};
is(length $sparkline, $points, 'a sparkline cell for each point up to 25');
my $spike = $standin->stats->{start} - 60 * 300;
my $cell = int(($spike - $window->{start}) / $hour);
is($sparkline, ('▁' x $cell) . '█' . ('▁' x ($points - $cell - 1)), 'the sparkline shows 2 % and one 100.2 % at its place');

my ($index) = grep { $run->{lines}[$_] =~ /^\[CRITICAL\] zulu/ } 0 .. $#{$run->{lines}};
my $link = $run->{lines}[$index + 1];
like($link, qr{^ +https://eu-west-1\.console\.aws\.amazon\.com/cloudwatch/home\?region=eu-west-1#metricsV2:graph=~\(\S+\)$},
	'the console link follows on a line of its own');
for my $part (qw(%27AWS*2fECS %27MemoryUtilization %27ServiceName~%27zulu %27ClusterName~%27prod period~3600 stat~%27Maximum region~%27eu-west-1)) {
	like($link, qr/~\(?\Q$part\E(?=[~)])/, "the link has $part");
}
like($link, qr/~$_~%27[-0-9A-Z][-0-9A-Za-z.*]*(?=[~)])/, "the link has a $_") for qw(start end);
unlike($link, qr/['"`\$<>|\\]/, 'the link has nothing that Nagios strips');
is(() = $link =~ /\(/g, () = $link =~ /\)/g, 'the brackets of the link are balanced');

is($run->{context}, sprintf('account 123456789012, eu-west-1, Maximum per 1h, %s to %s',
	utc($window->{start}), utc($window->{end})), 'the last line is the context');
is($run->{details_order}[0], 'alpha_cpu', 'the perfdata follow the second bar at once');

$run = $standin->check('-c', 'calm');
$run->exits('OK', 'nothing to report');
like($run->{lines}[0], qr/^ECS OK - calm: 2 services, highest web memory 74\.2% \| /, 'the first line when all is well');
is_deeply($run->{body}, ['headroom: web memory at 74.2% is 5.8 percentage points from WARNING (80)'], 'how near the tightest series is to an alert');
is(scalar @{$run->{lines}}, 3, 'three lines when all is well');

$run = $standin->check('-c', 'warm');
$run->exits('WARNING', 'one warning');
like($run->{lines}[0], qr/^ECS WARNING - warm: 1 of 2 services bottlenecked: web cpu 86\.3% \| /, 'WARNING is worded like CRITICAL');

$run = $standin->check('-c', 'dark');
$run->exits('UNKNOWN', 'one service without data');
like($run->{lines}[0], qr/^ECS UNKNOWN - dark: 1 of 2 services without data: web \| /, 'the first line when data are missing');
is($run->{summary}{no_data}{value}, 1, 'no_data=1');
is($run->{summary}{problems}{value}, 0, 'no data is not a problem in the perfdata');

$run = $standin->check('-c', 'twins', '-m', 'cpu', '-C', '~:', '-w', '50');
$run->exits('WARNING', 'three equal services');
is_deeply([map { /^\[\w+\] (\w+)/ } grep { /^\[/ } @{$run->{body}}], [qw(bravo mike tango)], 'equally bad series by name');
like($run->{headline}, qr/: 3 of 3 services bottlenecked: bravo cpu 97\.3%/, 'so in the first line');

$run = $standin->check('-c', 'p');
is($run->{lines}[0], 'ECS CRITICAL - p: 2 of 3 services bottlenecked: zu memory 100.2%, al cpu 97.1%'
	. ' | cpu_peak=97.1%;80;95;0 memory_peak=100.2%;80;95;0 services=3;;;0 problems=2;;;0 no_data=0;;;0', 'a whole first line');

my @many = map { sprintf "service s%02d desired=1 running=1\n\tcpu flat=9%d.5\n", $_, $_ % 5 + 5 } 0 .. 39;
my $crowd = standin("cluster p region=eu-west-1\n@many");
$run = $crowd->check('-c', 'p', '-m', 'cpu');
$run->exits('CRITICAL', 'forty critical services');
cmp_ok(length $run->{headline}, '<', 80, 'the text of the first line stays under 80 columns') or diag $run->{headline};
like($run->{headline}, qr/^ECS CRITICAL - p: 40 of 40 services bottlenecked: s\d\d cpu 99\.5%/, 'and begins with the worst');
is(scalar(() = $run->{headline} =~ /s\d\d cpu \d/g), scalar(() = $run->{headline} =~ /s\d\d cpu 99\.5%/g), 'the worst are the ones shown')
	or diag $run->{headline};
is(scalar(grep { /^\[CRITICAL\]/ } @{$run->{body}}), 40, 'the lines below have all of them');

$run = $standin->check('-c', 'prod', '-m', 'memory', '-w', '~:', '-C', '~:', '--window=4h', '--period=5m');
$window = window_of($standin);
$run->exits('OK', 'a run with other periods');
like($run->{context}, qr/, Maximum per 5m, /, 'the period in the context line');

done_testing;
