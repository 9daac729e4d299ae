#!/usr/bin/perl
# Settings and secrets that change under a running FastCGI process.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Part;
use Test::More;
use Time::HiRes qw(sleep time);
use Try;

my $n = 0;
my ($w, $box, $dir);
my ($old, $new, $newer) = map { "whsec_reload_$_" . 'k' x 40 } 1 .. 3;
push @Try::KEEP_QUIET, $old, $new, $newer;

sub fresh { return Try::delivery(sprintf('reload-%03d', ++$n), secrets => [@_]) }

# Sends the delivery until it gets the answer: the program looks for changes
# only once a second.
sub becomes {
	my ($secret, $code, $name, %to) = @_;
	my $got;
	Try::until(sub {
		my $r = { %{ fresh($secret) }, %to };
		$got = $w->send($r)->{code};
		return $got == $code }) or sleep 0;
	is($got, $code, $name);
	return;
}

# Checks that nothing changes, for longer than the program takes to look twice.
sub stays {
	my ($secret, $code, $name) = @_;
	my ($end, @other) = time + 2.3;
	while (time < $end) {
		my $got = $w->send(fresh($secret))->{code};
		push @other, $got if $got != $code;
		sleep 0.05;
	}
	is("@other", '', $name);
	return;
}

sub count {
	my ($mark, $re) = @_;
	my $log = $box->since($mark);
	return scalar(() = $log =~ /$re/g);
}

sub broken {
	my ($name, $write, $said) = @_;
	my $mark = $box->mark;
	$write->();
	ok(Try::until(sub { $w->send(fresh($new));
		$box->since($mark) =~ /old settings stay in effect/ }),
	    "$name: noticed");
	stays($new, 200, "$name: the last good ones stay");
	is(count($mark, qr/old settings stay in effect/), 1, "$name: said once");
	like($box->since($mark), $said, "$name: and what is wrong");
	$mark = $box->mark;
	$box->settings;
	ok(Try::until(sub { $w->send(fresh($new));
		$box->since($mark) =~ /info: .*: read again/ }),
	    "$name: mended, and taken");
	is(count($mark, qr/error/), 0, "$name: without a complaint");
	return;
}

# Nothing at the start, then something.
sub appears {
	$box->secret('coral', $old);
	rename $box->config, $box->config . '.away';
	$w->start;
	Try::refused($w, fresh($old), 500, 'no settings at the start',
	    Try::line('error', 500, qr/no usable settings/, qr/coral|-/));
	like($box->since({}),
	    qr{error: \Q$dir\E/hookdir.json: cannot be opened: No such},
	    'the log names the file');
	rename $box->config . '.away', $box->config;
	becomes($old, 200, 'they appear');
	return;
}

# A secret is rotated.
sub rotated {
	$box->secret('coral', $old, $new);
	becomes($new, 200, 'a new secret beside the old');
	is($w->send(fresh($old))->{code}, 200, 'the old one works on');
	$box->secret('coral', $new);
	becomes($old, 400, 'the old one is taken out');
	is($w->send(fresh($new))->{code}, 200, 'the new one stays');

	# In place, of the same length, as an editor might.
	open my $f, '+<', "$dir/coral.secret" or die;
	print $f "$newer\n";
	close $f;
	becomes($newer, 200, 'written in place');
	$box->secret('coral', $new);
	becomes($new, 200, 'and back');
	return;
}

# A provider is added.
sub provider {
	$box->secret('blog', $newer);
	my %blog = (target => '/hooks/blog');
	is($w->send({ %{ fresh($newer) }, %blog })->{code}, 404, 'not yet there');
	$box->{settings}{providers}{blog} = { preset => 'coral',
		secret_file => 'blog.secret' };
	$box->settings;
	becomes($newer, 200, 'a provider is added', %blog);
	ok(-d $box->inbox . '/blog/new', 'with an inbox of its own');
	return;
}

# A new entry that is broken does not stop the others.
sub entry {
	$box->{settings}{providers}{fourth} = { preset => 'coral' };
	$box->settings;
	becomes($new, 500, 'a new entry at fault', target => '/hooks/fourth');
	is($w->send(fresh($new))->{code}, 200, 'the others work');
	delete $box->{settings}{providers}{fourth};
	$box->settings;
	becomes($new, 404, 'and taken out', target => '/hooks/fourth');
	return;
}

# Under load, through every change, all answers are good.
sub load {
	my @pids = map {
		my $k = $_;
		my $pid = fork // die "fork: $!\n";
		if (!$pid) {
			my $bad = 0;
			for (1 .. 150) {
				my $r = Try::delivery("load-$k-$_",
				    secrets => [$new]);
				$bad++ if $w->send($r)->{code} != 200;
				sleep 0.01;
			}
			POSIX::_exit($bad ? 1 : 0);
		}
		$pid } 1 .. 3;
	my $running = @pids;
	my $bad = 0;
	while ($running) {
		$box->{settings}{tolerance} = 300 + $n++ % 50;
		$box->settings;
		for my $pid (@pids) {
			waitpid($pid, POSIX::WNOHANG()) == $pid or next;
			$bad += $? ? 1 : 0;
			$running--;
		}
		sleep 0.05;
	}
	is($bad, 0, 'changes under load: every delivery is stored');
	return;
}

# New settings that cannot be used.
sub useless {
	broken('not JSON', sub { $box->write($box->config, '{"inbox": ') },
	    qr/hookdir\.json:1: syntax error/);
	broken('no file', sub { unlink $box->config }, qr/cannot be opened/);
	broken('an unknown setting', sub { $box->write($box->config,
	    qq({\n"inbox": "x",\n"inbax": 1,\n"providers": {}})) },
	    qr/hookdir\.json:3: inbax: unknown setting: did you mean "inbox"/);
	return;
}

# Settings that would break a working provider are ignored as a whole.
sub partly {
	my $good = $box->{settings};
	my %bad = (%$good, providers => { %{ $good->{providers} },
		coral => { secert_file => 'coral.secret' },
		third => { preset => 'coral', secret_file => 'blog.secret' } });
	broken('one of them broken', sub {
		$box->settings(\%bad);
		$box->{settings} = $good;
	}, qr/providers\.coral\.secert_file: unknown .*coral, which works/s);
	is($w->send({ %{ fresh($newer) }, target => '/hooks/third' })->{code},
	    404, 'nothing of it was taken');
	return;
}

# A secret file that every user can read.
sub readable {
	my $mark = $box->mark;
	chmod 0644, "$dir/coral.secret";
	ok(Try::until(sub { $w->send(fresh($new));
		$box->since($mark) =~ /provider coral keeps its old settings/ }),
	    'a secret for all to read');
	like($box->since($mark),
	    qr{\Q$dir\E/coral\.secret: every user .*mode 0644.*chmod},
	    'and what to do');
	stays($new, 200, 'the last good ones stay');
	chmod 0600, "$dir/coral.secret";
	return;
}

sub running {
	$box->secret('coral', $new);
	$box->secret('blog', $newer);
	$w->start;
	return;
}

# Each half runs with a process of its own.
for my $half (Part::mine([\&appears, \&rotated, \&provider, \&entry, \&load],
    [\&running, \&useless, \&partly, \&readable])) {
	$w = Try::setup('fcgi', { workers => 4 });
	$box = $w->box;
	$dir = "$box->{dir}/etc";
	$_->() for @$half;
	Try::finish($w);
}
done_testing();
