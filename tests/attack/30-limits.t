#!/usr/bin/perl
# Each shipped file of each web server limits a body, and the time for headers
# and for a body. Here the web server's own limits are exceeded: with smaller
# numbers, in a copy of the file. That the shipped numbers are those in the manual
# is checked first.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../e2e/lib";
use Test::More;
use Time::HiRes qw(time);
use Try;

my ($ROOM, $APACHE_TIME) = ('LimitRequestBody 68157440', 'RequestReadTimeout' .
    ' header=10-20,MinRate=500 body=10,MinRate=4096');
my ($SIZE, $IDLE) = ('server.max-request-size = 66560',
    'server.max-read-idle = 20');
my ($MAX, $HEAD, $BODY) = ('client_max_body_size 65m',
    'client_header_timeout 20s', 'client_body_timeout 20s');
my %apache = ($ROOM => 'LimitRequestBody 100000', $APACHE_TIME =>
    'RequestReadTimeout header=1 body=1,MinRate=10000000');
my %lighttpd = ($SIZE => 'server.max-request-size = 100',
    $IDLE => 'server.max-read-idle = 1');

# Web server => what replaces the limits of its file.
my %LIMITS = (
	(map { ("apache-$_" => \%apache) } qw(cgid fcgid)),
	# Apache does not limit the body of a proxied request.
	'apache-proxy' => { $APACHE_TIME => $apache{$APACHE_TIME} },
	# The others can be set by the host alone.
	'apache-htaccess' => { $ROOM => $apache{$ROOM} },
	(map { ("lighttpd-$_" => \%lighttpd) } qw(cgi fastcgi socket)),
	nginx => { $MAX => 'client_max_body_size 100k',
		$HEAD => 'client_header_timeout 1s',
		$BODY => 'client_body_timeout 1s' },
);
is_deeply([sort keys %LIMITS], [sort keys %Servers::WAY],
    'every server that there is');

my $manual = Sandbox::slurp("$Sandbox::TOP/man/hookdir.fcgi.8");
for my $way (sort keys %LIMITS) {
	my $file = Sandbox::slurp("$Sandbox::TOP/$Servers::WAY{$way}[1]");
	for my $limit (sort keys %{ $LIMITS{$way} }) {
		# Of nginx, this one is in the comment that says what to set.
		like($file, qr/^[ #]*\Q$limit\E;?$/m, "$way: $limit");
		like($manual, qr/^\.Ql "?\Q$limit\E\b/m, 'as the manual says');
	}
}

# Those before which hookdir answers a body that is too large: see their files.
my $BY_HOOKDIR = qr/proxy|fcgid/;

# For headers, lighttpd has only a limit of the whole server. It is not set for
# one of the three, whose file alone must then end half of a body.
my $WHOLE = qr/lighttpd-(?!cgi)/;

my $n = 0;

# True if hookdir made this answer, and not the web server.
sub is_ours { return $_[0]{headers}{'x-content-type-options'} }

# Sends the bytes and then nothing.
sub half {
	my ($w, $name, $bytes, @codes) = @_;
	my $s = Client::connect_to($w->{port}) or die "no connection\n";
	Client::push_all($s, $bytes);
	return { w => $w, name => $name, socket => $s, codes => \@codes };
}

# The web server ends it, with one of the codes, or 0 for no answer.
sub ended {
	my ($half) = @_;
	my $s = $half->{socket};
	my $end = time + 40;
	my $a = Client::parse(Client::exchange($s, '', 0, $end));
	close $s;
	return Try::check("$half->{w}{name}: $half->{name}",
	    (grep { $_ == $a->{code} } 0, @{ $half->{codes} }) ? () :
	    "answered $a->{code}", time >= $end ? 'not ended' : (),
	    is_ours($a) ? 'it was hookdir that answered' : ());
}

my (@ways, @halves);
for my $way (sort keys %LIMITS) {
	my $w = Try::setup($way, { max_body => 90_000 },
	    change => $LIMITS{$way},
	    $way =~ $WHOLE ? (extra => 'server.max-read-idle = 1') : ())
	    ->start;
	push @ways, $w;
	next if $way eq 'apache-htaccess';
	my $head = Client::head(Try::delivery('half', fill => 10_000));
	push @halves, half($w, 'half of the headers', substr($head, 0, 60),
	    400, 408) unless $way eq 'lighttpd-cgi';
	push @halves, half($w, 'half of the body', $head . 'x' x 5000,
	    400, 408, 500, 503);
}
for my $w (@ways) {
	my $way = $w->{name};
	my $large = Try::delivery(sprintf('limit-%d', ++$n), fill => 150_000);
	Try::check("$way: a body over the limit", map {
		my $a = $w->send({ %$large, %$_ });
		(grep { $_ == $a->{code} } 413, $way =~ /fcgid/ ? 400 : ()) ?
		    () : "answered $a->{code}",
		    is_ours($a) && $way !~ $BY_HOOKDIR ?
		    'it was hookdir that answered' : () }
	    {}, { chunked => 10_000 });
}
ended($_) for @halves;
for my $w (@ways) {
	Try::stored($w, Try::delivery(sprintf('limit-%d', ++$n)),
	    'a good delivery afterwards');
	is(keys %{ $w->box->files('new') }, 1, 'and nothing else is filed');
}
Try::finish(@ways);
done_testing();
