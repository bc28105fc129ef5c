package CheckECS::Director;
# A private Icinga Director: its module of Icinga Web, by the icingacli command, with a PostgreSQL of its own on a port of
# loopback.
#
#	my @missing = CheckECS::Director->missing;         # packages that would have to be installed
#	my $director = CheckECS::Director->new;
#	$director->restore('director-basket.json');
#	$director->create(host => 'aws', {object_type => 'object', ...});
#	my @files = $director->render;                     # paths of the configuration for Icinga 2
#
# Both run as whoever runs the test, below the test's temporary directory; the database ends with the object.

use strict;
use warnings;
use utf8;
use CheckECS;
use CheckECS::Daemons qw(capture free_port write_file);
use JSON::PP;
use POSIX ();
use Test::More;
use Time::HiRes qw(sleep time);

my $cli = '/usr/bin/icingacli';
my $modules = '/usr/share/icingaweb2/modules';
my %living;
my $owner = $$;

# Debian has a folder for each version of the database.
sub server { return (sort { ($b =~ /(\d+)/)[0] <=> ($a =~ /(\d+)/)[0] } glob '/usr/lib/postgresql/[0-9]*/bin')[0] // '' }

sub missing {
	my %path = ('icingacli' => $cli, 'icingaweb2-module-director' => "$modules/director", 'icingaweb2-module-incubator' => "$modules/incubator",
		'postgresql' => server() . '/postgres', 'postgresql-client' => '/usr/bin/psql', 'php-pgsql' => (glob '/etc/php/*/cli/conf.d/*pdo_pgsql.ini')[0] // '');
	return sort grep { !-e $path{$_} } keys %path;
}

sub new {
	my ($class) = @_;
	my $folder = tempdir() . '/director';
	mkdir $_ or die "$_: $!" for $folder, map { "$folder/$_" } qw(web web/enabledModules web/modules web/modules/director);
	my $password = join '', map { ('a' .. 'z')[rand 26] } 1 .. 24;
	my $self = bless {folder => $folder, port => free_port()}, $class;
	$self->{environment} = {PATH => '/usr/bin:/bin', HOME => $folder, LANG => 'C.UTF-8', TERM => 'dumb', ICINGAWEB_CONFIGDIR => "$folder/web", PGPASSWORD => $password,
		PGHOST => '127.0.0.1', PGPORT => $self->{port}, PGUSER => 'director', PGDATABASE => 'director'};
	$self->start_database($password);
	symlink "$modules/$_", "$folder/web/enabledModules/$_" or die "$_: $!" for grep { -d "$modules/$_" } qw(director incubator reactbundle);
	write_file("$folder/web/config.ini", "[global]\nconfig_backend = \"ini\"\n\n[logging]\nlog = \"none\"\n");
	write_file("$folder/web/resources.ini", join "\n", '[director]', 'type = "db"', 'db = "pgsql"', 'host = "127.0.0.1"', "port = \"$self->{port}\"",
		'dbname = "director"', 'username = "director"', "password = \"$password\"", 'charset = "utf8"', '');
	write_file("$folder/web/modules/director/config.ini", "[db]\nresource = \"director\"\n");
	$self->cli(qw(migration run));
	return $self;
}

sub start_database {
	my ($self, $password) = @_;
	my ($folder, $bin) = ($self->{folder}, server());
	my $secret = keep_file("$password\n", 'password');
	$self->run("$bin/initdb", '-D', "$folder/data", '-U', 'director', '-A', 'scram-sha-256', "--pwfile=$secret", '-E', 'UTF8', '--locale=C', '--no-sync');
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		%ENV = (PATH => '/usr/bin:/bin', LANG => 'C.UTF-8');
		open STDIN, '<', '/dev/null';
		open STDOUT, '>', "$folder/said";
		open STDERR, '>&', \*STDOUT;
		no warnings 'exec';
		exec "$bin/postgres", '-D', "$folder/data", '-p', $self->{port}, map { ('-c', $_) } 'listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off';
		POSIX::_exit(127);
	}
	$self->{pid} = $pid;
	$living{$pid} = 1;
	my $end = time + 30 * time_factor();
	while ((capture($self->{environment}, "$bin/pg_isready", '-q', '-d', 'postgres'))[0] != 0) {
		BAIL_OUT('postgres does not start: ' . substr CheckECS::slurp("$folder/said"), -2000) if time > $end;
		sleep 0.2;
	}
	$self->run(qw(/usr/bin/psql -d postgres -qc), 'CREATE DATABASE director');
	$self->run(qw(/usr/bin/psql -qc), 'CREATE EXTENSION pgcrypto');
	return;
}

# Runs a program that has to succeed: what it printed.
sub run {
	my ($self, @command) = @_;
	my ($status, $said) = capture($self->{environment}, @command);
	die "@command: status $status, $said\n" if $status != 0;
	return $said;
}

sub cli {
	my ($self, @words) = @_;
	return $self->run($cli, 'director', @words);
}

sub restore {
	my ($self, $basket) = @_;
	return $self->run('/bin/sh', '-c', 'exec "$1" director basket restore <"$2"', 'sh', $cli, $basket);
}

sub create {
	my ($self, $kind, $name, $settings) = @_;
	return $self->cli($kind, 'create', $name, '--json', encode_json($settings));
}

# The first value of a query, from JSON.
sub query {
	my ($self, $sql) = @_;
	return decode_json($self->run(qw(/usr/bin/psql -Atqc), $sql));
}

sub render {
	my ($self) = @_;
	my ($checksum) = $self->cli(qw(config render)) =~ /\b([0-9a-f]{40})\b/ or die "the Director names no configuration\n";
	my $rendered = $self->query("SELECT json_object_agg(file_path, content) FROM director_generated_config_file JOIN director_generated_file ON checksum = file_checksum"
		. " WHERE config_checksum = decode('$checksum', 'hex')");
	my @paths;
	for my $name (sort keys %$rendered) {
		push @paths, "$self->{folder}/" . ($name =~ tr{/}{-}r);
		write_file($paths[-1], $rendered->{$name});
	}
	return @paths;
}

sub DESTROY {
	my ($self) = @_;
	return unless $self->{pid} && $owner == $$ && delete $living{$self->{pid}};
	local ($?, $!, $@);
	# INT: without waiting for clients.
	kill 'INT', $self->{pid};
	CheckECS::await($self->{pid}, 20 * time_factor());
	return;
}

END {
	my $status = $?;
	kill 'INT', $_ for $owner == $$ ? keys %living : ();
	$? = $status;
}

1;
