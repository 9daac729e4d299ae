# Which provider a request goes to: names, odd paths, query strings, methods.
package Paths;
use strict;
use warnings;
use Run ();
use Sign;

my $n = 0;

sub body { return sprintf '{"id":"path-%04d","type":"t"}', ++$n }

# Posts to this path a delivery that is valid for coral.
sub to {
	my ($target, %more) = @_;
	my $case = delete $more{case} // {};
	my $body = body();
	my ($id) = $body =~ /"id":"([^"]+)/;
	my $name = length $target > 40 ? substr($target, 0, 20) . '...' :
	    $target;
	my %file = grep({ $_ == 200 } Run::flat($case->{code} // 404)) ?
	    (file => { name => $id, body => $body }) : ();
	return { name => "path $name", code => 404, server => [400 .. 415, 431],
		make => sub { return { target => $target, body => $body,
			headers => Sign::coral($body), %more } }, %file,
		%$case };
}

sub good {
	my ($target, @more) = @_;
	return to($target, case => { to => 'coral', code => 200,
		server => undef, @more });
}

sub paths {
	my @never = ('/hooks', '/hooks/', '/hooks//', '/hooks///', '/hooks/.',
		'/hooks/..', '/hooks/../', '/hooks/coral/..', '/hooks/...',
		'/hooks/%2e%2e', '/hooks/%2e%2e%2fcoral', '/hooks/../coral',
		'/hooks/%2Fcoral%2F..', '/hooks/coral/extra',
		'/hooks/coral/new', '/hooks/x/coral', '/hooks/x%2fcoral',
		'/hooks/Coral', '/hooks/CORAL', '/hooks/coral.', '/hooks/-',
		'/hooks/coral%00', '/hooks/coral%00.txt', '/hooks/%00',
		'/hooks/coral%0a', '/hooks/%0acoral', '/hooks/coral%20',
		'/hooks/coral%3fx', '/hooks/coral;x=1', '/hooks/coral%',
		'/hooks/coral%zz', '/hooks/%63oral%2', '/hooks/coral%c3%a9',
		'/hooks/tmp', '/hooks/' . 'a' x 33, '/hooksfoo/coral',
		'/hooks/' . 'a' x 5000, '/hooks/coral' . '/' x 4000 . '.',
		'/hooks/' . 'a' x 65_536, '/hooks/coral?' . 'q' x 65_536);
	my @cases = map { to($_) } @never;
	# As long as a query may be, the path is good; C ends at a NUL.
	for (@cases) {
		$_->{only} = qr/^(?!cgi$)/ if
		    $_->{name} =~ /coral%00|coral\?q|hooksfoo/;
	}
	return (@cases,
	good('/hooks/coral'),
	good('/hooks/coral?a=1&b=%41'),
	good('/hooks/coral?'),
	good('/hooks/coral?x=/hooks/nvsep'),
	good('/hooks/co%72al'),
	# Some servers merge the slashes.
	good('/hooks//coral', code => [200, 404], server => 404));
}

# Under CGI all of it is in the environment, which a server sets.
sub environment {
	my @env = (
		[404, 'no PATH_INFO, no REQUEST_URI',
			{ PATH_INFO => undef, REQUEST_URI => undef }],
		[404, 'an empty PATH_INFO, REQUEST_URI of the mount',
			{ PATH_INFO => '', REQUEST_URI => '/hooks/' }],
		[404, 'a PATH_INFO of 64 KiB',
			{ PATH_INFO => '/' . 'a' x 65_536 }],
		[404, 'a PATH_INFO without its slash',
			{ PATH_INFO => 'coral' }],
		[404, 'a PATH_INFO with a line feed',
			{ PATH_INFO => "/coral\n" }],
		[404, 'PATH_INFO goes before REQUEST_URI',
			{ PATH_INFO => '/nobody' }],
		[200, 'no PATH_INFO, but REQUEST_URI',
			{ PATH_INFO => undef }],
		[200, 'an empty PATH_INFO, but REQUEST_URI',
			{ PATH_INFO => '', REQUEST_URI => '/a/b/coral?x=/y' }],
		[200, 'an absolute REQUEST_URI', { PATH_INFO => undef,
			REQUEST_URI => 'http://example.com/hooks/coral?q' }],
		[200, 'no REMOTE_ADDR, no SERVER_PROTOCOL',
			{ REMOTE_ADDR => undef, SERVER_PROTOCOL => undef,
			GATEWAY_INTERFACE => undef }],
		[200, 'a client that would set the settings',
			{ HTTP_HOOKDIR_CONFIG => '/nonexistent' }],
		[405, 'no REQUEST_METHOD', { REQUEST_METHOD => undef }],
	);
	return map {
		my ($code, $name, $env) = @$_;
		my $case = to('/hooks/coral', env => $env, case => {
			code => $code, server => undef, to => 'coral' });
		$case->{to} = undef if $code != 200;
		$case->{code} = [400, 405] if $code == 405;
		+{ %$case, name => $name, only => qr/^cgi$/ };
	} @env;
}

sub methods {
	my @cases = map {
		my $method = $_;
		+{ name => "method $method", to => 'coral', code => 405,
			server => [400, 405, 501],
			make => sub {
				my $body = $method =~ /GET|HEAD/ ? '' : body();
				return { target => '/hooks/coral',
					method => $method, body => $body,
					headers => Sign::coral($body) };
			} };
	} qw(GET HEAD PUT PATCH DELETE OPTIONS FOO post POSTS);
	for my $name ('nobody', 'a', 'inbox') {
		push @cases, to("/hooks/$name"), to("/hooks/$name",
			method => 'GET', body => '',
			case => { name => "GET $name" });
	}
	return @cases;
}

sub cases {
	return (paths(), environment(), methods());
}

1;
