#!/usr/bin/perl
# contrib/quickstart.sh where it cannot work, and what it says before it does anything. Programs of the package system are played
# here; tests/packaging/readme.t has the real ones.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Tmux;
use File::Basename qw(dirname);
use File::Copy qw(copy);
use File::Path qw(make_path remove_tree);
use IO::Socket::INET;
use Test::More;

my $top = $ENV{CHECK_ECS_SRCDIR} // "$FindBin::Bin/../..";
my $tree = tempdir() . '/clone';
make_path("$tree/contrib");
copy("$top/contrib/quickstart.sh", "$tree/contrib/quickstart.sh") or die "copy: $!";
open my $file, '>', "$tree/configure.ac" or die "configure.ac: $!";
close $file or die;
my $serial = 0;

# A PATH of the programs that a plain system has, and of scripts: name => text, undef for none.
sub path_with {
	my (%script) = @_;
	my $folder = tempdir() . '/path-' . $serial++;
	make_path($folder);
	my %all = (
		'dpkg-query' => 'exit 1',
		'apt-get' => 'exit 0',
		'apt-cache' => 'exit 0',
		id => 'case $1 in -u) echo 1000 ;; -un) echo ann ;; *) echo 1000 ;; esac',
		%script);
	for my $name (qw(sh env sed grep awk sort tail cat mktemp rm mkdir chmod date tr fold df find dirname printf nproc comm cut ls)) {
		my ($program) = grep { -x } map { "$_/$name" } qw(/bin /usr/bin);
		symlink $program, "$folder/$name" if $program && !exists $all{$name};
	}
	for my $name (grep { defined $all{$_} } keys %all) {
		open my $out, '>', "$folder/$name" or die "$name: $!";
		print {$out} "#!/bin/sh\n$all{$name}\n";
		close $out or die;
		chmod 0755, "$folder/$name" or die;
	}
	return $folder;
}

# (exit status, standard output, standard error)
sub quickstart {
	my ($path, @arguments) = @_;
	my ($out, $err) = map { keep_file('', $_) } 'out', 'err';
	my $pid = fork // die "fork: $!";
	if ($pid == 0) {
		%ENV = (PATH => $path, HOME => tempdir(), TMPDIR => tempdir());
		open STDIN, '<', '/dev/null' or die;
		open STDOUT, '>', $out or die;
		open STDERR, '>', $err or die;
		exec {'/bin/sh'} 'sh', "$tree/contrib/quickstart.sh", @arguments or die;
	}
	waitpid $pid, 0;
	return ($? >> 8 || $?, CheckECS::slurp($out), CheckECS::slurp($err));
}

my $line = qr/^ +apt-get update && apt-get install --no-install-recommends .*\bautoconf\b.*\blibcurl4-openssl-dev\b.*$/m;
my $sudo = 'while :; do case $1 in -v | -n) shift ;; *) break ;; esac; done; [ $# -eq 0 ] || exec "$@"';

# --- what it will do ---

my $uris = <<~'APT';
	case "$*" in
	*--print-uris*)
		echo "'http://deb.debian.org/a/autoconf_2_all.deb' autoconf_2_all.deb 1500000 MD5Sum:0"
		echo "'http://deb.debian.org/m/m4_1_amd64.deb' m4_1_amd64.deb 2400000 MD5Sum:0"
		;;
	*) echo "Temporary failure resolving 'deb.debian.org'" && echo "E: Failed to fetch http://deb.debian.org/a/autoconf_2_all.deb" && exit 100 ;;
	esac
	APT
my ($status, $out, $err) = quickstart(path_with(sudo => $sudo, 'apt-get' => $uris, 'apt-cache' => 'printf "Installed-Size: 7000\nInstalled-Size: 3000\n"'));
like($out, qr/^ +- install 2 packages, with sudo: 4 MB to fetch, 10 MB on the disk\n +autoconf/m, 'it says how many packages, of how many MB, and how they are installed');
like($out, qr/^ +- build the plugin below build\/quickstart, as ann, taking \d+ MB$/m, 'where it builds, and as whom');
like($out, qr/about \d+ min$/m, 'how long that takes');
like($out, qr/install 2 packages.*as ann.*installing packages/s, 'before it installs anything');

