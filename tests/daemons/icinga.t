#!/usr/bin/perl
# Icinga 2 runs the definitions of contrib/icinga2: what its API tells of a check is what the plugin prints.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../e2e/lib";
use CheckECS;
use CheckECS::Daemons qw(timeless needs smoke_ends many_services monitoring_user leftover plugins);
use CheckECS::Icinga;
use JSON::PP;
use Test::More;
use Time::HiRes qw(sleep time);

needs(CheckECS::Icinga->program => 'icinga2-bin', '/usr/share/icinga2/include/itl' => 'icinga2-common');

my $top = $ENV{CHECK_ECS_SRCDIR} // '.';
my $contrib = "$top/contrib/icinga2";
my $count = 5000;
my $standin = standin(<<~'ACCOUNT' . many_services($count));
	key AKIDEXAMPLE secret
	role arn:aws:iam::123456789012:role/ecs-monitoring external-id=change-me
	cluster prod region=eu-west-1
	service api desired=1 running=1
		cpu flat=99.7
		memory flat=71.3 points=190:100.2,250:99.1
	service worker desired=1 running=1
		cpu flat=41.8 points=840:97.1
		memory flat=46.2
	service batch-1 desired=1 running=1
		cpu flat=99.7
		memory flat=10
	service payments desired=1 running=1
		cpu flat=30.1
		memory flat=97.2
	service checkout desired=1 running=1
		cpu flat=30.1
		memory flat=97.2
	cluster staging region=eu-west-1
	service api desired=0 running=0
	cluster costs region=eu-west-1
	service web desired=1 running=1
		cpu flat=34.4
		memory flat=51.5
	cluster silent region=eu-west-1
	service api desired=3 running=3
	cluster odd region=eu-west-1
	service a;b::c desired=1 running=1
		cpu flat=97.3
		memory flat=46.2
	cluster big region=eu-west-1
	ACCOUNT
my $by_hand = monitoring_user(monitoring => $standin);
my $stuck = standin("cluster prod region=eu-west-1\nservice api desired=1 running=1\n\tcpu flat=34.4\n", '--latency-ms=60000');

sub service {
	my ($name, @lines) = @_;
	return join "\n\t", "object Service \"$name\" {", 'import "ecs_bottleneck_capacity"', 'host_name = "aws-eu-west-1"', @lines, "\n}\n";
}

# --- the files of contrib alone, as they would be copied ---------------------------------------------------------------

my @files = map { "$contrib/ecs_bottleneck_$_.conf" } qw(command services example);
my $plain = CheckECS::Icinga->new(name => 'plain', files => \@files);
my ($status, $said) = $plain->validate;
is($status, 0, 'icinga2 daemon -C takes the definitions') or diag $said;
unlike($said, qr/warning/, 'without a warning') or diag $said;

# --- one service for each state, and those of ecs_bottleneck_example.conf --------------------------------------------------------------

