#!/usr/bin/perl
# Do the texts of the sources keep the rules of their language? tests/messages.pl lists them; each rule here is first tried on a
# text that breaks it and on one that keeps it.
use strict;
use warnings;
use File::Path qw(make_path);
use File::Temp qw(tempdir);
use FindBin;
use Test::More;

my $top = $ENV{CHECK_ECS_SRCDIR} // "$FindBin::Bin/..";
my $most_words = 35; # in a sentence

# Rooms and files whose texts do not keep the rules yet.
my %not_yet = ();

# Counts before a plural that are never 1.
my %never_one = (
	' %zu times, longest ' => 'said only of several runs',
	'%lld tasks in a row failed' => 'a failure from three tasks on',
	'%lld days' => 'clock_skew.c: from two days on',
	'%zu clusters in %.60s: which one?' => 'asked only if there are several',
	'%zu clusters in %s, name one with -c: %s' => 'said only if there are several',
);

# [FILE, LINE, TEXT] of each text below a directory.
sub texts_below {
	my ($directory) = @_;
	open my $out, '-|', $^X, "$FindBin::Bin/messages.pl", $directory or BAIL_OUT("messages.pl: $!");
	my @texts = map { /^(\S+?):(\d+): (.*)$/ ? [$1, $2, $3] : BAIL_OUT("not a text: $_") } <$out>;
	close $out or BAIL_OUT('messages.pl failed');
	return @texts;
}

# --- the rules: each returns what breaks it, or nothing ---

# A line break in a text is written \n.
sub lines_of {
	my ($text) = @_;
	return split /\\n/, $text;
}

# A row that is indented is a sentence of its own.
sub long_sentence {
	my ($text) = @_;
	for my $sentence (split /(?<=[.;?!])\s+|\\n\\n/, $text =~ s/\\n(?=\s)/\\n\\n/gr =~ s/(?<!\\n)\\n(?!\\n)/ /gr) {
		my $words = () = $sentence =~ /\S*[\w%]\S*/g;
		return "$words words: $sentence" if $words > $most_words;
	}
	return;
}

# A count that is printed and may be 1 before a plural: "%zu requests". A bound is none ("more than %d pages"), nor a number of
# something ("line %d has").
sub plural_after_one {
	my ($text) = @_;
	return if $never_one{$text};
	while ($text =~ /(.*?)(%(?:z|ll|l)?[du] (?:more )?([a-z]+s))\b(?!%s)/g) {
		my ($before, $found, $noun) = ($1, $2, $3);
		next if $noun =~ /^(?:ms|series|is|has|was)$/ || $before =~ /(?:than|at most|from|to|within|line) $/;
		return $found;
	}
	return;
}

