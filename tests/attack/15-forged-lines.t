#!/usr/bin/perl
# Attack: headers of a request that look like lines that hookdir writes into the
# header of an event, in any spelling that a server lets through. With all
# headers kept, the sender must not write a line of hookdir's, nor end the
# header, nor have a password filed, nor make it large. A CloudEvent has its own
# attributes; but none of the lines that say what hookdir did.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../e2e/lib";
use Test::More;
use Try;

my $KEPT = 'kept-by-the-sender';
my $HIDDEN = 'hidden-password';
my $n = 0;
my @OURS = qw(Ce-Id Ce-Source Ce-Type Ce-Time Ce-Subject Hookdir-Dedup
    Hookdir-Verified Hookdir-Target Hookdir-Query Hookdir-Remote
    Hookdir-Provider Hookdir-Received Hookdir-Decoded Hookdir-Not-Kept
    Hookdir-Anything Original-Ce-Id Original-Content-Type);
my %ATTRIBUTE = map { $_ => 1 } qw(ce-source ce-subject);

for my $name ('cgi', grep { !Servers::missing($_) } sort keys %Servers::WAY) {
	my $w = Try::setup($name, { keep_address => \1, keep_query => \1,
		providers => { coral => { secret_file => 'coral.secret',
			keep_headers => [ 'hookdir_dedup', 'Ce-Id', '*' ] } } })->start;
	my $box = $w->box;
	my $cloud = [ map { [$_, $KEPT] } @OURS ];
	push @$cloud, [ 'Ce-Specversion', '1.0' ];
	for my $set ([ map { [$_, $KEPT] } @OURS ],
	    [ map { [tr/-/_/r, $KEPT] } @OURS ],
	    [ map { [lc, $KEPT] } @OURS ], $cloud) {
		my $r = Try::delivery('forged-' . ++$n,
			target => "/hooks/coral?Hookdir-Dedup:%20$n");
		push @{ $r->{headers} }, @$set,
		    [ 'Authorization', "Bearer $HIDDEN" ],
		    [ 'X-Api-Key', $HIDDEN ], [ 'Cookie', "a=$HIDDEN" ],
		    [ 'X-Shop', 'mine' ];
		Try::stored($w, $r, "a delivery with $set->[1][0]") or next;
		my $top = Sandbox::event(Try::path($box, $r->{id}))->{top};
		my @forged = grep { !/\AOriginal-(?!Content-Type:)/i && /\Q$KEPT\E/ }
		    split /\n/, $top;
		@forged = grep { !/\A([\w-]+):/ || !$ATTRIBUTE{lc $1} } @forged
		    if $set == $cloud;
		is("@forged", '', 'no line of ours is the sender\'s');
		my @twice = grep { my $n = $_; 1 < (() = $top =~ /^\Q$n\E:/mgi) }
		    @OURS;
		is("@twice", '', 'nor is one there twice');
		like($top, qr/^Hookdir-Query: Hookdir-Dedup:%20$n$/m,
			'the query is one line');
		like($top, qr/^Hookdir-Remote: \S+$/m, 'the address is the server\'s');
		like($top, qr/^X-Shop: mine$/m, 'others are kept');
		unlike($top, qr/\Q$HIDDEN\E/, 'no password is');
	}
	my $r = Try::delivery("many-$name");
	push @{ $r->{headers} }, map { [ "X-Many-$_", 'y' x 40 ] } 1 .. 80;
	my $answer = $w->send($r);
	if ($answer->{code} == 200) {
		my $top = Sandbox::event(Try::path($box, $r->{id}))->{top};
		cmp_ok(length $top, '<', 20000, 'many headers: bounded');
		like($top, qr/^Hookdir-Not-Kept: headers=\d+$/m, 'and said');
	} else {
		pass("$w->{name} passes no more headers on");
	}
	push @Try::KEEP_QUIET, $KEPT, $HIDDEN;
	Try::finish($w);
}

done_testing();
