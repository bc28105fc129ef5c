#!/usr/bin/perl
# Who is told what, in Icinga 2 with the definitions of contrib/icinga2: a check for each ECS service has a problem, an acknowledgement
# and a downtime of its own; an account whose keys are of no use is one message; what the definitions refuse, and where they link.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../e2e/lib";
use CheckECS;
use CheckECS::Daemons qw(needs smoke_ends capture monitoring_user write_file);
use CheckECS::Icinga;
use CheckECS::Story;
use Encode qw(decode_utf8 encode_utf8);
use JSON::PP;
use Test::More;
use Time::HiRes qw(sleep time);

needs(CheckECS::Icinga->program => 'icinga2-bin', '/usr/share/icinga2/include/itl' => 'icinga2-common');

my $contrib = ($ENV{CHECK_ECS_SRCDIR} // '.') . '/contrib/icinga2';
my @files = map { "$contrib/ecs_bottleneck_$_.conf" } qw(command services);

sub host { my ($name, @lines) = @_; return join "\n\t", "object Host \"$name\" {", 'check_command = "dummy"', @lines, "\n}\n" }

# --- what is refused: each host has one mistake -------------------------------------------------------------------------

my %mistake = (
	'{ ecs_bottleneck_warnin = "80" }' => qr/vars\.ecs_clusters\["prod"\] of host HOST has an unknown key 'ecs_bottleneck_warnin': write alert, capacity, services or the variable of an option/,
	'{ allert = { } }' => qr/of host HOST has an unknown key 'allert'/,
	'{ alert = { window = "1h" } }' => qr/vars\.ecs_clusters\["prod"\] of host HOST\.alert has an unknown key 'window': write the variable of an option/,
	'{ capacity = { alert = { } } }' => qr/of host HOST\.capacity has an unknown key 'alert'/,
	'{ services = { payments = { critical = "98" } } }' => qr/of host HOST\.services\["payments"\] has an unknown key 'critical'/,
	'{ services = [ "payments" ] }' => qr/of host HOST\.services is not a dictionary: write services = \{ NAME = \{ \} \}/,
	'{ services = { payments = true } }' => qr/of host HOST\.services\["payments"\] is not a dictionary/,
	'{ capacity = true }' => qr/of host HOST\.capacity is not a dictionary: write \{ \}/,
	'null' => qr/vars\.ecs_clusters\["prod"\] of host HOST is not a dictionary/,
	'"prod"' => qr/of host HOST is not a dictionary/,
	'{ services = [ ] }' => qr/of host HOST\.services is not a dictionary/,
);
my @mistakes = sort keys %mistake;
# What two clusters of an account cannot have both, since one check stands for it.
my $role = 'ecs_bottleneck_role_arn = "arn:aws:iam::123456789012:role/monitoring"';
my %together = (
	"vars.ecs_clusters[\"a\"] = { $role }\n\tvars.ecs_clusters[\"b\"] = { $role, ecs_bottleneck_external_id = \"b\" }" =>
		qr{vars\.ecs_clusters of host HOST has two values of ecs_bottleneck_external_id for the check "ecs account 123456789012/monitoring": write the same one},
	"vars.ecs_clusters[\"a\"] = { $role }\n\tvars.ecs_clusters[\"b\"] = { " . ($role =~ s{role/}{role/other/}r) . ' }' => qr/two values of ecs_bottleneck_role_arn/,
	'vars.ecs_clusters = [ "prod" ]' => qr/vars\.ecs_clusters of host HOST is not a dictionary: write vars\.ecs_clusters\[NAME\] = \{ \}/,
);
my @together = sort keys %together;
my $refusing = CheckECS::Icinga->new(name => 'refusing', files => \@files, config => join '', host('all-well', 'vars.ecs_clusters["prod"] = { }'),
	host('one-way', "vars.ecs_clusters[\"a\"] = { $role }", "vars.ecs_clusters[\"b\"] = { $role }"),
	host('switched-off', 'vars.ecs_account_checks = false', "vars.ecs_clusters[\"a\"] = { $role }", "vars.ecs_clusters[\"b\"] = { $role, ecs_bottleneck_external_id = \"b\" }"),
	(map { host("h$_", "vars.ecs_clusters[\"prod\"] = $mistakes[$_]") } 0 .. $#mistakes), map { host("t$_", $together[$_]) } 0 .. $#together);
my ($status, $said) = $refusing->validate;
isnt($status, 0, 'icinga2 daemon -C refuses mistakes');
for my $i (0 .. $#mistakes) {
	my $pattern = "$mistake{$mistakes[$i]}" =~ s/HOST/h$i/r;
	like($said, qr/Error: .*$pattern/, "$mistakes[$i]: it says where and what");
}
for my $i (0 .. $#together) {
	my $pattern = "$together{$together[$i]}" =~ s/HOST/t$i/r;
	like($said, qr/Error: .*$pattern/, "$together[$i]: it says where and what");
}
unlike($said, qr/host (?:all-well|one-way|switched-off)/, 'and nothing of the hosts without one');

# --- links and words --------------------------------------------------------------------------------------------------

my $story = CheckECS::Story->new;
my %region = ('eu-west-1' => 'eu-west-1.console.aws.amazon.com', 'cn-north-1' => 'cn-north-1.console.amazonaws.cn', 'us-gov-west-1' => 'us-gov-west-1.console.amazonaws-us-gov.com');
my $record = $story->recorder;
my ($notification) = CheckECS::slurp("$contrib/ecs_bottleneck_example.conf") =~ m{^((?://.*\n)+)}m or die 'the example has no Notification';
$notification =~ s{^//}{}mg;
my $node = CheckECS::Icinga->new(name => 'messages', files => \@files, config => join '', $notification,
	host('aws-eu-west-1', 'vars.ecs_bottleneck_region = "eu-west-1"', 'vars.ecs_bottleneck_profile = "monitoring"', 'vars.ecs_clusters["prod"] = { services = { payments = { }, checkout = { } } }'),
	host('elsewhere', (map { "vars.ecs_clusters[\"in $_\"] = { ecs_bottleneck_cluster = \"prod\", ecs_bottleneck_region = \"$_\", services = { api = { } } }" } sort keys %region),
		'vars.ecs_clusters["by arn"] = { ecs_bottleneck_cluster = "arn:aws:ecs:us-east-1:210987654321:cluster/shop", capacity = { ecs_bottleneck_window = "7d" }, alert = { ecs_bottleneck_window = "2h" } }',
		'vars.ecs_clusters["nowhere"] = { ecs_bottleneck_profile = "other" }'),
	host('various', 'vars.ecs_bottleneck_region = "eu-west-1"', 'vars.ecs_bottleneck_exclude = "batch-*"', 'vars.ecs_bottleneck_ca_bundle = "/etc/ca.pem"',
		'vars.ecs_clusters["no service"] = { services = { } }', 'vars.ecs_clusters["planned"] = { capacity = { }, services = { } }',
		'vars.ecs_clusters["named"] = { ecs_bottleneck_exclude = "b*", alert = { }, services = { "batch-1" = { }, "batch-2" = { ecs_bottleneck_exclude = "x" }, "daemon:agent" = { } } }',
		'vars.ecs_clusters["test"] = { ecs_bottleneck_endpoint_url = "http://127.0.0.1:1", ecs_bottleneck_timeout = "1", ecs_bottleneck_no_cache = true }'),
	host('without clusters', 'vars.ecs_bottleneck_profile = "alone"', 'vars.ecs_account_checks = true'),
	<<~"CONFIG");
	object NotificationComponent "notification" { }
	object UserGroup "icingaadmins" { }
	object User "admin" {
		groups = [ "icingaadmins" ]
	}
	object NotificationCommand "mail-service-notification" {
		command = [ "$record" ]
		env = {
			HOST = "\$host.name\$"
			TYPE = "\$notification.type\$"
			SERVICE = "\$service.name\$"
			STATE = "\$service.state\$"
			OUTPUT = "\$service.output\$"
		}
	}
	CONFIG
monitoring_user(monitoring => $story);
$node->start;
my %service = map { $_->{attrs}{__name} => $_->{attrs} } @{$node->api(GET => '/v1/objects/services')};
for my $region (sort keys %region) {
	my $service = $service{"elsewhere!ecs in $region/api"};
	is($service->{action_url}, "https://$region{$region}/ecs/v2/clusters/prod/services/api?region=$region", "$region: the link to the ECS service in the console");
	is($service->{vars}{ecs_region}, $region, "$region: it is a variable of the service");
	like($service->{notes}, qr/\ACluster prod in $region\. Looks at the ECS service api alone, and so do an acknowledgement and a downtime\.\z/, "$region: what it looks at");
}
my %by_arn = map { $_ => $service{"elsewhere!ecs $_"} } 'by arn', 'capacity by arn';
is($by_arn{'by arn'}{action_url}, 'https://us-east-1.console.aws.amazon.com/ecs/v2/clusters/shop/services?region=us-east-1', "an ARN's region and cluster");
like($by_arn{'by arn'}{notes}, qr/account 210987654321.*An acknowledgement or a downtime covers all of them/, 'an acknowledgement of a whole cluster covers all: it is said');
is_deeply([map { $_->{vars}{ecs_bottleneck_window} } @by_arn{'by arn', 'capacity by arn'}], ['2h', '7d'], 'each has the window of its own dictionary');
is_deeply([map { $_->{vars}{ecs_account} } values %by_arn], [('210987654321') x 2], "the account is a variable of the service");
is($service{'elsewhere!ecs nowhere'}{action_url}, '', 'without a region there is no link');
is_deeply([grep { !grep { $_ eq 'ecs' } @{$service{$_}{groups}} } keys %service], [], 'all are in the group of ECS');
is_deeply([sort map { /!ecs account (.*)/ ? $1 : () } grep { /^elsewhere!/ } keys %service], [sort 'other', 'us-east-1', keys %region], 'a check for each profile and region');

# What the clusters of a host ask for, and what the account's checks take from them.
is_deeply([sort map { /\Avarious!ecs (.*)/ ? $1 : () } keys %service],
	[sort 'no service', 'capacity planned', 'named', map({ "named/$_" } qw(batch-1 batch-2 daemon:agent)), 'test', 'account eu-west-1', 'account eu-west-1 endpoint http://127.0.0.1:1'],
	'services = { } alone is an alert; an endpoint of a cluster has an account check of its own');
is_deeply([map { my $vars = $service{"various!ecs $_"}{vars}; join ' ', map { "$_=$vars->{$_}" } grep { /\Aecs_bottleneck_/ } sort keys %$vars } 'account eu-west-1', 'account eu-west-1 endpoint http://127.0.0.1:1'],
	['', 'ecs_bottleneck_endpoint_url=http://127.0.0.1:1'], "neither the other's endpoint nor a cluster's timeout and cache steer it");
is_deeply([map { $service{"various!ecs $_"}{vars}{ecs_bottleneck_exclude} } 'named', map { "named/$_" } qw(batch-1 batch-2)], ['b*', '', 'x'], 'an exclude of the cluster or the host leaves out no service that is named');
is($service{'various!ecs named/daemon:agent'}{action_url}, 'https://eu-west-1.console.aws.amazon.com/ecs/v2/clusters/named/services?region=eu-west-1', "a managed daemon's link leads to its cluster");
is_deeply([grep { /\Awithout clusters!/ } keys %service], ['without clusters!ecs account alone'], 'vars.ecs_account_checks = true without clusters makes the check of the account');

# --- the stories ------------------------------------------------------------------------------------------------------

my @checks = map { "ecs prod/$_" } qw(checkout payments);
my $account = 'ecs account monitoring eu-west-1';

sub filter { return join ' || ', map { "service.name == \"$_\"" } @_ }

# Has these checks made once, and waits for the results.
sub check {
	my (@names) = @_;
	my $since = time;
	$node->api(POST => '/v1/actions/reschedule-check', {type => 'Service', filter => 'host.name == "aws-eu-west-1" && (' . filter(@names) . ')', force => JSON::PP::true});
	my $found;
	$node->wait_for(60, sub {
		$found = $node->api(GET => '/v1/objects/services?attrs=name&attrs=state&attrs=state_type&attrs=last_check_result&host=aws-eu-west-1');
		my %by_name = map { $_->{name} => $_->{attrs} } @$found;
		return !grep { ($by_name{"aws-eu-west-1!$_"}{last_check_result}{execution_start} // 0) < $since } @names;
	}) or diag "not checked in time: @names";
	return {map { $_->{attrs}{name} => $_->{attrs} } @$found};
}

# Twice: with the second attempt a state is a hard one, and told. The account is looked at before, as it is each minute.
sub check_all {
	check($account);
	check(@checks);
	return check(@checks);
}

# Those about the host of the stories.
sub messages { return grep { $_->{host} eq 'aws-eu-west-1' } $story->messages }

# The messages since the last call, once there are as many as expected.
sub told {
	my ($expected, $what) = @_;
	my @told;
	$node->wait_for(@$expected ? 20 : 3, sub { push @told, messages(); return @told && @told >= @$expected });
	sleep 1;
	push @told, messages();
	is_deeply([map { "$_->{type} $_->{service} $_->{state}" } @told], $expected, $what) or diag explain \@told;
	return @told;
}

# A message without its times, the host that sent it, the whole of its links, and the folds of a page.
sub masked {
	my ($text) = @_;
	$text =~ s/\n {4}(?=\S)/ /g;
	$text =~ s/[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}(?::[0-9]{2} \+0000|Z)|\b[0-9]{2}:[0-9]{2}Z/TIME/g;
	$text =~ s/^(\*+ Service Monitoring on ).* (\*+)$/$1HOST $2/m;
	$text =~ s{(https://\S+?/home\?region=[a-z0-9-]+)\S+}{$1}g;
	return $text =~ s/[ \t]+$//mgr =~ s/\s+\z//r;
}

$story->set(payments => 20, checkout => 20);
my $now = check_all();
is_deeply([map { $now->{$_}{state} } @checks, $account], [0, 0, 0], 'all is well') or diag explain $now;
told([], 'nobody is told');

# One acknowledges payments; checkout gets worse; payments recovers.
$story->set(payments => 99);
check_all();
my ($message) = told(['PROBLEM ecs prod/payments CRITICAL'], 'payments is critical: a message');
like($message->{output}, qr{\AECS CRITICAL - prod/payments: }, 'whose first words say what it is about');

# What a person gets, as the README shows it: the mail of the script that Icinga 2 comes with, and its subject with the first line.
my %about = (d => '2026-11-28 01:10:00 +0000', e => $message->{service}, l => $message->{host}, n => $message->{host}, o => decode_utf8($message->{output}), r => 'admin@example.org',
	s => $message->{state}, t => $message->{type}, u => $service{"$message->{host}!$message->{service}"}{display_name});
my $is = "$about{u} on $about{n} is $about{s}!";
my $mail = "[$about{t}] $is\n\n***** Service Monitoring on monitoring *****\n\n$is\n\nInfo:    $about{o}\n\nWhen:    $about{d}\nService: $about{e}\nHost:    $about{l}\n";
my %got = (mail => $mail, 'short message' => "[$about{t}] $is " . ($about{o} =~ /\A(.*)/)[0]);
my $readme = decode_utf8(CheckECS::slurp(($ENV{CHECK_ECS_SRCDIR} // '.') . '/README.md'));
for my $kind (sort keys %got) {
	my ($shown) = $readme =~ /^<!-- \Q$kind\E -->\n```text\n(.*?)^```$/ms;
	is(masked($shown // ''), masked($got{$kind}), "the $kind is the README's");
}
SKIP: {
	# Only Icinga's own user may read the directory.
	my $script = '/etc/icinga2/scripts/mail-service-notification.sh';
	skip "$script cannot be run by this user", 1 unless -x $script;
	my $folder = tempdir() . '/mail';
	mkdir $folder or die "$folder: $!";
	write_file("$folder/mail", "#!/bin/sh\nprintf '%s\\n\\n' \"\$2\"\ncat\n");
	chmod 0755, "$folder/mail" or die "chmod: $!";
	my (undef, $made) = capture({PATH => "$folder:/usr/bin:/bin"}, $script, map { ("-$_", encode_utf8($about{$_})) } sort keys %about);
	is(masked(decode_utf8($made)), masked($mail), 'the mail is that of the script');
}

smoke_ends(sub { undef $node });
$node->api(POST => '/v1/actions/acknowledge-problem', {type => 'Service', filter => filter('ecs prod/payments'), author => 'admin', comment => 'seen', notify => JSON::PP::false});
$story->set(checkout => 99);
check_all();
told(['PROBLEM ecs prod/checkout CRITICAL'], 'payments is acknowledged, checkout gets critical: a message about checkout');
$story->set(payments => 20);
check_all();
told(['RECOVERY ecs prod/payments OK'], 'payments recovers: a message, and checkout stays the problem that it is');
$story->set(checkout => 20);
check_all();
told(['RECOVERY ecs prod/checkout OK'], 'so does checkout');

# A downtime for one.
$node->api(POST => '/v1/actions/schedule-downtime', {type => 'Service', filter => filter('ecs prod/checkout'), author => 'admin', comment => 'release', start_time => int(time) - 1, end_time => int(time) + 3600, fixed => JSON::PP::true});
$story->set(payments => 99, checkout => 99);
check_all();
told(['PROBLEM ecs prod/payments CRITICAL'], 'both get critical, checkout in its downtime: a message about payments alone');
$story->set(payments => 20, checkout => 20);
check_all();
told(['RECOVERY ecs prod/payments OK'], 'and one when it recovers');
$node->api(POST => '/v1/actions/remove-downtime', {type => 'Service', filter => filter('ecs prod/checkout')});

# An account without keys is one message.
my $keys = tempdir() . '/home/.aws/credentials';
rename $keys, "$keys.away" or die "$keys: $!";
$now = check_all();
is_deeply([map { $now->{$_}{state} } @checks, $account], [3, 3, 3], 'without keys all are UNKNOWN');
($message) = told(["PROBLEM $account UNKNOWN"], 'there is one message, about the account');
like($message->{output}, qr/\AECS UNKNOWN - no AWS credentials found/, 'which says what is missing');
rename "$keys.away", $keys or die "$keys: $!";
$now = check_all();
is_deeply([map { $now->{$_}{state} } @checks, $account], [0, 0, 0], 'with keys all is well again');
told(["RECOVERY $account OK"], 'and there is one message more');

undef $node;
done_testing;
