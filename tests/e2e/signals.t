#!/usr/bin/perl
# Every signal that ends a program unless it is caught, at each stage of a run: one whole result, UNKNOWN or the known breach.
#
# Not among them: SIGKILL and SIGSTOP, which nobody can catch; SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGSYS and SIGTRAP,
# which tell of a fault in the program itself and end it as they should; 32 and 33, which are glibc's own. SIGALRM is the
# backstop's, SIGPIPE and SIGXFSZ show as failed writes: kept_cells.t has them.
use strict;
use warnings;
use utf8;
use Config;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Json;
use CheckECS::Kept;
use CheckECS::Workers;
use POSIX ();
use Test::More;
use Time::HiRes qw(sleep time);

plan skip_all => 'no /proc, which tells whether a process waits' unless -r '/proc/self/status';
plan skip_all => 'a wrapper such as valgrind takes signals its own way' if $ENV{CHECK_ECS_WRAPPER};

my $factor = time_factor();
my @numbers = split ' ', $Config{sig_num};
my %number = map { $_ => shift @numbers } split ' ', $Config{sig_name};
my @signals = grep { defined $number{$_} } qw(HUP INT QUIT TERM XCPU USR1 USR2 VTALRM PROF IO PWR STKFLT);
push @signals, map { "RTMIN+$_" } 0, 1, 15;
push @signals, 'RTMAX';
$number{"RTMIN+$_"} = POSIX::SIGRTMIN() + $_ for 0, 1, 15;
$number{RTMAX} = POSIX::SIGRTMAX();

# Waits until the process has its handlers, and sleeps in a system call.
sub waits {
	my ($pid) = @_;
	my $until = time + 20 * $factor;
	while (time < $until) {
		open my $file, '<', "/proc/$pid/status" or return 0;
		my $status = join '', <$file>;
		my ($caught) = $status =~ /^SigCgt:\s*([0-9a-f]+)/m;
		return 1 if $status =~ /^State:\s*S/m && defined $caught && hex(substr $caught, -8) & 1 << $number{TERM} - 1;
		sleep 0.005;
	}
	return 0;
}

my $services = join '', map { "service s$_ desired=1 running=1\n\tcpu flat=99\n" } 1 .. 400;
sub account { return "cluster prod region=eu-west-1\n$services" }

# Stages: what to run, how to know that it is there, and what has to come of a signal.
my %stage = (
	'before the options are read' => sub {
		pipe my $read, my $write or die "pipe: $!"; # which nobody writes to
		return {url => 'http://127.0.0.1:1', known => 'none', first => ['--extra-opts=default@-'], before => sub { POSIX::dup2(fileno $read, 0) }, proof => \&waits, keep => $write};
	},
	'keys are fetched' => sub {
		my $mark = keep_file('', 'mark');
		my $program = keep_file("#!/bin/sh\necho begun >'$mark'\nexec sleep 30\n", 'program');
		chmod 0700, $program or die "chmod: $!";
		my $config = keep_file("[default]\ncredential_process = $program\n", 'config');
		return {url => 'http://127.0.0.1:1', known => 'none', env => {AWS_ACCESS_KEY_ID => undef, AWS_SECRET_ACCESS_KEY => undef, AWS_CONFIG_FILE => $config},
			proof => sub { my $until = time + 20 * $factor; while (!-s $mark) { return 0 if time > $until; sleep 0.01 } return 1 }};
	},
	'the list is fetched' => sub {
		my $standin = standin(account(), '--fault=ListServices:hang');
		return {standin => $standin, known => 'none', proof => sub { $standin->await_calls('ListServices', 1, $_[0]) }};
	},
	'metrics are fetched' => sub {
		my $standin = standin(account(), '--fault=GetMetricData:hang');
		return {standin => $standin, known => 'none', proof => sub { $standin->await_calls('GetMetricData', 1, $_[0]) }};
	},
	'a breach is known' => sub {
		my $standin = standin(account(), '--fault=GetMetricData:hang::1', '--max-datapoints=1000');
		return {standin => $standin, known => 'CRITICAL', outcome => 'unknown', proof => sub { $standin->await_calls('GetMetricData', 2, $_[0]) },
			says => [qr/\bs\d+\b.*\b99(?:\.0)?%/s, qr/signal/]};
	},
	'a breach is known, JSON' => sub {
		my $standin = standin(account(), '--fault=GetMetricData:hang::1', '--max-datapoints=1000');
		return {standin => $standin, known => 'CRITICAL', form => 'json', proof => sub { $standin->await_calls('GetMetricData', 2, $_[0]) }, says => [qr/\bs\d+\b.*\b99\b/s, qr/signal/]};
	},
	'the result is written to a pipe that is full for now' => sub {
		return {standin => standin(account()), known => 'CRITICAL', outcome => 'ok', arguments => ['-v'], reader => 'late', huge => 1, says => [qr/ \|s1_cpu=.*\n\z/]};
	},
	'the result is written to a pipe that nobody reads' => sub {
		return {standin => standin(account()), known => 'CRITICAL', arguments => ['-v'], reader => 'never', fills => 1};
	},
);
# With CHECK_ECS_SIGNALS_EVERY=5 every fifth: all stages and all signals are among them, not each with each.
my $stride = $ENV{CHECK_ECS_SIGNALS_EVERY} || 1;
my $count = 0;
my @runs = grep { $count++ % $stride == 0 } map { my $stage = $_; map { [$_, $stage] } @signals } sort keys %stage;
my @said = in_parallel(4, scalar @runs, sub {
	my ($signal, $stage) = @{$runs[$_[0]]};
	my $cell = $stage{$stage}->();
	return kept({seconds => int(20 * $factor), timeout => 'ok', arguments => ['-m', 'cpu'], %$cell, arguments => ['-m', 'cpu', @{$cell->{arguments} // []}], name => "SIG$signal, $stage",
		event => sub { kill $number{$signal}, $_[0] }, soon => 2});
});
my %tried;
for my $n (0 .. $#runs) {
	my ($signal, $stage) = @{$runs[$n]};
	my @remarks = @{$said[$n] // ['not run']};
	ok(!@remarks, "SIG$signal, $stage") or diag map { "  $_\n" } @remarks;
	$tried{$stage}[0]++;
	$tried{$stage}[1] += !@remarks;
}
diag(sprintf '%-55s %3d tried, %3d held', $_, @{$tried{$_}}) for sort keys %tried;
validate_also(kept_documents());
validate_all();
done_testing;
