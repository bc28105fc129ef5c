#!/usr/bin/perl
# contrib/discovery/ecs_bottleneck_discover: the file is whole and verified, or stays as it was. The daemon is played by two
# commands here; tests/daemons/discovery.t has real ones.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Scripted;
use Fcntl qw(:flock);
use Test::More;

my $top = $ENV{CHECK_ECS_SRCDIR} // '.';
my $script = "$top/contrib/discovery/ecs_bottleneck_discover";
my $maker = "$top/contrib/nagios/ecs_bottleneck_objects";
plan skip_all => 'flock (of util-linux) is not installed' if system('command -v flock >/dev/null') != 0;

my $directory = tempdir() . '/objects';
mkdir $directory or die;
my $file = "$directory/prod.conf";
my $verified = tempdir() . '/verified';
my $reloaded = tempdir() . '/reloaded';
my $list = tempdir() . '/list';

sub write_to { my ($path, $text) = @_; open my $out, '>:raw', $path or die "$path: $!"; print {$out} $text; close $out; return $path }
sub object { my ($name) = @_; return "# ecs/1/eu-west-1/prod/$name\nobject Service \"$name\" {\n\tvars.x = \"$name\"\n}\n\n" }
sub read_file { return -e $_[0] ? CheckECS::slurp($_[0]) : undef }
sub objects_in { my $text = read_file($_[0] // $file); return defined $text ? {map { m{^# ecs/1/eu-west-1/prod/(\S+)\n} ? ($1 => $_) : () } split /\n\n+/, $text} : undef }

# Runs the script. LIST: names, text (a reference), or undef: the last one. -> {exit, out, err, verified, reloaded}
my $verify = "cat \"\$ECS_DIRECTORY\"/*.conf > '$verified'; ls \"\$ECS_DIRECTORY\" >> '$verified'";
sub discover {
	my ($names, %option) = @_;
	write_to($list, ref $names eq 'ARRAY' ? join '', map { object($_) } @$names : $$names) if defined $names;
	unlink $verified, $reloaded;
	my ($out, $err) = map { keep_file('', $_) } qw(out err);
	my @command = ($option{script} // $script, '-V', $option{verify} // $verify, '-R', $option{reload} // "echo reloaded >> '$reloaded'", @{$option{options} // []}, 'icinga2', $option{file} // $file, '--',
		@{$option{command} // ['cat', $list]});
	my $pid = fork // die;
	if (!$pid) {
		# A shell cannot trap what is ignored, as it is below nohup or in the background of a script.
		$SIG{$_} = 'DEFAULT' for qw(INT TERM HUP);
		%ENV = (PATH => '/usr/sbin:/usr/bin:/sbin:/bin', TMPDIR => tempdir());
		open STDIN, '<', '/dev/null';
		open STDOUT, '>', $out;
		open STDERR, '>', $err;
		no warnings 'exec';
		exec @command;
		POSIX::_exit(127);
	}
	$option{during}->($pid) if $option{during};
	waitpid $pid, 0;
	my @left = grep { !/\.conf\z|\.lock\z/ } map { s{.*/}{}r } grep { !m{/\.{1,2}\z} } glob "$directory/* $directory/.*";
	@left = grep { !/\.pending\z/ } @left;
	is_deeply(\@left, [], ($option{name} // '') . ': nothing is left beside the file');
	is_deeply([grep { !/reload|verif/ } glob tempdir() . '/ecs_bottleneck_discover.*'], [], ($option{name} // '') . ': no temporary files');
	return {exit => $? >> 8, out => CheckECS::slurp($out), err => CheckECS::slurp($err), verified => read_file($verified), reloaded => read_file($reloaded)};
}
# Nothing has changed, and one line says why.
sub unchanged {
	my ($name, $words, $names, %option) = @_;
	my ($before, $inode) = (read_file($file), (stat $file)[1]);
	my $run = discover($names, name => $name, %option);
	is($run->{exit}, 1, "$name: exit 1");
	is($run->{out}, '', "$name: nothing on standard output");
	like($run->{err}, $words, "$name: why");
	is(read_file($file), $before, "$name: the file is as it was");
	is((stat $file)[1], $inode, "$name: the same file") unless $option{may_be_renamed};
	is($run->{reloaded}, undef, "$name: no reload");
	return $run;
}

# The first list, the same list, a changed one.
my $run = discover([qw(api web worker batch)], name => 'the first list');
is("$run->{exit}$run->{err}", '0', 'the first list: taken');
is_deeply([sort keys %{objects_in()}], [qw(api batch web worker)], 'the first list: all services');
like($run->{verified}, qr/"worker".*^prod\.conf$/ms, 'the first list: verified under its own name');
is($run->{reloaded}, "reloaded\n", 'the first list: one reload');
like($run->{out}, qr/^ecs_bottleneck_discover: prod\.conf: 4 services, 4 checks added, 0 without notifications, 0 removed$/, 'the first list: a line');
is((stat $file)[2] & 07, 0, 'the first list: not for everybody');
my $inode = (stat $file)[1];
$run = discover([qw(api web worker batch)], name => 'the same list');
is(join('|', @$run{qw(exit out err)}), '0||', 'the same list: nothing is said');
ok(!defined $run->{verified} && !defined $run->{reloaded} && (stat $file)[1] == $inode, 'the same list: nothing is done');
chmod 0644, $file;
$run = discover([qw(api web worker batch new)], name => 'a new service');
is_deeply([sort keys %{objects_in()}], [qw(api batch new web worker)], 'a new service: it has a check');
is((stat $file)[2] & 07777, 0644, 'a new service: the mode stays');

# Gone from one list: without notifications. From two: gone. Back again: with notifications.
$run = discover([qw(api web worker new)], name => 'missing once');
like(objects_in()->{batch}, qr/^# missing since \S+: .*\n(?:.*\n)*\tenable_notifications = false\n\}/m, 'missing once: without notifications');
unlike(objects_in()->{$_}, qr/enable_notifications/, "missing once: $_ has them") for qw(api web worker new);
like($run->{out}, qr/4 services, 0 checks added, 1 without notifications, 0 removed$/, 'missing once: a line');
my $muted = objects_in()->{batch};
$run = discover([qw(api web worker new batch)], name => 'back again');
is(objects_in()->{batch} . "\n\n", object('batch'), 'back again: as before');
discover([qw(api web worker new)], name => 'missing once more');
$run = discover([qw(api web worker new)], name => 'missing twice');
is_deeply([sort keys %{objects_in()}], [qw(api new web worker)], 'missing twice: it is gone');
is($run->{reloaded}, "reloaded\n", 'missing twice: one reload');

# More than half.
unchanged('three of four', qr/nothing was changed, since 3 of 4 checks would be gone; if that is right, use -f/, ['api']);
unchanged('all of them', qr/4 of 4 checks would be gone/, ['other']);
$run = discover([qw(api web)], name => 'two of four');
is($run->{exit}, 0, 'two of four: half is not more than half');
like(objects_in()->{worker}, qr/enable_notifications = false/, 'two of four: the others are kept once');
unchanged('a list that changes meanwhile', qr/3 of 4 checks would be gone/, ['api']);
$run = discover(['api'], name => '-f', options => ['-f']);
is_deeply([sort keys %{objects_in()}], [qw(api web)], '-f: what was missing twice is gone, the other kept once');
discover([qw(api web worker batch)], name => 'all are back');

# What can go wrong.
unchanged('the list cannot be had', qr/nothing was changed, since the list could not be had: AWS is away$/, undef, command => ['sh', '-c', "cat '$list'; echo AWS is away >&2; exit 3"]);
unchanged('no such command', qr/nothing was changed, since the list could not be had/, undef, command => ['/nowhere/check_ecs_bottleneck']);
unchanged('killed', qr/nothing was changed, since the list could not be had/, undef, command => ['sh', '-c', 'kill -9 $$']);
unchanged('an empty list', qr/nothing was changed, since this is not a list of objects/, \'');
unchanged('names in place of objects', qr/not a list of objects; is --discover=icinga2 or -m missing\?/, \"api\nweb\n");
unchanged('half an object', qr/not a list of objects/, \(object('api') . "# ecs/1/eu-west-1/prod/web\nobject Service \"web\" {\n"));
unchanged('an object twice', qr/not a list of objects/, \(object('api') . object('api')));
unchanged('words before it', qr/not a list of objects/, \("a warning\n" . object('api')));
unchanged('it does not pass', qr/critical\/config: Error: no\n.*nothing was changed, since the configuration did not pass: /s, [qw(api web worker batch new)], verify => 'echo "critical/config: Error: no"; echo other; exit 1');
unchanged('verifying is killed', qr/did not pass/, [qw(api web worker batch new)], verify => 'kill -9 $$');
{
	my $name = 'the daemon is not reloaded';
	my $before = read_file($file);
	$run = discover([qw(api web worker batch new)], name => $name, reload => 'echo no such unit >&2; exit 5');
	is($run->{exit}, 1, "$name: exit 1");
	like($run->{err}, qr/prod\.conf: the old file is in place again, since the daemon was not reloaded: .*: no such unit$/, "$name: why");
	is(read_file($file), $before, "$name: the file is as it was");
	$run = discover(undef, name => "$name, the next time");
	is($run->{reloaded}, "reloaded\n", "$name: the next time it is");
	ok(objects_in()->{new}, "$name: and the file is the new one");
	$run = discover(undef, name => "$name, the time after that");
	is($run->{reloaded}, undef, "$name: and after that nothing is done");
	my $other = "$directory/first.conf";
	$run = discover(['api'], name => "$name, a first list", file => $other, reload => 'exit 5');
	ok(!-e $other, "$name: a first list leaves no file");
}
# Ended between the renaming and the reload: the next run reloads.
write_to("$directory/.prod.conf.pending", '');
$run = discover([qw(api web worker batch new)], name => 'ended before the reload');
is($run->{reloaded}, "reloaded\n", 'ended before the reload: the next run does it');
ok(!-e "$directory/.prod.conf.pending", 'ended before the reload: and it is settled');
for my $signal (qw(TERM INT HUP)) {
	my $before = read_file($file);
	my $began = tempdir() . '/began';
	unlink $began;
	$run = discover([qw(api web worker batch new newer)], name => "SIG$signal", verify => "touch '$began'; sleep 2", during => sub { my ($pid) = @_; my $until = time + 20; select undef, undef, undef, 0.02 until -e $began || time > $until; kill $signal, $pid });
	isnt($run->{exit}, 0, "SIG$signal: it ends");
	is(read_file($file), $before, "SIG$signal: the file is as it was");
	is($run->{reloaded}, undef, "SIG$signal: no reload");
}
# Two at a time.
{
	open my $lock, '>>', "$directory/.lock" or die;
	flock $lock, LOCK_EX;
	unchanged('another one at work', qr/another list was being worked on for 1 s: nothing was changed/, [qw(api web worker batch new newer)], options => ['-w', 1]);
	close $lock;
}
# Another list in the same directory is verified with it and stays.
$run = discover(['other'], name => 'a second list', file => "$directory/shop.conf");
like($run->{verified}, qr/"api".*"other".*^prod\.conf\nshop\.conf$/ms, 'a second list: both are verified together');
is_deeply([sort keys %{objects_in("$directory/shop.conf")}], ['other'], 'a second list: its own file');
# Usage.
for my $case ([[], qr/^usage: /], [['icinga2'], qr/^usage: /], [['icinga2', $file], qr/^usage: /], [['icinga3', $file, '--', 'true'], qr/^usage: /], [['icinga2', 'prod.conf', '--', 'true'], qr/write an absolute path that ends with \.conf/],
	[['icinga2', "$directory/prod.cfg", '--', 'true'], qr/ends with \.conf/], [['icinga2', '/nowhere/prod.conf', '--', 'true'], qr{/nowhere is not a directory}], [['-w', 'x', 'icinga2', $file, '--', 'true'], qr/^usage: /], [['-z', 'icinga2', $file, '--', 'true'], qr/usage: /]) {
	my ($words, $said) = @$case;
	my $text = do { open my $pipe, '-|', 'sh', '-c', 'exec "$@" 2>&1', 'sh', $script, @$words or die; local $/; scalar <$pipe> };

	like($text, $said, "usage: @$words");
}

# The whole way, from the plugin to the file, under faults of AWS.
{
	my $account = "cluster prod region=eu-west-1\n" . join '', map { "service svc-$_ desired=1 running=1\n" } 1 .. 30;
	my $standin = standin($account, '--page-size=10');
	my %environment = plugin_environment();
	my $plugin = sub { my ($server, @more) = @_; return command => ['env', '-i', (map { "$_=$environment{$_}" } sort keys %environment), plugin_command(), '--discover=icinga2', '-c', 'prod', '--endpoint-url=' . $server->url, '-t', 2 * time_factor(), @more] };
	$run = discover(undef, name => 'by the plugin', $plugin->($standin), options => ['-f']);
	is($run->{exit}, 0, 'by the plugin: taken') or diag $run->{err};
	is(scalar(() = read_file($file) =~ /^object Service "ecs\/123456789012\/eu-west-1\/prod\/svc-\d+" \{$/mg), 30, 'by the plugin: a check for each of 30 services');
	for my $fault (qw(500 hang half reset throttle garbage)) {
		my $failing = standin($account, '--page-size=10', "--fault=ListServices:$fault:100000:1");
		unchanged("the second page: $fault", qr/nothing was changed, since the list could not be had: ECS UNKNOWN - prod: /, undef, $plugin->($failing));
	}
	unchanged('a wrong cluster', qr/this cluster does not exist/, undef, $plugin->($standin, '-r', 'us-east-1'));

	# A cluster that exists and has no service.
	my $empty = standin("cluster prod region=eu-west-1\n");
	unchanged('no service is left', qr/nothing was changed, since 35 of 35 checks would be gone; if that is right, use -f twice$/, undef, $plugin->($empty));
	unchanged('a pattern that matches none', qr/since the list could not be had: ECS UNKNOWN - prod: /, undef, $plugin->($standin, '-s', 'api*'));
	$run = discover(undef, name => 'no service is left, -f', $plugin->($empty), options => ['-f']);
	is($run->{exit}, 0, 'no service is left, -f: taken') or diag $run->{err};
	is(scalar(() = read_file($file) =~ /enable_notifications = false/g), 30, 'no service is left, -f: no check notifies');
	$run = discover(undef, name => 'no service is left, -f twice', $plugin->($empty), options => ['-f']);
	is($run->{exit}, 0, 'no service is left, -f twice: taken') or diag $run->{err};
	unlike(read_file($file), qr/object/, 'no service is left, -f twice: no check is left');
	is($run->{reloaded}, "reloaded\n", 'no service is left, -f twice: the daemon knows');
	$run = discover(undef, name => 'still none', $plugin->($empty));
	is(join('|', @$run{qw(exit out err)}), '0||', 'still none: nothing is said');
	discover(['api'], name => 'one service again');
	for my $case (['another line behind it', 'echo "ECS UNKNOWN - prod: no services in this cluster in eu-west-1: check -c and -r" >&2; echo more >&2; exit 3'],
		['a name before it', 'echo api; echo "ECS UNKNOWN - prod: no services in this cluster in eu-west-1: check -c and -r" >&2; exit 3'],
		['words around it', 'echo "not ECS UNKNOWN - prod: no services in this cluster in eu-west-1: check -c and -r" >&2; exit 3'],
		['another exit status', 'echo "ECS UNKNOWN - prod: no services in this cluster in eu-west-1: check -c and -r" >&2; exit 1']) {
		unchanged("$case->[0] is no empty list", qr/since the list could not be had/, undef, command => ['sh', '-c', $case->[1]], options => ['-f']);
	}
}

# Nagios: the main file's paths may be relative to it, and any path may have a backslash.
{
	my ($etc, $bin, $seen) = (tempdir() . '/etc\\nagios', tempdir() . '/bin', tempdir() . '/seen');
	mkdir $_ or die "$_: $!" for $etc, "$etc/objects\\t", "$etc/temporary\\t", $bin;
	write_to("$bin/nagios4", "#!/bin/sh\ndirname \"\$2\" >'$seen'\ncat \"\$2\" >>'$seen'\n");
	chmod 0755, "$bin/nagios4" or die;
	my $objects = "# ecs/-/eu-west-1/prod/api\ndefine service {\n}\n";
	for my $line ("cfg_dir=$etc/objects\\t", 'cfg_dir=objects\\t/', '  cfg_dir = objects\\t') {
		unlink $seen, "$etc/objects\\t/prod.cfg";
		write_to("$etc/nagios.cfg", "cfg_file=local.cfg\n$line\n");
		my ($in, $said) = (keep_file($objects, 'objects'), keep_file('', 'said'));
		my $status = system 'env', "PATH=$bin:$ENV{PATH}", "TMPDIR=$etc/temporary\\t", 'sh', '-c', 'said=$1; shift; exec "$@" >"$said" 2>&1', 'sh', $said, $script, '-R', 'true', '-c', "$etc/nagios.cfg", 'nagios4', "$etc/objects\\t/prod.cfg", '--', 'cat', $in;
		is($status, 0, "Nagios, $line: taken") or diag CheckECS::slurp($said);
		like(CheckECS::slurp($seen), qr{\A\Q$etc\E\ncfg_file=local\.cfg\ncfg_dir=\Q$etc\E/temporary\\t/ecs_bottleneck_discover\.\w+/directory\n\z}, "Nagios, $line: the copy is beside the main file, and names the new directory");
		is(read_file("$etc/objects\\t/prod.cfg"), "# Made by ecs_bottleneck_discover; changes are lost.\n\n$objects\n", "Nagios, $line: the file");
		is_deeply([sort map { s{.*/}{}r } grep { !m{/\.{1,2}\z} } map { my $d = $_; opendir my $h, $d or die; map { "$d/$_" } readdir $h } $etc], [sort 'nagios.cfg', "objects\\t", "temporary\\t"], "Nagios, $line: nothing is left beside the main file");
	}
	my $text = do { open my $pipe, '-|', 'sh', '-c', 'exec "$@" 2>&1', 'sh', $script, '-c', 'nagios.cfg', 'nagios4', "$etc/objects\\t/new.cfg", '--', 'cat', keep_file($objects, 'objects') or die; local $/; scalar <$pipe> };
	like($text, qr/nagios\.cfg: write an absolute path behind -c$/, 'Nagios: a main file without a directory');
}

# Nagios: a service for each name.
sub make {
	my ($names, @options) = @_;
	my ($in, $out, $err) = (keep_file($names, 'names'), map { keep_file('', $_) } qw(out err));
	my $status = system 'sh', '-c', 'in=$1 out=$2 err=$3; shift 3; exec "$@" <"$in" >"$out" 2>"$err"', 'sh', $in, $out, $err, $maker, @options;
	return ($status >> 8, CheckECS::slurp($out), CheckECS::slurp($err));
}
my @needed = ('-H', 'aws-eu-west-1', '-c', 'prod', '-r', 'eu-west-1');
my ($exit, $text, $said) = make("api\ndaemon:agent\n", @needed, '-o', '-w memory=90');
is($exit, 0, 'Nagios: made') or diag $said;
is($text, join('', map { <<"SERVICE" } qw(api daemon:agent)), 'Nagios: a service for each name');
# ecs/-/eu-west-1/prod/$_
define service {
    use                     ecs-alert
    host_name               aws-eu-west-1
    service_description     ECS prod $_
    check_command           check_ecs_bottleneck_alert!prod!eu-west-1!-s $_ -w memory=90
    action_url              https://eu-west-1.console.aws.amazon.com/ecs/v2/clusters/prod/services@{[/:/ ? '' : "/$_"]}?region=eu-west-1
}

SERVICE
($exit, $text, $said) = make("api\n", '-H', 'aws', '-c', 'prod', '-r', 'eusc-de-east-1', '-g', 'ecs', '-a', 'ECS account');
is($text, <<'SERVICE', 'Nagios: with a group and the check of the account, in a region whose console is not known') or diag $said;
# ecs/-/eusc-de-east-1/prod/api
define servicedependency {
    host_name                       aws
    service_description             ECS account
    dependent_host_name             aws
    dependent_service_description   ECS prod api
    notification_failure_criteria   w,u,c
    execution_failure_criteria      n
}
define service {
    use                     ecs-alert
    host_name               aws
    service_description     ECS prod api
    check_command           check_ecs_bottleneck_alert!prod!eusc-de-east-1!-s api
    servicegroups           ecs
}

SERVICE
for my $case (['cn-north-1', 'cn-north-1.console.amazonaws.cn'], ['us-gov-west-1', 'us-gov-west-1.console.amazonaws-us-gov.com']) {
	like((make("api\n", '-H', 'aws', '-c', 'prod', '-r', $case->[0]))[1], qr{^    action_url +https://\Q$case->[1]\E/ecs/v2/clusters/prod/services/api\?region=$case->[0]$}m, "Nagios, $case->[0]: the link");
}
for my $case (['nothing', '', @needed], ['a name with a line of its own', "api\n}\n", @needed], ['a quote', "a'b\n", @needed], ['a dollar', "a\$b\n", @needed], ['a bang', "a!b\n", @needed], ['a semicolon', "a;b\n", @needed],
	['an empty name', "api\n\nweb\n", @needed], ['daemon without a name', "daemon:\n", @needed], ['no host', "api\n", '-c', 'prod', '-r', 'eu-west-1'], ['a cluster that breaks out', "api\n", @needed, '-c', "a\n}"], ['options that do', "api\n", @needed, '-o', "x!y"],
	['options with a command', "api\n", @needed, '-o', '$(id)'], ['a group that breaks out', "api\n", @needed, '-g', "a\n}"], ['an account that does', "api\n", @needed, '-a', "a\n}"], ['an option that is none', "api\n", @needed, '-z']) {
	my ($name, $names, @options) = @$case;
	($exit, $text, $said) = make($names, @options);
	is($exit, 1, "Nagios, $name: exit 1");
	is($text, '', "Nagios, $name: nothing on standard output");
	like($said, qr/ecs_bottleneck_objects: /, "Nagios, $name: a line");
}
done_testing;
