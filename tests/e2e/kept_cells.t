#!/usr/bin/perl
# A breach is known, and then anything else happens: the run ends no milder, in time, with one whole result.
# The table is CheckECS::KeptCells; a sample of it by default, all with CHECK_ECS_KEPT=all (a quarter of an hour), or
# CHECK_ECS_CELLS=PATTERN of names.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Json;
use CheckECS::Kept;
use CheckECS::KeptCells;
use CheckECS::Workers;
use Test::More;

my $cells = CheckECS::KeptCells->new("$FindBin::Bin/preload", "$FindBin::Bin/../torture");
my @names = $cells->names;
my $only = $ENV{CHECK_ECS_CELLS};
my $all = ($ENV{CHECK_ECS_KEPT} // '') eq 'all';
# Another part of the table for each of the stride's values: it shares no factor with the lengths of what rotates.
my $stride = $ENV{CHECK_ECS_KEPT_EVERY} // 23;
my @chosen = grep { defined $only ? $names[$_] =~ /$only/ : $all || $_ % $stride == 0 } 0 .. $#names;
my @said = in_parallel(3, scalar @chosen, sub { return $cells->run($chosen[$_[0]]) });
my (%tried, %held);
for my $i (0 .. $#chosen) {
	my $name = $names[$chosen[$i]];
	my @remarks = @{$said[$i] // ['not run']};
	ok(!@remarks, $name) or diag map { "  $_\n" } @remarks;
	my ($place) = split /,/, $name;
	$tried{$place}++;
	$held{$place} += !@remarks;
}
diag(sprintf '%-30s %4d tried, %4d held', $_, $tried{$_}, $held{$_}) for sort keys %tried;
diag(sprintf '%d of %d cells tried', scalar @chosen, scalar @names);
validate_also(kept_documents());
validate_all();
done_testing;
