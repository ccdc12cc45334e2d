#include "cli/paper.h"

#include <sys/ioctl.h>
#include <unistd.h>

#define WIDTH_MIN 40
#define WIDTH_MAX 100
#define WIDTH_USUAL 80

static const char *const codes[INK_MAX] = {
	[INK_PLAIN] = "",
	[INK_BOLD] = "\x1b[1m",
	[INK_DIM] = "\x1b[2m",
	[INK_RED] = "\x1b[1;31m",
	[INK_GREEN] = "\x1b[32m",
	[INK_YELLOW] = "\x1b[1;33m",
	[INK_MAGENTA] = "\x1b[1;35m",
};

void paper_init(struct paper *p)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
	int tty = isatty(STDOUT_FILENO);
	struct winsize w;

	sbuf_init(&p->out, (size_t)4 << 20);
	p->color = tty && !(no && *no) && !(term && strcmp(term, "dumb") == 0);
	p->width = WIDTH_USUAL;
	if (tty && ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col)
		p->width = w.ws_col < WIDTH_MIN	  ? WIDTH_MIN
			   : w.ws_col > WIDTH_MAX ? WIDTH_MAX
						  : w.ws_col;
}

void paper_release(struct paper *p)
{
	sbuf_release(&p->out);
}

static int columns(const char *s, size_t len)
{
	int32_t cp;
	size_t n;
	int wide = 0;

	for (; (n = text_next(s, len, &cp)); s += n, len -= n)
		wide += text_columns(cp);
	return wide;
}

static void ink_on(struct paper *p, enum ink ink)
{
	if (p->color)
		sbuf_addstr(&p->out, codes[ink]);
}

static void ink_off(struct paper *p, enum ink ink)
{
	if (p->color && ink != INK_PLAIN)
		sbuf_addstr(&p->out, "\x1b[0m");
}

/* Our texts come cleaned, but what goes to a terminal is looked at again. */
static void add_safe(struct paper *p, const char *s, size_t len)
{
	int32_t cp;
	size_t n;

	for (; (n = text_next(s, len, &cp)); s += n, len -= n)
		if (cp >= 0x20 && !(cp >= 0x7F && cp < 0xA0))
			text_put(&p->out, cp);
}

static void spaces(struct paper *p, int n)
{
	while (n-- > 0)
		sbuf_addch(&p->out, ' ');
}

/* Length of the longest prefix that is at most `room` columns wide, but at
 * least one character. */
static size_t fitting(const char *s, size_t len, int room)
{
	size_t at = 0, n;
	int32_t cp;

	while ((n = text_next(s + at, len - at, &cp))) {
		room -= text_columns(cp);
		if (room < 0 && at)
			break;
		at += n;
	}
	return at;
}

void paper_text(
	struct paper *p, const char *lead, enum ink ink, const char *text)
{
	int indent = columns(lead, strlen(lead)), used = indent, first = 1;

	if (!text)
		text = "";
	sbuf_addstr(&p->out, lead);
	ink_on(p, ink);
	while (*text) {
		size_t len = strcspn(text, " \t\r\n");
		int wide = columns(text, len);

		if (!len) {
			text++;
			continue;
		}
		if (!first && used + 1 + wide > p->width) {
			sbuf_addch(&p->out, '\n');
			spaces(p, indent);
			used = indent;
		} else if (!first) {
			sbuf_addch(&p->out, ' ');
			used++;
		}
		/* a word wider than the line is broken */
		if (used + wide > p->width) {
			len = fitting(text, len, p->width - used);
			wide = columns(text, len);
		}
		add_safe(p, text, len);
		used += wide;
		text += len;
		first = 0;
	}
	ink_off(p, ink);
	sbuf_addch(&p->out, '\n');
}

void paper_sides(struct paper *p, const char *lead, enum ink ink,
	const char *text, enum ink right_ink, const char *right)
{
	size_t len = text ? strlen(text) : 0;
	int room = p->width - columns(lead, strlen(lead)) -
		   columns(right, strlen(right)) - 1;

	if (columns(text, len) > room) {
		struct sbuf both = SBUF_INIT(8192);

		sbuf_addf(&both, "%s %s", text, right);
		paper_text(p, lead, ink, both.buf);
		sbuf_release(&both);
		return;
	}
	sbuf_addstr(&p->out, lead);
	ink_on(p, ink);
	add_safe(p, text, len);
	ink_off(p, ink);
	spaces(p, room - columns(text, len) + 1);
	ink_on(p, right_ink);
	sbuf_addstr(&p->out, right);
	ink_off(p, right_ink);
	sbuf_addch(&p->out, '\n');
}

void paper_gap(struct paper *p)
{
	sbuf_addch(&p->out, '\n');
}
