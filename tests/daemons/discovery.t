#!/usr/bin/perl
# contrib/discovery with real daemons: a new ECS service gets its check, a deleted one loses first its notifications and then
# its check, and what a daemon does not take changes nothing.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../e2e/lib";
use CheckECS;
use CheckECS::Daemons qw(needs smoke_ends monitoring_user plugins write_file);
use CheckECS::Icinga;
use CheckECS::Nagios;
use JSON::PP;
use Test::More;
use Time::HiRes qw(sleep time);

needs(CheckECS::Icinga->program => 'icinga2-bin', '/usr/share/icinga2/include/itl' => 'icinga2-common', '/usr/sbin/nagios4' => 'nagios4-core', '/etc/nagios4/objects/templates.cfg' => 'nagios4-common');

my $top = $ENV{CHECK_ECS_SRCDIR} // '.';
my $script = "$top/contrib/discovery/ecs_bottleneck_discover";
my $profile = 'a"b$c\\d} $host.name$'; # what is not quoted breaks out of its string, or becomes a macro
my %line = (
	api => "service api desired=1 running=1\n\tcpu flat=20\n\tmemory flat=100.2\n",
	web => "service web desired=1 running=1\n\tcpu flat=20\n\tmemory flat=30\n",
	batch => "service batch desired=1 running=1\n\tcpu flat=20\n\tmemory flat=30\n",
	fresh => "service fresh desired=1 running=1\n\tcpu flat=97\n\tmemory flat=30\n",
);

# From now on AWS has these services.
my $standin;
sub aws_has {
	$standin = standin("cluster prod region=eu-west-1\n" . join '', @line{@_});
	my $environment = monitoring_user(monitoring => $standin);
	my ($config, $credentials) = map { "$environment->{HOME}/.aws/$_" } qw(config credentials);
	write_file($config, "[profile monitoring]\nendpoint_url = " . $standin->url . "\n[profile '$profile']\nendpoint_url = " . $standin->url . "\n");
	write_file($credentials, "[monitoring]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = secret\n[$profile]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = secret\n");
	return;
}

# -> (exit status, what was said)
sub discover {
	my ($options, $daemon, $file, @command) = @_;
	my %environment = (plugin_environment(HOME => tempdir() . '/home', AWS_ACCESS_KEY_ID => undef, AWS_SECRET_ACCESS_KEY => undef, AWS_REGION => undef), PATH => '/usr/sbin:/usr/bin:/sbin:/bin', TMPDIR => tempdir());
	my $said = keep_file('', 'said');
	my $pid = fork // die;
	if (!$pid) {
		%ENV = %environment;
		open STDIN, '<', '/dev/null';
		open STDOUT, '>', $said;
		open STDERR, '>&', \*STDOUT;
		no warnings 'exec';
		exec $script, @$options, $daemon, $file, '--', @command;
		POSIX::_exit(127);
	}
	waitpid $pid, 0;
	return ($? >> 8, CheckECS::slurp($said));
}

# --- Icinga 2 -----------------------------------------------------------------------------------------------------------

