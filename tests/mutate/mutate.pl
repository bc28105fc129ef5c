#!/usr/bin/perl
# Changes the stand-in's answers on their way to the plugin, one run for each change, and looks at what comes out.
#
#	perl -Itests/e2e/lib tests/mutate/mutate.pl [--seconds=60] [--seed=N] [--workers=2] [--only=N] [--first=N] [--show]
#
# Two things are demanded of every run, beside one whole result in time with nothing on standard error: what was decoded is
# not lost (a breach that was served makes it CRITICAL), and what was not served is never OK (exit 0 only where all that was
# served, changed or not, validly adds up to it: Truth.pm). Mutant N of seed S is the same each time, but for the hour:
# --seed=S --only=N repeats it and shows what was served. Environment as in tests/README.md.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/../e2e/lib", $FindBin::Bin;
use CheckECS;
use Getopt::Long;
use IO::Select;
use IO::Socket::INET;
use JSON::PP;
use Mutation;
use POSIX qw(WNOHANG);
use Time::HiRes qw(sleep time);
use Truth;

my %option = (seconds => 60, workers => 2, seed => $ENV{MUTATE_SEED} || time % 1_000_000, first => 1);
GetOptions(\%option, qw(seconds=i seed=i workers=i only=i first=i show)) && !@ARGV or die "see the head of $0\n";
$option{$_} = int $option{$_} for qw(seed);
my $deadline_s = 4;
my $role = 'arn:aws:iam::123456789012:role/Monitoring';

# --- accounts, each with its truth ---

my $calm = join '', map { "service calm$_ desired=1 running=1\n\tcpu flat=34.4\n\tmemory flat=51.5\n" } 1 .. 4;
my %account = (
	healthy => $calm . "service idle desired=0 running=0\n",
	hot => $calm . "service hot desired=1 running=1\n\tcpu flat=99\n\tmemory flat=20\n",
	silent => $calm . "service mute desired=2 running=2\n",
	stale => $calm . "service late desired=2 running=2\n\tcpu flat=34.4 until=200\n\tmemory flat=51.5\n",
	warm => $calm . "service warm desired=1 running=1\n\tcpu flat=85\n\tmemory flat=20\n",
);
my @accounts = ('healthy', 'healthy', 'hot', 'hot', 'silent', 'stale', 'warm');

# --- one worker: a relay, a stand-in for each account, and the runs ---

sub new_worker {
	my $listener = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 64, ReuseAddr => 1) or die "listen: $!";
	my %standin = map { $_ => standin(CheckECS::StandIn->identity_lines . "cluster prod region=eu-west-1\n$account{$_}", '--page-size=2', '--max-datapoints=24', '--seed=1', '--keep-refresh-tokens') } keys %account;
	return {listener => $listener, url => 'http://127.0.0.1:' . $listener->sockport, standin => \%standin, upstream => {}, files => [map { keep_file('', $_) } qw(out err)]};
}

# Sends the request on and reads the answer -> (head, body)
sub ask_standin {
	my ($worker, $name, $request) = @_;
	for my $try (1, 2) {
		my $socket = $worker->{upstream}{$name} //= IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $worker->{standin}{$name}->port) // die "the stand-in: $!";
		my $answer = '';
		local $SIG{PIPE} = 'IGNORE';
		if (defined syswrite $socket, $request) {
			while ($answer !~ /\r\n\r\n/) { last unless sysread $socket, $answer, 65536, length $answer }
			if ($answer =~ /\A(.*?\r\n)\r\n(.*)\z/s) {
				my ($head, $body) = ($1, $2);
				my ($length) = $head =~ /^Content-Length: *(\d+)/mi or die "no length: $head";
				while (length $body < $length) { last unless sysread $socket, $body, 65536, length $body }
				return ($head, $body);
			}
		}
		delete $worker->{upstream}{$name};
	}
	die 'the stand-in does not answer';
}

sub write_all {
	my ($socket, $bytes) = @_;
	local $SIG{PIPE} = 'IGNORE';
	while (length $bytes) { my $n = syswrite $socket, $bytes or return; substr $bytes, 0, $n, '' }
	return;
}

