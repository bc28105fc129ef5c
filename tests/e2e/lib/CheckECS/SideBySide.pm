package CheckECS::SideBySide;
# The plugin and the AWS CLI of the distribution, given the same environment, files and options: hold_side_by_side(rows)
# asserts whom each asks with which keys. What a row is, stands in CheckECS::Choices. hold_files(rows) does so for many files:
# the CLI's own library reads all of them in one process (read_by_botocore.py), the CLI itself is asked about a sample.

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

our @EXPORT = qw(hold_side_by_side hold_files);

my ($cli, $version, $interceptor, %server);

# Once for all tables.
sub start {
	return if $interceptor;
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
	my %trust = $interceptor->environment;
	my %known = (home => $home, dead => $dead, authority => CheckECS::slurp($trust{AWS_CA_BUNDLE}), map { $_ => $server{$_}{url} } keys %server);
	my $fill = sub { my ($text) = @_; $text =~ s/\{(home|dead|authority|imds|agent)\}/$known{$1}/g if defined $text; return $text };
	my %files = ('.aws/config' => $row->{config}, '.aws/credentials' => $row->{credentials}, %{$row->{files} // {}});
	make_path($home);
	for my $path (grep { defined $files{$_} } keys %files) {
		make_path(dirname("$home/$path"));
		open my $file, '>:raw', "$home/$path" or die "$home/$path: $!";
		print {$file} $fill->($files{$path});
		close $file or die "$home/$path: $!";
	}
	return {HOME => $home, AWS_ACCESS_KEY_ID => undef, AWS_SECRET_ACCESS_KEY => undef, %trust,
		map { $_ => $fill->($row->{env}{$_}) } keys %{$row->{env} // {}}};
}

# Both return (the calls that were made, what was said).
sub ask_aws {
	my ($row) = @_;
	my %environment = (AWS_PAGER => '', AWS_MAX_ATTEMPTS => 1, plugin_environment(%{situation($row)}));
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

# A row may also have `says`: what has to be in the plugin's words.
sub hold_plugin {
	my ($row) = @_;
	die "$row->{name}: the CLI's calls and a reason go together\n" if !$row->{aws} != !$row->{why};
	note "differs: $row->{name}: $row->{why}" if $row->{why};
	my ($calls, $said) = ask_plugin($row);
	compare('plugin', $calls, $said, $row, $row->{calls});
	like($said, $_, "$row->{name}: what the plugin says") for @{$row->{says} // []};
	return;
}

# A newer CLI may have come to do as the plugin does.
sub hold_aws {
	my ($row) = @_;
	compare('AWS CLI', ask_aws($row), $row, $row->{aws} // $row->{calls}, $version eq '2.9' ? () : $row->{calls});
	return;
}

# The AWS CLI takes a quarter of a second for each run, and does the same below a sanitizer: CHECK_ECS_AWSCLI_EVERY=10 asks it in
# every tenth row only.
sub hold_side_by_side {
	my (@rows) = @_;
	my ($every, $number) = ($ENV{CHECK_ECS_AWSCLI_EVERY} || 1, 0);
	start();
	for my $row (@rows) {
		hold_plugin($row);
		hold_aws($row) unless $number++ % $every;
	}
	return;
}

# What the CLI's library makes of each row: a call as in the rows, or undef.
sub ask_library {
	my (@rows) = @_;
	my $python = $ENV{CHECK_ECS_PYTHON} || CheckECS::AwsCli->python;
	my @asked = map {
		my %environment = plugin_environment(%{situation($_)});
		my %option = @{$_->{options} // []};
		# As JSON::PP has them: bytes, which Python decodes as it does its environment.
		+{environment => {map { $_ => decode_bytes($environment{$_}) } keys %environment}, profile => $option{'--profile'} && decode_bytes($option{'--profile'})};
	} @rows;
	my $input = keep_file(encode_json(\@asked), 'rows.json');
	my $reasons = keep_file('', 'reasons');
	my $output = qx(LC_ALL=C.UTF-8 '$python' '$ENV{CHECK_ECS_SRCDIR}/tests/e2e/lib/CheckECS/read_by_botocore.py' <'$input' 2>'$reasons');
	my $answer = eval { decode_json($output) } or BAIL_OUT("the AWS CLI's library does not answer: $output" . CheckECS::slurp($reasons));
	note "botocore $answer->{version}";
	return map { defined $_ ? call_of(split / /) : undef } @{$answer->{read}};
}

sub decode_bytes { my ($bytes) = @_; utf8::decode($bytes); return $bytes }

sub call_of {
	my ($key, $region, $token) = @_;
	return "ListServices ecs.$region.amazonaws.com $key ecs/$region" . ($token eq '-' ? '' : " token=$token");
}

sub hold_files {
	my (@rows) = @_;
	my ($every, $number) = ($ENV{CHECK_ECS_AWSCLI_EVERY} || 1, 0);
	# Where the CLI is asked in a sample alone, four of eleven files are looked at; eleven, since no list that the files are
	# combined from is as long or a part of that.
	@rows = @rows[grep { $every == 1 || $_ * 7 % 11 < 4 } 0 .. $#rows];
	start();
	my @read = ask_library(@rows);
	for my $row (@rows) {
		hold_plugin($row);
		my $wanted = join ' ', @{$row->{aws} // $row->{calls}};
		is($read[$number] // '', $wanted, "$row->{name}: the AWS CLI's library");
		hold_aws($row) unless $number++ % (4 * $every);
	}
	return;
}

# Before the temporary directory goes.
END {
	my $status = $?;
	%server = ();
	undef $_ for $interceptor, $cli;
	$? = $status;
}

1;
