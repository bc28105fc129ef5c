#!/usr/bin/perl
# Ranges per service: which entry of -w and -C serves a service's metric, over 1,000 random sets of options, against a sort by
# the contract's precedence. Globs are held against regular expressions.
use strict;
use warnings;
use FindBin;
use Test::More;
use lib $FindBin::Bin;
use Driver qw(ask seed pick);

my $sets = 1000;
my $seed = seed();
my @metrics = qw(cpu ebs memory);
my %default = (w => 'default=80', c => 'default=95');
my @names = qw(api api-2 batch batch-1 batch-night web_a web_b X 90);
# A glob and what it means.
my %globs = ('*' => '.*', 'batch-*' => 'batch-.*', 'b*' => 'b.*', 'web_?' => 'web_.', 'web_[ab]' => 'web_[ab]', 'web_[!a]' => 'web_[^a]',
	'*-*' => '.*-.*', '\api' => 'api', 'nothing*' => 'nothing.*', map { ($_ => quotemeta) } @names, 'gone');
my %exact = map { ($_ => 1) } @names, 'gone';

# The entry that serves a metric: sort all that concern it, take the last.
sub reference {
	my ($entries, $level, $name, $metric) = @_;
	my @concerning = grep {
		my $x = $entries->[$_];
		$x->{level} eq $level && (!defined $x->{metric} || $x->{metric} eq $metric)
			&& (!defined $x->{glob} || $name =~ /\A(?:$globs{$x->{glob}})\z/)
	} 0 .. $#$entries;
	return $default{$level} if !@concerning;
	my $service = sub { my $g = $entries->[$_[0]]{glob}; return !defined $g ? 0 : $exact{$g} ? 2 : 1 };
	my $special = sub { return defined $entries->[$_[0]]{metric} ? 1 : 0 };
	my ($best) = sort { $service->($b) <=> $service->($a) || $special->($b) <=> $special->($a) || $b <=> $a } @concerning;
	return "$entries->[$best]{text}=$entries->[$best]{range}";
}

my (@lines, @wanted);
my $place = 0;
for (1 .. $sets) {
	my @entries;
	for (1 .. int rand pick(4, 12, 50)) {
		my %x = (level => pick(qw(w c)), range => ++$place, glob => rand() < 0.7 ? pick(sort keys %globs) : undef,
			metric => rand() < 0.5 ? pick(@metrics) : undef);
		$x{text} = (defined $x{glob} ? "$x{glob}/" : '') . (defined $x{metric} ? "$x{metric}=" : '') . $x{range};
		push @entries, \%x;
		push @lines, "$x{level} $x{text}";
	}
	my @listed = grep { rand() < 0.6 } @names;
	for my $name (@listed) {
		push @lines, "s $name";
		push @wanted, join ' ', map { my $m = $_; map { reference(\@entries, $_, $name, $m) } qw(w c) } @metrics;
	}
	push @lines, '.';
	# Without a listed service even a range for all has matched none.
	my @idle = grep { my $g = $entries[$_]{glob}; !grep { !defined $g || $_ =~ /\A(?:$globs{$g})\z/ } @listed } 0 .. $#entries;
	push @wanted, join ' ', 'idle', @idle;
}
my @got = ask('ranges', @lines);
is(scalar @got, scalar @wanted, "$sets sets of options (seed $seed)");
my @wrong = grep { $got[$_] ne $wanted[$_] } 0 .. $#wanted;
is(scalar @wrong, 0, 'each metric of each service has the range that the precedence gives it')
	or diag(map { "got $got[$_]\nwanted $wanted[$_]\n" } grep { defined } @wrong[0 .. 2]);

# 5,000 services and 50 entries: once for each service.
my @many = ((map { ('w batch-' . $_ . '-*/cpu=' . $_, 'c *-' . $_ . '/9' . $_) } 1 .. 25), (map { "s service-$_-of-many" } 1 .. 5000), '.');
my $before = (times)[2];
is(scalar ask('ranges', @many), 5001, '5,000 services');
cmp_ok((times)[2] - $before, '<', 2, '... in less than 2 s of a processor');

done_testing;
