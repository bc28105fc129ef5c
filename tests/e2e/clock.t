#!/usr/bin/perl
# A host whose clock is wrong: signatures and window follow AWS's, with few requests, and the administrator hears of it.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Preload;
use CheckECS::Scripted;
use POSIX qw(floor strftime);
use Test::More;

my $one = "cluster prod region=eu-west-1\nservice api desired=1 running=1\n\tcpu flat=30.5\n";

# The stand-in's ECS tolerates 15 minutes, its CloudWatch five.
for my $case ([0, undef, 0], [45, undef, 0], [100, '100 s slow', 0], [-250, '4 min fast', 0], [420, '7 min slow', 1], [-420, '7 min fast', 1], [7200, '120 min slow', 1], [-200000, '2 days fast', 1]) {
	my ($offset, $words, $errors) = @$case;
	my $standin = standin($one, "--clock-offset=$offset");
	my $run = $standin->check({name => "off by $offset s"}, '-c', 'prod', '-m', 'cpu');
	$run->exits('OK');
	unlike($run->{headline}, qr/clock/, "off by $offset s: not on the first line");
	unlike($run->{details_string} . $run->{summary_string}, qr/clock/, "off by $offset s: not in the perfdata");
	is_deeply([grep { /clock/ } @{$run->{body}}], [$words ? "clock: this host's clock is $words" : ()], "off by $offset s: what is told");
	is($standin->stats->{errors}, $errors, "off by $offset s: $errors refused requests");
	is($standin->stats->{requests}, 2 + $errors, "off by $offset s: and no more than needed");
	my $asked = window_of($standin);
	ok(scalar(grep { $asked->{end} == floor(($run->{$_} + $offset) / 3600) * 3600 + 3600 } qw(begin end)), "off by $offset s: the window of AWS's clock");
}

# Two calls are in flight when the first refusal comes (the last page of the list lets both leave): each is signed again once.
my $many = standin("cluster prod region=eu-west-1\n" . join('', map { "service s$_ desired=1 running=1\n\tcpu flat=30.5\n\tmemory flat=30.5\n" } 1 .. 300),
	'--clock-offset=600', '--latency-ms=300');
my $run = $many->check({name => 'several in flight'}, '-c', 'prod', '-t', 30 * time_factor());
$run->exits('OK');
is($many->stats->{errors}, 2, 'several in flight: each was refused once');
is($many->calls('GetMetricData'), 4, 'several in flight: and asked once more');
is(scalar(grep { /^clock: this host's clock is 10 min slow$/ } @{$run->{body}}), 1, 'several in flight: told once');

# Also when the signature is wrong anyway, and at -vv for less than a minute.
my $standin = standin($one, '--clock-offset=420');
$run = $standin->check({name => 'a wrong secret, too', env => {AWS_SECRET_ACCESS_KEY => 'wrong'}}, '-c', 'prod');
$run->exits('UNKNOWN');
$run->says('a wrong secret, too: what is told', qr/\AECS UNKNOWN - prod: .*wrong signature/, qr/\n(?:.*\n)*clock: this host's clock is 7 min slow\n/);
$run = standin($one, '--clock-offset=45')->check('-c', 'prod', '-m', 'cpu', '-vv');
$run->says('45 s at -vv', qr/^clock: this host's clock is 4[456] s slow$/m);

# ECS does not tell the time, CloudWatch refuses and tells it: the window is laid anew.
my $date = sub { strftime('%a, %d %b %Y %H:%M:%S GMT', gmtime(time + $_[0])) };
for my $offset (7200, -7200) {
	my $bodies = keep_file('', 'bodies');
	my $late = CheckECS::Scripted->start(sub {
		my ($operation, $request, $count) = @_;
		return {serviceArns => ['arn:aws:ecs:eu-west-1:123456789012:service/prod/api']} if $operation eq 'ListServices';
		open my $file, '>>', $bodies or die;
		print {$file} "$request->{StartTime} $request->{EndTime}\n";
		close $file;
		return [403, {__type => 'InvalidSignatureException', message => 'Signature expired: x'}, 'Date: ' . $date->($offset)] if $count == 1;
		return {MetricDataResults => [map { {Id => $_->{Id}, StatusCode => 'Complete', Timestamps => [$request->{EndTime} - 3600], Values => [12.5]} } @{$request->{MetricDataQueries}}]};
	});
	$run = $late->check({name => "known late, $offset s"}, '-c', 'prod', '-m', 'cpu', '-vv');
	$run->exits('OK');
	my ($first, $second, @more) = map { [split ' '] } split /\n/, CheckECS::slurp($bodies);
	is(scalar(@more), 0, "known late, $offset s: asked twice");
	is($second->[1] - $first->[1], $offset, "known late, $offset s: the second time for AWS's window");
	is($run->{details}{api_cpu}{value}, 12.5, "known late, $offset s: its points count");
	$run->says("known late, $offset s: told, and billed once", qr/^clock: this host's clock is (?:119 min|120 min|2 h) (?:slow|fast)$/m, qr/^billed: 1 metric /m);
}

# An answer of long ago, by a proxy's or an emulator's clock, to a signature of now: what cannot be does not move the window.
for my $case ([-378_691_200, '4383 days before'], [86_400, '24 h after']) {
	my ($offset, $words) = @$case;
	my $odd = CheckECS::Scripted->start(sub {
		my ($operation, $request) = @_;
		my $answer = $operation eq 'ListServices' ? {serviceArns => ['arn:aws:ecs:eu-west-1:123456789012:service/prod/api']}
			: {MetricDataResults => [map { {Id => $_->{Id}, StatusCode => 'Complete', Timestamps => [floor((time - 3600) / 3600) * 3600], Values => [12.5]} } @{$request->{MetricDataQueries}}]};
		return [200, $answer, 'Date: ' . $date->($offset)];
	});
	$run = $odd->check({name => "dated $words now"}, '-c', 'prod', '-m', 'cpu', '-vv');
	$run->exits('OK');
	is($run->{details}{api_cpu}{value}, 12.5, "dated $words now: the window is this host's");
	$run->says("dated $words now: told", qr/^clock: answers are dated $words this host's clock: ignored, since AWS accepts this host's signatures$/m);
}

# The host's clock is set while a run goes on: ages follow the time that goes by, not what it shows.
my $silent = standin("cluster prod region=eu-west-1\nservice old desired=1 running=1\n\tcpu points=300:20 until=300\nservice fresh desired=1 running=1\n\tcpu flat=20\n");
for my $hours (-4, 5, 0) {
	my %env = $hours ? preloaded(preload("$FindBin::Bin/preload/set_clock.c", '-DSET_CLOCK_S=' . 3600 * $hours)) : ();
	$run = $silent->check({name => "set by $hours h, an old point", env => \%env}, '-c', 'prod', '-m', 'cpu', '-s', 'old');
	$run->exits('UNKNOWN', "set by $hours h: a point of 5 h ago is old");
	$run->says("set by $hours h: it is told", qr/^\[UNKNOWN\] old: 1 wanted, 1 running, no data since /m);
	$run = $silent->check({name => "set by $hours h, a new point", env => \%env}, '-c', 'prod', '-m', 'cpu', '-s', 'fresh');
	$run->exits('OK', "set by $hours h: a point of now is new");
	is($silent->stats->{errors}, 0, "set by $hours h: all signatures are taken");
}

done_testing;
