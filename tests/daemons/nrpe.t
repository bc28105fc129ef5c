#!/usr/bin/perl
# NRPE runs the commands of contrib/nrpe: what check_nrpe prints is what the plugin prints, as far as packets carry it.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../e2e/lib";
use CheckECS;
use CheckECS::Daemons qw(timeless needs smoke_ends many_services plugins capture monitoring_user leftover free_port);
use IO::Socket::INET;
use POSIX ();
use Test::More;
use Time::HiRes qw(sleep time);

# Debian's is built without arguments; another one can be named.
my $server = $ENV{CHECK_ECS_NRPE} // '/usr/sbin/nrpe';
my $client = '/usr/lib/nagios/plugins/check_nrpe';
needs($server => 'nagios-nrpe-server', $client => 'nagios-nrpe-plugin');

my $top = $ENV{CHECK_ECS_SRCDIR} // '.';
my $count = 5000;
my $account = <<~'ACCOUNT';
	cluster prod region=eu-west-1
	service api desired=1 running=1
		cpu flat=99.7
		memory flat=71.3 points=190:100.2,250:99.1
	service worker desired=1 running=1
		cpu flat=41.8 points=840:97.1
		memory flat=46.2
	cluster staging region=eu-west-1
	service api desired=1 running=1
		cpu flat=34.4
		memory flat=51.5 points=300:86.2
	cluster shop region=eu-west-1
	service web desired=1 running=1
		cpu flat=12.5
		memory flat=84.6
	cluster silent region=eu-west-1
	service api desired=3 running=3
	cluster big region=eu-west-1
	ACCOUNT
$account .= many_services($count);
my $standin = standin($account);
my $stuck = standin("cluster prod region=eu-west-1\nservice api desired=1 running=1\n\tcpu flat=34.4\n", '--latency-ms=60000');

# /etc/nagios of the test: AWS files that only this folder has.
my $by_hand = monitoring_user(monitoring => $standin);
my $etc = tempdir() . '/etc-nagios';
mkdir $_ or die "$_: $!" for $etc, "$etc/aws";
symlink tempdir() . "/home/.aws/$_", "$etc/aws/$_" or die "$etc: $!" for qw(config credentials);
symlink "$top/contrib/nagios/ecs_bottleneck.ini", "$etc/ecs_bottleneck.ini" or die "$etc: $!";
my $plugins = plugins();
my $definitions = CheckECS::slurp("$top/contrib/nrpe/check_ecs_bottleneck.cfg");
$definitions =~ s{/etc/nagios/}{$etc/}g;
$definitions =~ s{/usr/lib/nagios/plugins/}{$plugins/}g;
$definitions =~ s{XDG_CACHE_HOME=\S+}{"XDG_CACHE_HOME=" . tempdir() . '/cache'}eg;
$definitions =~ s/^#(?=command\[)//mg;
my ($files) = $definitions =~ m{^command\[check_ecs_staging\]=(.*?) \S*/check_ecs_bottleneck}m;

# A text of so many bytes with a character of three bytes every now and then, and an end that shows that it is whole.
my $writer = keep_file(<<~'PERL', 'writer.pl');
	my $size = shift;
	my $text = "1st line | a=1\n" . ("0123456\xe2\x96\x88" x ($size / 10));
	print substr($text, 0, $size - 3) . 'END';
	PERL
my %sizes = map { ("size$_" => $_) } 1023, 1040, 65504, 65520;

