#!/usr/bin/perl
# What configure says about hardening, looked for in the plugin and in the objects that it is made of.
use strict;
use warnings;
use File::Basename qw(dirname);
use Test::More;

my ($flags, $compiler, $plugin) = map { $_ // '' } @ENV{qw(CHECK_ECS_HARDENING CHECK_ECS_CC CHECK_ECS_PLUGIN)};
plan skip_all => 'built with --disable-hardening, or not run by make check' unless $flags =~ /\S/;
BAIL_OUT("CHECK_ECS_PLUGIN=$plugin is not a file") unless -f $plugin;
my %has = map { $_ => 1 } split ' ', $flags;
my @compiler = split ' ', $compiler || 'cc';

sub output_of {
	my (@command) = @_;
	local $ENV{LC_ALL} = 'C';
	open my $out, '-|', @command or BAIL_OUT("$command[0]: $!: binutils are needed");
	local $/;
	my $text = <$out> // '';
	close $out or BAIL_OUT("@command fails");
	return $text;
}

# What the compiler takes is used.
for my $flag (qw(-fPIE -fstack-protector-strong -fstack-clash-protection -fcf-protection)) {
	SKIP: {
		skip "the compiler does not take $flag", 1 if system("echo 'int main(void) { return 0; }' | @compiler -Werror $flag -x c -c -o /dev/null - 2>/dev/null") != 0;
		ok($has{$flag}, "$flag is used");
	}
}
ok($has{$_}, "$_ is used") for '-pie', map { "-Wl,-z,$_" } qw(relro now noexecstack);

# And has an effect.
my $headers = output_of('readelf', '-hldW', $plugin);
like($headers, qr/^\s*Type:\s+DYN\b/m, 'position-independent');
like($headers, qr/^\s*GNU_RELRO\b/m, 'relocations become read-only');
like($headers, qr/\bBIND_NOW\b|Flags:.*\bNOW\b/, 'all of them at the start');
like($headers, qr/^\s*GNU_STACK\s.*\sRW\s/m, 'the stack cannot be executed');
my $symbols = output_of('readelf', '-sW', '--dyn-syms', $plugin);
like($symbols, qr/\b__stack_chk_fail\b/, 'the stack is protected');
SKIP: {
	skip '_FORTIFY_SOURCE is not set by configure', 1 unless grep { /^-D_FORTIFY_SOURCE=/ } keys %has;
	like($symbols, qr/\b__\w+_chk\b(?<!__stack_chk)/, 'calls of libc are checked');
}

my $machine = output_of('readelf', '-hW', $plugin) =~ /^\s*Machine:.*X86-64/m;
SKIP: {
	skip 'what follows is known of x86-64 alone', 4 unless $machine;
	my $code = output_of('objdump', '-d', '--no-show-raw-insn', $plugin);
	SKIP: {
		skip 'no -fstack-clash-protection', 2 unless $has{'-fstack-clash-protection'};
		my @large = grep { hex($_) > 0x1000 && hex($_) < 0x80000000 } map { /\bsub\s+\$0x([0-9a-f]{1,8}),%rsp/ } split /\n/, $code;
		is_deeply(\@large, [], 'no frame grows by more than a page at a time');
		my @pages = $code =~ /\bsub\s+\$0x1000,%rsp\n.*?:\s+(\w+)\s/g;
		is_deeply([grep { !/^(?:or|mov)/ } @pages], [], 'and each page is touched: ' . scalar @pages);
	}
	SKIP: {
		skip 'no -fcf-protection', 2 unless $has{'-fcf-protection'};
		# The linker marks the program only if all of its objects are marked, the C library's Scrt1.o among them.
		my $built = dirname(dirname($plugin));
		my @unmarked;
		for my $library (map { glob "$built/$_" } qw(lib/*.a lib/aws/*.a plugins/*.a)) {
			for my $notes (split /^(?=File: )/m, output_of('readelf', '-nW', $library)) {
				my ($object) = $notes =~ /^File: (.*)/ or next;
				push @unmarked, $object unless $notes =~ /x86 feature:.*\bIBT\b.*\bSHSTK\b/;
			}
		}
		is_deeply(\@unmarked, [], 'every object allows indirect branch tracking and a shadow stack');
		my $start = output_of(@compiler, '-print-file-name=Scrt1.o');
		chomp $start;
		skip 'the C library is not built for it: its Scrt1.o is not marked', 1 unless -f $start && output_of('readelf', '-nW', $start) =~ /\bIBT\b.*\bSHSTK\b/;
		like(output_of('readelf', '-nW', $plugin), qr/x86 feature:.*\bIBT\b.*\bSHSTK\b/, 'so does the plugin');
	}
}
done_testing;
