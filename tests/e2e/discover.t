#!/usr/bin/perl
# --discover: the whole list on standard output, or one line on standard error and nothing else.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Scripted;
use JSON::PP;
use Test::More;

my @names = map { sprintf 'svc-%03d', $_ } 1 .. 250;
my $many = join '', map { "service $_ desired=1 running=1\n" } reverse @names;
my $account = "cluster prod region=eu-west-1\nservice web desired=1 running=1\nservice api desired=0 running=0\nservice Api_2 desired=1 running=1\ncluster many region=eu-west-1\n${many}cluster empty region=eu-west-1\n";
my $standin = standin($account, '--page-size=7');

sub discover {
	my ($server, $option, @arguments) = @_;
	return $server->check({quiet => 1, %$option}, @arguments);
}
sub succeeds {
	my ($run, $name) = @_;
	is($run->{exit}, 0, "$name: exit 0");
	is($run->{signal}, 0, "$name: no signal");
	is($run->{stderr}, '', "$name: nothing on standard error");
}
sub fails {
	my ($run, $name, @words) = @_;
	is($run->{exit}, 3, "$name: exit 3");
	is($run->{signal}, 0, "$name: no signal");
	is($run->{stdout}, '', "$name: nothing on standard output");
	like($run->{stderr}, qr/\AECS UNKNOWN - [^\n|]+\n\z/, "$name: one line on standard error");
	like($run->{stderr}, $_, "$name: what is wrong") for @words;
}

# names
for my $case ([['-c', 'prod'], qw(Api_2 api web)], [['-c', 'many'], @names], [['-c', 'prod', '-s', 'a*'], 'api'], [['-c', 'prod', '-x', 'a*'], qw(Api_2 web)],
	[['-c', 'prod', '-s', 'web'], 'web'], [['-c', 'prod', '-s', 'web', '-s', 'api'], qw(api web)], [['-c', 'prod', '-s', 'daemon:agent', '-s', '*'], qw(Api_2 api daemon:agent web)],
	[['-c', 'prod', '-s', 'daemon:agent'], 'daemon:agent']) {
	my ($arguments, @expected) = @$case;
	my $name = "names: @$arguments";
	$standin->reset;
	my $run = discover($standin, {name => $name}, '--discover=names', @$arguments);
	succeeds($run, $name);
	is($run->{stdout}, join('', map { "$_\n" } @expected), "$name: sorted, one a line");
	is($standin->calls('GetMetricData') + $standin->calls('DescribeServices'), 0, "$name: nothing but the list is asked for");
}

