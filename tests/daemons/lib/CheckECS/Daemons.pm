package CheckECS::Daemons;
# What tests of daemons share.
#
#	needs('/usr/sbin/nrpe' => 'nagios-nrpe-server', ...);     # ends the test unless the programs are there
#	smoke_ends(sub { undef $daemon });                        # ends it with CHECK_ECS_SMOKE=1: the daemon runs the plugin, its result is seen

use strict;
use warnings;
use utf8;
use CheckECS;
use Exporter 'import';
use IO::Socket::INET;
use POSIX ();
use Test::More;

our @EXPORT_OK = qw(timeless needs smoke_ends plugins many_services capture monitoring_user leftover write_file free_port);

# Two runs that are minutes apart: an output without hours, durations, points and what links say of hours.
sub timeless {
	my ($output) = @_;
	return $output =~ s/\d\d(?::|\*3a)\d\d|[▁-█]//gr =~ s/(?:\b\d+ (?:d|h|min)\b ?)+/T /gr;
}

# Ends the test unless the programs are there: needs('/usr/sbin/nrpe' => 'nagios-nrpe-server', ...).
sub needs {
	my (%package) = @_;
	plan skip_all => 'daemons started by root become another user, who may not read the test\'s files' if $> == 0;
	my @missing = map { $package{$_} } grep { !-e } sort keys %package;
	return unless @missing;
	plan tests => 1;
	fail("packages are missing: @missing");
	exit 1;
}

sub smoke_ends {
	my ($clean_up) = @_;
	return unless $ENV{CHECK_ECS_SMOKE};
	$clean_up->() if $clean_up;
	done_testing;
	exit;
}

# A folder with the plugin, as the distributions have one.
sub plugins {
	my $folder = tempdir() . '/plugins';
	if (!-d $folder) {
		mkdir $folder or die "$folder: $!";
		symlink plugin_path(), "$folder/check_ecs_bottleneck" or die "$folder: $!";
	}
	return $folder;
}

# So many services for the cluster that is the last of an account, of all states but UNKNOWN.
sub many_services {
	my ($count) = @_;
	return join '', map {
		sprintf "service svc-%04d desired=1 running=1\n\tcpu flat=%.2f\n\tmemory flat=%.2f\n", $_, 5 + $_ * 37 % 9500 / 100, 10 + $_ * 53 % 6100 / 100;
	} 1 .. $count;
}

# Gives the user who runs the checks a home with a profile of that name, whose calls go to the stand-in. Returns
# changes to the environment that make run_plugin() find the same.
sub monitoring_user {
	my ($profile, $standin, $key) = @_;
	my $home = tempdir() . '/home';
	mkdir $_ for $home, "$home/.aws";
	write_file("$home/.aws/config", "[profile $profile]\nendpoint_url = " . $standin->url . "\n");
	write_file("$home/.aws/credentials", "[$profile]\naws_access_key_id = " . ($key // 'AKIDEXAMPLE') . "\naws_secret_access_key = secret\n");
	return {HOME => $home, AWS_ACCESS_KEY_ID => undef, AWS_SECRET_ACCESS_KEY => undef, AWS_REGION => undef};
}

sub write_file {
	my ($path, $text) = @_;
	open my $file, '>:utf8', $path or die "$path: $!";
	print {$file} $text;
	close $file or die "$path: $!";
	return;
}

# Runs a program with this environment and nothing else: (exit status, standard output as bytes).
sub capture {
	my ($environment, @command) = @_;
	my $path = keep_file('', 'captured');
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		%ENV = map { $_ => $environment->{$_} } grep { defined $environment->{$_} } keys %$environment;
		setpgrp;
		open STDIN, '<', '/dev/null';
		open STDOUT, '>', $path;
		no warnings 'exec';
		exec {$command[0]} @command;
		POSIX::_exit(127);
	}
	my ($status) = CheckECS::await($pid, 60 * time_factor());
	return ($status >> 8, CheckECS::slurp($path));
}

# The processes whose command line holds this text.
sub leftover {
	my ($text) = @_;
	my @found;
	for my $path (glob '/proc/[0-9]*/cmdline') {
		open my $file, '<:raw', $path or next;
		local $/;
		my $line = <$file> // '';
		my ($pid) = $path =~ /(\d+)/;
		push @found, $pid if index($line, $text) >= 0 && $pid != $$;
	}
	return @found;
}

# A port of loopback that was free a moment ago.
sub free_port {
	my $socket = IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1') or die "listen: $!";
	return $socket->sockport;
}

1;
