#!/usr/bin/perl
# Key sets by URL, under CGI and FastCGI: fetched once when they are needed, and
# still used while their source is down.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use IO::Socket::INET;
use Pair;
use KeyServer;
use Part;
use Test::More;
use Time::HiRes qw(sleep time);
use Try;

ServerSetup::skip_all('libio-socket-ssl-perl is not installed')
    if KeyServer::missing();

my $one = Pair->new('one');
my $two = Pair->new('two');
my $s = KeyServer->new;
my ($w, $box, $n);

# A delivery signed with this key; {kid => another name for it}.
sub delivery {
	my ($key, %how) = @_;
	my $body = '{"id":"' . ++$n . qq(","text":"$Run::MARK) .
	    'x' x ($how{fill} // 0) . '"}';
	my $r = { target => '/hooks/life', body => $body,
		headers => $key->lifeomic($body, %how), %how };
	push @Try::KEEP_QUIET, Run::presented($r);
	return $r;
}

sub cache { return $box->inbox . '/.keys/life' }
sub filed { return scalar keys %{ $box->files('new') } }

# Makes the cache so many seconds older; with {tried}, only the set.
sub age {
	my ($seconds, %how) = @_;
	my $then = int(time) - $seconds;
	my $text = Sandbox::slurp(cache());
	$text =~ s/^Fetched: \d+/Fetched: $then/m;
	$box->write(cache(), $text, 0600);
	$box->write(cache() . '.lock', $then, 0600) unless $how{tried};
	return;
}

sub line { return Try::line($_[0], $_[1], $_[2], 'life') }
sub untried { return $box->write(cache() . '.lock', '', 0600) }

# Sends a delivery and checks the code, the files, how often the source is asked
# (some fetches happen after the answer, so wait for them), and the log.
sub is_sent {
	my ($r, $code, $hits, $name, $like) = @_;
	my ($mark, $files, $before) = ($box->mark, filed(), $s->hits);
	my @bad = Try::code_wrong($w->send($r), $code);
	push @bad, 'filed ' . (filed() - $files)
	    if filed() - $files != ($code == 200 ? 1 : 0);
	push @bad, "the log has no $like: " . $box->since($mark) if $like &&
	    !Try::until(sub { $box->since($mark) =~ $like }, 10);
	push @bad, 'the source was asked ' . ($s->hits - $before) . ' times'
	    if !Try::until(sub { $s->hits - $before >= $hits }, 10) ||
	    $s->hits - $before != $hits;
	Try::check("$w->{name}: $name", @bad);
	$w->idle;
	return;
}

sub settings {
	my ($path, $which, %more) = @_;
	$box->settings({ inbox => $box->inbox, providers => { life => {
		preset => 'lifeomic', public_url => 'http://localhost/hooks/life',
		jwks_url => $s->url($path, $which),
		jwks_ca_file => $s->ca, %more } } });
	# The receiver looks at the files once a second.
	$w->stop_program if $w->fcgi;
	$w->start;
	return;
}

# A delivery, as many times at once.  A fetch has five seconds, so a process must
# not have to start in them: each runs already, and lacks the last byte of the
# body.  Returns the codes.
sub crowd {
	my ($n, $r) = @_;
	return $w->send_all(({ %$r, held => 1 }) x $n);
}

sub many {
	unlink cache();
	untried();
	settings('/second');
	my $r = delivery($one);
	my ($before, $files) = ($s->hits, filed());
	my @codes = crowd(100, $r);
	is(join(' ', grep { !/^(?:200|503)$/ } @codes), '',
	    "$w->{name}: a hundred: each is taken, or told to come later");
	cmp_ok(scalar(grep { $_ == 200 } @codes), '>=', 16, 'these are taken');
	@codes = crowd(100, $r);
	is(join(' ', @codes), join(' ', (200) x 100), 'and later all of them');
	is($s->hits - $before, 1, 'the source is asked once');
	is(filed() - $files, 1, 'one is filed');
	return;
}

# Without a set, all wait for the fetch that one of them does.  Of the threads of
# one process 16 do; the others wait for two seconds only, which the fetch may
# exceed, and then the sender tries again.
sub start {
	settings('/second');
	my $n = $w->fcgi ? 16 : Sandbox::sanitized() ? 20 : 100;
	my $r = delivery($one, fill => 100_000);
	my ($before, $files) = ($s->hits, filed());
	is(join(' ', crowd($n, $r)), join(' ', (200) x $n),
	    "$w->{name}: $n at the start: all are taken");
	is($s->hits - $before, 1, "$w->{name}: and the source is asked once");
	is(filed() - $files, 1, "$w->{name}: and one is filed");
	many() if $w->fcgi;
	is_sent(delivery($one), 200, 0, 'and never for the next one');
	is((stat cache())[2] & 07777, 0600, 'the cache is for its owner alone');
	is((stat $box->inbox . '/.keys')[2] & 07777, 0700, 'its folder too');
	settings('/keys');
	untried();
	is_sent(delivery($one), 200, 1, 'for another URL it is');
	return;
}

sub unknown {
	age(100);
	my $before = $s->hits;
	my @codes = map { $w->send(delivery($one, kid => "none-$_"))->{code} }
	    1 .. 10;
	is("@codes", join(' ', (401) x 10), "$w->{name}: unknown keys: 401");
	is($s->hits - $before, 1, "$w->{name}: ten of them, asked once");
	is_sent(delivery($two, kid => 'one'), 401, 0, 'another key of that name',
		line('warning', 401, qr/the signature does not fit/));
	is_sent(delivery($two), 401, 0, 'an unknown one',
		line('warning', 401, qr/no key is called 'two'/));
	return;
}

sub rotation {
	$s->set(Pair::set($one, $two));
	is_sent(delivery($two), 401, 0, 'a new key, within the minute');
	age(100);
	is_sent(delivery($one), 200, 0, 'after it, one that is known');
	is_sent(delivery($two), 200, 1, 'after it: asked for, and known');
	is_sent(delivery($one), 200, 0, 'the old one is known still');
	$s->set(Pair::set($two));
	age(4000);
	is_sent(delivery($one), 200, 1, 'past its max-age: asked for later');
	is_sent(delivery($one), 401, 0, 'and then it is gone',
		qr/no key is called 'one'/);
	is_sent(delivery($two), 200, 0, 'and the other is not');
	$s->set(Pair::set($one, $two));
	return;
}

sub down {
	age(4000);
	$s->down;
	is_sent(delivery($two), 200, 0, 'the source is down: the old set works',
		qr/warning: life: the old key set stays in use: .*onnect/);
	my $mark = $box->mark;
	is_sent(delivery($two), 200, 0, 'and within a minute nobody tries');
	is($box->since($mark), '', 'and nothing is said');
	is_sent(delivery($two, kid => 'new'), 503, 0, 'an unknown key: later',
		line('error', 503, qr/.* is tried once a minute;/));
	untried();
	is_sent(delivery($two, kid => 'new'), 503, 0, 'and when it was tried',
		line('error', 503, qr/\S+: .*onnect/));
	age(6 * 86400, tried => 1);
	is_sent(delivery($two), 200, 0, 'six days old: works');
	age(8 * 86400);
	is_sent(delivery($two), 503, 0, 'eight days old: does not',
		line('error', 503, qr/\S+: .*onnect/));
	$s->up;
	is_sent(delivery($two), 503, 0, 'the source is back: within a minute');
	untried();
	is_sent(delivery($two), 200, 1, 'and after it');
	return;
}

sub damaged {
	my $good = Sandbox::slurp(cache());
	my %bad = (empty => '', junk => "junk\n" x 50,
		'cut short' => substr($good, 0, -10),
		'cut in its header' => substr($good, 0, 20),
		'without a set' => $good =~ s/\n\n.*/\n\n/sr,
		'too long' => "$good ",
		'of a wrong set' => $good =~ s/\{"keys"/{"kees"/r,
		'of another URL' => $good =~ s/^Source: .*/Source: https:\/\/x/r,
		'of no time' => $good =~ s/^Fetched: \d/Fetched: x/mr);
	for my $name (sort keys %bad) {
		$box->write(cache(), $bad{$name}, 0600);
		untried();
		is_sent(delivery($one), 200, 1, "a cache that is $name");
		like(Sandbox::slurp(cache()), qr/"kid":"two"/, 'is a good one again');
	}
	for (['gone', sub { unlink cache() }],
		['closed', sub { chmod 0, cache() }],
		["everybody's", sub { chmod 0666, cache() }]) {
		$_->[1]->();
		untried();
		is_sent(delivery($one), 200, 1, "a cache that is $_->[0]");
	}
	my $folder = $box->inbox . '/.keys';
	chmod 0777, $folder;
	age(4000);
	$box->write("$folder/life", Sandbox::slurp("$folder/life"), 0600);
	settings('/keys');
	is_sent(delivery($one), 503, 0, 'a folder that everybody can write',
		qr{/\.keys must be a folder .* nobody else can write});
	chmod 0700, $folder;
	is_sent(delivery($one), 200, 1, 'and one of our own');
	return;
}

sub programs {
	my $program = "$box->{dir}/bin/hookdir-fetch";
	unlink cache();
	untried();
	rename $program, "$program.away" or die;
	settings('/keys');
	is_sent(delivery($one), 503, 0, 'without hookdir-fetch',
		qr{answered 503: \Q$program\E, which .* No such file});
	rename "$program.away", $program or die;
	is_sent(delivery($one), 503, 0, 'with it, within the minute');
	untried();
	is_sent(delivery($one), 200, 1, 'and after it');
	for (['foreign', qr/certificate/], ['elsewhere', qr/subject name|match/],
		['expired', qr/expired/]) {
		settings('/keys', $_->[0]);
		untried();
		is_sent(delivery($one), 503, 0, "a certificate: $_->[0]",
			line('error', 503, qr/\S+: .*$_->[1]/));
	}
	for (['404', qr/status 404/], ['huge', qr/longer than 1048576/],
		['to-http', qr/rotocol/], ['cut', qr/\w/]) {
		settings("/$_->[0]");
		untried();
		is_sent(delivery($one), 503, 1, "a source: $_->[0]",
			line('error', 503, qr/\S+: .*$_->[1]/));
	}
	settings('/slow');
	untried();
	# It answers after eight seconds, with a set that would do.
	is_sent(delivery($one), 503, 1, 'a source that is slow',
		qr/timed out|in time/);
	return;
}

# A request tries to set a proxy; and which program opens connections.
sub network {
	settings('/keys');
	untried();
	unlink cache();
	my $proxy = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 5,
		Blocking => 0) or die;
	my $url = 'http://127.0.0.1:' . $proxy->sockport;
	my $trace = "$box->{dir}/log/trace";
	if ($w->cgi) {
		# strace without -f sees the receiver, not the program it
		# starts.
		local $box->{wrap} = ['strace', '-qq', '-o', $trace, '-e',
			'trace=execve,connect,socket'];
		my $r = delivery($one, env => { HTTP_PROXY => $url,
			HTTPS_PROXY => $url, https_proxy => $url,
			SSL_CERT_FILE => '/dev/null', all_proxy => $url });
		is_sent($r, 200, 1, 'whatever proxy is said');
		my @calls = Sandbox::slurp($trace) =~ /^(\w+)\(/mg;
		is("@calls", 'execve', 'the receiver opens no connection');
		unlink $trace;
	} else {
		my $r = delivery($one);
		push @{ $r->{headers} }, ['Proxy', $url];
		is_sent($r, 200, 1, 'whatever proxy is said');
	}
	is($proxy->accept, undef, 'nobody asks the proxy');
	return;
}

for my $way (Part::mine(qw(cgi fcgi))) {
	$s->set(Pair::set($one));
	$w = ServerSetup->new($way);
	$box = $w->box;
	$_->() for \&start, \&unknown, \&rotation, \&down, \&damaged,
	    \&programs, \&network;
	Try::finish($w);
}
done_testing();
