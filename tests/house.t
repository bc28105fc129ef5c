#!/usr/bin/perl
# The rules of the house: who may include whom, who may call what, and the libcurl symbols in use (ARCHITECTURE.md).
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Find qw(find);
use FindBin;
use Test::More;
use lib "$FindBin::Bin/house";
use Rules;
use Tree qw(slurp code_of sources include_edges include_faults library_faults size_faults
	read_nm link_edges symbol_faults object_faults circle_faults compile_faults);

my $top = $ENV{CHECK_ECS_SRCDIR} // '.';

# A rule that holds for all files: what breaks it is told line by line.
sub holds {
	my ($rule, @faults) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	ok(!@faults, $rule) or diag(map { "  $_\n" } @faults);
	return;
}

my $texts = sources($top);
my @sources = map { "$top/$_" } sort keys %$texts;
cmp_ok(scalar @sources, '>', 50, 'the sources are found');
my @elsewhere;
find({no_chdir => 1, wanted => sub { push @elsewhere, $_ if /\.[ch]$/ && !$texts->{substr $_, length($top) + 1} }}, "$top/lib", "$top/plugins");
is_deeply(\@elsewhere, [], 'every file is in a directory that tests/house/Tree.pm reads and tests/house/Rules.pm has a row for');

# --- by the sources ---

holds('no include against the arrows of tests/house/Rules.pm', include_faults($texts));
holds('no circle of includes', circle_faults(include_edges($texts), 'includes'));
holds('no file and no directory is too large', size_faults($texts));

# The field's words for bounds; a column may be headed "longest".
my @bounds;
for my $path (glob("$top/lib/*/*.[ch] $top/lib/aws/*/*.[ch] $top/lib/aws/*/*/*.[ch] $top/plugins/*.[ch] $top/plugins/*.d/*/*.[ch] $top/plugins/*.d/*/*/*.[ch] $top/tests/*/*.[ch]")) {
	my $code = code_of(slurp($path));
	push @bounds, map { "$path: $_" } $code =~ /\b((?:\w+_)?(?:MOST|LEAST|FEWEST)(?:_\w+)?|(?:LONGEST|SHORTEST)_\w+|(?:most|least)_\w+)\b/g;
}
is_deeply(\@bounds, [], 'bounds are called MAX and MIN');

my %banned = map { $_ => 1 } qw(strcpy strcat sprintf vsprintf gets atoi atol atof strtok rand srand mktime localtime gmtime
	system popen abort alloca assert printf puts perror
	isalnum isalpha isdigit isspace isupper islower isxdigit ispunct tolower toupper strcasecmp strncasecmp);
