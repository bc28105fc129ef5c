#!/usr/bin/perl
# Without memory there is still one line and the status that goes with it. tests/torture does this for every allocation.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use Test::More;

plan skip_all => 'valgrind and sanitizers bring allocators of their own' if $ENV{CHECK_ECS_WRAPPER} || $ENV{ASAN_OPTIONS};
my $compiler = $ENV{CC} || 'cc';
my $library = tempdir() . '/fail_alloc.so';
is(system(split(' ', $compiler), '-shared', '-fPIC', '-O1', '-o', $library, "$FindBin::Bin/../torture/fail_alloc.c"), 0, "$compiler builds the failing allocator")
	or BAIL_OUT('a C compiler is needed');
my $standin = standin("cluster prod region=eu-west-1\nservice api desired=1 running=1\n\tcpu flat=99\n\tmemory flat=51.5\n");

for my $point (1, 2, 5, 20, 100, 250) {
	my $state = keep_file("\0" x 4016, 'state');
	my $run = $standin->check({name => "no memory from allocation $point on",
		env => {LD_PRELOAD => $library, TORTURE_STATE => $state, TORTURE_AT => $point, TORTURE_AND_ALL_AFTER => 1, TORTURE_KINDS => 'own,json,curl', TORTURE_NO_PAUSE => 1}},
		'-c', 'prod');
	$run->exits('UNKNOWN');
	$run->says("allocation $point: the reason", qr/^ECS UNKNOWN - .*memory/);
}
done_testing;
