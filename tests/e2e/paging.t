#!/usr/bin/perl
# Lists in pages of every size: each service once, none left out.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Scripted;
use Test::More;
use POSIX ();

sub account {
	my ($count) = @_;
	return "cluster prod region=eu-west-1\n" . join '', map { sprintf "service s%03d desired=1 running=1\n\tcpu flat=%d\n", $_, $_ % 70 + 1 } 1 .. $count;
}

sub whole {
	my ($standin, $count, $name) = @_;
	my $run = $standin->fresh_check({name => $name}, '-c', 'prod', '-m', 'cpu', '-t' . 30 * time_factor());
	$run->exits('OK');
	is_deeply($run->{details_order}, [map { sprintf 's%03d_cpu', $_ } 1 .. $count], "$name: each service once, in order");
	is($run->{summary}{services}{value}, $count, "$name: services=$count");
	my @wrong = grep { $run->{details}{sprintf 's%03d_cpu', $_}{value} != $_ % 70 + 1 } 1 .. $count;
	is_deeply(\@wrong, [], "$name: each with its own value");
	is($standin->stats->{errors}, 0, "$name: no token was refused");
	return $run;
}

# AWS's own page of 100.
for my $count (1, 2, 99, 100, 101, 200, 201) {
	my $standin = standin(account($count));
	whole($standin, $count, "$count services");
	my $pages = POSIX::ceil($count / 100);
	my $calls = $standin->calls('ListServices');
	ok($calls == $pages || ($count % 100 == 0 && $calls == $pages + 1), "$count services: $calls ListServices calls");
	is($standin->calls('GetMetricData'), 1, "$count services: one GetMetricData call");
}

# Small pages.
for my $case ([1, 1], [3, 1], [10, 5], [11, 5], [12, 3], [40, 7]) {
	my ($count, $size) = @$case;
	my $standin = standin(account($count), "--page-size=$size");
	whole($standin, $count, "$count services in pages of $size");
	cmp_ok($standin->calls('ListServices'), '>=', POSIX::ceil($count / $size), "$count services in pages of $size: the pages were fetched");
}

# Pages that are short or empty though more follow.
for my $seed (1 .. 8) {
	my $standin = standin(account(37), '--short-pages', "--seed=$seed", '--page-size=10');
	whole($standin, 37, "short pages, seed $seed");
	is($standin->stats->{datapoints}, 37 * points_asked(window_of($standin)), "short pages, seed $seed: no point lost");
}
my $standin = standin(account(260), '--short-pages', '--seed=9', '--max-datapoints=1000');
whole($standin, 260, 'short pages and few points a page');
is($standin->stats->{datapoints}, 260 * points_asked(window_of($standin)), 'no point lost');

# 500 queries a call, at both sides of the limit.
for my $case ([250, 1], [251, 2], [500, 2], [501, 3]) {
	my ($count, $calls) = @$case;
	my $many = standin(account($count) =~ s/^(\tcpu flat=)(\d+)\n/$1$2\n\tmemory flat=$2\n/gmr);
	my $run = $many->check({name => "$count services, two metrics"}, '-c', 'prod', '-t' . 30 * time_factor());
	$run->exits('OK');
	is($many->calls('GetMetricData'), $calls, "$count services, two metrics: $calls GetMetricData calls");
	is(scalar @{$run->{details_order}}, 2 * $count, "$count services, two metrics: all series");
}

# No service.
my $none = standin("cluster prod region=eu-west-1\n");
my $run = $none->check('-c', 'prod');
$run->exits('UNKNOWN', 'no service');
is($none->calls('GetMetricData'), 0, 'no service: nothing is asked of CloudWatch');

# A small slow server: pages follow one another, metric calls do not wait for the last page.
my $late = standin(account(6), '--page-size=2', '--latency-ms=30');
whole($late, 6, 'a slow server');
cmp_ok($late->stats->{connections}, '<=', 5, 'connections are used again');

# Services whose ARN has the old short form.
my $short = standin("cluster prod region=eu-west-1 arn=short\nservice api desired=1 running=1\n\tcpu flat=3\nservice web desired=0 running=0\n");
$run = $short->check('-c', 'prod', '-m', 'cpu');
$run->exits('OK', 'short ARNs');
is_deeply($run->{details_order}, ['api_cpu'], 'short ARNs: the name is read');
like($run->{context} // '', qr/^account 123456789012, /, 'short ARNs: and the account');

# A list that the deadline cuts off: there may be more services than those that are counted.
sub cut_off { return CheckECS::Scripted->start(sub {
	my ($operation, $request, $count) = @_;
	return {serviceArns => [map { "arn:aws:ecs:eu-west-1:123456789012:service/prod/s$_" } 1 .. 500], nextToken => 't'} if $operation eq 'ListServices' && $count == 1;
	return {MetricDataResults => [map { +{Id => $_->{Id}, StatusCode => 'Complete', Timestamps => [$request->{EndTime} - 7200], Values => [97]} } @{$request->{MetricDataQueries}}]}
		if $operation eq 'GetMetricData';
	# Nobody answers, and nobody else has to wait for that.
	return sub {
		my ($connection) = @_;
		return if fork;
		alarm 120 * time_factor();
		1 while sysread $connection, my $byte, 1;
		POSIX::_exit(0);
	};
}) }
$run = cut_off()->check({name => 'cut off'}, '-c', 'prod', '-m', 'cpu', '-t', 10 * time_factor());
$run->exits('CRITICAL', 'cut off: what is known counts');
like($run->{headline}, qr/: 500 of at least 500 services /, 'cut off: of at least so many');
unlike($run->{lines}[0], qr/services=/, 'cut off: and not counted');

done_testing;
