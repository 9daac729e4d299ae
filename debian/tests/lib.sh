# shellcheck shell=sh
# What the tests of the package have in common: sourced by them.

fail() {
	echo "FAILED: $*" >&2
	journalctl --no-pager -b -u 'hookdir*' 2>/dev/null | tail -n 20 >&2
	exit 1
}

passed() {
	echo "passed: $*"
}

# must WHAT COMMAND...
must() {
	what=$1
	shift
	"$@" >/tmp/out 2>&1 || {
		cat /tmp/out >&2
		fail "$what: status not 0: $*"
	}
	passed "$what"
}

# must_not WHAT COMMAND...
must_not() {
	what=$1
	shift
	! "$@" >/tmp/out 2>&1 || {
		cat /tmp/out >&2
		fail "$what: status 0: $*"
	}
	passed "$what"
}

# What the last command printed.
printed() {
	grep -q -- "$1" /tmp/out || {
		cat /tmp/out >&2
		fail "did not print $1"
	}
}

events() {
	find /var/lib/hookdir -path '*/new/*' -type f | wc -l
}

# nothing_left BUT: of the package, in the whole system, but for this folder,
# and for the site as it was before hookdir setup --nginx: the administrator's.
nothing_left() {
	find / -xdev \( -path /proc -o -path /sys -o -path /run -o -path /tmp \
	    -o -path /var/log -o -path /var/cache -o -path /var/lib/apt \
	    -o -path /root -o -path /usr/local -o -path "$1" \) \
	    -prune -o -name '*hookdir*' ! -name '*.hookdir-old' -print >/tmp/left
	[ ! -s /tmp/left ] || fail "purge leaves: $(cat /tmp/left)"
	[ ! -e /run/hookdir/hookdir.sock ] || fail 'the socket is still there'
	passed 'purge leaves nothing'
}