# --- no network ---

is($status, 2, 'a failing apt: status 2');
like($err, qr/^quickstart: cannot install packages: there is no network, or the package mirror does not answer; /m, 'the cause');
like($err, $line, 'and the line for an administrator');
like($err, qr/^E: Failed to fetch/m, 'and what apt said');

# --- not root, and no sudo ---

($status, $out, $err) = quickstart(path_with());
is($status, 2, 'no sudo: status 2');
like($err, qr/^quickstart: packages are missing, and ann is not root and has no sudo; ask an administrator to run$/m, 'the cause');
like($err, $line, 'and the line for an administrator');
($status, $out, $err) = quickstart(path_with(), 'test');
is($status, 2, 'test: status 2');
like($out, qr/^0 passed, 1 failed\n\z/m, 'test: and a count in the last line');

# --- a sudo that refuses ---

($status, $out, $err) = quickstart(path_with(sudo => 'echo "sudo: a password is required" >&2; exit 1'));
is($status, 2, 'a sudo that refuses: status 2');
like($err, qr/^quickstart: cannot install packages: sudo does not let ann install packages; /m, 'the cause');
like($err, $line, 'and the line for an administrator');

# --- a full disk ---

my %complete = ('dpkg-query' => 'echo installed', gcc => 'exit 0', cc => 'exit 0');
SKIP: {
	skip 'this user may not make a user namespace with a file system of its own', 3
		if system('unshare -rm mount -t tmpfs -o size=1m none /mnt 2>/dev/null') != 0;
	my $disk = tempdir() . '/disk';
	mkdir $disk or die;
	my $path = path_with(%complete);
	my $said = keep_file('', 'said');
	$status = system('unshare', '-rm', 'sh', '-c', 'mount -t tmpfs -o size=1m none "$1" && PATH=$2 exec sh "$3" --build "$1/b" >"$4" 2>&1', 'sh',
		$disk, $path, "$tree/contrib/quickstart.sh", $said) >> 8;
	is($status, 2, 'a full disk: status 2');
	like(CheckECS::slurp($said), qr/^quickstart: the disk is full: \d MB are free in \Q$disk\E\/b, the build needs \d+ MB; /m, 'the cause');
	like(CheckECS::slurp($said), qr/^ +sh contrib\/quickstart.sh --build DIR$/m, 'and the way out');
}
($status, $out, $err) = quickstart(path_with(sudo => $sudo, 'apt-get' => 'echo "E: You do not have enough free space in /var/cache/apt/archives/."; echo "No space left on device"; exit 100'));
like($err, qr/^quickstart: cannot install packages: the disk is full; /m, 'packages for which there is no room');

# --- a checkout that is read-only ---

SKIP: {
	skip 'root may write everywhere', 3 if $> == 0;
	remove_tree("$tree/build");
	chmod 0555, $tree or die;
	($status, $out, $err) = quickstart(path_with(%complete));
	chmod 0755, $tree or die;
	is($status, 2, 'a checkout that is read-only: status 2');
	like($err, qr/^quickstart: ann cannot write to \S+\/build\/quickstart: the checkout is read-only, /m, 'the cause');
	like($err, qr/^ +sh contrib\/quickstart.sh --build ~\/check_ecs_build$/m, 'and the way out');
}

# --- words ---

($status, $out, $err) = quickstart(path_with(), 'deps');
is($status, 2, 'deps without a group');
like($out, qr/^ +\Q$_\E +\w/m, "deps: the group $_") for qw(build test daemons director analysis packaging);
($status, $out, $err) = quickstart(path_with(), 'deps', 'tests');
like($err, qr/^quickstart: there is no package group 'tests'; the groups are: build test /m, 'a group that does not exist');
($status, $out, $err) = quickstart(path_with(), 'tests');
is($status, 2, 'a command that does not exist: status 2');
like($err, qr/^quickstart: there is no command 'tests'; the commands are: /m, 'the commands');
($status, $out, $err) = quickstart(path_with(), '--build');
like($err, qr/^quickstart: --build needs a directory$/m, '--build alone');

