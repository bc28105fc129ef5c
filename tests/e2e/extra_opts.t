#!/usr/bin/perl
# Options from ini files.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Secrets;
use Test::More;

my $standin = standin(<<~'ACCOUNT');
	cluster prod region=eu-west-1
	service api desired=1 running=1
		cpu flat=30.5
		memory flat=60.5
	cluster other region=eu-west-1
	service web desired=1 running=1
		cpu flat=30.5
		memory flat=60.5
	ACCOUNT
my $ini = keep_file(<<~"INI", 'plugins.ini');
	; a comment
	# another one
	[check_ecs_bottleneck]
	cluster=prod
	warning=60
	warning = memory=70

	[letters]
	c=prod
	w=5
	m=cpu
	v=

	[crlf]\r
	cluster=prod\r
	warning=61\r
	[check_disk]
	nonsense=1
	[split]
	cluster=prod
	[split2]
	cluster=other
	[split]
	warning=55
	[empty]
	[badoption]
	cluster=prod
	frobnicate=1
	[quoted]
	cluster = prod
	service = a*
	INI

sub thresholds {
	my ($run) = @_;
	my ($cpu, $memory) = map { $run->{details}{"api_$_"} } qw(cpu memory);
	return [$cpu && $cpu->{warning}, $memory && $memory->{warning}];
}

my $run = $standin->check("--extra-opts=\@$ini");
$run->exits('OK', 'the section of the plugin\'s name');
is_deeply(thresholds($run), [60, 70], 'both warning keys were read');
$run = $standin->check('--extra-opts', "\@$ini");
is_deeply(thresholds($run), [60, 70], 'the file as the next word');
$run = $standin->check("--extra-opts=check_ecs_bottleneck\@$ini");
is_deeply(thresholds($run), [60, 70], 'section and file');
$run = $standin->check("--extra-opts=\@$ini", '-w', '50', '-w', 'memory=51');
is_deeply(thresholds($run), [50, 51], 'the command line wins');
$run = $standin->check('-w', '50', "--extra-opts=\@$ini");
is_deeply(thresholds($run), [50, 70], 'wherever it stands');
$run = $standin->check("--extra-opts=\@$ini", '-c', 'other');
$run->exits('OK', 'a cluster on the command line overrides the ini value');
like($run->{headline}, qr/ - other: /, 'and is the one looked at');
$run = $standin->check("--extra-opts=letters\@$ini");
$run->exits('WARNING', 'keys of one letter');
is_deeply(thresholds($run), [5, undef], 'with their values');
is(scalar keys %{$run->series}, 1, 'v= is -v');
$run = $standin->check("--extra-opts=crlf\@$ini");
is_deeply(thresholds($run), [61, 61], 'lines that end in CR LF');
$run = $standin->check("--extra-opts=split\@$ini");
is_deeply(thresholds($run), [55, 55], 'sections of one name add up');
$run = $standin->check("--extra-opts=quoted\@$ini");
is_deeply($run->{details_order}, [qw(api_cpu api_memory)], 'blanks round the equals sign');
$run = $standin->check("--extra-opts=\@$ini", "--extra-opts=quoted\@$ini");
is_deeply(thresholds($run), [60, 70], '--extra-opts twice adds up');

