/*
 * Lists of providers, without their keys: web workers check them and compare
 * them, and never see a key.
 */
#include "llm/provider.h"

#define NAMES_SHOWN 100
#define VERSION_SHOWN 12
#define DIGEST_BYTES 8

static int is_built_in(const char *name, size_t len)
{
	return len == 8 && memcmp(name, "built-in", len) == 0;
}

/* Is that name among those of the list before it? */
static int said_before(const char *list, const char *name, size_t len)
{
	const char *other;
	size_t n;

	while (llm_list_next(&list, &other, &n) && other < name)
		if (n == len && memcmp(other, name, len) == 0)
			return 1;
	return 0;
}

static int check_one(
	const struct config *c, const char *name, size_t len, struct err *e)
{
	const struct llm_provider *p = llm_provider(name, len);
	struct arena mem = ARENA_INIT;
	const char *lacks;
	int rc = 0;

	if (is_built_in(name, len))
		return 0;
	if (!p)
		return err_set(e, REASON_BAD_INPUT,
			"there is no provider '%.*s'",
			(int)text_cut(name, len, 40), name);
	lacks = llm_model_lacks(c, p, &mem);
	if (lacks)
		rc = err_set(e, REASON_BAD_INPUT,
			"provider %s is not set up: %s is not set", p->name,
			lacks);
	arena_release(&mem);
	return rc;
}

int llm_providers_check(
	const struct config *c, const char *providers, struct err *e)
{
	const char *list = providers ? providers : c->provider, *at = list;
	const char *name;
	size_t len, n = 0;

	for (; llm_list_next(&at, &name, &len); n++) {
		if (check_one(c, name, len, e))
			return -1;
		if (said_before(list, name, len))
			return err_set(e, REASON_BAD_INPUT,
				"provider %.*s is named twice", (int)len, name);
	}
	return n ? 0 : err_set(e, REASON_BAD_INPUT, "no provider is named");
}

int llm_wanted(const struct config *c, const char *providers)
{
	const char *list = providers ? providers : c->provider, *name;
	size_t len;

	return llm_list_next(&list, &name, &len) &&
	       llm_provider(name, len) != NULL;
}

/* Its model for people to read, and all that its answers hang on. */
static void add_model(const struct config *c, const char *name, size_t len,
	struct sbuf *shown, struct sbuf *all)
{
	const struct provider_config *pc = config_provider(c, name, len);
	const char *parts[] = { pc->model, pc->url, pc->region, pc->version };
	size_t i;

	sbuf_addch(shown, ':');
	text_clean(pc->model, strlen(pc->model), shown);
	for (i = 0; i < ARRAY_LEN(parts); i++)
		if (parts[i])
			sbuf_add(all, parts[i], strlen(parts[i]) + 1);
		else
			sbuf_addch(all, '\0');
}

static const char *join(const struct sbuf *shown, const struct sbuf *all,
	const char *version, struct arena *mem)
{
	unsigned char hash[HASH_LEN];
	char hex[2 * DIGEST_BYTES + 1];
	size_t i;

	hash_fast(all->buf, all->len, hash);
	for (i = 0; i < DIGEST_BYTES; i++)
		(void)snprintf(hex + 2 * i, 3, "%02x", hash[i]);
	return arena_printf(mem, "%.*s prompts %.*s setup %s",
		(int)text_cut(shown->buf, shown->len, NAMES_SHOWN), shown->buf,
		VERSION_SHOWN, version, hex);
}

const char *llm_identity(const struct config *c, const char *providers,
	const struct llm_prompts *p, struct arena *mem)
{
	const char *list = providers ? providers : c->provider;
	const char *version = p ? llm_prompts_version(p) : "";
	struct sbuf shown = SBUF_INIT((size_t)64 * 1024),
		    all = SBUF_INIT((size_t)64 * 1024);
	const char *name, *made;
	size_t len;

	if (!llm_wanted(c, providers))
		return "built-in";
	sbuf_add(&all, version, strlen(version) + 1);
	while (llm_list_next(&list, &name, &len)) {
		sbuf_addf(
			&shown, "%s%.*s", shown.len ? "," : "", (int)len, name);
		sbuf_addf(&all, "%.*s", (int)len, name);
		sbuf_addch(&all, '\0');
		if (is_built_in(name, len))
			break;
		if (config_provider(c, name, len))
			add_model(c, name, len, &shown, &all);
	}
	made = join(&shown, &all, version, mem);
	sbuf_release(&shown);
	sbuf_release(&all);
	return made;
}
