#!/usr/bin/perl
# At a terminal: perfdata off by default, the exit status kept.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Terminal;
use Test::More;

my $standin = standin(<<~'ACCOUNT');
	cluster prod region=eu-west-1
	service api desired=1 running=1
		cpu flat=34.4
		memory flat=51.5 points=300:100.2
	service web desired=1 running=1
		cpu flat=34.4
		memory flat=51.5
	ACCOUNT

sub at_terminal {
	my ($change, $redirection, @arguments) = @_;
	return CheckECS::Terminal::run($change, $redirection, '--endpoint-url=' . $standin->url, @arguments);
}

my $run = at_terminal({}, '', '-c', 'prod');
is($run->{exit}, 2, 'the exit status is kept');
like($run->{text}, qr/ECS CRITICAL - prod: 1 of 2 services with problems in 24 h: api memory 100\.2% at /, 'the first line is there');
unlike($run->{text}, qr/\|/, 'no perfdata at a terminal');
unlike($run->{text}, qr/cpu_peak=/, 'none at all');

$run = at_terminal({}, '', '-c', 'prod', '--perfdata=all');
like($run->{text}, qr/ \| cpu_peak=34\.4%;80;95;0 /, '--perfdata=all: the first string');
like($run->{text}, qr/ \|api_cpu=34\.4%;80;95;0 /, '--perfdata=all: the second string');
$run = at_terminal({}, '', '-c', 'prod', '--perfdata=summary');
like($run->{text}, qr/ \| cpu_peak=/, '--perfdata=summary: the first string');
unlike($run->{text}, qr/api_cpu=/, '--perfdata=summary: not the second');

my $file = keep_file('', 'redirected');
$run = at_terminal({}, " >$file", '-c', 'prod');
is($run->{exit}, 2, 'stdout to a file, the rest a terminal: the exit status');
like(CheckECS::slurp($file), qr/ \| cpu_peak=/, 'stdout is no terminal, perfdata are on');
$run = at_terminal({}, ' | cat', '-c', 'prod');
like($run->{text}, qr/ \| cpu_peak=/, 'nor is a pipe');

$run = at_terminal({LC_ALL => 'C'}, '', '-c', 'prod', '-v');
unlike($run->{raw}, qr/[^\x00-\x7f]/, 'a terminal whose locale is not UTF-8 gets plain ASCII');
like($run->{text}, qr/api memory/, 'with the same words');
my $plain = $standin->check({env => {LC_ALL => 'C'}}, '-c', 'prod');
like($plain->{text}, qr/[▁▂▃▄▅▆▇█]/, 'off a terminal the locale does not matter');

$run = at_terminal({}, '', '-c', 'nosuch');
is($run->{exit}, 3, 'an error at a terminal');
like($run->{text}, qr/nosuch/, 'is told there');
$run = at_terminal({}, '', '--help');
is($run->{exit}, 3, 'help at a terminal exits 3');

done_testing;
