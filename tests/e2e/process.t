#!/usr/bin/perl
# Whatever the parent process left behind: closed descriptors, full disks, blocked signals, set-user-id.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Preload;
use Test::More;
use Fcntl;
use POSIX qw(:signal_h);
use Time::HiRes qw(sleep);

plan skip_all => 'a wrapper such as valgrind does not bear closed descriptors and the like itself' if $ENV{CHECK_ECS_WRAPPER};

my $body = "cluster prod region=eu-west-1\nservice api desired=1 running=1\n\tcpu flat=34.4\n\tmemory flat=51.5\n";
my $standin = standin($body);
my $hanging = standin($body, '--fault=*:hang');

# Every combination of closed descriptors. With stdout closed nobody can read the result: exit 3, and manners.
for my $mask (0 .. 7) {
	my @closed = map { $mask & 1 << $_ ? (qw(stdin stdout stderr))[$_] : () } 0 .. 2;
	my $name = 'closed: ' . (join(', ', @closed) || 'none');
	my $without_output = $mask & 2;
	my $run = $standin->fresh_check({name => $name, quiet => $without_output, map { $_ => 'closed' } @closed}, '-c', 'prod');
	is($run->{signal}, 0, "$name: no signal");
	if ($without_output) {
		is($run->{exit}, 3, "$name: exit 3, since nobody can read the state");
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
# A pipe that takes no more for a while, and says so instead of letting the writer wait.
{
	my $services = join '', map { "service a-service-with-a-rather-long-name-$_ desired=1 running=1\ncpu flat=99\nmemory flat=99\n" } 1 .. 300;
	my $many = standin("cluster prod region=eu-west-1\n$services");
	pipe my $reader, my $writer or die "pipe: $!";
	fcntl $writer, F_SETFL, O_WRONLY | O_NONBLOCK or die "fcntl: $!";
	my $copy = keep_file('', 'copy');
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		close $writer;
		sleep 1;
		open my $file, '>:raw', $copy or POSIX::_exit(1);
		my $text = '';
		while (sysread $reader, $text, 65536, length $text) { }
		print {$file} $text;
		close $file;
		POSIX::_exit(0);
	}
	close $reader;
	$run = $many->check({name => 'a full pipe that does not block', quiet => 1, before => sub { POSIX::dup2(fileno $writer, 1) }}, '-c', 'prod');
	close $writer;
	waitpid $pid, 0;
	is($run->{exit}, 2, 'a full pipe that does not block: the true state');
	my $text = CheckECS::slurp($copy);
	cmp_ok(length $text, '>', 65536, 'more than a pipe holds');
	like($text, qr/ \|a-service.*\n\z/, 'and the whole result');
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
	cmp_ok($run->{own_seconds}, '<', 3 * time_factor(), "$name: the deadline holds");
}
for my $case (['TERM', SIGTERM], ['INT', SIGINT], ['HUP', SIGHUP]) {
	my ($name, $number) = @$case;
	$run = $hanging->check({name => "SIG$name though blocked by the parent", before => blocked($number), signal => [$name, 0.7]}, '-c', 'prod', '-t', 20 * time_factor());
	$run->exits('UNKNOWN');
	cmp_ok($run->{own_seconds}, '<', 3 * time_factor(), "SIG$name: ends soon");
}

# Signals at any time after the handlers are there: the state of one of two outcomes, and all of its text.
sub has_handlers {
	my ($pid) = @_;
	open my $file, '<', "/proc/$pid/status" or return 1;
	my $status = join '', <$file>;
	return 1 if $status =~ /^State:\s*Z/m; # it has ended
	my ($caught) = $status =~ /^SigCgt:\s*([0-9a-f]+)/m;
	return !defined $caught || (hex(substr $caught, -4) & 0x4003) == 0x4003; # SIGHUP, SIGINT, SIGTERM
}
SKIP: {
	skip 'no /proc/self/status, which tells the signals that are caught', 1 unless -r '/proc/self/status';
	# One that came before the plugin did, and was blocked until now.
	for my $case (['TERM', SIGTERM], ['INT', SIGINT], ['HUP', SIGHUP]) {
		my ($name, $number) = @$case;
		$run = $standin->check({name => "SIG$name pending at the start", before => sub { blocked($number)->(); kill $name, $$ }}, '-c', 'prod');
		$run->exits('UNKNOWN');
	}
	my $hot = standin("cluster prod region=eu-west-1\n" . join('', map { "service s$_ desired=1 running=1\ncpu flat=99\nmemory flat=20\n" } 1 .. 120), '--page-size=20');
	my ($seed, @bad) = (time);
	srand $seed;
	for my $number (1 .. 60) {
		my $signal = (qw(TERM INT HUP))[$number % 3];
		my $after = rand(rand 0.15) * time_factor();
		my ($out, $err) = map { keep_file('', $_) } qw(out err);
		my %environment = plugin_environment();
		my @command = (plugin_command(), '--endpoint-url=' . $hot->url, '-c', 'prod', '-t', 20 * time_factor());
		my $pid = fork // die "fork: $!";
		if (!$pid) {
			%ENV = %environment;
			open STDIN, '<', '/dev/null';
			open STDOUT, '>', $out;
			open STDERR, '>', $err;
			no warnings 'exec';
			exec {$command[0]} @command;
			POSIX::_exit(127);
		}
		sleep 0.001 until has_handlers($pid);
		sleep $after;
		kill $signal, $pid; # which at most is a zombie by now
		waitpid $pid, 0;
		my $result = CheckECS::Result->new(name => "SIG$signal after $after s", exit => $? >> 8, signal => $? & 127, stdout => CheckECS::slurp($out), stderr => CheckECS::slurp($err));
		push @bad, map { "$result->{name}: $_" } $result->broken_promises, $result->{exit} == 2 || $result->{exit} == 3 ? () : "exit $result->{exit}";
	}
	ok(!@bad, 'signals at 60 random times') or diag join "\n", "seed $seed", @bad;
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

# Both written-to descriptors on a full disk, and nothing to read.
$run = $standin->check({name => 'everything to /dev/full', stdin => '/dev/full', stdout => '/dev/full', stderr => '/dev/full', quiet => 1}, '-c', 'prod');
is_deeply([@$run{qw(exit signal)}], [3, 0], 'everything to /dev/full: exit 3');
$standin->check({name => 'stderr to /dev/full', stderr => '/dev/full'}, '-c', 'prod')->exits('OK');

# What a child of the plugin sees of it and of itself: least privilege.
SKIP: {
	skip 'no /proc here', 13 unless -r "/proc/$$/status" && -d "/proc/$$/fdinfo";
	my $seen = tempdir() . '/seen';
	my $look = keep_file(<<~"SH", 'look');
		#!/bin/sh
		exec >>"$seen"
		sleep 0.2 # posix_spawn gives the plugin its signals back when this has begun
		for who in \$PPID \$\$; do
			status=/proc/\$who/status
			test \$who != \$\$ || status=/proc/self/status # a shell that waits blocks signals of its own
			sed "s/^/\$who /" \$status
			sed -n "s/^Max core file size */\$who core:/p" /proc/\$who/limits
		done
		for file in /proc/\$PPID/fdinfo/*; do
			echo "open \${file##*/} \$(sed -n 's/^flags:[ 	]*//p' \$file)"
		done
		echo "parent \$PPID"
		exec >&-
		exit 1
		SH
	chmod 0700, $look or die "$look: $!";
	my $config = keep_file("[default]\ncredential_process=$look\n", 'config');
	$run = $standin->fresh_check({name => 'least privilege', before => sub { umask 0; $SIG{PIPE} = $SIG{CHLD} = 'IGNORE'; blocked(SIGALRM, SIGCHLD, SIGPIPE)->();
		POSIX::dup2(2, 77) }, prefix => ['/bin/sh', '-c', 'ulimit -S -c 4 2>/dev/null; exec "$@"', 'sh'],
		env => {AWS_ACCESS_KEY_ID => undef, AWS_SECRET_ACCESS_KEY => undef, AWS_CONFIG_FILE => $config}}, '-c', 'prod');
	$run->exits('UNKNOWN');
	my @lines = split /\n/, CheckECS::slurp($seen);
	my ($parent) = map { /^parent (\d+)/ ? $1 : () } @lines;
	for my $who ('the plugin', 'its child') {
		my %value = map { /^(\d+) (\w+):\s*(.*)/ && ($1 == $parent) == ($who eq 'the plugin') ? ($2 => $3) : () } @lines;
		is($value{NoNewPrivs}, 1, "$who: no new privileges");
		like($value{core}, qr/^0 +0\b/, "$who: no core, and no way to get one");
		is($value{Umask}, '0077', "$who: what it writes is its user's alone");
		is(hex(substr $value{SigBlk}, -8) & (1 << SIGALRM - 1 | 1 << SIGCHLD - 1 | 1 << SIGPIPE - 1 | 1 << SIGTERM - 1), 0, "$who: no signal blocked");
		my $ignored = $who eq 'the plugin' ? 1 << SIGPIPE - 1 : 0;
		is(hex(substr $value{SigIgn}, -8) & (1 << SIGALRM - 1 | 1 << SIGCHLD - 1 | 1 << SIGPIPE - 1), $ignored, "$who: the signals ignored");
	}
	my %flags = map { /^open (\d+) (\d+)$/ ? ($1 => oct $2) : () } @lines;
	cmp_ok(scalar keys %flags, '>', 4, 'the plugin has descriptors beside 0 to 2');
	is_deeply([grep { $_ > 2 && !($flags{$_} & 02000000) } sort keys %flags], [], 'each of them is close-on-exec, one that the parent left open, too');
}

# What has other rights than its caller refuses to run.
for my $case (['another user', ''], ['another group', '-DOTHER_GROUP']) {
	my ($name, @flags) = ($case->[0], grep { length } $case->[1]);
	$run = $standin->fresh_check({name => $name, env => {preloaded(preload("$FindBin::Bin/preload/other_user.c", @flags))}}, '-c', 'prod');
	$run->exits('UNKNOWN');
	$run->says("$name: it says why", qr/does not run setuid or setgid: remove the bit/);
	is($standin->stats->{requests}, 0, "$name: no request was made");
}

# A set-user-id or set-group-id copy refuses to run, by what the kernel says of it.
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
