#!/usr/bin/perl
# The program of FAST_CGI=1, which loads the shared libcrypto only for public
# keys. Without it, a delivery signed with a secret still works, and one signed
# with a key is rejected.
use strict;
use warnings;
use File::Copy qw(copy);
use FindBin;
use lib "$FindBin::Bin/lib";
use Pair;
use Test::More;
use Try;

my $w = Try::setup('cgi', { providers => {
	life => { preset => 'lifeomic', public_key_file => 'key.pem',
		public_url => 'http://localhost/hooks/life' } } });
my $box = $w->box;
my $pair = Pair->new('one');
my $n = 0;
my $program = "$box->{dir}/bin/hookdir.fcgi";
like(qx(readelf -d $program), qr/NEEDED.*libcrypto/, 'the usual program needs it');
copy(Sandbox::build() . '/fast/hookdir.fcgi', $program) or die "copy: $!";
unlike(qx(readelf -d $program), qr/NEEDED.*lib(?:crypto|z)/, 'the fast one does not');
$box->write("$box->{dir}/etc/key.pem", $pair->public);
# A file that is not a library, found before the real one.
$box->write("$box->{dir}/etc/libcrypto.so.$_", '') for 3 .. 9;
my %without = (env => { LD_LIBRARY_PATH => "$box->{dir}/etc" });

sub with_secret { return Try::delivery('late-' . ++$n, @_) }

sub with_key {
	my $body = '{"id":"' . ++$n . qq(","text":"$Run::MARK"});
	my $r = { target => '/hooks/life', body => $body,
		headers => $pair->lifeomic($body), @_ };
	push @Try::KEEP_QUIET, Run::presented($r);
	return $r;
}

is_deeply([Try::code_wrong($w->send(with_key()), 200)], [], 'a key');
Try::stored($w, with_secret(), 'a secret');
Try::stored($w, with_secret(%without), 'a secret, and no library');
Try::refused($w, with_key(%without), 500, 'a key, and no library',
    qr/signatures cannot be verified: libcrypto\.so\.\d+ cannot be loaded: \S/,
    Try::line('error', 500, qr/.*public_key_file/, 'life'));
Try::finish($w);
done_testing();
