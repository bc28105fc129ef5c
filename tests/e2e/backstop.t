#!/usr/bin/perl
# The deadline holds where nothing looks at it: a resolver that hangs, a call that cannot be interrupted.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Json;
use CheckECS::Preload;
use Test::More;

plan skip_all => 'a wrapper such as valgrind replaces these calls itself' if $ENV{CHECK_ECS_WRAPPER};
my %library = map { $_ => preload("$FindBin::Bin/preload/block.c", "-DBLOCK_$_") } qw(RESOLVER POLL);

sub blocked {
	my ($what, $option, @arguments) = @_;
	return run_plugin({%$option, env => {preloaded($library{$what})}}, '-c', 'prod', @arguments);
}

my $run = blocked('RESOLVER', {name => 'a resolver that hangs'}, '--endpoint-url=http://slow.invalid:1', '-t', 2 * time_factor());
$run->exits('UNKNOWN');
$run->says('it says so', qr/timed out after \d+ s, waiting for ListServices from slow\.invalid/);
cmp_ok($run->{own_seconds}, '<', 3 * time_factor(), 'in time');

$run = blocked('RESOLVER', {name => 'a signal then', signal => ['TERM', 0.5]}, '--endpoint-url=http://slow.invalid:1', '-t', 20 * time_factor());
$run->exits('UNKNOWN');
$run->says('it says so', qr/signal/);
cmp_ok($run->{own_seconds}, '<', 3 * time_factor(), 'and ends soon');

my $standin = standin("cluster prod region=eu-west-1\n", '--fault=ListServices:hang');
my $url = $standin->url;
$run = blocked('POLL', {name => 'a call that cannot be interrupted'}, "--endpoint-url=$url", '-t', 2 * time_factor() . ':critical');
$run->exits('CRITICAL', 'the state of the timeout');
$run->says('the backstop\'s line', qr/^ECS CRITICAL - timed out after \d+ s in a call that could not be interrupted$/);
cmp_ok($run->{own_seconds}, '<', 3 * time_factor(), 'half a second after the deadline');

$run = blocked('POLL', {name => 'a signal then, too', signal => ['INT', 0.5]}, "--endpoint-url=$url", '-t', 20 * time_factor());
$run->exits('UNKNOWN');
$run->says('the backstop\'s line', qr/^ECS UNKNOWN - ended by a signal$/);
cmp_ok($run->{own_seconds}, '<', 3 * time_factor(), 'within a second or so');

# A result that is begun just before, as on a host with too much to do, still goes out whole.
$library{LATE} = preload("$FindBin::Bin/preload/block.c", '-DBLOCK_WRITE', '-DBLOCK_POLL_UNTIL_MS=' . (2000 * time_factor() + 250));
$run = blocked('LATE', {name => 'the write is late'}, "--endpoint-url=$url", '-t', 2 * time_factor() . ':critical');
$run->exits('CRITICAL', 'the write is late');
$run->says('the result', qr/^ECS CRITICAL - prod: timed out after \d+ s, waiting for ListServices/);

# The same as JSON: the fixed line is an object as well.
for my $case (['the deadline', 'timed out after \d+ s in a call', 'CRITICAL', {}], ['a signal', 'ended by a signal', 'UNKNOWN', {signal => ['TERM', 0.5]}]) {
	my ($name, $says, $state, $option) = @$case;
	my %env = preloaded($library{POLL});
	my $seconds = $option->{signal} ? 20 : 2;
	$run = json_run($standin, {%$option, env => \%env, name => "a blocking call and $name, as JSON"}, '-c', 'prod', '-t', $seconds * time_factor() . ':critical');
	is($run->{json}{state}, $state, "$name: the state");
	like($run->{json}{summary}, qr/^ECS $state - $says/, "$name: the summary");
}
validate_all();
done_testing;
