# What the rules of Rules.pm need to know of the code: who includes whom, who uses whose symbols. Each function that looks for
# faults gives a list of messages: which arrow, where, and how to mend it.
#
# A file's name here is its path below the tree. A unit is a .c file with its header, named without an ending and without what
# lies above the rooms: aws/http/proxy, judge/judge, main.
package Tree;
use strict;
use warnings;
use Exporter qw(import);
use File::Temp ();
use Rules;

our @EXPORT_OK = qw(slurp code_of sources unit_of room_of included include_edges include_faults library_faults size_faults
	read_nm link_edges symbol_faults object_faults circle_faults compile_faults);

my $plugin_rooms = 'plugins/check_ecs_bottleneck.d';

sub slurp {
	my ($path) = @_;
	open my $in, '<', $path or die "$path: $!\n";
	local $/;
	return scalar <$in>;
}

# The code alone: comments and the insides of strings blanked.
sub code_of {
	my ($text) = @_;
	$text =~ s{(/\*.*?\*/)|("(?:[^"\\\n]|\\.)*")}{defined $1 ? ' ' : '""'}gse;
	return $text;
}

# The product's files: name => text.
sub sources {
	my ($top) = @_;
	my @paths = map { glob "$top/$_" } 'lib/*/*.[ch]', 'lib/aws/*/*.[ch]', 'lib/aws/*/*/*.[ch]', 'plugins/*.[ch]', "$plugin_rooms/*.[ch]", "$plugin_rooms/*/*.[ch]",
		"$plugin_rooms/*/*/*.[ch]";
	return {map { substr($_, length($top) + 1) => slurp($_) } @paths};
}

sub unit_of {
	my ($name) = @_;
	return 'main' if $name =~ m{^plugins/\w+\.[ch]$};
	$name =~ s{^lib/|^\Q$plugin_rooms\E/}{};
	$name =~ s{\.[ch]$}{};
	return $name;
}

sub room_of {
	my ($unit) = @_;
	return $unit =~ m{^(.+)/} ? $1 : $unit;
}

sub source_of {
	my ($unit) = @_;
	return 'plugins/check_ecs_bottleneck.c' if $unit eq 'main';
	my $room = room_of($unit);
	return ($room =~ m{^(?:base$|harness$|term$|aws/)} ? 'lib/' : "$plugin_rooms/") . "$unit.c";
}

# The unit's own headers that a text includes, as they stand there.
sub included {
	my ($text) = @_;
	return grep { $_ ne 'config.h' } $text =~ /^[ \t]*#[ \t]*include[ \t]*"([^"]+)"/mg;
}

