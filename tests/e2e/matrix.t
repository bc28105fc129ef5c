#!/usr/bin/perl
# The fault matrix: each operation meets each fault. Every run gives the true state, or says UNKNOWN with the reason, in time.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Matrix qw(cells operations kinds);
use CheckECS::MatrixRun;
use CheckECS::Workers;
use Test::More;

my $workers = $ENV{CHECK_ECS_WRAPPER} ? 3 : 6; # most of the time a run waits, unless valgrind works
my $only = $ENV{CHECK_ECS_CELLS}; # a pattern: some cells by their names
my $stride = $ENV{CHECK_ECS_MATRIX_EVERY} || 1; # every so many of them
my @all = cells();
my @cells = map { $all[$_] } grep { defined $only ? $all[$_]{name} =~ /$only/ : $_ % $stride == 0 } 0 .. $#all;
my $runner = eval { CheckECS::MatrixRun->new("$FindBin::Bin/preload") } or BAIL_OUT($@);

my @remarks = in_parallel($workers, scalar @cells, sub { return $runner->run($cells[$_[0]]) });
$runner->stop;

SKIP: {
	skip "peak memory is not measured: no /usr/bin/time, a factor of time, or a wrapper", 1 unless CheckECS::MatrixRun::measures_memory();
	like(scalar qx(/usr/bin/time -f %M true 2>&1), qr/\A[1-9]\d*\n\z/, 'peak memory is measured');
}
my ($survived, %of) = (0);
for my $n (0 .. $#cells) {
	my $good = $remarks[$n] && !@{$remarks[$n]};
	ok($good, "$cells[$n]{name}: $cells[$n]{outcome}") or diag(map { "  $_\n" } @{$remarks[$n] // ['not run']});
	$survived += $good;
	my $count = $of{$cells[$n]{operation}} //= [0, 0];
	$count->[0]++;
	$count->[1] += $good;
}
diag(sprintf '%-26s %3d tried, %3d survived', $_, @{$of{$_} // [0, 0]}) for operations();
diag(sprintf '%d kinds of fault, %d of %d cells tried, %d survived', scalar(kinds()), scalar(@cells), scalar(@all), $survived);
done_testing;
