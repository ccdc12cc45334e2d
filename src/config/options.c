/*
 * Every setting there is: what it is called, where its value goes, what it may
 * be, and what it is for.
 *
 * Secrets have no key of their own here: they are only ever named by file.
 */
#include "config/options.h"

const struct option config_options[] = {
	{ "public_url", OPT_URL, AT(public_url), 0, 0, "https://localhost:8443",
		"the address people use, without a slash at the end" },
	{ "socket", OPT_PATH, AT(socket), 0, 0, "/run/winepair/winepair.sock",
		"the FastCGI socket that nginx passes requests to" },
	{ "workers", OPT_INT, AT(workers), 1, 64, "4",
		"processes that answer requests" },
	{ "runners", OPT_INT, AT(runners), 1, 8, "1",
		"processes that fetch pages and finish pairings" },
	{ "worker_deadline_s", OPT_INT, AT(worker_deadline_s), 5, 600, "30",
		"seconds after which a request that hangs is ended" },
	{ "queue_limit", OPT_INT, AT(queue_limit), 1, 100000, "1000",
		"pairings that may wait; more are refused for the moment" },
	{ "store", OPT_PATH, AT(store), 0, 0, "/var/lib/winepair/winepair.db",
		"the SQLite file" },
	{ "knowledge_dir", OPT_PATH, AT(knowledge_dir), 0, 0, "knowledge",
		"the tables about wine and food" },
	{ "templates_dir", OPT_PATH, AT(templates_dir), 0, 0, "templates",
		"the page templates" },
	{ "static_dir", OPT_PATH, AT(static_dir), 0, 0, "static",
		"style sheets, scripts and icons" },
	{ "sql_dir", OPT_PATH, AT(sql_dir), 0, 0, "sql/sqlite",
		"the numbered steps that make the database" },
	{ "contact", OPT_TEXT, AT(contact), 0, 0, "",
		"an address that sites may write to about our page requests" },
	{ "fetch_language", OPT_TEXT, AT(fetch_language), 0, 0, "en, *;q=0.5",
		"the languages asked of sites that have several; the same for "
		"everybody, since a link has one recipe for everybody" },
	{ "fetch_pause_ms", OPT_INT, AT(fetch_pause_ms), 0, 60000, "500",
		"milliseconds between two pages of one site" },
	{ "ca_file", OPT_TEXT, AT(ca_file), 0, 0, "",
		"the certificates to trust, in a file; empty: the system's" },
	{ "fetch_allow", OPT_ALLOW, AT(fetch_allow), 0, 0, "",
		"what the fetcher may reach besides public addresses on 80 and "
		"443: a list of CIDR[:port] or *:port" },
	{ "provider", OPT_PROVIDERS, AT(provider), 0, 0, "built-in",
		"who chooses the wines, tried in order: built-in, anthropic, "
		"bedrock, openai (or whatever speaks its chat API)" },
	{ "anthropic_url", OPT_SERVICE, AT(anthropic.url), 0, 0,
		"https://api.anthropic.com", "where the Messages API is" },
	{ "anthropic_model", OPT_TEXT, AT(anthropic.model), 0, 0, "",
		"the id of the model, as its maker spells it" },
	{ "anthropic_key_file", OPT_FILE, AT(anthropic.key_file), 0, 0, "",
		"the file that holds the API key" },
	{ "anthropic_version", OPT_TEXT, AT(anthropic.version), 0, 0,
		"2026-10-21", "the version of the API" },
	{ "anthropic_headers", OPT_TEXT, AT(anthropic.headers), 0, 0, "",
		"more headers: Name: value | Name: value; @/path stands for "
		"what that file holds" },
	{ "anthropic_price", OPT_PRICE, AT(anthropic.price), 0, 0, "",
		"dollars for a million tokens read and written, such as 1/5" },
	{ "bedrock_region", OPT_TEXT, AT(bedrock.region), 0, 0, "",
		"the region of Amazon Bedrock, such as eu-central-1" },
	{ "bedrock_url", OPT_SERVICE, AT(bedrock.url), 0, 0, "",
		"where its API is; empty: that of the region" },
	{ "bedrock_model", OPT_TEXT, AT(bedrock.model), 0, 0, "",
		"the id of the model" },
	{ "bedrock_key_file", OPT_FILE, AT(bedrock.key_file), 0, 0, "",
		"the file with a Bedrock API key on one line, or on three "
		"lines the access key id, its secret and a session token" },
	{ "bedrock_version", OPT_TEXT, AT(bedrock.version), 0, 0, "2023-06-01",
		"the version of its Messages API" },
	{ "bedrock_headers", OPT_TEXT, AT(bedrock.headers), 0, 0, "",
		"more headers: Name: value | Name: value; @/path stands for "
		"what that file holds" },
	{ "bedrock_price", OPT_PRICE, AT(bedrock.price), 0, 0, "",
		"dollars for a million tokens read and written, such as 1/5" },
	{ "openai_url", OPT_SERVICE, AT(openai.url), 0, 0,
		"https://api.openai.com/v1",
		"where the chat API is; of Ollama http://localhost:11434/v1" },
	{ "openai_model", OPT_TEXT, AT(openai.model), 0, 0, "",
		"the id of the model" },
	{ "openai_key_file", OPT_FILE, AT(openai.key_file), 0, 0, "",
		"the file that holds the API key; a server of your own may "
		"need none" },
	{ "openai_headers", OPT_TEXT, AT(openai.headers), 0, 0, "",
		"more headers: Name: value | Name: value; @/path stands for "
		"what that file holds" },
	{ "openai_price", OPT_PRICE, AT(openai.price), 0, 0, "",
		"dollars for a million tokens read and written; of a server of "
		"your own 0/0" },
	{ "model_timeout", OPT_INT, AT(model_timeout_s), 1, 900, "120",
		"seconds that a whole answer of a model may take" },
	{ "model_silence", OPT_INT, AT(model_silence_s), 1, 900, "45",
		"seconds without a byte after which a model is given up" },
	{ "model_max_tokens", OPT_INT, AT(model_max_tokens), 256, 100000,
		"4096", "tokens that an answer may have, thoughts included" },
	{ "model_concurrency", OPT_INT, AT(model_concurrency), 1, 1000, "64",
		"questions to models at once, of each runner; more wait" },
	{ "model_rate", OPT_INT, AT(model_rate), 0, 100000, "0",
		"questions to models a minute, of each runner; 0: any" },
	{ "spend_limit_month", OPT_MONEY, AT(spend_limit_month), 0, 0, "0",
		"dollars that models may cost in a month (UTC), then the "
		"built-in engine answers; 0: no limit" },
	{ "admin_token_file", OPT_FILE, AT(admin_token_file), 0, 0, "",
		"the file with the token (16 characters or more) that opens "
		"/admin; empty: there is no such page" },
	{ "log_level", OPT_LEVEL, AT(log_level), 0, 0, "info",
		"debug, info or warn" },
};

const size_t config_n_options = ARRAY_LEN(config_options);
