# One main configuration a server, as small as it can be, that includes the
# shipped file unchanged; and the command that runs it in the foreground.
package Servers;
use strict;
use warnings;
use File::Copy qw(copy);

our $MODULES = '/usr/lib/apache2/modules';

# way => [function, shipped file, what must be there, its Debian package, ...]
our %WAY = (
	'apache-cgid' => [\&apache, 'apache/hookdir-cgid.conf',
		'/usr/sbin/apache2' => 'apache2'],
	'apache-fcgid' => [\&apache, 'apache/hookdir-fcgid.conf',
		'/usr/sbin/apache2' => 'apache2',
		"$MODULES/mod_fcgid.so" => 'libapache2-mod-fcgid'],
	'apache-proxy' => [\&apache, 'apache/hookdir-proxy.conf',
		'/usr/sbin/apache2' => 'apache2',
		'/usr/bin/spawn-fcgi' => 'spawn-fcgi'],
	'apache-htaccess' => [\&apache, 'apache/htaccess',
		'/usr/sbin/apache2' => 'apache2'],
	'lighttpd-cgi' => [\&lighttpd, 'lighttpd/hookdir-cgi.conf',
		'/usr/sbin/lighttpd' => 'lighttpd'],
	'lighttpd-fastcgi' => [\&lighttpd, 'lighttpd/hookdir-fastcgi.conf',
		'/usr/sbin/lighttpd' => 'lighttpd'],
	'lighttpd-socket' => [\&lighttpd, 'lighttpd/hookdir-socket.conf',
		'/usr/sbin/lighttpd' => 'lighttpd',
		'/usr/bin/spawn-fcgi' => 'spawn-fcgi'],
	'nginx' => [\&nginx, 'nginx/hookdir.conf',
		'/usr/sbin/nginx' => 'nginx-light',
		'/usr/bin/spawn-fcgi' => 'spawn-fcgi'],
);

sub own_process { return $_[0] =~ /proxy|socket|nginx/ }

