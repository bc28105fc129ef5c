#!/usr/bin/perl
# credential_process: keys from a program of the administrator's, within the run's deadline.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Preload;
use Test::More;
use Time::HiRes qw(sleep);

plan skip_all => 'a wrapper such as valgrind has descriptors and signals of its own' if $ENV{CHECK_ECS_WRAPPER};

my $account = <<~'ACCOUNT';
	key AKIDEXAMPLE secret
	key AKIDSECOND second/Secret+2
	key ASIDSESSION hidden token=TOKENHIDDEN
	cluster prod region=eu-west-1
	service api desired=1 running=1
		cpu flat=34.4
		memory flat=51.5
	ACCOUNT
my $standin = standin($account);
my %none = (AWS_ACCESS_KEY_ID => undef, AWS_SECRET_ACCESS_KEY => undef);
my $good = answer('AKIDSECOND', 'second/Secret+2');

sub answer {
	my ($id, $secret, $more) = @_;
	return qq({"Version":1,"AccessKeyId":"$id","SecretAccessKey":"$secret") . ($more // '') . '}';
}

# An executable shell script with this body; its path.
sub script {
	my ($body, $name) = @_;
	my $path = keep_file("#!/bin/sh\n$body\n", $name // 'script');
	chmod 0700, $path or die "$path: $!";
	return $path;
}

sub says_json { return script("cat <<'EOF'\n$_[0]\nEOF") }

# The environment of a run with this command (and further lines) in the default profile.
sub command {
	my ($line, $more) = @_;
	return {%none, AWS_CONFIG_FILE => keep_file("[default]\ncredential_process = $line\n" . ($more // ''), 'config')};
}

sub uses { return $standin->check_signed_by(@_) }

sub fails {
	my ($name, $env, $patterns, @arguments) = @_;
	my $run = $standin->fresh_check({name => $name, env => $env}, '-c', 'prod', @arguments);
	$run->exits('UNKNOWN');
	$run->says("$name: the message", @$patterns);
	is($standin->stats->{requests}, 0, "$name: no request");
	unlike($run->{stdout}, qr/HIDDEN|second.Secret/, "$name: no secret");
	return $run;
}

# Keys are found, by the order of the AWS CLI.
my $printer = says_json($good);
my $static = "aws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = secret\n";
uses('AKIDSECOND', 'a program', command($printer));
uses('AKIDSECOND', 'in a profile by option', {%none, AWS_CONFIG_FILE => keep_file("[profile p]\ncredential_process=$printer\n")}, '-p', 'p');
uses('AKIDSECOND', 'in the credentials file', {%none, AWS_SHARED_CREDENTIALS_FILE => keep_file("[default]\ncredential_process=$printer\n")});
uses('AKIDSECOND', 'it beats static keys of the config file', command($printer, $static));
uses('AKIDEXAMPLE', 'static keys of the credentials file beat it',
	{%{command($printer)}, AWS_SHARED_CREDENTIALS_FILE => keep_file("[default]\n$static", 'credentials')});
uses('AKIDEXAMPLE', 'keys in the environment beat it',
	{%{command($printer)}, AWS_ACCESS_KEY_ID => 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY => 'secret'});
uses('AKIDSECOND', 'it beats container credentials', {%{command($printer)}, AWS_CONTAINER_CREDENTIALS_FULL_URI => 'http://127.0.0.1:1/'});
my $marker = tempdir() . '/started';
my $marking = script("touch '$marker'\necho '$good'");
fails('a role goes first, broken or not', command($marking, "role_arn = arn:aws:iam::123456789012:role/R\nsource_profile = default\n"), [qr/default, then default/]);
fails('so does a login that has left nothing', command($marking, "login_session = x\n"), [qr{\S+/.aws/login/cache/\S+ does not exist}]);
fails('half of the SSO settings stay an error', command($marking, "sso_account_id = 1\n"), [qr/has no sso_role_name/]);
ok(!-e $marker, 'and nothing was started');

# The command line: words, no shell.
my $echo = script(qq(for a; do printf '<%s>' "\$a"; done >"\$ARGUMENTS"\necho '$good'));
for my $case (
	[q(a b), '<a><b>'], [q('a  b' "c \\"d\\"" e\\ f ''), '<a  b><c "d"><e f><>'], [q($HOME ~ `x` $(x) *), '<$HOME><~><`x`><$(x)><*>'],
	[q(a | b > c; d & e), '<a><|><b><>><c;><d><&><e>'], ['ü', '<ü>'],
) {
	my ($line, $wanted) = @$case;
	utf8::encode($_) for $line, $wanted;
	my $seen = tempdir() . '/arguments';
	uses('AKIDSECOND', 'arguments', {%{command("$echo $line")}, ARGUMENTS => $seen});
	open my $file, '<:raw', $seen or die "$seen: $!";
	is(scalar <$file>, $wanted, "the words of: $case->[0]");
}
my $blank = tempdir() . '/a folder';
mkdir $blank or die $!;
rename says_json($good), "$blank/printer" or die $!;
uses('AKIDSECOND', 'a path with a blank', command(qq("$blank/printer")));
uses('AKIDSECOND', 'looked for in PATH', {%{command('printer')}, PATH => "/nonexistent:$blank:/usr/bin:/bin"});
fails('not in PATH', command('printer --secret HIDDEN'), [qr/cannot start its program \(not an absolute path\): No such file or directory/]);
fails('no such path', command('/nonexistent/printer'), [qr{cannot start /nonexistent/printer: No such file or directory}]);
fails('not executable', command(keep_file($good)), [qr/cannot start .*: Permission denied/]);
fails('a quote without end', command(qq('$printer)), [qr/profile 'default'/, qr/quote .* not closed/]);
fails('an empty command', command(q("")), [qr/command is empty/]);

# What it may answer.
my $run = uses('ASIDSESSION', 'a session token', command(says_json(answer('ASIDSESSION', 'hidden', ',"SessionToken":"TOKENHIDDEN","Expiration":"2099-01-01T00:00:00+05:30"'))), '-vvv');
unlike($run->{stdout}, qr/TOKENHIDDEN|\bhidden\b|ASIDSESSION/, '-vvv: no secret, and no whole key id');
$run->says('-vv: where the keys came from', qr/^credentials: credential_process: found key ASID\.\.\.SION$/m);
for my $case (
	['half an answer', substr($good, 0, -1), qr/not valid JSON/], ['no answer', '', qr/not valid JSON/], ['Version "1"', $good =~ s/:1,/:"1",/r, qr/Version 1/],
	['no Version', $good =~ s/"Version":1,//r, qr/Version 1/], ['no secret', '{"Version":1,"AccessKeyId":"AKIDSECOND"}', qr/must have SecretAccessKey/],
	['expired', answer('AKIDSECOND', 'HIDDEN', ',"Expiration":"2020-01-01T00:00:00+01:00"'), qr/expired at 2019-12-31T23:00:00Z/],
	['keys with a blank', answer('AKIDSECOND', 'HIDDEN HIDDEN'), qr/a blank/],
) {
	my ($name, $text, $pattern) = @$case;
	fails($name, command(says_json($text)), [qr/credential_process/, $pattern], '-vvv');
}
fails('huge output', command(script(qq(while :; do echo '$good'; done))), [qr/larger than 65536 bytes/], '-vvv');
my $said = fails('an exit status', command(script(qq(echo '$good'\nprintf 'no \\033[31mluck | \\342\\200\\256today\\n' >&2\nexit 42))), [qr/exit status 42: no luck \/ today$/m], '-vvv');
fails('an exit status without a word', command('/bin/false'), [qr{/bin/false failed with exit status 1$}m]);
fails('a signal', command(script('kill -9 $$')), [qr/was killed by signal 9/]);
fails('much on stderr', command(script(q(yes | head -c 300000 >&2; exit 1))), [qr/exit status 1: y y y .*\.\.\.$/m]);
fails('secrets on stderr', command(script(qq(set -x\nx='{"SecretAccessKey":"HIDDEN"}'\nexit 1))), [qr/exit status 1 \(its error text is left out/], '-vvv');

# What it inherits: the environment, default signals, descriptors 0 to 2.
my $seen = tempdir() . '/inherited';
my $look = script(<<~"SH");
	{ grep -E '^Sig(Ign|Blk):' /proc/self/status; ls -l /proc/self/fd; echo "pgrp \$(ps -o pgid= -p \$\$) \$\$ \$INHERITED"; } >>"$seen"
	cat
	echo '$good'
	SH
SKIP: {
	skip 'no /proc here', 12 unless -r '/proc/self/status';
	uses('AKIDSECOND', 'its surroundings', {%{command($look)}, INHERITED => 'yes'});
	inherits_nothing('alone');
	$run = $standin->fresh_check({name => 'a parent with many leftovers', env => command($look),
		before => sub { POSIX::dup2(2, $_) for 30 .. 40; $SIG{$_} = 'IGNORE' for qw(PIPE HUP USR1); POSIX::sigprocmask(POSIX::SIG_BLOCK(), POSIX::SigSet->new(10, 12, 15)) }}, '-c', 'prod');
	$run->exits('OK');
	inherits_nothing('leftovers');
}

sub inherits_nothing {
	my ($name) = @_;
	open my $file, '<', $seen or die "$seen: $!";
	my @lines = <$file>;
	unlink $seen;
	# The low 31 bits: the C library keeps others for itself.
	my %mask = map { /^(Sig\w+):\s+[0-9a-f]*([0-9a-f]{8})$/ ? ($1 => hex($2) & 0x7fffffff) : () } @lines;
	is_deeply(\%mask, {SigIgn => 0, SigBlk => 0}, "$name: no signal ignored or blocked");
	my %descriptor = map { m{ (\d+) -> (.*)$} && $2 !~ m{^/proc/\d+/fd$} ? ($1 => $2) : () } @lines;
	is_deeply([sort keys %descriptor], [0 .. 2], "$name: descriptors 0 to 2") or diag @lines;
	is($descriptor{0}, '/dev/null', "$name: standard input");
	like($descriptor{2}, qr/^pipe:/, "$name: standard error");
	my ($group, $pid, $inherited) = map { /^pgrp\s+(\d+) (\d+) ?(\w*)/ ? ($1, $2, $3) : () } @lines;
	SKIP: {
		skip 'no ps here', 1 unless defined $group;
		is($group, $pid, "$name: a group of its own");
	}
	return;
}

# Whether none of the processes named in the file runs any more (a zombie does not run).
sub all_gone {
	my ($path, $name, $wanted) = @_;
	my @pids;
	if (open my $file, '<', $path) {
		@pids = map { split } <$file>;
	}
	is(scalar @pids, $wanted, "$name: so many processes had started");
	my @left;
	for (1 .. 300) {
		@left = grep { kill(0, $_) && !is_zombie($_) } @pids;
		last unless @left;
		sleep 0.01;
	}
	is_deeply(\@left, [], "$name: nothing is left running");
	kill 'KILL', @left;
	unlink $path;
	return;
}

sub is_zombie {
	my ($pid) = @_;
	open my $file, '<', "/proc/$pid/stat" or return 0;
	return (<$file> // '') =~ /\) Z /;
}

# It does not end: the run does, and nothing is left.
my $pids = tempdir() . '/pids';
my %hang = (
	'hanging' => [script("echo \$\$ >'$pids'\nexec sleep 1000"), 1],
	'with a grandchild' => [script("sleep 1000 &\necho \$\$ \$! >'$pids'\nwait"), 2],
	'deaf to SIGTERM' => [script("trap '' TERM\nsh -c 'sleep 1000; :' &\necho \$\$ \$! >'$pids'\nwhile :; do sleep 1; done"), 2],
	'with its pipes closed' => [script("echo \$\$ >'$pids'\nexec sleep 1000 >&- 2>&-"), 1],
	'talking on stderr' => [script("echo \$\$ >'$pids'\nexec yes >&2"), 1],
);
my $two = 2 * time_factor();
for my $name (sort keys %hang) {
	my ($path, $count) = @{$hang{$name}};
	$run = $standin->fresh_check({name => $name, env => command($path)}, '-c', 'prod', '-t', "$two:critical");
	$run->exits('CRITICAL', "$name: the state of -t");
	$run->says("$name: the message", qr/\AECS CRITICAL - prod: timed out after \d+ s, /, qr/^(?:ECS CRITICAL - prod:|\[CRITICAL\]) timed out after \d+ s, .*did not answer before the run's deadline/m);
	cmp_ok($run->{seconds}, '>', 1.9 * time_factor(), "$name: the whole time was given");
	cmp_ok($run->{own_seconds}, '<', 3 * time_factor(), "$name: in time");
	is($standin->stats->{requests}, 0, "$name: no request");
	all_gone($pids, $name, $count);
}
for my $signal (qw(TERM INT HUP ALRM)) {
	my $name = "SIG$signal";
	$run = $standin->fresh_check({name => $name, env => command($hang{'deaf to SIGTERM'}[0]), signal => [$signal, 0.7]},
		'-c', 'prod', '-t', 20 * time_factor() . ':critical');
	$run->exits('UNKNOWN', "$name: UNKNOWN whatever -t says");
	$run->says("$name: the message", qr/ended by a signal/);
	cmp_ok($run->{own_seconds}, '<', 3 * time_factor(), "$name: ends soon");
	all_gone($pids, $name, 2);
}

# The backstop, which does not wait for the loop.
my %blocking = preloaded(preload("$FindBin::Bin/preload/block.c", '-DBLOCK_POLL_AFTER_MS=' . 700 * time_factor()));
$run = $standin->fresh_check({name => 'backstop', env => {%{command($hang{'deaf to SIGTERM'}[0])}, %blocking}}, '-c', 'prod', '-t', "$two:critical");
$run->exits('CRITICAL', 'the backstop');
$run->says('the backstop: its line', qr/^ECS CRITICAL - timed out after \d+ s before the result was complete$/);
all_gone($pids, 'backstop', 2);

# Expired while the run goes on: asked again.
my $renewing = standin($account, '--fault=ListServices:expired:1');
my $calls = tempdir() . '/calls';
my $first = answer('AKIDEXAMPLE', 'secret');
my $changing = script(<<~"SH");
	ls -l /proc/self/fd >>"$seen"
	echo >>'$calls'
	if test \$(wc -l <'$calls') -eq 1; then echo '$first'; else echo '$good'; fi
	SH
$run = $renewing->check({name => 'renewed', env => command($changing)}, '-c', 'prod');
$run->exits('OK', 'expired keys are asked for again');
is_deeply([map { $_->{key} } @{$renewing->log}], [qw(AKIDEXAMPLE AKIDSECOND AKIDSECOND)], 'once');
if (open my $file, '<', $seen) {
	my @lines = <$file>;
	my %descriptor = map { m{ (\d+) -> (.*)$} && $2 !~ m{^/proc/\d+/fd$} ? ($1 => 1) : () } @lines;
	is_deeply([sort keys %descriptor], [0 .. 2], 'no descriptor of the connections is inherited') or diag @lines;
}
unlink $calls;
my $stuck = script("echo >>'$calls'\nif test \$(wc -l <'$calls') -eq 1; then echo '$first'; exit; fi\necho \$\$ >'$pids'\nexec sleep 1000");
my $expiring = standin($account, '--fault=ListServices:expired:1');
$run = $expiring->check({name => 'renewal hangs', env => command($stuck)}, '-c', 'prod', '-t', "$two:warning");
$run->exits('WARNING', 'a renewal that hangs: the state of -t');
$run->says('a renewal that hangs: the message', qr/timed out/);
cmp_ok($run->{own_seconds}, '<', 3 * time_factor(), 'a renewal that hangs: in time');
all_gone($pids, 'a renewal that hangs', 1);

done_testing;
