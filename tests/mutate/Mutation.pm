package Mutation;
# Changes an answer: bytes, numbers, strings, members and elements of its JSON, its headers. All chance comes from rand().
#
#	my ($body, $how) = mutate_body($bytes);
#	my ($head, $how) = mutate_head($head);      # the lines before the body, each with its \r\n, without the empty one

use strict;
use warnings;
use Exporter 'import';
use Strict;

our @EXPORT = qw(mutate_body mutate_head);

my @bytes = ('"', '{', '}', '[', ']', ':', ',', '\\', '/', 0 .. 9, qw(e E . + - t f n N), ' ', "\n", "\0", "\x1f", "\x7f", "\x80", "\xc0", "\xff", '<', '|', "'");
my @numbers = qw(0 -0 -1 1 2 3 7 50 50.5 79.9 81 95 96 99 100 1e1 1e2 1E308 1e999 -1e999 1e-400 0.0 3.0 0x10 01 +1 .5 5. 1e 4294967296 2147483648 -9223372036854775808 9223372036854775808 99999999999999999999
	NaN Infinity null true false "34.4" "" [] {});
my @words = ('', 'null', '0', 'Complete', 'PartialData', 'InternalError', 'Forbidden', 'ACTIVE', 'INACTIVE', 'DRAINING', 'active', 'ACTIVATING', 'MISSING', 'REPLICA', 'DAEMON', 'm0', 'm1', 'x', "\\u0000", "a\\u0000b", '|', "\\u202e", "\\ud800", "\xc3");
my @names = qw(serviceArns nextToken NextToken MetricDataResults Id StatusCode Timestamps Values Messages Label services failures status desiredCount runningCount serviceName serviceArn clusterArn arn reason deployments createdAt);

sub pick { return $_[int rand @_] }

# A stretch of the text: [offset, length].
sub stretch {
	my ($length, $most) = @_;
	my $from = int rand $length;
	my $n = 1 + int rand($most < $length - $from ? $most : $length - $from);
	return ($from, $n);
}

my @plain = (
	[flip => sub { my $at = int rand length $_[0]; substr($_[0], $at, 1) ^= chr(1 << int rand 8); return $at }],
	[byte => sub { my $at = int rand length $_[0]; substr $_[0], $at, 1, pick(@bytes); return $at }],
	[insert => sub { my $at = int rand 1 + length $_[0]; substr $_[0], $at, 0, join '', map { pick(@bytes) } 1 .. 1 + int rand 3; return $at }],
	[delete => sub { my ($at, $n) = stretch(length $_[0], pick(1, 2, 8, 60, 1000)); substr $_[0], $at, $n, ''; return "$at+$n" }],
	[repeat => sub { my ($at, $n) = stretch(length $_[0], pick(2, 8, 60, 1000)); substr $_[0], $at, 0, substr $_[0], $at, $n; return "$at+$n" }],
	[truncate => sub { my $at = int rand length $_[0]; substr $_[0], $at, length $_[0], ''; return $at }],
	[append => sub { $_[0] .= pick('x', '{}', ' ', "\n", ',', ']', '}', "\0", $_[0]); return '' }],
);

# What stands in the JSON: lists of [from, to] by kind.
sub parts {
	my ($root) = @_;
	my %parts = (number => [], string => [], value => [], pair => [], element => []);
	for my $node (nodes($root)) {
		push @{$parts{value}}, $node;
		push @{$parts{$node->{type}}}, $node if $node->{type} =~ /^(?:number|string)$/;
		push @{$parts{pair}}, @{$node->{pairs}} if $node->{pairs};
		push @{$parts{element}}, @{$node->{items}} if $node->{items};
	}
	return \%parts;
}

sub replace { my ($part, $by) = @_[1, 2]; substr $_[0], $part->{from}, $part->{to} - $part->{from}, $by; return "$part->{from}-$part->{to} by " . (length $by > 40 ? substr($by, 0, 40) . '...' : $by) }

sub text_of { my ($text, $part) = @_; return substr $text, $part->{from}, $part->{to} - $part->{from} }

