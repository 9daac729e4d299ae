# Deliveries that must be accepted, and what must then be in the inbox.
package CasesAccepted;
use strict;
use warnings;
use Digest::SHA qw(hmac_sha256_hex sha256_hex);
use Sign;

my $n = 0;
sub id { return sprintf 'ev-%04d', ++$n }

# Coral's way: pretty-printed.
sub story {
	my ($id, $more) = @_;
	return qq({\n  "id": "$id",\n  "data": {\n    "storyID": "s1"\n  },\n) .
	    qq(  "type": "STORY_CREATED"@{[ $more // '' ]}\n});
}

sub post {
	my ($to, $body, $headers, %more) = @_;
	return sub {
		return { target => "/hooks/$to", body => $body,
			headers => ref $headers eq 'CODE' ? $headers->() :
			    $headers, %more };
	};
}

# The name of a file by the digest of its id or of its signed text.
sub of {
	my ($kind, $what) = @_;
	return 'sha256-' . sha256_hex("$kind\0$what");
}

# One accepted delivery: NAME, provider, body, headers, file.
sub good {
	my ($name, $to, $body, $headers, %file) = @_;
	return { name => "$to: $name", to => $to, code => 200,
		make => post($to, $body, $headers),
		file => { body => $body, %file } };
}

sub escape {
	my ($s) = @_;
	$s =~ s/([^A-Za-z0-9 ])/sprintf '%%%02X', ord $1/ge;
	return $s =~ tr/ /+/r;
}

sub providers {
	my $id = id();
	my $story = story($id);
	my $sig = Sign::coral($story);
	my $hub = qq({"ref":"$id"});
	my $vorsto = qq({"message":{"id":"$id","agentId":"a","content":"hi"}});
	my $slack = qq({"event_id":"$id","event":{"type":"message"}});
	my $plain = qq({"id":"$id","type":"thing.made"});
	return (
	good('one', 'coral', $story, $sig, name => $id, head => {
		'Ce-Id' => $id, 'Ce-Type' => 'STORY_CREATED',
		'Content-Type' => 'application/json',
		'Hookdir-Verified' => 'hmac-sha256 secret=1',
		'X-Coral-Signature' => $sig->[0][1] }),
	{ %{ good('the same again', 'coral', $story, $sig) },
		file => 'duplicate' },
	good('base64', 'nvsep', $plain, Sign::nvsep($plain), name => $id,
		head => { 'Ce-Type' => 'thing.made' }),
	good('id in message.id', 'vorsto', $vorsto, Sign::vorsto($vorsto),
		name => $id, head => { 'Ce-Type' => 'message' }),
	good('id and type in headers', 'github', $hub,
		Sign::github($hub, $id, 'push'), name => $id,
		head => { 'Ce-Type' => 'push', 'Ce-Id' => $id }),
	good('time and signature in one header', 'stripe', $plain,
		sub { Sign::stripe($plain) }, name => $id,
		head => { 'Ce-Type' => 'thing.made' }),
	good('time in a header', 'slack', $slack,
		sub { Sign::slack($slack) }, name => $id,
		head => { 'Ce-Type' => 'message' }),
	good('a token', 'gitlab', $hub, Sign::gitlab($hub, $id), name => $id,
		head => { 'Ce-Type' => 'Push%20Hook',
			'Hookdir-Verified' => qr/\Atoken secret=1\z/,
			'X-Gitlab-Token' => undef }),
	good('Authorization arrives', 'bearer', $plain, Sign::bearer($plain),
		name => $id, head => { 'Authorization' => undef }),
	);
}

sub signatures {
	my ($a, $b, $c, $d, $e) = map { story(id()) } 1 .. 5;
	my ($old, $new) = @{ $Sign::SECRET{coral} };
	my $hex = qq({"id":"@{[ id() ]}","type":"t"});
	my $upper = story(id());
	my $junk = 'sha256=' . '0' x 64;
	my $one = sub { return Sign::coral(@_)->[0][1] };
	my $soon = qq({"id":"@{[ id() ]}","type":"t"});
	my $late = qq({"id":"@{[ id() ]}","type":"t"});
	return (
	good('signed by the second secret', 'coral', $a, Sign::coral($a, $new),
		head => { 'Hookdir-Verified' => 'hmac-sha256 secret=2' }),
	good('signed by both', 'coral', $b, Sign::coral($b, $old, $new)),
	good('one of three signatures fits', 'coral', $c,
		[['X-Coral-Signature',
			"$junk," . $one->($c, $new) . ",$junk"]]),
	good('an element that is no signature', 'coral', $d,
		[['X-Coral-Signature', 'md5=00,' . $one->($d, $old)]]),
	good('space around the elements', 'coral', $e,
		[['X-Coral-Signature', "$junk ,  " . $one->($e, $old)]]),
	good('hexadecimal', 'nvsep', $hex, Sign::nvsep($hex, 'hex')),
	good('290 s old', 'stripe', $late,
		sub { Sign::stripe($late, time - 290) }),
	good('280 s ahead', 'stripe', $soon,
		sub { Sign::stripe($soon, time + 280) }),
	);
}

sub spaces {
	my @data = map { qq({"event":"space.created","topicId":"$_ &=+%\xc3\xa9"}) }
	    map { id() } 1 .. 4;
	my @sent = (
		'other=1&data=' . escape($data[0]) . '&more=2',
		'{"more":1,"data":"' . ($data[1] =~ s/"/\\"/gr) . '"}',
		qq({"more": [1],\n "data":  $data[2] }),
		$data[3],
	);
	my @what = ('a form', 'a JSON string', 'a JSON object', 'the body');
	return map {
		my $i = $_;
		my $t = time;
		my $headers = Sign::spaces($data[$i], $t);
		+{ name => "spaces: data is $what[$i]", to => 'spaces',
			code => 200,
			make => post('spaces', $sent[$i], $headers),
			file => { body => $data[$i],
				name => of(text => "v0:$t:$data[$i]") } };
	} 0 .. 3;
}

# Bodies are stored byte for byte, whatever the bytes are.
sub bytes {
	my $any = join '', map { chr } 0 .. 255;
	my $deep = '[' x 100_000;
	my $big = story(id(), ",\n" . '  "text": "' . 'x' x 1_047_000 . '"');
	my $whole = 'y' x 1_048_576;
	my $twice = qq({"id":"one","id":"two","type":"t","n":"@{[ id() ]}"});
	my @list = (
		['every byte there is', $any],
		['CR LF and an empty line', "\r\n\r\n{}\n\n\r\n"],
		['one byte', '7'],
		['null', 'null'],
		['undefined', 'undefined'],
		['invalid UTF-8', qq({"id":"\xff\xfe","type":"t"})],
		['100,000 brackets', $deep],
		['an id given twice', $twice],
		['1 MiB exactly', $whole],
	);
	return ((map {
		my ($name, $body) = @$_;
		good($name, 'coral', $body, Sign::coral($body),
			name => of(text => $body));
	} @list), good('nearly 1 MiB', 'coral', $big, Sign::coral($big)));
}

# The file's name is the event's id, if that is safe as a name.
sub names {
	my %safe = map { $_ => 1 } ('a', 'A.b_c-9', 'x' x 128, '0..0');
	my @ids = (sort(keys %safe), 'x' x 129, '../../../../etc/passwd',
		'.hidden', '-x', 'a/b', 'a b', "caf\xc3\xa9", '*');
	my @cases = map {
		my $body = story($_);
		good('id ' . substr($_, 0, 24), 'coral', $body,
			Sign::coral($body), name => $safe{$_} ? $_ :
			    of(id => $_));
	} @ids;
	# Events without an id must not share one: each must be stored.
	for my $none ('""', 'null', '{}', '[]') {
		for my $i (1, 2) {
			my $body = qq({"id":$none,"n":$i,"type":"t"});
			push @cases, good("id $none, number $i", 'coral',
				$body, Sign::coral($body));
		}
	}
	my ($one, $two) = map { qq({"ref":"$_"}) } id(), id();
	push @cases, good('no delivery header', 'github', $_,
		[Sign::github($_, '')->[2]], name => of(text => $_))
	    for $one, $two;
	return @cases;
}

# The consumer took the event, in either way: it is still recognised.
sub taken {
	my ($w) = @_;
	my $body = story(id());
	my $post = post('coral', $body, Sign::coral($body));
	my $file = sub { return $w->box->inbox . '/coral/new/' .
		($body =~ /"id": "([^"]+)/)[0] };
	my $cur = sub { return $w->box->inbox . '/coral/cur/taken' };
	return (
	good('to be taken', 'coral', $body, Sign::coral($body)),
	{ name => 'coral: again after a move to cur/', to => 'coral',
		code => 200, file => 'duplicate',
		make => sub { rename $file->(), $cur->(); return $post->() } },
	{ name => 'coral: again after the end of it', to => 'coral',
		code => 200, file => 'duplicate',
		make => sub { unlink $cur->(); return $post->() } },
	);
}

sub headers {
	my @b = map { qq({"ref":"@{[ id() ]}"}) } 1 .. 3;
	my $type = sub {
		my ($body, $value) = @_;
		return [['Content-Type', $value], ['X-Big', 'x' x 4000],
			@{ Sign::github($body, id(), 'push') }];
	};
	return (
	good('bytes above 127 in a header', 'github', $b[0],
		$type->($b[0], "text/plain; x=caf\xe9\xff"),
		head => { 'Content-Type' => qr{\Atext/plain; x=} }),
	{ %{ good('control bytes in a header', 'github', $b[1],
		$type->($b[1], "text/plain; x=\x01\x1b[2J\x7f"),
		head => { 'Content-Type' => qr{\Atext/plain} }) },
		ways => [[qr/apache|lighttpd/, { server => 400 },
			'they refuse control bytes']] },
	{ %{ good('CR LF in a header', 'github', $b[2],
		Sign::github($b[2], id(), "push\r\nX-Evil: 1\n\nbody"),
		head => { 'Ce-Type' => qr/\Apush/, 'X-Evil' => undef }) },
		code => [200, 400, 401], only => qr/^cgi$/ },
	);
}

# Public keys. The body has no id, so the same body is the same event.
sub lifeomic {
	my @b = map { qq({"id":"$_","status":"ENDED"}) } map { id() } 1 .. 5;
	my $sig = Sign::lifeomic($b[0]);
	my $new = Sign::httpsig($b[1]);
	my $all = '(request-target) date digest content-type content-length';
	my $good = sub {
		my ($name, $body, $headers, %file) = @_;
		return good($name, 'lifeomic', $body, $headers, %file,
			name => of(text => $body));
	};
	return (
	$good->('Authorization arrives', $b[0], $sig, head => {
		'Ce-Type' => 'unknown',
		'Hookdir-Verified' => 'rsa-sha256 key=life-1',
		'Hookdir-Target' => 'POST http://localhost/hooks/lifeomic',
		map { @$_ } @$sig }),
	{ %{ $good->('again, and a minute later', $b[0], sub {
		Sign::lifeomic($b[0], time => time + 60) }) },
		file => 'duplicate' },
	$good->('its successor', $b[1], $new, head => {
		'Hookdir-Verified' => 'rsa-v1_5-sha256 key=life-1',
		map { @$_ } @$new }),
	$good->('in Signature', $b[2],
		Sign::lifeomic($b[2], in => 'Signature')),
	$good->('more headers are signed', $b[3],
		Sign::lifeomic($b[3], list => $all)),
	$good->('290 s old', $b[4], sub {
		Sign::lifeomic($b[4], time => time - 290) }),
	);
}

sub cases {
	my ($w) = @_;
	return (providers(), signatures(), spaces(), bytes(), names(),
	    taken($w), headers(), lifeomic());
}

1;
