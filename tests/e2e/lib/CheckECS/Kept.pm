package CheckECS::Kept;
# One run to which something happens once a breach is known, and what has to hold of every such run: the verdict is kept.
#
#	my @remarks = kept({
#		name => '...', standin => $standin,       # or url => '...'
#		arguments => [...], env => {...}, seconds => 2 (the deadline, -t), timeout => 'ok' (its state),
#		form => 'text' | 'json' | 'chart',
#		known => 'CRITICAL' | 'WARNING' | 'none',
#		proof => sub { ... },                     # waits until the breach is known; false: it never was
#		event => sub { my ($pid) = @_; ... },     # what happens then
#		reader => 'file' | 'never' (a pipe) | 'late' (a pipe, read once it is full and the event has happened)
#			| 'closed' | 'full',
#		fills => 1 (the pipe is full before the event), soon => seconds after the event in which it ends,
#		first => [arguments before all others], before => code run in the child, blocked => 1 (some call does block),
#		late => seconds that are not the run's fault, huge => 1 (perfdata is not read), says => [...], says_not => [...]
#	});
#
# "Known" is sound: a proof is a request that the plugin makes only after it has decoded the answer that holds the breach
# (the next page of the same series, a question about what was silent, new keys for that page).

use strict;
use warnings;
use utf8;
use CheckECS;
use Exporter 'import';
use Fcntl;
use JSON::PP;
use POSIX ();
use Time::HiRes qw(sleep time);

our @EXPORT = qw(kept kept_documents until_after set_flag);

my %severity = (OK => 0, UNKNOWN => 1, WARNING => 2, CRITICAL => 3);
my @state = qw(OK WARNING CRITICAL UNKNOWN);
my $grace_s = 0.5; # of the backstop
our $never_known = 'the breach was never known';
my $late_s = 1.5; # the most that a run takes after its deadline

# Sleeps until so many seconds after the run's start.
sub until_after { my ($begin, $seconds) = @_; my $left = $begin + $seconds - time; sleep $left if $left > 0; return }

# Makes the first byte of a file that a preloaded library looks at 1.
sub set_flag {
	my ($path) = @_;
	open my $file, '+<:raw', $path or die "$path: $!";
	syswrite $file, "\1" or die "$path: $!";
	close $file;
	return;
}

# CRITICAL over WARNING over UNKNOWN over OK
sub worst { return (sort { $severity{$b} <=> $severity{$a} } @_)[0] }

# A process that has nothing to do until then, and then a little to compute: how late it comes is how late the host is.
sub control {
	my ($due) = @_;
	my $file = keep_file('', 'control');
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		POSIX::close($_) for 3 .. 63; # the pipes are not its
		until_after($due, 0);
		my $sum = 0;
		$sum += $_ for 1 .. 300_000;
		open my $out, '>', $file or POSIX::_exit(1);
		print {$out} time - $due;
		close $out;
		POSIX::_exit(0);
	}
	return [$pid, $file, $due];
}

sub host_late {
	my ($control) = @_;
	kill 'KILL', $control->[0] if time < $control->[2]; # the run ended before
	waitpid $control->[0], 0;
	my $late = CheckECS::slurp($control->[1]) || 0;
	return $late > 0.1 ? $late : 0;
}

