package CheckECS::Secrets;
# Secrets as others may repeat them, and an oracle that finds them again.
#
#	for my $way (CheckECS::Secrets::ways($secret)) { my ($name, $text) = @$way; ... }   # plain, in base64, a half of it, ...
#	is_deeply([CheckECS::Secrets::found($output, @secrets)], [], 'nothing leaks');
#
# found() takes the output as it is and with percent signs, backslashes and entities decoded, all blanks and letters' case set
# aside, and looks for each piece of eight characters of each secret and of its base64 at each of the three places in a group.

use strict;
use warnings;
use MIME::Base64 qw(encode_base64);

sub base64 { return encode_base64($_[0], '') }
sub percent { return join '', map { sprintf $_[1], ord } split //, $_[0] }

# -> [name, text]... Bytes, each without a NUL and without a line end but where the name says so.
sub ways {
	my ($s) = @_;
	my $half = int(length($s) / 2);
	(my $url = $s) =~ s/([^A-Za-z0-9._~-])/sprintf '%%%02X', ord $1/ge;
	(my $lower = $url) =~ s/(%[0-9A-F]{2})/lc $1/ge;
	(my $escaped = $s) =~ s{([/"\\])}{\\$1}g;
	(my $entities = $s) =~ s/([^A-Za-z0-9])/sprintf '&#x%X;', ord $1/ge;
	return (
		['plain', $s],
		['in a sentence', "the value $s, which you sent, is not right"],
		['at the end of a long text', 'x' x 150 . " $s"],
		['upper case', uc $s],
		['lower case', lc $s],
		['the first half', substr $s, 0, $half],
		['the second half', substr $s, $half],
		['cut after twelve', substr($s, 0, 12)],
		['its last nine', substr($s, -9)],
		['for a URL', "key=$url&more=1"],
		['for a URL, lower case', "key=$lower&more=1"],
		['for a URL, each character', percent($s, '%%%02x')],
		['for a URL, twice', $url =~ s/%/%25/gr],
		['escaped for JSON', $escaped],
		['escaped for JSON, each character', percent($s, '\\u%04x')],
		['for XML', $entities],
		['base64', base64($s)],
		['base64 behind one byte', base64("u$s")],
		['base64 behind two bytes', base64("u:$s")],
		['base64, behind, before and for a URL', base64("user:$s;more") =~ tr{+/}{-_}r],
		['base64 of a half', base64(substr $s, $half)],
		['with characters that do not show', join "\xe2\x80\x8b", split //, $s],
		['with escape sequences', join "\e[0m", split //, $s],
		['with blanks', join ' ', split //, $s],
		['in lines', $s =~ s/(.{5})/$1\n/gr],
	);
}

sub entity {
	my ($name) = @_;
	my %known = (amp => '&', lt => '<', gt => '>', quot => '"', apos => "'");
	return $known{lc $name} // ($name =~ /^#x/i ? chr hex substr $name, 2 : chr substr $name, 1);
}

sub decode {
	my ($text) = @_;
	$text =~ s/%([0-9a-f]{2})|&(amp|lt|gt|quot|apos|#x[0-9a-f]{1,4}|#[0-9]{1,4});|\\(?:u([0-9a-f]{4})|x([0-9a-f]{2})|([\/"\\nrtbf]))/
		defined $1 ? chr hex $1 : defined $2 ? entity($2) : defined $3 ? chr hex $3 : defined $4 ? chr hex $4 : $5/gie;
	return $text;
}

sub found {
	my ($text, @secrets) = @_;
	my @texts = ($text);
	push @texts, decode($texts[-1]) for 1 .. 3;
	tr{A-Z\-_}{a-z+/}, s/[\s\0]+//g for @texts;
	my @found;
	for my $secret (@secrets) {
		my @forms = ($secret, map { substr base64(('u' x $_) . $secret), $_ == 0 ? 0 : $_ + 1 } 0 .. 2);
		for my $form (@forms) {
			(my $folded = $form) =~ s/=+\z//;
			$folded =~ s/\s+//g;
			$folded =~ tr{A-Z\-_}{a-z+/};
			my $whole = join "\n", @texts;
			my ($piece) = grep { index($whole, $_) >= 0 } map { substr $folded, $_, 8 } 0 .. length($folded) - 8;
			push @found, "$piece of $form" if defined $piece;
		}
	}
	return @found;
}

1;
