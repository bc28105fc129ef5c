#!/usr/bin/perl
# Lets what a run reads and writes go in pieces of few bytes, with EINTR and EAGAIN between them: the result has to be the same
# as without.
#
#	perl -Itests/e2e/lib tests/torture/short_io.pl [--scenario=NAME]
#
# NAME: one of Scenario.pm's. Environment as in tests/README.md, and CC. Out of reach are reads that libc makes for stdio, as of
# the CA file.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/../e2e/lib", $FindBin::Bin;
use CheckECS;
use CheckECS::Preload;
use Getopt::Long;
use List::Util qw(max);
use Scenario;
use Time::HiRes qw(time);

my %option = (scenario => 'plain');
GetOptions(\%option, 'scenario=s') && !@ARGV or die "see the head of $0\n";

my $STATE_BYTES = 4 * 8;
# [bytes a call may take, every so many calls fail]; odd steps, so that each kind of call meets them.
my @forms = ([1, 0], [7, 3], [7, 5]);

my $scenario = Scenario->new($option{scenario});
my $library = preload("$FindBin::Bin/short_io.c");
my ($begin, %count, @shown) = (time);

# -> (result, calls, cut, interrupted, deferred)
sub run_with {
	my ($bytes, $every) = @_;
	$scenario->rearm;
	my $state = keep_file("\0" x $STATE_BYTES, 'state');
	my %pieces = $bytes ? (SHORT_IO_BYTES => $bytes, SHORT_IO_EVERY => $every, SHORT_IO_STATE => $state) : ();
	my %env = ($scenario->plain_environment($bytes ? $library : ()), %pieces);
	my $run = $scenario->run({name => "$bytes, $every", env => \%env}, '-t', 60);
	return ($run, unpack 'Q4', CheckECS::slurp($state));
}

# The result without what differs from run to run by nature.
sub essence {
	my ($run) = @_;
	my $text = $run->{text};
	$text =~ s/\b\d+(?:\.\d+)? (?:ms|s)\b/TIME/g;
	$text =~ s/\b(time|duration)=[\d.]+s/$1=TIME/g;
	$text =~ s/\brequest id [\w-]+/request id/g;
	$text =~ s/\bASIA\.\.\.\w+/KEY/g;
	$text =~ s/\buntil \d{4}-\d\d-\d\dT[\d:]+Z/until THEN/g;
	my @lines = split /\n/, $text;
	# Batches are answered in any order, with metrics of the moment: what counts is how often what was asked, and how it ended.
	my @requests = sort map { /^http: (\w+) .*? (attempt \d+: .*?),/ ? "$1 $2" : $_ } grep { /^http: / } @lines;
	return join "\n", "exit $run->{exit}, signal $run->{signal}", (grep { !/^http: / } @lines), @requests;
}

# -> undef, or what is not the same
sub difference {
	my ($run, $whole) = @_;
	my @lines = map { [split /\n/, essence($_)] } $run, $whole;
	my ($first) = grep { ($lines[0][$_] // '') ne ($lines[1][$_] // '') } 0 .. max($#{$lines[0]}, $#{$lines[1]});
	return defined $first ? sprintf("line %d: '%s' instead of '%s'", $first, map { $_->[$first] // '' } @lines) : undef;
}

# Held against a run before and one after it: an hour or a minute may end in between, and with it the window.
sub judge_form {
	my ($bytes, $every) = @_;
	my ($before) = run_with(0, 0);
	my ($run, $calls, $cut, $interrupted, $deferred);
	# A read that is refused although there is something to read can leave OpenSSL and libcurl waiting for each other, until
	# the time for connecting is over; where calls fall into step with the refusals, so does each attempt. The plugin then
	# says so, rightly: that is another run, with another step.
	for (1 .. 8) {
		($run, $calls, $cut, $interrupted, $deferred) = run_with($bytes, $every);
		last if $run->{text} !~ /\AECS UNKNOWN - .*SSL connection timeout/;
	}
	my ($after) = run_with(0, 0);
	for my $whole ($before, $after) {
		die "the run without a fault has not the true state: $whole->{text}\n" if ($whole->{state} // '') ne 'WARNING';
	}
	my $met = "$calls calls, $cut cut, $interrupted EINTR, $deferred EAGAIN";
	return ('BROKEN', "was not met: $met") if !$cut || ($every && !($interrupted && $deferred));
	return ('BROKEN', "on standard error: $run->{stderr}") if ($run->{stderr} // '') ne '';
	my @differences = grep { defined } map { difference($run, $_) } $before, $after;
	return @differences == 2 ? ('BROKEN', "$differences[1]; $met") : ('the same', sprintf '%s, %.1f s', $met, $run->{seconds});
}

# That the pieces do harm to a program that takes one for the whole, and to that alone.
sub prove_harm {
	my $file = keep_file('0123456789' x 100, 'to-read');
	my %program = (
		hasty => 'sysread STDIN, my $bytes, 4096; syswrite STDOUT, $bytes',
		patient => 'my $n; while (!defined($n = sysread STDIN, my $bytes, 4096) || $n) { next unless $n; '
			. 'for (my $at = 0; $at < $n; ) { $at += syswrite(STDOUT, $bytes, $n - $at, $at) // 0 } }',
	);
	for my $form (@forms) {
		my ($bytes, $every) = @$form;
		my %environment = (LD_PRELOAD => $library, SHORT_IO_BYTES => $bytes, SHORT_IO_EVERY => $every, SHORT_IO_STATE => keep_file("\0" x $STATE_BYTES, 'state'));
		my $settings = join ' ', map { "$_='$environment{$_}'" } sort keys %environment;
		my %said = map { $_ => scalar qx($settings '$^X' -e '$program{$_}' <'$file') } keys %program;
		die "a program that reads once is not harmed by pieces of $bytes bytes\n" if $said{hasty} eq CheckECS::slurp($file);
		die "a program that reads to the end is harmed by pieces of $bytes bytes\n" if $said{patient} ne CheckECS::slurp($file);
	}
	return;
}

prove_harm();
for my $form (@forms) {
	my ($word, $text) = judge_form(@$form);
	$count{$word}++;
	push @shown, sprintf "  %d bytes a call, %s: %s: %s\n", $form->[0], $form->[1] ? "one in $form->[1] refused" : 'none refused', $word, $text;
}
binmode STDOUT, ':encoding(UTF-8)';
print "$option{scenario}, short reads and writes\n", @shown;
printf "%-28s %d\n", $_, $count{$_} for sort keys %count;
printf "%.0f s\n", time - $begin;
exit(grep({ $_ ne 'the same' } keys %count) || !%count ? 1 : 0);
