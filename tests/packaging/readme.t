#!/usr/bin/perl
# The commands of README.md and of the pages of contrib/doc, as they stand there, in a clean Debian: CHECK_ECS_RELEASES names
# the releases ("11 12 13"), else 12. What needs AWS is run against the stand-in, which the profile of the monitoring user names.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../e2e/lib";
use CheckECS;
use CheckECS::Packages ();
use CheckECS::Page;
use CheckECS::Root;
use File::Basename qw(dirname);
use File::Copy qw(copy);
use File::Path qw(make_path);
use Test::More;

my $top = $ENV{CHECK_ECS_SRCDIR} // "$FindBin::Bin/../..";
my @pages = map { CheckECS::Page->read($top, $_) } 'README.md', map { "contrib/doc/$_.md" } qw(install credentials icinga2 nagios nrpe troubleshooting cost-and-scale);
my $clone = 'check_ecs_bottleneck';

# The files of a clone: what git tracks, else what a build did not make.
sub sources {
	my $list = $ENV{CHECK_ECS_TRACKED};
	my ($status, $text) = $list ? CheckECS::Packages::said('cat', $list)
		: -e "$top/.git" ? CheckECS::Packages::said('git', '-C', $top, '-c', "safe.directory=$top", 'ls-files')
		: CheckECS::Packages::said('sh', '-c', 'cd "$1" && find .ci contrib lib plugins tests [A-Z]* configure.ac .clang* -type f -o -type l | grep -vE "^(Makefile|Makefile.in)$|\.(o|a|trs|log)$|/\.deps/"', 'sh', $top);
	die "the sources are not found: $text" if $status != 0;
	return grep { -f "$top/$_" } split /\n/, $text;
}

sub lay_clone {
	my ($root, $path, $owner) = @_;
	for my $name (sources()) {
		my $to = "$root->{path}$path/$name";
		make_path(dirname($to));
		copy("$top/$name", $to) or die "$to: $!";
		chmod 0755, $to if -x "$top/$name";
	}
	my ($status, $text) = $root->said('root', '/', "chown -R $owner:$owner $path");
	die $text if $status != 0;
	return;
}

# What a command may end with, and what it has to print.
sub ran {
	my ($root, $what, $status, $text, $command) = @_;
	my $said;
	if ($command =~ /\bcheck_ecs_bottleneck -c/ && $command !~ /\|/) {
		$said = ok($status <= 2, "$what: $command: a state that is known");
		$said &&= like($text, qr/^ECS (?:OK|WARNING|CRITICAL) - /m, "$what: the state of a cluster");
	} else {
		$said = is($status, 0, "$what: $command");
	}
	diag $text =~ s/\A.*(?=.{3000}\z)//sr unless $said;
	return $text;
}