# Two parts change places.
sub swap {
	my ($a, $b) = sort { $a->{from} <=> $b->{from} } @_[1, 2];
	return '' if $a->{to} > $b->{from};
	my ($first, $second) = map { text_of($_[0], $_) } $a, $b;
	substr $_[0], $b->{from}, $b->{to} - $b->{from}, $first;
	substr $_[0], $a->{from}, $a->{to} - $a->{from}, $second;
	return "$a->{from} and $b->{from}";
}

# Takes the part away, and the comma that parts it from its neighbour.
sub take {
	my ($part) = $_[1];
	my $to = $part->{to};
	my $from = $part->{from};
	if (substr($_[0], $to) =~ /\A[ \t\r\n]*,/) { $to += $+[0] }
	elsif (substr($_[0], 0, $from) =~ /,[ \t\r\n]*\z/) { $from = $-[0] }
	substr $_[0], $from, $to - $from, '';
	return "$from-$to";
}

my @of_json = (
	[number => sub { return replace($_[0], pick(@{$_[1]{number}}), pick(@numbers)) }],
	['swap numbers' => sub { return swap($_[0], map { pick(@{$_[1]{number}}) } 1, 2) }],
	['number nearby' => sub { my $part = pick(@{$_[1]{number}}); return replace($_[0], $part, text_of($_[0], $part) + pick(-3600, -1, -0.5, 0.5, 1, 60, 3600, 1000)) }],
	[string => sub { return replace($_[0], pick(@{$_[1]{string}}), '"' . pick(@words) . '"') }],
	['swap strings' => sub { return swap($_[0], map { pick(@{$_[1]{string}}) } 1, 2) }],
	['string as another' => sub { my ($one, $other) = map { pick(@{$_[1]{string}}) } 1, 2; return replace($_[0], $one, text_of($_[0], $other)) }],
	['case' => sub { my $part = pick(@{$_[1]{pair}}, @{$_[1]{string}}); my $text = text_of($_[0], $part); return replace($_[0], $part, $text =~ s/([a-zA-Z])/$1 ^ ' '/er) }],
	['value' => sub { return replace($_[0], pick(@{$_[1]{value}}), pick(qw(null true false 0 "" [] {} [[]] [null] [{}]))) }],
	['swap values' => sub { return swap($_[0], map { pick(@{$_[1]{value}}) } 1, 2) }],
	['wrap' => sub { my $part = pick(@{$_[1]{value}}); my $text = text_of($_[0], $part); return replace($_[0], $part, pick("[$text]", "{\"x\":$text}", "\"$text\"")) }],
	['member twice' => sub { my $part = pick(@{$_[1]{pair}}); my $text = text_of($_[0], $part); return replace($_[0], $part, "$text,$text") }],
	['member twice, differently' => sub {
		my $part = pick(@{$_[1]{pair}});
		my $text = text_of($_[0], $part);
		my $name = substr $_[0], $part->{from}, $part->{name_to} - $part->{from};
		my $other = "$name:" . pick(qw(null 0 1 "x" "" [] {} [99] [1] false));
		return replace($_[0], $part, pick("$text,$other", "$other,$text"));
	}],
	['member away' => sub { return take($_[0], pick(@{$_[1]{pair}})) }],
	['member of another name' => sub { my $part = pick(@{$_[1]{pair}}); return replace($_[0], {from => $part->{from}, to => $part->{name_to}}, '"' . pick(@names) . '"') }],
	['member more' => sub { my $part = pick(@{$_[1]{pair}}); return replace($_[0], {from => $part->{from}, to => $part->{from}}, '"' . pick(@names, @words) . '":' . pick(qw(null 0 1 "x" [] {} [99])) . ',') }],
	['element away' => sub { return take($_[0], pick(@{$_[1]{element}})) }],
	['element twice' => sub { my $part = pick(@{$_[1]{element}}); my $text = text_of($_[0], $part); return replace($_[0], $part, "$text,$text") }],
	['swap elements' => sub { return swap($_[0], map { pick(@{$_[1]{element}}) } 1, 2) }],
	['deep' => sub { my $n = pick(60, 70, 500); return replace($_[0], pick(@{$_[1]{value}}), '[' x $n . ']' x $n) }],
);
my %needs = (number => 'number', 'swap numbers' => 'number', 'number nearby' => 'number', string => 'string', 'swap strings' => 'string', 'string as another' => 'string',
	'element away' => 'element', 'element twice' => 'element', 'swap elements' => 'element', 'case' => 'pair',
	map { $_ => 'pair' } 'member twice', 'member twice, differently', 'member away', 'member of another name', 'member more');

