#!/usr/bin/perl
# Settings in the user's home, known from the password database, and below /etc.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use File::Path qw(make_path);
use Mounts;
use Test::More;
use Try;

Mounts::private();

my $n = 0;
my $w = Try::setup('cgi');
my $box = $w->box;
my $d = $box->{dir};
my %none = (HOOKDIR_CONFIG => undef);

sub fresh { return Try::delivery(sprintf('home-%03d', ++$n), env => {
	%none, @_ }) }

# An /etc of our own: this user lives in the sandbox.
my $etc = "$d/run/etc";
make_path("$etc/hookdir", "$d/home/.config/hookdir");
system 'cp', '-a', (grep { -e } map { "/etc/$_" } qw(ld.so.cache nsswitch.conf
    localtime ssl)), $etc;
my $user = Sandbox::slurp('/etc/passwd');
$user =~ s/^(www-data:(?:[^:]*:){4})[^:]*/$1$d\/home/m or die "no www-data\n";
$box->write("$etc/passwd", $user);
Mounts::bind($box, $etc, '/etc');

Try::refused($w, fresh(), 500, 'nowhere',
    qr{error: /etc/hookdir/hookdir\.json: cannot be opened: No such},
    qr{; it can also be at \S+, or at ~/\.config/hookdir/hookdir\.json of uid \d});
Try::refused($w, fresh(HTTP_HOOKDIR_CONFIG => $box->config), 500,
    'not where a client says', qr{error: /etc/hookdir/hookdir\.json: cannot});
Try::refused($w, fresh(REDIRECT_HOOKDIR_CONFIG => $box->config,
    HOME => "$d/etc", XDG_CONFIG_HOME => "$d/etc"), 500, 'no other variable',
    qr{error: /etc/hookdir/hookdir\.json: cannot});
system 'cp', $box->config, "$etc/hookdir/hookdir.json";
system 'cp', '-p', "$d/etc/coral.secret", "$etc/hookdir/";
Try::stored($w, fresh(), 'below /etc');
my $home = "$d/home/.config/hookdir";
$box->write("$home/hookdir.json", '[]');
Try::refused($w, fresh(), 500, 'at home goes before /etc',
    qr{error: \Q$home\E/hookdir\.json:1: must be one JSON object});
system 'cp', $box->config, "$home/hookdir.json";
system 'cp', '-p', "$d/etc/coral.secret", $home;
unlink "$etc/hookdir/hookdir.json";
Try::stored($w, fresh(), 'at home');
Try::stored($w, fresh(HOME => '/nonexistent'), 'HOME does not matter');
Try::stored($w, fresh(HTTP_HOME => '/', HTTP_HOOKDIR_CONFIG => '/none'),
    'a client has no say');
Try::refused($w, fresh(HOOKDIR_CONFIG => '/nonexistent'), 500,
    'HOOKDIR_CONFIG goes before', qr{error: /nonexistent: cannot be opened});
$w->{env} = { HOOKDIR_CONFIG => undef };

my $f = Try::setup('fcgi', { workers => 2 });
$f->{env} = { HOOKDIR_CONFIG => undef };
system 'cp', $f->box->config, "$home/hookdir.json";
$f->start;
Try::stored($f, fresh(), 'FastCGI: at home');
Try::finish($f);
Mounts::undo($box, '/etc');
Try::finish($w);
done_testing();
