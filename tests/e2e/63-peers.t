#!/usr/bin/perl
# What a peer on the FastCGI socket can do, record by record. An incomplete
# delivery is never acknowledged, and the process survives.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use FcgiClient;
use Test::More;
use Try;

my $n = 0;
my $w = Try::setup('fcgi', { workers => 2, max_body => 200_000,
	providers => { gitlab => { secret_file => 'gitlab.secret',
		scheme => 'token', signature => 'X-Gitlab-Token',
		id => 'header:X-Gitlab-Event-UUID' } } });
$w->start;
my $box = $w->box;
my ($pid) = @{ $w->{programs} };

# A token does not cover the body: only the length shows that it is complete.
sub token {
	my ($body, %more) = @_;
	my $id = sprintf 'peer-%03d', ++$n;
	return { id => $id, target => '/hooks/gitlab', body => $body,
		headers => Sign::gitlab($body, $id), %more };
}

sub fresh { return Try::delivery(sprintf('peer-%03d', ++$n), @_) }

sub in { return FcgiClient::record($FcgiClient::STDIN, $_[0], $_[1]) }
sub abort { return FcgiClient::record($FcgiClient::ABORT, '') }

# Sends the records and checks the answer: the codes that may come, 0 for none.
sub talk {
	my ($name, $bytes, $codes, %opt) = @_;
	my $before = $box->files('new');
	my $s = FcgiClient::connection($box) or die "no connection\n";
	my $a;
	if ($opt{hang_up}) {
		Client::push_all($s, $bytes);
		shutdown $s, 1 if $opt{hang_up} eq 'half';
		$a = $opt{hang_up} eq 'half' ?
		    FcgiClient::talk($box, $s, '', 20) : { code => 0 };
	} else {
		$a = FcgiClient::talk($box, $s, $bytes, 20);
	}
	close $s;
	my @bad;
	push @bad, "answered $a->{code}, not @$codes"
	    unless grep { $_ == $a->{code} } @$codes;
	my $good = fresh();
	my $answer = $w->send($good);
	push @bad, map { "then: $_" } Try::code_wrong($answer, 200),
	    Try::event_wrong($box, $good);
	my @new = grep { !$before->{$_} && !/\Q$good->{id}\E\z/ }
	    keys %{ $box->files('new') };
	my $expect = $a->{code} == 200 ? 1 : 0;
	push @bad, scalar(@new) . " filed: @new" if @new != $expect;
	push @bad, Try::unclean($box);
	push @bad, 'the process is another' unless kill 0, $pid;
	Try::check($name, @bad);
	return $a;
}

my $body = '{"peer":"' . 'p' x 1000 . '"}';
my $half = substr $body, 0, 500;

sub start { return FcgiClient::begin() . FcgiClient::params($box, $_[0]) }

