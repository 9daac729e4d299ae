# A test that is cut into N files, NAME-1ofN.t to NAME-NofN.t, so that they can
# run side by side: the first is the test, the others are links to it, and each
# runs its share of the test's list. 09-parts.t shows that the shares of all are
# the list.
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

# The share of the file that runs; all, if it is no part.
sub mine {
	my (@list) = @_;
	my (undef, $k, $n) = of($FindBin::Script) or return @list;
	return share($k, $n, @list);
}

1;
