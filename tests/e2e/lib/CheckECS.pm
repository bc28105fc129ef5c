package CheckECS;
# Runs the plugin against a stand-in and checks what every run has to keep.
#
#	my $standin = standin(<<~'ACCOUNT', '--page-size=2');   # 'account' and 'key' lines are added
#		cluster prod region=eu-west-1
#		service api desired=3 running=3
#		cpu flat=34.4
#		ACCOUNT
#	my $run = $standin->check('-c', 'prod', '-v');           # adds --endpoint-url
#	is($run->{exit}, 0);
#
# Environment: CHECK_ECS_PLUGIN and CHECK_ECS_STANDIN (paths, required), CHECK_ECS_TIME_FACTOR (scales upper
# bounds of time), CHECK_ECS_WRAPPER (words put before the plugin's command).

use strict;
use warnings;
use utf8;
use Exporter 'import';
use File::Basename qw(dirname);
use Fcntl qw(O_RDONLY O_WRONLY O_CREAT O_TRUNC);
use File::Spec;
use File::Temp;
use List::Util qw(sum0);
use POSIX qw(:sys_wait_h strftime);
use Test::More;
use Time::HiRes qw(sleep time);

use CheckECS::Result;
use CheckECS::StandIn;

our @EXPORT = qw(standin run_plugin plugin_path plugin_command plugin_environment keep_file tempdir time_factor
	utc window_of points_asked %EXIT);
our %EXIT = (OK => 0, WARNING => 1, CRITICAL => 2, UNKNOWN => 3);

binmode $_, ':encoding(UTF-8)'
	for Test::More->builder->output, Test::More->builder->failure_output, Test::More->builder->todo_output;

# A test that is run by hand has a terminal, in which the programs that it starts could ask for something.
sub leave_terminal {
	open my $terminal, '<', '/dev/tty' or return;
	close $terminal;
	return if $^C || !-f $0;
	exec $^X, dirname(__FILE__) . '/../../detached.pl', $^X, $^W ? '-w' : (), (map { "-I$_" } @INC), $0, @ARGV;
}
leave_terminal();

my $tempdir = File::Temp->newdir('check_ecs.XXXXXX', TMPDIR => 1);
my $serial = 0;
my $owner = $$;

sub tempdir { return "$tempdir" }

sub time_factor {
	my $factor = $ENV{CHECK_ECS_TIME_FACTOR} // 1;
	BAIL_OUT("CHECK_ECS_TIME_FACTOR=$factor is not a number of 1 or more")
		unless $factor =~ /^\d+(?:\.\d+)?$/ && $factor >= 1;
	return $factor;
}

sub binary {
	my ($variable) = @_;
	my $path = $ENV{$variable};
	BAIL_OUT("$variable is not set: it has to hold the path of the binary") unless defined $path && $path ne '';
	BAIL_OUT("$variable=$path is not an executable file") unless -f $path && -x _;
	return File::Spec->rel2abs($path);
}

sub plugin_path { return binary('CHECK_ECS_PLUGIN') }

