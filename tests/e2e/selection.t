#!/usr/bin/perl
# Which range serves which metric, and which services are looked at.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use Test::More;

my @names = qw(api api-old api-new Api web web-1 web-2 worker);
my $standin = standin("cluster prod region=eu-west-1\n" . join '', map { "service $_ desired=1 running=1\n\tcpu flat=30.5\n\tmemory flat=60.5\n" } @names);

# -> "warning/critical" of cpu and memory as the perfdata show them
sub ranges {
	my $run = $standin->check('-c', 'prod', '-s', 'worker', @_);
	return {map { my $item = $run->{details}{"worker_$_"}; $_ => $item && "$item->{warning}/$item->{critical}" } qw(cpu memory)};
}
for my $case (
	[[], '80/95', '80/95'],
	[['-w', '70'], '70/95', '70/95'],
	[['-w', '70', '-w', '71'], '71/95', '71/95'],
	[['-w', 'memory=72'], '80/95', '72/95'],
	[['-w', '70', '-w', 'memory=72'], '70/95', '72/95'],
	[['-w', 'memory=72', '-w', '70'], '70/95', '72/95'],
	[['-w', 'memory=72', '-w', '70', '-w', 'memory=73'], '70/95', '73/95'],
	[['-w', 'cpu=72', '-w', 'memory=73', '-C', '90'], '72/90', '73/90'],
	[['--critical=cpu=91', '--critical=92', '--warning', 'cpu=50:'], '50:/91', '80/92'],
	[['-C', 'memory=~:'], '80/95', '80/'],
	[['-C', '~:', '-w', '~:'], '/', '/'],
	[['-Ccpu=91', '-w70'], '70/91', '70/95'],
) {
	my ($arguments, $cpu, $memory) = @$case;
	is_deeply(ranges(@$arguments), {cpu => $cpu, memory => $memory}, "ranges of: @$arguments");
}
$standin->check('-c', 'prod', '-w', '96', '-C', '50')->exits('CRITICAL', 'a warning above the critical range is no error');
$standin->check('-c', 'prod', '-w', 'memory=60')->exits('WARNING', 'a range for memory alone');
$standin->check('-c', 'prod', '-w', 'cpu=60')->exits('OK', 'the same range for cpu alone');

# -> the services a run looked at
sub looked_at {
	my $run = $standin->fresh_check('-c', 'prod', '-m', 'cpu', @_);
	my @found = map { s/_cpu$//r } @{$run->{details_order}};
	# A single -s with an exact name is about that service alone: no counts.
	my $is_one = @_ == 2 && $_[0] eq '-s' && $_[1] !~ /[*?\[\\]/;
	is($run->{summary}{services} && $run->{summary}{services}{value}, $is_one ? undef : scalar @found, 'services= counts after the filters');
	is($standin->stats->{queries}, scalar @found, 'only those are asked for');
	return [sort @found];
}
for my $case (
	[[], @names],
	[['-s', 'api'], 'api'],
	[['-s', 'api*'], qw(api api-new api-old)],
	[['-s', 'API*', '-s', 'web'], 'web'],
	[['-s', 'api*', '-s', 'web'], qw(api api-new api-old web)],
	[['-s', 'web-?'], qw(web-1 web-2)],
	[['-s', 'web-[2-9]'], qw(web-2)],
	[['-s', '[!aA]*'], qw(web web-1 web-2 worker)],
	[['-s', 'api*', '-x', 'api-old'], qw(api api-new)],
	[['-x', 'api-old', '-s', 'api*'], qw(api api-new)],
	[['-x', 'api*', '-x', 'web*'], qw(Api worker)],
	[['--exclude=*-*'], qw(Api api web worker)],
	[['--service=*', '--exclude=w*'], qw(Api api api-new api-old)],
) {
	my ($arguments, @expected) = @$case;
	is_deeply(looked_at(@$arguments), [sort @expected], "filters: @$arguments");
}
my $run = $standin->check('-c', 'prod', '-s', 'API*');
$run->exits('UNKNOWN', 'patterns heed the case');
like($run->{text}, qr/API\*/, 'and the one that matches nothing is named');
$standin->check('-c', 'prod', '-s', 'web', '-x', 'web')->exits('UNKNOWN', 'exclude wins, nothing is left');

done_testing;
