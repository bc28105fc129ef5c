#!/usr/bin/perl
# A host that gives as little as there can be: no HOME, nothing that can be written, an instance role for an identity.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Metadata;
use JSON::PP;
use Test::More;

my $standin = standin(<<~'ACCOUNT');
	key ASIDINSTANCE instance/Secret+1 token=instance-token user=instance
	role arn:aws:iam::123456789012:role/Monitoring
	cluster prod region=eu-west-1
	service api desired=1 running=1
		cpu flat=34.4
		memory flat=51.5
	ACCOUNT
my $keys = encode_json({Code => 'Success', AccessKeyId => 'ASIDINSTANCE', SecretAccessKey => 'instance/Secret+1', Token => 'instance-token',
	Expiration => '2099-01-01T00:00:00Z'});
my $imds = CheckECS::Metadata->start(sub {
	my ($method, $path) = @_;
	return [200, 'imds-session'] if $method eq 'PUT' && $path eq '/latest/api/token';
	return [200, 'eu-west-1'] if $path eq '/latest/meta-data/placement/region';
	return [200, 'monitoring'] if $path eq '/latest/meta-data/iam/security-credentials/';
	return [200, $keys] if $path eq '/latest/meta-data/iam/security-credentials/monitoring';
	return [404, ''];
});

# Neither home nor region nor keys are named.
sub bare {
	my (%more) = @_;
	return $standin->identity_environment(AWS_ACCESS_KEY_ID => undef, AWS_SECRET_ACCESS_KEY => undef, AWS_REGION => undef, HOME => undef,
		AWS_EC2_METADATA_DISABLED => undef, AWS_EC2_METADATA_SERVICE_ENDPOINT => $imds->{url}, %more);
}

my @role = ('--role-arn=arn:aws:iam::123456789012:role/Monitoring', '-vv');
my $nothing_kept = qr/^credentials: .*(?:cache|kept).*$/m;

sub works {
	my ($name, $option, @arguments) = @_;
	$standin->reset;
	my $run = $standin->check({name => $name, %$option}, '-c', 'prod', @arguments);
	$run->exits('OK');
	$run->says("$name: the services are judged", qr/\AECS OK - prod: 1 services?, highest api memory 51\.5%/);
	unlike($run->{text}, qr/instance.Secret|instance-token|imds-session/, "$name: nothing secret is printed");
	return $run;
}

# No home at all, as daemons are started.
works('no HOME', {env => bare()});
my %used = map { ($_->{key} // '') => 1 } @{$standin->log};
is_deeply([keys %used], ['ASIDINSTANCE'], 'no HOME: signed with the key of the instance');
works('a HOME that does not exist', {env => bare(HOME => '/nonexistent/home')});
my $run = works('a HOME that does not exist, and a role', {env => bare(HOME => '/nonexistent/home')}, @role);
$run->says('it is said that keys are not kept', $nothing_kept);

# Not a byte can be written to any file, whoever runs this.
SKIP: {
	skip 'the limit would hit what the wrapper writes', 8 if $ENV{CHECK_ECS_WRAPPER};
	my @limit = ('sh', '-c', '(ulimit -f 0; exec "$@") | cat', 'sh');
	my $home = tempdir() . '/full';
	mkdir $home;
	my $text = sub {
		my ($name, @arguments) = @_;
		$standin->reset;
		my %option = (name => $name, prefix => \@limit, quiet => 1, env => bare(HOME => $home));
		my $limited = $standin->check(\%option, '-c', 'prod', @arguments);
		like($limited->{text}, qr/\AECS OK - prod: 1 services?,/, "$name: it works");
		is($limited->{stderr}, '', "$name: in silence");
		return $limited;
	};
	$text->('nothing can be written');
	my $limited = $text->('nothing can be written, and a role', @role);
	like($limited->{text}, $nothing_kept, 'nothing can be written, and a role: it is said that keys are not kept');
	is_deeply([grep { -s } glob "$home/.cache/check_ecs_bottleneck/*"], [], 'no half of a file is left');
}

# The file system itself, where the kernel lets an unprivileged user make a view of his own.
SKIP: {
	my $read_only = 'mount --bind / / && mount -o remount,bind,ro / && for d in /tmp /var/tmp /dev/shm; do mount -o remount,ro,bind $d 2>/dev/null '
		. '|| { mount --bind $d $d && mount -o remount,bind,ro $d; } 2>/dev/null || :; done; exec "$@" | cat';
	my $try = 'mount --bind / / && mount -o remount,bind,ro / && ! touch /check_ecs.try';
	my ($unshare) = grep { system("$_ sh -c '$try' >/dev/null 2>&1") == 0 } 'unshare --user --map-root-user --mount', 'unshare --mount';
	skip 'unshare makes no mounts here (no permission for user namespaces, or no such command)', 6 if !$unshare;
	my @unshare = split ' ', $unshare;
	for my $case (['an instance role'], ['a role on top', @role]) {
		my ($name, @arguments) = ("read-only: $case->[0]", @{$case}[1 .. $#$case]);
		$standin->reset;
		my $run = $standin->check({name => $name, prefix => [@unshare, 'sh', '-c', $read_only, 'sh'], quiet => 1, env => bare()}, '-c', 'prod', @arguments);
		like($run->{text}, qr/\AECS OK - prod: 1 services?,/, "$name: it works");
		is($run->{stderr}, '', "$name: in silence");
		like($run->{text}, @arguments ? $nothing_kept : qr/highest api memory/, "$name: and says what it has to");
	}
}
done_testing;
