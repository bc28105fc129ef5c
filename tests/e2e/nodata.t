#!/usr/bin/perl
# Series without data, rule by rule.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use Test::More;

my $account = <<'ACCOUNT';
cluster prod region=eu-west-1
service fine desired=1 running=1
	cpu flat=20
	memory flat=20
ACCOUNT
my $number = 0;

# A cluster of its own per case: one healthy service and the one in question.
sub case {
	my ($body) = @_;
	my $name = sprintf 'case%02d', ++$number;
	$account .= "cluster $name region=eu-west-1\nservice fine desired=1 running=1\n\tcpu flat=20\n\tmemory flat=20\n$body\n";
	return $name;
}

my @cases = (
	# [service lines, state with auto, what the output says about it, arguments]
	['service odd desired=3 running=0', 'UNKNOWN', [qr/odd.*\b3 wanted, 0 running, no data/]],
	['service odd desired=3 running=3', 'UNKNOWN', [qr/odd.*\b3 wanted, 3 running, no data/]],
	['service odd desired=0 running=0', 'OK', [qr/odd.*scaled to zero/], '-v'],
	["service odd desired=0 running=0\n\tcpu flat=99 until=200\n\tmemory flat=10 until=200", 'CRITICAL', [qr/\[CRITICAL\] odd cpu\b.*99/]],
	["service odd desired=0 running=0\n\tcpu flat=10 until=200\n\tmemory flat=10 until=200", 'OK', [qr/odd.*scaled to zero/], '-v'],
	['service odd desired=3 running=0 created=-5m deployed=-5m', 'OK', [qr/odd.*\bnew\b/], '-v'],
	['service odd desired=3 running=0 created=-20m deployed=-20m', 'UNKNOWN', [qr/odd.*3 wanted/]],
	['service odd desired=3 running=0 deployed=-5m', 'OK', [qr/odd.*\bnew\b/], '-v'],
	['service odd desired=3 running=0 deployed=-20m', 'UNKNOWN', [qr/odd.*3 wanted/]],
	['service odd desired=3 running=0 taskset=-5m', 'OK', [qr/odd.*\bnew\b/], '-v'],
	['service odd desired=3 running=0 taskset=-20m', 'UNKNOWN', [qr/odd.*3 wanted/]],
	['service odd desired=3 running=0 missing', 'OK', [qr/\bodd\b/], '-v'],
	['service odd desired=3 running=0 status=INACTIVE', 'OK', [qr/\bodd\b/], '-v'],
	['service odd desired=3 running=0 status=DRAINING', 'OK', [qr/\bodd\b/], '-v'],
	["service odd desired=3 running=3\n\tcpu flat=20 until=200\n\tmemory flat=20", 'UNKNOWN', [qr/odd.*no data since \d/]],
	["service odd desired=3 running=3\n\tcpu flat=99 until=200\n\tmemory flat=20", 'CRITICAL', [qr/\[CRITICAL\] odd cpu\b.*99/]],
	["service odd desired=3 running=3\n\tcpu flat=20 until=50\n\tmemory flat=20 until=50", 'OK', [qr/highest/]],
	["service odd desired=3 running=3\n\tcpu flat=20\n\tmemory flat=20", 'UNKNOWN', [qr/odd ebs/], '-m', 'cpu,ebs', '--no-data=unknown'],
	["service odd desired=3 running=3\n\tcpu flat=20\n\tmemory flat=20", 'OK', [qr/no volume/], '-m', 'cpu,ebs', '-v'],
	["service odd desired=3 running=3\n\tcpu flat=20\n\tebs flat=97.2", 'CRITICAL', [qr/odd ebs 97\.2%/, qr/ebs_peak=97\.2%/], '-m', 'cpu,ebs'],
);
my @names = map { case($_->[0]) } @cases;
my $flat = case("service odd desired=3 running=0\nservice weird desired=2 running=1");
my $standin = standin($account . "cluster empty region=eu-west-1\n");

for my $i (0 .. $#cases) {
	my ($body, $state, $patterns, @arguments) = @{$cases[$i]};
	my $name = join ' ', ($body =~ s/\s+/ /gr), @arguments;
	my $run = $standin->check({name => $name}, '-c', $names[$i], @arguments);
	$run->exits($state);
	$run->says("$name: the words", @$patterns);
}
{
	my $run = $standin->check('-c', $names[11]);
	unlike($run->{text}, qr/\bodd\b/, 'a dropped service is named at -v only');
	$run = $standin->check('-c', $names[2]);
	is($run->{summary}{no_data}{value}, 1, 'scaled to zero counts in no_data');
	unlike($run->{details_string}, qr/\bodd_/, 'and has no perfdata of its own');
}

