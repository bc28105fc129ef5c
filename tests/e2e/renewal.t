#!/usr/bin/perl
# Keys that expire while a run goes on: fetched anew once for all calls that they were refused to, and not for ever.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use Test::More;

my $keys = join '', map { "key AKIDNUMBER$_ secret-$_\n" } 1 .. 6;
my $one = "cluster prod region=eu-west-1\nservice api desired=1 running=1\n\tcpu flat=34.4\n\tmemory flat=51.5\n";
# The last page of the list lets two calls leave at once: 500 series, and 100.
my $two = "cluster prod region=eu-west-1\n" . join '', map { "service s$_ desired=1 running=1\n\tcpu flat=34.4\n\tmemory flat=51.5\n" } 1 .. 300;

# Another key each time the program is asked: -> (environment, how often it was asked).
sub other_keys_each_time {
	my $asked = keep_file('', 'asked');
	my $script = keep_file(<<~"SH", 'keys');
		#!/bin/sh
		echo >>'$asked'
		n=\$(wc -l <'$asked')
		echo "{\\"Version\\":1,\\"AccessKeyId\\":\\"AKIDNUMBER\$n\\",\\"SecretAccessKey\\":\\"secret-\$n\\"}"
		SH
	chmod 0700, $script or die "$script: $!";
	my %env = (AWS_ACCESS_KEY_ID => undef, AWS_SECRET_ACCESS_KEY => undef, AWS_CONFIG_FILE => keep_file("[default]\ncredential_process = $script\n", 'config'));
	return (\%env, sub { return -s $asked });
}

sub keys_used {
	my ($standin, $operation) = @_;
	return map { $_->{key} =~ s/AKIDNUMBER//r } sort { $a->{started_ms} <=> $b->{started_ms} } grep { ($_->{operation} // '') eq $operation } @{$standin->log};
}

# Two calls in flight are refused: one renewal serves both.
my ($env, $asked) = other_keys_each_time();
my $standin = standin("$keys$two", '--fault=GetMetricData:expired:2', '--latency-ms=' . int(300 * time_factor()));
my $run = $standin->check({name => 'two calls in flight', env => $env}, '-c', 'prod', '-t', 30 * time_factor());
$run->exits('OK');
is($standin->stats->{errors}, 2, 'both are refused');
is($asked->(), 2, 'the program is asked once more, not twice');
is_deeply([keys_used($standin, 'GetMetricData')], [1, 1, 2, 2], 'both calls go with the same new key');

# Refused again with the new keys: renewed again, and then it is enough. It costs no attempts.
for my $case (['expired:1', 'OK', 2], ['expired:2', 'OK', 3], ['expired', 'UNKNOWN', 3]) {
	my ($fault, $state, $keys_asked) = @$case;
	($env, $asked) = other_keys_each_time();
	$standin = standin("$keys$one", "--fault=GetMetricData:$fault");
	$run = $standin->check({name => $fault, env => {%$env, AWS_MAX_ATTEMPTS => 1}}, '-c', 'prod');
	$run->exits($state, $fault);
	is($asked->(), $keys_asked, "$fault: the program is asked $keys_asked times");
	is_deeply([keys_used($standin, 'GetMetricData')], [1 .. $keys_asked], "$fault: each call with new keys");
	$run->says("$fault: the reason", qr/credentials from .* have expired/) if $state ne 'OK';
}

# Keys once, and then what the shell does of LATER: -> (environment, how often it was asked).
sub keys_once {
	my ($later) = @_;
	my $asked = keep_file('', 'asked');
	my $script = keep_file(<<~"SH", 'keys');
		#!/bin/sh
		echo >>'$asked'
		if [ "\$(wc -l <'$asked')" -gt 1 ]; then $later; fi
		echo '{"Version":1,"AccessKeyId":"AKIDNUMBER1","SecretAccessKey":"secret-1"}'
		SH
	chmod 0700, $script or die "$script: $!";
	return ({AWS_ACCESS_KEY_ID => undef, AWS_SECRET_ACCESS_KEY => undef, AWS_CONFIG_FILE => keep_file("[default]\ncredential_process = $script\n", 'config')},
		sub { return -s $asked });
}

# No others are to be had: asked for once, not for each of the six calls that are refused, and the reason is told.
my $six = "cluster prod region=eu-west-1\n" . join '', map { "service s$_ desired=1 running=1\n\tcpu flat=34.4\n\tmemory flat=51.5\n" } 1 .. 1500;
for my $case (
	['the program fails', 'echo "the vault is sealed" >&2; exit 7', qr/have expired: renew them; fetching them again failed: .*\b7\b.*the vault is sealed/],
	['it gives the same keys', ':', qr/have expired: renew them; fetching them again failed: the source still has the same keys/],
) {
	my ($name, $later, $words) = @$case;
	($env, $asked) = keys_once($later);
	$standin = standin("$keys$six", '--fault=GetMetricData:expired');
	$run = $standin->check({name => $name, env => $env}, '-c', 'prod', '-t', 30 * time_factor());
	$run->exits('UNKNOWN');
	is($standin->calls('GetMetricData'), 6, "$name: six calls");
	is($asked->(), 2, "$name: asked once more");
	$run->says("$name: the reason", $words);
}

# It hangs: that is what the run has waited for, and why it was asked.
($env, $asked) = keys_once('exec sleep 60');
$standin = standin("$keys$one", '--fault=GetMetricData:expired');
my $seconds = 3 * time_factor();
$run = $standin->check({name => 'the program hangs', env => $env}, '-c', 'prod', '-t', $seconds);
$run->exits('UNKNOWN');
cmp_ok($run->{own_seconds}, '<', $seconds + time_factor(), 'in time');
$run->says('what hangs, and why it was asked', qr/timed out after \d+ s, credential_process of .* did not answer .*; last error: GetMetricData: .* have expired/);
done_testing;