# Answers one request; returns whether the connection stays.
sub relay {
	my ($worker, $mutant, $client, $request) = @_;
	my ($operation) = $request =~ /^X-Amz-Target: \w+\.(\w+)/mi;
	my ($sent) = $request =~ /\r\n\r\n(.*)\z/s;
	($operation) = $sent =~ /\bAction=(\w+)/ if !$operation;
	my ($head, $body) = ask_standin($worker, $mutant->{account}, $request);
	my %answer = (operation => $operation // '', request => scalar(eval { decode_json($sent) }), told => 1, mutated => 0);
	my $number = ++$mutant->{count};
	my $how = '';
	if (grep { $_ == $number } @{$mutant->{at}}) {
		srand $mutant->{seed} + $number;
		if (rand() < 0.15) {
			($head, $how) = mutate_head($head);
			$answer{told} = 0;
		} else {
			($body, $how) = mutate_body($body);
			my $length = length $body;
			$head =~ s/^(Content-Length: *)\d+/$1$length/mi;
		}
		$answer{mutated} = 1;
	}
	($answer{status}) = $head =~ /\AHTTP\/1\.[01] (\d{3})\b/ ? $1 : 0;
	# What its headers leave of it, nobody can say: it may count for OK, it need not for a breach.
	$answer{status} = 200 if !$answer{told};
	@answer{qw(body how at head)} = ($body, $how, time, $head);
	push @{$mutant->{transcript}}, \%answer;
	write_all($client, "$head\r\n$body");
	return $answer{told};
}

# Serves what comes until the process has ended -> its wait status, undef when it had to be killed.
sub serve_until_end {
	my ($worker, $mutant, $pid) = @_;
	my $select = IO::Select->new($worker->{listener});
	my (%got, $status);
	my $begin = time;
	while (1) {
		if (waitpid($pid, WNOHANG) == $pid) { $status = $?; last }
		if (time - $begin > 3 * $deadline_s * time_factor()) { kill 'KILL', $pid; waitpid $pid, 0; last }
		for my $ready ($select->can_read(0.004)) {
			if ($ready == $worker->{listener}) {
				my $client = $ready->accept or next;
				$select->add($client);
				$got{$client} = '';
				next;
			}
			my $n = sysread $ready, $got{$ready}, 65536, length $got{$ready};
			my $whole = $n && $got{$ready} =~ /\A(.*?\r\n)\r\n/s && do { my ($length) = $1 =~ /^Content-Length: *(\d+)/mi; length $got{$ready} >= length($1) + 2 + ($length // 0) };
			next if $n && !$whole;
			my $stays = $n && relay($worker, $mutant, $ready, $got{$ready});
			$got{$ready} = '';
			if (!$stays) {
				$select->remove($ready);
				delete $got{$ready};
				# A reset would take back what is not read yet.
				shutdown $ready, 1;
				push @{$mutant->{closing}}, $ready if $n;
			}
		}
	}
	return $status;
}

sub run_mutant {
	my ($worker, $n) = @_;
	srand $option{seed} * 1_000_003 + $n;
	my %mutant = (n => $n, account => $accounts[rand @accounts], form => (qw(text text json chart))[rand 4], role => rand() < 0.1, count => 0, transcript => [],
		seed => $option{seed} * 1_000_003 + $n * 64);
	# About so many answers a run has; a number beyond leaves it as it is.
	$mutant{at} = [map { 1 + int rand 9 + $mutant{role} } 1 .. (rand() < 0.85 ? 1 : 2)];
	my @attempts = rand() < 0.7 ? (AWS_MAX_ATTEMPTS => 1) : ();
	$worker->{standin}{$mutant{account}}->restart;
	my @arguments = ("--endpoint-url=$worker->{url}", '-c', 'prod', '--window=6h', '-t', $deadline_s . ($n % 3 ? '' : ':critical'), '-v',
		$mutant{form} eq 'json' ? '--output-format=json' : $mutant{form} eq 'chart' ? '--chart=always' : (), $mutant{role} ? ("--role-arn=$role", '--no-cache') : ());
	my %environment = plugin_environment(AWS_ENDPOINT_URL_STS => $worker->{url}, AWS_ACCESS_KEY_ID => 'AKIDEXAMPLE', @attempts);
	my @command = (plugin_command(), @arguments);
	my $begin = time;
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		%ENV = %environment;
		open STDIN, '<', '/dev/null';
		open STDOUT, '>', $worker->{files}[0];
		open STDERR, '>', $worker->{files}[1];
		no warnings 'exec';
		exec {$command[0]} @command;
		POSIX::_exit(127);
	}
	my $status = serve_until_end($worker, \%mutant, $pid);
	my $end = time;
	my $run = CheckECS::Result->new(name => "mutant $n", exit => ($status // 0) >> 8, signal => ($status // 9) & 127, killed => !defined $status, seconds => $end - $begin, raw => $mutant{form} eq 'json',
		stdout => CheckECS::slurp($worker->{files}[0]), stderr => CheckECS::slurp($worker->{files}[1]));
	$_->{taken} = $end - $begin < $deadline_s - 0.5 || $_->{at} - $begin < $deadline_s - 1 for @{$mutant{transcript}};
	return (\%mutant, $run, findings(\%mutant, $run));
}

# --- what is demanded ---

sub findings {
	my ($mutant, $run) = @_;
	my @found = map { "BROKEN: $_" } $run->broken_promises;
	push @found, sprintf 'LATE: it ends after %.2f s', $run->{seconds} if $run->{own_seconds} > $deadline_s + 1.5 * time_factor();
	if ($mutant->{form} eq 'json') {
		my $document = eval { JSON::PP->new->utf8->decode($run->{stdout}) };
		my $state = (qw(OK WARNING CRITICAL UNKNOWN))[$run->{exit}] // '';
		push @found, 'BROKEN: not one JSON object that tells the exit status' unless ref $document eq 'HASH' && $run->{stdout} =~ /\A\{[^\n]*\}\n\z/ && $document->{exit_code} == $run->{exit} && $document->{state} eq $state;
	}
	if ($run->{exit} == 0) {
		my $why = not_ok($mutant->{transcript}, time);
		push @found, "TOO KIND: it ends OK although $why" if $why;
	}
	for my $breach (breaches($mutant->{transcript})) {
		my ($what, $mutated) = @$breach;
		push @found, ($mutated ? 'LOST, of the changed answer' : 'LOST') . ": $what was served, and it ends with exit status $run->{exit}" if $run->{exit} != 2;
	}
	return @found;
}

# --- the workers ---

sub changes { my ($mutant) = @_; return join '; then ', map { "$_->{operation}: $_->{how}" =~ s/[^ -~]/sprintf '\\x%02x', ord $&/ger } grep { $_->{mutated} } @{$mutant->{transcript}} }

if ($option{only}) {
	my ($mutant, $run, @found) = run_mutant(new_worker(), $option{only});
	print "account: $mutant->{account}, ", changes($mutant) || 'nothing was changed', "\n";
	print "--- $_->{operation}", $_->{mutated} ? ', changed' : '', "\n$_->{head}\n$_->{body}\n" for @{$mutant->{transcript}};
	print "--- exit status $run->{exit}\n$run->{stdout}", map { "$_\n" } @found;
	exit(@found ? 1 : 0);
}

my $until = time + $option{seconds};
my @pipes = map {
	my $first = $_;
	my $pid = open(my $pipe, '-|') // die "fork: $!";
	if (!$pid) {
		$| = 1;
		my $worker = new_worker();
		my $n = $option{first} + $first;
		for (; time < $until; $n += $option{workers}) {
			my ($mutant, $run, @found) = run_mutant($worker, $n);
			my $changed = grep { $_->{mutated} } @{$mutant->{transcript}};
			my $text = join ' | ', @found;
			$text .= ' <- ' . changes($mutant) . " [$mutant->{account}, $mutant->{form}] " . substr($run->{stdout}, 0, 160) if @found;
			printf "%d\t%d\t%d\t%s\n", $n, $changed, $run->{exit}, Encode::encode('UTF-8', $text =~ s/\s+/ /gr);
		}
		exit 0;
	}
	$pipe;
} 0 .. $option{workers} - 1;

my (%count, @shown, %kinds);
my $select = IO::Select->new(@pipes);
my %rest;
while ($select->count) {
	for my $pipe ($select->can_read) {
		if (!sysread $pipe, $rest{$pipe}, 65536, length($rest{$pipe} //= '')) {
			$select->remove($pipe);
			close $pipe or $count{broken}++;
			next;
		}
		while ($rest{$pipe} =~ s/\A([^\n]*)\n//) {
			my ($n, $changed, $exit, $text) = split /\t/, $1, 4;
			$count{runs}++;
			$count{changed}++ if $changed;
			$count{"exit $exit"}++;
			next if $text eq '';
			$count{findings}++;
			$kinds{$1}++ if $text =~ /\A([A-Z]+(?: KIND)?(?:, of the changed answer)?)/;
			print "mutant $n: $text\n";
		}
	}
}
print "$kinds{$_} x $_\n" for sort keys %kinds;
printf "seed %d: %d runs, %d of them with a changed answer (exit status 0: %d, 1: %d, 2: %d, 3: %d), %d findings\n", $option{seed}, map { $_ // 0 } @count{'runs', 'changed', 'exit 0', 'exit 1', 'exit 2', 'exit 3', 'findings'};
exit($count{findings} || $count{broken} || !$count{changed} ? 1 : 0);