# The age that makes a point stale is max(2 periods, 15 minutes).
my $ages = standin(<<~'ACCOUNT');
	cluster prod region=eu-west-1
	service w12 desired=3 running=3
		cpu flat=20 until=12
	cluster late region=eu-west-1
	service w17 desired=3 running=3
		cpu flat=20 until=17
	ACCOUNT
$ages->check('-c', 'prod', '-m', 'cpu', '--window=3h', '--period=1m')->exits('OK', 'a newest point of 12 minutes at a period of 1 minute');
$ages->check('-c', 'late', '-m', 'cpu', '--window=3h', '--period=1m')->exits('UNKNOWN', 'a newest point of 17 minutes at a period of 1 minute');
$ages->check('-c', 'late', '-m', 'cpu', '--window=3h', '--period=10m')->exits('UNKNOWN', 'starts 17 to 27 minutes ago, 2 periods of 10 minutes')
	if ($ages->stats->{start} - 17 * 60) % 600 > 180;
$ages->check('-c', 'late', '-m', 'cpu', '--window=3h', '--period=20m')->exits('OK', 'at most 38 minutes, 2 periods of 20 minutes');

# --no-data: the state is the option's, ECS is not asked.
my %state = (ok => 'OK', warning => 'WARNING', critical => 'CRITICAL', unknown => 'UNKNOWN');
for my $word (sort keys %state) {
	my $run = $standin->fresh_check('-c', $flat, "--no-data=$word");
	$run->exits($state{$word}, "--no-data=$word");
	is($standin->calls('DescribeServices'), 0, "--no-data=$word asks ECS nothing");
	is($run->{summary}{no_data}{value}, 2, 'both counted');
	$standin->check('-c', 'empty', "--no-data=$word")->exits($state{$word}, "an empty cluster with --no-data=$word");
}
$standin->check('-c', $names[14], '--no-data=ok')->exits('OK', 'a stale series with --no-data=ok');
$standin->check('-c', $names[15], '--no-data=ok')->exits('CRITICAL', 'a stale series that breached with --no-data=ok');
my $run = $standin->check('-c', 'empty');
$run->exits('UNKNOWN', 'an empty cluster');
$run->says('names region and cluster', qr/eu-west-1/, qr/\bempty\b/);
$standin->fresh_check('-c', 'prod')->exits('OK');
is($standin->calls('DescribeServices'), 0, 'no DescribeServices when all have data');
$standin->fresh_check('-c', $flat)->exits('UNKNOWN');
my @asked = map { @{$_->{body}{services}} } grep { $_->{operation} eq 'DescribeServices' } @{$standin->log};
is_deeply([sort map { s{.*/}{}r } @asked], [qw(odd weird)], 'only those without data are asked about');

# Percentiles: none for any service is a hint, some is data.
$run = $standin->check('-c', 'empty', '--statistic=p95');
$run->exits('UNKNOWN');
my $bare = standin("cluster prod region=eu-west-1\nservice a desired=1 running=1\nservice b desired=1 running=1\n");
$run = $bare->check('-c', 'prod', '--statistic=p95');
$run->exits('UNKNOWN', 'no point of a percentile at all');
$run->says('the hint', qr/CloudWatch returned no p95; use Maximum or Average/);
$run = $standin->check('-c', 'prod', '--statistic=p95');
$run->exits('OK', 'a percentile with points');

# Filters that match nothing.
$run = $standin->check('-c', 'prod', '-s', 'nosuch*');
$run->exits('UNKNOWN', 'a pattern that matches nothing');
$run->says('names the pattern', qr/nosuch\*/);
$run = $standin->check('-c', 'prod', '-s', 'fine', '-s', 'ghost-?');
$run->exits('UNKNOWN', 'one of two patterns matches nothing');
ok(scalar(grep { /ghost-\?/ } $run->lines_in_state('UNKNOWN')), 'an UNKNOWN line names it') or $run->show;
$run = $standin->check('-c', 'prod', '-x', '*');
$run->exits('UNKNOWN', 'everything excluded');

done_testing;
