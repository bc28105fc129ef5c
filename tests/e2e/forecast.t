#!/usr/bin/perl
# --forecast: steady growth of memory and ebs is WARNING before it is too late, and nothing else is. (How well it finds growth, and how seldom it
# speaks of anything else, is in tests/signal/forecast.t.)
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Json;
use CheckECS::Terminal;
use Test::More;

# A point each hour, from so many hours ago until now, by a function of the hours before now.
sub hourly {
	my ($hours, $value) = @_;
	return 'points=' . join ',', map { sprintf '%d:%.6g', 60 * $_, $value->($_) } 0 .. $hours;
}

# 8.4 points a day, so that 95 % are reached in some two days: from 53.6 to 78 in 70 hours.
my $steady = hourly(75, sub { 78 - 0.35 * $_[0] });
my $rows = <<"ACCOUNT";
cluster prod region=eu-west-1
service api desired=2 running=2
	cpu flat=34
	memory $steady
	ebs flat=20
service flat desired=1 running=1
	cpu @{[hourly(75, sub { 78 - 0.35 * $_[0] })]}
	memory flat=70
	ebs flat=20
service restarted desired=1 running=1
	cpu flat=20
	memory @{[hourly(75, sub { $_[0] > 30 ? 90 - 0.1 * ($_[0] - 30) : 76 - 1.4 * $_[0] })]}
	ebs flat=20
service justnow desired=1 running=1
	cpu flat=20
	memory @{[hourly(75, sub { $_[0] > 8 ? 78 - 0.35 * ($_[0] - 8) : 20 - 0.3 * $_[0] })]}
	ebs flat=20
service sparse desired=1 running=1
	cpu flat=20
	memory points=@{[join ',', map { 60 * $_ . ':' . (78 - 0.35 * $_) } grep { $_ < 3 || $_ % 3 } 0 .. 75]}
	ebs flat=20
service disk desired=1 running=1
	cpu flat=20
	memory flat=20
	ebs @{[hourly(75, sub { 70 - 0.3 * $_[0] })]}
service step desired=1 running=1
	cpu flat=20
	memory @{[hourly(75, sub { $_[0] > 30 ? 40 : 70 })]}
	ebs flat=20
ACCOUNT
my $standin = standin($rows);
my @check = ('-c', 'prod', '-m', 'cpu,memory,ebs', '--no-data=ok');

my $run = json_run($standin, {name => 'growth'}, @check, '--forecast=7d', '-w', '~:');
$run->exits('WARNING', 'growth');
my ($call) = grep { $_->{operation} eq 'GetMetricData' && $_->{body}{MetricDataQueries}[0]{MetricStat}{Stat} eq 'Average' } @{$standin->log};
is($call->{body}{EndTime} - $call->{body}{StartTime}, 3 * 86400, 'three days are asked for');
is($call->{body}{MetricDataQueries}[0]{MetricStat}{Period}, 3600, 'by the hour');
is(scalar @{$call->{body}{MetricDataQueries}}, 14, 'a metric more for each series of memory and ebs');

my %grows = ('api memory' => [8.4, 71], 'restarted memory' => [33.6, 30], 'disk ebs' => [7.2, 71]);
for my $name (qw(api flat restarted justnow sparse disk step)) {
	for my $metric (qw(cpu memory ebs)) {
		my $got = json_metric($run, $name, $metric);
		my $wanted = $grows{"$name $metric"};
		is($got->{state}, $wanted ? 'WARNING' : 'OK', "$name $metric: state");
		ok(exists $got->{forecast}, "$name $metric: has the member");
		if (!$wanted) {
			is($got->{forecast}, undef, "$name $metric: no growth");
			next;
		}
		cmp_ok(abs($got->{forecast}{per_day} - $wanted->[0]), '<', 0.5, "$name $metric: $got->{forecast}{per_day} points a day");
		like($got->{forecast}{since}, qr/^\d{4}-\d\d-\d\dT\d\d:00:00Z$/, "$name $metric: since an hour");
		like($got->{reason}, qr/^grows \d+\.\d points a day since \d{4}-\d\d-\d\d \d\d:00Z, at 95% in /, "$name $metric: the reason");
	}
}
# By the rule: (95 - the median of the last six hours) / slope.
my $median = 78 - 0.35 * 3.5;
cmp_ok(abs(json_metric($run, 'api', 'memory')->{forecast}{seconds} - (95 - $median) / 0.35 * 3600), '<', 2 * 3600, 'the time until then');

# --- text ---