sub kept {
	my ($cell) = @_;
	my $factor = time_factor();
	my ($pipe, $writer, $copy, $reader_pid);
	my $reader = $cell->{reader} // 'file';
	my %option = (name => $cell->{name}, quiet => 1, raw => ($cell->{form} // '') eq 'json', env => $cell->{env} // {}, huge => $cell->{huge});
	if ($reader =~ /^(?:never|late|closed)$/) {
		pipe $pipe, $writer or die "pipe: $!";
		$option{before} = sub { close $pipe; POSIX::dup2(fileno $writer, 1) };
		close $pipe if $reader eq 'closed';
	}
	$option{stdout} = '/dev/full' if $reader eq 'full';
	my $output = $option{before};
	$option{before} = sub { $output->() if $output; $cell->{before}->() if $cell->{before} };
	my $proven = 1;
	my $begin = time;
	$option{during} = sub {
		my ($pid) = @_;
		close $writer if $writer;
		$proven = $cell->{proof}->($pid, $begin) if $cell->{proof};
		$proven &&= fills($pipe) if $reader eq 'late' || $cell->{fills};
		# The reader is there before: after the event the run has half a second, which are not for this to be forked in.
		my $go;
		($reader_pid, $copy, $go) = read_all($pipe) if $reader eq 'late';
		my $event_s = time;
		$cell->{event}->($pid, $begin) if $proven && $cell->{event};
		$cell->{event_s} = $event_s;
	};
	my $seconds = $cell->{seconds} // 2;
	my $timeout = $cell->{timeout} ? ":$cell->{timeout}" : '';
	my @form = ($cell->{form} // '') eq 'json' ? '--output-format=json' : ($cell->{form} // '') eq 'chart' ? '--chart=always' : ();
	my $url = $cell->{url} // $cell->{standin}->url;
	my $control = control($begin + $seconds + $grace_s);
	my $run = run_plugin(\%option, @{$cell->{first} // []}, "--endpoint-url=$url", '-c', 'prod', @form, @{$cell->{arguments} // []}, '-t', "$seconds$timeout");
	waitpid $reader_pid, 0 if $reader_pid;
	$cell->{host_late} = host_late($control);
	$run = CheckECS::Result->new(%$run, stdout => CheckECS::slurp($copy)) if $copy;
	my @remarks = ($proven ? () : $never_known, remarks($cell, $run, $seconds));
	return @remarks ? (@remarks, sprintf('exit %s after %.2f s, stdout: %s', $run->{exit}, $run->{seconds}, substr $run->{text}, 0, 600),
		$run->{stderr} ne '' ? "stderr: $run->{stderr}" : ()) : ();
}

# Waits until the pipe holds as much as it can: whoever writes waits.
sub fills {
	my ($pipe) = @_;
	my $until = time + 20 * time_factor();
	while (time < $until) {
		my $count = pack 'i', 0;
		ioctl $pipe, 0x541b, $count or return 0; # FIONREAD
		return 1 if unpack('i', $count) > 60000;
		sleep 0.005;
	}
	return 0;
}

# Takes all that comes in pieces, in a process of its own -> its number, the file of what it got, and what it waits for: it begins
# when that is closed.
sub read_all {
	my ($pipe) = @_;
	my $copy = keep_file('', 'copy');
	pipe my $wait, my $go or die "pipe: $!";
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		close $go;
		open my $file, '>:raw', $copy or POSIX::_exit(1);
		my $text = '';
		sysread $wait, $text, 1;
		while (sysread $pipe, $text, 16384, length $text) { }
		print {$file} $text;
		close $file;
		POSIX::_exit(0);
	}
	close $pipe;
	close $wait;
	return ($pid, $copy, $go);
}

# The states that the run may end with.
sub allowed {
	my ($cell) = @_;
	return @{$cell->{states}} if $cell->{states};
	my $known = $cell->{known} eq 'none' ? 'OK' : $cell->{known};
	return worst($known, uc($cell->{outcome} // 'unknown'));
}

sub remarks {
	my ($cell, $run, $seconds) = @_;
	my $reader = $cell->{reader} // 'file';
	my $unread = $reader =~ /^(?:never|closed|full)$/ || $cell->{unwritten};
	my @remarks = $unread ? grep { !/first line|newline|but the text|perfdata|twice|reads/ } $run->broken_promises : $run->broken_promises;
	my $state = $state[$run->{exit}] // "exit $run->{exit}";
	my @allowed = allowed($cell);
	push @remarks, "it ends $state, not " . join(' or ', @allowed) unless grep { $_ eq $state } @allowed;
	my $late = $run->{own_seconds} - $seconds - ($cell->{late} // 0); # what the run could not help
	my $of_host = 3 * $cell->{host_late};
	push @remarks, sprintf 'it ends %.2f s after its deadline, the host is %.2f s late', $late, $cell->{host_late} if $late > $late_s * time_factor() + $of_host;
	my $after = $run->{end} - ($cell->{event_s} // $run->{begin});
	push @remarks, sprintf 'it ends %.2f s after the event', $after if $cell->{soon} && $after > $cell->{soon} * time_factor() + $of_host;
	push @remarks, 'it speaks of a call that could not be interrupted' if !$cell->{blocked} && $run->{text} =~ /could not be interrupted/;
	return @remarks if $unread;
	push @remarks, json_remarks($run) if ($cell->{form} // '') eq 'json';
	push @remarks, map { "the text has no $_" } grep { $run->{text} !~ $_ } @{$cell->{says} // []};
	push @remarks, map { "the text has $_" } grep { $run->{text} =~ $_ } @{$cell->{says_not} // []};
	return @remarks;
}

sub json_remarks {
	my ($run) = @_;
	return 'not one object on one line' if $run->{stdout} !~ /\A\{[^\n]*\}\n\z/;
	my $document = eval { JSON::PP->new->utf8->decode($run->{stdout}) };
	return "not JSON: $@" if ref $document ne 'HASH';
	my @remarks;
	push @remarks, "exit status $run->{exit} but exit_code is " . ($document->{exit_code} // 'null') if ($document->{exit_code} // -1) != $run->{exit};
	push @remarks, "exit status $run->{exit} but state is " . ($document->{state} // 'null') if ($document->{state} // '') ne ($state[$run->{exit}] // '');
	push @remarks, 'the summary is not the state\'s' if ($document->{summary} // '') !~ /\AECS \Q$document->{state}\E - /;
	open my $file, '>>', CheckECS::tempdir() . '/documents' or die "documents: $!";
	my $path = keep_file($run->{stdout}, 'json');
	syswrite $file, "$path\t$run->{name}\n";
	close $file;
	return @remarks;
}

# The JSON documents of all runs so far, those of child processes included: [name, path].
sub kept_documents {
	my $list = CheckECS::tempdir() . '/documents';
	return -e $list ? map { my ($path, $name) = split /\t/; [$name, $path] } split /\n/, CheckECS::slurp($list) : ();
}

1;
