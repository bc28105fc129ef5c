#!/usr/bin/perl
# Whatever becomes of the closer look, nothing but the words of lines depends on it; and no round begins after the deadline.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Json;
use List::Util qw(max);
use Test::More;
use Time::HiRes qw(sleep time);

my $hour = 3600;

# --- faults ---

my $troubled = <<~'ACCOUNT';
	cluster prod region=eu-west-1
	service api desired=1 running=1
		cpu flat=30 points=300:99,301:20
		memory flat=60
	service web desired=1 running=1
		cpu flat=30
		memory flat=60 points=400:85,401:20,600:85
	ACCOUNT
# The same but for the words, and the lines of -vv.
sub same_but_for_words {
	my ($name, $run, $plain) = @_;
	is($run->{exit}, $plain->{exit}, "$name: the same state");
	my @texts = map { my $text = $_->{text}; $text =~ s/^(\[\w+\] \S+ \S+ [\d.]+% at [^,]*), .*?( [▁▂▃▄▅▆▇█·]+)$/$1$2/gmr } $run, $plain;
	is($texts[0], $texts[1], "$name: and nothing else is different");
	return;
}
my $sound = standin($troubled);
my @usual = ('-c', 'prod');
my $plain = $sound->check({name => 'without'}, @usual, '--detail=none');
my $whole = $sound->check({name => 'with'}, @usual);
same_but_for_words('the closer look', $whole, $plain);
isnt($whole->{text}, $plain->{text}, 'which does say more');

my %partly = map { $_ => 1 } qw(internal forbidden foreign endless-pages same-token gzip slow lengths null text-numbers nan);
for my $fault (qw(half hang reset trickle huge slow throttle 429 500 502 503 504 garbage shape empty expired denied wordless redirect 302 307 deep rst rst-headers rst-body
		cut-headers short-length long-length gone gzip null text-numbers nan same-token endless-pages duplicate foreign lengths internal forbidden)) {
	my $spoilt = standin($troubled, "--fault=GetMetricData:$fault:1:1");
	my $run = $spoilt->check({name => "the second call meets $fault"}, '-t', 2 * time_factor(), @usual);
	my $reference = $sound->check({name => "the same time, without"}, @usual, '--detail=none');
	same_but_for_words("the second call meets $fault", $run, $reference);
	# libcurl sends a request again by itself where a kept connection turns out to be dead.
	my $by_libcurl = $fault =~ /^(?:reset|rst)$/;
	is($run->{text}, $reference->{text}, "$fault: no words") if !$partly{$fault} && !$by_libcurl;
	cmp_ok($run->{own_seconds}, '<', 1.8 * time_factor(), "$fault: in time");
	is($spoilt->calls('GetMetricData'), $by_libcurl ? 3 : 2, "$fault: one attempt, and no further page") if $fault ne 'gone';
}
{
	my $denied = standin($troubled, '--fault=GetMetricData:denied:1:1');
	my $run = $denied->check({name => 'denied, at -vv'}, @usual, '-vv');
	$run->says('-vv says why there are no words', qr/^closer look: not all of it could be had: .*cloudwatch:GetMetricData/m);
	is(json_metric(json_run($denied, {name => 'as JSON'}, @usual), 'api', 'cpu')->{pattern}, 'spike', 'the next run has them');
}
{
	# Only the first page, which has no room for all points.
	my $paged = standin($troubled, '--max-datapoints=700');
	my $run = $paged->check({name => 'the answer has two pages'}, @usual);
	same_but_for_words('two pages', $run, $plain);
	is($paged->calls('GetMetricData'), 2, 'the second one is not asked for');
}

# A held answer: a signal ends the look, and the verdict that stands is printed whole.
for my $signal (qw(TERM INT HUP)) {
	my $held = standin($troubled, '--hold=GetMetricData:1:1');
	my $run = $held->check({name => "SIG$signal during the look", during => sub { $held->await_calls('GetMetricData', 2, $_[0]); kill $signal, $_[0] }}, '-t', 20, @usual);
	my $reference = $sound->check({name => "the same time, without"}, @usual, '--detail=none');
	is($run->{exit}, 2, "SIG$signal: the verdict stands");
	is($run->{text}, $reference->{text}, "SIG$signal: and is printed whole");
	cmp_ok($run->{own_seconds}, '<', 2.5 * time_factor(), "SIG$signal: at once");
}
# It takes 3 seconds, half of the time left, and nothing after three quarters of the time.
for my $case ([20, 3], [4, 2], [2, 1]) {
	my ($timeout, $most) = map { $_ * time_factor() } @$case;
	my $held = standin($troubled, '--hold=GetMetricData:1:1');
	my $run = $held->check({name => "-t $timeout, the look hangs"}, '-t', $timeout, @usual);
	same_but_for_words("-t $timeout", $run, $plain) if int($run->{end} / $hour) == int($plain->{begin} / $hour);
	unlike($run->{text}, qr/timed out/, "-t $timeout: that is no timeout of the run");
	cmp_ok($run->{own_seconds}, '<', $most + 0.6 * time_factor(), "-t $timeout: it is given up in time");
	cmp_ok($run->{seconds}, '>=', $most * 0.8, "-t $timeout: not at once") if $timeout > 2;
}
{
	my $late = standin($troubled, '--fault=GetMetricData:slow:1');
	my $run = $late->check({name => 'the points come after two seconds of 2.6'}, '-t', 2 * time_factor() + 1, @usual);
	is($run->{exit}, 2, 'little time is left: the verdict stands');
	unlike($run->{text}, qr/timed out/, 'and in time');
}
# Stopped across the deadline: what is known counts.
{
	my $held = standin($troubled, '--hold=GetMetricData:1:1');
	my $run = $held->check({name => 'stopped across the deadline during the look', during => sub {
		my ($pid) = @_;
		$held->await_calls('GetMetricData', 2, $pid);
		kill 'STOP', $pid;
		sleep 3 * time_factor();
		kill 'CONT', $pid;
	}}, '-t', '2:ok', @usual);
	is($run->{exit}, 2, 'stopped across the deadline: the verdict stands');
}

# --- after the deadline no round begins ---

# The process is stopped while its points are on their way, and goes on right after the deadline, when they have come.
{
	my $account = "cluster prod region=eu-west-1\nservice api desired=1 running=1\n\tcpu flat=30 points=300:99\nservice mute desired=1 running=1\n";
	my $held = standin($account, '--hold=GetMetricData');
	my $run = $held->check({name => 'the deadline between two rounds', during => sub {
		my ($pid) = @_;
		$held->await_calls('GetMetricData', 1, $pid);
		my $latest_start = time;
		kill 'STOP', $pid;
		$held->release;
		sleep max(0, $latest_start + 2.05 - time);
		kill 'CONT', $pid;
	}}, '-t', 2, '-c', 'prod', '-m', 'cpu');
	is($run->{exit}, 2, 'the deadline between two rounds: what is known counts');
	is_deeply([map { $held->calls($_) } qw(DescribeServices GetMetricData)], [0, 1], 'neither the silent series nor those with problems are asked about');
}

validate_all();
done_testing;
