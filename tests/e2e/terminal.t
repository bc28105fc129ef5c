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
like($run->{text}, qr/\n\nECS CRITICAL - prod: 1 of 2 services [a-z0-9\s]+:\s+api\s+memory\s+100\.2%[^|]*\n\z/, 'the verdict is there, and last');
unlike($run->{text}, qr/\|/, 'no perfdata at a terminal');
unlike($run->{text}, qr/cpu_peak=/, 'none at all');

$run = at_terminal({}, '', '-c', 'prod', '--perfdata=all');
like($run->{text}, qr/\nECS CRITICAL - [^|]*: api memory 100\.2%[^|]* \| cpu_peak=34\.4%;80;95;0 [^\n]*no_data=0[^\n]*\n\z/, "--perfdata=all: the cluster's behind the verdict");
like($run->{text}, qr/^account [^\n|]* \|api_cpu=34\.4%;80;95;0 [^\n]*web_memory=[^\n]*\n/m, "--perfdata=all: the services' behind the line that says what is shown");
$run = at_terminal({}, '', '-c', 'prod', '--perfdata=problems');
like($run->{text}, qr/^account [^\n|]* \|api_memory=100\.2%;80;95;0[^\n ]*\n/m, '--perfdata=problems: those alone');
$run = at_terminal({}, '', '-c', 'prod', '--perfdata=summary');
like($run->{text}, qr/ \| cpu_peak=/, '--perfdata=summary: the first string');
unlike($run->{text}, qr/api_cpu=/, '--perfdata=summary: not the second');

$run = at_terminal({}, '', '-c', 'prod', '--max-output=5000');
like($run->{text}, qr/^CPU .*\n\nECS CRITICAL - prod: [^|]*\n\z/ms, 'a chart that stays within --max-output');
$run = at_terminal({}, '', '-c', 'prod', '--max-output=1000', '-v');
cmp_ok(length($run->{raw} =~ s/\r\n/\n/gr), '<=', 1000, 'one that does not');
like($run->{text}, qr/\AECS CRITICAL - prod: [^\n]*\n(?:.*\n)*\[CRITICAL\] api memory 100\.2% /, 'gives way to the lines');

{
	my ($cluster, $service) = ('c' x 60, 's' x 90);
	my $wide = standin("cluster $cluster region=eu-west-1\nservice $service desired=3 running=1\n\tcpu flat=99\n\tmemory flat=99\n");
	my $run = CheckECS::Terminal::run({}, '', '--endpoint-url=' . $wide->url, '-c', $cluster, '-s', $service);
	my ($verdict) = $run->{text} =~ /^(ECS CRITICAL - c+\.\.\.\/s+\.\.\.: cpu 99\.0%, memory 99\.0% in 24 h)$/m;
	cmp_ok(length($verdict // 'x' x 80), '<=', 79, 'the verdict on long names has 79 columns') or diag $run->{text};
}

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