sub write_config {
	my ($port, $command_timeout) = @_;
	my ($user, $group) = ((getpwuid $>)[0] // $>, (getgrgid +(split ' ', $))[0])[0] // +(split ' ', $))[0]);
	return keep_file(<<~"CONFIG" . join('', map { "command[$_]=$^X $writer $sizes{$_}\n" } sort keys %sizes) . $definitions, 'nrpe.cfg');
		server_address=127.0.0.1
		server_port=$port
		nrpe_user=$user
		nrpe_group=$group
		allowed_hosts=127.0.0.1
		pid_file=$etc/nrpe-$port.pid
		disable_syslog=1
		log_file=$etc/nrpe.log
		dont_blame_nrpe=1
		command_timeout=@{[$command_timeout * time_factor()]}
		command[environment]=/usr/bin/env
		command[home]=$plugins/check_ecs_bottleneck -p monitoring -r eu-west-1 -c prod
		command[silent]=$files $plugins/check_ecs_bottleneck -p monitoring -r eu-west-1 -c silent
		command[big]=$files $plugins/check_ecs_bottleneck -t 50 --detail=none --max-output=nrpe -p monitoring -r eu-west-1 -c big
		command[big_v2]=$files $plugins/check_ecs_bottleneck -t 50 --detail=none --max-output=nrpe2 -p monitoring -r eu-west-1 -c big
		command[stuck]=$files $plugins/check_ecs_bottleneck -p monitoring -r eu-west-1 -c prod -t 50 --endpoint-url=@{[$stuck->url]}
		CONFIG
}

my %living;
my $owner = $$;

# The port was free a moment ago, which is no promise: tried again with another one.
sub start_nrpe {
	my ($command_timeout) = @_;
	my $log = keep_file('', 'nrpe-said');
	for (1 .. 5) {
		my $port = free_port();
		my $config = write_config($port, $command_timeout);
		my $daemon = fork // die "fork: $!";
		if (!$daemon) {
			%ENV = plugin_environment(AWS_PROFILE => 'monitoring');
			open STDIN, '<', '/dev/null';
			open STDOUT, '>', $log;
			open STDERR, '>&', \*STDOUT;
			no warnings 'exec';
			exec $server, '-c', $config, '-f';
			POSIX::_exit(127);
		}
		$living{$daemon} = 1;
		my $end = time + 10 * time_factor();
		while (time < $end && waitpid($daemon, POSIX::WNOHANG()) == 0) {
			return $port if IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port);
			sleep 0.05;
		}
		stop_nrpe($daemon);
	}
	BAIL_OUT('nrpe did not start: ' . CheckECS::slurp($log));
}

sub stop_nrpe {
	my ($daemon) = @_;
	delete $living{$daemon};
	kill 'TERM', $daemon;
	waitpid $daemon, 0;
	return;
}

END {
	my $status = $?;
	stop_nrpe($_) for $owner == $$ ? keys %living : ();
	$? = $status;
}

my $port = start_nrpe(6);

# The command line of check_nrpe; what is to be handed on as arguments comes in a list.
sub client {
	my ($port, $command, @options) = @_;
	my @arguments = map { ref ? @$_ : () } @options;
	return ($client, '-H', '127.0.0.1', '-p', $port, '-t', 60 * time_factor(), (grep { !ref } @options), '-c', $command,
		@arguments ? ('-a', @arguments) : ());
}

# (exit status, bytes) of check_nrpe.
sub ask {
	return capture({PATH => '/usr/bin:/bin'}, client($port, @_));
}

# --- the environment ------------------------------------------------------------------------------------------------

my ($exit, $text) = ask('environment');
my ($home) = (getpwuid $>)[7];
is($exit, 0, 'NRPE runs commands');
unlike($text, qr/^AWS_/m, 'it hands no AWS_* variable on');
like($text, qr/^HOME=\Q$home\E$/m, 'HOME is that of the user database') if defined $home;
like($text, qr/^PATH=\S*\/usr\/bin/m, 'there is a PATH');

# --- the commands of contrib ----------------------------------------------------------------------------------------

my %same = (
	check_ecs_staging => ['WARNING', qw(--max-output=nrpe -p monitoring -r eu-west-1 -c staging)],
	check_ecs_shop => ['OK', '--max-output=nrpe', "--extra-opts=shop\@$etc/ecs_bottleneck.ini"],
	check_ecs_prod_v2 => ['CRITICAL', qw(--max-output=nrpe2 -p monitoring -r eu-west-1 -c prod)],
	silent => ['UNKNOWN', qw(-p monitoring -r eu-west-1 -c silent)],
);

sub by_hand {
	my ($state, @arguments) = @_;
	my $run = run_plugin({env => $by_hand}, @arguments);
	$run->exits($state);
	return $run->{stdout};
}

for my $name (sort keys %same) {
	my ($state, @arguments) = @{$same{$name}};
	my ($exit, $text) = ask($name);
	is($exit, $EXIT{$state}, "$name: the state");
	my $expected = by_hand(@{$same{$name}});
	# The hour may have turned in between.
	$expected = by_hand(@{$same{$name}}) if $text ne $expected;
	# Each five minutes what lasts has lasted longer.
	$expected = $text if timeless($text) eq timeless($expected);
	is($text, $expected, "$name: every byte of the output");
}

