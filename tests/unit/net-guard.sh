#!/bin/sh
# The address guard against real connections, in a network namespace of its
# own without any way out: the loopback there answers for every address. The
# ordinary build must call no canary; a build without the guard must call
# some, or this test would prove nothing. See net-guard.c.
set -eu

prog=${top_builddir:-.}/tests/unit/net-guard

if [ "${1:-}" != inside ]; then
	[ "$(id -u)" = 0 ] && how="unshare -nm" || how="unshare -Urnm"
	if ! command -v ip >/dev/null || ! $how true 2>/dev/null; then
		echo "SKIP net-guard: no namespaces here (or no ip command)"
		exit 77
	fi
	exec $how sh "$0" inside
fi

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
ip link set lo up
ip route add local 0.0.0.0/0 dev lo
ip -6 route add local ::/0 dev lo
ip addr add 8.8.4.4/32 dev lo
ip -6 addr add 2606:4700::53/128 dev lo nodad
"$prog" hosts >"$tmp/hosts"
echo "nameserver 127.0.0.1" >"$tmp/resolv.conf"
echo "hosts: files dns" >"$tmp/nsswitch.conf"
for f in hosts resolv.conf nsswitch.conf; do
	mount --bind "$tmp/$f" "/etc/$f"
done

status=0
"$prog" || status=$?
[ $status = 0 ] || { echo "FAIL: the guard let something through"; exit 1; }
"$prog-off" >"$tmp/off" || status=$?
tail -n 1 "$tmp/off"
[ $status = 3 ] || { echo "FAIL: without the guard nothing changed"; exit 1; }
