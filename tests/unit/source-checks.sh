#!/bin/sh
# The checks of the sources (tools/lint-templates, check-includes,
# check-sources) must find what they look for, and nothing in what is fine:
# each line below is a file with one mistake, or with none.
set -eu

top=${top_srcdir:-.}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
failed=0

# tool, file, its text, what is told about it ("": nothing)
try() {
	rm -rf "$tmp/src" "$tmp/templates" "$tmp/static"
	mkdir -p "$tmp/src" "$tmp/templates" "$tmp/static" \
		"$tmp/$(dirname "$2")"
	printf '/* x */\n' >"$tmp/src/main.c"
	printf '<p>{{x}}</p>\n' >"$tmp/templates/fine.mustache"
	printf '%b\n' "$3" >"$tmp/$2"
	told=$("$top/tools/$1" "$tmp" 2>&1) && status=0 || status=1
	if [ -z "$4" ]; then
		[ "$status" = 0 ] && [ -z "$told" ] && return
	else
		[ "$status" = 1 ] && [ "$told" = "$2:$4" ] && return
	fi
	printf 'FAIL %s on %s: status %d, told: %s\n' "$1" "$3" "$status" "$told"
	failed=1
}

page() { try lint-templates templates/p.mustache "$1" "$2"; }
page '<p class="a">{{x}}{{! {{ }}</p>' ''
page '<script src="{{static}}/a.js" defer></script>' ''
page '<a class="x"\nhref="https://example.org/">x</a>' ''
page '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>' ''
page '<p>only on = one style: a</p>' ''
page '<option value="on"{{#x}} selected{{/x}}>' ''
page '<p>\n{{{x}}}' '2: a tag that does not escape'
page '{{&x}}' '1: a tag that does not escape'
page '{{ & x}}' '1: a tag that does not escape'
page '{{=<% %>=}}' '1: delimiters changed'
page '<p>\n<script>x()</script>' '2: inline script'
page '<SCRIPT src="a.js">x()</SCRIPT>' '1: inline script'
page '<script type="module">\n</script>' '1: inline script'
page '<style>p {}</style>' '1: inline style'
page '<p\n style="color: red">' '1: a style or on… attribute'
page '<p class="a"onclick="x()">' '1: a style or on… attribute'
page '<p{{#x}} onClick = "x()"{{/x}}>' '1: a style or on… attribute'
page '<a href="javascript:x">' '1: a javascript: link'
page '<img src="https://example.org/a.png">' '1: another host'
page '<img src="//example.org/a.png">' '1: another host'
try lint-templates static/a.css 'p { color: red } /* a // b */' ''
try lint-templates static/a.css 'p {}\n@import url(//example.org/b.css);' \
	'2: another host'
try lint-templates static/a.js 'import "https://example.org/x.js";' \
	'1: another host'

include() { try check-includes "$1" "$2" "$3"; }
include src/web/web.c '#include "web/web.h"\n#include "web/page.h"' ''
include src/web/web.c '#include "base/base.h"\n#include "base/sbuf.h"' ''
include src/web/web.c '#include "config.h"\n#include <stdio.h>' ''
include src/main.c '#include "server/server.h"' ''
include src/http/a.c '\n#include "web/web.h"' '2: http must not know web'
include src/base/a.c '#include "http/http.h"' '1: base must not know http'
include src/web/a.c '#include "http/url.h"' '1: http/url.h is private to http'
include src/main.c '# include "http/url.h"' '1: http/url.h is private to http'
include src/web/a.c '#include "page.h"' '1: "page.h" is not folder/header'
include src/web/a.c '#include "wine/wine.h"' '1: unknown folder wine'
include src/wine/a.c '' '1: folder wine has no place in the order'

source_of() { try check-sources "$1" "$2" "$3"; }
source_of src/store/a.c 'db_prepare(db, &q,\n"SELECT 1", e);' ''
source_of src/store/db.c 'sqlite3_prepare_v2(sq, sql, -1, &st, NULL);' ''
source_of src/net/a.c '#include <curl/curl.h>\nCURL *c = curl_easy_init();' ''
source_of src/recipe/a.c '#include <libxml/tree.h>\nhtmlReadMemory(a, b);' ''
source_of src/web/a.c '/* curl_easy_init() and\n sqlite3_exec() */ int x;' ''
source_of src/web/a.c 'sbuf_addf(&b, "SELECTED %s", x);' ''
source_of src/web/a.c 'int xmlish(int html_text); int curls;' ''
source_of src/store/a.c 'int x;\nsbuf_addf(&b,\n"SELECT a FROM %s", t);' \
	'2: SQL is put together here'
source_of src/store/a.c 'snprintf(b, n, " DELETE FROM x WHERE a=%d", i);' \
	'1: SQL is put together here'
source_of src/store/a.c 'sbuf_addstr(&sql, "ORDER BY x");' \
	'1: SQL is put together here'
source_of src/store/a.c 'sqlite3_exec(sq, sql, NULL, NULL, NULL);' \
	'1: SQL goes round db_prepare()'
source_of src/store/a.c 'db_prepare_literal(db, &q, sql, e);' \
	'1: db_prepare() is the way to prepare'
source_of src/store/db.c 's = sqlite3_mprintf(fmt, x);' '1: SQL is formatted here'
source_of src/web/a.c '#include <sqlite3.h>' '1: SQLite belongs to store/'
source_of src/web/a.c 'int a; /* x */ sqlite3_open(p, &sq);' \
	'1: SQLite belongs to store/'
source_of src/recipe/a.c 'curl_easy_perform(c);' '1: curl belongs to net/'
source_of src/jobs/a.c 'x = CURLE_OK;' '1: curl belongs to net/'
source_of src/web/a.c 'doc = htmlReadMemory(s, n);' '1: libxml2 belongs to recipe/'
source_of src/web/a.c '#include <libxml/HTMLparser.h>' \
	'1: libxml2 belongs to recipe/'
source_of src/recipe/a.c 'x = "http://schema.org/Recipe"; y = "p. 3";' ''
source_of src/net/a.c 'x = "example.com";' ''
source_of src/recipe/a.c 'if (strstr(url, "cook.example.com/"))' \
	'1: recipe/ must not know a site'
source_of src/recipe/a.c 'strcmp(host, "example.de")' \
	'1: recipe/ must not know a site'

exit $failed
