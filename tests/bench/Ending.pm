package Ending;
# What is left to do when a run's last answer has come: judging and writing, at the documented bounds, by `ending` (ending.c).
# Instructions are callgrind's, of judge() and report() alone; CPU is beside what copying the same points takes.

use strict;
use warnings;
use Bench;
use CheckECS;

# services, points, form, decimals of the values
my @cases = (
	[20000, 25, 'text', 3],
	[20000, 25, 'verbose', 3],
	[5000, 289, 'text', 3],
	[800, 20161, 'text', 3],
	[5000, 25, 'json', 2],
	[5000, 25, 'json', 17],
	[800, 20161, 'json', 3],
);

sub instructions {
	my (@command) = @_;
	my $said = keep_file('', 'callgrind-said');
	system("valgrind --tool=callgrind --callgrind-out-file=/dev/null --toggle-collect=judge --toggle-collect=report --log-file=$said @command >/dev/null 2>&1");
	my ($count) = CheckECS::slurp($said) =~ /Collected *: *(\d+)/ or die "callgrind counts nothing for @command\n";
	return $count;
}

# PROGRAM -> rows {services, points, form, decimals, instructions, judge_us, report_us, copy_us, bytes}
sub rows {
	my ($program) = @_;
	my @rows;
	for my $case ($quick ? grep { $_->[0] * $_->[1] < 200_000 } @cases : @cases) {
		my @command = ($program, @$case);
		my %row;
		@row{qw(services points form decimals)} = @$case;
		my @runs = map { [split ' ', `@command`] } 1 .. ($quick ? 1 : 5);
		die "@command failed\n" if grep { @$_ != 4 } @runs;
		@row{qw(judge_us report_us copy_us)} = map { my $i = $_; median(map { $_->[$i] } @runs) } 0 .. 2;
		$row{bytes} = $runs[0][3];
		$row{instructions} = instructions(@command);
		push @rows, \%row;
	}
	return @rows;
}

1;
