/* AWS Signature Version 4. Private to this folder. */
#ifndef LLM_SIGV4_H
#define LLM_SIGV4_H

#include "base/base.h"

#define SIGV4_STAMP_SIZE 17
/* "20261123T080450Z" of a time. */
void sigv4_stamp(int64_t wall_ms, char out[SIGV4_STAMP_SIZE]);

struct sigv4_who {
	const char *id, *secret; /* of the access key */
	const char *region, *service;
};
struct sigv4_request {
	const char *method;
	const char *host;	    /* as the Host header says it */
	const char *path, *query;   /* as they are sent; query without ? */
	const char *const *headers; /* to be signed, "Name: value", NULL at the
				       end; x-amz-date among them; no Host */
	const char *body;
	size_t len;
};
/*
 * The value of the Authorization header, in the arena. stamp is that of
 * x-amz-date. Holds for every service but S3, which takes the path as it is.
 */
const char *sigv4_sign(const struct sigv4_who *who,
	const struct sigv4_request *r, const char *stamp, struct arena *mem);

#endif
