package CheckECS::SideBySide;
# The plugin and the AWS CLI of the distribution, given the same environment, files and options: hold_side_by_side(rows)
# asserts whom each asks with which keys. What a row is, stands in CheckECS::Choices.

use strict;
use warnings;
use CheckECS;
use CheckECS::AwsCli;
use CheckECS::Interceptor;
use CheckECS::Metadata;
use Exporter 'import';
use File::Basename qw(dirname);
use File::Path qw(make_path);
use IO::Socket::INET;
use JSON::PP;
use Test::More;

our @EXPORT = qw(hold_side_by_side);

my ($cli, $version, $interceptor, %server);

sub start {
	$cli = eval { CheckECS::AwsCli->new } or BAIL_OUT($@);
	$version = eval { $cli->version } or BAIL_OUT($@);
	diag "AWS CLI $version" if $version ne '2.9';
	$interceptor = CheckECS::Interceptor->start;
	%server = (agent => CheckECS::Metadata->start(\&agent), imds => CheckECS::Metadata->start(\&instance));
	return;
}

sub agent {
	my ($method, $path, $headers) = @_;
	return [404, '{}'] if $path ne '/keys';
	return [200, metadata_keys(($headers->{authorization} // '') eq 'let-me-in' ? 'ASIAADMITTED' : 'ASIAAGENT', 'agent', '2099-01-01T00:00:00Z')];
}

sub instance {
	my ($method, $path, $headers) = @_;
	my $expired = $path =~ s{\A/expired/}{/};
	return [200, 'token-of-instance'] if $method eq 'PUT' && $path eq '/latest/api/token';
	return [401, ''] if ($headers->{'x-aws-ec2-metadata-token'} // '') ne 'token-of-instance';
	return [200, 'us-west-2'] if $path eq '/latest/meta-data/placement/region';
	return [200, 'us-west-2b'] if $path =~ m{\A/latest/meta-data/placement/availability-zone/?\z};
	return [200, 'role'] if $path eq '/latest/meta-data/iam/security-credentials/';
	return [404, ''] if $path ne '/latest/meta-data/iam/security-credentials/role';
	return [200, metadata_keys('ASIAEXPIRED', 'instance', '2020-01-01T00:00:00Z')] if $expired;
	return [200, metadata_keys('ASIAINSTANCE', 'instance', '2099-01-01T00:00:00Z')];
}

my $dead = do {
	my $listener = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 1) or die "listen: $!";
	'http://127.0.0.1:' . $listener->sockport;
};

sub metadata_keys {
	my ($id, $token, $expires) = @_;
	return encode_json({Code => 'Success', Type => 'AWS-HMAC', AccessKeyId => $id, SecretAccessKey => 'secret', Token => $token, Expiration => $expires});
}

my $homes = 0;

# A fresh home with the row's files, so that no cache goes from run to run -> the environment of a program in it.
sub situation {
	my ($row) = @_;
	my $home = tempdir() . '/home-' . ++$homes;
	my %known = (home => $home, dead => $dead, map { $_ => $server{$_}{url} } keys %server);
	my $fill = sub { my ($text) = @_; $text =~ s/\{(home|dead|imds|agent)\}/$known{$1}/g if defined $text; return $text };
	my %files = ('.aws/config' => $row->{config}, '.aws/credentials' => $row->{credentials}, %{$row->{files} // {}});
	make_path($home);
	for my $path (grep { defined $files{$_} } keys %files) {
		make_path(dirname("$home/$path"));
		open my $file, '>:raw', "$home/$path" or die "$home/$path: $!";
		print {$file} $fill->($files{$path});
		close $file or die "$home/$path: $!";
	}
	return {HOME => $home, AWS_ACCESS_KEY_ID => undef, AWS_SECRET_ACCESS_KEY => undef, $interceptor->environment,
		map { $_ => $fill->($row->{env}{$_}) } keys %{$row->{env} // {}}};
}

# Both return (the calls that were made, what was said).
sub ask_aws {
	my ($row) = @_;
	my %environment = (plugin_environment(%{situation($row)}), AWS_PAGER => '', AWS_MAX_ATTEMPTS => 1);
	$interceptor->reset;
	my $run = $cli->run(\%environment, @{$row->{options} // []}, qw(--no-cli-pager --output json ecs list-services --cluster prod));
	return ([$interceptor->calls], $run->{stdout} . $run->{stderr});
}

sub ask_plugin {
	my ($row) = @_;
	$interceptor->reset;
	my $run = run_plugin({name => $row->{name}, env => situation($row)}, '-c', 'prod', '-vv', @{$row->{options} // []});
	return ([$interceptor->calls], $run->{text});
}

# Whether the calls are the wanted ones; none wanted: whether no keys got as far as ECS.
sub fits {
	my ($calls, $wanted) = @_;
	return join("\n", @$calls) eq join("\n", @$wanted) if @$wanted;
	return !grep { /\AListServices / } @$calls;
}

sub compare {
	my ($who, $calls, $said, $row, @wanted) = @_;
	my $good = ok((grep { fits($calls, $_) } @wanted), "$row->{name}: $who");
	note "  $said" =~ s/\n+(?=.)/\n  /gr if !grep { /\AListServices / } @$calls;
	return if $good;
	diag("  wanted: $_") for map { @$_ ? @$_ : 'failure' } @wanted;
	diag("  found:  $_") for @$calls ? @$calls : 'no call';
	diag("  said:   $said");
	return;
}

# The AWS CLI takes a quarter of a second for each run, and does the same below a sanitizer: CHECK_ECS_AWSCLI_EVERY=10 asks it in
# every tenth row only.
sub hold_side_by_side {
	my (@rows) = @_;
	my ($every, $number) = ($ENV{CHECK_ECS_AWSCLI_EVERY} || 1, 0);
	start();
	for my $row (@rows) {
		die "$row->{name}: the CLI's calls and a reason go together\n" if !$row->{aws} != !$row->{why};
		note "differs: $row->{name}: $row->{why}" if $row->{why};
		compare('plugin', ask_plugin($row), $row, $row->{calls});
		# A newer CLI may have come to do as the plugin does.
		next if $number++ % $every;
		compare('AWS CLI', ask_aws($row), $row, $row->{aws} // $row->{calls}, $version eq '2.9' ? () : $row->{calls});
	}
	%server = ();
	undef $_ for $interceptor, $cli;
	return;
}

1;
