package CheckECS::Scripted;
# A server that says what a test tells it to: answers no stand-in would give. It checks nothing.
#
#	my $server = CheckECS::Scripted->start(sub {
#		my ($operation, $request, $count) = @_;      # the decoded body; $count: requests of that operation, from 1
#		return {serviceArns => [...]};               # encoded as JSON; a string is sent as it is
#		return [403, {...}, 'Date: ...'];            # another status than 200, and header lines
#		return sub { my ($connection) = @_; ... };   # writes to it by itself; it is closed then
#	});
#
# It serves one connection at a time on loopback, at most 5,000 requests, and ends with the object.

use strict;
use warnings;
use IO::Socket::INET;
use JSON::PP;

my %living;

sub start {
	my ($class, $script) = @_;
	my $listener = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 16, ReuseAddr => 1) or die "listen: $!";
	my $counter = CheckECS::keep_file('', 'requests');
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		$SIG{ALRM} = 'DEFAULT';
		alarm 900 * CheckECS::time_factor();
		serve($listener, $script, $counter);
		POSIX::_exit(0);
	}
	$living{$pid} = 1;
	return bless {pid => $pid, owner => $$, url => 'http://127.0.0.1:' . $listener->sockport, counter => $counter}, $class;
}

sub serve {
	my ($listener, $script, $counter) = @_;
	my (%count, $total);
	while (my $connection = $listener->accept) {
		while (my ($operation, $body) = read_request($connection)) {
			return if ++$total > 5000;
			open my $file, '>>', $counter or die "$counter: $!";
			print {$file} "$operation\n";
			close $file;
			my $answer = $script->($operation, decode_json($body), ++$count{$operation});
			if (ref $answer eq 'CODE') {
				local $SIG{PIPE} = 'IGNORE';
				$answer->($connection);
				close $connection;
				last;
			}
			my ($status, @lines) = (200);
			($status, $answer, @lines) = @$answer if ref $answer eq 'ARRAY';
			$answer = encode_json($answer) if ref $answer;
			my $head = join '', map { "$_\r\n" } "HTTP/1.1 $status Said", 'Content-Type: application/json', 'Content-Length: ' . length $answer, @lines;
			syswrite_all($connection, "$head\r\n$answer");
		}
	}
}

sub read_request {
	my ($connection) = @_;
	my $text = '';
	while ($text !~ /\r\n\r\n/) {
		return unless sysread $connection, $text, 65536, length $text;
	}
	my ($head, $body) = $text =~ /\A(.*?)\r\n\r\n(.*)\z/s;
	my ($length) = $head =~ /^Content-Length: (\d+)/mi;
	while (length $body < $length) {
		return unless sysread $connection, $body, 65536, length $body;
	}
	my ($operation) = $head =~ /^X-Amz-Target: \w+\.(\w+)/mi;
	return ($operation, $body);
}

sub syswrite_all {
	my ($connection, $text) = @_;
	local $SIG{PIPE} = 'IGNORE';
	while (length $text) {
		my $n = syswrite $connection, $text or return;
		substr $text, 0, $n, '';
	}
}

sub check {
	my ($self, @arguments) = @_;
	my $option = ref $arguments[0] eq 'HASH' ? shift @arguments : {};
	return CheckECS::run_plugin($option, "--endpoint-url=$self->{url}", @arguments);
}

sub requests {
	my ($self, $operation) = @_;
	return scalar grep { $_ eq $operation } split /\n/, CheckECS::slurp($self->{counter});
}

sub stop {
	my ($self) = @_;
	return unless $living{$self->{pid}} && $self->{owner} == $$;
	kill 'KILL', $self->{pid};
	waitpid $self->{pid}, 0;
	delete $living{$self->{pid}};
	return;
}

sub DESTROY { local ($?, $!, $@); $_[0]->stop }

1;
