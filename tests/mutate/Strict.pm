package Strict;
# A strict reader of JSON that shares no code with the plugin, cJSON or JSON::PP: RFC 8259, valid UTF-8, no name twice.
#
#	my $node = read_json($bytes);     # undef unless the bytes are exactly one document
#	$node->{type}                     # object, array, string, number, true, false, null
#	$node->{members}{NAME}, $node->{items}[0], $node->{text} (of a string: decoded; of a number: as written)
#	$node->{from}, $node->{to}        # where it stands in the bytes
#	nodes($node)                      # it and all within, outermost first

use strict;
use warnings;
use Encode ();
use Exporter 'import';

our @EXPORT = qw(read_json nodes);

my $MOST_LEVELS = 64;
my %escape = ('"' => '"', '\\' => '\\', '/' => '/', b => "\b", f => "\f", n => "\n", r => "\r", t => "\t");

sub read_json {
	my ($bytes) = @_;
	return undef unless eval { Encode::decode('UTF-8', $bytes, Encode::FB_CROAK | Encode::LEAVE_SRC); 1 };
	pos($bytes) = 0;
	my $node = value(\$bytes, 1) or return undef;
	$bytes =~ /\G[ \t\r\n]+/gc;
	return undef if pos $bytes != length $bytes;
	return $node;
}

sub value {
	my ($text, $level) = @_;
	return undef if $level > $MOST_LEVELS;
	$$text =~ /\G[ \t\r\n]+/gc;
	my $from = pos $$text;
	my $node = $$text =~ /\G\{/gc ? object($text, $level) : $$text =~ /\G\[/gc ? array($text, $level) : $$text =~ /\G(?=")/gc ? string($text)
		: $$text =~ /\G(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)/gc ? {type => 'number', text => $1}
		: $$text =~ /\G(true|false|null)/gc ? {type => $1, text => $1} : undef;
	@$node{qw(from to)} = ($from, pos $$text) if $node;
	return $node;
}

sub string {
	my ($text) = @_;
	$$text =~ /\G"((?:[^"\\\x00-\x1f]|\\(?:["\\\/bfnrt]|u[0-9a-fA-F]{4}))*)"/gc or return undef;
	my $inside = Encode::decode('UTF-8', $1);
	$inside =~ s/\\(?:u([0-9a-fA-F]{4})|(.))/defined $1 ? chr hex $1 : $escape{$2}/ge;
	return {type => 'string', text => $inside};
}

sub object {
	my ($text, $level) = @_;
	my %node = (type => 'object', members => {}, pairs => []);
	return \%node if $$text =~ /\G[ \t\r\n]*\}/gc;
	while (1) {
		$$text =~ /\G[ \t\r\n]+/gc;
		my $from = pos $$text;
		my $name = string($text) or return undef;
		my $name_to = pos $$text;
		$$text =~ /\G[ \t\r\n]*:/gc or return undef;
		my $value = value($text, $level + 1) or return undef;
		return undef if $node{members}{$name->{text}}; # a name twice
		$node{members}{$name->{text}} = $value;
		push @{$node{pairs}}, {from => $from, name_to => $name_to, to => pos $$text};
		return \%node if $$text =~ /\G[ \t\r\n]*\}/gc;
		$$text =~ /\G[ \t\r\n]*,/gc or return undef;
	}
}

sub array {
	my ($text, $level) = @_;
	my %node = (type => 'array', items => []);
	return \%node if $$text =~ /\G[ \t\r\n]*\]/gc;
	while (1) {
		push @{$node{items}}, value($text, $level + 1) // return undef;
		return \%node if $$text =~ /\G[ \t\r\n]*\]/gc;
		$$text =~ /\G[ \t\r\n]*,/gc or return undef;
	}
}

sub nodes {
	my ($node) = @_;
	my @within = $node->{members} ? sort { $a->{from} <=> $b->{from} } values %{$node->{members}} : @{$node->{items} // []};
	return ($node, map { nodes($_) } @within);
}

1;
