#!/bin/sh
# The address guard against real connections, in a network namespace of its
# own without any way out: the loopback there answers for every address. The
# ordinary build must call no canary; a build without the guard must call
# some, or this test would prove nothing. See net-guard.c.
set -eu

prog=${top_builddir:-.}/tests/unit/net-guard

if [ "${1:-}" != inside ]; then
	[ "$(id -u)" = 0 ] && how="unshare -nm" || how="unshare -Urnm"
	if ! command -v ip >/dev/null || ! command -v openssl >/dev/null ||
		! $how true 2>/dev/null; then
		echo "SKIP net-guard: no namespaces here (or no ip, no openssl)"
		exit 77
	fi
	exec $how sh "$0" inside
fi

tmp=$(mktemp -d)
tls=
finish() {
	if [ -n "$tls" ]; then
		kill "$tls"
		wait "$tls" || :
	fi
	umount -l "$tmp"
	rmdir "$tmp"
}
trap finish EXIT
ip link set lo up
ip route add local 0.0.0.0/0 dev lo
ip -6 route add local ::/0 dev lo
mount -t tmpfs tmpfs "$tmp"
ip addr add 8.8.4.4/32 dev lo
ip -6 addr add 2606:4700::53/128 dev lo nodad
"$prog" hosts >"$tmp/hosts"
echo "nameserver 127.0.0.1" >"$tmp/resolv.conf"
echo "hosts: files dns" >"$tmp/nsswitch.conf"
for f in hosts resolv.conf nsswitch.conf; do
	mount --bind "$tmp/$f" "/etc/$f"
done

# A TLS server with two certificates, one of them trusted here. It gives files
# that hold whole answers.
certificate() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 \
		-nodes -days 2 -subj "/CN=$1" -addext "subjectAltName=DNS:$1" \
		-keyout "$tmp/key.$1" -out "$tmp/cert.$1" 2>/dev/null
}
certificate public0.test
certificate public1.test
printf '%s\r\n' "HTTP/1.1 200 OK" "Connection: close" "" ok >"$tmp/fine"
printf '%s\r\n' "HTTP/1.1 302 Found" "Connection: close" \
	"Location: http://public0.test/" "" >"$tmp/down"
mount -t tmpfs tmpfs /etc/ssl
mkdir /etc/ssl/certs
cp "$tmp/cert.public0.test" /etc/ssl/certs/ca-certificates.crt
(cd "$tmp" && exec openssl s_server -quiet -accept 10443 -HTTP \
	-key key.public0.test -cert cert.public0.test -servername public1.test \
	-key2 key.public1.test -cert2 cert.public1.test >/dev/null 2>&1) &
tls=$!
tries=0
until openssl s_client -connect 127.0.0.1:10443 </dev/null >/dev/null 2>&1; do
	tries=$((tries + 1))
	[ $tries -lt 200 ] || { echo "no TLS server"; exit 1; }
done

status=0
"$prog" "$tmp" || status=$?
[ $status = 0 ] || { echo "FAIL: the guard let something through"; exit 1; }
"$prog-off" "$tmp" >"$tmp/off" || status=$?
grep -E "fetches, " "$tmp/off"
[ $status = 3 ] || { echo "FAIL: without the guard nothing changed"; exit 1; }
