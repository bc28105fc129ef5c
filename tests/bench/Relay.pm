package Relay;
# A way of a given round trip to a server on loopback: what goes through is held up by half of it each way, and the first
# bytes of a connection by one more, which setting up TCP takes.
#
#	my $relay = Relay->start($port, $round_trip_ms);    # -> $relay->{port}; it ends with the object

use strict;
use warnings;
use IO::Select;
use IO::Socket::INET;
use List::Util qw(min);
use Socket qw(IPPROTO_TCP TCP_NODELAY);
use Time::HiRes qw(sleep time);

sub start {
	my ($class, $port, $round_trip_ms) = @_;
	my $listener = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 64) or die "listen: $!\n";
	my $pid = fork // die "fork: $!\n";
	if (!$pid) {
		$SIG{PIPE} = 'IGNORE';
		$SIG{ALRM} = 'DEFAULT';
		alarm 900;
		forward($listener, $port, $round_trip_ms / 1000);
	}
	return bless {pid => $pid, owner => $$, port => $listener->sockport}, $class;
}

sub forward {
	my ($listener, $port, $round_trip_s) = @_;
	my $select = IO::Select->new($listener);
	my (%peer, %ready_at, @queue); # the queue: [when, socket, bytes; "" closes]
	while (1) {
		my $wait = @queue ? min(map { $_->[0] } @queue) - time : 10;
		for my $socket ($select->can_read($wait > 0 ? $wait : 0)) {
			if ($socket == $listener) {
				my $client = $listener->accept or next;
				my $server = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port) or next;
				# Else small pieces would wait for acknowledgements that the other side delays.
				setsockopt $_, IPPROTO_TCP, TCP_NODELAY, 1 for $client, $server;
				@peer{$client, $server} = ($server, $client);
				$ready_at{$client} = time + $round_trip_s;
				$select->add($client, $server);
				next;
			}
			$select->remove($socket) if !sysread $socket, my $bytes, 65536;
			my $begin = $ready_at{$socket} && $ready_at{$socket} > time ? $ready_at{$socket} : time;
			push @queue, [$begin + $round_trip_s / 2, $peer{$socket}, $bytes // ''];
		}
		my $now = time;
		for my $due (grep { $_->[0] <= $now } @queue) {
			$due->[2] eq '' ? shutdown($due->[1], 1) : syswrite $due->[1], $due->[2];
		}
		@queue = grep { $_->[0] > $now } @queue;
	}
}

sub DESTROY {
	my ($self) = @_;
	return if $self->{owner} != $$;
	local $?;
	kill 'TERM', $self->{pid};
	waitpid $self->{pid}, 0;
	return;
}

1;