my $directory = tempdir() . '/icinga-objects';
mkdir $directory or die;
my $file = "$directory/prod.conf";
my $before = keep_file("if (!globals.contains(\"EcsBottleneckDirectory\")) {\n\tconst EcsBottleneckDirectory = \"$directory\"\n}\n", 'directory.conf');
# Who is told, as the example has it.
my ($notification) = CheckECS::slurp("$top/contrib/icinga2/ecs_bottleneck_example.conf") =~ m{^((?://.*\n)+)}m or die 'the example has no Notification';
$notification =~ s{^//}{}mg;
my $node = CheckECS::Icinga->new(name => 'single', files => [$before, "$top/contrib/icinga2/ecs_bottleneck_command.conf", "$top/contrib/discovery/ecs_bottleneck_discovered.conf", "$top/contrib/icinga2/ecs_bottleneck_services.conf"],
	config => $notification . <<~'CONFIG');
	object Host NodeName {
		check_command = "dummy"
		vars.ecs_bottleneck_region = "eu-west-1"
		vars.ecs_bottleneck_profile = "a\"b$$c\\d} $$host.name$$"
		vars.ecs_bottleneck_exclude = "w*"
		vars.ecs_account_checks = true
	}
	object NotificationCommand "mail-service-notification" {
		command = [ "/bin/true" ]
	}
	object UserGroup "icingaadmins" { }
	object User "admin" {
		groups = [ "icingaadmins" ]
	}
	CONFIG
my ($status, $said) = $node->validate;
is($status, 0, 'Icinga 2: the definitions are taken without a list') or diag $said;
my $quoted = sub { return join ' ', map { "'" . s/'/'\\''/gr . "'" } @_ };
my $verify = $quoted->(CheckECS::Icinga->program, 'daemon', '-C', '-c', "$node->{folder}/etc/icinga2.conf", CheckECS::Icinga::definitions($node->{folder})) . ' -D "EcsBottleneckDirectory=$ECS_DIRECTORY"';
my @plugin = (plugin_path(), '--discover=icinga2', '-c', 'prod', '-r', 'eu-west-1', '-p');
my $reload = 'true';
my $list = sub { return discover(['-V', $verify, '-R', $reload, @{$_[1] // []}], 'icinga2', $file, @plugin, $_[0]) };

aws_has(qw(api web batch));
($status, $said) = $list->($profile);
is($status, 0, 'Icinga 2: the first list') or diag $said;
$node->start;
$reload = "kill -HUP $node->{pid}";
my $key = 'single!ecs/123456789012/eu-west-1/prod';
my $found = $node->checked_services(40);
my $account = 'single!ecs account a"b$$c\d} $$host.name$$ eu-west-1';
is_deeply([sort keys %$found], [sort $account, map { "$key/$_" } qw(api batch web)], 'Icinga 2: one check for each service, and one of the account');
is($found->{$account}{state}, 0, 'Icinga 2: the account is all right') or diag $found->{$account}{last_check_result}{output};
is_deeply([sort map { $_->{name} } @{$node->api(GET => '/v1/objects/notifications')}], [sort map { "$_!ecs" } keys %$found], 'Icinga 2: each of them tells somebody');
is_deeply([sort map { "$_->{attrs}{child_host_name}!$_->{attrs}{child_service_name} $_->{attrs}{parent_host_name}!$_->{attrs}{parent_service_name}" } @{$node->api(GET => '/v1/objects/dependencies')}],
	[map { "$key/$_ $account" } qw(api batch web)], 'Icinga 2: the services depend on the account');
my %attributes = map { $_->{name} => $_->{attrs} } @{$node->api(GET => '/v1/objects/services')};
is($attributes{"$key/api"}{action_url}, 'https://eu-west-1.console.aws.amazon.com/ecs/v2/clusters/prod/services/api?region=eu-west-1', 'Icinga 2: where one links to');
is_deeply([@{$attributes{"$key/api"}{vars}}{qw(ecs_region ecs_account)}, $attributes{"$key/api"}{groups}], ['eu-west-1', '123456789012', ['ecs']], 'Icinga 2: region, account and group of one');
like($attributes{"$key/api"}{notes}, qr/\ACluster prod in eu-west-1, account 123456789012\. Looks at the ECS service api alone/, 'Icinga 2: what one looks at');
is($found->{"$key/api"}{state}, 2, 'Icinga 2: the state of one');
like($found->{"$key/api"}{last_check_result}{output}, qr{^ECS CRITICAL - prod/api: memory 100\.2% in \d+ min}, 'Icinga 2: it is about that one');
is($found->{"$key/web"}{state}, 0, 'Icinga 2: the state of another, by a profile whose name would break out of a string') or diag $found->{"$key/web"}{last_check_result}{output};

smoke_ends(sub { undef $node });

# So many services, without notifications those after the bar, within so many seconds.
sub icinga_has {
	my ($name, $services, $muted) = @_;
	my ($is, $silent) = ([], []);
	$node->wait_for(40, sub {
		my $all = eval { $node->api(GET => '/v1/objects/services?attrs=enable_notifications') } or return;
		$all = [grep { $_->{name} ne $account } @$all];
		$is = [sort map { $_->{name} =~ s/^\Q$key\E\///r } @$all];
		$silent = [sort map { $_->{attrs}{enable_notifications} ? () : $_->{name} =~ s/^\Q$key\E\///r } @$all];
		return "@$is|@$silent" eq join '|', join(' ', sort @$services), join ' ', sort @$muted;
	});
	is_deeply($is, [sort @$services], "Icinga 2: $name: the checks");
	is_deeply($silent, [sort @$muted], "Icinga 2: $name: those without notifications");
}
icinga_has('at first', [qw(api web batch)], []);
aws_has(qw(api web fresh));
($status, $said) = $list->($profile);
like($said, qr/prod\.conf: 3 services, 1 checks added, 1 without notifications, 0 removed$/, 'Icinga 2: a line for the change');
icinga_has('a new and a deleted service', [qw(api web batch fresh)], ['batch']);
($status, $said) = $list->($profile);
icinga_has('deleted in two lists', [qw(api web fresh)], []);
my $inode = (stat $file)[1];
($status, $said) = $list->($profile);
is("$status$said", '0', 'Icinga 2: the same list: nothing is said');
is((stat $file)[1], $inode, 'Icinga 2: the same list: nothing is done');

# What Icinga does not take.
my $text = CheckECS::slurp($file);
for my $case (['a syntax error', "# ecs/1/eu-west-1/prod/odd\nobject Service \"odd\" {\n\tdisplay_name = \n}\n\n"], ['a template that is missing', "# ecs/1/eu-west-1/prod/odd\nobject Service \"odd\" {\n\timport \"nowhere\"\n}\n\n"],
	['no host', "# ecs/1/eu-west-1/prod/odd\nobject Service \"odd\" {\n\timport \"ecs_bottleneck_discovered\"\n\thost_name = \"nowhere\"\n}\n\n"]) {
	my ($name, $object) = @$case;
	my $objects = keep_file($object, 'objects');
	($status, $said) = discover(['-f', '-V', $verify, '-R', $reload], 'icinga2', $file, 'cat', $objects);
	is($status, 1, "Icinga 2: $name: exit 1");
	like($said, qr/critical\/config: Error: .*prod\.conf: nothing was changed, since the configuration did not pass/s, "Icinga 2: $name: why");
	is(CheckECS::slurp($file), $text, "Icinga 2: $name: the file is as it was");
}
icinga_has('after all that', [qw(api web fresh)], []);
undef $node;

# --- Nagios -------------------------------------------------------------------------------------------------------------

my $cfg = tempdir() . '/nagios-objects';
mkdir $cfg or die;
aws_has(qw(api web batch));
my $nagios = CheckECS::Nagios->new(resource => {USER10 => 'monitoring'}, objects => <<~'HOST');
	define host {
		host_name aws-eu-west-1
		use generic-host
		address 127.0.0.1
		max_check_attempts 1
		contact_groups admins
	}
	define servicegroup {
		servicegroup_name ecs
	}
	define service {
		use ecs-account
		host_name aws-eu-west-1
		service_description ECS account
		check_command check_ecs_bottleneck_account!eu-west-1
	}
	HOST
my $main = "$nagios->{folder}/nagios.cfg";
@plugin = (plugin_path(), '--discover=names', '-c', 'prod', '-r', 'eu-west-1', '-p', 'monitoring');
my $maker = "'$top/contrib/nagios/ecs_bottleneck_objects' -H aws-eu-west-1 -c prod -r eu-west-1 -g ecs -a 'ECS account'";
my $nagios_list = sub { return discover(['-m', $maker, '-c', $main, '-R', $reload, @_], 'nagios4', "$cfg/prod.cfg", @plugin) };
$reload = 'true';
($status, $said) = $nagios_list->();
is($status, 1, 'Nagios: a directory that its configuration does not name');
like($said, qr/nothing was changed, since \Q$main\E has no line cfg_dir=\Q$cfg\E$/, 'Nagios: and what to write');
ok(!-e "$cfg/prod.cfg", 'Nagios: there is no file');
# Nagios reads a relative path from the directory of its main file.
write_file($main, CheckECS::slurp($main) =~ s/^cfg_file=\Q$nagios->{folder}\E\//cfg_file=/mr . "cfg_dir=../nagios-objects/../nagios-objects/\n");
($status, $said) = $nagios_list->();
is($status, 1, 'Nagios: a directory that it names by a way around');
write_file($main, CheckECS::slurp($main) =~ s/^cfg_dir=.*/cfg_dir=$cfg\//mr);
($status, $said) = $nagios_list->();
is($status, 0, 'Nagios: the first list') or diag $said;
($status, $said) = $nagios->verify;
is($status, 0, 'Nagios: nagios4 -v takes it') or diag $said;
$nagios->start;
$found = $nagios->services(40);
is_deeply([grep { /^ECS prod \w+$/ && !/capacity/ } sort keys %$found], ['ECS prod api', 'ECS prod batch', 'ECS prod web'], 'Nagios: one check for each service');
my @objects = split /^define /m, CheckECS::slurp("$nagios->{folder}/objects.cache");
my ($group) = grep { /\Aservicegroup \{\s+servicegroup_name\s+ecs\n/ } @objects;
is_deeply([$group =~ /aws-eu-west-1,(ECS prod \w+)/g], ['ECS prod api', 'ECS prod batch', 'ECS prod web'], 'Nagios: the checks are in the group') or diag $group;
is_deeply([sort map { /\Aservicedependency \{/ && /^\s+service_description\s+ECS account\n/m && /^\s+dependent_service_description\s+(.*)\n/m ? $1 : () } @objects],
	['ECS prod api', 'ECS prod batch', 'ECS prod web'], 'Nagios: they depend on the account');
like($found->{'ECS prod api'}{plugin_output}, qr{^ECS CRITICAL - prod/api: memory 100\.2% in \d+ min}, 'Nagios: it is about that one');
$reload = "kill -HUP $nagios->{pid}";

sub nagios_has {
	my ($name, $services, $muted) = @_;
	my ($is, $silent) = ([], []);
	my $until = time + 40 * time_factor();
	while (time < $until) {
		my $all = $nagios->read_status;
		$is = [map { /^ECS prod (?!capacity)(\w+)$/ ? $1 : () } sort keys %$all];
		$silent = [grep { !$all->{"ECS prod $_"}{notifications_enabled} } @$is];
		last if "@$is|@$silent" eq join '|', join(' ', sort @$services), join ' ', sort @$muted;
		sleep 0.2;
	}
	is_deeply($is, [sort @$services], "Nagios: $name: the checks");
	is_deeply($silent, [sort @$muted], "Nagios: $name: those without notifications");
}
aws_has(qw(api web fresh));
($status, $said) = $nagios_list->();
is($status, 0, 'Nagios: a changed list') or diag $said;
nagios_has('a new and a deleted service', [qw(api web batch fresh)], ['batch']);
$nagios_list->();
nagios_has('deleted in two lists', [qw(api web fresh)], []);
$text = CheckECS::slurp("$cfg/prod.cfg");
($status, $said) = discover(['-f', '-c', $main, '-R', $reload], 'nagios4', "$cfg/prod.cfg", 'cat', keep_file("# ecs/-/eu-west-1/prod/odd\ndefine service {\n    host_name nowhere\n}\n", 'objects'));
is($status, 1, 'Nagios: a list that it does not take: exit 1');
like($said, qr/Error.*nothing was changed, since the configuration did not pass/s, 'Nagios: a list that it does not take: why');
is(CheckECS::slurp("$cfg/prod.cfg"), $text, 'Nagios: a list that it does not take: the file is as it was');
done_testing;
