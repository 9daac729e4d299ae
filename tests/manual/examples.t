#!/usr/bin/perl
# Every example of settings in README.md and the manuals is JSON, and hookdir check
# finds no error in it.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../e2e/lib";
use File::Copy qw(copy);
use JSON::PP ();
use Manual;
use Sandbox;
use Sign;
use Test::More;

my $box = Sandbox->new;
my $etc = "$box->{dir}/etc";
my $json = JSON::PP->new->relaxed->canonical;
my $key = Sign::key('life');
my $pem = `openssl rsa -in $key -pubout 2>/dev/null`;
# Not from the build folder, which may lie where only root can go.
my $hookdir = "$box->{dir}/bin/hookdir";
copy(Sandbox::build() . '/hookdir', $hookdir) or die "copy: $!\n";
chmod 0755, $hookdir;

# The file that a setting of an entry names.
sub make_file {
	my ($entry, $setting) = @_;
	my $name = $entry->{$setting} =~ s{.*/}{}r;
	$entry->{$setting} = $name;
	my $is_key = $setting =~ /^(?:public_key|jwks)/;
	my $text = $setting eq 'jwks_file' ? Sign::jwks('life')
	    : $setting eq 'jwks_ca_file' ? Sandbox::slurp('/etc/ssl/certs/ca-certificates.crt')
	    : $is_key ? $pem
	    : $setting eq 'forward_secret_file' ||
	    ($entry->{scheme} // '') eq 'standard'
	    ? "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n"
	    : "a secret long enough of $name\n";
	$box->write("$etc/$name", $text, $is_key ? 0644 : 0600);
	return;
}

# What an object of run names: a program that is there, and files.
sub make_handler {
	my ($object) = @_;
	$object->{command}[0] = '/bin/true' if $object->{command};
	make_file($object, $_) for grep { /_file$/ } keys %$object;
	return;
}

# A whole settings file with what the example shows: a file, entries with their
# names, settings of the file or of an entry.
sub whole {
	my ($text) = @_;
	$text =~ s{^\s*//.*$|\s// .*$}{}mg;
	my $is_file = $text =~ /^\s*\{/;
	my $some = $json->decode($is_file ? $text : "{$text}");
	return $some if $is_file && ($some->{inbox} || $some->{providers});
	# A file of providers.d.
	return { providers => { example => $some } } if $is_file;
	return { providers => $some }
	    if !grep { ref $_ ne 'HASH' } values %$some and !$some->{hold};
	my %top = map { $_ => 1 } qw(inbox fallback_inbox user group base_url max_body
	    dedup_days workers hold group_access run_user);
	my @entry = grep { !$top{$_} } keys %$some;
	return { (map { $_ => $some->{$_} } grep { $top{$_} } keys %$some), providers => {
		coral => { secret_file => 'coral.secret',
			map { $_ => $some->{$_} } @entry } } };
}

my $n = 0;
for my $example (Manual::of_kind('json')) {
	my $name = "$example->{page}:$example->{line}";
	my $all = eval { whole($example->{text}) };
	ok($all, "$name: JSON") or diag($@, $example->{text}), next;
	delete @{$all}{qw(user run_user group)};
	$all->{inbox} = $box->inbox;
	$all->{fallback_inbox} = "$box->{dir}/var/other" if $all->{fallback_inbox};
	$all->{providers} //= { coral => { secret_file => 'coral.secret' } };
	for my $entry (values %{ $all->{providers} }) {
		make_file($entry, $_) for grep { /_file$/ } keys %$entry;
		make_handler($_) for ref $entry->{run} eq 'ARRAY' ? @{ $entry->{run} }
		    : $entry->{run} // ();
	}
	$box->settings($all);
	my @as = @Sandbox::USER ? ('runuser', '-u', 'www-data', '--') : ();
	local $ENV{HOOKDIR_CONFIG} = $box->config;
	local $ENV{DOCUMENT_ROOT};
	my $out = `@as $hookdir check 2>&1`;
	is($?, 0, "$name: hookdir check finds no error")
	    or diag($out, $example->{text});
	# An example has the host of one, and not each needs an id, or a user that
	# is not on this machine.
	my @unwise = grep { !/has the host of an example|\.id: is not set|run_user: not set/ }
	    $out =~ /^warning: \S*hookdir\.json:.*/mg;
	is("@unwise", '', "$name: nor anything unwise");
	$n++;
}
cmp_ok($n, '>=', 1, 'there are settings');
$box->destroy;

done_testing();
