package CheckECS::Root;
# A clean Debian in a directory, in which commands run as a person would type them.
#
#	my $root = CheckECS::Root->new(release => 12);              # undef and a reason where there is none to be had
#	my $root = CheckECS::Root->new(release => 12, name => 's390x', arch => 's390x', packages => ['gcc-s390x-linux-gnu', 'libc6-dev:s390x']);
#	my ($status, $text) = $root->said('root', '/', 'apt-get update');
#	my ($status, $text) = $root->said('admin', 'check_ecs', 'make', "standard input\n");
#
# With packages, these are in it from the start, and its archive is called by the name; arch is a further architecture of packages,
# which may be another processor's.
#
# mmdebstrap makes it from Debian's own packages and keeps it as an archive in the directory CHECK_ECS_ROOTS, so that it is fetched
# once. Root changes into it as it is. Another user does so in a user namespace that holds one user only: fakeroot then pretends
# the other owners, and a script takes sudo's place.

use strict;
use warnings;
use utf8;
use CheckECS;
use CheckECS::Packages qw(installed may_chroot);
use File::Path qw(make_path);
use POSIX ();
use Test::More;

my %code_name = (11 => 'bullseye', 12 => 'bookworm', 13 => 'trixie');

sub new {
	my ($class, %self) = @_;
	my $name = $code_name{$self{release}} or return (undef, "there is no Debian $self{release} here");
	return (undef, 'mmdebstrap is not installed; sh contrib/quickstart.sh deps packaging installs it') unless installed('mmdebstrap');
	return (undef, 'this user may not make a user namespace') unless may_chroot();
	my $self = bless {%self, path => tempdir() . "/debian-$self{release}", as_root => $> == 0}, $class;
	my $roots = $ENV{CHECK_ECS_ROOTS} // ($ENV{CHECK_ECS_PACKAGES} // '.') . '/../roots';
	make_path($roots);
	my $archive = "$roots/" . (defined $self{name} ? "platform-$self{name}-" : "debian-$self{release}-") . ($self->{as_root} ? 'root' : 'user') . '.tar';
	if (!-s $archive) {
		my @packages = ('sudo', $self->{as_root} ? () : 'fakeroot', @{$self{packages} // []});
		my ($status, $text) = CheckECS::Packages::said('mmdebstrap', $self->{as_root} ? '--mode=root' : '--mode=fakechroot', '--format=tar', '--variant=minbase',
			$self{arch} ? "--architectures=amd64,$self{arch}" : (), '--include=' . join(',', @packages), $name, "$archive.new", 'http://deb.debian.org/debian');
		return (undef, "mmdebstrap cannot make it, status $status: " . ($text =~ /^(E: .*)$/m ? $1 : $text)) if $status != 0;
		rename "$archive.new", $archive or die "$archive: $!";
	}
	make_path($self->{path});
	my ($status, $text) = CheckECS::Packages::said('tar', '-C', $self->{path}, $self->{as_root} ? () : '--no-same-owner', '--exclude=./dev/*', '-xf', $archive);
	return (undef, "tar cannot unpack $archive: $text") if $status != 0;
	$self->settle;
	return $self;
}

sub write_file {
	my ($self, $path, $text, $mode) = @_;
	open my $out, '>:encoding(UTF-8)', "$self->{path}$path" or die "$path: $!";
	print {$out} $text;
	close $out or die "$path: $!";
	chmod $mode // 0644, "$self->{path}$path" or die "$path: $!";
	return;
}

# The user admin, who may become root without a password; network; no waiting for a sandbox that needs other users.
sub settle {
	my ($self) = @_;
	$self->write_file('/etc/resolv.conf', scalar CheckECS::slurp('/etc/resolv.conf'));
	my ($status, $text);
	if ($self->{as_root}) {
		($status, $text) = $self->said('root', '/', 'useradd -m -s /bin/bash admin && echo "admin ALL=(ALL) NOPASSWD: ALL" >/etc/sudoers.d/admin');
	} else {
		$self->write_file('/etc/apt/apt.conf.d/90sandbox', "APT::Sandbox::User \"root\";\n");
		# What it is told of a user comes down to that user's home.
		$self->write_file('/usr/local/bin/sudo', <<~'SUDO', 0755);
			#!/bin/sh
			home=/root
			while :; do
				case $1 in
				-H) shift ;;
				-u) home=$(getent passwd "$2" | cut -d: -f6) && shift 2 ;;
				-v) exit 0 ;;
				*) break ;;
				esac
			done
			HOME=$home exec "$@"
			SUDO
		($status, $text) = $self->said('root', '/', 'useradd -m -s /bin/bash admin');
	}
	die "no user admin: $text" if $status != 0;
	return;
}

# Runs a line of shell as a user in a directory, which is that user's home unless it is absolute: (exit status, what it printed).
sub said {
	my ($self, $user, $directory, $line, $input) = @_;
	my $home = $user eq 'root' ? '/root' : "/home/$user";
	my $in = "cd $home && cd '$directory' && $line";
	my @as = $user eq 'root' || !$self->{as_root} ? ('sh', '-c', $in) : ('su', $user, '-s', '/bin/sh', '-c', $in);
	# Of the namespaces that of processes ends what a command leaves running. Its first process stays this shell, which waits for whatever
	# has lost its parent, as init does.
	my $script = 'mount --rbind /dev "$1/dev" && mount -t proc proc "$1/proc" && root=$1 && shift && { chroot "$root" "$@"; exit $?; }';
	my @command = ('unshare', $self->{as_root} ? () : '-r', qw(--mount --pid --fork --kill-child sh -c), $script, 'sh', $self->{path},
		qw(env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8),
		"HOME=$home", "USER=$user", $self->{as_root} ? () : qw(FAKEROOTDONTTRYCHOWN=1 fakeroot), @as);
	my $printed = keep_file('', 'said');
	my $pid = fork // die "fork: $!";
	if ($pid == 0) {
		open STDIN, '<', defined $input ? keep_file($input, 'input') : '/dev/null' or die;
		open STDOUT, '>', $printed or die;
		open STDERR, '>&', \*STDOUT or die;
		$ENV{PATH} .= ':/usr/sbin:/sbin';
		exec { $command[0] } @command or POSIX::_exit(127);
	}
	waitpid $pid, 0;
	my $status = $? >> 8 || $?;
	open my $file, '<:encoding(UTF-8)', $printed or die "$printed: $!";
	local $/ = undef;
	return ($status, scalar <$file>);
}

1;