my $text = $standin->check(@check, '-s', 'a*', '-s', 'f*', '--forecast=7d', '-w', '~:');
$text->exits('WARNING', 'the text');
like($text->{headline}, qr/^ECS WARNING - prod: 1 of 2 services with problems in 24 h: api memory at 95% in \d d \d+ h$/, 'the first line');
$text->says('the line', qr/^\[WARNING\] api memory grows 8\.4 points a day since \d{4}-\d\d-\d\d \d\d:00Z, at 95% in \d d \d+ h; 78\.0% at /m);
unlike($text->{stdout}, qr/_full/, 'no further graph by itself');
like($standin->check(@check, '-s', 'a*', '--forecast=7d', '--perfdata=all')->{stdout}, qr/ api_memory=78%;80;95;0 api_memory_full=\d+s\b/, 'one with --perfdata=all');
my $later = $standin->check(@check, '-s', 'a*', '--forecast=1d', '-w', '~:', '-v');
$later->exits('OK', 'later than asked about');
$later->says('-v tells of it', qr/^\[OK\] api memory .*; grows 8\.4 points a day since .*, at 95% in /m);
$standin->check(@check, '-s', 'a*', '-w', '~:')->exits('OK', 'nothing without --forecast');
my $critical = $standin->check(@check, '-s', 'a*', '--forecast=7d', '-w', '~:', '-C', 'memory=70');
$critical->exits('CRITICAL', 'what is critical stays so');
$critical->says('and tells of growth', qr/^\[CRITICAL\] api memory 78\.0% at .*; grows 8\.4 points a day since .*, at 70% now/m);
$standin->check(@check, '-s', 'a*', '--forecast=7d', '-w', 'memory=70')->exits('WARNING', 'as is a warning');
my $screen = CheckECS::Terminal::run({}, '', "--endpoint-url=$standin->{url}", @check, '-s', 'a*', '--forecast=7d', '-w', '~:');
like($screen->{text} =~ s/\e\[[\d;]*m//gr, qr/^W api +78\.0% .*at 95% in \d d \d+ h/m, 'a row of the chart');

# --- not asked about ---

my %quiet = ('scaled to zero' => "desired=0 running=0\n\tmemory " . hourly(75, sub { 78 - 0.35 * $_[0] }) =~ s/points=0:.*?,(?=240:)/points=/r,
	'a day of data' => "desired=1 running=1\n\tmemory " . hourly(20, sub { 78 - 0.9 * $_[0] }));
for my $name (sort keys %quiet) {
	my $other = standin("cluster prod region=eu-west-1\nservice api $quiet{$name}\n");
	$other->check({name => $name}, '-c', 'prod', '-m', 'memory', '--forecast=7d')->exits('OK', $name);
}

# --- faults ---

my $one = "cluster prod region=eu-west-1\nservice api desired=2 running=2\n\tcpu flat=34\n\tmemory $steady\n";
for my $kind (qw(denied 500 garbage null empty forbidden internal shape)) {
	my $faulty = standin($one, "--fault=GetMetricData:$kind:9:1");
	my $answer = $faulty->check({name => "the hours: $kind"}, '-c', 'prod', '--forecast=7d');
	$answer->exits('UNKNOWN', "the hours: $kind");
	$answer->says("the hours: $kind: a line tells", qr/the forecast of 1 series is not known: |add the IAM action cloudwatch:GetMetricData/);
	is($answer->{details}{api_memory}{value}, 78, "the hours: $kind: what is known stays");
}
standin($one, '--fault=GetMetricData:throttle:1:1')->check({name => 'throttled once'}, '-c', 'prod', '--forecast=7d')->exits('WARNING', 'throttled once');
my $hanging = standin($one, '--fault=GetMetricData:hang:9:1');
$hanging->check({name => 'not answered'}, '-c', 'prod', '--forecast=7d', '-t' . 2 * time_factor())->exits('UNKNOWN', 'not answered');
$hanging->restart;
$hanging->check({name => 'not answered, but critical'}, '-c', 'prod', '--forecast=7d', '-C', 'memory=70', '-t' . 2 * time_factor() . ':ok')->exits('CRITICAL', 'not answered, but critical');

# --- usage ---

for my $case ([['-m', 'cpu', '--forecast=7d'], qr/--forecast is about memory and ebs, of which none is checked; add one with -m/],
	[['-C', 'memory=~:', '--forecast=7d'], qr/--forecast needs a critical range with an upper end for memory; write -C memory=95/],
	[['-C', '@10:20', '--forecast=7d'], qr/--forecast needs a critical range with an upper end/],
	[['--forecast=7'], qr/--forecast=7 has no unit; write 7m, 7h or 7d/], [['--forecast=soon'], qr/--forecast=soon is not a valid duration/]) {
	my ($arguments, $pattern) = @$case;
	my $refused = run_plugin({name => "@$arguments"}, '-c', 'prod', @$arguments);
	$refused->exits('UNKNOWN');
	$refused->says("@$arguments: says so", $pattern);
}
$standin->check(@check, '-s', 'a*', '-C', '@90:', '--forecast=7d', '-w', '~:')->says('@90: has an upper end', qr/at 90% in/);

validate_all();
done_testing;
