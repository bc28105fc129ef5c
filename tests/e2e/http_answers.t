#!/usr/bin/perl
# What no web server should send: each time UNKNOWN with the true reason, in time.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Scripted;
use Test::More;
use Time::HiRes qw(sleep);

my $list = '{"serviceArns":["arn:aws:ecs:eu-west-1:123456789012:service/prod/api"]}';
my $two = 2 * time_factor();
my $long = 'x' x 60_000;

# What is sent, and what then has to be said. "for ever" is until nobody reads any more.
sub piece { my ($text) = @_; return sub { print {$_[0]} $text; $_[0]->flush } }
sub for_ever {
	my ($first, $then) = @_;
	return sub {
		my ($connection) = @_;
		syswrite $connection, $first;
		while (defined syswrite $connection, $then) { }
	};
}
sub slowly { my ($text) = @_; return sub { for my $byte (split //, $text) { defined syswrite $_[0], $byte or return; sleep 0.1 * time_factor() } } }
my $ok = "HTTP/1.1 200 OK\r\n";
my $chunked = "${ok}Transfer-Encoding: chunked\r\n\r\n";
my $broken = qr/was cut off|timed out/;
my %answer = (
	'headers for ever' => [for_ever($ok, "X: $long\r\n"), qr/more than 64 KiB of headers/],
	'a header line for ever' => [for_ever("${ok}X: ", $long), qr/a header line that is too long|was cut off/],
	# Newer versions of libcurl have a bound of their own, 5,000 lines.
	'small headers for ever' => [for_ever($ok, "X: y\r\n" x 1000), qr/more than 64 KiB of headers|was cut off \(Too many response headers/],
	'100 Continue for ever' => [for_ever('', "HTTP/1.1 100 Continue\r\n\r\n" x 1000), $broken],
	'103 Early Hints for ever' => [for_ever('', "HTTP/1.1 103 Early Hints\r\nX: $long\r\n\r\n"), $broken],
	'a chunk extension for ever' => [for_ever("${chunked}10;", $long), $broken],
	# Older versions of libcurl hand trailers to whoever reads headers, and do not look at the number of a version.
	'trailers for ever' => [for_ever($chunked . sprintf("%x\r\n%s\r\n0\r\n", length $list, $list), "X: $long\r\n"), qr/$broken|more than 64 KiB of headers/],
	'a body for ever' => [for_ever("$ok\r\n", ' ' x 60_000), qr/larger than 8 MiB/],
	'an error for ever' => [for_ever("HTTP/1.1 400 Bad Request\r\n\r\n", $long), qr/larger than 8 MiB/],
	'a byte now and then' => [slowly($ok . 'Content-Length: ' . length($list) . "\r\n\r\n$list"), qr/timed out after \d+ s, waiting for ListServices/],
	'chunks that are no chunks' => [piece("${chunked}zz\r\n$list\r\n0\r\n\r\n"), $broken],
	'a chunk of 2^72' => [piece("${chunked}ffffffffffffffffff\r\n$list\r\n0\r\n\r\n"), $broken],
	'a chunk of 2^63-1' => [piece("${chunked}7fffffffffffffff\r\n$list"), $broken],
	'a negative length' => [piece("${ok}Content-Length: -5\r\n\r\n$list"), $broken],
	'HTTP/0.9' => [piece($list), $broken],
	'HTTP/9.9' => [piece("HTTP/9.9 200 OK\r\nContent-Length: 2\r\n\r\n{}"), qr/$broken|is not AWS's/],
	'a TLS alert' => [piece("\x15\x03\x01\x00\x02\x02\x28"), $broken],
	'NUL in a header' => [piece("${ok}X: a\0b\r\nContent-Length: 2\r\n\r\n{}"), $broken],
	'status 204' => [piece("HTTP/1.1 204 No Content\r\n\r\n"), qr/HTTP status 204/],
	'status 206' => [piece("HTTP/1.1 206 Partial Content\r\nContent-Length: " . length($list) . "\r\n\r\n$list"), qr/HTTP status 206/],
	'status 999' => [piece("HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n"), qr/HTTP status 999/],
	'status words' => [piece("HTTP/1.1 418 \e[31m|\x07\r\nContent-Length: 0\r\n\r\n"), qr/HTTP status 418/],
	'101 and what it upgrades to' => [for_ever("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n", $long), qr/larger than 8 MiB|was cut off/],
	'a wait of 146 million years' => [piece("HTTP/1.1 503 No\r\nx-amz-retry-after: 4611686018427387903\r\nContent-Length: 0\r\n\r\n"), qr/cannot answer now/],
);

for my $name (sort keys %answer) {
	my ($send, $says) = @{$answer{$name}};
	my $server = CheckECS::Scripted->start(sub { return $send });
	my $run = $server->check({name => $name}, '-c', 'prod', '-t', $two);
	$run->exits('UNKNOWN');
	$run->says("$name: the reason", qr/\AECS UNKNOWN - prod: .*$says/);
	cmp_ok($run->{own_seconds}, '<', $two + time_factor(), "$name: in time");
	$server->stop;
}
done_testing;
