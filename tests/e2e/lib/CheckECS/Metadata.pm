package CheckECS::Metadata;
# A container agent, instance metadata service or service that issues keys, which says what a test tells it to.
#
#	my $server = CheckECS::Metadata->start(sub {
#		my ($method, $path, $headers, $count, $body) = @_;  # headers by lower-case name; $count: requests like this one, from 1
#		return [200, 'text'];                        # status, body; and perhaps {option => value}
#	});
#
# Options: seconds (waits before it answers), length (a Content-Length other than the body's), headers (lines), raw (code that
# is given the connection, writes by itself, and after which it is closed).
# It serves each connection in a process of its own on loopback, for a bounded time, and ends with the object.

use strict;
use warnings;
use CheckECS::Scripted;
use IO::Socket::INET;
use JSON::PP;
use POSIX ();
use Time::HiRes qw(sleep);

my %living;

sub start {
	my ($class, $script) = @_;
	my $listener = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 16, ReuseAddr => 1) or die "listen: $!";
	my $log = CheckECS::keep_file('', 'metadata-log');
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		setpgrp;
		$SIG{ALRM} = 'DEFAULT';
		$SIG{CHLD} = 'IGNORE';
		alarm 900 * CheckECS::time_factor();
		while (1) {
			my $connection = $listener->accept or next;
			next if fork;
			alarm 60;
			serve($connection, $script, $log);
			POSIX::_exit(0);
		}
	}
	setpgrp $pid, $pid;
	$living{$pid} = 1;
	my $host = '127.0.0.1:' . $listener->sockport;
	return bless {pid => $pid, owner => $$, host => $host, url => "http://$host", log => $log}, $class;
}

sub serve {
	my ($connection, $script, $log) = @_;
	while (my ($method, $path, $headers, $body) = read_request($connection)) {
		my $count = 1 + grep { $_->{method} eq $method && $_->{path} eq $path } read_log($log);
		open my $file, '>>', $log or die "$log: $!";
		print {$file} JSON::PP->new->canonical->encode({method => $method, path => $path, headers => $headers, body => $body}), "\n";
		close $file;
		my ($status, $answer, $option) = @{$script->($method, $path, $headers, $count, $body)};
		return $option->{raw}->($connection) if $option->{raw};
		sleep $option->{seconds} if $option->{seconds};
		my $length = $option->{length} // length $answer;
		my $lines = join '', map { "$_\r\n" } @{$option->{headers} // []};
		CheckECS::Scripted::syswrite_all($connection, "HTTP/1.1 $status Said\r\nContent-Length: $length\r\n$lines\r\n$answer");
		return if $option->{length};
	}
}

sub read_request {
	my ($connection) = @_;
	my $text = '';
	while ($text !~ /\r\n\r\n/) {
		return unless sysread $connection, $text, 65536, length $text;
	}
	my ($head, $body) = split /\r\n\r\n/, $text, 2;
	my ($line, @lines) = split /\r\n/, $head;
	my ($method, $path) = $line =~ m{\A(\w+) (\S+) HTTP/1\.1\z} or return;
	my %headers = map { /\A([^:]+):\s*(.*)\z/ ? (lc $1 => $2) : () } @lines;
	while (length $body < ($headers{'content-length'} // 0)) {
		return unless sysread $connection, $body, 65536, length $body;
	}
	return ($method, $path, \%headers, $body);
}

sub read_log { return map { decode_json($_) } split /\n/, CheckECS::slurp($_[0]) }

# What was asked so far, oldest first: {method, path, headers, body}.
sub requests { return read_log($_[0]{log}) }

sub reset {
	my ($self) = @_;
	open my $file, '>', $self->{log} or die "$self->{log}: $!";
	close $file;
	return;
}

sub stop {
	my ($self) = @_;
	return unless $self->{owner} == $$ && delete $living{$self->{pid}};
	kill 'KILL', -$self->{pid};
	waitpid $self->{pid}, 0;
	return;
}

sub DESTROY { local ($?, $!, $@); $_[0]->stop }

1;