# Where the file is found.
my $directory = tempdir() . '/config';
mkdir $directory;
for my $name (qw(monitoring-plugins.ini plugins.ini nagios-plugins.ini)) {
	my $file = keep_file("[check_ecs_bottleneck]\ncluster=prod\nwarning=44\n");
	rename $file, "$directory/$name" or die $!;
	$run = $standin->check({env => {NAGIOS_CONFIG_PATH => "/nonexistent:$directory"}, name => "NAGIOS_CONFIG_PATH with $name"}, '--extra-opts');
	is_deeply(thresholds($run), [44, 44], "$name found through NAGIOS_CONFIG_PATH");
	unlink "$directory/$name";
}
$run = $standin->check({env => {MP_CONFIG_FILE => $ini}}, '--extra-opts');
is_deeply(thresholds($run), [60, 70], 'found through MP_CONFIG_FILE');
$run = $standin->check({env => {MP_CONFIG_FILE => $ini}}, '--extra-opts=split');
is_deeply(thresholds($run), [55, 55], 'a section of that file');
$run = $standin->check({env => {MP_CONFIG_FILE => $ini}}, '--extra-opts', '-w', '45');
is_deeply(thresholds($run), [45, 70], 'a next word with a dash is not taken for the section');
$run = $standin->check({stdin => keep_file("[check_ecs_bottleneck]\ncluster=prod\nwarning=33\n")}, '--extra-opts=@-');
is_deeply(thresholds($run), [33, 33], 'standard input');

