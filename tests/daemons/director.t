#!/usr/bin/perl
# Icinga Director takes the basket of contrib/icinga2; what it renders from it is for Icinga 2 the same command and templates
# as those of the files beside it, and services made by its fields are checked.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../e2e/lib";
use CheckECS;
use CheckECS::Daemons qw(timeless needs monitoring_user);
use CheckECS::Director;
use CheckECS::Icinga;
use JSON::PP ();
use Test::More;

needs(CheckECS::Icinga->program => 'icinga2-bin', '/usr/share/icinga2/include/itl' => 'icinga2-common');
if (my @missing = CheckECS::Director->missing) {
	plan skip_all => "there is no Director here; sh contrib/quickstart.sh deps director installs what is missing: @missing";
}

my $contrib = ($ENV{CHECK_ECS_SRCDIR} // '.') . '/contrib/icinga2';
my $standin = standin(<<~'ACCOUNT');
	cluster prod region=eu-west-1
	service api desired=1 running=1
		cpu flat=34.4
		memory flat=71.3 points=190:100.2,250:99.1
	service worker desired=1 running=1
		cpu flat=86.2
		memory flat=46.2
	service batch-1 desired=1 running=1
		cpu flat=99.7
		memory flat=10
	ACCOUNT
my $by_hand = monitoring_user(monitoring => $standin);

# --- the basket, and objects as its forms make them: a list is an array, a tick true --------------------------------

my %account = (ecs_bottleneck_region => 'eu-west-1', ecs_bottleneck_profile => 'monitoring', ecs_bottleneck_cluster => 'prod');
my %service = (
	capacity => {imports => ['ecs_bottleneck_capacity'], vars => {ecs_bottleneck_exclude => ['', 'batch-*', 'work*'], ecs_bottleneck_critical => ['99.9', 'memory=101']}},
	alert => {imports => ['ecs_bottleneck_alert'], vars => {ecs_bottleneck_service => ['worker'], ecs_bottleneck_verbose => JSON::PP::true}},
);
my $director = CheckECS::Director->new;
like($director->restore("$contrib/director-basket.json"), qr/restored/, 'the Director restores the basket');
# What Icinga 2 brings itself the Director learns from a daemon; here there is none yet.
$director->create(command => 'dummy', {object_type => 'external_object'});
$director->create(host => 'aws', {object_type => 'object', check_command => 'dummy', vars => \%account});
$director->create(service => $_, {object_type => 'object', host => 'aws', %{$service{$_}}}) for sort keys %service;
my @files = $director->render;
cmp_ok(scalar @files, '>=', 4, 'it renders a configuration: command, templates, host, services');

# --- for Icinga 2 the same as the files beside it -------------------------------------------------------------------

sub attributes_of {
	my ($node) = @_;
	my ($command) = map { $_->{attrs} } @{$node->api(GET => '/v1/objects/checkcommands/ecs_bottleneck')};
	my %of = map { $_->{attrs}{__name} => $_->{attrs} } @{$node->api(GET => '/v1/objects/services')};
	return ({map { $_ => $command->{$_} } qw(arguments command timeout env vars)}, {map {
		my $attributes = $of{"aws!$_"};
		$_ => {map { $_ => $attributes->{$_} } qw(check_command check_interval retry_interval max_check_attempts enable_notifications vars)};
	} keys %service});
}

my $value;
$value = sub {
	my ($data) = @_;
	return ref $data eq 'ARRAY' ? '[ ' . join(', ', map { $value->($_) } @$data) . ' ]' : JSON::PP::is_bool($data) ? ($data ? 'true' : 'false') : "\"$data\"";
};
sub object {
	my ($type, $name, $vars, @lines) = @_;
	return join "\n\t", "object $type \"$name\" {", @lines, (map { "vars.$_ = " . $value->($vars->{$_}) } sort keys %$vars), "\n}\n";
}
my $written = CheckECS::Icinga->new(name => 'written', files => ["$contrib/ecs_bottleneck_command.conf"], config => join '', object(Host => 'aws', \%account, 'check_command = "dummy"'),
	map { object(Service => $_, $service{$_}{vars}, "import \"$service{$_}{imports}[0]\"", 'host_name = "aws"') } sort keys %service);
$written->start;
my ($command, $services) = attributes_of($written);
$written->stop;

my $node = CheckECS::Icinga->new(name => 'rendered', files => \@files);
my ($status, $said) = $node->validate;
is($status, 0, 'icinga2 daemon -C takes what the Director rendered') or diag $said;
$node->start;
my ($same_command, $same_services) = attributes_of($node);
cmp_ok(scalar keys %{$command->{arguments}}, '>', 20, 'the command has its arguments');
# A value that is a function has no text in the API; in the basket only those that may be arrays are functions.
sub without_values {
	my ($command) = @_;
	return {%$command, arguments => {map { my $argument = $command->{arguments}{$_}; $_ => {%$argument, defined $argument->{value} ? (value => 'there') : ()} } keys %{$command->{arguments}}}};
}
is_deeply(without_values($same_command), without_values($command), 'the command is that of ecs_bottleneck_command.conf');
is_deeply($same_services->{$_}, $services->{$_}, "$_: the service is that of its template there") for sort keys %service;

# --- and checked -----------------------------------------------------------------------------------------------------

my %words = (
	capacity => ['WARNING', qw(-x batch-* -x work* -C 99.9 -C memory=101 --statistic=cpu=Average --period=15m)],
	alert => ['WARNING', qw(-s worker -v --statistic=Average --period=5m --window=15m --breaches=2 --recover=30m)],
);
my $found = $node->checked_services(40);
for my $name (sort keys %words) {
	my ($state, @arguments) = @{$words{$name}};
	my $result = $found->{"aws!$name"}{last_check_result} // {};
	my $shown = CheckECS::Icinga->shown($result);
	my ($run, $expected);
	# The hour or the minute may turn in between.
	for (1 .. 2) {
		$run = run_plugin({name => "$name by hand", env => $by_hand}, qw(-p monitoring -r eu-west-1 -c prod), @arguments);
		$expected = CheckECS::Icinga->expected($run->{text});
		last if $shown->{output} eq $expected->{output};
	}
	$run->exits($state, "$name by hand");
	is($result->{state}, $run->{exit}, "$name: the state");
	$_->{output} = timeless($_->{output}) for $shown, $expected;
	is($shown->{output}, $expected->{output}, "$name: the output");
	is_deeply($shown->{performance_data}, $expected->{performance_data}, "$name: every perfdata item");
}

# --- its forms -------------------------------------------------------------------------------------------------------

my $fields = $director->query("SELECT json_object_agg(varname, caption) FROM icinga_command_field JOIN director_datafield ON id = datafield_id");
is_deeply([sort keys %$fields], [sort map { 'ecs_bottleneck_' . ($_ eq '-vv' ? 'very_verbose' : s/^--//r =~ tr/-/_/r) } keys %{$command->{arguments}}], 'a form has a field for each argument');
is_deeply([grep { ($fields->{$_} // '') eq '' } keys %$fields], [], 'each with a caption');
undef $node;
undef $director;
done_testing;
