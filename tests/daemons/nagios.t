#!/usr/bin/perl
# Nagios Core 4 runs the definitions of contrib/nagios: what it shows is what the plugin prints.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../e2e/lib";
use CheckECS;
use CheckECS::Daemons qw(timeless needs smoke_ends many_services monitoring_user leftover plugins);
use CheckECS::Nagios;
use Test::More;

needs('/usr/sbin/nagios4' => 'nagios4-core', '/etc/nagios4/objects/templates.cfg' => 'nagios4-common');

my $top = $ENV{CHECK_ECS_SRCDIR} // '.';
my $count = 5000;
my $account = <<~'ACCOUNT';
	key AKIDEXAMPLE secret
	role arn:aws:iam::123456789012:role/ecs-monitoring external-id=change-me
	cluster fine region=eu-west-1
	service api desired=1 running=1
		cpu flat=34.4
		memory flat=51.5
	cluster warm region=eu-west-1
	service api desired=1 running=1
		cpu flat=34.4
		memory flat=51.5 points=300:86.2
	cluster hot region=eu-west-1
	service api desired=1 running=1
		cpu flat=99.7
		memory flat=71.3 points=190:100.2,250:99.1
	service worker desired=1 running=1
		cpu flat=41.8 points=840:97.1
		memory flat=46.2
	cluster silent region=eu-west-1
	service api desired=3 running=3
	cluster odd region=eu-west-1
	service a;b desired=1 running=1
		cpu flat=97.3
		memory flat=46.2
	cluster prod region=eu-west-1
	service web desired=1 running=1
		cpu flat=97.3
		memory flat=91.2
	service payments desired=1 running=1
		cpu flat=86
		memory flat=51.5
	service checkout desired=1 running=1
		cpu flat=34.4
		memory flat=51.5
	cluster shop region=eu-west-1
	service web desired=1 running=1
		cpu flat=12.5
		memory flat=84.6
	service batch-1 desired=1 running=1
		cpu flat=99.5
		memory flat=84.6
	cluster big region=eu-west-1
	ACCOUNT
$account .= many_services($count);
my $standin = standin($account);
my $by_hand = monitoring_user(monitoring => $standin);
my $stuck = standin("cluster prod region=eu-west-1\nservice api desired=1 running=1\n\tcpu flat=34.4\n", '--latency-ms=60000');

sub service {
	my ($name, $command, @lines) = @_;
	return join "\n", 'define service {', 'use ecs-capacity', 'host_name aws-eu-west-1', "service_description $name",
		"check_command $command", 'contact_groups admins', @lines, "}\n";
}

# The files of contrib alone, as they would be copied.
my $example = "$top/contrib/nagios/ecs_bottleneck_example.cfg";
my $plain = CheckECS::Nagios->new(files => [$example]);
my ($status, $said) = $plain->verify;
is($status, 0, 'nagios4 -v takes the definitions') or diag $said;
like($said, qr/^Total Warnings: 0$/m, 'without a warning') or diag $said;

# --- one service for each state, and those of ecs_bottleneck_example.cfg -----------------------------------------------------------

