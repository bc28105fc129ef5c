#!/usr/bin/perl
# Who is told what, in Nagios Core with the definitions of contrib/nagios: a check for each ECS service has a problem, an
# acknowledgement and a downtime of its own; an account whose keys are of no use is one message.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../e2e/lib";
use CheckECS;
use CheckECS::Daemons qw(needs smoke_ends monitoring_user write_file);
use CheckECS::Nagios;
use CheckECS::Story;
use Test::More;
use Time::HiRes qw(sleep time);

needs('/usr/sbin/nagios4' => 'nagios4-core', '/etc/nagios4/objects/templates.cfg' => 'nagios4-common');

my $top = $ENV{CHECK_ECS_SRCDIR} // '.';
my $story = CheckECS::Story->new;
monitoring_user(monitoring => $story);
my $record = $story->recorder;

# Debian's commands, but a mail is recorded.
my $commands = CheckECS::slurp('/etc/nagios4/objects/commands.cfg');
my %instead = (
	'notify-service-by-email' => "HOST='\$HOSTNAME\$' TYPE='\$NOTIFICATIONTYPE\$' SERVICE='\$SERVICEDESC\$' STATE='\$SERVICESTATE\$' OUTPUT='\$SERVICEOUTPUT\$' $record",
	'notify-host-by-email' => '/bin/true',
);
for my $name (sort keys %instead) {
	$commands =~ s/(command_name\s+\Q$name\E\s*\n\s*command_line\s+)[^\n]*/$1$instead{$name}/ or BAIL_OUT("Debian's commands have no $name");
}
# The checks whose options the stories do not change are left out.
my $example = CheckECS::slurp("$top/contrib/nagios/ecs_bottleneck_example.cfg");
$example =~ s/^define service \{[^}]*service_description\s+ECS (?:prod|prod capacity|partner capacity|shop capacity)\n[^}]*\}\n//mg;
$example =~ s/ECS prod,(ECS prod payments)/$1/ or BAIL_OUT('the example has no dependency');
my $nagios = CheckECS::Nagios->new(commands => keep_file($commands, 'commands.cfg'), objects => $example,
	settings => {enable_notifications => 1, check_external_commands => 1});
$story->set(payments => 20, checkout => 20);
$nagios->start;

my @checks = map { "ECS prod $_" } qw(checkout payments);
my $account = 'ECS account';

# Has these checks made once, and waits for the results.
sub check {
	my (@names) = @_;
	my $before = $nagios->read_status;
	# Times are whole seconds, and a check is known by its time.
	sleep 1.1;
	my $since = int time;
	$nagios->command("SCHEDULE_FORCED_SVC_CHECK;aws-eu-west-1;$_;$since") for @names;
	my $found;
	my $end = time + 40 * time_factor();
	while (time < $end) {
		$found = $nagios->read_status;
		last if !grep { ($found->{$_}{last_check} // 0) < $since || $found->{$_}{last_update} && !$found->{$_}{has_been_checked} } @names;
		sleep 0.2;
	}
	my @late = grep { ($found->{$_}{last_check} // 0) < $since } @names;
	diag "not checked in time: @late" if @late;
	return $found;
}

# Twice: with the second attempt a state is a hard one, and told. The account is looked at before, as it is each minute.
sub check_all {
	check($account);
	check(@checks);
	return check(@checks);
}

# The messages since the last call, once there are as many as expected.
sub told {
	my ($expected, $what) = @_;
	my @told;
	my $end = time + (@$expected ? 20 : 3) * time_factor();
	while (time < $end) {
		push @told, $story->messages;
		last if @told && @told >= @$expected;
		sleep 0.2;
	}
	sleep 1;
	push @told, $story->messages;
	is_deeply([map { "$_->{type} $_->{service} $_->{state}" } @told], $expected, $what) or diag explain \@told;
	return @told;
}

my $now = $nagios->services(60);
is_deeply([map { $now->{$_}{current_state} } @checks, $account], [0, 0, 0], 'all is well') or diag explain $now;
told([], 'nobody is told');

smoke_ends(sub { undef $nagios });

# One acknowledges payments; checkout gets worse; payments recovers.
$story->set(payments => 99);
check_all();
my ($message) = told(['PROBLEM ECS prod payments CRITICAL'], 'payments is critical: a message');
like($message->{output}, qr{\AECS CRITICAL - prod/payments: }, 'whose first words say what it is about');
$nagios->command('ACKNOWLEDGE_SVC_PROBLEM;aws-eu-west-1;ECS prod payments;1;0;0;admin;seen');
$story->set(checkout => 99);
check_all();
told(['PROBLEM ECS prod checkout CRITICAL'], 'payments is acknowledged, checkout gets critical: a message about checkout');
$story->set(payments => 20);
check_all();
told(['RECOVERY ECS prod payments OK'], 'payments recovers: a message, and checkout stays the problem that it is');
$story->set(checkout => 20);
check_all();
told(['RECOVERY ECS prod checkout OK'], 'so does checkout');

# A downtime for one.
my ($from, $to) = (int(time) - 1, int(time) + 3600);
$nagios->command("SCHEDULE_SVC_DOWNTIME;aws-eu-west-1;ECS prod checkout;$from;$to;1;0;3600;admin;release");
$story->set(payments => 99, checkout => 99);
check_all();
told(['PROBLEM ECS prod payments CRITICAL'], 'both get critical, checkout in its downtime: a message about payments alone');
$story->set(payments => 20, checkout => 20);
check_all();
told(['RECOVERY ECS prod payments OK'], 'and one when it recovers');

$nagios->command('DEL_DOWNTIME_BY_HOST_NAME;aws-eu-west-1;ECS prod checkout');

# An account without keys is one message.
my $keys = tempdir() . '/home/.aws/credentials';
rename $keys, "$keys.away" or die "$keys: $!";
$now = check_all();
is_deeply([map { $now->{$_}{current_state} } @checks, $account], [3, 3, 3], 'without keys all are UNKNOWN');
($message) = told(["PROBLEM $account UNKNOWN"], 'there is one message, about the account');
like($message->{output}, qr/\AECS UNKNOWN - no AWS credentials found/, 'which says what is missing');
rename "$keys.away", $keys or die "$keys: $!";
$now = check_all();
is_deeply([map { $now->{$_}{current_state} } @checks, $account], [0, 0, 0], 'with keys all is well again');
told(["RECOVERY $account OK"], 'and there is one message more');

undef $nagios;
done_testing;
