#!/usr/bin/perl
# The policies of contrib/iam: what each feature asks AWS for is what they grant for it, no more and no less.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use JSON::PP;
use Test::More;

my $top = $ENV{CHECK_ECS_SRCDIR} // '.';
my $folder = "$top/contrib/iam";

sub list_of { return ref $_[0] eq 'ARRAY' ? @{$_[0]} : ($_[0]) }

# The actions of a policy by the Sid of their statement; all of them have to allow something.
sub actions_of {
	my ($policy, $name) = @_;
	is($policy->{Version}, '2012-10-17', "$name: the language's version");
	is_deeply([grep { $_->{Effect} ne 'Allow' } @{$policy->{Statement}}], [], "$name: allows");
	return map { $_->{Sid} => [sort(list_of($_->{Action}))] } @{$policy->{Statement}};
}

my %file = map { $_ => decode_json(CheckECS::slurp("$folder/$_.json")) } qw(check find-cluster advise assume-role role-trust);
my %grants = map { actions_of($file{$_}, "$_.json") } qw(check find-cluster advise assume-role);
is_deeply([sort keys %grants], [qw(Advise AssumeRole Check FindCluster NoDataAuto)], 'a statement for each feature');
my %each = map { $_ => 1 } map { @$_ } values %grants;
my @actions = sort keys %each;
is_deeply([grep { /\*/ } @actions], [], 'no wildcard');

# Each action can be missing: a key for each, and a role for the case that only the role lacks it.
my $here = 'arn:aws:iam::123456789012:role';
my $account = "account 123456789012\nkey AKIDEXAMPLE secret\n"
	. join('', map { "key AKIDNO$_ secret deny=$actions[$_]\n" } 0 .. $#actions)
	. "role $here/ecs-monitoring external-id=shared:id/1\n"
	. "cluster prod region=eu-west-1\nservice api desired=1 running=1\n\tcpu flat=34.4\n\tmemory flat=51.5\nservice silent desired=1 running=1\n";
my $standin = standin($account);
my %service = (ListServices => 'ecs', DescribeServices => 'ecs', DescribeTaskDefinition => 'ecs', ListClusters => 'ecs', GetMetricData => 'cloudwatch', AssumeRole => 'sts');

my %feature = (
	'the plain check' => [[qw(-c prod --no-data=ok)], qw(Check)],
	'--no-data=auto' => [[qw(-c prod)], qw(Check NoDataAuto)],
	'--advise' => [[qw(-c prod --no-data=ok --advise=all)], qw(Check Advise)],
	'no -c' => [[qw(--no-data=ok)], qw(Check FindCluster)],
	'a role' => [['-c', 'prod', '--no-data=ok', '--no-cache', "--role-arn=$here/ecs-monitoring", '--external-id=shared:id/1'], qw(Check AssumeRole)],
);
for my $name (sort keys %feature) {
	my ($arguments, @sids) = @{$feature{$name}};
	my $environment = $standin->identity_environment;
	my $run = $standin->fresh_check({name => $name, env => $environment}, @$arguments);
	$run->exits($name eq '--no-data=auto' ? 'UNKNOWN' : 'OK');
	my %asked = map { ($service{$_->{operation}} // '?') . ":$_->{operation}" => 1 } @{$standin->log};
	my @granted = sort map { @{$grants{$_}} } @sids;
	is_deeply([sort keys %asked], \@granted, "$name: asks for what @sids grant, all of it");
	for my $i (grep { my $action = $actions[$_]; grep { $_ eq $action } @granted } 0 .. $#actions) {
		# Behind a role it is the role that asks.
		next if $name eq 'a role' && $actions[$i] ne 'sts:AssumeRole';
		$run = $standin->check({name => "$name without $actions[$i]", env => {%$environment, AWS_ACCESS_KEY_ID => "AKIDNO$i"}}, @$arguments);
		# Advice changes no state.
		$run->exits($name eq '--advise' && $actions[$i] =~ /^ecs:Describe/ ? 'OK' : 'UNKNOWN');
		$run->says("$name without $actions[$i]: says so", qr/\Q$actions[$i]\E/);
	}
}

# The trust policy, and the same things for Terraform and CloudFormation.
my ($trust) = @{$file{'role-trust'}{Statement}};
is($trust->{Action}, 'sts:AssumeRole', 'role-trust.json: assuming');
is_deeply($trust->{Condition}, {StringEquals => {'sts:ExternalId' => 'EXTERNAL-ID'}}, 'role-trust.json: with the external id');

my $terraform = CheckECS::slurp("$folder/ecs_monitoring.tf");
my @named = $terraform =~ m{file\("\$\{path\.module\}/([^"]+)"\)}g;
is_deeply(\@named, [qw(check.json find-cluster.json)], 'Terraform takes the JSON files');
like($terraform, qr/Condition = \{ StringEquals = \{ "sts:ExternalId" = var\.external_id \} \}/, 'Terraform: the external id');
is(($terraform =~ tr/{//), ($terraform =~ tr/}//), 'Terraform: braces are closed');

SKIP: {
	skip 'CPAN::Meta::YAML is missing', 5 unless eval { require CPAN::Meta::YAML; 1 };
	my $resources = CPAN::Meta::YAML->read_string(CheckECS::slurp("$folder/ecs_monitoring.yaml"))->[0]{Resources};
	my $role = $resources->{Role}{Properties};
	my %same = actions_of($role->{Policies}[0]{PolicyDocument}, 'CloudFormation');
	is_deeply(\%same, {map { $_ => $grants{$_} } qw(Check NoDataAuto)}, 'CloudFormation: check.json');
	is_deeply($role->{AssumeRolePolicyDocument}{Statement}[0]{Condition}, {StringEquals => {'sts:ExternalId' => {Ref => 'ExternalId'}}},
		'CloudFormation: the external id');
	my ($find) = @{$resources->{FindClusterPolicy}{Properties}{PolicyDocument}{Statement}};
	is_deeply([list_of($find->{Action})], $grants{FindCluster}, 'CloudFormation: find-cluster.json');
}

my ($readme) = CheckECS::slurp("$top/README.md") =~ /^```json\n(.*?)^```/ms;
is_deeply(eval { decode_json($readme // '') }, $file{check}, 'the policy in README.md is check.json');

done_testing;
