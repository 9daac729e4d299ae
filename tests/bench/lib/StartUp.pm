# A process a delivery: from its start to its end, beside the least program.
# The delivery is a repeat, so no disk is waited for.
package StartUp;
use strict;
use warnings;
use Box;
use CgiClient;
use File::Copy qw(copy);
use Ours;
use POSIX ();
use Sign;

sub show {
	my ($box) = @_;
	for my $program (qw(spawn trivial)) {
		my $to = "$box->{dir}/bin/$program";
		copy(Box::build() . "/tests/bench/$program", $to)
		    or die "$program: $!\n";
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
		Box::become_user();
		%ENV = %{ CgiClient::environment($box, $request) };
		exec "$box->{dir}/bin/spawn", $ENV{STARTS} // 200,
		    "$box->{dir}/etc/body", "$box->{dir}/bin/trivial",
		    "$box->{dir}/bin/hookdir.fcgi" or POSIX::_exit(127);
	}
	my @of = map { [split] } <$out>;
	die "start-up: not measured\n" if @of != 2;
	print "\na CGI process, start to end   ms       MB\n";
	printf "%-24s %8.2f %8.1f\n", @$_ for
	    ['trivial', $of[0][0] / 1e3, $of[0][1] / 1024],
	    ['hookdir', $of[1][0] / 1e3, $of[1][1] / 1024],
	    ['difference', ($of[1][0] - $of[0][0]) / 1e3,
		($of[1][1] - $of[0][1]) / 1024];
	return;
}

1;