my $recorded = tempdir() . '/recorded';
my @average = qw(--statistic=Average --period=5m --window=15m --breaches=2 --recover=30m);
my %words = (
	fine => ['OK', qw(-c fine)],
	warm => ['WARNING', qw(-c warm)],
	hot => ['CRITICAL', qw(-c hot)],
	silent => ['UNKNOWN', qw(-c silent)],
	odd => ['UNKNOWN', qw(-c odd)], # names that ECS does not take
	misspelt => ['UNKNOWN', qw(-c hot --statistic=Medium)],
	'every option' => ['CRITICAL', qw(-c hot -w memory=60 -w 70 --perfdata=all -v)],
	'ranges of services' => ['WARNING', qw(-c prod -w web/cpu=~: -C web/cpu=~: -C */memory=95)],
	'too early' => ['UNKNOWN', qw(-c nowhere)],
	'ECS prod capacity' => ['CRITICAL', qw(-c prod --statistic=cpu=Average --period=15m -w memory=90)],
	'ECS prod' => ['CRITICAL', qw(-c prod -x payments -x checkout), @average],
	'ECS prod payments' => ['WARNING', qw(-c prod -s payments), @average],
	'ECS prod checkout' => ['OK', qw(-c prod -s checkout), @average],
	'ECS partner capacity' => ['CRITICAL', qw(-c prod --role-arn=arn:aws:iam::123456789012:role/ecs-monitoring --external-id=change-me --statistic=cpu=Average --period=15m)],
	'ECS shop capacity' => ['OK', "--extra-opts=shop\@$top/contrib/nagios/ecs_bottleneck.ini", qw(--statistic=cpu=Average --period=15m)],
);
my $touched = tempdir() . '/touched';
my $seconds = 6 * time_factor();
my $nagios = CheckECS::Nagios->new(files => [$example], timeout => $seconds, objects => join '',
	(map { service($_, "check_ecs_bottleneck!$_!eu-west-1") } qw(fine warm silent odd)),
	service('hot', 'check_ecs_bottleneck!hot!eu-west-1', 'event_handler record'),
	service('every option', 'check_ecs_bottleneck!hot!eu-west-1!-w memory=60 -w 70 --perfdata=all -v'),
	service('ranges of services', q(check_ecs_bottleneck!prod!eu-west-1!-w 'web/cpu=~:' -C 'web/cpu=~:' -C '*/memory=95')),
	service('misspelt', 'check_ecs_bottleneck!hot!eu-west-1!--statistic=Medium'),
	service('too early', 'check_ecs_bottleneck!nowhere!eu-west-1'),
	service('foreign', "check_ecs_bottleneck!\$\$(touch $touched)`touch $touched`!eu-west-1"),
	service('stuck', 'check_ecs_bottleneck!prod!eu-west-1!-t 50 --endpoint-url=' . $stuck->url),
	"define command {\ncommand_name record\ncommand_line /usr/bin/printf '%s\\n' '\$SERVICEOUTPUT\$' '\$LONGSERVICEOUTPUT\$' >$recorded\n}\n");
$nagios->start;
my $found = $nagios->services(40);

sub by_hand {
	my ($name) = @_;
	my ($state, @arguments) = @{$words{$name}};
	unshift @arguments, '-p', 'monitoring', '-r', 'eu-west-1' unless $arguments[0] =~ /extra-opts/;
	unshift @arguments, '--max-output=nagios';
	my $run = run_plugin({name => "$name by hand", env => $by_hand, quiet => $name eq 'odd'}, @arguments);
	return ($run, CheckECS::Nagios->expected($run->{text}));
}