sub is_allowed {
	my ($from, $to) = @_;
	my ($room, $other) = (room_of($from), room_of($to));
	return 1 if $room eq $other;
	return scalar grep { $_ eq $other || $_ eq $to } @{$Rules::may_know{$room} // []};
}

sub how_to_mend {
	my ($from, $to) = @_;
	my ($file, $target) = map { m{([^/]+)$} } $from, $to;
	for my $row (@Rules::mend) {
		my ($room, $other, $text) = @$row;
		next unless room_of($from) =~ /^(?:$room)$/ && room_of($to) =~ /^(?:$other)$/;
		$text =~ s/%f/$file/g;
		$text =~ s/%t/$target/g;
		return $text;
	}
	return 'take it out';
}

# Why $from must not know $to, with how to mend it; nothing where it may.
sub objection {
	my ($from, $to) = @_;
	my ($room, $other) = (room_of($from), room_of($to));
	if (!is_allowed($from, $to)) {
		my @known = @{$Rules::may_know{$room} // []};
		return "the arrow $other <- $room is forbidden ($room may know " . (@known ? join(', ', @known) : 'no other') . '): ' . how_to_mend($from, $to);
	}
	for my $row (@Rules::apart) {
		my ($pattern, $text) = @$row;
		return $text if $from ne $to && $from =~ $pattern && $to =~ $pattern;
	}
	return;
}

# Who includes whom, by units: from => to => 1. A header *_state.h belongs to the unit it is named after.
sub include_edges {
	my ($texts) = @_;
	my %edges;
	for my $name (keys %$texts) {
		for my $include (included($texts->{$name})) {
			my ($from, $to) = map { s{_state$}{}r } unit_of($name), unit_of($include);
			$edges{$from}{$to} = $include unless $from eq $to;
		}
	}
	return \%edges;
}

sub include_faults {
	my ($texts) = @_;
	my @faults;
	for my $name (sort keys %$texts) {
		my $from = unit_of($name);
		for my $include (included($texts->{$name})) {
			my $to = unit_of($include);
			if (!$Rules::may_know{room_of($to)}) {
				push @faults, qq{$name includes "$include", which is in no room: write it as "ROOM/FILE.h", and a new room into tests/house/Rules.pm};
				next;
			}
			my $objection = objection($from, $to);
			push @faults, "$name includes $include: $objection" if $objection;
			push @faults, "$name includes $include, the inside of another room: use that room's public header"
				if $include =~ /_state\.h$/ && room_of($from) ne room_of($to);
		}
	}
	return @faults;
}

sub library_faults {
	my ($texts, $objects) = @_;
	my @faults;
	for my $name (sort keys %$texts) {
		for my $include ($texts->{$name} =~ /^[ \t]*#[ \t]*include[ \t]*<([^>]+)>/mg) {
			push @faults, map { "$name includes <$include>: $_->[0] is for $_->[3] alone; call these instead" }
				grep { $include =~ $_->[1] && $name !~ $_->[3] } @Rules::libraries;
		}
	}
	for my $unit (sort keys %{$objects // {}}) {
		for my $symbol (sort keys %{$objects->{$unit}{uses}}) {
			push @faults, map { source_of($unit) . " uses $symbol: $_->[0] is for $_->[3] alone; call these instead" }
				grep { $symbol =~ $_->[2] && source_of($unit) !~ $_->[3] } @Rules::libraries;
		}
	}
	return @faults;
}

sub size_faults {
	my ($texts) = @_;
	my (@faults, %sources);
	for my $name (sort keys %$texts) {
		my $lines = $texts->{$name} =~ tr/\n//;
		push @faults, "$name has $lines lines, more than $Rules::max_lines: give a part that has a name of its own a file of its own" if $lines > $Rules::max_lines;
		$sources{$1}++ if $name =~ m{^(.*)/[^/]+\.c$};
	}
	push @faults, map { "$_ has $sources{$_} .c files, more than $Rules::max_sources: give a group of them a directory, a library and a row in tests/house/Rules.pm" }
		grep { $sources{$_} > $Rules::max_sources } sort keys %sources;
	return @faults;
}

# What `nm -gPA` says of the rooms' libraries and main's object: unit => {defines => {symbol}, uses => {symbol}}. The library of a
# room within a room, report/words, is libreport_words.
sub read_nm {
	my ($lines) = @_;
	my %objects;
	for my $line (split /\n/, $lines) {
		my ($where, $symbol, $kind) = $line =~ /^(.*?): (\S+) ([A-Za-z])\b/ or next;
		my $unit;
		if ($where =~ m{^lib/(?:(aws)/)?lib(\w+)\.a\[.*?-(\w+)\.o\]$}) { $unit = join '/', grep { defined } $1, $2 =~ tr{_}{/}r, $3 }
		elsif ($where =~ m{^plugins/lib(\w+)\.a\[.*?-(\w+)\.o\]$}) { $unit = $1 =~ tr{_}{/}r . "/$2" }
		elsif ($where =~ m{^plugins/[\w-]+\.o$}) { $unit = 'main' }
		else { next }
		$objects{$unit}{$kind =~ /[Uw]/ ? 'uses' : 'defines'}{$symbol} = 1;
	}
	$objects{$_}{uses} //= {}, $objects{$_}{defines} //= {} for keys %objects;
	return \%objects;
}

# Who uses whose symbols: from => to => "symbol, symbol".
sub link_edges {
	my ($objects) = @_;
	my (%home, %edges);
	for my $unit (sort keys %$objects) {
		$home{$_} //= $unit for keys %{$objects->{$unit}{defines}};
	}
	for my $unit (keys %$objects) {
		for my $symbol (sort keys %{$objects->{$unit}{uses}}) {
			my $to = $home{$symbol} // next;
			next if $to eq $unit || $objects->{$unit}{defines}{$symbol};
			$edges{$unit}{$to} = join ', ', grep { defined } $edges{$unit}{$to}, $symbol;
		}
	}
	return \%edges;
}

sub symbol_faults {
	my ($edges) = @_;
	my @faults;
	for my $from (sort keys %$edges) {
		for my $to (sort keys %{$edges->{$from}}) {
			my $objection = objection($from, $to);
			push @faults, "$from uses $edges->{$from}{$to} of $to: $objection" if $objection;
		}
	}
	return @faults;
}

# Each source file has its object, or the rules above would not be asked of it.
sub object_faults {
	my ($texts, $objects) = @_;
	my %built = map { source_of($_) => 1 } keys %$objects;
	return map { "$_ is in no library of its room: name it in Makefile.am, or run make" } grep { /\.c$/ && !$built{$_} && !/$Rules::optional/ } sort keys %$texts;
}

# The shortest way from a unit back to itself, within its circle.
sub shortest_circle {
	my ($edges, $start) = @_;
	my @ways = ([$start]);
	my %seen;
	while (my $way = shift @ways) {
		for my $to (sort keys %{$edges->{$way->[-1]} // {}}) {
			return @$way, $to if $to eq $start;
			push @ways, [@$way, $to] unless $seen{$to}++;
		}
	}
	return;
}

# Groups of units of which each leads to each other one.
sub circles {
	my ($edges) = @_;
	my %all = map { $_ => 1 } keys %$edges, map { keys %$_ } values %$edges;
	my %reaches;
	for my $unit (keys %all) {
		my @open = ($unit);
		while (defined(my $next = pop @open)) {
			push @open, grep { !$reaches{$unit}{$_}++ } keys %{$edges->{$next} // {}};
		}
	}
	my (%done, @circles);
	for my $unit (sort keys %all) {
		next if $done{$unit} || !$reaches{$unit}{$unit};
		my @members = sort grep { $reaches{$unit}{$_} && $reaches{$_} && $reaches{$_}{$unit} } keys %all;
		$done{$_} = 1 for @members;
		push @circles, \@members;
	}
	return @circles;
}

sub circle_faults {
	my ($edges, $verb) = @_;
	my @faults;
	for my $circle (circles($edges)) {
		next if grep { "@$_" eq "@$circle" } @Rules::circles;
		my @ways = sort { @$a <=> @$b || "@$a" cmp "@$b" } map { [shortest_circle($edges, $_)] } @$circle;
		my @way = @{$ways[0]};
		my @steps = map { "$way[$_] $verb $edges->{$way[$_]}{$way[$_ + 1]}" . ($verb eq 'uses' ? " of $way[$_ + 1]" : '') } 0 .. $#way - 1;
		push @faults, scalar(@$circle) . " files make a circle (@$circle); the shortest way round: " . join('; ', @steps)
			. ': move what two of them share into a file that knows neither, or pass a callback in';
	}
	return @faults;
}

# Compiles the rooms that must do without lib/aws in a tree without it. The build's config.h is taken from $build.
sub compile_faults {
	my ($top, $build, @compiler) = @_;
	my $tree = File::Temp->newdir;
	mkdir "$tree/lib" or die "$tree/lib: $!\n";
	symlink "$top/lib/$_", "$tree/lib/$_" or die "$tree/lib/$_: $!\n" for qw(base harness term);
	my @faults;
	for my $room (@Rules::without_aws) {
		my @files = glob "$top/$plugin_rooms/$room/*.c" or next;
		my @command = (@compiler, '-fsyntax-only', '-w', "-I$build", "-I$tree/lib", "-I$top/$plugin_rooms", @files);
		my $pid = open(my $out, '-|') // die "fork: $!\n";
		if (!$pid) {
			open STDERR, '>&', \*STDOUT;
			$ENV{LC_ALL} = 'C';
			exec {$command[0]} @command or die "$command[0]: $!\n";
		}
		my $text = do { local $/; <$out> } // '';
		next if close $out;
		$text =~ s{\Q$top\E/|\Q$tree\E/}{}g;
		# What includes the header, and which of the room's files come by it.
		my %missing;
		while ($text =~ m{((?:^(?:In file included)?\s+from .*\n)*)^\S*?([\w./]+):\d+[^\n]*fatal error: '?(aws/[\w./]+)}mg) {
			my ($way, $file, $header) = ($1, $2, $3);
			my ($first) = grep { /\.c$/ } $way =~ m{from ([^\s:,]+)}g, $file;
			push @{$missing{"$file includes $header"}}, ($first // $file) =~ m{([^/]+)$};
		}
		push @faults, map { "$room does not compile without lib/aws, since $_ (for @{$missing{$_}}): carry what it needs as plain data in model/" } sort keys %missing;
		push @faults, "$room does not compile without lib/aws:\n$text" unless %missing;
	}
	return @faults;
}

1;
