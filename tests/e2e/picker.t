#!/usr/bin/perl
# A person picks one of several clusters: the list on the screen, and the numbered prompt where there is no such screen.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Preload;
use CheckECS::Scripted;
use CheckECS::Terminal;
use CheckECS::Tmux;
use Test::More;
use Time::HiRes qw(sleep time);

sub account {
	return join '', map { "cluster $_ region=eu-west-1\nservice api desired=1 running=1\n\tcpu flat=34.4\n\tmemory flat=51.5\n" } @_;
}

my $few = standin(account(qw(prod staging test-1 test-2 Test-web)));
my $many = standin(account(map { sprintf 'team-%04d', $_ } 1 .. 1000));

sub terminal {
	my ($standin, $option, @arguments) = @_;
	return CheckECS::Tmux->start($option, '--endpoint-url=' . (ref $standin ? $standin->url : $standin), @arguments);
}

# Asserts how a run ended, and that the terminal is what it was.
sub ended {
	my ($name, $terminal, $exit, @says) = @_;
	my $run = $terminal->finish;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is($run->{exit}, $exit, "$name: exit $exit") or diag $run->{screen};
	like($run->{screen}, $_, "$name: says $_") for @says;
	is($run->{modes}, '', "$name: the terminal's modes are what they were");
	is($run->{cursor}, '100', "$name: the cursor is back, the full screen left");
	return $run;
}

my $chosen = qr/^ECS OK - (\S+): 1 service\b/m;
sub took {
	my ($name, $terminal, $cluster) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	my $run = ended($name, $terminal, 0);
	is($run->{screen} =~ $chosen ? $1 : $run->{screen}, $cluster, "$name: $cluster");
	return $run;
}

