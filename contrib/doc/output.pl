#!/usr/bin/perl
# Prints README.md with the output of real runs: each block behind a comment "<!-- output: COMMAND -->" gets what COMMAND
# prints on the demo account, with links shortened and long lines folded.
#
#	perl contrib/doc/output.pl PLUGIN STANDIN README.md
#
# `make readme` has both programs built and writes the file. The series of the demo account end now, so the times in the
# output are those of the run.
use strict;
use warnings;
use utf8;
use File::Temp qw(tempdir);

binmode STDOUT, ':encoding(UTF-8)';

my ($plugin, $standin, $readme) = @ARGV == 3 ? @ARGV : die "usage: output.pl PLUGIN STANDIN README.md\n";
my $columns = 120;
my ($standin_pid, $from_standin);

sub output_of {
	my (@command) = @_;
	open my $pipe, '-|:encoding(UTF-8)', @command or die "$command[0]: $!\n";
	my @lines = <$pipe>;
	close $pipe;
	die "$command[0] ended by signal " . ($? & 127) . "\n" if $? & 127;
	chomp @lines;
	return @lines;
}

# A line as the page has it: continued lines are indented by four blanks.
sub folded {
	my ($line) = @_;
	$line =~ s{(https://\S+?/home\?region=[a-z0-9-]+)\S+}{$1…};
	my @folded;
	while (length $line > $columns) {
		my $room = $columns - (@folded ? 4 : 0);
		$line =~ s/\A(.{1,$room}) (?=\S)//s or last;
		push @folded, $1;
	}
	return join "\n    ", @folded, $line;
}

sub block_of {
	my ($url, $command) = @_;
	my ($name, @arguments) = split ' ', $command;
	my $home = tempdir(CLEANUP => 1);
	local %ENV = (HOME => $home, PATH => '/usr/bin:/bin', AWS_EC2_METADATA_DISABLED => 'true', AWS_ACCESS_KEY_ID => 'AKIDEXAMPLE',
		AWS_SECRET_ACCESS_KEY => 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY', AWS_REGION => 'eu-west-1');
	return join '', map { "$_\n" } "\$ $command", map { folded($_) } output_of($plugin, "--endpoint-url=$url", @arguments);
}

END {
	local $?;
	kill 'TERM', $standin_pid if $standin_pid;
	close $from_standin if $from_standin;
}

$standin_pid = open $from_standin, '-|', $standin, '--max-seconds=60' or die "$standin: $!\n";
my ($url) = (readline($from_standin) // '') =~ /^listening (\S+)/ or die "the stand-in for AWS did not start\n";
open my $in, '<:encoding(UTF-8)', $readme or die "$readme: $!\n";
my $text = do { local $/; <$in> };
$text =~ s{^(<!-- output: ([^\n]+) -->\n```text\n).*?(?=^```$)}{$1 . block_of($url, $2)}gmse or die "$readme has no block for output\n";
print $text;