my @capacity = qw(--statistic=cpu=Average --period=15m);
my @average = qw(--statistic=Average --period=5m --window=15m --breaches=2 --recover=30m);
# Thresholds that are switched off for some, and one of memory that api alone has.
my @own = ('api/cpu=~:', 'api/memory=~:', 'batch-*/cpu=~:', 'worker/99');
my @partner = ('--role-arn=arn:aws:iam::123456789012:role/ecs-monitoring', '--external-id=change-me');
my %words = (
	'ecs staging' => ['OK', qw(-c staging --no-data=ok), @average],
	'ecs capacity prod' => ['CRITICAL', qw(-c prod -w 85 -w memory=90 -x batch-*), @capacity],
	'ecs prod' => ['CRITICAL', qw(-c prod -x batch-* -x payments -x checkout), @average],
	'ecs prod/payments' => ['CRITICAL', qw(-c prod -s payments), @average],
	'ecs prod/checkout' => ['WARNING', qw(-c prod -s checkout -C memory=98), @average],
	'ecs partner' => ['CRITICAL', qw(-c prod), @partner, @average],
	silent => ['UNKNOWN', qw(-c silent), @capacity],
	odd => ['UNKNOWN', qw(-c odd), @capacity], # names that ECS does not take
	'every option' => ['CRITICAL', qw(-c prod -v -s * -C 90 -C memory=99 -m memory --perfdata=problems --max-output=icingadb -t 20:CRITICAL --interval=15m --no-cache), @capacity],
	'ranges of services' => ['WARNING', qw(-c prod -x payments -x checkout), '--statistic=cpu=Average,memory=Maximum', '--period=15m', (map { ('-w', $_) } @own, 'api/memory=99.9'), (map { ('-C', $_) } @own)],
	emptied => ['CRITICAL', qw(-c prod --breaches=2), @capacity], # variables that are null or "", arrays without an element
	'partly empty' => ['WARNING', qw(-c prod -s worker -w memory=90 -w cpu=20), @capacity],
	'an ini file' => ['OK', qw(-c prod -s worker), @capacity, "--extra-opts=shop\@" . keep_file("[shop]\nwarning = 98\ncritical = 99\n", 'ini')],
);
my ($ini) = $words{'an ini file'}[-1] =~ /=(.*)/;
my $node = CheckECS::Icinga->new(name => 'single', files => \@files, config => join '',
	service('silent', 'vars.ecs_bottleneck_cluster = "silent"'),
	service('odd', 'vars.ecs_bottleneck_cluster = "odd"'),
	service('every option', map { "vars.ecs_bottleneck_$_" } 'cluster = "prod"', 'verbose = true', 'service = "*"', 'critical = [ "90", "memory=99" ]',
		'metric = "memory"', 'perfdata = "problems"', 'max_output = "icingadb"', 'timeout = "20:CRITICAL"', 'interval = "15m"', 'no_cache = true'),
	service('partly empty', map { "vars.ecs_bottleneck_$_" } 'cluster = "prod"', 'service = [ "", "worker", null ]', 'warning = [ "memory=90", "", "cpu=20" ]', 'exclude = [ null ]'),
	service('emptied', map { "vars.ecs_bottleneck_$_" } 'cluster = "prod"', 'breaches = 2', 'warning = [ "" ]', 'critical = null', 'service = [ "", null ]', 'exclude = [ ]', 'metric = null', 'window = ""',
		'role_arn = null', 'timeout = ""', 'extra_opts = null', 'verbose = ""'),
	service('ranges of services', map { "vars.ecs_bottleneck_$_" } 'cluster = "prod"', 'exclude = [ "payments", "checkout" ]', 'statistic = "cpu=Average,memory=Maximum"',
		'warning = [ ' . join(', ', map { qq("$_") } @own, 'api/memory=99.9') . ' ]', 'critical = [ ' . join(', ', map { qq("$_") } @own) . ' ]'),
	service('an ini file', 'vars.ecs_bottleneck_cluster = "prod"', 'vars.ecs_bottleneck_service = "worker"', "vars.ecs_bottleneck_extra_opts = \"$ini\""),
	service('costs', 'vars.ecs_bottleneck_cluster = "costs"', 'vars.ecs_bottleneck_very_verbose = true', 'vars.ecs_bottleneck_interval = "5m"'),
	service('stuck', 'vars.ecs_bottleneck_cluster = "prod"', 'vars.ecs_bottleneck_timeout = "50"',
		'vars.ecs_bottleneck_endpoint_url = "' . $stuck->url . '"', 'check_timeout = ' . 4 * time_factor()));
$node->start;
my $found = $node->checked_services(40);

sub by_hand {
	my ($name) = @_;
	my ($state, @arguments) = @{$words{$name}};
	my $run = run_plugin({name => "$name by hand", env => $by_hand, quiet => $name eq 'odd'}, '-p', 'monitoring', '-r', 'eu-west-1', @arguments);
	return ($run, CheckECS::Icinga->expected($run->{text}));
}

for my $name (sort keys %words) {
	my $result = $found->{"aws-eu-west-1!$name"}{last_check_result} // {};
	my ($run, $expected) = by_hand($name);
	my $shown = CheckECS::Icinga->shown($result);
	# The hour or the minute may have turned in between.
	($run, $expected) = by_hand($name) if $shown->{output} ne $expected->{output};
	$run->exits($words{$name}[0], "$name by hand");
	is($result->{state}, $run->{exit}, "$name: the state");
	is($result->{exit_status}, $run->{exit}, "$name: the exit status");
	# A window of minutes moves on, and each five minutes what lasts has lasted longer.
	$expected->{output} = $shown->{output} if timeless($shown->{output}) eq timeless($expected->{output});
	is($shown->{output}, $expected->{output}, "$name: the output");
	is_deeply($shown->{performance_data}, $expected->{performance_data}, "$name: every perfdata item");
}
# Two metrics, 8,640 runs in 30 days, 0.01 USD for 1,000.
like($found->{'aws-eu-west-1!costs'}{last_check_result}{output}, qr/^billed: 2 metrics .*\b0\.17 USD a month/m, 'what it costs, by -vv and the interval');

my @accounts = map { "ecs account monitoring $_" } 'eu-west-1', '123456789012/ecs-monitoring eu-west-1';
is_deeply([sort grep { /^aws-eu-west-1!ecs / } keys %$found], [map { "aws-eu-west-1!$_" } sort @accounts, grep { /^ecs / } keys %words],
	'the checks that the example asks for, and one for each profile, role and region');
