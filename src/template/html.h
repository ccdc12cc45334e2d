/*
 * Where in an HTML page are we? Fed with the literal text of a template in
 * reading order, it says how a value at the present place must be escaped, or
 * why none may stand there.
 */
#ifndef TEMPLATE_HTML_H
#define TEMPLATE_HTML_H

#include "template/escape.h"

enum html_state {
	HTML_TEXT,
	HTML_TAG_OPEN, /* behind < */
	HTML_TAG_NAME,
	HTML_IN_TAG, /* between attributes */
	HTML_ATTR_NAME,
	HTML_AFTER_NAME,   /* of an attribute; = may follow */
	HTML_BEFORE_VALUE, /* behind = */
	HTML_VALUE,	   /* in quotes */
	HTML_VALUE_BARE,   /* without quotes */
	HTML_DECLARATION,  /* <!doctype …>, <?…> */
	HTML_COMMENT,
	HTML_RAW, /* in script, style, title, textarea */
	HTML_MAX
};

enum html_attr { ATTR_PLAIN, ATTR_URL, ATTR_CODE };

struct html {
	enum html_state state;
	char tag[12], attr[24]; /* lower case; what is longer is cut */
	unsigned char tag_len, attr_len;
	int closing;	     /* </… */
	int cut;	     /* a section begins or ends behind the name */
	int open_name;	     /* the same, and nothing has ended the name yet */
	int at_cut;	     /* a section begins or ends just here */
	int goes_on;	     /* inside a tag one began without a space */
	char quote;	     /* of HTML_VALUE */
	enum html_attr kind; /* of the value */
	enum escape url;     /* how a value here is escaped in a URL */
	char scheme[12];     /* the literal text that may become one */
	unsigned char scheme_len;
	int has_value;	     /* the URL has a value in it already */
	unsigned char match; /* bytes of an ending seen: -- or </script */
	const char *problem; /* what the text did wrong; the reader clears it */
};

void html_text(struct html *h, const char *s, size_t len);
/* A value stands here: how to escape it, and NULL or why it may not. */
const char *html_value(struct html *h, enum escape *how);
/* A section begins here: before is the place, kept for its end. */
void html_begin(struct html *h, struct html *before);
/* It ends here: it may be left out or repeated, so both must be the same kind
 * of place. h becomes the more careful of the two. -1 when they differ; a name
 * that a repetition would lengthen is a problem. */
int html_end(struct html *h, const struct html *before);
/* "inside a tag" */
const char *html_place(const struct html *h);

#endif
