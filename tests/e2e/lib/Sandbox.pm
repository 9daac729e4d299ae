# A fresh directory for one test, with the program, settings, secrets, an inbox,
# a document root and logs. At the end it is removed, and its processes are
# ended.
package Sandbox;
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Copy qw(copy);
use File::Path qw(make_path remove_tree);
use File::Temp qw(tempdir);
use Challenge ();
use JSON::PP ();
use POSIX ();
use Sign ();
use Time::HiRes ();

our $TOP = abs_path(dirname(__FILE__) . '/../../..');
our %OPEN;

# Under root, everything here runs as another user, as the workers of web
# servers do: root would pass every permission check.
our @USER = $> == 0 ? getpwnam('www-data') : ();

$SIG{$_} = sub { exit 1 } for qw(INT TERM HUP);

END {
	my $status = $?;
	$_->destroy for grep { $_->{owner} == $$ } values %OPEN;
	$? = $status;
}

sub build {
	my $dir = $ENV{HOOKDIR_BUILD} // 'build';
	return $dir =~ m{^/} ? $dir : "$TOP/$dir";
}

# True if sanitizers are in the programs: they need many times the memory and
# the time, and reserve terabytes of address space.
sub sanitized {
	return slurp(build() . '/hookdir.fcgi') =~ /__[at]san_init/;
}

sub providers {
	my %p = map { $_ => { secret_file => "$_.secret" } }
	    qw(coral nvsep vorsto spaces github stripe slack gitlab bearer);
	%{ $p{github} } = (%{ $p{github} }, scheme => 'hmac',
	    signature => 'X-Hub-Signature-256', prefix => 'sha256=',
	    id => 'header:X-GitHub-Delivery',
	    type => 'header:X-GitHub-Event');
	%{ $p{stripe} } = (%{ $p{stripe} }, scheme => 'hmac',
	    signature => 'Stripe-Signature', prefix => 'v1=',
	    separator => ',', timestamp => 'element:t=',
	    signed_payload => '{ts}.{body}', id => 'json:id', type => 'json:type');
	%{ $p{slack} } = (%{ $p{slack} }, scheme => 'hmac',
	    signature => 'X-Slack-Signature', prefix => 'v0=',
	    timestamp => 'header:X-Slack-Request-Timestamp',
	    signed_payload => ['v0:{ts}:{body}'], id => 'json:event_id',
	    type => 'json:event.type');
	%{ $p{gitlab} } = (%{ $p{gitlab} }, scheme => 'token',
	    signature => ['X-Gitlab-Token'],
	    id => 'header:X-Gitlab-Event-UUID',
	    type => 'header:X-Gitlab-Event');
	%{ $p{bearer} } = (%{ $p{bearer} }, scheme => 'token',
	    signature => 'Authorization', prefix => 'Bearer ',
	    id => 'json:id', type => 'json:type');
	$p{lifeomic} = { jwks_file => 'lifeomic.jwks',
		public_url => 'http://localhost/hooks/lifeomic' };
	$p{$_} = { secret_file => "$_.secret", signature => 'X-Sig',
		%{ $Challenge::PROVIDER{$_} } } for keys %Challenge::PROVIDER;
	$p{broken} = { preset => 'coral', secert_file => 'broken.secret' };
	return \%p;
}

sub new {
	my ($class) = @_;
	my $base = $ENV{TMPDIR} // '/tmp';
	$base = '/tmp' if @USER && ((stat $base)[2] & 0005) != 0005;
	my $dir = abs_path(tempdir('hookdir-e2e-XXXXXXXX', DIR => $base));
	my $b = bless { dir => $dir, owner => $$ }, $class;
	$OPEN{$dir} = $b;
	chmod 0755, $dir;
	make_path("$dir/$_") for qw(bin etc www log run var);
	$b->own("$dir/$_") for qw(log run var);
	for my $name (qw(hookdir.fcgi hookdir-fetch hookdir-forward)) {
		my $program = build() . "/$name";
		-x $program or
		    die "$program: not built (HOOKDIR_BUILD names another)\n";
		copy($program, "$dir/bin/$name") or die "copy: $!\n";
		chmod 0755, "$dir/bin/$name";
	}
	for my $name (keys %Sign::SECRET) {
		$b->secret($name, @{ $Sign::SECRET{$name} });
	}
	$b->secret($_, Challenge::secret($_)) for keys %Challenge::PROVIDER;
	$b->write("$dir/etc/face.tokens", "meatyhamhock\n", 0600);
	$b->write("$dir/etc/lifeomic.jwks", Sign::jwks('life'));
	$b->settings({ inbox => "$dir/var/inbox", providers => providers() });
	return $b;
}

# Cannot be undone: only for a child process that is about to exec.
sub become_user {
	return unless @USER;
	$) = "$USER[3] $USER[3]";
	POSIX::setgid($USER[3]);
	POSIX::setuid($USER[2]);
	return;
}