for my $name (@accounts) {
	my $result = $found->{"aws-eu-west-1!$name"}{last_check_result} // {};
	is($result->{state}, 0, "$name: OK") or diag explain $result;
	like($result->{output}, qr/\AECS OK - \d+ clusters in eu-west-1, /, "$name: it probes");
}

smoke_ends(sub { undef $node });

# Icinga's own reader of perfdata finds values and thresholds.
my $script = 'get_service("aws-eu-west-1", "ecs capacity prod").last_check_result.performance_data.map(p => parse_performance_data(p))';
my ($evaluated) = @{$node->api(POST => '/v1/console/execute-script?command=' . ($script =~ s/([^A-Za-z0-9.()])/sprintf '%%%02X', ord $1/ger), {})};
my ($run) = by_hand('ecs capacity prod');
my %read = map { $_->{label} => $_ } @{$evaluated->{result} // []};
for my $label (@{$run->{details_order}}) {
	my $item = $run->{details}{$label};
	is_deeply({map { $_ => $read{$label}{$_} } qw(value unit warn crit min)},
		{value => $item->{value}, unit => 'percent', warn => $item->{warning}, crit => $item->{critical}, min => $item->{min}}, "Icinga reads $label") or diag explain $item;
}
is(scalar keys %read, @{$run->{details_order}} + keys %{$run->{summary}}, 'and as many items as there are');

# Notifications are the alert's, not the capacity's.
my ($capacity, $alert) = map { $node->api(GET => "/v1/objects/services/aws-eu-west-1!$_")->[0]{attrs} } 'ecs%20capacity%20prod', 'ecs%20prod';
is_deeply([map { $_->{enable_notifications} ? 1 : 0 } $capacity, $alert], [0, 1], 'only the alert notifies');
is_deeply([map { $_->{check_interval} } $capacity, $alert], [900, 300], 'every 15 and 5 minutes');

# A check that outlives its time.
my $late = $found->{'aws-eu-west-1!stuck'};
is($late->{state}, 3, 'a check that lasts too long is UNKNOWN');
like($late->{last_check_result}{output}, qr/<Timeout exceeded\.>|Timeout/, 'and says so');
is_deeply([leftover(plugins() . '/check_ecs_bottleneck')], [], 'and is not there any more');

# --- options -----------------------------------------------------------------------------------------------------------

# Of no use in a daemon: they end without a check, make output for a person or program that reads it at once, or ask for days of
# data that are billed.
my %left_out = map { $_ => 1 } qw(--help --version --probe --discover --backtest --chart --color --links --output-format --advise --forecast);
my %offered = map { $_ => 1 } run_plugin({quiet => 1, raw => 1}, '--help=all')->{text} =~ /^ (?:-\w, |    )(--[a-z-]+)/mg;
my $command = $node->api(GET => '/v1/objects/checkcommands/ecs_bottleneck')->[0]{attrs};
my $arguments = $command->{arguments};
cmp_ok(scalar keys %offered, '>', 20, 'options are found in --help=all');
# A variable that is a condition cannot count, so more of --verbose is one of its own.
is_deeply([sort keys %$arguments], [sort '-vv', grep { !$left_out{$_} } keys %offered], 'each option of --help=all is an argument of the command');
# A condition and a value that are functions are not shown by the API: the file has the variable.
my %written = CheckECS::slurp("$contrib/ecs_bottleneck_command.conf") =~ /^object CheckCommand "ecs_bottleneck" \{(.*?)^\}/ms
	? do { my $text = $1; map { /"(--?[\w-]+)" = \{\s+(?:value|set_if) = "(\$\w+\$)"/ ? ($1 => $2) : () } $text =~ /("--?[\w-]+" = \{.*?\})/gs } : ();
for my $option (sort keys %$arguments) {
	my $name = 'ecs_bottleneck_' . ($option eq '-vv' ? 'very_verbose' : $option =~ s/^--//r =~ tr/-/_/r);
	is($written{$option}, "\$$name\$", "$option is \$$name\$");
	is(($arguments->{$option}{set_if} // {})->{type}, 'Function', "$option: left out where its variable is empty") if defined $arguments->{$option}{value};
	like($arguments->{$option}{description}, qr/^.{10,}\.$/, "$option: it is said what for");
}
my $account = $node->api(GET => '/v1/objects/checkcommands/ecs_bottleneck_account')->[0]{attrs};
is_deeply([grep { !$arguments->{$_} } keys %{$account->{arguments}}], [], "an account's check has no arguments but those of a check");
is_deeply([grep { /\A--(?:cluster|service|warning|critical|window|metric)\z/ } keys %{$account->{arguments}}], [], 'and none about services');

# --- the Director's basket ----------------------------------------------------------------------------------------------

my $basket = decode_json(CheckECS::slurp("$contrib/director-basket.json"));
my $imported = $basket->{Command}{ecs_bottleneck};
# The condition is a function in the file, which the API does not show, and an expression here.
sub without_functions {
	my ($list) = @_;
	return {map {
		my %argument = %{$list->{$_}};
		delete @argument{qw(set_if set_if_format value)} if defined $argument{value};
		$_ => \%argument;
	} keys %$list};
}
is_deeply(without_functions($imported->{arguments}), without_functions($arguments), 'the basket has the same arguments');
for my $option (grep { defined $arguments->{$_}{value} } sort keys %$arguments) {
	my $argument = $imported->{arguments}{$option};
	my $macro = $written{$option};
	my $found = "var found = macro(\"$macro\")\nreturn typeof(found) == Array ?";
	my @wanted = ref $argument->{value}
		? ({type => 'Function', body => "$found found.filter(element => element != \"\") : found"}, "$found len(found.filter(element => element != \"\")) > 0 : found != \"\"")
		: ($macro, "macro(\"$macro\") != \"\"");
	is_deeply([@$argument{qw(value set_if set_if_format)}], [@wanted, 'expression'], "$option: left out where its field is empty");
	ok(ref $argument->{value}, "$option: so is an element that is empty") if $argument->{description} =~ /array|same form/;
}
is_deeply(without_functions($basket->{Command}{ecs_bottleneck_account}{arguments}), without_functions($account->{arguments}), 'the command of accounts has the same arguments');
# The Director splits a command at its blanks and puts PluginDir before it.
is_deeply([split ' ', $basket->{Command}{ecs_bottleneck_account}{command}], [map { s{.*/}{}r } @{$account->{command}}], 'and asks whether a check could run, too');
is($basket->{ServiceTemplate}{ecs_bottleneck_account}{check_command}, 'ecs_bottleneck_account', 'the check of an account runs that command');
my %field = map { $_->{varname} => $_ } values %{$basket->{Datafield}};
is_deeply([sort keys %field], [sort map { tr/$//dr } values %written], 'and a field for each');
is_deeply([sort { $a <=> $b } map { $_->{datafield_id} } @{$imported->{fields}}], [sort { $a <=> $b } keys %{$basket->{Datafield}}], 'each of which belongs to the command');
for my $case (['ecs_bottleneck_capacity', $capacity], ['ecs_bottleneck_alert', $alert]) {
	my ($name, $service) = @$case;
	my $template = $basket->{ServiceTemplate}{$name};
	is_deeply([map { $_ + 0 } @$template{qw(check_interval retry_interval max_check_attempts)}],
		[map { $_ + 0 } @$service{qw(check_interval retry_interval max_check_attempts)}], "$name: the same times");
	is_deeply($template->{vars}, {map { $_ => $service->{vars}{$_} } keys %{$template->{vars}}}, "$name: the same variables");
	is($template->{check_command}, 'ecs_bottleneck', "$name: the command");
}

# --- 5,000 services in 10,000 characters of text; perfdata is a field of its own ----------------------------------------

undef $node;
my $runs = 30;
my $long = 50 * time_factor();
my $big = CheckECS::Icinga->new(name => 'big', files => \@files, config => join '', map {
	service("big $_", map { "vars.ecs_bottleneck_$_" } 'cluster = "big"', 'max_output = "icingadb"', 'detail = "none"', "timeout = \"$long\"");
} 1 .. $runs);
$words{big} = ['CRITICAL', qw(-c big --max-output=icingadb --detail=none), "-t$long"];
my ($before) = by_hand('big');
my $text_alone = join "\n", map { s/ ?\|.*//r } split /\n/, $before->{text};
cmp_ok(length $text_alone, '<=', 10000, "$count services in " . length($text_alone) . ' characters of text, no more than Icinga DB Web shows');
$big->start;
$found = $big->checked_services(60);
undef $big;
# The hour may have turned while they ran.
my %whole = map { join("\n", $_->{output}, @{$_->{performance_data}}) => 1 } map { CheckECS::Icinga->expected($_->{text}) } $before, (by_hand('big'))[0];
my @cut = grep {
	my $result = $found->{"aws-eu-west-1!big $_"}{last_check_result} // {};
	my $shown = CheckECS::Icinga->shown($result);
	($result->{state} // -1) != 2 || !$whole{join "\n", $shown->{output}, @{$shown->{performance_data} // []}};
} 1 .. $runs;
is_deeply(\@cut, [], "whole in $runs of $runs runs, all at once");

done_testing;
