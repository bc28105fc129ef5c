#!/usr/bin/perl
# Completion in bash and zsh: every option, every word that an option takes, regions, profiles of the files, clusters of the account
# and services of a cluster.
use strict;
use warnings;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use CheckECS;
use CheckECS::Scripted;
use File::Basename qw(dirname);
use Test::More;

my $built = dirname(dirname(plugin_path())) . '/contrib/completion';
my %script = (bash => "$built/bash/check_ecs_bottleneck", zsh => "$built/zsh/_check_ecs_bottleneck");
my $account = "key AKIDEXAMPLE secret\n" . join '', map { "cluster $_ region=eu-west-1\nservice api desired=1 running=1\n\tcpu flat=34.4\n" } qw(prod-batch staging prod-api);
$account .= join '', map { "service $_ desired=1 running=1\n\tcpu flat=34.4\n" } qw(web-admin web);
my $standin = standin($account);
my $alone = standin("cluster only region=eu-west-1\nservice api desired=1 running=1\n\tcpu flat=34.4\n");
my $config = keep_file("[default]\nregion = eu-west-1\n[profile monitoring]\n[ profile  spaced ]\n[sso-session s]\n", 'config');
my $credentials = keep_file("[default]\n[keys]\n", 'credentials');
my %environment = plugin_environment(AWS_CONFIG_FILE => $config, AWS_SHARED_CREDENTIALS_FILE => $credentials, TERM => 'dumb');

sub output_of {
	my (@command) = @_;
	my $out = keep_file('', 'completions');
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		%ENV = %environment;
		open STDIN, '<', '/dev/null';
		open STDOUT, '>', $out;
		no warnings 'exec';
		exec @command;
		POSIX::_exit(127);
	}
	CheckECS::await($pid, 20 * time_factor());
	return CheckECS::slurp($out);
}

