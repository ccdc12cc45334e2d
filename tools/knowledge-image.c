/*
 * For `make`: checks the tables of a folder and writes their image beside it
 * (src/knowledge/image.c), with the answers to the reverse question
 * (src/pairing/reverse.c).
 *
 *	knowledge-image FOLDER
 */
#include <stdio.h>
#include <unistd.h>

#include "pairing/pairing.h"

static int save(const struct knowledge *k, const char *path)
{
	struct sbuf annex = SBUF_INIT((size_t)1 << 24);
	struct reverse *r = reverse_load(k);
	struct err e = ERR_INIT;
	int rc;

	reverse_pack(r, &annex);
	rc = knowledge_save(k, &annex, path, &e);
	if (rc)
		log_warnx("%s", e.msg);
	reverse_free(r);
	sbuf_release(&annex);
	return rc;
}

int main(int argc, char **argv)
{
	struct sbuf problems = SBUF_INIT(100000), path = SBUF_INIT(4000),
		    new = SBUF_INIT(4000);
	struct knowledge *k;
	int rc = 1;

	if (argc != 2)
		fatalx("usage: knowledge-image FOLDER");
	k = knowledge_load(argv[1], &problems);
	sbuf_addf(&path, "%s.image", argv[1]);
	sbuf_addf(&new, "%s.new", path.buf);
	if (!k)
		(void)fd_write_all(STDERR_FILENO, problems.buf, problems.len);
	else if (save(k, new.buf))
		; /* and told */
	else if (rename(new.buf, path.buf))
		log_warn("%s", path.buf);
	else
		rc = 0;
	knowledge_free(k);
	sbuf_release(&problems);
	sbuf_release(&path);
	sbuf_release(&new);
	return rc;
}
