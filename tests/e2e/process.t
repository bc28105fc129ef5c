#!/usr/bin/perl
# Whatever the parent process left behind: closed descriptors, full disks, blocked signals, set-user-id.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use Test::More;
use POSIX qw(:signal_h);

plan skip_all => 'a wrapper such as valgrind does not bear closed descriptors and the like itself' if $ENV{CHECK_ECS_WRAPPER};

my $body = "cluster prod region=eu-west-1\nservice api desired=1 running=1\n\tcpu flat=34.4\n\tmemory flat=51.5\n";
my $standin = standin($body);
my $hanging = standin($body, '--fault=*:hang');

# Every combination of closed descriptors. With stdout closed nobody can read the result: only the manners are asked for.
for my $mask (0 .. 7) {
	my @closed = map { $mask & 1 << $_ ? (qw(stdin stdout stderr))[$_] : () } 0 .. 2;
	my $name = 'closed: ' . (join(', ', @closed) || 'none');
	my $without_output = $mask & 2;
	my $run = $standin->fresh_check({name => $name, quiet => $without_output, map { $_ => 'closed' } @closed}, '-c', 'prod');
	is($run->{signal}, 0, "$name: no signal");
	if ($without_output) {
		ok($run->{exit} == 0 || $run->{exit} == 3, "$name: exit 0 or 3") or diag "exit $run->{exit}";
		is($run->{stderr} // '', '', "$name: nothing on stderr");
	} else {
		$run->exits('OK', $name);
		is(scalar @{$run->{details_order}}, 2, "$name: the whole result");
	}
	my $log = $standin->log;
	is_deeply([map { $_->{status} } @$log], [200, 200], "$name: no output went into a socket");
}

# Output that cannot be written.
my $run = $standin->check({name => 'stdout to /dev/full', stdout => '/dev/full', quiet => 1}, '-c', 'prod');
is($run->{exit}, 3, '/dev/full: exit 3');
is($run->{signal}, 0, '/dev/full: no signal');
is($run->{stderr}, '', '/dev/full: nothing on stderr');
for my $option ('--help', '--version') {
	$run = run_plugin({name => $option, stdout => '/dev/full', quiet => 1, raw => 1}, $option);
	is($run->{exit}, 3, "$option to /dev/full: exit 3");
}
{
	pipe my $reader, my $writer or die "pipe: $!";
	close $reader;
	$run = $standin->check({name => 'a pipe nobody reads', quiet => 1, before => sub { POSIX::dup2(fileno $writer, 1) }}, '-c', 'prod');
	is($run->{signal}, 0, 'a pipe nobody reads: no signal');
	is($run->{exit}, 3, 'a pipe nobody reads: exit 3');
}
$run = $standin->check({name => 'a file size limit of zero', quiet => 1, prefix => ['/bin/sh', '-c', 'ulimit -f 0 && exec "$@"', 'sh']}, '-c', 'prod');
is($run->{signal}, 0, 'a file size limit of zero: no signal');
is($run->{exit}, 3, 'a file size limit of zero: exit 3');

# Signals blocked or ignored by the parent.
sub blocked { my $set = POSIX::SigSet->new(@_); return sub { sigprocmask(SIG_BLOCK, $set) } }
sub ignored { my @names = @_; return sub { $SIG{$_} = 'IGNORE' for @names } }
my %before = (
	'SIGALRM blocked' => blocked(SIGALRM), 'all signals blocked' => blocked(1 .. 31), 'SIGALRM ignored' => ignored('ALRM'),
	'SIGCHLD ignored' => ignored('CHLD'), 'SIGPIPE ignored' => ignored('PIPE'),
);
for my $name (sort keys %before) {
	$standin->check({name => $name, before => $before{$name}}, '-c', 'prod')->exits('OK');
	$run = $hanging->check({name => "$name, hanging server", before => $before{$name}}, '-c', 'prod', '-t', 2);
	$run->exits('UNKNOWN');
	cmp_ok($run->{seconds}, '<', 3 * time_factor(), "$name: the deadline holds");
}
for my $case (['TERM', SIGTERM], ['INT', SIGINT], ['HUP', SIGHUP]) {
	my ($name, $number) = @$case;
	$run = $hanging->check({name => "SIG$name though blocked by the parent", before => blocked($number), signal => [$name, 0.7]}, '-c', 'prod', '-t', 20 * time_factor());
	$run->exits('UNKNOWN');
	cmp_ok($run->{seconds}, '<', 3 * time_factor(), "SIG$name: ends soon");
}

# Other legacies.
$standin->check({name => 'umask 0777', before => sub { umask 0777 }}, '-c', 'prod')->exits('OK');
$standin->check({name => 'a directory that is gone', before => sub { my $gone = tempdir() . '/gone'; mkdir $gone; chdir $gone; rmdir $gone }}, '-c', 'prod')->exits('OK');
$standin->check({name => 'many open descriptors', before => sub { $^F = 200; POSIX::dup2(2, $_) for 30 .. 90 }}, '-c', 'prod')->exits('OK');
$standin->check({name => 'few descriptors allowed', prefix => ['/bin/sh', '-c', 'ulimit -n 32 && exec "$@"', 'sh']}, '-c', 'prod')->exits('OK');
$standin->check({name => 'a strange time zone and locale', env => {TZ => 'Asia/Kathmandu', LANG => 'xx_YY', LC_ALL => 'nonsense'}}, '-c', 'prod')->exits('OK');
my %left = map { $_ => 1 } grep { !/^\d{3}-/ && $_ ne 'home' } map { s{.*/}{}r } glob tempdir() . '/*';
is_deeply([sort keys %left], [], 'no file was left in the temporary directory');
is_deeply([glob tempdir() . '/home/{*,.[!.]*}'], [], 'nor in the home directory');

# A set-user-id or set-group-id copy refuses to run.
SKIP: {
	my $copy = tempdir() . '/privileged';
	system('cp', plugin_path(), $copy) == 0 or die 'cp';
	my $own_group = (split ' ', $))[0];
	my ($group) = grep { $_ != $own_group } split ' ', $);
	if ($> == 0) {
		chown 65534, 65534, $copy or die "chown: $!";
		chmod 04755, $copy;
	} elsif (defined $group && chown $>, $group, $copy) {
		chmod 02755, $copy;
	} else {
		skip 'neither root nor in a second group', 4;
	}
	skip 'the set-id bit does not stay here', 4 unless (stat $copy)[2] & 06000;
	local $ENV{CHECK_ECS_PLUGIN} = $copy;
	# The leak checker traces its own process, which the kernel refuses for a set-id one.
	local $ENV{ASAN_OPTIONS} = join ':', grep { defined } $ENV{ASAN_OPTIONS}, 'detect_leaks=0';
	$run = $standin->fresh_check({name => 'a set-id copy'}, '-c', 'prod');
	$run->exits('UNKNOWN');
	$run->says('it says why', qr/set-?(?:user|group|u|g)?-?id|privilege/i);
	is($standin->stats->{requests}, 0, 'no request was made');
	unlink $copy;
}

done_testing;
