package Recorder;
# A way to a server on loopback that keeps what went through it: each request and its answer, as they were on the wire.
#
#	my $recorder = Recorder->start($port);    # -> $recorder->{url}; it ends with the object, and after 600 s
#	... programs that talk to $recorder->{url} ...
#	my @exchanges = $recorder->take;          # since the last call, in the order of the requests:
#	    {at, method, path, headers, body, status, answer_headers, answer}
#
# headers are lists of [name, value] as they came, bodies are bytes. Bodies have to have a Content-Length.

use strict;
use warnings;
use CheckECS;
use IO::Socket::INET;
use JSON::PP;
use MIME::Base64;
use POSIX ();
use Time::HiRes qw(time);

sub start {
	my ($class, $port) = @_;
	my $listener = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 64) or die "listen: $!";
	my $record = keep_file('', 'exchanges');
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		setpgrp;
		$SIG{CHLD} = 'IGNORE';
		$SIG{PIPE} = 'IGNORE';
		$SIG{ALRM} = 'DEFAULT';
		alarm 600 * time_factor();
		while (1) {
			my $client = $listener->accept or next;
			next if fork;
			alarm 120 * time_factor();
			eval { pass_on($client, $port, $record); 1 } or note($record, {broken => "$@"});
			POSIX::_exit(0);
		}
	}
	setpgrp $pid, $pid;
	return bless {pid => $pid, owner => $$, record => $record, read => 0, url => 'http://127.0.0.1:' . $listener->sockport}, $class;
}

sub pass_on {
	my ($client, $port, $record) = @_;
	my $server = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port) or die "the server: $!";
	while (defined(my $request = read_message($client))) {
		my $at = time;
		my %exchange = (at => $at);
		@exchange{qw(line headers body)} = take_apart($request);
		@exchange{qw(method path)} = delete($exchange{line}) =~ m{\A(\S+) (\S+) HTTP/1\.1\z} or die "not a request: $request";
		syswrite_all($server, $request);
		my $answer = read_message($server) // die "no answer to $exchange{method} $exchange{path}\n";
		@exchange{qw(line answer_headers answer)} = take_apart($answer);
		($exchange{status}) = delete($exchange{line}) =~ m{\AHTTP/1\.1 (\d{3}) } or die "not an answer: $answer";
		$exchange{status} += 0;
		$_ = encode_base64($_, '') for @exchange{qw(body answer)};
		# Before the client has the answer, so that whoever waits for the client finds it.
		note($record, \%exchange);
		syswrite_all($client, $answer);
	}
	return;
}

# One whole message; undef at the end.
sub read_message {
	my ($socket) = @_;
	my $text = '';
	while ($text !~ /\r\n\r\n/) {
		return undef unless sysread $socket, $text, 65536, length $text;
	}
	my ($head) = $text =~ /\A(.*?\r\n\r\n)/s;
	die "no Content-Length: $head" if $head =~ /^transfer-encoding:/im;
	my ($length) = $head =~ /^content-length:\s*(\d+)/im;
	while (length($text) < length($head) + ($length // 0)) {
		sysread $socket, $text, 65536, length $text or die "cut off: $text";
	}
	return $text;
}

sub take_apart {
	my ($message) = @_;
	my ($head, $body) = split /\r\n\r\n/, $message, 2;
	my ($line, @lines) = split /\r\n/, $head;
	return ($line, [map { /\A([^:]+):\s*(.*?)\s*\z/s ? [$1, $2] : die "not a header: $_" } @lines], $body);
}

sub syswrite_all {
	my ($to, $bytes) = @_;
	while (length $bytes) {
		my $n = syswrite $to, $bytes or return;
		substr $bytes, 0, $n, '';
	}
	return;
}

sub note {
	my ($record, $exchange) = @_;
	open my $file, '>>', $record or die "$record: $!";
	# One write, since connections are served at the same time.
	syswrite $file, encode_json($exchange) . "\n";
	close $file;
	return;
}

sub take {
	my ($self) = @_;
	my @lines = split /\n/, CheckECS::slurp($self->{record});
	my @exchanges = sort { ($a->{at} // 0) <=> ($b->{at} // 0) } map { decode_json($_) } @lines[$self->{read} .. $#lines];
	$self->{read} = @lines;
	for my $exchange (@exchanges) {
		die "the recorder: $exchange->{broken}" if $exchange->{broken};
		$_ = decode_base64($_) for @$exchange{qw(body answer)};
	}
	return @exchanges;
}

sub DESTROY {
	my ($self) = @_;
	return if $self->{owner} != $$;
	local ($?, $!, $@);
	kill 'KILL', -$self->{pid};
	waitpid $self->{pid}, 0;
	return;
}

1;