# Each shell's way to complete a line at its end -> what it offers, sorted.
my $in_bash = keep_file(<<~'BASH', 'in.bash');
	source "$1"
	complete -p check_ecs_bottleneck >/dev/null || exit 1
	COMP_LINE=$2 COMP_POINT=${#2}
	_check_ecs_bottleneck
	printf '%s\n' "${COMPREPLY[@]}"
	BASH
# zsh completes at its prompt alone: a second zsh types the line and a tab.
my $in_zsh = keep_file(<<~'ZSH', 'in.zsh');
	fpath=($1 $fpath)
	autoload -Uz compinit
	compinit -u -D
	compadd() {
		local -a offered
		[[ $1 != -V || $3 != -X ]] || print -r -- "group: $4" >>$OFFERED
		builtin compadd -O offered "$@"
		print -rl -- $offered >>$OFFERED
	}
	complete-and-tell() {
		zle complete-word
		print -r -- that is all >>$OFFERED
	}
	zle -N complete-and-tell
	bindkey '^I' complete-and-tell
	ZSH
my $types_to_zsh = keep_file(<<~'ZSH', 'types.zsh');
	zmodload zsh/zpty
	export OFFERED=$4
	zpty z zsh -f -i
	zpty -w z "source $1 $2"
	zpty -n -w z "$3"$'\t'
	for i in {1..200}; do
		grep -q 'that is all' $OFFERED && break
		zpty -r -t z >/dev/null
		sleep 0.1
	done
	zpty -d z
	ZSH

my @groups; # the headings that zsh was given last

sub offered_by_zsh {
	my ($line) = @_;
	my $offered = keep_file('', 'offered');
	output_of('zsh', '-f', $types_to_zsh, $in_zsh, dirname($script{zsh}), $line, $offered);
	my $text = CheckECS::slurp($offered);
	@groups = $text =~ /^group: (.*)\n/mg;
	$text =~ s/^group: .*\n//mg;
	die "zsh does not come to an end: $text\n" unless $text =~ s/^that is all\n//m;
	return [sort grep { length } split /\n/, $text];
}

sub offered_by_bash {
	my ($line) = @_;
	return [sort(in_order_by_bash($line))];
}

sub in_order_by_bash {
	my ($line) = @_;
	return grep { length } split /\n/, output_of('bash', '--norc', $in_bash, $script{bash}, $line);
}

my $plugin = plugin_path();
chdir tempdir() or die tempdir() . ": $!";
my $help = run_plugin({quiet => 1, raw => 1}, '--help=all')->{text};
my @options = sort $help =~ /^ (?:-\w, |    )(--[a-z-]+)/mg;
my $has_zsh = grep { -x "$_/zsh" } qw(/usr/bin /bin /usr/local/bin);
for my $case (
	['each option', '--', undef],
	['an option', '--perf', ['--perfdata']],
	['words behind a blank', '--perfdata ', [qw(all auto none problems summary)]],
	['words behind =', '--perfdata=n', ['none']],
	['words of a state', '--timeout-result w', ['warning']],
	['the statistic', '--statistic M', [qw(Maximum Minimum)]],
	['programs', '--max-output=n', [qw(nagios nrpe nrpe2)]],
	['a metric', '-m c', ['cpu']],
	['the next metric', '-m cpu,m', ['cpu,memory']],
	['the next metric is another one', '-m cpu,', ['cpu,ebs', 'cpu,memory', 'cpu,tasks']],
	['the third one', '--metric=cpu,ebs,', ['cpu,ebs,memory', 'cpu,ebs,tasks']],
	['the forms of help', '--help=', ['all']],
	['nothing behind --help and a blank', '--help a', []],
	['regions', '-r eu-west-', [qw(eu-west-1 eu-west-2 eu-west-3)]],
	['regions behind =', '--region=me-c', ['me-central-1']],
	['services', '--endpoint-url=' . $standin->url . ' -c prod-api -s ', [qw(api web web-admin)]],
	['services that begin so', '--endpoint-url=' . $standin->url . ' -c prod-api -x=1 --exclude=web', [qw(web web-admin)]],
	['the next service is another one', '--endpoint-url=' . $standin->url . ' --cluster=prod-api -s web,', ['web,api', 'web,web-admin']],
	['services of the only cluster', '--endpoint-url=' . $alone->url . ' --service=', ['api']],
	['no services without a cluster', '--endpoint-url=' . $standin->url . ' -s ', []],
	['a number has no words', '--breaches ', []],
	['profiles', '-p ', [qw(default default keys monitoring spaced)]],
	['profiles by the long name', '--profile=m', ['monitoring']],
	['clusters', '-r eu-west-1 --endpoint-url ' . $standin->url . ' -c ', [qw(prod-api prod-batch staging)]],
	['clusters that begin so', '--endpoint-url=' . $standin->url . ' --cluster=prod-', [qw(prod-api prod-batch)]],
	['the only cluster', '--endpoint-url=' . $alone->url . ' -c ', ['only']],
	['no clusters without an account', '--endpoint-url=http://127.0.0.1:1 -c ', []]) {
	my ($name, $line, $wanted) = @$case;
	my $offered = offered_by_bash("$plugin $line");
	$wanted //= \@options;
	is_deeply($offered, $wanted, "bash: $name") or diag explain $offered;
	SKIP: {
		skip 'zsh is not installed', 1 unless $has_zsh;
		# zsh tells what has the rest of the word behind the last comma.
		$offered = offered_by_zsh("$plugin $line");
		is_deeply($offered, [map { s/.*,//r } @$wanted], "zsh: $name") or diag explain $offered;
	}
}
# An endpoint of anybody's may say anything; what is offered is quoted, and nothing of it is run.
my $hostile = CheckECS::Scripted->start(sub {
	return {clusterArns => [map { "arn:aws:ecs:eu-west-1:123456789012:cluster/$_" } '`touch x`', '$(touch x)', 'prod']};
});
for my $shell ('bash', $has_zsh ? 'zsh' : ()) {
	my $offered = ($shell eq 'bash' ? \&offered_by_bash : \&offered_by_zsh)->("$plugin --endpoint-url=$hostile->{url} -c ");
	is_deeply([grep { !/^(?:prod|\\?`touch\\? x\\?`|\\?\$\\?\(touch\\? x\\?\))$/ } @$offered], [], "$shell: nothing but whole names is offered") or diag explain $offered;
	ok(!-e 'x', "$shell: no cluster's name is run");
}

# By group, as help shows them.
my @in_help = $help =~ /^ (?:-\w, |    )(--[a-z-]+)/mg;
is_deeply([in_order_by_bash("$plugin --")], \@in_help, 'bash: options by group');
SKIP: {
	skip 'zsh is not installed', 1 unless $has_zsh;
	offered_by_zsh("$plugin --");
	is_deeply(\@groups, [$help =~ /^([A-Z].{0,14}):$/mg], 'zsh: the headings of the groups');
}
is($_->calls('GetMetricData'), 0, 'nothing that is billed is asked for') for $alone, $standin;
done_testing;