for my $name (sort keys %words) {
	my ($run, $expected) = by_hand($name);
	my $shown = {map { $_ => $found->{$name}{$_} =~ s/\s+\z//r } keys %$expected};
	# The hour may have turned in between.
	($run, $expected) = by_hand($name) if $shown->{long_plugin_output} ne $expected->{long_plugin_output};
	$run->exits($words{$name}[0], "$name by hand");
	is($found->{$name}{current_state}, $run->{exit}, "$name: the state");
	# A window of minutes moves on, and each five minutes what lasts has lasted longer.
	$expected->{$_} = $shown->{$_} for grep { timeless($shown->{$_}) eq timeless($expected->{$_}) } keys %$expected;
	is_deeply($shown, $expected, "$name: output, long output and perfdata");
}
like($found->{misspelt}{plugin_output}, qr/ is not valid: use Maximum/, 'of a ; in the first line Nagios makes a :');
like($found->{hot}{performance_data}, qr/_cpu=[\d.]+%;80;95;0/, 'not in the perfdata');
like($found->{hot}{long_plugin_output}, qr/█/, 'UTF-8 stays');

# What a probe says of how it was configured differs by the caches of its user.
is($found->{'ECS account'}{current_state}, 0, 'an account is probed') or diag explain $found->{'ECS account'};
like($found->{'ECS account'}{plugin_output}, qr/\AECS OK - \d+ clusters in eu-west-1, /, 'and its clusters are counted');

# A value is one word, and not for the shell.
like($found->{foreign}{plugin_output}, qr/^ECS UNKNOWN - .*touch /, 'a cluster with a name made for a shell: the plugin sees it');
ok(!-e $touched, 'and the shell runs nothing of it');

# Macros in command lines lose the characters of illegal_macro_output_chars.
my $macros = -e $recorded ? CheckECS::slurp($recorded) : '';
utf8::decode($macros);
my $whole = "$found->{hot}{plugin_output}\n" . $found->{hot}{long_plugin_output};
(my $stripped = $whole) =~ tr/`~$&|'"<>//d;
$macros =~ s/\\n/\n/g;
is($macros =~ s/\s+\z//r, $stripped =~ s/\s+\z//r, 'in notifications and event handlers `~$&|\'"<> are gone, nothing else');
isnt($stripped, $whole, 'those of the links to graphs are among them');

# A check that outlives service_check_timeout.
is($found->{stuck}{current_state}, 2, 'a check that lasts too long is CRITICAL, as service_check_timeout_state says');
like($found->{stuck}{plugin_output}, qr/^\(Service check timed out after \d+\.\d+ seconds\)$/, 'and says so');
is_deeply([leftover(plugins() . '/check_ecs_bottleneck')], [], 'and is not there any more');
undef $nagios;

smoke_ends();

# --- 5,000 services in 4,096 bytes ----------------------------------------------------------------------------------

# All at once on the few processors of the host: that is the load under which Nagios cuts off what it has not read at once.
my $runs = 30;
my @big = qw(-c big -t 50 --detail=none);
$words{big} = ['CRITICAL', @big];
# A worker of an idle Nagios may notice that a check has ended only with its next one: as elsewhere, there always is a next.
my $big = CheckECS::Nagios->new(files => [$example], objects => join '',
	"define command {\ncommand_name pulse\ncommand_line /usr/bin/printf 'OK'\n}\n",
	(map { service("pulse $_", 'pulse', 'check_interval 0.02') } 1 .. 4),
	map { service("big $_", "check_ecs_bottleneck!big!eu-west-1!-t 50 --detail=none") } 1 .. $runs);
my ($before) = by_hand('big');
$big->start;
$found = $big->services(55);
my ($after) = by_hand('big');
undef $big;
cmp_ok(length $before->{stdout}, '<=', 4096, "$count services in " . length($before->{stdout}) . ' bytes');

# The hour may have turned while they ran.
my @whole = map { CheckECS::Nagios->expected($_->{text}) } $before, $after;
my @cut;
for my $number (1 .. $runs) {
	my $shown = $found->{"big $number"};
	push @cut, $number unless grep { is_whole($shown, $_) } @whole;
}

sub is_whole {
	my ($shown, $expected) = @_;
	return !grep { ($shown->{$_} // '') =~ s/\s+\z//r ne $expected->{$_} } keys %$expected;
}

is_deeply(\@cut, [], "whole in $runs of $runs runs") or diag substr $found->{"big $cut[0]"}{long_plugin_output}, -300;

# --- how much it keeps ----------------------------------------------------------------------------------------------

my $writer = keep_file("my \$size = shift;\nprint \"a line | a=1\\n\", 'x' x (\$size - 19), \"END |\\n\";\n", 'writer.pl');
my %times = (4096 => 30, 5000 => 10, 8193 => 10, 20000 => 10);
my $limits = CheckECS::Nagios->new(files => [$example], objects => join '', "define command {\ncommand_name write\ncommand_line $^X $writer \$ARG1\$\n}\n",
	map { my $size = $_; map { service("$size-$_", "write!$size") } 1 .. $times{$size} } sort keys %times);
$limits->start;
$found = $limits->services(40);
undef $limits;
my %kept;
for my $name (grep { /^\d+-/ } keys %$found) {
	my ($size) = $name =~ /^(\d+)/;
	$kept{$size}++ if $found->{$name}{long_plugin_output} =~ /END\s*\z/;
}
is($kept{4096}, $times{4096}, "results of 4,096 bytes are whole, each of $times{4096} at once");
note "of $times{$_} results of $_ bytes " . ($kept{$_} // 0) . ' are whole' for sort { $a <=> $b } grep { $_ > 4096 } keys %times;

done_testing;
