#!/usr/bin/perl
# Prints the texts of the C sources that people may read, one a line: file, line, text.
#
#   tests/messages.pl [DIRECTORY]
#
# These are all string literals with a blank between two words, whatever function or table they stand in, but for the few
# kinds below that nobody reads. Literals that the compiler joins are one text; a macro among them (PRId64, PACKAGE_NAME)
# stands as its name in braces. Escapes are printed as the source has them.
use strict;
use warnings;

# Not for people: formats without words, tables of AWS regions, HTTP headers, pieces of JSON.
my @not_for_people = (
	qr/^(?:[a-z]{2,4}(?:-[a-z]+)*(?:-\d)?(?: |$)){9,}$/,
	qr/^(?:Host|Content-Type|Accept|Authorization|x-amz-sso_bearer_token|X-aws-ec2-metadata-token-ttl-seconds): /,
	qr/^(?:%s)?[{,]*(?:\\n)?\\"/,
);
# Nor what this file looks for in the messages of ECS.
my %not_ours = ('lib/aws/service/ecs_event.c' => 1);

sub is_for_people {
	my ($text) = @_;
	(my $words = $text) =~ s/%[-#0-9.*]*(?:ll|l|z)?[a-zA-Z]|\\./ /g;
	return $text =~ /\S\s+\S/ && $words =~ /[A-Za-z]{2}/ && !grep { $text =~ $_ } @not_for_people;
}

# The code without comments, its lines kept.
sub without_comments {
	my ($code) = @_;
	$code =~ s{("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(/\*.*?\*/|//[^\n]*)}{
		my ($literal, $comment) = ($1, $2);
		$literal // $comment =~ s/[^\n]//gr}gse;
	return $code;
}

# The strings of a file: [line, text].
sub strings_of {
	my ($code) = @_;
	my @strings;
	my $line = 1;
	my $joins = 0; # whether a literal that comes now continues the last one
	pos($code) = 0;
	while (pos($code) < length $code) {
		if ($code =~ /\G(\s+)/gc) {
			$line += $1 =~ tr/\n//;
			next;
		}
		if ($code =~ /\G"((?:[^"\\]|\\.)*)"/gcs) {
			push @strings, [$line, ''] unless $joins;
			$strings[-1][1] .= $1;
			$line += $1 =~ tr/\n//;
			$joins = 1;
		} elsif ($joins && $code =~ /\G([A-Z]\w*)(?=\s*["),;])/gc) {
			$strings[-1][1] .= "{$1}";
		} elsif ($code =~ /\G(?:#\s*include[^\n]*|_Static_assert\b([^;]*);|'(?:[^'\\]|\\.)*'|\w+|.)/gcs) {
			$line += ($1 // '') =~ tr/\n//;
			$joins = 0;
		}
	}
	return @strings;
}

my $top = shift // $ENV{CHECK_ECS_SRCDIR} // '.';
for my $path (map { sort glob "$top/$_" } 'lib/*/*.[ch]', 'lib/aws/*/*.[ch]', 'lib/aws/*/*/*.[ch]', 'plugins/*.[ch]', 'plugins/*.d/*/*.[ch]', 'plugins/*.d/*/*/*.[ch]') {
	(my $name = $path) =~ s{^\Q$top\E/}{};
	next if $not_ours{$name};
	open my $in, '<', $path or die "$path: $!\n";
	my $code = do { local $/; <$in> };
	close $in;
	for my $string (strings_of(without_comments($code))) {
		my ($line, $text) = @$string;
		print "$name:$line: $text\n" if is_for_people($text);
	}
}
