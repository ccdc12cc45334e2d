/*
 * For whoever watches over the service: is the process there, and can it do
 * its work? Neither says more to a stranger than that.
 */
#include "web/exchange.h"

static int fine(struct exchange *x)
{
	json_object *o = json_object_new_object();

	json_put_str(o, "status", "ok");
	response_json(x->w, 200, o);
	json_object_put(o);
	response_header(x->w, "Cache-Control", "no-store");
	return 0;
}

int health(struct exchange *x, struct err *e)
{
	(void)e;
	return fine(x);
}

int ready(struct exchange *x, struct err *e)
{
	int64_t waiting;

	if (!x->web->store)
		return err_set(e, REASON_STORE, "no store");
	if (store_ready(x->web->store, e) ||
		store_queue_length(x->web->store, &waiting, e))
		return -1;
	if (waiting >= x->web->config->queue_limit)
		return err_set(e, REASON_BUSY, "%lld jobs are waiting",
			(long long)waiting);
	return fine(x);
}
