#!/usr/bin/perl
# -s with exact names only: one call, and nothing that the list of services protects from is lost.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Json;
use CheckECS::Scripted;
use POSIX qw(floor strftime);
use Test::More;

my $account = <<'ACCOUNT';
cluster prod region=eu-west-1
service api desired=3 running=3
	cpu flat=20
	memory flat=100.2
service web desired=1 running=1
	cpu flat=20
	memory flat=30
service zero desired=0 running=0
service dead desired=3 running=0
service fading desired=3 running=3 status=DRAINING
	cpu flat=20 until=300
	memory flat=30 until=300
service deleted desired=0 running=0 status=INACTIVE
service gone desired=3 running=0 missing
	cpu flat=99 until=200
	memory flat=30 until=200
service quiet desired=3 running=0 missing
	cpu flat=20 until=200
	memory flat=30 until=200
service stale desired=3 running=3
	cpu flat=99 until=200
	memory flat=30 until=200
service half desired=3 running=3
	cpu flat=20
cluster other region=eu-west-1
service api desired=1 running=1
	cpu flat=10
	memory flat=10
ACCOUNT
my $standin = standin($account);

# -> [ListServices, GetMetricData, DescribeServices, ListClusters]
sub calls_of { my ($server) = @_; return [map { $server->calls($_) } qw(ListServices GetMetricData DescribeServices ListClusters)] }

