#!/usr/bin/perl
# The examples of the man page, run as they stand there: each command against the stand-in, with the result that the page shows.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use Test::More;
use Text::ParseWords qw(shellwords);

my $page = CheckECS::slurp(($ENV{CHECK_ECS_SRCDIR} // '.') . '/plugins/check_ecs_bottleneck.8');
my ($section) = $page =~ /^\.SH EXAMPLES\n(.*?)(?=^\.SH )/ms;

# What stands in a block, as a terminal would show it.
sub plain {
	my ($text) = @_;
	$text =~ s/\\\(aq/'/g;
	$text =~ s/\\&//g;
	$text =~ s/\\-/-/g;
	$text =~ s/\\e/\\/g;
	return $text =~ s/\\\n\s*//gr;
}

# An account for which all of the page's results hold.
my $trusted = 'arn:aws:iam::123456789012:role/monitoring';
my $standin = standin(<<~"ACCOUNT");
	key AKIDEXAMPLE secret
	role $trusted trusts=AKIDEXAMPLE external-id=shared
	cluster prod region=eu-west-1
	service api desired=2 running=2
		cpu flat=34
		memory flat=92
	service worker desired=1 running=1
		cpu flat=0.4
		memory flat=20
	service web-shop desired=1 running=1
		cpu flat=40
		memory flat=50
		ebs flat=30
	service web-canary desired=1 running=1
		cpu flat=79
		memory flat=79
		ebs flat=99
	service batch-night desired=1 running=1
		cpu flat=79
		memory flat=79
	ACCOUNT
my $credentials = keep_file("[default]\naws_access_key_id=AKIDEXAMPLE\naws_secret_access_key=secret\n"
	. "[monitoring]\naws_access_key_id=AKIDEXAMPLE\naws_secret_access_key=secret\n", 'credentials');
my %environment = (AWS_SHARED_CREDENTIALS_FILE => $credentials, AWS_ENDPOINT_URL_STS => $standin->url);

# "..." stands for the rest of a line.
sub as_pattern {
	my ($lines) = @_;
	return join '', map { my $line = $_; ($line eq '...' ? '(?:.*\n)+' : join('.*', map { quotemeta } split /\Q...\E/, $line, -1) . '\n') } @$lines;
}

sub expected_state {
	my ($line) = @_;
	my ($state) = $line =~ /(?:^ECS |"state":")(OK|WARNING|CRITICAL|UNKNOWN)\b/;
	return $state // die "an example shows no state: $line\n";
}

# Runs a command of the page in the environment that it was written for.
sub run_command {
	my ($command, $ini) = @_;
	my %env = %environment;
	my @words = shellwords($command);
	# Another user without an environment: what is left of it is what the test needs.
	my $is_bare = $command =~ /^sudo -u nagios env -i /;
	splice @words, 0, 5 if $is_bare;
	like(shift @words // '', qr{^(?:/usr/lib/nagios/plugins/)?check_ecs_bottleneck$}, "a command of the plugin: $command");
	@env{qw(AWS_REGION AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY)} = () if $is_bare;
	$env{MP_CONFIG_FILE} = $ini if defined $ini;
	return $standin->check({name => $command, env => \%env, raw => scalar grep { /json/ } @words}, @words);
}

my $count = 0;
my $ini;
for my $block (map { plain($_) } $section =~ /^\.nf\n(.*?)^\.fi\n/msg) {
	my (undef, @steps) = split /^\$ (.*)\n/m, $block;
	is($block =~ /\A\$ / ? 1 : 0, 1, 'an example begins with a command') or diag $block;
	while (my ($command, $shown) = splice @steps, 0, 2) {
		if ($command =~ /^cat (\S+)$/) {
			like($1, qr{/(?:monitoring-plugins|plugins|nagios-plugins)\.ini$}, 'a file of a name that --extra-opts looks for');
			$ini = keep_file($shown, 'plugins.ini');
			next;
		}
		my @lines = split /\n/, $shown;
		my $run = run_command($command, $ini);
		my $state = expected_state($lines[0]);
		is($run->{exit}, $EXIT{$state}, "$command: $state") or diag $run->{stdout};
		like($run->{stdout}, qr/\A@{[as_pattern(\@lines)]}\z/, "$command: what the page shows");
		$count++;
	}
}
cmp_ok($count, '>=', 8, 'examples are found');
cmp_ok(scalar(() = $section =~ /^\.nf$/mg), '<=', $count, 'each of them has a command');
done_testing;