smoke_ends();

# The profile of nrpe_user's own home: the test's user has none there.
for my $name (qw(check_ecs_prod home)) {
	($exit, $text) = ask($name);
	is($exit, 3, "$name: UNKNOWN without that profile");
	like($text, qr/^ECS UNKNOWN - .*monitoring/, "$name: it is what is missed");
}

# --- arguments ------------------------------------------------------------------------------------------------------

SKIP: {
	($exit, $text) = ask('check_ecs', ['prod', 'eu-west-1']);
	if ($text =~ /^ECS /) {
		like($text, qr/monitoring/, 'arguments reach the plugin');
		($exit, $text) = ask('check_ecs', ['prod; id', 'eu-west-1']);
		unlike($text, qr/uid=/, 'and no shell');
	} else {
		is($exit, 3, 'an NRPE built without arguments: UNKNOWN');
		unlike($text, qr/ECS/, 'and the plugin is not run');
		skip 'this NRPE is built without arguments', 1;
	}
}

# --- packets --------------------------------------------------------------------------------------------------------

my %carries = ('' => 65504, -3 => 1023, -2 => 1023);
for my $option (sort keys %carries) {
	my $name = $option ? "check_nrpe $option" : 'check_nrpe';
	($exit, $text) = ask("size$carries{$option}", grep { $_ } $option);
	like($text, qr/END\n\z/, "$name: $carries{$option} bytes are carried");
	is(length $text, $carries{$option} + 1, "$name: all of them");
	# Not a single byte more: of 65,505 it depends on what was in memory behind them whether they are shown right.
	($exit, $text) = ask('size' . ($carries{$option} + ($option ? 17 : 16)), grep { $_ } $option);
	unlike($text, qr/END\n\z/, "$name: what is longer is cut off");
}
($exit, $text) = ask('size65504', '-2');
ok(!utf8::decode($text), 'the cut falls inside a character');

# --- a command that lasts too long ----------------------------------------------------------------------------------

($exit, $text) = ask('stuck');
is($exit, 3, 'command_timeout: UNKNOWN');
like($text, qr/^NRPE: Command timed out after \d+ seconds$/m, 'and says so');
my $end = time + 5 * time_factor();
sleep 0.1 while leftover("$plugins/check_ecs_bottleneck") && time < $end;
is_deeply([leftover("$plugins/check_ecs_bottleneck")], [], 'and the plugin is not there any more');

# --- 5,000 services, 30 checks at once ------------------------------------------------------------------------------

my $runs = 30;
$port = start_nrpe(60);
for my $case (['big', 'nrpe', 65504], ['big_v2', 'nrpe2', 1023, '-2']) {
	my ($command, $preset, $bytes, @options) = @$case;
	my @words = ('CRITICAL', '-t50', '--detail=none', "--max-output=$preset", qw(-p monitoring -r eu-west-1 -c big));
	my $before = by_hand(@words);
	my @output = map { keep_file('', 'at-once') } 1 .. $runs;
	my @pids;
	for my $path (@output) {
		my $pid = fork // die "fork: $!";
		if (!$pid) {
			%ENV = (PATH => '/usr/bin:/bin');
			open STDIN, '<', '/dev/null';
			open STDOUT, '>', $path;
			no warnings 'exec';
			exec {$client} client($port, $command, @options);
			POSIX::_exit(127);
		}
		push @pids, $pid;
	}
	my @states = map { (CheckECS::await($_, 90 * time_factor()))[0] >> 8 } @pids;
	my $after = by_hand(@words);
	cmp_ok(length $before, '<=', $bytes, "$preset: $count services in " . length($before) . ' bytes');
	is_deeply(\@states, [(2) x $runs], "$preset: the state in $runs runs of $runs");
	# The hour may have turned while they ran.
	my @cut = grep { my $text = CheckECS::slurp($_); $text ne $before && $text ne $after } @output;
	is(scalar @cut, 0, "$preset: whole in $runs runs of $runs") or diag substr CheckECS::slurp($cut[0]), -300;
}

done_testing;
