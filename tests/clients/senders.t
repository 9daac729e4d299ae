#!/usr/bin/perl
# What providers send, made and judged by their own packages from npm, to
# hookdir behind lighttpd: the two must agree on every delivery.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../e2e/lib", "$FindBin::Bin/lib";
use IPC::Open2 qw(open2);
use JSON::PP qw(decode_json encode_json);
use MIME::Base64 qw(decode_base64);
use Npm;
use Test::More;
use Try;

Npm::install();

my $w = ServerSetup->new('lighttpd-fastcgi');
my $box = $w->box;
my $pid = open2(my $from, my $to, 'node', Npm::script('senders.mjs'));
my $first = <$from> // die "node: no settings\n";
my $settings = decode_json($first);

while (my ($name, $lines) = each %{ $settings->{secrets} }) {
	$box->secret($name, @{$lines});
	push @Try::KEEP_QUIET, @{$lines};
}
$box->write("$box->{dir}/etc/$_", $settings->{files}{$_})
    for keys %{ $settings->{files} };
$box->settings({ inbox => $box->inbox,
	providers => $settings->{providers} });
$w->start;
print $to encode_json({ port => $w->{port} + 0, config => $box->config,
	program => Sandbox::build() . '/hookdir' }), "\n";
close $to;

my $filed;

while (my $line = <$from>) {
	my $said = decode_json($line);
	$filed = $said->{filed} and last;
	Try::check($said->{name}, @{ $said->{wrong} });
}
waitpid $pid, 0;
is($?, 0, 'all are sent');

# Those that were taken are there, as they were sent, and no other.
my %found = map { $_ => Sandbox::event($_) } keys %{ $box->files('new') };
my %of;

while (my ($path, $event) = each %found) {
	my ($name) = $path =~ m{([^/]+)/new/};
	$of{"$name $event->{body}"} = $event;
}
is(scalar keys %found, scalar @{ $filed // [] },
	'what was taken is filed, and no other');
for my $want (@{ $filed // [] }) {
	my $event = delete $of{"$want->{to} " . decode_base64($want->{body})};
	my @wrong = $event ? () : 'it is not there, byte for byte';
	for my $attr ($event ? qw(id type) : ()) {
		my $is = $event->{head}{"ce-$attr"} // '';
		push @wrong, "its $attr is $is" if defined $want->{$attr} &&
		    $is ne $want->{$attr};
	}
	Try::check("$want->{to}: filed " . ($want->{id} // ''), @wrong);
}
Try::finish($w);
done_testing();