# What is started at the next boot; a login at a terminal (getty@tty1) is not a service of a daemon.
sub enabled {
	my ($root) = @_;
	return [sort grep { !/@/ } map { s/^\Q$root->{path}\E//r } glob("$root->{path}/etc/systemd/system/*.wants/*"), glob("$root->{path}/etc/rc[2-5].d/S*")];
}

# A monitoring host: the daemons, and the account behind the profile.
sub make_host {
	my ($root, $standin) = @_;
	my $before = enabled($root);
	my ($status, $text) = $root->said('admin', $clone, 'sh contrib/quickstart.sh deps daemons');
	is($status, 0, 'the daemons are installed') or diag $text;
	like($text, qr/^ +(?:sudo )?apt-get purge \$\(cat \S+\)$/m, 'the line that removes them is told');
	is_deeply(enabled($root), $before, 'none of their services is enabled') unless !$root->{as_root} && !-e "$root->{path}/etc/systemd";
	make_path("$root->{path}/var/lib/nagios/.aws");
	$root->write_file('/var/lib/nagios/.aws/config', "[profile monitoring]\nendpoint_url = " . $standin->url . "\n");
	($status, $text) = $root->said('root', '/', 'chown -R nagios:nagios /var/lib/nagios/.aws');
	is($status, 0, 'the monitoring user has a profile') or diag $text;
	# Where all users are one, the password entry that is found without HOME is root's.
	if (!$root->{as_root}) {
		my ($home) = CheckECS::slurp("$root->{path}/etc/passwd") =~ /^root:(?:[^:\n]*:){4}([^:\n]+):/m or die 'the password file has no root';
		symlink '/var/lib/nagios/.aws', "$root->{path}$home/.aws" or die "$home/.aws: $!";
	}
	return;
}

sub run_page {
	my ($root, $page, $standin) = @_;
	my $text = $page->{text};
	for my $block ($page->blocks('sh')) {
		next if $block->{how} eq 'syntax: aws';
		my $what = "Debian $root->{release}, $page->{path}";
		if ($block->{how} eq 'run: shell') {
			my ($status, $said) = $root->said('admin', $clone, 'sh contrib/quickstart.sh shell', join "\n", $block->commands, '');
			ran($root, $what, $status, $said, $_) for join '; ', $block->commands;
			next;
		}
		make_host($root, $standin) if $block->{how} ne 'run: clone' && !$root->{host}++;
		for my $command ($block->commands) {
			# What the page shows behind the block goes into standard input or into a file.
			my ($after) = $text =~ /\Q$block->{text}\E```\n.*?^```ini\n(.*?)^```$/ms;
			my $input = $command =~ /cat >>~/ ? $after =~ s/AKIA\.\.\./AKIDEXAMPLE/r =~ s/= \.\.\.$/= secret/mr
				: $command =~ /quickstart\.sh shell/ ? "check_ecs_bottleneck -c demo-staging\n" : undef;
			if ($command =~ /icinga2 daemon -C/ && $text =~ /^```icinga2\n(.*?)^```$/ms) {
				$root->write_file('/etc/icinga2/conf.d/aws.conf', $1);
			}
			# The suite is run whole by the same command elsewhere; a part of it shows that all it needs is installed.
			my $is_suite = $command =~ /quickstart\.sh test/;
			my ($status, $said) = $root->said('admin', $clone, $is_suite ? "$command TESTS='tests/unit/test_json tests/manual.t tests/e2e/output.t'" : $command, $input);
			$said = ran($root, $what, $status, $said, $command);
			like($said, qr/^ECS (?:CRITICAL - demo-prod|OK - demo-staging): /m, "$what: output of the plugin") if $command =~ /quickstart\.sh(?! deps| test)/;
			like($said, qr/^\d+ passed, 0 failed(?:, \d+ skipped)?\n\z/m, "$what: the tests pass") if $is_suite;
			unlink "$root->{path}/etc/icinga2/conf.d/aws.conf" if $command =~ /icinga2 daemon -C/;
		}
	}
	return;
}

for my $release (split ' ', $ENV{CHECK_ECS_RELEASES} // '12') {
	my ($root, $reason) = CheckECS::Root->new(release => $release);
	SKIP: {
		skip "Debian $release: $reason", 1 unless $root;
		my ($status, $text) = $root->said('root', '/', 'apt-get update && apt-get install -y --no-install-recommends jq');
		skip "Debian $release: the package mirror does not answer", 1 if $status != 0 && $text =~ /^[EW]: Failed to fetch/m;
		is($status, 0, "Debian $release: a clean root") or diag $text;
		lay_clone($root, "/home/admin/$clone", 'admin');
		my $standin = standin(<<~'ACCOUNT', '--max-seconds=7200');
			key AKIDEXAMPLE secret
			cluster prod region=eu-west-1
			service api desired=1 running=1
				cpu flat=34.4
				memory flat=91.3
			ACCOUNT
		run_page($root, $_, $standin) for @pages;

		# A checkout that may only be read, by a user without any rights.
		lay_clone($root, '/srv/checkout', 'root');
		($status, $text) = $root->said('root', '/', 'useradd -m guest 2>&1');
		if ($root->{as_root}) {
			($status, $text) = $root->said('guest', '/srv/checkout', 'sh contrib/quickstart.sh');
			is($status, 2, "Debian $release: a checkout that is read-only");
			like($text, qr/^quickstart: guest cannot write to .*read-only.*\n +sh contrib\/quickstart.sh --build /m, 'the cause and the way out') or diag $text;
		}
		($status, $text) = $root->said('guest', '/srv/checkout', 'sh contrib/quickstart.sh --build ~/there');
		is($status, 0, "Debian $release: another directory to build in") or diag $text;
		like($text, qr/^ECS CRITICAL - demo-prod: /m, 'the demo runs from there');
		my @made = grep { !/^(?:$)/ } split /\n/, (CheckECS::Packages::said('sh', '-c', 'cd "$1" && find . -newer ./configure.ac -newer ./README.md -type f | grep -E "configure$|Makefile.in$|autom4te|build/"', 'sh', "$root->{path}/srv/checkout"))[1];
		is_deeply(\@made, [], 'and nothing is written to the checkout');
	}
}
done_testing;