sub plugin_command { return (split(' ', $ENV{CHECK_ECS_WRAPPER} // ''), plugin_path()) }

# The environment of a run: nothing inherited but what instrumented binaries need. undef takes a variable out.
sub plugin_environment {
	my (%change) = @_;
	my $home = "$tempdir/home";
	mkdir $home;
	my %environment = (
		PATH => '/usr/bin:/bin',
		HOME => $home,
		AWS_EC2_METADATA_DISABLED => 'true',
		AWS_ACCESS_KEY_ID => 'AKIDEXAMPLE',
		AWS_SECRET_ACCESS_KEY => 'secret',
		AWS_REGION => 'eu-west-1',
		(map { $_ => $ENV{$_} } grep { /^(?:[ALMTU]SAN_OPTIONS|LLVM_PROFILE_FILE|GCOV_\w+|LD_LIBRARY_PATH)$/ } keys %ENV),
		%change,
	);
	delete @environment{grep { !defined $environment{$_} } keys %environment};
	return %environment;
}

# Writes TEXT to a new file of the test's temporary directory and returns its path.
sub keep_file {
	my ($text, $name) = @_;
	# A forked child counts on from where its parent was.
	my $path = sprintf '%s/%s%03d-%s', $tempdir, ($$ == $owner ? '' : "$$-"), ++$serial, $name // 'file';
	open my $file, '>:raw', $path or die "$path: $!";
	print {$file} $text;
	close $file or die "$path: $!";
	return $path;
}

sub standin {
	my ($account, @arguments) = @_;
	my $head = '';
	$head .= "account 123456789012\n" if $account !~ /^\s*account\s/m;
	$head .= "key AKIDEXAMPLE secret\n" if $account !~ /^\s*key\s/m;
	return CheckECS::StandIn->start(
		program => binary('CHECK_ECS_STANDIN'),
		account => keep_file("$head$account", 'account'),
		errors => keep_file('', 'standin-stderr'),
		arguments => \@arguments,
	);
}

# run_plugin({options}, arguments...) -> CheckECS::Result. Options:
#	name	what the run is called in the test's output
#	env	changes to the environment (undef removes)
#	raw	not a check: help and version, no state line
#	huge	tens of thousands of perfdata items: they are not read
#	stdin, stdout, stderr	a path to use instead of the captured file, or 'closed'
#	before	code run in the child just before exec
#	signal	[NAME, seconds]: sent so many seconds (times the factor) after the start, but not before the run catches it
#	during	code run once after the start, with the process id: what happens to the run
#	prefix	[words] put before the plugin's command
#	quiet	no assertion about the promises (the caller looks at the result itself)
# {seconds} is the time until its end was seen; {own_seconds} leaves out what the run waited for a processor of the host, and this
# test until it looked. Upper bounds are for the latter: a host that does other things as well is not the plugin's fault.
sub run_plugin {
	my $option = ref $_[0] eq 'HASH' ? shift : {};
	my @arguments = @_;
	my $factor = time_factor();
	unshift @arguments, '-t', int(10 * $factor) if $factor > 1 && !$option->{raw};
	my @command = (@{$option->{prefix} // []}, plugin_command(), @arguments);
	my %environment = plugin_environment(%{$option->{env} // {}});
	my %path = map { $_ => $option->{$_} // keep_file('', $_) } qw(stdout stderr);
	my $begin = time;
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		eval {
			setpgrp;
			redirect(0, $option->{stdin} // '/dev/null', O_RDONLY);
			redirect(1, $path{stdout}, O_WRONLY);
			redirect(2, $path{stderr}, O_WRONLY);
			%ENV = %environment;
			$option->{before}->() if $option->{before};
			my @closed = grep { ($option->{(qw(stdin stdout stderr))[$_]} // '') eq 'closed' } 0 .. 2;
			POSIX::close($_) for @closed;
			no warnings 'exec';
			exec {$command[0]} @command;
		};
		POSIX::_exit(127);
	}
	my $during = $option->{during} && !eval { $option->{during}->($pid); 1 } ? $@ : '';
	my ($status, $killed, $alive, $waited) = await($pid, 90 * $factor, $option->{signal});
	my $end = time;
	my $result = CheckECS::Result->new(
		name => $option->{name} // run_name(@arguments),
		exit => $status >> 8, signal => $status & 127, killed => $killed,
		begin => $begin, end => $end, seconds => $end - $begin, own_seconds => ($alive // $begin) - $begin - $waited, raw => $option->{raw}, huge => $option->{huge},
		(map { my $given = $option->{$_}; $_ => defined $given && !-f $given ? undef : slurp($path{$_}) } qw(stdout stderr)),
	);
	$result->violated("what was to happen during the run did not: $during") if $during;
	$result->promises unless $option->{quiet};
	return $result;
}

# The arguments, without what differs from run to run.
sub run_name {
	my @words = grep { !m{^--endpoint-url=https?://127\.0\.0\.1:\d+$} } @_;
	return join(' ', map { length > 60 ? substr($_, 0, 57) . '...' : $_ } @words) || 'no arguments';
}

sub redirect {
	my ($descriptor, $path, $flags) = @_;
	return if $path eq 'closed';
	my $opened = POSIX::open($path, $flags) // die "$path: $!";
	POSIX::dup2($opened, $descriptor) // die "dup2: $!";
	POSIX::close($opened) if $opened != $descriptor;
}

# -> (status, whether it had to be killed, when it was last seen alive, seconds that it waited for a processor)
sub await {
	my ($pid, $limit, $signal) = @_;
	my $begin = time;
	my ($killed, $alive, %waited) = (0);
	while (1) {
		my $done = waitpid $pid, WNOHANG;
		return ($?, $killed, $alive, sum0(values %waited)) if $done == $pid;
		die "waitpid: $!" if $done < 0;
		$alive = time;
		note_processor_wait($pid, \%waited);
		if ($signal && time - $begin >= $signal->[1] * time_factor() && (catches($pid, $signal->[0]) || time - $begin > $limit / 2)) {
			kill $signal->[0], $pid;
			undef $signal;
		}
		if (!$killed && time - $begin > $limit) {
			$killed = 1;
			kill 'KILL', -$pid;
		}
		sleep 0.003;
	}
}

# Notes in WAITED, by process, how long a process and its children were able to run and did not, for want of a processor: seconds,
# nothing where the kernel does not tell.
sub note_processor_wait {
	my ($pid, $waited) = @_;
	open my $file, '<', "/proc/$pid/schedstat" or return;
	my (undef, $ns) = split ' ', readline($file) // '';
	$waited->{$pid} = $ns / 1e9 if defined $ns;
	open my $children, '<', "/proc/$pid/task/$pid/children" or return;
	note_processor_wait($_, $waited) for split ' ', readline($children) // '';
	return;
}

# Whether a process has a handler for a signal by now; one that cannot be looked into is taken to have.
sub catches {
	my ($pid, $name) = @_;
	open my $file, '<', "/proc/$pid/status" or return 1;
	my ($caught) = map { /^SigCgt:\s*([0-9a-f]+)/ ? $1 : () } <$file>;
	return !defined $caught || hex(substr $caught, -8) & 1 << POSIX->can("SIG$name")->() - 1;
}

# Whether a child has ended, though nobody has waited for it yet.
sub has_ended {
	my ($pid) = @_;
	open my $file, '<', "/proc/$pid/stat" or return !kill 0, $pid;
	return readline($file) =~ /\) [ZX]/;
}

sub slurp {
	my ($path) = @_;
	open my $file, '<:raw', $path or die "$path: $!";
	local $/;
	return scalar <$file> // '';
}

sub utc { return strftime('%Y-%m-%d %H:%MZ', gmtime $_[0]) }

# The window of the stand-in's first GetMetricData request: {start, end, period, statistic, seconds of receipt}.
sub window_of {
	my ($standin) = @_;
	my ($call) = grep { $_->{operation} eq 'GetMetricData' } @{$standin->log};
	if (!$call) {
		fail('a GetMetricData request in the log');
		return {start => 0, end => 0, period => 1, statistic => '', at => 0};
	}
	my $stat = $call->{body}{MetricDataQueries}[0]{MetricStat};
	return {
		start => $call->{body}{StartTime}, end => $call->{body}{EndTime},
		period => $stat->{Period}, statistic => $stat->{Stat}, at => $call->{started_ms} / 1000,
	};
}

sub points_asked {
	my ($window) = @_;
	return ($window->{end} - $window->{start}) / $window->{period};
}

1;