# JSON
{
	my $run = discover($standin, {name => 'json'}, '--discover=json', '-c', 'prod');
	succeeds($run, 'json');
	my $list = eval { decode_json($run->{stdout}) };
	is($list->{kind}, 'discovery', 'json: the kind');
	is_deeply([map { $_->{name} } @{$list->{services}}], [qw(Api_2 api web)], 'json: the services');
	is_deeply([@$list{qw(cluster region account)}], ['prod', 'eu-west-1', '123456789012'], 'json: where they are');
	is($run->{stdout} =~ tr/\n//, 1, 'json: one line');
	SKIP: {
		skip 'python3 with jsonschema is not installed', 2 if system('python3 -c "import jsonschema; jsonschema.Draft202012Validator" >/dev/null 2>&1') != 0;
		my $top = $ENV{CHECK_ECS_SRCDIR} // "$FindBin::Bin/../..";
		my $verdict = sub { my $path = keep_file($_[0], 'json'); return scalar `python3 '$FindBin::Bin/lib/validate_json.py' '$top/contrib/discovery/list.schema.json' '$path'` };
		like($verdict->($run->{stdout}), qr/\Aok /, 'json: valid by the schema');
		like($verdict->($run->{stdout} =~ s/"name":"web"/"name":"w b"/r), qr/\Anot ok /, 'json: the schema sees what is wrong');
	}
}

# Icinga 2
{
	my $run = discover($standin, {name => 'icinga2'}, '--discover=icinga2', '-c', 'prod');
	succeeds($run, 'icinga2');
	my @objects = split /\n\n/, $run->{stdout};
	is(scalar @objects, 3, 'icinga2: an object a service');
	like($objects[1], qr{\A# ecs/123456789012/eu-west-1/prod/api\nobject Service "ecs/123456789012/eu-west-1/prod/api" \{\n(?:\t[^\n]+\n)+\}\z}, 'icinga2: its key and name');
	like($objects[1], qr/^\tvars\.ecs_bottleneck_$_->[0] = "\Q$_->[1]\E"$/m, "icinga2: $_->[0]") for ['cluster', 'prod'], ['service', 'api'], ['region', 'eu-west-1'];
	is($run->{stdout}, discover($standin, {name => 'icinga2 again'}, '--discover=icinga2', '-c', 'prod')->{stdout}, 'icinga2: the same each time');
	# Values that try to break out of their string.
	my $config = keep_file("[profile 'a\"b\$c\\d}']\nregion=eu-west-1\n", 'config');
	my $given = discover($standin, {name => 'icinga2, a profile', env => {AWS_CONFIG_FILE => $config, AWS_ACCESS_KEY_ID => undef, AWS_SECRET_ACCESS_KEY => undef, AWS_SHARED_CREDENTIALS_FILE => keep_file("[a\"b\$c\\d}]\naws_access_key_id=AKIDEXAMPLE\naws_secret_access_key=secret\n", 'credentials')}},
		'--discover=icinga2', '-c', 'prod', '-p', 'a"b$c\\d}', '-s', 'api');
	ok(index($given->{stdout}, "\n\tvars.ecs_bottleneck_profile = " . q("a\"b$$c\\\\d}") . "\n") >= 0, 'icinga2: quotes, backslashes and dollars of a profile') or diag "$given->{stdout}$given->{stderr}";
}

# What keeps a list from being printed.
fails(discover($standin, {name => 'no such cluster'}, '--discover=names', '-c', 'prdo'), 'no such cluster', qr/this cluster does not exist in eu-west-1.*did you mean prod\?/);
fails(discover($standin, {name => 'an empty cluster'}, '--discover=names', '-c', 'empty'), 'an empty cluster', qr/no services in this cluster in eu-west-1/);
fails(discover($standin, {name => 'another region'}, '--discover=names', '-c', 'prod', '-r', 'us-east-1'), 'another region', qr/us-east-1/);
fails(discover($standin, {name => 'an idle pattern'}, '--discover=names', '-c', 'prod', '-s', 'web', '-s', 'x*'), 'an idle pattern', qr/no service matches -s 'x\*'/);
fails(discover($standin, {name => 'an idle name'}, '--discover=names', '-c', 'prod', '-s', 'wbe'), 'an idle name', qr/no service matches -s 'wbe'; did you mean web\?/);
fails(discover($standin, {name => 'all left out'}, '--discover=names', '-c', 'prod', '-x', '*'), 'all left out', qr/-s and -x leave none of 3 services/);
fails(discover($standin, {name => 'several clusters'}, '--discover=names'), 'several clusters', qr/name one with -c/);
fails(discover($standin, {name => 'wrong keys', env => {AWS_SECRET_ACCESS_KEY => 'x'}}, '--discover=names', '-c', 'prod'), 'wrong keys', qr/signature/);
fails(discover($standin, {name => 'no keys', env => {AWS_SECRET_ACCESS_KEY => undef, AWS_ACCESS_KEY_ID => undef}}, '--discover=names', '-c', 'prod'), 'no keys', qr/credentials|keys/);
# Options.
for my $words (['-v'], ['-m', 'cpu'], ['-w', '80'], ['-C', '90'], ['--window=1h'], ['--no-data=ok'], ['--output-format=json'], ['--perfdata=all'], ['--max-output=nagios'], ['--chart=always'], ['--interval=5m'], ['--statistic=p95']) {
	my ($name) = $words->[0] =~ /^(--?[\w-]+)/;
	my $run = discover($standin, {name => "@$words"}, '--discover=json', '-c', 'prod', @$words);
	fails($run, "with @$words", qr/--discover only lists services and judges nothing: leave out .*\Q$name\E/);
}
for my $words (['--discover=yaml'], ['--discover='], ['--discover=names', '--nonsense'], ['--discover=names', '-c', ''], ['--discover=names', 'word'], ['-c', '', '--discover=names'], ['--discover', 'names', '-t', '0'], ['--discover=json', '--output-format=json', '-t', 'x']) {
	my $run = discover($standin, {name => "@$words"}, @$words);
	fails($run, "@$words");
}
for my $words (['--discover'], ['-c', 'prod', '--discover'], ['--disc'], ['--discover', '-c', 'prod']) {
	fails(discover($standin, {name => "@$words"}, @$words), "@$words", qr/--discover (?:\(.*\) )?(?:needs a value: FORMAT|got the option -c as its value)/);
}
for my $words (['--help'], ['-V'], ['--help=all']) {
	my $run = discover($standin, {name => "@$words"}, '--discover=names', @$words);
	is($run->{exit}, 3, "@$words: exit 3");
	is($run->{stderr}, '', "@$words: nothing on standard error");
	like($run->{stdout}, qr/check_ecs_bottleneck/, "@$words: what was asked for");
}
# The job may stand in an ini file, where options of a check have no effect.
{
	my $ini = keep_file("[check_ecs_bottleneck]\ndiscover=names\ncluster=prod\nwarning=70\nverbose=\n", 'ini');
	my $run = discover($standin, {name => 'an ini file'}, "--extra-opts=\@$ini");
	succeeds($run, 'an ini file');
	is($run->{stdout}, "Api_2\napi\nweb\n", 'an ini file: the list');
	fails(discover($standin, {name => 'an ini file, another cluster'}, "--extra-opts=\@$ini", '-c', 'prdo'), 'an ini file, another cluster');
}

# Faults, on the first page and on a later one; the timeout's state is nothing to a list.
my @kinds = qw(500 throttle garbage shape half reset hang same-token);
for my $kind (@kinds) {
	for my $skip (0, 2) {
		my $failing = standin($account, '--page-size=7', "--fault=ListServices:$kind:100000:$skip");
		my $run = discover($failing, {name => "ListServices:$kind after $skip"}, '--discover=names', '-c', 'many', '-t', 2 * time_factor());
		fails($run, "ListServices:$kind after $skip");
		cmp_ok($run->{own_seconds}, '<', 3.5 * time_factor(), "ListServices:$kind after $skip: in time");
	}
}
for my $deny ('ecs:ListServices', 'ecs:ListClusters') {
	my $denied = standin("key AKIDEXAMPLE secret deny=$deny\n$account");
	my $run = discover($denied, {name => "denied: $deny"}, '--discover=names', $deny =~ /Clusters/ ? () : ('-c', 'prod'));
	fails($run, "denied: $deny", qr/\Q$deny\E/);
}
# Signals, and the backstop of a call that cannot be interrupted.
for my $signal (qw(TERM INT HUP USR1 ALRM)) {
	my $held = standin($account, '--page-size=7', '--hold=ListServices:1:1');
	my $run = discover($held, {name => "SIG$signal", during => sub { $held->await_calls('ListServices', 2, $_[0]); kill $signal, $_[0] }}, '--discover=names', '-c', 'many', '-t', 20 * time_factor());
	fails($run, "SIG$signal", qr/ended by a signal/);
}
{
	my $held = standin($account, '--hold=ListServices');
	my $run = discover($held, {name => 'stopped across the deadline', during => sub { $held->await_calls('ListServices', 1, $_[0]); kill 'STOP', $_[0]; sleep 3 * time_factor(); kill 'CONT', $_[0] }}, '--discover=names', '-c', 'many', '-t', 2 * time_factor());
	fails($run, 'stopped across the deadline', qr/timed out/);
	my $fifo = tempdir() . '/fifo';
	POSIX::mkfifo($fifo, 0600);
	open my $writer, '+<', $fifo or die "$fifo: $!"; # it is open, and says nothing
	fails(discover($held, {name => 'options that do not come'}, '--discover=names', "--extra-opts=\@$fifo", '-t', 1 * time_factor() . ':ok'), 'options that do not come', qr/timed out/);
}
# Nothing is taken for written that is not: a full disk, a closed descriptor.
for my $case (['a full disk', '/dev/full'], ['closed', 'closed']) {
	my ($name, $stdout) = @$case;
	next if $stdout ne 'closed' && !-e $stdout;
	my $run = discover($standin, {name => $name, stdout => $stdout}, '--discover=names', '-c', 'prod');
	is($run->{exit}, 3, "$name: exit 3");
	is($run->{stderr}, "ECS UNKNOWN - the result could not be written to standard output\n", "$name: one line on standard error");
}
is(discover($standin, {name => 'no standard error', stderr => 'closed'}, '--discover=names', '-c', 'prdo')->{exit}, 3, 'no standard error: exit 3');

# Lists that AWS would not send.
my $arn = 'arn:aws:ecs:eu-west-1:123456789012:service/prod';
for my $case (['a name that breaks out', ["$arn/a\"b"]], ['a line break', ["$arn/a\nb"]], ['another cluster', ["$arn/api", 'arn:aws:ecs:eu-west-1:123456789012:service/qa/api']],
	['another account', ["$arn/api", 'arn:aws:ecs:eu-west-1:210987654321:service/prod/b']], ['an account that breaks out', ["arn:aws:ecs:eu-west-1:1\"\n}:service/prod/api"]],
	['no ARN', ['api']], ['a number', [17]], ['no list', undef]) {
	my ($name, $arns) = @$case;
	for my $format (qw(names json icinga2)) {
		my $server = CheckECS::Scripted->start(sub { return {serviceArns => $arns} });
		my $run = discover($server, {name => "$name, $format"}, "--discover=$format", '-c', 'prod');
		fails($run, "$name, $format") unless $name eq 'no list' && $run->{stderr} =~ /no services in this cluster/ && is($run->{exit}, 3, 'no list');
	}
}
done_testing;
