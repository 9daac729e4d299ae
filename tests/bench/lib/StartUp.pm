# A process a delivery: from its start to its end, beside the least program, and
# that one linked with all that the receiver uses. The delivery is a duplicate,
# so no disk is waited for.
package StartUp;
use strict;
use warnings;
use Sandbox;
use CgiClient;
use File::Copy qw(copy);
use Ours;
use POSIX ();
use Sign;

sub show {
	my ($box) = @_;
	my @program = ((map { [$_ => Sandbox::build() . "/tests/bench/$_"] }
		qw(spawn trivial linked)),
		[fast => Sandbox::build() . '/fast/hookdir.fcgi'],
		map { [$_->[0] => "$_->[1]/hookdir.fcgi"] } @Ours::OTHERS);
	my @others = map { $_->[0] } @Ours::OTHERS;
	for (@program) {
		my ($name, $from) = @$_;
		my $to = "$box->{dir}/bin/$name";
		copy($from, $to) or die "$from: $!\n";
		chmod 0755, $to;
	}
	my $body = '{"id":"start-up","type":"sample","data":"' .
	    'a' x 980 . '"}';
	my $request = { target => '/hooks/coral', body => $body,
		headers => Sign::coral($body, $Ours::SECRET) };
	my $answer = CgiClient::request($box, $request);
	die "start-up: answered $answer->{code}\n" if $answer->{code} != 200;
	$box->write("$box->{dir}/etc/body", $body);
	my $pid = open my $out, '-|';
	if (!$pid) {
		# Each run writes its line, as it does into a server's log.
		open STDERR, '>>', "$box->{dir}/log/stderr.log";
		Sandbox::become_user();
		%ENV = %{ CgiClient::environment($box, $request) };
		exec "$box->{dir}/bin/spawn", $ENV{STARTS} // 200,
		    "$box->{dir}/etc/body", map { "$box->{dir}/bin/$_" }
		    qw(trivial linked hookdir.fcgi fast), @others
		    or POSIX::_exit(127);
	}
	my @names = ('trivial', 'trivial, all libraries', 'hookdir',
		'hookdir, FAST_CGI=1', @others);
	my @of = map { [split] } <$out>;
	die "start-up: not measured\n" if @of != @names;
	print "\na CGI process, start to end   ms    least  CPU ms    more",
	    "      MB\n";
	for my $i (0 .. $#names) {
		printf "%-24s %7.2f  %7.2f %7.2f %7.2f %7.1f\n", $names[$i],
		    (map { $_ / 1e3 } @{ $of[$i] }[0 .. 2],
			$of[$i][0] - $of[0][0]), $of[$i][3] / 1024;
	}
	return;
}

1;
