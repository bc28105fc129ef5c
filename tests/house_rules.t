#!/usr/bin/perl
# Does tests/house.t see what it is there for? Each of its rules about directories, files and libraries, on a fault planted in
# a few lines of code or of nm's output, and on the same without the fault.
use strict;
use warnings;
use File::Path qw(make_path);
use File::Temp ();
use FindBin;
use Test::More;
use lib "$FindBin::Bin/house";
use Rules;
use Tree qw(include_edges include_faults library_faults size_faults read_nm link_edges symbol_faults object_faults circle_faults compile_faults);

my $rooms = 'plugins/check_ecs_bottleneck.d';

# One fault, told in words that hold each of the patterns.
sub told {
	my ($what, $faults, @patterns) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is(scalar @$faults, 1, "$what: one fault") or diag(map { "  $_\n" } @$faults);
	like($faults->[0] // '', $_, "$what: told with $_") for @patterns;
	return;
}

sub silent {
	my ($what, $faults) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is_deeply($faults, [], "$what: nothing to say");
	return;
}

# --- arrows by includes: each pair of rooms that may not know each other ---

sub of_room {
	my ($room, $file) = @_;
	return 'plugins/check_ecs_bottleneck.c' if $room eq 'main';
	return ($room =~ m{^(?:base|harness|term|aws/[\w/]+)$} ? "lib/$room" : "$rooms/$room") . "/$file.c";
}

my %expected; # "from to" of each arrow that the picture in ARCHITECTURE.md has
$expected{"$_ base"} = 1 for keys %Rules::may_know;
$expected{$_} = 1 for 'aws/config aws/http', map({ "aws/call $_" } qw(aws/http aws/config)), map({ ("aws/identity $_", "aws/identity/sso $_") } qw(aws/http aws/config aws/call)), 'aws/identity aws/identity/sso',
	map({ "aws/client $_" } qw(aws/http aws/config aws/call aws/identity)),
	map({ ("$_ harness", "$_ model") } qw(options judge report report/words collect jobs)), 'model harness', 'report judge', 'report/words judge', 'report report/words',
	map({ "$_ term" } qw(report report/words jobs)),
	map({ "collect aws/$_" } qw(config service client)),
	map({ "jobs $_" } qw(options judge report report/words collect aws/http aws/config aws/call aws/identity aws/client aws/service));
for my $from (sort grep { $_ ne 'main' } keys %Rules::may_know) {
	my (@seen, @due);
	for my $to (sort grep { $_ ne $from && $_ ne 'main' } keys %Rules::may_know) {
		push @due, $to unless $expected{"$from $to"};
		my @faults = include_faults({of_room($from, 'x') => qq{#include "config.h"\n#include "$to/y.h"\n}});
		push @seen, map { m{includes \S+: the arrow (\S+) <- \Q$from\E is forbidden .*: \S} ? $1 : "not told well: $_" } @faults;
	}
	is_deeply(\@seen, \@due, "which rooms $from may not include: " . (join(', ', @due) || 'none'));
}

silent('service/arn for those who may', [map { include_faults({of_room($_, 'x') => qq{#include "aws/service/arn.h"\n}}) } qw(aws/identity options)]);
told('service/ecs for options', [include_faults({"$rooms/options/x.c" => qq{#include "aws/service/ecs.h"\n}})], qr{aws/service <- options is forbidden}, qr{plain string});
told('judge asks collect', [include_faults({"$rooms/judge/x.h" => qq{ # include "collect/y.h"\n}})], qr{judge/x\.h includes collect/y\.h}, qr{list of requests \(model/request\)});
told('report reads collect', [include_faults({"$rooms/report/x.h" => qq{#include "collect/y.h"\n}})], qr{collect <- report is forbidden}, qr{move the data that x reads into model/});
told('an include without a room', [include_faults({'lib/base/x.c' => qq{#include "y.h"\n}})], qr{"y\.h", which is in no room}, qr{Rules\.pm});
told('the inside of another room', [include_faults({'lib/aws/client/x.c' => qq{#include "aws/http/http_state.h"\n}})], qr{public header});
silent('the inside of its own room', [include_faults({'lib/aws/http/x.c' => qq{#include "aws/http/http_state.h"\n}})]);

# --- circles by includes ---

told('a circle of includes', [circle_faults(include_edges({
	'lib/base/a.h' => qq{#include "base/b.h"\n}, 'lib/base/b.c' => qq{#include "base/b.h"\n#include "base/c.h"\n}, 'lib/base/c.h' => qq{#include "base/a.h"\n},
}), 'includes')], qr{3 files make a circle \(base/a base/b base/c\)}, qr{base/a includes base/b\.h; base/b includes base/c\.h; base/c includes base/a\.h}, qr{move what two of them share});
silent('a file, its header and their inside', [circle_faults(include_edges({
	'lib/base/a.c' => qq{#include "base/a.h"\n#include "base/a_state.h"\n}, 'lib/base/a_state.h' => qq{#include "base/a.h"\n}, 'lib/base/b.c' => qq{#include "base/a_state.h"\n},
}), 'includes')]);

# --- sizes ---

told('a file', [size_faults({'lib/base/a.c' => "\n" x 401, 'lib/base/b.c' => "\n" x 400})], qr{lib/base/a\.c has 401 lines, more than 400}, qr{file of its own});
told('a directory', [size_faults({map { ("lib/term/f$_.c" => '', "lib/term/f$_.h" => '', $_ < 21 ? ("lib/aws/http/f$_.c" => '') : ()) } 1 .. 21})],
	qr{lib/term has 21 \.c files, more than 20}, qr{a directory, a library});

# --- libraries ---

my %foreign = ('curl/curl.h' => 'libcurl', 'openssl/evp.h' => 'OpenSSL', 'cjson/cJSON.h' => 'cJSON', 'ncurses.h' => 'ncurses', 'expat.h' => 'expat');
told("<$_>", [library_faults({'lib/aws/call/x.c' => "#include <$_>\n"}, {})], qr{^lib/aws/call/x\.c includes <\Q$_\E>: $foreign{$_} is for}) for sort keys %foreign;
told("the symbol $_", [library_faults({}, read_nm("lib/aws/libcall.a[lib_aws_libcall_a-x.o]: $_ U         \n"))], qr{^lib/aws/call/x\.c uses $_: })
	for qw(curl_easy_init EVP_Digest cJSON_Parse initscr XML_Parse);
silent('where they belong', [library_faults({'lib/aws/http/x.c' => "#include <curl/curl.h>\n", 'lib/base/crypto.c' => "#include <openssl/evp.h>\n", 'lib/term/picker_screen.c' => "#include <ncurses.h>\n"},
	read_nm("lib/aws/libhttp.a[lib_aws_libhttp_a-x.o]: curl_easy_init U         \nlib/libbase.a[lib_libbase_a-xml.o]: XML_Parse U         \n"))]);

# --- arrows and circles by symbols ---

# What nm says of units: [unit, [what it defines], [what it uses]].
sub nm {
	my @lines;
	for (@_) {
		my ($unit, $defines, $uses) = @$_;
		my ($room, $file) = $unit =~ m{^(?:(.+)/)?(\w+)$};
		my $where = 'plugins/check_ecs_bottleneck-check_ecs_bottleneck.o';
		if ($room) {
			my ($folder, $library) = $room =~ m{^(?:base|harness|term)$} ? ('lib', $room) : $room =~ m{^aws/(\w+)$} ? ('lib/aws', $1) : ('plugins', $room);
			(my $prefix = "$folder/lib${library}_a") =~ s{/}{_}g;
			$where = "$folder/lib$library.a[$prefix-$file.o]";
		}
		push @lines, map({ "$where: $_ T 10 20" } @$defines), map({ "$where: $_ U         " } @$uses);
	}
	return read_nm(join '', map { "$_\n" } @lines);
}

told('a symbol upwards', [symbol_faults(link_edges(nm(['aws/call/x', ['x_do'], ['y_do', 'y_undo', 'memcpy']], ['aws/identity/y', ['y_do', 'y_undo'], ['x_do']])))],
	qr{^aws/call/x uses y_do, y_undo of aws/identity/y: the arrow aws/identity <- aws/call is forbidden}, qr{move what x needs of y down});
silent('symbols downwards', [symbol_faults(link_edges(nm(['main', ['main'], ['job_check']], ['jobs/check', ['job_check'], ['judge', 'client_next', 'arn_parse']],
	['judge/judge', ['judge'], ['state_worse']], ['harness/state', ['state_worse'], []], ['aws/client/client', ['client_next'], []], ['aws/service/arn', ['arn_parse'], []])))]);
told('collect judges', [symbol_faults(link_edges(nm(['collect/x', ['x'], ['silence_find']], ['judge/silence', ['silence_find'], []])))], qr{judge <- collect is forbidden}, qr{let the job ask the judge});
told('a provider that knows another one', [symbol_faults(link_edges(nm(['aws/identity/provider_role', ['r'], ['s']], ['aws/identity/provider_sso', ['s'], []])))],
	qr{provider_role uses s of aws/identity/provider_sso: a credential provider knows no other one});
told('another file of service', [symbol_faults(link_edges(nm(['options/x', [], ['ecs_read']], ['aws/service/ecs', ['ecs_read'], []])))], qr{aws/service <- options is forbidden});
told('a circle of objects', [circle_faults(link_edges(nm(['base/a', ['a'], ['b']], ['base/b', ['b'], ['c', 'd']], ['base/c', ['c'], ['a']], ['base/d', ['d'], []])), 'uses')],
	qr{3 files make a circle \(base/a base/b base/c\)}, qr{base/a uses b of base/b; base/b uses c of base/c; base/c uses a of base/a});
silent('client with client_attempt', [circle_faults(link_edges(nm(['aws/client/client', ['a'], ['b']], ['aws/client/client_attempt', ['b'], ['a']])), 'uses')]);
told('client with a third', [circle_faults(link_edges(nm(['aws/client/client', ['a'], ['b']], ['aws/client/client_attempt', ['b'], ['c']], ['aws/client/session', ['c'], ['a']])), 'uses')], qr{3 files});
told('a file in no library', [object_faults({'lib/base/a.c' => '', 'lib/base/b.c' => '', 'lib/base/b.h' => '', 'lib/term/picker_screen.c' => ''}, nm(['base/a', ['a'], []]))],
	qr{^lib/base/b\.c is in no library of its room: name it in Makefile\.am});

# --- the rooms that compile without lib/aws ---

my @compiler = split ' ', $ENV{CHECK_ECS_CC} || 'cc';
SKIP: {
	skip "no compiler: @compiler", 1 if system("@compiler --version >/dev/null 2>&1") != 0;
	my $tree = File::Temp->newdir;
	my %file = (
		'config.h' => '', 'lib/base/err.h' => "struct err;\n", 'lib/harness/state.h' => '', 'lib/term/tty.h' => '', 'lib/aws/service/arn.h' => '',
		"$rooms/model/a.h" => qq{#include "base/err.h"\n}, "$rooms/model/a.c" => qq{#include "config.h"\n#include "model/a.h"\nstruct err;\n},
		"$rooms/judge/b.h" => qq{#include "model/a.h"\n}, "$rooms/judge/b.c" => qq{#include "config.h"\n#include "judge/b.h"\nstruct err;\n},
		"$rooms/report/c.c" => qq{#include "config.h"\n#include "judge/b.h"\nstruct err;\n},
	);
	my $write = sub {
		my ($name, $text) = @_;
		make_path("$tree/$name" =~ s{/[^/]+$}{}r);
		open my $out, '>', "$tree/$name" or BAIL_OUT("$name: $!");
		print $out $text;
		close $out or BAIL_OUT("$name: $!");
	};
	$write->($_, $file{$_}) for keys %file;
	silent('rooms without lib/aws', [compile_faults("$tree", "$tree", @compiler)]);
	$write->("$rooms/judge/b.h", qq{#include "aws/service/arn.h"\n});
	my @faults = compile_faults("$tree", "$tree", @compiler);
	is(scalar @faults, 2, 'a header of lib/aws is told for each room that comes by it') or diag("@faults");
	like($faults[0], qr{^judge does not compile without lib/aws, since \S+/judge/b\.h includes aws/service/arn\.h \(for b\.c\): carry}, 'with the file that includes it');
	$write->("$rooms/judge/b.h", "(\n");
	like((compile_faults("$tree", "$tree", @compiler))[0] // '', qr{\Ajudge does not compile without lib/aws:\n.*error}s, 'any other error in the words of the compiler');
}
done_testing;