sub left {
	my ($name, $terminal, $why) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return ended($name, $terminal, 3, $why // qr/^ECS UNKNOWN - no cluster was chosen: name one with -c$/m);
}

my $screens = ($ENV{CHECK_ECS_NCURSES} // 'yes') eq 'yes';

subtest 'the list' => sub {
	plan skip_all => 'built without ncurses' unless $screens;
	my $terminal = terminal($few, {});
	$terminal->sees('the list', qr/\A5 clusters in eu-west-1: which one\?\n/, qr/^> Test-web\n  prod\n  staging\n  test-1\n  test-2\n/m, qr/\b5 of 5\b/);
	like($terminal->ask('#{alternate_on}'), qr/1/, 'it is a screen of its own');
	$terminal->keys(qw(Down Down));
	$terminal->sees('the arrow goes down', qr/^> staging$/m);
	$terminal->keys('Up');
	$terminal->sees('and up', qr/^> prod$/m);
	$terminal->keys('End');
	$terminal->sees('End', qr/^> test-2$/m);
	$terminal->keys('Home');
	$terminal->sees('Home', qr/^> Test-web$/m);
	$terminal->keys(qw(C-n C-n));
	$terminal->sees('Ctrl-N goes down', qr/^> staging$/m);
	$terminal->keys('C-p');
	$terminal->sees('Ctrl-P goes up', qr/^> prod$/m);
	$terminal->type('sx');
	$terminal->sees('nothing has that', qr/\b0 of 5\b/);
	$terminal->keys('C-h');
	$terminal->sees('Ctrl-H takes a letter back', qr/^narrow: s$/m, qr/\b4 of 5\b/);
	$terminal->keys('C-u');
	$terminal->sees('all again', qr/\b5 of 5\b/);
	$terminal->keys(qw(Home Up Down Enter));
	took('Enter takes it', $terminal, 'prod');

	$terminal = terminal($few, {});
	$terminal->sees('the list', qr/^> Test-web$/m);
	$terminal->type('TEST');
	$terminal->sees('typing narrows, whatever the case', qr/^narrow: TEST$/m, qr/^> Test-web\n  test-1\n  test-2\n/m, qr/\b3 of 5\b/, not => qr/prod|staging/);
	like($terminal->marked_screen, qr/\e\[(?:\d+;)*4mtest\e\[/, 'the match is marked');
	$terminal->type('-2');
	$terminal->sees('further', qr/^> test-2$/m, qr/\b1 of 5\b/);
	$terminal->keys('BSpace');
	$terminal->sees('back a letter', qr/^narrow: TEST-$/m, qr/^> test-2$/m, qr/\b3 of 5\b/);
	$terminal->type('zzz');
	$terminal->sees('nothing has that', qr/\b0 of 5\b/, not => qr/^> /m);
	$terminal->keys('Enter');
	$terminal->keys('C-u');
	$terminal->sees('Ctrl-U shows all again, Enter on nothing took nothing', qr/\b5 of 5\b/);
	$terminal->type('g');
	$terminal->sees('one is left', qr/\b1 of 5\b/);
	$terminal->keys('Enter');
	took('the one that is left', $terminal, 'staging');
};

subtest 'a thousand' => sub {
	plan skip_all => 'built without ncurses' unless $screens;
	my $terminal = terminal($many, {height => 20});
	$terminal->sees('a thousand', qr/^> team-0001$/m, qr/\b1000 of 1000\b/);
	$terminal->keys('NPage');
	$terminal->sees('a page down', qr/^> team-0018$/m);
	$terminal->keys('NPage');
	$terminal->sees('another', qr/^> team-0035$/m);
	$terminal->keys('PPage');
	$terminal->sees('a page up', qr/^> team-0018$/m);
	$terminal->keys('End');
	$terminal->sees('the end', qr/^> team-1000\n.*1000 of 1000/m);
	is(scalar(() = $terminal->screen =~ /^[> ] team-/mg), 17, 'each row is used');
	$terminal->resize(60, 8);
	$terminal->sees('a smaller window', qr/\A1000 clusters in eu-west-1.*\nnarrow:.*\n  team-0996\n(?:.*\n){3}> team-1000\n/);
	$terminal->resize(100, 40);
	$terminal->sees('a larger one', qr/^  team-0964\n(?:.*\n)*> team-1000\n.*1000 of 1000/m);
	$terminal->keys('Up');
	$terminal->sees('it goes on there', qr/^> team-0999\n/m);
	for my $size ([1, 1], [3, 2], [1, 30], [2, 30], [200, 3], [9, 50]) {
		$terminal->resize(@$size);
		sleep 0.3;
		$terminal->keys('Up');
		$terminal->keys('Down');
	}
	$terminal->resize(80, 24);
	$terminal->sees('windows without room do no harm', qr/^> team-0999\n/m, qr/\b1000 of 1000\b/);
	$terminal->type('777');
	$terminal->sees('typing', qr/^> team-0777$/m, qr/\b1 of 1000\b/);
	$terminal->keys('Enter');
	took('a thousand', $terminal, 'team-0777');
};

subtest 'long names, and foreign ones' => sub {
	plan skip_all => 'built without ncurses' unless $screens;
	my $account = sub {
		my (@names) = @_;
		return CheckECS::Scripted->start(sub {
			my ($operation, $request) = @_;
			return {clusterArns => [map { "arn:aws:ecs:eu-west-1:123456789012:cluster/$_" } @names]} if $operation eq 'ListClusters';
			return {serviceArns => ['arn:aws:ecs:eu-west-1:123456789012:service/api']} if $operation eq 'ListServices';
			return {MetricDataResults => [map { +{Id => $_->{Id}, StatusCode => 'Complete', Timestamps => [$request->{EndTime} - 7200], Values => [20]} }
				@{$request->{MetricDataQueries}}]};
		});
	};
	my $server = $account->('a' x 100 . 'MIDDLE' . 'b' x 149, 'c' x 20);
	my $terminal = terminal($server->{url}, {width => 40, height => 20});
	$terminal->sees('cut to the width', qr/^> a{37}…$/m, qr/^  c{20}$/m);
	$terminal->type('middle');
	$terminal->sees('the match is kept in sight', qr/^> …a*MIDDLEb*…$/m);
	$terminal->keys('C-u');
	$terminal->type('日本語');
	$terminal->sees('wide letters can be typed', qr/日本語/, qr/\b0 of 2\b/);
	$terminal->keys('C-u');
	$terminal->keys('Enter');
	ended('long', $terminal, 0, qr/^ECS OK - a+\.\.\.:\s+1 service\b/m);
	$terminal = terminal($server->{url}, {env => {LC_ALL => 'C'}, width => 40, height => 20});
	$terminal->sees('a locale without the mark of a cut', qr/^> a{37}>$/m);
	unlike($terminal->screen, qr/[^\x00-\x7f]/, 'gets none of it');
	$terminal->keys('Enter');
	ended('the C locale', $terminal, 0, qr/^ECS OK - a+\.\.\.:\s+1 service\b/m);
	# Nobody is asked to choose among names that ECS does not take.
	$server = $account->('prod', "日本|\e[31m\x{202e}red");
	ended('foreign', terminal($server->{url}, {width => 200, height => 20}), 3, qr/not AWS's \(something that is not a cluster's ARN: '[^'|]*日本\/red'\)/);
};

subtest 'leaving' => sub {
	plan skip_all => 'built without ncurses' unless $screens;
	for my $key (qw(Escape C-c)) {
		my $terminal = terminal($few, {});
		$terminal->sees("$key: the list", qr/^> Test-web$/m);
		$terminal->keys($key);
		left($key, $terminal);
	}
	for my $signal (qw(TERM INT HUP)) {
		my $terminal = terminal($few, {}, '-vv');
		$terminal->sees("SIG$signal: the list", qr/^> Test-web$/m);
		kill $signal, $terminal->pid;
		my $run = left("SIG$signal", $terminal, qr/^ECS UNKNOWN - ended by a signal$/m);
		like($run->{screen}, qr/^api: ListClusters 1 request, 0 retries/m, "SIG$signal: the whole result, not the backstop's");
	}
	my $terminal = terminal($few, {});
	$terminal->sees('the window is closed: the list', qr/^> Test-web$/m);
	my $pid = $terminal->pid;
	$terminal->tmux('kill-window');
	ok($terminal->until(sub { defined $terminal->file('exit') || !kill 0, $pid }), 'the window is closed: it ends');
	$terminal->stop;
};

subtest 'a process that is stuck, and one that is stopped' => sub {
	plan skip_all => 'built without ncurses' unless $screens;
	plan skip_all => 'valgrind has the signals' if $ENV{CHECK_ECS_WRAPPER};
	# Nobody looks at the flag that a signal sets: the backstop brings the terminal back.
	my %blocking = preloaded(preload("$FindBin::Bin/preload/block.c", '-DBLOCK_POLL_STDIN'));
	my $stuck = terminal($few, {prefix => ['env', map { "$_=$blocking{$_}" } keys %blocking]});
	$stuck->sees('stuck: the list', qr/^> Test-web$/m);
	kill 'TERM', $stuck->pid;
	left('stuck', $stuck, qr/^ECS UNKNOWN - ended by a signal$/m);

	# Stopped and continued while it has the screen: the shell has the terminal in order meanwhile.
	my $terminal = terminal($few, {shell => <<~'SH'});
		set -m
		stty -a >before
		sh -c 'echo $$ >pid; exec "$@"' sh "$@"
		stty -a >during
		echo '=stopped='
		read line
		fg >/dev/null
		echo $? >exit.new
		stty -a >after
		mv exit.new exit
		echo '=the shell again='
		exec sleep 120
		SH
	$terminal->sees('Ctrl-Z: the list', qr/^> Test-web$/m);
	$terminal->keys('Down');
	$terminal->sees('Ctrl-Z: moved', qr/^> prod$/m);
	$terminal->keys('C-z');
	$terminal->sees('Ctrl-Z: the shell', qr/=stopped=/, not => qr/^> prod/m);
	is($terminal->file('during'), $terminal->file('before'), 'Ctrl-Z: the modes are those of before');
	$terminal->keys('Enter');
	$terminal->sees('in the foreground again: the list', qr/^> prod$/m);
	$terminal->keys(qw(Down Enter));
	took('Ctrl-Z and fg', $terminal, 'staging');
};

subtest 'what does not count, and where it is drawn' => sub {
	plan skip_all => 'built without ncurses' unless $screens;
	my $two = 2 * time_factor();
	my $terminal = terminal($few, {}, '-t', $two);
	$terminal->sees('-t 2: the list', qr/^> Test-web$/m);
	sleep $two + 1.5;
	$terminal->keys(qw(Down Enter));
	took('thinking for longer than -t', $terminal, 'prod');

	my $hanging = standin(account(qw(prod staging)), '--fault=ListServices:hang');
	$terminal = terminal($hanging, {}, '-t', $two);
	$terminal->sees('a call that hangs: the list', qr/^> prod$/m);
	sleep 1;
	$terminal->keys('Enter');
	my $began = time;
	ended('the deadline holds afterwards', $terminal, 3, qr/^ECS UNKNOWN - prod: timed out after \d+ s, waiting for ListServices/m);
	cmp_ok(time - $began, '<', 2 * $two + 1, 'in time');

	$terminal = terminal($few, {redirection => '>out'});
	$terminal->sees('standard output redirected: the list', qr/^> Test-web$/m);
	$terminal->keys(qw(Down Enter));
	my $run = ended('standard output redirected', $terminal, 0);
	unlike($run->{screen}, qr/ECS OK/, 'the result is not on the screen');
	like($terminal->file('out'), qr/\AECS OK - prod: [^\e]+\n\z/, 'it is in the file, and nothing else');

	for my $redirection ('</dev/null', '2>errors') {
		$terminal = terminal($few, {redirection => $redirection});
		left("$redirection: nobody to ask", $terminal, qr/^ECS UNKNOWN - 5 clusters in eu-west-1, name one with -c: Test-web, prod, /m);
		is($terminal->file('errors') // '', '', "$redirection: nothing on standard error");
	}
	$terminal = terminal($few, {shell => <<~'SH'});
		set -m
		stty -a >before
		"$@" &
		wait $!
		echo $? >exit.new
		stty -a >after
		mv exit.new exit
		echo '=the shell again='
		exec sleep 120
		SH
	left('in the background: nobody to ask', $terminal, qr/^ECS UNKNOWN - 5 clusters in eu-west-1, name one with -c: /m);
};

# The numbered prompt: the same in each build.
for my $term ($screens ? qw(dumb nosuchterm) : qw(dumb screen)) {
	my $terminal = terminal($few, {term => $term});
	$terminal->sees("TERM=$term: the prompt", qr/^5 clusters in eu-west-1: which one\?\n    1\) Test-web\n    2\) prod\n/m, qr/^Type a number .*: *$/m);
	$terminal->keys('3', 'Enter');
	took("TERM=$term: a number", $terminal, 'staging');
}
my $terminal = terminal($few, {term => 'dumb'});
$terminal->sees('the prompt', qr/^    5\) test-2\n/m);
$terminal->keys('t', 'e', 's', 't', '-', 'Enter');
$terminal->sees('a part of a name narrows', qr/leave: test-\n.*which one\?\n    1\) Test-web\n    4\) test-1\n    5\) test-2\nType a number/);
$terminal->type('nosuch');
$terminal->keys('Enter');
$terminal->sees('none has it', qr/no name contains nosuch\n/);
$terminal->type(' prod ');
$terminal->keys('Enter');
took('a name', $terminal, 'prod');