my @rules = (
	{name => 'no "is no X", but "is not a valid X"', breaks => sub { $_[0] =~ /\b((?:is|are) no\b.*)/ ? $1 : () },
		bad => ["'%s' is no ARN", 'there are no clusters'], good => ["'%s' is not a valid ARN", 'this is not possible']},
	{name => 'plain words', breaks => sub { $_[0] =~ /\b(anew|folders?|amid|whoever)\b/i ? $1 : () },
		bad => ['fetching them anew failed', 'cannot open the folder', 'waiting for whoever writes'], good => ['fetching them again failed', 'cannot open the directory']},
	{name => 'what is unknown is said after its name', breaks => sub { $_[0] =~ /\b([Uu]nknown (?!or\b|to\b)[a-z]+)/ ? $1 : () },
		bad => ['unknown metric, use cpu', 'a deployment in an unknown status'], good => ['-m x: not a metric', 'must be ok, warning, critical, unknown or 0-3']},
	{name => "a sentence has at most $most_words words", breaks => \&long_sentence,
		bad => [join(' ', ('word') x ($most_words + 1)), join('\\n', (join(' ', ('word') x 30)) x 2)], good => [join(' ', ('word') x $most_words), map { join($_, (join(' ', ('word') x 30)) x 2) } '. ', '\\n\\n', '\\n  ']},
	{name => 'one blank between words', breaks => sub { my ($text) = @_; lines_of($text) == 1 && $text =~ /(\S+ {2,}\S+)/ ? $1 : () },
		bad => ['%zu of %zu  Enter: choose'], good => ['       and %zu more\\n', "Usage:\\n  one    two\\n"]},
	{name => 'a noun follows its count', breaks => \&plural_after_one,
		bad => ['api: %s %d requests, %d retry', '%zu services, none with data', 'and %zu more series of %zu more services'],
		good => ['%zu request%s', 'answered with more than %d pages', 'must have %d to %d bytes', '%lld ms', 'line %d has no =', '%zu of %zu']},
	{name => 'ordinals are not made of a number and a point', breaks => sub { $_[0] =~ /(%(?:z|ll|l)?[du](?:\.(?:\s|$)|st\b|nd\b|rd\b|th\b).*)/ ? $1 : () },
		bad => [', the %zu. nearest of its points', 'the %zuth'], good => ['the %zu%s nearest', '%d.%d s']},
	{name => 'no exclamation marks', breaks => sub { $_[0] =~ /(\w+!)/ ? $1 : () }, bad => ['nothing found!'], good => ['!= is not an operator']},
	{name => 'one line ends without a full stop', breaks => sub { my ($text) = @_; lines_of($text) == 1 && $text =~ /(\S*[^.]\.)(?:\\n)?$/ ? $1 : () },
		bad => ['cannot read %s.', 'cannot read it.\\n'], good => ['cannot read %s', 'waiting...', 'One sentence.\\nAnother one.\\n']},
);

for my $rule (@rules) {
	ok(defined $rule->{breaks}->($_), "$rule->{name}: broken by <" . substr($_, 0, 50) . '>') for @{$rule->{bad}};
	is($rule->{breaks}->($_), undef, "$rule->{name}: kept by <" . substr($_, 0, 50) . '>') for @{$rule->{good}};
}

# --- the list: what it holds and what not ---

my $planted = tempdir(CLEANUP => 1);
make_path("$planted/lib/aws/x");
open my $out, '>', "$planted/lib/aws/x/y.c" or BAIL_OUT("$planted: $!");
print {$out} <<'CODE';
#include "not this.h"
/* "not this" */ // "nor this"
_Static_assert(1 == 1,
	"nor this one");
static const char quote = '"', *const table[] = {"one text", "" "two " /* in parts */
	"texts", "word", " edges ", "%s (%s)", "Accept: a b", "ab\"c de"};
int f(void) {
	return g("with " PRId64 " and "
		 NAME, "http://host/path name");
}
CODE
close $out or BAIL_OUT("$planted: $!");
is_deeply([texts_below($planted)], [map { ['lib/aws/x/y.c', @$_] } [5, 'one text'], [5, 'two texts'], [6, 'ab\\"c de'], [8, 'with {PRId64} and {NAME}'], [9, 'http://host/path name']],
	'the list has all texts with a blank, joined, with their lines, and nothing else');

# --- the sources ---

my @texts = texts_below($top);
cmp_ok(scalar @texts, '>', 500, 'the texts of the sources are found');
my %needed = map { $_->[2] => 1 } @texts;
for my $rule (@rules) {
	my @faults;
	for my $text (@texts) {
		my ($file, $line) = @$text;
		my ($exception) = grep { $not_yet{$_} } $file, $file =~ s{/[^/]+$}{}r;
		my $found = $rule->{breaks}->($text->[2]) // next;
		$needed{$exception} = 1 if $exception;
		push @faults, "$file:$line: $found" unless $exception;
	}
	is(scalar @faults, 0, $rule->{name}) or diag(map { "  $_\n" } @faults);
}
is_deeply([grep { !$needed{$_} } sort keys %never_one], [], 'each text with a count that is never 1 is there');
diag("$_ keeps the rules by now: take it out of the exceptions") for grep { !$needed{$_} } sort keys %not_yet;
done_testing;