# Bodies whose length differs from Content-Length.
talk('a whole one', start(token($body)) . in($body) . in(''), [200]);
talk('in single bytes', start(token($body)) .
    join('', map { in($_) } split //, $body) . in(''), [200]);
talk('CONTENT_LENGTH larger than the stream', start(token($body)) . in($half) .
    in(''), [400]);
talk('no stream at all', start(token($body)) . in(''), [400]);
talk('CONTENT_LENGTH smaller than the stream',
    start(token($half)) . in($body) . in(''), [200, 400]);
talk("the peer goes away in the body ($_)", start(token($body)) . in($half),
    [0, 400, 503], hang_up => $_) for qw(half full);
talk('gone before the end of the stream', start(token($body)) . in($body),
    [0, 200, 400, 503], hang_up => 'half');
talk('gone in a record', start(token($body)) . substr(in($body), 0, 400),
    [0, 400, 503], hang_up => $_) for qw(half full);
talk('no length, and gone', start(token($body, length => undef)) . in($half),
    [0, 411], hang_up => 'half');
talk('aborted in the body', start(token($body)) . in($half) . abort(),
    [0, 400, 503], hang_up => 'half');
talk('aborted, and the stream ended', start(token($body)) . in($half) .
    abort() . in(''), [0, 400, 503], hang_up => 'half');
talk('aborted before the parameters ended', FcgiClient::begin() . abort(), [0, 404],
    hang_up => 'half');
talk('more than max_body', start(fresh(fill => 300_000)) .
    in('x' x 300_100) . in(''), [413]);

# A second request on the same connection, in the middle of the first.
my $second = FcgiClient::begin(0, 1, 2) .
    FcgiClient::params($box, token($body), 2) . in($body, 2) . in('', 2);
talk('multiplexed', start(token($body)) . in($half) . $second .
    in(substr $body, 500) . in(''), [0, 200, 400]);
talk('multiplexed, and the first cut', start(token($body)) . in($half) .
    $second . in(''), [0, 400, 503]);
talk('a body of another request', start(token($body)) . in($half) .
    in(substr($body, 500), 2) . in(''), [0, 400, 503]);
talk('asked to keep the connection',
    FcgiClient::begin($FcgiClient::KEEP) .
    FcgiClient::params($box, token($body)) . in($body) . in(''), [200]);
talk("role $_", FcgiClient::begin(0, $_) . FcgiClient::params($box,
    token($body)) . in($half) . in(''), [0, 400, 503], hang_up => 'half') for 2, 3, 9;

# Bytes that are not FastCGI records.
srand 20261121;
my %garbage = (zeros => "\0" x 100, ones => "\xff" x 100,
	http => "GET / HTTP/1.0\r\n\r\n", 'a long name' =>
	    FcgiClient::begin() . FcgiClient::record($FcgiClient::PARAMS,
	    pack('NN', 0xffffffff, 0xffffffff)),
	'a length beyond the record' => FcgiClient::begin() .
	    FcgiClient::record($FcgiClient::PARAMS, pack('NN', 1 << 31 | 8,
	    0x80001000) . 'x' x 50) . FcgiClient::record($FcgiClient::PARAMS,
	    ''),
	'no parameters' => FcgiClient::begin() . in('') ,
	'unknown type' => FcgiClient::record(77, 'x' x 20),
	'noise' => join('', map { chr int rand 256 } 1 .. 3000),
	'noise after begin' => FcgiClient::begin() .
	    join('', map { chr int rand 256 } 1 .. 3000));
for my $name (sort keys %garbage) {
	talk("garbage: $name", $garbage{$name}, [0, 400, 404, 405],
	    hang_up => 'half');
}

# Parameters: twice, with a NUL, without a name.
my $hmac = sub { my $r = fresh(); ($r, start_with($r, @_)) };
sub start_with {
	my ($r, @params) = @_;
	return start({ %$r, params => [@params] }) . in($r->{body}) . in('');
}
for my $case (
    ['the signature twice', [400, 401], ['HTTP_X_CORAL_SIGNATURE', 'sha256=00']],
    ['an empty second signature', [400, 401], ['HTTP_X_CORAL_SIGNATURE', '']],
    ['CONTENT_LENGTH twice', [400], ['CONTENT_LENGTH', '5']],
    ['a value with a NUL', [200], ['HTTP_X_NUL', "a\0b"]],
    ['a name with a NUL', [200], ["HTTP_X\0CORAL", 'x']],
    ['an empty name', [200], ['', 'x']],
    ['a name with "="', [200], ['A=B', 'x']],
    ['many', [200], map { ["X_$_", $_] } 1 .. 5000],
    ['64 KiB', [200], ['HTTP_LONG', 'v' x 65_536]],
    ['the settings by a parameter', [200],
	['HOOKDIR_CONFIG', '/nonexistent'], ['SSL_HOOKDIR_CONFIG', '/none']]) {
	my ($name, $codes, @params) = @$case;
	my ($r, $bytes) = $hmac->(@params);
	talk("parameters: $name", $bytes, $codes);
}
my ($r, $bytes) = (fresh());
$r->{headers}[0][1] =~ s/\z/\0garbage/;
talk('a signature with a NUL behind it', start_with($r), [200, 400, 401]);
$r = fresh();
talk('a path with a NUL', start_with({ %$r, env => {
	PATH_INFO => "/coral\0/x" } }), [200, 404]);
$r = fresh();
talk('control bytes in the path', start_with({ %$r, env => {
	PATH_INFO => "/cor\e[31mal\r\n\x9b", REQUEST_URI => "/\n" } }), [404]);

# Silent peers, one for every worker: the workers are free when the peers go.
my @silent = map { FcgiClient::connection($box) } 1 .. 2;
Try::stored($w, fresh(), 'peers that connect and say nothing');
@silent = map { my $s = FcgiClient::connection($box);
	Client::push_all($s, FcgiClient::begin()); $s } 1 .. 2;
close $_ for @silent;
Try::stored($w, fresh(), 'peers that only began, and went');
ok(kill(0, $pid), 'all of it by one process');
Try::finish($w);
done_testing();
