package Bench;
# What the benchmarks have in common: an account of so many services, a certificate, and commands that are run in the
# environment of a check, with their output thrown away.

use strict;
use warnings;
use CheckECS;
use Exporter 'import';

our @EXPORT = qw($quick median account_of certificate bench_environment measured measured_together instructions_of standin_of work_of);
our $quick = $ENV{BENCH_QUICK};
our $measure; # the program of that name; set by the script
our @launcher; # words before the command that counts instructions

my %environment = plugin_environment(AWS_REGION => 'eu-west-1', AWS_DEFAULT_REGION => 'eu-west-1');
my @certificate;

sub median {
	my @sorted = sort { $a <=> $b } @_;
	return @sorted % 2 ? $sorted[$#sorted / 2] : ($sorted[$#sorted / 2] + $sorted[@sorted / 2]) / 2;
}

sub account_of {
	my ($services) = @_;
	return "cluster prod region=eu-west-1\n" . join '', map { sprintf "service service-%04d desired=1 running=1\n\tcpu flat=34.4\n\tmemory flat=51.5\n", $_ } 1 .. $services;
}

# -> (certificate file, key file), the same ones each time.
sub certificate {
	return @certificate if @certificate;
	@certificate = map { keep_file('', $_) } qw(certificate key);
	my ($file, $key) = @certificate;
	die "the openssl command makes no certificate\n"
		if system("openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1,DNS:localhost -keyout $key -out $file 2>/dev/null");
	return @certificate;
}

sub standin_of {
	my ($account, $scheme, $latency_ms) = @_;
	my ($certificate, $key) = certificate();
	return standin($account, "--latency-ms=$latency_ms", $scheme eq 'https' ? ("--tls-cert=$certificate", "--tls-key=$key") : ());
}

# Runs CODE with the environment of a check and the changes.
sub bench_environment {
	my ($change, $code) = @_;
	local %ENV = (%environment, %$change);
	return $code->();
}

sub begin {
	my ($change, @command) = @_;
	return bench_environment($change, sub {
		open my $pipe, '-|', $measure, @command or die "$measure: $!\n";
		return $pipe;
	});
}

sub result_of {
	my ($pipe) = @_;
	my ($status, $wall_us, $cpu_us, $peak_kb) = split ' ', readline($pipe) // '255 0 0 0';
	close $pipe;
	return {status => $status, wall_ms => $wall_us / 1000, cpu_ms => $cpu_us / 1000, peak_kb => $peak_kb};
}

# (\%change of the environment, command) -> {wall_ms, cpu_ms, peak_kb}; it has to exit with 0.
sub measured {
	my ($change, @command) = @_;
	my $result = result_of(begin($change, @command));
	die "@command[0 .. 2]...: exit status $result->{status}\n" if $result->{status} != 0;
	return $result;
}

# The same for so many at once: a list.
sub measured_together {
	my ($count, $change, @command) = @_;
	my @pipes = map { begin($change, @command) } 1 .. $count;
	my @results = map { result_of($_) } @pipes;
	my $failed = grep { $_->{status} != 0 } @results;
	die "$failed of $count at once failed\n" if $failed;
	return @results;
}

sub instructions_of {
	my ($change, @command) = @_;
	my $said = keep_file('', 'callgrind-said');
	bench_environment($change, sub { system(join(' ', map { "'$_'" } @launcher) . " valgrind --tool=callgrind --callgrind-out-file=/dev/null --log-file=$said " . join(' ', map { "'$_'" } @command) . ' >/dev/null 2>&1') });
	my ($count) = CheckECS::slurp($said) =~ /Collected *: *(\d+)/ or die "callgrind counts nothing for @command[0 .. 2]...\n";
	return $count;
}

# What a run asks of the server: its stand-in's counters.
sub work_of {
	my ($standin, $change, @command) = @_;
	$standin->reset;
	measured($change, @command);
	return $standin->stats;
}

1;