sub own {
	my ($b, @paths) = @_;
	chown @USER[2, 3], @paths if @USER;
	return;
}

sub write {
	my ($b, $path, $text, $mode) = @_;
	open my $f, '>:raw', "$path.part" or die "$path.part: $!\n";
	print $f $text;
	close $f or die "$path.part: $!\n";
	chmod $mode // 0644, "$path.part";
	$b->own("$path.part");
	rename "$path.part", $path or die "$path: $!\n";
	return;
}

sub slurp {
	my ($path, $from) = @_;
	open my $f, '<:raw', $path or return '';
	seek $f, $from // 0, 0;
	local $/;
	return <$f> // '';
}

sub secret {
	my ($b, $name, @lines) = @_;
	$b->write("$b->{dir}/etc/$name.secret",
	    join('', map { "$_\n" } @lines), 0600);
	return;
}

sub settings {
	my ($b, $new) = @_;
	$b->{settings} = $new if $new;
	$b->write($b->config, JSON::PP->new->pretty->canonical
	    ->encode($b->{settings}));
	return;
}

sub config { return "$_[0]{dir}/etc/hookdir.json" }
sub inbox { return $_[0]{settings}{inbox} }

# Every event and every piece of one: {path => 1}, "new" or "tmp".
sub files {
	my ($b, $kind) = @_;
	return { map { $_ => 1 } glob($b->inbox . "/*/$kind/{*,.[!.]*}") };
}

# A text that describes all files and folders that the program could change; it
# differs after any change.
sub state {
	my ($b) = @_;
	my ($text, @todo) = ('', "$b->{dir}/var", "$b->{dir}/run");
	while (defined(my $path = shift @todo)) {
		$text .= join ' ', $path, (Time::HiRes::lstat($path))[1 .. 5, 7, 9],
		    "\n";
		next if !-d _;
		opendir my $dir, $path or next;
		push @todo, map { "$path/$_" } grep { !/\A\.\.?\z/ }
		    readdir $dir;
	}
	return $text;
}

# An event file: its name, permissions, header (as hash) and body.
sub event {
	my ($path) = @_;
	my ($top, $body) = split /\n\n/, slurp($path), 2;
	my %head = map { /\A([^:]+): ?(.*)\z/s ? (lc $1 => $2) : ('?' => $_) }
	    split /\n/, $top // '', -1;
	return { name => $path =~ s{.*/}{}r, mode => (stat $path)[2] & 07777,
		top => $top, head => \%head, body => $body };
}

sub logs { return glob("$_[0]{dir}/log/*") }

# The ends of the logs now; and the text logged since then.
sub mark { return { map { $_ => -s $_ } $_[0]->logs } }

sub since {
	my ($b, $mark) = @_;
	return join '', map { slurp($_, $mark->{$_}) } $b->logs;
}

# The processes of this sandbox: run from it, or with its path as an argument.
sub processes {
	my ($b) = @_;
	my @found;
	for my $p (glob '/proc/[0-9]*') {
		my ($pid) = $p =~ /(\d+)/;
		next if $pid == $$;
		my $exe = readlink "$p/exe" // next;
		push @found, $pid if index($exe, "$b->{dir}/") == 0
		    || index(slurp("$p/environ"), "$b->{dir}/") >= 0;
	}
	return @found;
}

# Runs hookdir as the receiver's user, with the receiver's settings. Returns its
# output; $? is then its status.
sub hookdir {
	my ($b, @args) = @_;
	my $program = "$b->{dir}/bin/hookdir";
	if (!-x $program) {
		copy(build() . '/hookdir', $program) or die "copy: $!\n";
		chmod 0755, $program;
	}
	my $pid = open(my $out, '-|') // die "fork: $!\n";
	if (!$pid) {
		become_user();
		$ENV{HOOKDIR_CONFIG} = $b->config;
		open STDERR, '>&', \*STDOUT;
		exec $program, @args or POSIX::_exit(127);
	}
	local $/ = undef;
	my $text = <$out> // '';
	close $out;
	return $text;
}

# Waits for them to end by themselves; returns how many had to be killed.
sub sweep {
	my ($b, $seconds) = @_;
	my @left;
	for (1 .. $seconds * 20) {
		return 0 unless @left = $b->processes;
		Time::HiRes::sleep(0.05);
	}
	kill 'KILL', @left;
	return scalar @left;
}

sub destroy {
	my ($b) = @_;
	delete $OPEN{ $b->{dir} } or return;
	$_->kill_now for grep { defined } $b->{setup};
	$b->sweep(0.1);
	system 'umount', '-l', $_ for @{ $b->{mounts} // [] };
	chmod 0700, glob("$b->{dir}/var/* $b->{dir}/var/*/*");
	remove_tree($b->{dir}, { safe => 0 });
	return;
}

1;
