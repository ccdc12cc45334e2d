# Part of ./dev: the tests. Every step prints what it does and is counted; the
# last line is "N passed, N failed, N skipped".
# shellcheck shell=bash

passed=0 failed=0 skipped=0
failures=()

# A step that either holds or does not.
step() {
	local name=$1 log=$build/check.log
	shift
	printf '== %s\n' "$name"
	if "$@" >"$log" 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		failures+=("$name")
		tail -n 60 "$log"
	fi
}

skip_step() {
	printf '== %s: SKIPPED (%s)\n' "$1" "$2"
	skipped=$((skipped + 1))
}

# ---- single steps ----

# count WHAT FOLDER : how many tests of the last `make check` there ended so.
# A cmocka program is many tests; a script is one.
count() {
	local what=$1 folder=$2 mark word
	case $what in
	passed) mark='^\[       OK \] ' word=PASS ;;
	failed) mark='^\[  FAILED  \] [a-z0-9_]*$' word=FAIL ;;
	esac
	{
		cat "$folder"/tests/unit/*.log | grep -e "$mark" || :
		grep -E "^$word: (tools/|.*\.sh|tests/reach)" "$folder/check.log" || :
	} | wc -l
}

# The names of what was skipped there.
skipped_in() {
	sed -n -e 's/^\[  SKIPPED \] \([a-z_][a-z0-9_]*\)$/\1/p' \
		-e 's/^SKIP: //p' "$1"/tests/unit/*.log "$1/check.log" | sort -u
}

# The unit tests of a build folder, counted test by test.
unit_tests() {
	local folder=$1 name=$2 log=$1/check.log n rc=0 test
	printf '== %s\n' "$name"
	rm -f "$folder"/tests/unit/*.log
	make -C "$folder" -j"$(jobs)" check >"$log" 2>&1 || rc=$?
	if [ $rc != 0 ]; then
		grep -hE 'error:|warning:|ERROR|FAILED|LINE|^FAIL|runtime error|Sanitizer' \
			"$log" "$folder"/tests/unit/*.log | head -n 60 || :
	fi
	passed=$((passed + $(count passed "$folder")))
	for test in $(skipped_in "$folder"); do
		# Limits and filters cannot live with a sanitizer: what the
		# ordinary build has shown needs no second showing.
		if [ "$folder" != "$build" ] &&
			! skipped_in "$build" | grep -qxF "$test"; then
			continue
		fi
		printf 'SKIPPED %s\n' "$test"
		skipped=$((skipped + 1))
	done
	n=$(count failed "$folder")
	if [ $rc != 0 ]; then
		[ "$n" -gt 0 ] || n=1
		failures+=("$name")
	fi
	failed=$((failed + n))
}

need_node() {
	need cmd:node cmd:npm
	local to=$build/node
	mkdir -p "$to"
	# What node and npm are there install the one that runs the tests.
	if ! cmp -s tests/package-lock.json "$to/.installed" ||
		[ ! -x "$to/node_modules/node/bin/node" ]; then
		cp tests/package.json tests/package-lock.json tests/.npmrc "$to/"
		(cd "$to" && npm ci --no-audit --no-fund >npm.log 2>&1) || {
			tail -n 20 "$to/npm.log" >&2
			die "npm could not install what the tests need"
		}
		cp tests/package-lock.json "$to/.installed"
	fi
	export WINEPAIR_NODE_MODULES=$to/node_modules
	PATH=$to/node_modules/node/bin:$PATH:/usr/sbin
}

node_tests() {
	local name=$1 log=$build/node.log n rc=0
	shift
	printf '== %s\n' "$name"
	WINEPAIR_BUILD=$build node --test --test-reporter=tap \
		--test-concurrency=1 --test-force-exit \
		--test-timeout=300000 "$@" >"$log" 2>&1 || rc=$?
	n=$(sed -n 's/^# pass //p' "$log" | tail -n 1)
	passed=$((passed + ${n:-0}))
	n=$(sed -n 's/^# skipped //p' "$log" | tail -n 1)
	[ "${n:-0}" = 0 ] || grep '# SKIP' "$log"
	skipped=$((skipped + ${n:-0}))
	n=$(sed -n 's/^# fail //p' "$log" | tail -n 1)
	if [ $rc != 0 ]; then
		[ "${n:-0}" -gt 0 ] || n=1
		failures+=("$name")
		grep -A 40 '^ *not ok' "$log" | head -n 150 || :
	fi
	failed=$((failed + ${n:-0}))
}

format_holds() {
	find src tests -name '*.[ch]' -print0 |
		xargs -0 clang-format --dry-run -Werror
}

shell_holds() {
	shellcheck -x dev tools/nginx-conf tools/check-* tools/lint-* .ci/run \
		tests/real/*.sh
}

# Its flags are those of the build folder.
tidy_holds() {
	make -C "$build" -s tidy
}

lint() {
	step "clang-format" format_holds
	step "shellcheck" shell_holds
}


# A build made from what `make dist` packs, elsewhere, and installed.
distcheck() {
	make -C "$build" distcheck DISTCHECK_CONFIGURE_FLAGS=-q
}

installs() {
	local to=$build/installed
	rm -rf "$to"
	make -C "$build" install DESTDIR="$to" &&
		test -x "$to/usr/local/bin/winepair" &&
		test -s "$to/usr/local/share/winepair/knowledge/wines.tsv" &&
		test -s "$to/usr/local/share/winepair/static/$(cat \
			"$to/usr/local/share/winepair/static/version")/css/main.css" &&
		WINEPAIR_KNOWLEDGE_DIR=$to/usr/local/share/winepair/knowledge \
			"$to/usr/local/bin/winepair" pair --text "coq au vin"
}

no_leak() {
	printf 'Tomato soup\n\nIngredients\n- 1 kg tomatoes\n- 1 onion\n- 50 ml cream\n\nMethod\nSimmer.\n' \
		>"$build/leak.txt"
	valgrind -q --leak-check=full --show-leak-kinds=definite,indirect,possible \
		--error-exitcode=9 "$build/winepair" pair --text-file "$build/leak.txt"
}

# score_pairings CASES OPTION…
score_pairings() {
	local cases=$1
	shift
	"$WINEPAIR_SHARED/tools/score_pairings.py" "$cases" \
		"$WINEPAIR_SHARED/pairing/styles.tsv" \
		"$build/winepair pair --text-file {file} --json" \
		--max-errors 0 --max-unmapped 0.02 "$@"
}

score_recipes() {
	"$WINEPAIR_SHARED/tools/score_recipes.py" \
		"$WINEPAIR_SHARED/corpus/recipes" --command \
		"$build/winepair recipe --url {url} --file {html} --json" \
		--jobs 2 "$@" | tee "$build/score-recipes.txt"
}

# A real server with a real, tiny model: built once, from packages.
real_model() {
	need cmd:cmake cmd:c++ py:ensurepip
	step "build a real model's server (ten minutes, once)" \
		tests/real/real-model.sh "$build/real-model"
	node_tests "a real model" tests/real/*.test.js
}

kill_stress() {
	WINEPAIR_BUILD=$build node --disable-warning=ExperimentalWarning \
		tests/stress/kills.js 60
}

# fuzz_briefly TARGET: ten seconds, to see that it runs and finds nothing.
fuzz_briefly() { do_fuzz "$1" 10; }

# ---- the command ----

do_check() {
	local all=
	case ${1:-} in
	'') ;;
	--all) all=1 ;;
	*) die "check: unknown option $1 (see ./dev --help)" ;;
	esac
	need_build
	need pc:cmocka cmd:nginx cmd:openssl cmd:curl cmd:clang cmd:clang-format \
		cmd:shellcheck cmd:python3 cmd:valgrind cmd:chromium cmd:ip
	[ -z "$all" ] || need cmd:clang-tidy
	do_build
	need_node

	lint
	unit_tests "$build" "unit tests"
	# shellcheck disable=SC2046
	configure_in "$top/build-asan" --enable-asan --enable-ubsan \
		--enable-debug $(werror) CC=clang
	unit_tests "$top/build-asan" "unit tests under ASan and UBSan"
	node_tests "integration tests" tests/integration/*.test.js
	node_tests "browser tests" tests/browser/*.test.js
	step "make install" installs
	step "no leak in winepair pair (valgrind)" no_leak
	if [ -n "${WINEPAIR_SHARED:-}" ]; then
		step "published pairings" score_pairings \
			"$WINEPAIR_SHARED/pairing/cases.jsonl" \
			--min-hit1 0.36 --min-strict5 0.61 --min-near5 0.74 \
			--min-family3 0.82 --min-agree5 0.88 \
			--max-avoid 0.10 --min-diversity 2.8
		# dishes that no table or rule was made for, to see that they
		# hold in general: a harder lot, with more single sources
		step "published pairings of other dishes" score_pairings \
			tests/fixtures/published.jsonl \
			--min-hit1 0.28 --min-strict5 0.57 --min-near5 0.68 \
			--min-family3 0.70 --max-avoid 0.10 --min-diversity 2.8
		step "recipe pages with markup" score_recipes --only structured \
			--min-name 0.98 --min-ingredients-f1 0.955 \
			--min-instructions-f1 0.965 --min-total-minutes 0.975 \
			--min-yield 0.965
		step "recipe pages without markup" score_recipes --only hard \
			--min-ran 0.95 --min-name 0.90 \
			--min-ingredients-f1 0.75 --min-instructions-f1 0.70
	else
		skip_step "published pairings" "the shared cases are not here"
		skip_step "recipe pages" "the shared cases are not here"
	fi
	step "make distcheck" distcheck
	[ -z "$all" ] || step "clang-tidy" tidy_holds
	[ -z "$all" ] || node_tests "a failing disk" tests/stress/*.test.js
	[ -z "$all" ] || step "60 s of kills under load" kill_stress
	[ -z "$all" ] || real_model
	local target
	for target in $(fuzz_targets); do
		if [ -n "$all" ]; then
			step "fuzz $target for 60 s" do_fuzz "$target" 60
		else
			step "fuzz $target for 10 s" fuzz_briefly "$target"
		fi
	done

	if [ ${#failures[@]} -gt 0 ]; then
		printf '\nFailed:\n'
		printf '  %s\n' "${failures[@]}"
	fi
	printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
	[ "$failed" = 0 ] || exit 1
	if [ -n "${CI:-}" ] && [ "$skipped" != 0 ]; then
		die "in CI nothing may be skipped"
	fi
}

# ---- fuzzing ----

fuzz_targets() {
	local f
	for f in tests/fuzz/*.c; do
		[ -e "$f" ] && basename "$f" .c
	done
}

do_fuzz() {
	[ $# = 2 ] || die "fuzz: needs a target ($(fuzz_targets | tr '\n' ' ')) and seconds"
	[ -f "tests/fuzz/$1.c" ] ||
		die "fuzz: no target $1; there are: $(fuzz_targets | tr '\n' ' ')"
	need_build
	need cmd:clang
	configure_in "$top/build-fuzz" --enable-fuzzing --enable-asan \
		--enable-ubsan CC=clang
	make -s -C "$top/build-fuzz" -j"$(jobs)" "tests/fuzz/$1" >&2
	local corpus=$top/build-fuzz/corpus/$1 seeds=tests/fuzz/seeds/$1
	local shared=$top/build-fuzz/shared/$1
	mkdir -p "$corpus" "$shared"
	if [ -n "${WINEPAIR_SHARED:-}" ]; then
		tools/fuzz-seeds "$1" "$WINEPAIR_SHARED" "$shared"
	fi
	[ -d "$seeds" ] || seeds=
	# shellcheck disable=SC2086
	"$top/build-fuzz/tests/fuzz/$1" -max_total_time="$2" -timeout=5 \
		-rss_limit_mb=512 -print_final_stats=1 \
		-artifact_prefix="$top/build-fuzz/" "$corpus" "$shared" $seeds
}
