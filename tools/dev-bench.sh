# Part of ./dev: measuring and looking. Every figure is a ratio within one run
# or stands beside the bar it is held to.
# shellcheck shell=bash

do_bench() {
	local json='' names=() name
	while [ $# -gt 0 ]; do
		case $1 in
		--json) json=1 ;;
		read | pair | words | page | json | models) names+=("$1") ;;
		*) die "bench: no bench $1; there are: read pair words page json models" ;;
		esac
		shift
	done
	[ ${#names[@]} -gt 0 ] || names=(read pair words page json models)
	need cmd:nginx cmd:openssl cmd:curl cmd:wrk cmd:python3
	do_build
	make -s -C "$build" -j"$(jobs)" benches >&2
	need_node
	for name in "${names[@]}"; do
		case $name in
		read)
			[ -n "${WINEPAIR_SHARED:-}" ] ||
				die "bench read: needs the pages of the shared cases"
			unpack_pages
			"$build/tests/bench/read" "$(knowledge)" "$build/pages"
			;;
		pair) "$build/tests/bench/pair" "$(knowledge)" "$build/winepair" ;;
		words)
			[ -n "${WINEPAIR_SHARED:-}" ] ||
				die "bench words: needs the pages of the shared cases"
			"$build/tests/bench/words" "$(knowledge)" \
				"$WINEPAIR_SHARED/corpus/recipes"
			;;
		models) WINEPAIR_BUILD=$build node tests/bench/models.js ;;
		page | json)
			WINEPAIR_BUILD=$build node tests/bench/web.js "$name"
			;;
		esac
	done | if [ -n "$json" ]; then cat; else bench_table; fi
}

knowledge() { echo "$build/share/winepair/knowledge"; }

unpack_pages() {
	need cmd:xz
	[ ! -d "$build/pages" ] || return 0
	mkdir -p "$build/pages.tmp"
	local f
	for f in "$WINEPAIR_SHARED"/corpus/recipes/*.html.xz; do
		xz -dkc "$f" >"$build/pages.tmp/$(basename "$f" .xz)"
	done
	mv "$build/pages.tmp" "$build/pages"
}

bench_table() {
	# shellcheck disable=SC2016
	node -e '
		const lines = require("fs").readFileSync(0, "utf8").split("\n");
		for (const line of lines) {
			if (!line.startsWith("{")) continue;
			const b = JSON.parse(line);
			const bar = b.bar == null ? "" : `bar ${b.bar}`;
			const ok = b.ok == null ? "" : b.ok ? "met" : "MISSED";
			console.log(b.bench.padEnd(6), b.metric.padEnd(34),
				String(b.value).padStart(10), b.unit.padEnd(8),
				bar.padEnd(10), ok);
		}'
}

do_shots() {
	local to=${1:-$run/shots}
	need cmd:nginx cmd:openssl cmd:chromium
	do_build
	need_node
	mkdir -p "$to"
	WINEPAIR_BUILD=$build node tests/browser/shots.js "$(cd "$to" && pwd)"
	say "The screenshots are in $to"
}