# The normal path.
{
	my $run = $standin->fresh_check({name => 'one service'}, '-c', 'prod', '-s', 'api', '--detail=none');
	$run->exits('CRITICAL');
	is($run->{headline}, 'ECS CRITICAL - prod/api: memory 100.2% in 24 h', 'the first line is about the service');
	is_deeply(calls_of($standin), [0, 1, 0, 0], 'one call');
	is($standin->stats->{connections}, 1, 'one connection') if defined $standin->stats->{connections};
	is($standin->stats->{queries}, 2, 'two metrics');
	is_deeply([sort keys %{$run->{summary} // {}}], [], 'no items of the cluster');
	is_deeply($run->{details_order}, [qw(api_cpu api_memory)], 'the items of the service');
	unlike($run->{context}, qr/account/, 'nobody has told the account: it is left out');
	$run = $standin->fresh_check({name => 'an ARN'}, '-c', 'arn:aws:ecs:eu-west-1:123456789012:cluster/prod', '-s', 'web');
	$run->exits('OK');
	like($run->{context}, qr/^account 123456789012, eu-west-1, /, 'the account of an ARN');
	$run = $standin->fresh_check({name => 'several'}, '-c', 'prod', '-s', 'web,api', '-s', 'api', '--detail=none');
	$run->exits('CRITICAL');
	is_deeply(calls_of($standin), [0, 1, 0, 0], 'several: one call');
	is($standin->stats->{queries}, 4, 'several: each once');
	is($run->{summary}{services}{value}, 2, 'several: two services');
	like($run->{headline}, qr/^ECS CRITICAL - prod: 1 of 2 services with problems in 24 h: api memory 100\.2%/, 'several: the first line');
	my $json = json_run($standin, {name => 'JSON'}, '-c', 'prod', '-s', 'web')->{json};
	is($json->{account}, undef, 'JSON: the account is not known');
	is_deeply([map { $_->{name} } @{$json->{services}}], ['web'], 'JSON: the service');
	$run = $standin->check({name => 'ranges of other services'}, '-c', 'prod', '-s', 'web', '-v', '-w', 'batch-*/cpu=70', '-w', 'we*/cpu=10');
	$run->exits('WARNING', 'a range of the service counts');
	unlike($run->{text}, qr/no service matches/, 'whether the other one has a service is not known');
	$run = $standin->fresh_check({name => 'left out again'}, '-c', 'prod', '-s', 'web,api', '-x', 'a*');
	$run->exits('OK');
	is($standin->stats->{queries}, 2, '-x wins');
}

# Without current data, the same whatever --no-data says: what there is must be proved to exist.
for my $policy (qw(auto ok warning critical unknown)) {
	my %given = (ok => 'OK', warning => 'WARNING', critical => 'CRITICAL', unknown => 'UNKNOWN');
	for my $case (
		# [service, state with auto, state otherwise (undef: the policy's), words]
		['zero', 'OK', undef, qr{^ECS \S+ - prod/zero: }],
		['dead', 'CRITICAL', undef, qr{^ECS \S+ - prod/dead: }],
		['fading', 'UNKNOWN', 'UNKNOWN', qr{^ECS UNKNOWN - prod/fading: no data since .*DRAINING}],
		['deleted', 'UNKNOWN', 'UNKNOWN', qr{^ECS UNKNOWN - prod/deleted: no data, INACTIVE}],
		['quiet', 'UNKNOWN', 'UNKNOWN', qr{^ECS UNKNOWN - prod/quiet: no data since .*gone}],
		['ghost', 'UNKNOWN', 'UNKNOWN', qr{^ECS UNKNOWN - prod/ghost: no service matches -s 'ghost'}],
		['wbe', 'UNKNOWN', 'UNKNOWN', qr{^ECS UNKNOWN - prod/wbe: no service matches -s 'wbe'; did you mean web\?}],
		['gone', 'CRITICAL', 'CRITICAL', qr{^ECS CRITICAL - prod/gone: cpu 99\.0%}],
		['stale', 'CRITICAL', 'CRITICAL', qr{^ECS CRITICAL - prod/stale: cpu 99\.0%}],
	) {
		my ($service, $auto, $fixed, $words) = @$case;
		my $run = $standin->fresh_check({name => "$service, --no-data=$policy"}, '-c', 'prod', '-s', $service, "--no-data=$policy");
		$run->exits($policy eq 'auto' ? $auto : $fixed // $given{$policy}, "$service, --no-data=$policy");
		$run->says("$service, --no-data=$policy", $words);
		is($standin->calls('DescribeServices'), 1, "$service, --no-data=$policy: it was asked about");
		is($standin->calls('ListServices'), $service =~ /^(?:ghost|wbe)$/ ? 1 : 0, "$service, --no-data=$policy: the list serves names alone");
		like($run->{context}, qr/^account 123456789012, /, "$service: the account of the description") if $service =~ /^(?:zero|dead|fading|stale)$/;
	}
}
{
	my $run = $standin->fresh_check({name => 'a series of two is silent'}, '-c', 'prod', '-s', 'half', '--no-data=ok');
	$run->exits('OK', 'it has current data, so it exists');
	is($standin->calls('DescribeServices'), 0, 'and nobody is asked');
	$run = $standin->fresh_check({name => 'several, some wrong'}, '-c', 'prod', '-s', 'web,wbe,fading');
	$run->exits('UNKNOWN');
	$run->says('each is named', qr/^\[UNKNOWN\] no service matches -s 'wbe'; did you mean web\?$|^ECS UNKNOWN - prod: no service matches -s 'wbe'; did you mean web\?/m, qr/^\[UNKNOWN\] fading: no data since .*, DRAINING$/m);
	is($run->{summary}{services}{value}, 2, 'what does not exist is not counted');
	is_deeply([grep { /\bgone\b|left out/ } @{$run->{body}}], [], 'and has one line');
	$run = $standin->check({name => 'ebs alone'}, '-c', 'prod', '-s', 'ghost', '-m', 'ebs');
	$run->exits('UNKNOWN', 'no volume of a service that does not exist is no excuse');
	$run = $standin->check({name => 'ebs of one that exists'}, '-c', 'prod', '-s', 'web', '-m', 'ebs', '-v');
	$run->exits('OK');
	$run->says('no volume', qr/^\[OK\] web ebs: no volume/m);
	my $json = json_run($standin, {name => 'JSON of a typing error'}, '-c', 'prod', '-s', 'wbe')->{json};
	like($json->{errors}[0], qr/^no service matches -s 'wbe'; did you mean web\?$/, 'JSON of a typing error');
}

# With running tasks ECS is asked at once; what does not exist or is not active is UNKNOWN there, too.
for my $case (['api', 'OK'], ['dead', 'CRITICAL'], ['fading', 'UNKNOWN'], ['deleted', 'UNKNOWN'], ['ghost', 'UNKNOWN'], ['quiet', 'UNKNOWN'], ['zero', 'OK']) {
	my ($service, $state) = @$case;
	my $run = $standin->fresh_check({name => "$service, tasks"}, '-c', 'prod', '-s', $service, '-m', 'tasks');
	$run->exits($state, "$service, tasks");
	$run->says("$service, tasks: named", qr/\b$service\b/);
	is($standin->calls('DescribeServices'), 1, "$service, tasks: asked once");
}
{
	my $run = $standin->check({name => 'tasks in the wrong cluster'}, '-c', 'prdo', '-s', 'api', '-m', 'tasks');
	$run->exits('UNKNOWN');
	$run->says('tasks in the wrong cluster', qr/this cluster does not exist in eu-west-1/);
}

# The wrong cluster, region, account.
for my $policy ([], ['--no-data=ok']) {
	my $run = $standin->fresh_check({name => "the wrong cluster @$policy"}, '-c', 'prdo', '-s', 'api', @$policy);
	$run->exits('UNKNOWN');
	$run->says("the wrong cluster @$policy", qr{^ECS UNKNOWN - prdo/api: this cluster does not exist in eu-west-1: }m, qr{does not exist in eu-west-1: check -c, the region \(-r\) and the account \(-p\); did you mean prod\?$}m);
	unlike($run->{text}, qr/no service matches|could not be asked/, "the wrong cluster @$policy: told once");
	$run = $standin->check({name => "the wrong region @$policy"}, '-c', 'prod', '-s', 'api', '-r', 'us-east-1', @$policy);
	$run->exits('UNKNOWN');
	$run->says("the wrong region @$policy", qr{this cluster does not exist in us-east-1});
	$run = $standin->check({name => "-c 80 @$policy"}, '-c', '80', '-s', 'api', @$policy);
	$run->says("-c 80 @$policy", qr/-c names the cluster; for a critical range use -C/);
}
validate_all();

# Names that no service can have.
for my $name ('a b', 'web/api', 'daemon:', 'daemon:a b', 'wéb', 'a|b', 'x' x 256, 'other:agent') {
	my $run = $standin->fresh_check({name => "-s $name"}, '-c', 'prod', '-s', $name);
	$run->exits('UNKNOWN');
	$run->says("-s $name", qr/^ECS UNKNOWN - -s .* is not a valid service name; use up to 255 letters, digits, '-' and '_', or a pattern such as 'web-\*'$/m);
	is($standin->stats->{requests}, 0, "-s $name: no traffic");
}
$standin->check({name => 'the pattern of completion'}, '-c', 'prod', '-s', '!*', '-v')->says('a pattern asks for the list', qr/^the services of prod: /m);

# Running tasks of a service that is not ACTIVE: what ECS says of it, in each form of output.
for my $case (['fading', 'DRAINING, 3 still running'], ['deleted', 'INACTIVE']) {
	my ($service, $words) = @$case;
	my $name = "$service, tasks alone";
	my @arguments = ('-c', 'prod', '-s', $service, '-m', 'tasks', '--color=never');
	my $run = $standin->fresh_check({name => $name}, @arguments);
	$run->exits('UNKNOWN', $name);
	like($run->{stdout}, qr{\AECS UNKNOWN - prod/$service: $words\n\[UNKNOWN\] $service: $words\naccount 123456789012, eu-west-1, running tasks at \S+ \S+\n\z}, "$name: the whole text") or $run->show;
	$run = $standin->fresh_check({name => "$name, chart"}, @arguments, '--chart=always');
	like($run->{stdout}, qr{\AECS UNKNOWN - prod/$service: $words\ntasks:\n$service \S+ $words \S+\naccount }, "$name: the chart") or $run->show;
	my $json = json_run($standin, {name => "$name, JSON"}, '-c', 'prod', '-s', $service, '-m', 'tasks');
	is($json->{json}{services}[0]{metrics}{tasks}{reason}, $words, "$name: the reason in JSON");
	$run = $standin->fresh_check({name => "$service, tasks and cpu"}, '-c', 'prod', '-s', $service, '-m', 'tasks,cpu');
	$run->says("$service, tasks and cpu", qr{\AECS UNKNOWN - prod/$service: $words, no data}, qr/^\[UNKNOWN\] $service: $words, no data(?: since .*)?$/m);
}

# Names of any length: at most 120 columns in the first line; both names are told, and the state with its words.
{
	my %long = (cluster => 'c' x 60, service => 's' x 90);
	my $wide = standin(<<~"ACCOUNT" . 'cluster ' . 'd' x 255 . " region=eu-west-1\nservice " . 't' x 255 . " desired=3 running=1\n\tcpu flat=99\n\tmemory flat=99\n");
		cluster $long{cluster} region=eu-west-1
		service $long{service} desired=3 running=1
			cpu flat=99
			memory flat=99
		service z desired=1 running=1
			cpu flat=20
			memory flat=20
		ACCOUNT
	my @long = ('-c', $long{cluster}, '-s', $long{service});
	my @longest = ('-c', 'd' x 255, '-s', 't' x 255);
	for my $case ([qr{cpu 99\.0%, memory 99\.0% in 24 h}, 'CRITICAL', @long], [qr{1 of 3 running}, 'CRITICAL', @long, '-m', 'tasks'], [qr{cpu 99\.0%, memory 99\.0% in 24 h}, 'CRITICAL', @longest],
		[qr{permitted in eu-west-1, key AKID}, 'OK', @long, '--probe'], [qr{permitted in eu-west-1, key AKID}, 'OK', @longest, '--probe'], [qr{no service matches -s}, 'UNKNOWN', '-c', $long{cluster}, '-s', 'y' x 90],
		[qr{1 of 2 services with problems in 24 h: s+\.\.\. cpu 99\.0%}, 'CRITICAL', '-c', $long{cluster}]) {
		my ($words, $state, @arguments) = @$case;
		my $name = 'long names: ' . substr(join(' ', @arguments), 0, 12) . ' ' . join ' ', grep { length $_ < 10 } @arguments;
		my $run = $wide->fresh_check({name => $name}, @arguments);
		my ($head) = split / \|/, $run->{lines}[0];
		cmp_ok(length $head, '<=', 120, "$name: at most 120 columns");
		like($head, qr{\AECS $state - [cd]+(?:\.\.\.)?(?:/[sty]+\.\.\.)?: $words}, "$name: names and words") or $run->show;
	}
	my $run = $wide->fresh_check({name => 'a long cluster alone'}, '-c', $long{cluster}, '-s', 'z');
	is($run->{headline}, "ECS OK - $long{cluster}/z: cpu 20.0%, memory 20.0% in 24 h", 'what fits stays whole');
	my $json = json_run($wide, {name => 'long names, JSON'}, @longest);
	like($json->{json}{summary}, qr{\AECS CRITICAL - d{255}/t{255}: cpu 99\.0%}, 'JSON has the whole names');
}

# A managed daemon: in no list, never described.
{
	my $bodies = keep_file('', 'bodies');
	my $value = 30;
	my $answer = sub {
		my ($operation, $request) = @_;
		open my $file, '>>', $bodies or die;
		print {$file} "$operation ", ($operation eq 'GetMetricData' ? join ' ', map { map { $_->{Value} } @{$_->{MetricStat}{Metric}{Dimensions}} } @{$request->{MetricDataQueries}} : ''), "\n";
		close $file;
		return {serviceArns => []} if $operation eq 'ListServices';
		return {MetricDataResults => [map { my $q = $_; my ($name) = map { $_->{Name} eq 'ServiceName' ? $_->{Value} : () } @{$q->{MetricStat}{Metric}{Dimensions}};
			{Id => $q->{Id}, StatusCode => 'Complete', $name eq 'daemon:silent' ? (Timestamps => [], Values => []) : (Timestamps => [floor(time / 3600) * 3600], Values => [$name eq 'daemon:hot' ? 99 : 30])} } @{$request->{MetricDataQueries}}]};
	};
	my $server = CheckECS::Scripted->start($answer);
	my $run = $server->check({name => 'a daemon'}, '-c', 'prod', '-s', 'daemon:agent');
	$run->exits('OK');
	is($run->{headline}, 'ECS OK - prod/daemon:agent: cpu 30.0%, memory 30.0% in 24 h', 'a daemon: the first line');
	is_deeply($run->{details_order}, ['daemon:agent_cpu', 'daemon:agent_memory'], 'a daemon: its items');
	is(CheckECS::slurp($bodies) =~ s/ +$//mr, "GetMetricData prod daemon:agent prod daemon:agent\n" =~ s/ +$//mr, 'a daemon: one call, with its name')
		or is(join(' ', sort split ' ', CheckECS::slurp($bodies)), 'GetMetricData daemon:agent daemon:agent prod prod', 'in another order');
	$server->check({name => 'a hot daemon'}, '-c', 'prod', '-s', 'daemon:hot')->exits('CRITICAL');
	for my $policy (qw(auto ok unknown critical)) {
		$run = $server->check({name => "a silent daemon, $policy"}, '-c', 'prod', '-s', 'daemon:silent', "--no-data=$policy");
		$run->exits({auto => 'UNKNOWN', ok => 'OK', unknown => 'UNKNOWN', critical => 'CRITICAL'}->{$policy}, "a silent daemon, $policy");
	}
	$run = $server->check({name => 'a silent daemon'}, '-c', 'prod', '-s', 'daemon:silent');
	$run->says('a silent daemon', qr{^ECS UNKNOWN - prod/daemon:silent: no data, and ECS describes no managed daemon: check the name after daemon:}m);
	# Beside tasks its series are checked, and it has no item of tasks. Advice needs a size, which it has not.
	$run = $server->check({name => 'a daemon, tasks and cpu'}, '-c', 'prod', '-s', 'daemon:hot', '-m', 'tasks,cpu');
	$run->exits('CRITICAL');
	is_deeply($run->{details_order}, ['daemon:hot_cpu'], 'a daemon, tasks and cpu: its items');
	$run = $server->check({name => 'a daemon, advice'}, '-c', 'prod', '-s', 'daemon:hot,daemon:silent', '--advise=all', '--no-data=ok');
	$run->exits('CRITICAL');
	$run->says('a daemon, advice', map { qr/^advice: .*\b$_\b.*: a managed daemon has no size of its own$|^advice: a managed daemon has no size of its own: .*\b$_\b/m } qw(daemon:hot daemon:silent));
	unlike(CheckECS::slurp($bodies), qr/DescribeServices|ListServices/, 'nobody is asked about it');
	$run = $server->check({name => 'beside a pattern'}, '-c', 'prod', '-s', 'daemon:hot', '-s', 'web*');
	$run->exits('CRITICAL');
	$run->says('beside a pattern', qr/daemon:hot cpu 99\.0%/, qr/no service matches -s 'web\*'/);
	# Of tasks alone nothing of it could be checked.
	for my $case (['daemon:agent'], ['daemon:agent,web'], ['web,daemon:agent'], ['daemon:agent', '-s', 'w*'], ['daemon:agent', '--probe']) {
		truncate $bodies, 0 or die;
		$run = $server->check({name => "tasks of @$case"}, '-c', 'prod', '-m', 'tasks', '-s', @$case);
		$run->exits('UNKNOWN');
		is($run->{headline}, 'ECS UNKNOWN - -s daemon:agent: ECS tells no running tasks of managed daemons; leave it out, or add -m cpu', "tasks of @$case: refused");
		is(CheckECS::slurp($bodies), '', "tasks of @$case: no traffic");
	}
	my $ini = keep_file("[tasks]\nmetric = tasks\n", 'ini');
	$run = $server->check({name => 'a list with an ini file of tasks', raw => 1}, "--extra-opts=tasks\@$ini", '--discover=names', '-c', 'prod', '-s', 'daemon:agent');
	is($run->{stdout}, "daemon:agent\n", 'a list with an ini file of tasks: the daemon is in it');
}

# The clock: the window is that of AWS.
my $date = sub { strftime('%a, %d %b %Y %H:%M:%S GMT', gmtime(time + $_[0])) };
for my $offset (0, 45, 100, -250, 420, -420, 7200, -200000) {
	my $moved = standin("cluster prod region=eu-west-1\nservice api desired=1 running=1\n\tcpu flat=30.5\n", "--clock-offset=$offset");
	my $run = $moved->check({name => "off by $offset s"}, '-c', 'prod', '-m', 'cpu', '-s', 'api', '--period=1m', '--window=10m');
	$run->exits('OK');
	my ($last) = reverse grep { $_->{operation} eq 'GetMetricData' && $_->{status} == 200 } @{$moved->log};
	my $end = $last->{body}{EndTime};
	ok(scalar(grep { $end == floor(($run->{$_} + $offset) / 60) * 60 + 60 } qw(begin end)), "off by $offset s: the window of AWS's clock");
	cmp_ok($moved->calls('GetMetricData'), '<=', 3, "off by $offset s: asked again once at most");
	is($moved->calls('GetMetricData'), 1, 'no offset: asked once') if $offset == 0 && floor($run->{begin} / 60) == floor($run->{end} / 60);
}
# A breach that the first answer has counts, whatever becomes of the second one; and one outside AWS's window does not.
for my $case (['within', -3, 'CRITICAL'], ['too old by now', -10, 'UNKNOWN']) {
	my ($name, $at, $state) = @$case;
	my $server = CheckECS::Scripted->start(sub {
		my ($operation, $request, $count) = @_;
		return [400, {__type => 'AccessDeniedException', message => 'no'}] if $operation ne 'GetMetricData' || $count > 1;
		return [200, {MetricDataResults => [map { {Id => $_->{Id}, StatusCode => 'Complete', Timestamps => [$request->{EndTime} + 60 * ($at - 1)], Values => [99]} } @{$request->{MetricDataQueries}}]}, 'Date: ' . $date->(150)];
	});
	my $run = $server->check({name => "moved, $name"}, '-c', 'prod', '-m', 'cpu', '-s', 'api', '--period=1m', '--window=10m');
	$run->exits($state, "moved, $name");
}
# More names than one call takes: the others wait for AWS's time, and none is asked for twice.
{
	my $many = standin("cluster prod region=eu-west-1\n" . join('', map { "service s$_ desired=1 running=1\n\tcpu flat=30.5\n\tmemory flat=30.5\n" } 1 .. 600), '--clock-offset=120');
	my $run = $many->check({name => '600 names'}, '-c', 'prod', '--period=1m', '--window=10m', '-t', 30 * time_factor(), '-s', join ',', map { "s$_" } 1 .. 600);
	$run->exits('OK');
	is($many->calls('GetMetricData'), 4, '600 names: three calls, the first one twice');
	is($run->{summary}{services}{value}, 600, '600 names: all');
}

# More than a run holds, out of an ini file.
{
	my $ini = keep_file("[check_ecs_bottleneck]\nservice=" . join(',', map { "s$_" } 1 .. 20_001) . "\n", 'ini');
	my $run = $standin->fresh_check({name => '20,001 names'}, '-c', 'prod', "--extra-opts=\@$ini", '-t', 20 * time_factor());
	$run->exits('UNKNOWN');
	$run->says('20,001 names', qr/more than 20000 services/);
	is($standin->stats->{requests}, 0, '20,001 names: no traffic');
	cmp_ok($run->{own_seconds}, '<', 5 * time_factor(), '20,001 names: soon');
}

# Faults.
for my $fault (qw(500 throttle garbage shape half reset hang)) {
	my $failing = standin($account, "--fault=GetMetricData:$fault");
	my $run = $failing->check({name => "GetMetricData:$fault"}, '-c', 'prod', '-s', 'web', '--no-data=ok', '-t', 2 * time_factor());
	$run->exits('UNKNOWN');
	$failing = standin($account, "--fault=DescribeServices:$fault");
	for my $policy ('auto', 'ok', 'critical') {
		$run = $failing->check({name => "DescribeServices:$fault, --no-data=$policy"}, '-c', 'prod', '-s', 'zero', "--no-data=$policy", '-t', 2 * time_factor());
		$run->exits($policy eq 'critical' && $fault ne 'hang' ? 'CRITICAL' : 'UNKNOWN', "DescribeServices:$fault, --no-data=$policy");
	}
	$run = $failing->check({name => "DescribeServices:$fault, a breach"}, '-c', 'prod', '-s', 'stale', '-t', 2 * time_factor() . ':ok');
	$run->exits('CRITICAL', "DescribeServices:$fault: a breach stays");
	next if $fault eq 'throttle';
	$failing = standin($account, "--fault=ListServices:$fault");
	$run = $failing->check({name => "ListServices:$fault"}, '-c', 'prod', '-s', 'wbe', '-t', 2 * time_factor() . ':ok');
	$run->exits('UNKNOWN', "ListServices:$fault");
	$run->says("ListServices:$fault: the error itself", qr/no service matches -s 'wbe'/);
}
for my $operation (qw(ecs:ListServices ecs:DescribeServices cloudwatch:GetMetricData)) {
	my $denied = standin("key AKIDEXAMPLE secret deny=$operation\n$account");
	my $run = $denied->check({name => "denied: $operation"}, '-c', 'prod', '-s', 'web');
	$run->exits($operation =~ /cloudwatch/ ? 'UNKNOWN' : 'OK', "denied: $operation: a service with data");
	$run = $denied->check({name => "denied: $operation, no data"}, '-c', 'prod', '-s', 'zero', '--no-data=ok');
	$run->exits($operation =~ /ListServices/ ? 'OK' : 'UNKNOWN', "denied: $operation: a service without");
	$run->says("denied: $operation, no data", qr/\Q$operation\E/) if $operation !~ /ListServices/;
	$run = $denied->check({name => "denied: $operation, a typing error"}, '-c', 'prod', '-s', 'wbe');
	$run->exits('UNKNOWN', "denied: $operation: a typing error");
}
{
	my $held = standin($account, '--hold=DescribeServices');
	my $run = $held->check({name => 'a signal while ECS is asked', during => sub { $held->await_calls('DescribeServices', 1, $_[0]); kill 'TERM', $_[0] }}, '-c', 'prod', '-s', 'stale', '-t', 20 * time_factor());
	$run->exits('CRITICAL', 'a signal while ECS is asked: the breach');
	$run = $held->check({name => 'a signal, nothing known', during => sub { $held->await_calls('DescribeServices', 2, $_[0]); kill 'TERM', $_[0] }}, '-c', 'prod', '-s', 'zero', '-t', 20 * time_factor(), '--no-data=ok');
	$run->exits('UNKNOWN', 'a signal while ECS is asked: nothing is known');
}
# An answer about something else, or nothing.
for my $case (['nothing', {services => [], failures => []}], ['another service', {services => [{serviceName => 'web', status => 'ACTIVE', desiredCount => 0, runningCount => 0, serviceArn => 'arn:aws:ecs:eu-west-1:123456789012:service/prod/web'}], failures => []}],
	['another cluster', {services => [{serviceName => 'api', status => 'ACTIVE', desiredCount => 0, runningCount => 0, serviceArn => 'arn:aws:ecs:eu-west-1:123456789012:service/qa/api'}], failures => []}],
	['another failure', {services => [], failures => [{arn => 'arn:aws:ecs:eu-west-1:123456789012:service/prod/api', reason => 'ODD'}]}], ['null', {services => undef}]) {
	my ($name, $said) = @$case;
	my $server = CheckECS::Scripted->start(sub {
		my ($operation, $request) = @_;
		return $said if $operation eq 'DescribeServices';
		return {serviceArns => []} if $operation eq 'ListServices';
		return {MetricDataResults => [map { {Id => $_->{Id}, StatusCode => 'Complete', Timestamps => [], Values => []} } @{$request->{MetricDataQueries}}]};
	});
	for my $policy (qw(auto ok)) {
		$server->check({name => "$name, $policy"}, '-c', 'prod', '-s', 'api', "--no-data=$policy")->exits('UNKNOWN', "an answer about $name, --no-data=$policy");
	}
}
done_testing;
