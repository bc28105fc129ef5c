#!/usr/bin/perl
# A fetch that lasts over a second says on a terminal how far it has got, and takes that away before the result is there.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Preload;
use CheckECS::Tmux;
use Test::More;
use Time::HiRes qw(sleep time);

my $body = "cluster prod region=eu-west-1\n" . join '', map { "service s$_ desired=1 running=1\n\tcpu flat=34.4\n\tmemory flat=51.5\n" } 1 .. 600;
my $slow = standin($body, '--latency-ms=350');
my $line = qr/(\d+) services( so far)?, (\d+) of (\d+) series fetched/;

sub terminal {
	my ($standin, $option, @arguments) = @_;
	return CheckECS::Tmux->start({log => 1, %$option}, '--endpoint-url=' . $standin->url, '-c', 'prod', '--chart=never', '-t', 20 * time_factor(), @arguments);
}

sub ended {
	my ($name, $terminal, $exit, $first) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	my $run = $terminal->finish;
	is($run->{exit}, $exit, "$name: exit $exit") or diag $run->{screen};
	unlike($run->{screen}, qr/services so far|series fetched/, "$name: it is gone");
	like($run->{screen}, $first, "$name: the result stands at the beginning of a line") if $first;
	is($run->{modes}, '', "$name: the terminal's modes are what they were");
	$run->{log} = $terminal->file('log') // '';
	return $run;
}

# What a person sees, and all that was ever drawn.
my $terminal = terminal($slow, {});
$terminal->sees('it is seen', $line);
my $run = ended('a slow fetch', $terminal, 0, qr/^ECS OK - prod: 600 services\b/m);
my @drawn;
push @drawn, {services => $1, listing => !!$2, settled => $3, series => $4} while $run->{log} =~ /\r$line/g;
cmp_ok(scalar @drawn, '>', 3, 'it is drawn anew');
cmp_ok(scalar @drawn, '<', 60 * time_factor(), 'but not all the time');
ok((grep { $_->{listing} && $_->{services} < 600 } @drawn), 'the list is still growing at first');
ok((grep { !$_->{listing} && $_->{services} == 600 && $_->{series} == 1200 } @drawn), 'then all of them are known');
my @backwards = grep { my ($old, $new) = @drawn[$_ - 1, $_]; $new->{services} < $old->{services} || $new->{settled} < $old->{settled} } 1 .. $#drawn;
is_deeply(\@backwards, [], 'no count goes back');
is_deeply([grep { $_->{settled} > $_->{series} || $_->{series} != 2 * $_->{services} } @drawn], [], 'two series a service, and no more fetched than there are');
unlike($run->{log}, qr/\e/, 'no escape sequences: any terminal will do');

# Not for what is quick.
my $quick = standin("cluster prod region=eu-west-1\nservice api desired=1 running=1\n\tcpu flat=34.4\n\tmemory flat=51.5\n");
SKIP: {
	skip 'nothing is quick in a wrapper', 5 if time_factor() > 1;
	$run = ended('a quick one', terminal($quick, {}), 0, qr/^ECS OK - prod: 1 service\b/m);
	unlike($run->{log}, $line, 'a quick one: nothing is ever drawn');
}

# Where nobody looks.
$terminal = terminal($slow, {redirection => '2>errors'});
$run = ended('standard error is a file', $terminal, 0, qr/^ECS OK/m);
is($terminal->file('errors'), '', 'standard error is a file: it stays empty');
unlike($run->{log}, $line, 'and the terminal gets nothing');
$terminal = terminal($slow, {redirection => '>out'});
$terminal->sees('standard output is a file: it is seen', $line);
ended('standard output is a file', $terminal, 0);
like($terminal->file('out'), qr/\AECS OK - prod: 600 services[^\r\e]+\n\z/, 'standard output is a file: it has the result alone');
$terminal = terminal($slow, {shell => <<~'SH'});
	set -m
	stty -a >before
	"$@" &
	wait $!
	echo $? >exit.new
	stty -a >after
	mv exit.new exit
	echo '=the shell again='
	exec sleep 120
	SH
$run = ended('in the background', $terminal, 0, qr/^ECS OK/m);
unlike($run->{log}, $line, 'in the background: nothing is drawn into another job');

# A narrow terminal, and one that takes nothing for a while.
$terminal = terminal($slow, {width => 24});
$terminal->sees('a narrow terminal: cut', qr/^\d+ services.{0,12}$/m);
my ($lines) = $terminal->screen =~ /\A((?:.*\S.*\n)*)/;
is(($lines // '') =~ tr/\n//, 1, 'a narrow terminal: one line');
ended('a narrow terminal', $terminal, 0, qr/^ECS OK/m);
$terminal = terminal($slow, {redirection => '>out'});
$terminal->sees('Ctrl-S: it is seen', $line);
$terminal->keys('C-s');
ok($terminal->until(sub { ($terminal->file('out') // '') =~ /\n\z/ }), 'Ctrl-S: the run goes on');
like($terminal->file('out') // '', qr/\AECS OK/, 'Ctrl-S: and does not time out');
$terminal->keys('C-q');
$terminal->stop;

# Every other end.
my $hanging = standin($body, '--fault=GetMetricData:hang');
$terminal = terminal($hanging, {}, '-t', 3 * time_factor());
$terminal->sees('the deadline: it is seen', $line);
ended('the deadline', $terminal, 3, qr/^ECS UNKNOWN - prod: timed out after \d+ s, waiting for GetMetricData\b/m);
for my $signal (qw(TERM INT)) {
	$terminal = terminal($hanging, {});
	$terminal->sees("SIG$signal: it is seen", $line);
	kill $signal, $terminal->pid;
	ended("SIG$signal", $terminal, 3, qr/^ECS UNKNOWN - prod: /m);
}
$terminal = terminal($hanging, {});
$terminal->sees('Ctrl-C: it is seen', $line);
$terminal->keys('C-c');
$run = ended('Ctrl-C', $terminal, 3, qr/^ECS UNKNOWN - prod: /m);
unlike($run->{screen}, qr/\^C/, 'Ctrl-C: its echo is gone as well');
SKIP: {
	skip 'valgrind replaces poll itself', 5 if $ENV{CHECK_ECS_WRAPPER};
	my %blocking = preloaded(preload("$FindBin::Bin/preload/block.c", '-DBLOCK_POLL_AFTER_MS=' . 2000 * time_factor()));
	$terminal = terminal($hanging, {redirection => '>out', prefix => ['env', map { "$_=$blocking{$_}" } keys %blocking]}, '-t', 3 * time_factor() . ':critical');
	$terminal->sees('the backstop: it is seen', $line);
	ended('the backstop', $terminal, 2);
	like($terminal->file('out'), qr/\AECS CRITICAL - timed out after \d+ s in a call that could not be interrupted\n\z/, 'the backstop: its line');
}
done_testing;