my @wrong_call;
for my $name (sort keys %$texts) {
	my $text = $texts->{$name};
	my $code = code_of($text);
	push @wrong_call, map { "$name: $_" } grep { $banned{$_} } $code =~ /\b([a-z_]+)\s*\(/g;
	push @wrong_call, "$name: exit" if $name =~ m{^lib/} && $code =~ /(?<!_)\bexit\s*\(/;
	push @wrong_call, "$name: standard output" if $code =~ /\bSTDOUT_FILENO\b/ && $name !~ m{^(lib/harness/process\.c|plugins/check_ecs_bottleneck\.c)$};
	push @wrong_call, "$name: stdio stream" if $code =~ /\b(stdout|stderr)\b/;
	push @wrong_call, "$name: left over" if $text =~ /\b(?:T[O]DO|F[I]XME|X[X]X|H[A]CK)\b/;
	like($text, qr{^#include "config\.h"$}m, "$name begins with config.h") if $name =~ /\.c$/;
	like($text, qr{\A/\*}, "$name says what it is for") if $name =~ /\.h$/;
}
is_deeply(\@wrong_call, [], 'no banned call, no exit in lib, standard output by main alone');

# --- by the objects of the build: of make check, or of the plugin that CHECK_ECS_PLUGIN names ---

my $build = $ENV{CHECK_ECS_PLUGIN} ? abs_path(dirname($ENV{CHECK_ECS_PLUGIN}) . '/..') : abs_path('.');
my @compiler = split ' ', $ENV{CHECK_ECS_CC} || 'cc';
SKIP: {
	my @libraries = map { s{^\Q$build\E/}{}r } map { glob "$build/$_" } qw(lib/lib*.a lib/aws/lib*.a plugins/lib*.a plugins/*-check_ecs_bottleneck.o);
	skip "no libraries below $build: run make there, and set CHECK_ECS_PLUGIN to its plugin", 5 unless @libraries;
	my $nm = $ENV{NM} || 'nm';
	my $symbols = do { local $/; open my $out, '-|', "cd '$build' && $nm -gPA @libraries" or BAIL_OUT("$nm: $!"); <$out> } // '';
	skip "$nm tells nothing of the libraries below $build: binutils are needed", 5 unless $symbols;
	my $objects = read_nm($symbols);
	my $links = link_edges($objects);
	holds('each source file is in the library of its room', object_faults($texts, $objects));
	cmp_ok(scalar map({ keys %$_ } values %$links), '>', 300, 'the objects tell who uses whom');
	holds('no symbol against the arrows of tests/house/Rules.pm', symbol_faults($links));
	holds('no circle of objects', circle_faults($links, 'uses'));
	holds('only http uses libcurl, only crypto OpenSSL, only json cJSON, only xml expat, only picker ncurses', library_faults($texts, $objects));
}
SKIP: {
	skip "no $build/config.h: run configure there", 1 unless -f "$build/config.h";
	skip "no compiler: @compiler", 1 if system("@compiler --version >/dev/null 2>&1") != 0;
	holds("@Rules::without_aws compile without lib/aws", compile_faults(abs_path($top), $build, @compiler));
}

# Text of AWS, proxies, agents and children goes through text_add_foreign, which knows the run's secrets. Where such text is
# read each call of text_add_clean is one that was decided on: how many a file has, and what they clean instead.
my %own = (
	'lib/aws/identity/cache.c' => [1, 'what keys are of: a role out of the settings'],
	'lib/aws/identity/chain.c' => [3, 'names and paths of profiles; reasons, cleaned where they were made'],
	'lib/aws/identity/provider_login.c' => [1, 'a profile name'],
	'lib/aws/identity/provider_process.c' => [1, 'the program'],
	'lib/aws/identity/provider_role.c' => [5, 'roles, sessions and profiles out of the settings'],
	'lib/aws/identity/provider_sso.c' => [2, 'account and role out of the settings'],
	'lib/aws/identity/provider_web_identity.c' => [1, 'the role out of the settings'],
	'lib/aws/config/region.c' => [1, 'a region of the command line'],
	'lib/aws/http/proxy.c' => [1, 'the host of the proxy'],
	'lib/aws/call/journal.c' => [1, 'the endpoint URL'],
	'lib/aws/call/run.c' => [1, 'what is traced, cleaned where it was made'],
	'lib/aws/identity/sso/login_file.c' => [1, 'a path'],
	'lib/aws/config/role_chain.c' => [3, 'names of profiles, paths'],
	'lib/aws/config/profile_check.c' => [1, 'a profile name'],
	'lib/aws/client/session.c' => [5, 'profile, paths, endpoint URLs'],
	'lib/aws/identity/sso/sso.c' => [1, 'a profile or session name'],
	'lib/aws/identity/sts.c' => [1, 'the role out of the settings'],
	'plugins/check_ecs_bottleneck.d/collect/collect.c' => [1, 'errors, cleaned where they were made'],
	'plugins/check_ecs_bottleneck.d/collect/missing.c' => [1, 'errors, cleaned where they were made'],
	'plugins/check_ecs_bottleneck.d/collect/find_cluster.c' => [2, 'names of clusters'],
);
my (%cleaned, @copied);
for my $path (grep { m{/lib/aws/|/collect/} } @sources) {
	(my $name = $path) =~ s{^\Q$top\E/}{};
	my $code = code_of(slurp($path));
	my $count = () = $code =~ /\btext_add_clean\s*\(/g;
	$cleaned{$name} = $count if $count;
	# Nor is a string of an answer printed as it is.
	push @copied, "$name: $1" while $code =~ /\b((?:err_\w+|buf_addf|snprintf)\s*\([^;]*\bjson_string\s*\()/g;
}
is_deeply(\%cleaned, {map { $_ => $own{$_}[0] } keys %own}, 'text_add_clean where answers are read: only what is decided on, text of others takes text_add_foreign');
is_deeply(\@copied, [], 'no string of an answer goes into a message by itself');

# Every libcurl symbol stands in the table with its first version; a newer one than the floor is guarded.
my ($floor) = slurp("$top/configure.ac") =~ /libcurl >= (\d+\.\d+)/;
my %since = map { /^(\w+)\s+([\d.]+)/ ? ($1 => $2) : () } split /\n/, slurp("$top/tests/curl-symbols.txt");
my $http = join "\n", map { code_of(slurp($_)) } sort glob "$top/lib/aws/http/*.[ch]";
my %used = map { $_ => 1 } $http =~ /\b(CURL\w*[A-Z0-9]|curl_\w+|LIBCURL_\w+)\b/g;
is_deeply([sort grep { !$since{$_} } keys %used], [], 'every libcurl symbol in use is in the table');
is_deeply([sort grep { !$used{$_} } keys %since], [], 'every symbol of the table is in use');

sub number {
	my ($major, $minor, $patch) = split /\./, $_[0];
	return $major * 65536 + ($minor // 0) * 256 + ($patch // 0);
}
my @guards;
my @unguarded;
for my $line (split /\n/, $http) {
	if ($line =~ /^#\s*if.*LIBCURL_VERSION_NUM\s*>=\s*(0x[0-9a-fA-F]+)/) { push @guards, hex $1 }
	elsif ($line =~ /^#\s*if/) { push @guards, 0 }
	elsif ($line =~ /^#\s*else/) { $guards[-1] = 0 }
	elsif ($line =~ /^#\s*endif/) { pop @guards }
	else {
		my ($guard) = sort { $b <=> $a } number($floor), @guards;
		push @unguarded, grep { $since{$_} && number($since{$_}) > $guard } $line =~ /\b(CURL\w*[A-Z0-9]|curl_\w+)\b/g;
	}
}
is_deeply(\@unguarded, [], "nothing newer than libcurl $floor is used without a guard");

# Every fuzz target has a corpus and runs under make check, and every corpus has its target.
my @targets = sort map { m{fuzz_(\w+)\.c$} } glob "$top/tests/fuzz/fuzz_*.c";
is_deeply([sort map { m{corpus/(\w+)$} } glob "$top/tests/fuzz/corpus/*"], \@targets, 'a corpus for each fuzz target');
my ($listed) = slurp("$top/Makefile.am") =~ /^fuzz_tests = \\\n((?:\t.*\n)+)/m;
is_deeply([sort(($listed // '') =~ m{fuzz/fuzz_(\w+)}g)], \@targets, 'make check runs each fuzz target');

# No test without an assertion: every cmocka test function makes one, itself or by a function of tests/unit that it calls,
# and so does every .t file, and every subtest in one.
my %makes = map { $_ => 1 } qw(expect expect_text expect_whole expect_number expect_holds);
my (%body, @idle);
for my $path (glob "$top/tests/unit/*.c") {
	my ($file) = $path =~ m{(\w+)\.c$};
	my $code = code_of(slurp($path));
	my $shared = $file =~ /^test_/ ? $file : '';
	$body{"$shared:$1"} = $2 while $code =~ /^(?:\w[\w \*]*?[ \*])(\w+)\([^;{}]*?\) \{\n(.*?)^\}/msg;
}
sub asserts {
	my ($file, $function, %seen) = @_;
	return 1 if $makes{$function} || $function =~ /^assert_\w+|^fail(?:_msg)?$/;
	my $body = $body{"$file:$function"} // $body{":$function"};
	return 0 if !defined $body || $seen{$function};
	return !!grep { asserts($file, $_, %seen, $function => 1) } $body =~ /\b([a-z_]\w*)\s*\(/g;
}
my $functions = 0;
for my $path (glob "$top/tests/unit/test_*.c") {
	my ($file) = $path =~ m{(\w+)\.c$};
	for my $test (slurp($path) =~ /\b(?:UNIT_TEST|cmocka_unit_test\w*)\((\w+)/g) {
		$functions++;
		push @idle, "$file: $test" unless asserts($file, $test);
	}
}
cmp_ok($functions, '>', 200, 'the test functions are found');
my $assertion = qr/\b(?:ok|is|isnt|like|unlike|is_deeply|cmp_ok|pass|fail)\s*\(|->(?:exits|says|promises)\b/;
for my $path (glob("$top/tests/*.t"), glob "$top/tests/e2e/*.t") {
	(my $name = $path) =~ s{^\Q$top\E/}{};
	my $text = slurp($path);
	push @idle, $name unless join("", $text, map { slurp("$top/tests/e2e/lib/CheckECS/$_.pm") } $text =~ /^use CheckECS::(SideBySide)\b/m) =~ $assertion;
	while ($text =~ /^(\t*)subtest\s+([^\n]*)\n(.*?)^\1\}/msg) {
		my ($title, $block) = ($2, $3);
		push @idle, "$name: $title" unless $block =~ $assertion;
	}
}
is_deeply(\@idle, [], 'every test asserts something');

# Each room says in a few lines what it is for, and the archive has them.
my $makefile = slurp("$top/Makefile.am");
for my $room (grep { $_ ne 'main' } sort keys %Rules::may_know) {
	my ($folder) = grep { -d "$top/$_" } "lib/$room", "plugins/check_ecs_bottleneck.d/$room";
	my $lines = $folder && -f "$top/$folder/README.md" ? slurp("$top/$folder/README.md") =~ tr/\n// : 0;
	ok($lines > 0 && $lines <= 10, "$room has a README.md of at most ten lines");
	like($makefile, qr{^\t(?:lib|\$\(rooms\))/\Q$room\E/README\.md\b}m, "Makefile.am has that of $room in room_readmes");
}

# ARCHITECTURE.md names every folder.
my $plan = slurp("$top/ARCHITECTURE.md");
for my $folder (map { glob "$top/$_" } 'lib/*/', 'lib/aws/*/', 'lib/aws/*/*/', 'plugins/*.d/*/', 'plugins/*.d/*/*/', 'tests/*/', 'contrib/*/') {
	(my $name = $folder) =~ s{^\Q$top\E/(.*?)/?$}{$1};
	like($plan, qr/\Q$name\E/, "ARCHITECTURE.md mentions $name") unless $name =~ /\.(d|o)eps|autom4te/;
}
done_testing;
