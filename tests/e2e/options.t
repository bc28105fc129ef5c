#!/usr/bin/perl
# Errors of the command line: found before any request, one clear line, exit 3.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use Test::More;

my $standin = standin(<<~'ACCOUNT');
	cluster prod region=eu-west-1
	service api desired=1 running=1
		cpu flat=34.4
		memory flat=51.5
	ACCOUNT

# [what the message has to name, arguments...]; each beside a good -c unless it has one
my $arn = 'arn:aws:ecs:eu-west-1:123456789012';
my @errors = (
	[[qr/-s has only white space as its value; write -s NAME/], '-s', " \t"],
	[[qr/stray/], 'stray'],
	[[qr/stray/], '--', 'stray'],
	[[qr/frobnicate/], '--frobnicate'],
	[[qr/frobnicate/], '--frobnicate=1'],
	[[qr/\bZ\b/], '-Z'],
	[[qr/-c\b|--cluster/], '-c', ''],
	[[qr/-c\b|--cluster/], '--cluster='],
	[[qr/-c\b|--cluster/], '-c'],
	[[qr/--warning|-w\b/], '-w', ''],
	[[qr/--warning|-w\b/], '-w'],
	[[qr/--critical|-C\b/], '--critical='],
	[[qr/--service|-s\b/], '-s', ''],
	[[qr/--exclude|-x\b/], '--exclude='],
	[[qr/--metric|-m\b/], '-m', ''],
	[[qr/--metric|-m\b/, qr/\bdisk\b/, qr/\bcpu\b/, qr/\bmemory\b/], '-m', 'cpu,disk'],
	[[qr/--metric|-m\b/], '-m', 'cpu,,memory'],
	[[qr/--metric|-m\b/, qr/'RequestCount' is not a metric/], '-m', 'RequestCount'],
	[[qr/\bmemory\b/, qr/--warning|-w\b/], '-m', 'cpu', '-w', 'memory=80'],
	[[qr/\bebs\b/, qr/--critical|-C\b/], '-C', 'ebs=80'],
	[[qr/\bdisk\b/, qr/--warning|-w\b/], '-w', 'disk=80'],
	[[qr/--warning|-w\b/], '-w', 'cpu='],
	[[qr/--period/, qr/\b60s?\b|minute|\b1m\b/], '--period=90s'],
	[[qr/--period/], '--period=30s'],
	[[qr/--period/], '--period=0'],
	[[qr/--interval.*duration/], '--interval=0'],
	[[qr/--interval.*duration/], '--interval=often'],
	[[qr/--period/], '--period=0m'],
	[[qr/--period/], '--period=-5m'],
	[[qr/--period/], '--period=5x'],
	[[qr/--period/], '--period='],
	[[qr/--period/], '--period=1h30m'],
	[[qr/--window/], '--window=0h'],
	[[qr/--window/], '--window=abc'],
	[[qr/--window/], '--window=99999999999999999999d'],
	[[qr/--window/, qr/--period/], '--window=90m'],
	[[qr/--window/, qr/--period/], '--window=1h', '--period=2h'],
	[[qr/--window|--period/, qr/\b15\b/, qr/\b300\b|\b5m\b|5 min/], '--window=16d', '--period=1m'],
	[[qr/--window|--period/, qr/\b63\b/, qr/\b3600\b|\b1h\b|hour/], '--window=64d', '--period=5m'],
	[[qr/--window/, qr/\b455\b/], '--window=456d', '--period=1h'],
	[[qr/--window/, qr/\b455\b/], '--window=500d', '--period=1d'],
	[[qr/--breaches/], '--breaches=0'],
	[[qr/--breaches/], '--breaches=-1'],
	[[qr/--breaches/], '--breaches=two'],
	[[qr/--breaches/], '--breaches=1.5'],
	[[qr/--breaches/, qr/\b2[45]\b/], '--breaches=26'],
	[[qr/--breaches/, qr/\b24\b/], '--breaches=25', '--statistic=Average'],
	[[qr/--statistic/, qr/Median/, qr/Maximum/], '--statistic=Median'],
	[[qr/--statistic/], '--statistic=p101'],
	[[qr/--statistic/], '--statistic=p'],
	[[qr/--statistic/], '--statistic='],
	[[qr/--no-data/, qr/maybe/, qr/\bauto\b/], '--no-data=maybe'],
	[[qr/--perfdata/, qr/lots/, qr/\bsummary\b/], '--perfdata=lots'],
	[[qr/--timeout|-t\b/], '-t', '0'],
	[[qr/--timeout|-t\b/], '-t', 'soon'],
	[[qr/--timeout|-t\b/], '-t', ''],
	[[qr/--timeout|-t\b/], '-t', '-5'],
	[[qr/--timeout|-t\b/], '-t', '10:SOMETIMES'],
	[[qr/--timeout-result/], '--timeout-result=9'],
	[[qr/--timeout-result/], '--timeout-result=maybe'],
	[[qr/--region|-r\b/], '-r', ''],
	[[qr/--region|-r\b/], '-r', 'eu west 1'],
	[[qr/--region|-r\b/], '-r', 'evil.example.com/'],
	[[qr/--profile|-p\b/], '-p', ''],
	[[qr/\bnosuchprofile\b/], '-p', 'nosuchprofile'],
	[[qr/--endpoint-url/], '--endpoint-url='],
	[[qr{--endpoint-url=ftp://127\.0\.0\.1/ is not a valid URL; write https://HOST\[:PORT\]$}m], '--endpoint-url=ftp://127.0.0.1/'],
	[[qr{--endpoint-url=nonsense is not a valid URL; write https://HOST\[:PORT\]$}m], '--endpoint-url=nonsense'],
	[[qr{- the value of --endpoint-url is not a valid URL; write https://HOST\[:PORT\]$}m], '--endpoint-url=me:word@127.0.0.1'],
	[[qr/--ca-bundle/], '--ca-bundle='],
	[[qr/service/, qr/cluster/i], '-c', "$arn:service/prod/api"],
	[[qr/cluster/i], '-c', 'arn:aws:s3:::bucket'],
	[[qr/us-east-1/, qr/eu-west-1/], '-r', 'us-east-1', '-c', "$arn:cluster/prod"],
	[[qr/(?<!\S)["'(]?-C\b/], '-c', 'prod', '-c', '95'],
	[[qr/(?<!\S)["'(]?-C\b/], '--cluster=prod', '-c', '95'],
	# What people type first: the message has the right form.
	[[qr/--json is not an option; write --output-format=json$/m], '--json'],
	[[qr/--c can be --cluster, --critical, --ca-bundle, --chart or --color; write more of the name$/m], '-c', 'prod', '--c', '90'],
	[[qr/--window=24 has no unit; write 24m, 24h or 24d$/m], '--window=24'],
	[[qr/-w: '1,5' is not a valid range: write a decimal point/], '-w', '1,5'],
	[[qr/-w: '\)80' is not a valid range: write 80 to alert above 80$/m], '-w', '>80'],
	[[qr/-C disk=5: 'disk' is not a metric; write cpu, memory, ebs or tasks before the '='/], '-C', 'disk=5'],
	[[qr/'web-2' is not the value of an option; quote patterns, as in -s 'web-\*'$/m], '-s', 'web-1', 'web-2'],
	[[qr/'prod' is not the value of an option; write -c NAME for a cluster/], '-r', 'eu-west-1', '--critical=90', 'prod'],
	[[qr/--verbose takes no value$/m], '--verbose=3'],
	[[qr/--help=some is not valid; use all$/m], '--help=some'],
	[[qr/-x \(--exclude\) needs a value: GLOB$/m], '-x'],
	[[qr/--statistic=p101 is not a valid percentile; use p0\.01 to p100/], '--statistic=p101'],
	[[qr/- -c \(--cluster\) needs a value: NAME or ARN$/m], '-c'],
	[[qr/--max-output needs a value: BYTES or NAME$/m], '--max-output'],
	[[qr/- -w ebs=\.\.\.: ebs is not checked; write -m cpu,memory,ebs$/m], '-w', 'ebs=80'],
	[[qr/- -C memory=\.\.\.: memory is not checked; write -m cpu,memory$/m], '-m', 'cpu', '-C', 'memory=80'],
	[[qr/- --help=al is not valid; use all$/m], '--help=al'],
	[[qr{- -c /root:90 looks like a range whose ~ the shell has replaced; -c names the cluster; the critical range is -C '~:90'$}m], '-c', '/root:90'],
	# One dash before a long name: getopt would read letters.
	[[qr/- -critical is not an option; write --critical$/m], '-c', 'prod', '-critical', '90'],
	[[qr/- -critical is not an option; write --critical$/m], '-critical', '90', '-c', 'prod'],
	[[qr/- -crit is not an option; write --critical$/m], '-crit', '90'],
	[[qr/- -warning is not an option; write --warning$/m], '-warning=80'],
	[[qr/- -region is not an option; write --region$/m], '-region', 'eu-west-1'],
	[[qr/- -version is not an option; write --version$/m], '-version'],
	[[qr/- -no-data is not an option; write --no-data$/m], '-no-data=ok'],
	# A letter with "=": getopt takes it into the value.
	[[qr/- -w=80 is not valid; write -w 80$/m], '-w=80'],
	[[qr/- -c=prod is not valid; write -c prod$/m], '-c=prod'],
	[[qr/- -s= is not valid; write -s GLOB$/m], '-s='],
	[[qr/- -v takes no value$/m], '-v=2'],
	# Dashes that a web page or a word processor has made.
	[[qr/ has a dash that is not a plain hyphen; write two plain hyphens, as in --cluster$/m], "-\x{2013}cluster", 'prod'],
	[[qr/ has a dash that is not a plain hyphen; write two plain hyphens, as in --cluster$/m], "\x{2014}cluster", 'prod'],
	[[qr/ has a dash that is not a plain hyphen; write two plain hyphens, as in --window$/m], "\x{2013}\x{2013}window=7d"],
	[[qr/ has a dash that is not a plain hyphen; write two plain hyphens, as in --window$/m], "--\x{2011}window=7d"],
	[[qr/ has a dash that is not a plain hyphen; write one plain hyphen, as in -w$/m], "\x{2212}w", '80'],
	# A word too many: each has its own right form.
	[[qr/- '%' is not the value of an option; write 80% without a blank$/m], '-w', '80', '%'],
	[[qr/- 'memory' is not the value of an option; write metrics with a comma between them, as in -m cpu,memory$/m], '-m', 'cpu', 'memory'],
	[[qr/- 'eu-west-1' is not the value of an option; write -r eu-west-1 for a region$/m], 'eu-west-1'],
	[[qr/- 'us-gov-east-1' is not the value of an option; write -r us-gov-east-1 for a region$/m], '-p', 'x', 'us-gov-east-1'],
	[[qr/- '90' is not the value of an option; write -w 90 for a warning range, or -C 90 for a critical one$/m], '-w', '80', '90'],
	[[qr/- 'eu-west-1' is not the value of an option; quote patterns/], '-s', 'us-west-1', 'eu-west-1'],
	# An empty macro.
	[[qr/-p \(--profile\) got the option -c as its value; its own is missing \(if that is the value, write --profile=-c\)$/m], '-p', '-c', 'prod'],
	[[qr/-s \(--service\) got the option -x as its value/], '-s', '-x', 'foo'],
	[[qr/-r \(--region\) got the option --profile=x as its value/], '-r', '--profile=x'],
	[[qr/-p \(--profile\) has an empty value \(a macro that is not set\?\); give it a value, NAME, or leave it out$/m], '-p', ''],
	# What is spelled like a region and is none.
	[[qr/'EU-WEST-1' from --region is not a valid region name; write it in small letters/], '-r', 'EU-WEST-1'],
	[[qr/'eu-west-1a' from --region is an availability zone, not a region; leave out the letter at its end$/m], '-r', 'eu-west-1a'],
	[[qr/'Ireland' from --region is not a valid region name; write one such as eu-west-1$/m], '-r', 'Ireland'],
	[[qr/'Eu-Wst-1' from --region is not a valid region name; write it in small letters, as in eu-west-1$/m], '-r', 'Eu-Wst-1'],
	[[qr/'eu-central' from --region is not a valid region name; write it with its number, as in eu-west-1; did you mean eu-central-1 or eu-central-2\?$/m], '-r', 'eu-central'],
	[[qr/'us-gov-west' from --region is not a valid region name; write it with its number, .*; did you mean us-gov-west-1/], '-r', 'us-gov-west'],
	[[qr/'aws-global' from --region is not a region/], '-r', 'aws-global'],
	[[qr/'aws-cn-global' from --region is not a region/], '-r', 'aws-cn-global'],
);
for my $case (@errors) {
	my ($patterns, @arguments) = @$case;
	my $own = grep { /^(?:-c|--cluster)/ || $_ eq 'prod' } @arguments;
	my @all = ($own ? () : ('-c', 'prod'), @arguments);
	my $name = join ' ', map { $_ eq '' ? "''" : $_ } @all;
	my $run = $standin->fresh_check({name => $name}, @all);
	$run->exits('UNKNOWN');
	$run->says("$name: the message names it", @$patterns);
	is(scalar @{$run->{lines}}, 1, "$name: one line") or $run->show;
	is($standin->stats->{requests}, 0, "$name: before any request");
}
{
	my $run = $standin->check({env => {AWS_REGION => undef}}, '-c', 'prod');
	$run->exits('UNKNOWN', 'no region anywhere');
	$run->says('the message says how to give one', qr/region/i, qr/AWS_REGION|--region|-r\b/);
}

# A cluster that looks like a range.
for my $word ('95', '80:95', '@10:20', '~:95', '90%') {
	my $run = $standin->check('-c', $word);
	$run->exits('UNKNOWN', "-c $word");
	$run->says("-c $word points to -C", qr/(?<!\S)["'(]?-C\b/, qr/\Q$word\E/);
}

# Values that are right.
for my $good (['--window=14d', '--period=1m'], ['--window=16d', '--period=5m'], ['--window=64d', '--period=1h'], ['--window=7d', '--period=1d'],
	['--window=120s', '--period=60s'], ['--breaches=24'], ['--breaches=24', '--statistic=Average'], ['--statistic=p99.9'], ['--statistic=Minimum'], ['-t', '20'],
	['-t', '20:CRITICAL'], ['-t', '20:ok'], ['--timeout=20', '--timeout-result=2'], ['--timeout-result=WARNING'], ['-w', '96', '-C', '90'],
	['--metric=memory'],
	# What can mean only one thing.
	['--window=1w', '--period=1d'], ['-t', '20s'], ['-t', '1m:CRITICAL'], ['-m', 'mem'], ['-m', 'CPUUtilization'], ['-w', 'cpu=80,memory=90'], ['--statistic=avg'],
	['--no-data=crit'], ['--output=multi'], ['-s', 'api,api*'], ['-s', 'api, a*', '-x', 'web,worker'], ['-s', "api "], ['-s', "\tapi\n", '-x', 'web ']) {
	$standin->fresh_check('-c', 'prod', @$good)->exits('OK', "@$good");
	is($standin->stats->{errors}, 0, "@$good: no request was refused");
}

# An ARN serves as the cluster's name, and its region beats the environment's.
my $run = $standin->fresh_check({env => {AWS_REGION => 'us-east-1'}}, '-c', "$arn:cluster/prod");
$run->exits('OK', 'an ARN of another region than AWS_REGION');
is_deeply([grep { $_->{region} ne 'eu-west-1' } @{$standin->log}], [], 'every request is signed for the region of the ARN');
$standin->check('-r', 'eu-west-1', '-c', "$arn:cluster/prod")->exits('OK', 'an ARN and the same region by option');

# The environment's region is not quoted.
for my $case (['eu-west-1a', qr/the value of AWS_REGION is an availability zone, not a region/], ['US-EAST-1', qr/the value of AWS_REGION is not a valid region name; write it in small letters/]) {
	my ($region, $pattern) = @$case;
	$run = $standin->check({env => {AWS_REGION => $region}}, '-c', 'prod');
	$run->exits('UNKNOWN', "AWS_REGION=$region");
	$run->says("AWS_REGION=$region", $pattern);
}

# A list of services is what one option for each would be; of a list of ranges each counts.
$run = $standin->check('-c', 'prod', '-s', 'nothing,api');
$run->exits('UNKNOWN', 'a list of which one matches nothing');
$run->says('that one is named', qr/no service matches -s 'nothing'/);
$run = $standin->check('-c', 'prod', '-w', 'cpu=30,mem=60');
is_deeply([map { $run->{details}{"api_$_"}{warning} } qw(cpu memory)], [30, 60], 'ranges separated by a comma');

my @names = qw(--cluster --warning --critical --service --exclude --metric --window --period --statistic --breaches --no-data --region --profile --role-arn
	--external-id --no-cache --endpoint-url --ca-bundle --timeout --timeout-result --perfdata --output-format --max-output --chart --color --interval --extra-opts
	--verbose --version --help);
for my $option ('-h', '--help', '-help', '--help=all', '-V', '--version') {
	$run = $standin->fresh_check({raw => 1}, $option);
	is($run->{exit}, 3, "$option exits 3");
	like($run->{text}, qr/check_ecs_bottleneck/, "$option names the plugin");
	is($run->{stderr}, '', "$option prints to standard output alone");
	is($standin->stats->{requests}, 0, "$option makes no request");
	like($run->{text}, qr/\d+\.\d+/, "$option prints a version") if $option =~ /V|version/;
	next unless $option =~ /^--?h/;
	is_deeply([grep { length > 79 } @{$run->{lines}}], [], "$option fits 80 columns");
	my @missing = grep { $run->{text} !~ /\Q$_\E\b/ } @names;
	is_deeply(\@missing, [], "$option has every option");
}

# The short help: a screen, with examples that are command lines of today.
my $help = $standin->check({raw => 1}, '-h');
cmp_ok(scalar @{$help->{lines}}, '<=', 40, 'the short help fits 40 lines');
my @examples = $help->{text} =~ /^  check_ecs_bottleneck(| .*?)  +\S/mg;
is(scalar @examples, 6, 'six examples');
my $others = keep_file("[default]\n[other]\naws_access_key_id=AKIDEXAMPLE\naws_secret_access_key=secret\n", 'credentials');
for my $example (@examples) {
	$standin->check({name => "the example '$example'", env => {AWS_SHARED_CREDENTIALS_FILE => $others}, raw => 1}, split ' ', $example)->exits('OK');
}
like($help->{text}, qr/--help=all/, 'it names the long help');
like($help->{text}, qr/\bman check_ecs_bottleneck\b/, 'and the man page');
my $all = $standin->check({raw => 1}, '--help=all');
is($standin->check({raw => 1}, @$_)->{text}, $all->{text}, "@$_ is --help=all") for ['--help', 'all'], ['-h', 'all'];
is($standin->check({raw => 1}, '--help', 'prod')->{text}, $help->{text}, 'another word behind --help leaves the short help');
my @groups = $all->{text} =~ /^([A-Z].{0,14}):$/mg;
cmp_ok(scalar @groups, '>=', 5, 'the long help has groups');
is_deeply([$help->{text} =~ /^(\S.{0,14}?)  +-/mg], \@groups, 'the short help has the same ones');

done_testing;