# --- what a person sees, of a build that is complete ---

SKIP: {
	skip 'tmux is not installed', 27 unless grep { -x "$_/tmux" } '/usr/bin', '/bin';
	my $build = "$tree/build/quickstart";
	remove_tree("$tree/build");
	make_path("$build/$_") for qw(plugins tests/standin contrib/completion/bash);
	symlink plugin_path(), "$build/plugins/check_ecs_bottleneck" or die;
	symlink CheckECS::binary('CHECK_ECS_STANDIN'), "$build/tests/standin/standin" or die;
	my $completion = dirname(plugin_path()) . '/../contrib/completion/bash/check_ecs_bottleneck';
	copy($completion, "$build/contrib/completion/bash/") or die "$completion: $!";
	for my $path ("$tree/configure", "$build/Makefile", "$build/configured.demo", "$build/configure.options") {
		open my $out, '>', $path or die "$path: $!";
		print {$out} "../.. \n" if $path =~ /options$/;
		close $out or die;
	}
	my $plain = path_with(%complete, id => undef, make => 'exit 0') . ':/usr/bin:/bin';
	my $start = sub {
		my ($shell, $environment, @words) = @_;
		my $command = join ' ', 'sh', "'$tree/contrib/quickstart.sh'", @words;
		return CheckECS::Tmux->start({width => 100, height => 100, env => {PATH => $plain, SHELL => $shell, %$environment}, shell => "$command; echo \$? >exit; exec sleep 120\n"});
	};

	my $terminal = $start->('/bin/sh', {});
	$terminal->sees('without a word, which of the clusters has charts', qr/^In the list, demo-prod has charts to show/m);
	$terminal->sees('then a list of them', qr/demo-staging/);
	$terminal->type('prod');
	$terminal->sees('from which one is taken', qr/^> demo-prod/m);
	$terminal->keys('Enter');
	$terminal->sees('the run ends with its status', qr/^exit status 2 \(CRITICAL\)$/m);
	my $screen = $terminal->screen;
	like($screen, qr/^\$ check_ecs_bottleneck\n(?:.*\n)*?.*\x{2588}{10}/m, 'a chart');
	my ($nagios) = $screen =~ /^(\$ check_ecs_bottleneck -c demo-prod\n.*)^exit status/ms;
	like($nagios // '', qr/^ECS CRITICAL - demo-prod: .*\n\[CRITICAL\] api memory 100\.2%/m, 'then what Nagios gets of that cluster');
	is_deeply([grep { length > 79 } split /\n/, $nagios // ''], [], 'shortened to 79 columns');
	unlike($nagios // '', qr/https:/, 'without links');
	$terminal->stop;

	$terminal = $start->('/bin/sh', {});
	$terminal->sees('the list again', qr/demo-staging/);
	$terminal->keys('Escape');
	$terminal->sees('a list that is left', qr/no cluster was chosen/, qr/^exit status 3 \(UNKNOWN\)$/m);
	$terminal->until(sub { defined $terminal->file('exit') });
	unlike($terminal->screen, qr/Without a terminal|demo-prod: /, 'ends the demonstration');
	$terminal->stop;

	# A make that refuses a goal which is none, says what it would compile, and takes its time.
	my $counting = path_with(%complete, id => undef, make => <<~'MAKE') . ':/usr/bin:/bin';
		case " $* " in
		*' building '*) echo "make: *** No rule to make target 'building'" >&2; exit 2 ;;
		*' -n '*) printf '%s\n' 'echo "  CC      " a.o;gcc -c a.c' 'echo "  CC      " b.o;gcc -c b.c' ;;
		*) echo '  CC       a.o'; until [ -e "$HOME/go" ]; do sleep 0.1; done ;;
		esac
		MAKE
	my $home = tempdir() . '/home-count';
	mkdir $home or die;
	$terminal = $start->('/bin/sh', {PATH => $counting, HOME => $home}, '-c', 'demo-staging');
	$terminal->sees('a build says how many files are compiled', qr/building, 1 of 2, 0:/);
	open my $go, '>', "$home/go" or die;
	close $go or die;
	$terminal->until(sub { defined $terminal->file('exit') });
	$terminal->stop;

	# What a start-up file sets would reach another account, or none.
	$home = tempdir() . '/home-bash';
	mkdir $home or die;
	open my $rc, '>', "$home/.bashrc" or die;
	print {$rc} map { "export $_\n" } 'AWS_PROFILE=work', 'AWS_REGION=us-east-1', 'AWS_ENDPOINT_URL=http://127.0.0.1:1', 'https_proxy=http://127.0.0.1:1', 'http_proxy=http://127.0.0.1:1';
	close $rc or die;
	$terminal = $start->('/bin/bash', {HOME => $home}, 'shell');
	$terminal->sees('shell: a prompt', qr/^demo .*\$ *$/m);
	$terminal->type('echo $AWS_ENDPOINT_URL; check_ecs_bottleneck -c demo-st');
	$terminal->keys('Tab');
	$terminal->sees('shell: a tab completes a cluster of the account', qr/-c demo-staging/);
	$terminal->type("| cat\n");
	$terminal->sees('shell: the plugin is found, and reaches the account', qr/^ECS OK - demo-staging: /m);
	my ($port) = $terminal->screen =~ m{^http://127\.0\.0\.1:(\d+)}m;
	ok($port && IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port"), 'shell: the account answers');
	$terminal->type("exit\n");
	$terminal->until(sub { defined $terminal->file('exit') });
	ok($port && !IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port"), 'shell: and no more once the shell has ended');
	$terminal->stop;

	# The same without a terminal, for scripts.
	my $out = keep_file('', 'out');
	local %ENV = plugin_environment(PATH => $plain);
	is(system('sh', '-c', 'echo "check_ecs_bottleneck -c demo-staging" | sh "$1" shell >"$2" 2>&1', 'sh', "$tree/contrib/quickstart.sh", $out), 0,
		'shell without a terminal: the status of the last command');
	like(CheckECS::slurp($out), qr/^ECS OK - demo-staging: /m, 'and its output');
	is(system('sh', '-c', 'sh "$1" </dev/null >"$2" 2>&1', 'sh', "$tree/contrib/quickstart.sh", $out), 0, 'without a word and a terminal');
	my $said = CheckECS::slurp($out);
	like($said, qr/^ECS CRITICAL - demo-prod: .*^exit status 2 \(CRITICAL\)$/ms, 'demo-prod, and the status');
	like($said, qr/https:/, 'as a daemon gets it');
	unlike($said, qr/this will/, 'nothing is announced where nothing has to be done');

	# A reader that goes away after the first line.
	for my $words ('-c demo-prod', '-c demo-prod -v') {
		is(`sh '$tree/contrib/quickstart.sh' $words </dev/null 2>/dev/null | head -n 1`, "quickstart: building\n", "$words: a reader of one line");
		# A process that ends while it is looked at has no command.
		my $living = sub { grep { (eval { CheckECS::slurp($_) } // '') =~ m{^\Q$build\E/tests/standin} } glob '/proc/[0-9]*/cmdline' };
		for (1 .. 100 * time_factor()) {
			last if !$living->() && !glob "$build/tmp.*";
			select undef, undef, undef, 0.05;
		}
		is_deeply([$living->(), glob("$build/tmp.*")], [], 'leaves neither the account nor a directory');
	}
	unlink "$tree/configure";
}

# --- nothing else is written ---

my @left = grep { !m{^\./(?:configure\.ac|contrib/quickstart\.sh)$} } split /\n/, `cd '$tree' && find . -path ./build -prune -o -type f -print`;
is_deeply(\@left, [], 'nothing is written outside of the build directory');
done_testing;