sub mutate_body {
	my ($text) = @_;
	my @how;
	for (1 .. (rand() < 0.8 ? 1 : 2 + int rand 2)) {
		last if $text eq '';
		my $root = rand() < 0.75 ? read_json($text) : undef;
		my $parts = $root && parts($root);
		my $change = $parts ? pick(grep { !$needs{$_->[0]} || @{$parts->{$needs{$_->[0]}}} } @of_json) : pick(@plain);
		my $where = $change->[1]->($text, $parts);
		push @how, "$change->[0] $where";
	}
	return ($text, join '; ', @how);
}

my @lines = ('Transfer-Encoding: chunked', 'Transfer-Encoding: gzip', 'Content-Encoding: gzip', 'Content-Encoding: identity', 'Content-Length: 0', 'Content-Length: 7', 'Connection: close', 'Connection: upgrade', 'Upgrade: h2c',
	'Location: http://127.0.0.1:1/', 'x-amzn-errortype: ThrottlingException', 'x-amzn-errortype: AccessDeniedException:', 'x-amz-retry-after: 99999999', 'x-amz-retry-after: 1', 'Retry-After: 9999', 'Date: Thu, 01 Jan 1970 00:00:00 GMT',
	'Date: Fri, 31 Dec 9999 23:59:59 GMT', 'Date: x', 'Trailer: x', ': x', 'X', 'X-Long: ' . 'y' x 20000, "X-Zero: a\0b", "X-Fold: a\r\n b");
my @status = qw(100 101 102 103 200 201 204 205 206 301 302 304 400 401 403 404 407 408 413 429 500 502 503 504 599 600 999 000 20 2000 abc);

sub mutate_head {
	my ($head) = @_;
	my @lines_now = $head =~ /([^\n]*\n)/g;
	my ($kind) = pick(qw(byte byte status version line line away twice length length swap));
	my $how = '';
	if ($kind eq 'byte') {
		my $change = pick(grep { $_->[0] !~ /truncate|append/ } @plain);
		my $where = $change->[1]->($head);
		$how = "$change->[0] $where";
	} elsif ($kind eq 'status') {
		my $status = pick(@status);
		$head =~ s/\A(\S+) \d+/$1 $status/;
		$how = $status;
	} elsif ($kind eq 'version') {
		my $version = pick('HTTP/1.0', 'HTTP/0.9', 'HTTP/2', 'HTTP/3', 'HTTP/9.9', 'http/1.1', 'ICY', '');
		$head =~ s/\A\S+/$version/;
		$how = $version;
	} elsif ($kind eq 'line') {
		my $line = pick(@lines);
		my $at = 1 + int rand @lines_now;
		splice @lines_now, $at, 0, "$line\r\n";
		$head = join '', @lines_now;
		$how = length $line > 60 ? substr $line, 0, 60 : $line;
	} elsif ($kind =~ /away|twice/) {
		my $at = 1 + int rand(@lines_now - 1);
		$how = $lines_now[$at] =~ s/\r\n//r;
		splice @lines_now, $at, 1, $kind eq 'away' ? () : ($lines_now[$at]) x 2;
		$head = join '', @lines_now;
	} elsif ($kind eq 'length') {
		my $new = pick(qw(0 1 -1 + 1x 0x10 99999999999999999999 18446744073709551616), '', map { '~' } 1 .. 4);
		$head =~ s/^(Content-Length: *)(\d+)/$1 . ($how = $new eq '~' ? $2 + pick(-100, -2, -1, 1, 2, 100) : $new)/mie;
	} else {
		my ($a, $b) = map { 1 + int rand(@lines_now - 1) } 1, 2;
		@lines_now[$a, $b] = @lines_now[$b, $a];
		$head = join '', @lines_now;
		$how = "$a $b";
	}
	return ($head, "head, $kind $how");
}

1;
