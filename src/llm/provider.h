/*
 * A provider: how a question becomes a request, and what of its answer is
 * what. No input or output here: bytes in, bytes out. Private to this folder.
 */
#ifndef LLM_PROVIDER_H
#define LLM_PROVIDER_H

#include "llm/llm.h"

/* How the shape of the answer is asked for, best first. */
enum llm_mode {
	LLM_SCHEMA, /* a JSON schema it must fit */
	LLM_OBJECT, /* some JSON object */
	LLM_PLAIN,  /* only by the words of the prompt */
	LLM_MODE_MAX
};

#define LLM_KEY_MAX 8192

/* From a key file: one line is a bearer key; three lines (or two) are an
 * access key id, its secret, and a session token. */
struct llm_key {
	char id[128], secret[256], token[LLM_KEY_MAX]; /* "" when absent */
	char bearer[LLM_KEY_MAX];
};

struct llm_provider;

/* One provider of the settings, ready to be asked (models.c). */
struct llm_model {
	const struct llm_provider *provider;
	const char *url;	    /* base, by url_operator() */
	const char *name;	    /* of the model */
	const char *version;	    /* of the API; "" */
	const char *region;	    /* "" */
	const char *const *headers; /* more of them, from the settings; NULL at
				       the end */
	double in_usd, out_usd;	    /* a million tokens; -1: not known */
	struct llm_key key;
	enum llm_mode mode; /* the best it has not refused so far */
};

/* What is asked, in the provider's own words or not. */
struct llm_prompt {
	const char *system, *user;
	/* The answer that had to be mended and what was wrong with it; NULL */
	const char *answer, *complaint;
	json_object *schema; /* of the answer (JSON Schema) */
	const char *schema_name;
	int max_tokens;
};

struct llm_request { /* in the arena; headers hold the key */
	const char *url;
	const char *const *headers;
	const char *body;
	size_t len;
};

/* Why an answer ended. */
enum llm_finish {
	LLM_UNFINISHED, /* it was cut, or nothing came */
	LLM_WHOLE,
	LLM_REFUSED,
	LLM_TOO_LONG /* max_tokens, or the context is full */
};

#define LLM_TEXT_MAX ((size_t)64 * 1024)

/* An answer as it comes in, in any pieces. */
struct llm_reply {
	const struct llm_provider *provider;
	int stream;   /* SSE; else one JSON document */
	int begun;    /* it is known which */
	int good;     /* status 2xx */
	int after_cr; /* the last byte ended a line; LF may follow it */
	int past_bom; /* the first line is over */
	int done;     /* nothing more is read: all is said, or all is lost */
	int broken;   /* something that has to be JSON is none */
	struct sbuf line; /* of SSE, so far; or the document */
	struct sbuf data; /* of the event at hand */
	char event[64];
	struct sbuf text; /* the model's words so far */
	enum llm_finish finish;
	int64_t input_tokens, output_tokens, cached_tokens;
	char error[64];	   /* its type or code, "" none; from an error status
			      or an error event */
	char message[200]; /* for the log: clean, short, never shown */
	int too_large;
};

struct llm_provider {
	const char *name;
	int needs_key;
	int signs; /* AWS: has a region, and may sign in place of a key */
	/* Events of its stream that are read, NULL at the end; others are for
	 * somebody else. */
	const char *const *events;
	int (*request)(const struct llm_model *m, enum llm_mode mode,
		const struct llm_prompt *p, int64_t wall_ms, struct arena *mem,
		struct llm_request *out, struct err *e);
	/* One event of the stream; event may be "". */
	void (*event)(struct llm_reply *r, const char *event, json_object *o);
	/* An answer that came as one document. */
	void (*document)(struct llm_reply *r, json_object *o);
};

/* providers.c: the table. NULL when there is none of that name; "built-in" is
 * none. */
const struct llm_provider *llm_provider(const char *name, size_t len);
/* The next name of a list ("anthropic, built-in"); *list moves on. 0 at its
 * end. */
int llm_list_next(const char **list, const char **name, size_t *len);

/* ---- models.c ---- */
/* The setting that a provider lacks ("anthropic_model"), in the arena; NULL
 * when it is set up. No file is read. */
const char *llm_model_lacks(const struct config *c,
	const struct llm_provider *p, struct arena *mem);
/* Fills m from the settings, with the key. -1 (config), naming key or file. */
int llm_model_read(const struct config *c, const char *provider,
	struct arena *mem, struct llm_model *m, struct err *e);
/* Wipes the key. */
void llm_model_wipe(struct llm_model *m);
/* In millionths of a dollar, rounded up; -1 when the price is not known. */
int64_t llm_cost(const struct llm_model *m, int64_t input, int64_t output);
/* At least as many tokens as such a text (NULL: none) can have: one a byte,
 * since a tokenizer that knows no word for a byte spells that byte, and never
 * needs more; and what frames a message. */
int64_t llm_tokens_most(const char *text);

/* ---- reply.c ---- */
void llm_reply_init(struct llm_reply *r, const struct llm_provider *p);
void llm_reply_release(struct llm_reply *r);
/* A piece of the body of an answer with that head. 0; -1: more than we take,
 * or text that is enough. The same bytes in other pieces give the same. */
int llm_reply_feed(struct llm_reply *r, const struct net_head *head,
	const char *data, size_t len);
/* The body is at its end. */
void llm_reply_end(struct llm_reply *r, const struct net_head *head);

/* ---- judge.c ---- */
enum llm_then { LLM_USE, LLM_AGAIN, LLM_DEGRADE, LLM_NEXT };
struct llm_judgement {
	enum err_reason reason; /* model-…; none with LLM_USE */
	enum llm_then then;
	int64_t wait_ms; /* before LLM_AGAIN */
	int ill;	 /* it says something of the provider's health */
};
/* What to make of a call that is over: net_err NULL or why no whole answer
 * came. tries: calls of this question to this provider so far, this one
 * included. random: any number, for jitter. An answer that is whole by itself
 * still has to be read: that is not judged here. */
void llm_judge(const struct llm_model *m, enum llm_mode mode,
	const struct net_head *head, const struct err *net_err,
	const struct llm_reply *r, int tries, uint32_t random,
	struct llm_judgement *out);

/* ---- breaker.c: a provider that is down is left alone for a while ---- */
struct llm_breaker {
	int failures;	    /* in a row */
	int64_t open_until; /* monotonic ms */
	int probing;
};
/* May it be called now? */
int llm_breaker_ask(struct llm_breaker *b, int64_t now);
/* It may, but is not called after all: the next one may be. */
void llm_breaker_decline(struct llm_breaker *b, int64_t now);
void llm_breaker_tell(struct llm_breaker *b, int ill, int64_t now);

#endif