$terminal = terminal($few, {term => 'dumb'});
$terminal->sees('the prompt', qr/^    5\) test-2\n/m);
for my $number (0, 6, '99999999999999999999') {
	$terminal->type($number);
	$terminal->keys('Enter');
	$terminal->sees("$number is no number of the list", qr/no name contains $number\n/);
}
$terminal->keys('Enter');
left('an empty line', $terminal);

$terminal = terminal($many, {term => 'dumb', height => 60});
$terminal->sees('a thousand: fifty are shown', qr/^   50\) team-0050\n +and 950 more\n/m, not => qr/team-0051/);
$terminal->type('8');
$terminal->type('88');
$terminal->keys('Enter');
took('a thousand: the number of one that is not shown', $terminal, 'team-0888');

for my $case (['Ctrl-C', sub { $_[0]->keys('C-c') }, qr/^ECS UNKNOWN - ended by a signal$/m], ['Ctrl-D', sub { $_[0]->keys('C-d') }, undef],
	['SIGTERM', sub { kill 'TERM', $_[0]->pid }, qr/^ECS UNKNOWN - ended by a signal$/m]) {
	my ($name, $act, $why) = @$case;
	$terminal = terminal($few, {term => 'dumb'});
	$terminal->sees("$name: the prompt", qr/^    5\) test-2\n/m, qr/^Type a number/m);
	$act->($terminal);
	left("the prompt, $name", $terminal, $why // qr/^ECS UNKNOWN - no cluster was chosen: name one with -c$/m);
}
$terminal = terminal($few, {term => 'dumb'}, '-t', 2 * time_factor());
$terminal->sees('-t 2: the prompt', qr/^Type a number/m);
sleep 2 * time_factor() + 1.5;
$terminal->keys('2', 'Enter');
took('the prompt: thinking for longer than -t', $terminal, 'prod');

# One cluster, a named one, or none at all: nothing to ask.
my $one = standin(account('prod'));
took('only one', terminal($one, {}), 'prod');
took('a named one', terminal($few, {}, '-c', 'staging'), 'staging');

done_testing;
