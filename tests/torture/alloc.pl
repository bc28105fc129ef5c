#!/usr/bin/perl
# Fails each allocation of a run in turn, one run a point, and looks at what comes out: the true state or UNKNOWN, one whole
# result, in time, no crash in our code, cJSON or libcurl.
#
#	perl -Itests/e2e/lib tests/torture/alloc.pl [--scenario=NAME] [--kinds=own,json,curl] [--first=1] [--every=1] [--most=N]
#		[--and-all-after] [--workers=2] [--valgrind]
#
# NAME: one of Scenario.pm's. kinds: whose allocations: own, json, curl, openssl, libc, other. --valgrind: each run under
# valgrind, whose every error is a failure; not what is left at the end, since a run that fails ends by _exit(). Environment as
# in tests/README.md, and CC.
use strict;
use warnings;
use utf8;
use Encode ();
use FindBin;
use lib "$FindBin::Bin/../e2e/lib", $FindBin::Bin;
use CheckECS;
use Getopt::Long;
use List::Util qw(min);
use Scenario;
use Time::HiRes qw(time);

my %option = (scenario => 'plain', kinds => 'own,json,curl', first => 1, every => 1, most => 1_000_000, workers => 2);
GetOptions(\%option, 'scenario=s', 'kinds=s', 'first=i', 'every=i', 'most=i', 'workers=i', 'and-all-after', 'valgrind', 'worker=i', 'total=i') && !@ARGV
	or die "see the head of $0\n";
my $MOST_SHOWN = 200;
if ($option{valgrind}) {
	# Without the synonyms valgrind would put its malloc in the place of the preloaded one.
	$ENV{CHECK_ECS_WRAPPER} = "valgrind -q --leak-check=no --error-exitcode=99 --soname-synonyms=somalloc=nouserintercepts "
		. "--suppressions=$FindBin::Bin/../valgrind.supp";
	$ENV{CHECK_ECS_TIME_FACTOR} //= 20;
}
my $scenario = Scenario->new($option{scenario});

# -> (result, allocations counted, allocations refused, trace)
sub run_at {
	my ($point) = @_;
	$scenario->rearm;
	my %env = $scenario->environment($point, TORTURE_KINDS => $option{kinds}, $option{'and-all-after'} ? (TORTURE_AND_ALL_AFTER => 1) : ());
	my $run = $scenario->run({name => "allocation $point", env => \%env});
	return ($run, $scenario->counts);
}

if (defined $option{worker}) {
	local $| = 1;
	for (my $i = $option{worker}; $i < $option{most}; $i += $option{workers}) {
		my $point = $option{first} + $i * $option{every};
		last if $point > $option{total};
		my ($run, undef, $refused, $trace) = run_at($point);
		my ($word, $text) = $scenario->judge($run, $refused, $trace);
		unlink glob tempdir() . '/[0-9]*-{state,stdout,stderr}';
		printf "%s\t%d\t%s\n", $word, $point, Encode::encode('UTF-8', $text =~ s/\s+/ /gr);
	}
	exit 0;
}

my ($whole, $total) = run_at(0);
die "the run without a fault has not the true state: $whole->{text}$whole->{stderr}\n" if ($whole->{state} // '') ne 'WARNING';
$scenario->stop;
die "no allocation was counted\n" if !$total;
printf "%s, allocations of %s: %d%s\n", $option{scenario}, $option{kinds}, $total, $option{valgrind} ? ', under valgrind' : '';

my $begin = time;
my @same = map { "--$_=$option{$_}" } qw(scenario kinds first every most workers);
push @same, map { "--$_" } grep { $option{$_} } qw(and-all-after valgrind);
my @workers = map {
	open my $pipe, '-|', $^X, $0, @same, "--total=$total", "--worker=$_" or die "fork: $!";
	$pipe;
} 0 .. $option{workers} - 1;
my (%count, @shown);
for my $worker (@workers) {
	while (my $line = readline $worker) {
		chomp $line;
		my ($word, $point, $text) = split /\t/, $line, 3;
		$count{$word}++;
		push @shown, "  allocation $point: $word: $text\n" if $text;
	}
	close $worker or $count{'BROKEN: a worker died'}++;
}
print @shown[0 .. min($MOST_SHOWN, scalar @shown) - 1];
printf "%-28s %d\n", $_, $count{$_} for sort keys %count;
printf "%.0f s\n", time - $begin;
exit((grep { /\A(?:BROKEN|CRASHED)/ } keys %count) || !%count ? 1 : 0);
