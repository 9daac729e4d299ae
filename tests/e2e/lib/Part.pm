# Splits a test into N files, NAME-1ofN.t to NAME-NofN.t, which can run at the
# same time. The first file is the test, and the others are links to it; each
# runs its share of the test's cases. 09-parts.t checks that together they run
# all cases.
package Part;
use strict;
use warnings;
use FindBin;

# (NAME, K, N) of a file's name; nothing if it is no part.
sub of {
	my ($file) = @_;
	return $file =~ /([^\/]*)-([1-9]\d*)of([1-9]\d*)\.t\z/;
}

# The Kth of N shares: neighbours, in their order, for a case may follow from
# the one before it. None begins with a duplicate, whose first would be in
# another.
sub share {
	my ($k, $n, @list) = @_;
	my ($from, $to) = map {
		my $at = int($_ * @list / $n);
		$at++ while $at && $at < @list && ref $list[$at] eq 'HASH' &&
		    ($list[$at]{file} // '') eq 'duplicate';
		$at } $k - 1, $k;
	return @list[$from .. $to - 1];
}

# The share of the running file; all cases if it is not a part.
sub mine {
	my (@list) = @_;
	my (undef, $k, $n) = of($FindBin::Script) or return @list;
	return share($k, $n, @list);
}

1;
