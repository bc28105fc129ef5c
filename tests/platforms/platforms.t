#!/usr/bin/perl
# The release archive on other systems and processors: built without a warning, its unit programs, a choice of the end-to-end tests and
# the demonstration, each in a root of its own. make check-platforms; README.md here has the rows and what they took.
#
# CHECK_ECS_PLATFORMS names rows ("debian-13 s390x"), "turn" (one of the native and one of the foreign, by the day) or "all" (default).
# CHECK_ECS_PLATFORM_SUITE=whole runs the whole suite in native rows. CHECK_ECS_ROOTS is where the roots are kept; it lies outside of the tree.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/../packaging/lib", "$FindBin::Bin/../e2e/lib";
use CheckECS;
use CheckECS::Packages ();
use CheckECS::Root;
use Cwd qw(abs_path);
use File::Basename qw(basename);
use POSIX qw(strftime);
use Test::More;
use Time::HiRes qw(time);

my @tools = qw(gcc autoconf automake make pkg-config libc6-dev xz-utils);
my @libraries = qw(libcjson-dev libssl-dev libexpat1-dev libncurses-dev libcmocka-dev);
my @tests = qw(libmicrohttpd-dev libgnutls28-dev ca-certificates perl openssl strace time tmux zsh curl bsdutils python3-jsonschema libmonitoring-plugin-perl);
my @native = (@tools, @libraries, @tests);
sub foreign { my ($arch, $compiler, @more) = @_; return (@tools, @tests, $compiler, @more, qw(libcjson-dev libssl-dev), map { "$_:$arch" } @libraries, qw(libcurl4-openssl-dev libc6-dev)) }

# A foreign row is cross-compiled on amd64 and run by the emulator; no handler of the kernel for foreign programs is needed, and its
# stand-in and Perl are those of amd64. The processor runs i386 by itself.
my @rows = (
	{name => 'debian-11', release => 11, packages => [@native, 'libcurl4-openssl-dev']},
	{name => 'debian-13', release => 13, packages => [@native, 'libcurl4-openssl-dev']},
	{name => 'debian-13-gnutls', release => 13, packages => [@native, 'libcurl4-gnutls-dev']},
	{name => 'i386', release => 12, arch => 'i386', host => 'i686-linux-gnu', libraries => 'i386-linux-gnu', packages => [foreign('i386', 'gcc-i686-linux-gnu')]},
	{name => 'arm64', release => 12, arch => 'arm64', host => 'aarch64-linux-gnu', emulator => 'qemu-aarch64-static', packages => [foreign('arm64', 'gcc-aarch64-linux-gnu', 'qemu-user-static')]},
	{name => 'armhf', release => 12, arch => 'armhf', host => 'arm-linux-gnueabihf', emulator => 'qemu-arm-static', packages => [foreign('armhf', 'gcc-arm-linux-gnueabihf', 'qemu-user-static')]},
	{name => 's390x', release => 12, arch => 's390x', host => 's390x-linux-gnu', emulator => 'qemu-s390x-static', big_endian => 1, packages => [foreign('s390x', 'gcc-s390x-linux-gnu', 'qemu-user-static', 'locales')]},
);
my @e2e = map { "tests/e2e/$_.t" } qw(output json https proxy http_answers credentials role nodata paging ranges window hostile max_output);

# --- which rows ---