# What is wrong is said before any request.
my $wrong = keep_file("[check_ecs_bottleneck]\ncluster=prod\nno equals sign here\n", 'wrong.ini');
my $early = keep_file("cluster=prod\n[check_ecs_bottleneck]\ncluster=prod\n", 'early.ini');
my $wide = keep_file("\xff\xfe" . join('', map { "$_\0" } split //, "[check_ecs_bottleneck]\r\ncluster=prod\r\n"), 'wide.ini');
my $binary = keep_file("[check_ecs_bottleneck]\ncluster=prod\0x\n", 'binary.ini');
for my $case (
	["\@$wrong", qr/\Q$wrong\E: line 3 has no '='; write each line of section \[check_ecs_bottleneck\] as KEY=VALUE/],
	["empty\@$ini", qr/\bempty\b/],
	["nosuchsection\@$ini", qr/nosuchsection/],
	["badoption\@$ini", qr/\Q$ini\E line \d+: frobnicate is not an option; see --help/],
	["\@$early", qr/\Q$early\E|section/],
	["\@$wide", qr/\Q$wide\E: is UTF-16 or UTF-32 text: save it as UTF-8/],
	["\@$binary", qr/\Q$binary\E|cluster|NUL/],
	['@/nonexistent/plugins.ini', qr{/nonexistent/plugins\.ini}],
	['@' . tempdir(), qr/\Q@{[tempdir()]}\E/],
) {
	my ($location, $pattern) = @$case;
	$run = $standin->fresh_check({name => "--extra-opts=" . $location =~ s/\@.*\//\@/r}, "--extra-opts=$location");
	$run->exits('UNKNOWN');
	$run->says('the message names it', $pattern);
	is($standin->stats->{requests}, 0, 'before any request');
}
# Whatever file is named, nothing that stands in it is printed but the names of keys.
my $secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYzMpLkQeY8w';
my $home = tempdir() . '/home';
mkdir "$home/.aws";
open my $aws, '>', "$home/.aws/credentials" or die $!;
print {$aws} "[default]\naws_secret_access_key = $secret\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n";
close $aws or die $!;
my $other = keep_file(<<~"INI", 'other.ini');
	[mysql]
	user = nagios
	password = $secret
	[bare]
	cluster = prod
	$secret
	[colon]
	password: $secret
	INI
my @values = map { [$_, keep_file("[check_ecs_bottleneck]\ncluster=prod\n$_ = $secret\n", 'value.ini')] } qw(timeout warning critical metric window period statistic breaches
	no-data region profile role-arn external-id endpoint-url ca-bundle timeout-result perfdata output-format max-output chart color links interval no-cache verbose t w C m r);
for my $case (
	["default\@$home/.aws/credentials", qr{\Q$home\E/\.aws/credentials line 2: aws_secret_access_key is not an option; see --help}],
	["mysql\@$other", qr/\Q$other\E line 2: user is not an option; see --help/],
	["bare\@$other", qr/\Q$other\E: line 6 has no '='; write each line of section \[bare\] as KEY=VALUE/],
	["colon\@$other", qr/line 8 has no '='/],
	['@' . keep_file("password = $secret\n[x]\n", 'early.ini'), qr/line 1: text before the first \[section\]/],
	['@' . keep_file("[check_ecs_bottleneck]\ncluster=prod\npassword=$secret", 'password.ini'), qr/line 3: password is not an option/],
	['@' . keep_file("[check_ecs_bottleneck]\n$secret = 1", 'key.ini'), qr/line 2: this is not an option; see --help/],
	['@' . keep_file("[check_ecs_bottleneck]\n" . 'k' x 50 . ' = 1', 'long.ini'), qr/line 2: this is not an option; see --help/],
	['@' . keep_file("[check_ecs_bottleneck]\np=$secret", 'letter.ini'), qr/profile '\(named in an ini file\)' is in neither/],
	['@' . keep_file("[check_ecs_bottleneck]\nv=$secret", 'flag.ini'), qr/line 2: verbose takes no value/],
	['@' . keep_file("[check_ecs_bottleneck]\nh=$secret", 'help.ini'), qr/line 2: help takes no value/],
	['@' . keep_file("[check_ecs_bottleneck]\nextra-opts=$secret", 'extra.ini'), qr/line 2: extra-opts is not allowed in an ini file/],
	['@' . keep_file("[check_ecs_bottleneck]\n[$secret\n", 'open.ini'), qr/line 2: a section's name without a closing \]/],
	map({ ["\@$_->[1]", qr/./] } @values),
) {
	my ($location, $pattern) = @$case;
	for my $form (['-vvv'], ['--output-format=json']) {
		$run = run_plugin({name => '--extra-opts=' . $location =~ s/\@.*\//\@/r . " @$form", env => {HOME => $home, AWS_REGION => undef}, quiet => 1}, @$form, "--extra-opts=$location");
		$run->exits('UNKNOWN');
		like($run->{stdout}, $pattern, "$run->{name}: the message");
		is_deeply([CheckECS::Secrets::found($run->{stdout} . ($run->{stderr} // ''), $secret)], [], "$run->{name}: no value is printed") or diag $run->{stdout};
	}
}
# A value that is wrong is told by its key and what it may be; one of the command line is quoted, as ever.
$run = run_plugin({env => {}}, '--extra-opts=@' . keep_file("[check_ecs_bottleneck]\nno-data=hunter2\n", 'value.ini'));
$run->says('file, line, key, words', qr/value\.ini line 2: the value of no-data is not valid; use auto, ok, warning, critical or unknown$/m);
$run = run_plugin({env => {}}, '--extra-opts=@' . keep_file("[check_ecs_bottleneck]\ntimeout=hunter2\n", 'value.ini'));
$run->says('a value without words', qr/value\.ini line 2: the value of timeout is not a valid SECONDS\[:STATE\]; see --help=all$/m);
$run = run_plugin({env => {}}, '--extra-opts=@' . keep_file("[check_ecs_bottleneck]\nprofile=\n", 'value.ini'));
$run->says('an empty value', qr/value\.ini line 2: profile has no value; write profile=NAME$/m);
$run = run_plugin({env => {}}, '--extra-opts=@' . keep_file("[check_ecs_bottleneck]\nperid=5m\n", 'value.ini'));
$run->says('a name mistyped', qr/value\.ini line 2: perid is not an option; did you mean period\?$/m);
$run = run_plugin({env => {}}, '--timeout=hunter2');
$run->says('of the command line', qr/hunter2/);
$run = run_plugin({env => {MP_CONFIG_FILE => $secret}}, '--extra-opts');
$run->says('a file that is not there', qr/the file that MP_CONFIG_FILE names does not exist/);
unlike($run->{text}, qr/wJalrXUt/, 'MP_CONFIG_FILE is not quoted');

$run = $standin->check({env => {NAGIOS_CONFIG_PATH => '/nonexistent'}}, '--extra-opts=nosuchsectionanywhere');
$run->exits('UNKNOWN', 'no file or no such section');

done_testing;