sub missing {
	my ($way) = @_;
	my (undef, undef, %need) = @{ $WAY{$way} // [] };
	return map { $need{$_} } grep { !-e } sort keys %need;
}

# Writes the server's configuration file. Returns the command that runs it.
# $w is the setup; of it, besides its sandbox and port:
# extra    lines for the configuration
# change   {TEXT => OTHER}, to replace in the shipped file, or in the lines that
#          the file says to put before it
sub prepare {
	my ($w) = @_;
	my ($write, $file) = @{ $WAY{ $w->{name} } };
	my $box = $w->{box};
	my $change = $w->{change} // {};
	my $path = "$Sandbox::TOP/$file";
	my $text = Sandbox::slurp($path);
	if (%$change) {
		$path = "$box->{dir}/etc/" . $file =~ s{.*/}{}r;
		$box->write($path, replaced($text, $change));
	}
	my @command = $write->($box, $w->{port}, $path, $w->{extra} // '');
	my $conf = "$box->{dir}/etc/server.conf";
	my $main = Sandbox::slurp($conf);
	$box->write($conf, replaced($main, $change)) if %$change;
	my @none = grep { index("$text$main", $_) < 0 } sort keys %$change;
	die "not there to be replaced: @none\n" if @none;
	return @command;
}

sub replaced {
	my ($text, $change) = @_;
	$text =~ s/\Q$_\E/$change->{$_}/g for sort keys %$change;
	return $text;
}

sub apache {
	my ($box, $port, $file, $extra) = @_;
	my $d = $box->{dir};
	my $user = @Sandbox::USER ? "User www-data\nGroup www-data\n" : '';
	my $load = join '', map { "LoadModule ${_}_module $MODULES/mod_$_.so\n" }
	    grep { -e "$MODULES/mod_$_.so" }
	    qw(mpm_event authz_core alias env setenvif reqtimeout),
	    $file =~ /cgid|htaccess/ ? 'cgid' : (),
	    # Both ways must hold where the other module is there as well.
	    $file =~ /cgid/ ? qw(fcgid mime) : (),
	    $file =~ /htaccess/ ? qw(mime rewrite) : (),
	    $file =~ /proxy/ ? qw(proxy proxy_fcgi) : ();
	my $use = "Include $file\n";
	if ($file =~ /htaccess/) {
		copy($file, "$d/www/.htaccess") or die "$file: $!\n";
		copy("$d/bin/hookdir.fcgi", "$d/www/hookdir.cgi");
		chmod 0755, "$d/www/hookdir.cgi";
		$use = 'SetEnv SSL_HOOKDIR_CONFIG ' . $box->config . "\n";
	}
	my $more = $file =~ /cgid/ ? <<"E" : '';
TypesConfig /dev/null
<IfModule fcgid_module>
  FcgidIPCDir $d/run/fcgid
  FcgidProcessTableFile $d/run/fcgid.shm
  AddHandler fcgid-script .fcgi
</IfModule>
E
	$more = "TypesConfig /dev/null\n" if $file =~ /htaccess/;
	$box->write("$d/etc/server.conf", <<"E");
ServerRoot $d
ServerName localhost
Listen 127.0.0.1:$port
$load$user
PidFile $d/run/apache.pid
DefaultRuntimeDir $d/run
ErrorLog $d/log/error.log
LogLevel warn
TraceEnable Off
DocumentRoot $d/www
<Directory $d/www>
  Require all granted
  AllowOverride All
</Directory>
Define HOOKDIR_PROGRAM $d/bin/hookdir.fcgi
Define HOOKDIR_SOCKET $d/run/hookdir.sock
Define HOOKDIR_CONFIG @{[ $box->config ]}
$more$extra
$use
E
	return ('/usr/sbin/apache2', '-DFOREGROUND', '-f', "$d/etc/server.conf");
}

sub lighttpd {
	my ($box, $port, $file, $extra) = @_;
	my $d = $box->{dir};
	my $user = @Sandbox::USER ? qq{server.username = "www-data"
server.groupname = "www-data"} : '';
	$box->write("$d/etc/server.conf", <<"E");
server.document-root = "$d/www"
server.bind = "127.0.0.1"
server.port = $port
server.errorlog = "$d/log/error.log"
server.upload-dirs = ( "$d/run" )
server.modules = ( )
$user
var.hookdir_mount = "/hooks"
var.hookdir_program = "$d/bin/hookdir.fcgi"
var.hookdir_config = "@{[ $box->config ]}"
var.hookdir_socket = "$d/run/hookdir.sock"
$extra
include "$file"
E
	return ('/usr/sbin/lighttpd', '-D', '-f', "$d/etc/server.conf");
}

sub nginx {
	my ($box, $port, $file, $extra) = @_;
	my $d = $box->{dir};
	my $user = @Sandbox::USER ? 'user www-data;' : '';
	my $temp = join "\n", map { "  ${_}_temp_path $d/run/$_;" }
	    qw(client_body fastcgi proxy scgi uwsgi);
	$box->write("$d/etc/server.conf", <<"E");
daemon off;
worker_processes 1;
$user
pid $d/run/nginx.pid;
error_log $d/log/error.log;
events { worker_connections 1024; }
http {
  access_log off;
$temp
  server {
    listen 127.0.0.1:$port;
    root $d/www;
    $extra
    set \$hookdir_socket $d/run/hookdir.sock;
    client_header_timeout 20s;
    include $file;
  }
}
E
	return ('/usr/sbin/nginx', '-p', $d, '-e', "$d/log/error.log",
	    '-c', "$d/etc/server.conf");
}

sub spawn {
	my ($box) = @_;
	my $d = $box->{dir};
	my @as = @Sandbox::USER ? (map { ($_, 'www-data') } qw(-U -G -u -g)) : ();
	return ('/usr/bin/spawn-fcgi', '-n', '-s', "$d/run/hookdir.sock",
	    '-b', 1024, '-M', '0660', @as, '--',
	    @{ $box->{wrap} // [] }, "$d/bin/hookdir.fcgi");
}

1;