my $archive = abs_path($ENV{CHECK_ECS_ARCHIVE} // '') // '';
BAIL_OUT('make check-platforms makes the release archive and sets CHECK_ECS_ARCHIVE') unless -s $archive;
my $chosen = $ENV{CHECK_ECS_PLATFORMS} // 'all';
my %wanted = map { $_ => 1 } split ' ', $chosen;
if ($chosen eq 'turn') {
	my $day = int(time / 86400);
	my @kinds = ([grep { !$_->{arch} } @rows], [grep { $_->{arch} } @rows]);
	%wanted = map { $_->[$day % @$_]{name} => 1 } @kinds;
}
my @run = grep { $chosen eq 'all' || delete $wanted{$_->{name}} } @rows;
BAIL_OUT("no such row: @{[sort keys %wanted]}; the rows are: @{[map { $_->{name} } @rows]}") if $chosen ne 'all' && %wanted;
note 'rows: ', join ' ', map { $_->{name} } @run;

# --- where roots and records are kept ---

sub roots {
	return $ENV{CHECK_ECS_ROOTS} if $ENV{CHECK_ECS_ROOTS};
	my $cache = $ENV{XDG_CACHE_HOME} // ($ENV{HOME} // '/nonexistent') . '/.cache';
	return "$cache/check_ecs_bottleneck/roots" if -d $cache && -w $cache;
	# A name that others know: it has to be this user's alone.
	my $own = "/var/tmp/check_ecs_bottleneck-$>";
	mkdir $own, 0700;
	my @found = lstat $own;
	BAIL_OUT("$own is not a directory of this user alone") unless @found && -d _ && $found[4] == $> && !($found[2] & 077);
	return "$own/roots";
}
$ENV{CHECK_ECS_ROOTS} = roots();

# A line for each row: when it was last run, what came of it, and what it took.
my $record = "$ENV{CHECK_ECS_ROOTS}/platforms.tsv";
sub records {
	open my $in, '<:encoding(UTF-8)', $record or return;
	return map { chomp; /^([^\t]+)\t/ ? ($1 => $_) : () } <$in>;
}

# --- one row ---

my %took;
my $jobs = $ENV{PLATFORM_JOBS} // 1;
# What failed, of make check in a directory.
my $failures = sub { my ($build) = @_; return "status=\$?; test \$status = 0 || grep -E '^(not ok|Bail out|# not met|# +(Failed|at |got|expected)|ERROR: )|: error: |Assertion' check.out \$(find $build/tests -name '*.log' ! -name test-suite.log) | head -n 80; exit \$status" };

# One assertion a step; a step that follows one that failed is not tried.
sub step {
	my ($row, $root, $what, $line) = @_;
	return 0 if $row->{failed};
	my $begun = time;
	$root->write_file('/home/admin/step', "export OMP_NUM_THREADS=$jobs MAKEFLAGS=-j$jobs\n$line\n");
	# In a namespace of one user that user is root there: some tests look for what root may, and for files that fakeroot adds to.
	my $as_user = $root->{as_root} ? '' : 'unset LD_PRELOAD; exec setpriv --bounding-set=-dac_override,-dac_read_search ';
	my ($status, $text) = $root->said('admin', '/home/admin', "${as_user}sh step");
	my $seconds = time - $begun;
	$took{$row->{name}}{$what} = $seconds;
	$row->{failed} = !is($status, 0, sprintf '%s: %s (%.0f s)', $row->{name}, $what, $seconds);
	diag $text =~ s/\A.*(?=.{6000}\z)//sr if $row->{failed};
	$row->{said} = $text;
	return !$row->{failed};
}

# What configure said of the libraries.
sub note_versions {
	my ($row) = @_;
	($row->{versions}) = $row->{said} =~ /^  libraries +(.*)$/m;
	my ($tls) = $row->{said} =~ /^  TLS +libcurl's: (.*)$/m;
	ok(defined $row->{versions} && defined $tls, "$row->{name}: configure says which libraries it found") or return;
	$row->{versions} .= "; libcurl's TLS: $tls";
	note "$row->{name}: $row->{versions}";
	return;
}

sub run_native {
	my ($row, $root, $source) = @_;
	my $configure = 'CHECK_ECS_CONFIGURE=--enable-werror';
	step($row, $root, 'build, demonstration', "cd $source && $configure sh contrib/quickstart.sh --build ~/build -c demo-prod -v; status=\$?; tail -n 20 ~/build/build.log; test \$status -le 2") or return;
	like($row->{said}, qr/^ECS CRITICAL - demo-prod: /m, "$row->{name}: the demonstration has a result");
	step($row, $root, 'versions', 'cd ~/build && ./config.status --recheck') and note_versions($row);
	step($row, $root, 'unit programs, corpora', "make -C ~/build check TESTS='\$(unit_tests) \$(fuzz_tests)' >check.out 2>&1; " . $failures->('~/build'));
	if (($ENV{CHECK_ECS_PLATFORM_SUITE} // '') eq 'whole') {
		step($row, $root, 'the whole suite', 'make -C ~/build check >check.out 2>&1; ' . $failures->('~/build'));
	} else {
		step($row, $root, 'end-to-end tests', "make -C ~/build check TESTS='@e2e' >check.out 2>&1; " . $failures->('~/build'));
	}
	return;
}

sub run_foreign {
	my ($row, $root, $source) = @_;
	my $emulator = $row->{emulator} // '';
	my $libraries = $row->{libraries} // $row->{host};
	my $configure = "$source/configure --build=x86_64-linux-gnu --host=$row->{host} --enable-werror PKG_CONFIG_LIBDIR=/usr/lib/$libraries/pkgconfig:/usr/share/pkgconfig";
	step($row, $root, 'configure', "mkdir -p build && cd build && $configure") or return;
	note_versions($row);
	like($row->{said}, qr/^  for +\Q$row->{host}\E|^  for +\S+, by a cross compiler/m, "$row->{name}: configure takes it for a cross compilation");
	step($row, $root, 'make all, by a cross compiler', 'make -C build') or return;
	step($row, $root, 'the files of completion', "cmp build/contrib/completion/bash/check_ecs_bottleneck $source/contrib/completion/shipped/check_ecs_bottleneck");
	if ($row->{big_endian}) {
		# A locale's files have the order of bytes of the processor.
		step($row, $root, 'a locale', 'mkdir -p locale && localedef --no-archive --big-endian -i C -f UTF-8 locale/C.UTF-8') or return;
		$emulator .= ' -E LOCPATH=/home/admin/locale';
	}
	my $detached = "perl $source/tests/detached.pl --took $emulator";
	step($row, $root, 'unit programs, corpora', "make -C build check TESTS='\$(unit_tests) \$(fuzz_tests)' LOG_COMPILER='$detached' >check.out 2>&1; " . $failures->('build'));
	# Nothing of the stand-in depends on configure.
	step($row, $root, 'the stand-in, for this host', "gcc -O1 -o standin $source/tests/standin/*.c \$(pkg-config --cflags --libs libmicrohttpd gnutls libcjson openssl) -lm -lpthread") or return;
	my $environment = "CHECK_ECS_SRCDIR=$source CHECK_ECS_PLUGIN=\$HOME/build/plugins/check_ecs_bottleneck CHECK_ECS_STANDIN=\$HOME/standin CHECK_ECS_WRAPPER='$emulator' CHECK_ECS_NCURSES=yes"
		. ' CHECK_ECS_TIME_FACTOR=' . ($emulator eq '' ? 1 : 5);
	step($row, $root, 'end-to-end tests', "cd $source && $environment prove -w -Itests/e2e/lib @e2e");
	# Without an account the stand-in has the demonstration's.
	my $keys = 'AWS_ACCESS_KEY_ID=AKIDEXAMPLE AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY AWS_REGION=eu-west-1';
	step($row, $root, 'demonstration', <<~"SHELL") and like($row->{said}, qr/^ECS CRITICAL - demo-prod: /m, "$row->{name}: the demonstration has a result");
		./standin --max-seconds=300 >url & i=0
		until grep -q '^listening ' url || test \$i -gt 30; do sleep 1; i=\$((i + 1)); done
		env -i HOME=/home/admin $keys $emulator build/plugins/check_ecs_bottleneck --endpoint-url="\$(sed -n 's/^listening //p' url)" -t 60 -c demo-prod -v
		test \$? = 2
		SHELL
	return;
}

for my $row (@run) {
	my $begun = time;
	my ($root, $reason) = CheckECS::Root->new(%$row);
	SKIP: {
		skip "$row->{name}: $reason", 1 unless $root;
		$took{$row->{name}}{'the root'} = time - $begun;
		my $source = '/home/admin/' . basename($archive, '.tar.xz');
		my ($status, $text) = CheckECS::Packages::said('tar', '-C', "$root->{path}/home/admin", '--no-same-owner', '-xJf', $archive);
		is($status, 0, "$row->{name}: the release archive is unpacked") or diag $text;
		($status, $text) = $root->said('root', '/', 'chown -R admin:admin /home/admin');
		is($status, 0, "$row->{name}: and is the user's") or diag $text;
		$row->{arch} ? run_foreign($row, $root, $source) : run_native($row, $root, $source);
		my %records = records();
		my $steps = join ', ', map { sprintf '%s %.0f s', $_, $took{$row->{name}}{$_} } sort keys %{$took{$row->{name}}};
		$records{$row->{name}} = join "\t", $row->{name}, strftime('%Y-%m-%d', gmtime), $row->{failed} ? 'failed' : 'passed', sprintf('%.0f s', time - $begun), $row->{versions} // '?', $steps;
		open my $out, '>:encoding(UTF-8)', $record or die "$record: $!";
		print {$out} map { "$records{$_}\n" } sort keys %records;
		close $out or die "$record: $!";
	}
}

# Every row, with the day of its last run here.
my %records = records();
diag join '  ', map { s/\t/  /gr } $records{$_->{name}} // "$_->{name}  never run here" for @rows;
done_testing;
