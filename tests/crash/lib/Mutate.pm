# Edits C source. An edit names a function and an expression in it, so it still
# applies after code is moved or formatted. The function is found by its
# definition, in any file; use "module:function" if several files have that
# name.
#
# The thing is a call, "fsync()", or "openat(fd)" for the one with that
# argument; or an expression, "errno == EINTR", however it is spaced. What
# begins with a dot is of any struct: ".st_nlink > 1", ".serve()", and so for an
# argument. It must be there exactly once. The edits, in whose replacement "@"
# is what was there:
#   value      it becomes another expression
#   statement  the statement that it is in becomes others; of what stands in a
#              condition, that is the whole of the if or the loop
#   text       a regular expression, where neither will do
package Mutate;
use strict;
use warnings;

# The same source with comments and strings blanked, byte for byte as long.
sub blanked {
	my ($source) = @_;
	$source =~ s{(/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')}
	    {$1 =~ s/[^\n]/ /gr}gse;
	return $source;
}

# (file, start, length) of the body of a function; dies if it is not one.
sub body {
	my ($sources, $name) = @_;
	my ($module, $function) = $name =~ /\A(?:(\w+):)?(\w+)\z/
	    or die "$name is no name of a function\n";
	my @found;
	for my $file (sort keys %$sources) {
		next if defined $module && $file !~ m{(?:\A|/)\Q$module\E\.c\z};
		my $code = blanked($sources->{$file});
		while ($code =~ /^\Q$function\E\([^;{]*\)\n(\{.*?^\})/gms) {
			push @found, [$file, $-[1], $+[1] - $-[1]];
		}
	}
	die "$name: " . (@found ? 'several: ' . join(' ', map { $_->[0] } @found)
	    : 'no such function') . "\n" if @found != 1;
	return @{ $found[0] };
}

# Where the parenthesis or brace that opens there is closed, and one further.
sub closed {
	my ($code, $at) = @_;
	my $depth = 0;
	pos($code) = $at;
	while ($code =~ /\G[^(){}]*([(){}])/gc) {
		$depth += $1 =~ /[({]/ ? 1 : -1;
		return pos $code if $depth == 0;
	}
	die "what opens is not closed\n";
}

# The arguments of a call, without spaces.
sub arguments {
	my ($text) = @_;
	my ($depth, @args) = (0, '');
	for my $c (split //, $text =~ s/\s+//gr) {
		$depth += $c =~ /[(\[{]/ ? 1 : $c =~ /[)\]}]/ ? -1 : 0;
		if ($c eq ',' && $depth == 0) {
			push @args, '';
		} else {
			$args[-1] .= $c;
		}
	}
	return @args;
}

# As a pattern, with any space between what belongs together.
sub pattern {
	my ($thing) = @_;
	my $member = $thing =~ s/\A\.//;
	my $re = join '\s*', map { quotemeta } $thing =~ /\w+|->|[^\w\s]=?/g;
	$re = '(?:\w+(?:\.|->))+' . $re if $member;
	$re = '(?<![\w.>])' . $re if $member || $thing =~ /\A\w/;
	return $re;
}

# [start, end] of each place where the thing is.
sub places {
	my ($code, $thing) = @_;
	my @places;
	if (my ($call, $want) = $thing =~ /\A(\.?\w+)\((.*)\)\z/s) {
		my ($re, $arg) = map { pattern($_) } $call, $want;
		while ($code =~ /$re\(/g) {
			my ($from, $open) = ($-[0], $+[0] - 1);
			my $to = closed($code, $open);
			push @places, [$from, $to] if !length $want ||
			    grep { /\A$arg\z/ } arguments(substr $code,
				$open + 1, $to - $open - 2);
		}
		return @places;
	}
	my $re = pattern($thing);
	# The end of a name, and all of what is named.
	$re .= '\b(?!\s*[.\[(]|->)' if $thing =~ /\w\z/;
	push @places, [$-[0], $+[0]] while $code =~ /$re/g;
	return @places;
}

# The end of the statement that begins there.
sub end_of {
	my ($code, $at) = @_;
	pos($code) = $at;
	$code =~ /\G\s*/gc;
	return closed($code, pos $code) if $code =~ /\G(?=\{)/gc;
	if ($code =~ /\G(?:if|while|for|switch)\s*(?=\()/gc) {
		my $end = end_of($code, closed($code, pos $code));
		pos($code) = $end;
		return $code =~ /\G\s*else\b/gc ? end_of($code, pos $code) : $end;
	}
	my $depth = 0;
	while ($code =~ /\G[^;(){}]*([;(){}])/gc) {
		return pos $code if $1 eq ';' && $depth == 0;
		$depth += $1 eq ';' ? 0 : $1 =~ /[({]/ ? 1 : -1;
	}
	die "a statement does not end\n";
}

# [start, end] of the innermost statement that contains that place.
sub statement {
	my ($code, $from) = @_;
	my ($depth, $start) = (0, 1);
	pos($code) = 1;
	while ($code =~ /\G[^;(){}]*([;(){}])/gc && pos $code <= $from) {
		$depth += $1 eq '(' ? 1 : $1 eq ')' ? -1 : 0;
		$start = pos $code if $depth == 0 && $1 =~ /[;{}]/;
	}
	# Past what only leads to it.
	pos($code) = $start;
	while ($code =~ /\G\s*(?:else\b|do\b|default:|case\b[^:]*:|\w+:)/gc ||
	    $code =~ /\G\s*(?:if|while|for|switch)\s*(?=\()/gc) {
		my $after = pos $code;
		$after = closed($code, $after)
		    if substr($code, $after, 1) eq '(';
		last if $after > $from;
		pos($code) = $start = $after;
	}
	$start++ while substr($code, $start, 1) =~ /\s/;
	return [$start, end_of($code, $start)];
}

# The file that an edit changes, and its new text. Dies if it does not apply
# once: {file => text}, function, edit, thing, replacement.
sub apply {
	my ($sources, $name, $edit, $thing, $with) = @_;
	my ($file, $at, $len) = body($sources, $name);
	my $body = substr $sources->{$file}, $at, $len;
	my $code = substr blanked($sources->{$file}), $at, $len;
	my @places;
	if ($edit eq 'text') {
		push @places, [$-[0], $+[0]] while $body =~ /$thing/g;
	} else {
		@places = places($code, $thing);
	}
	die "$file: $name has '$thing' " . @places . " times\n" if @places != 1;
	@places = statement($code, $places[0][0]) if $edit eq 'statement';
	my ($from, $to) = @{ $places[0] };
	my $was = substr $body, $from, $to - $from;
	substr $body, $from, $to - $from, $with =~ s/\@/$was/gr;
	my $text = $sources->{$file};
	substr $text, $at, $len, $body;
	return ($file, $text);
}

1;
