-- Jobs whose recipe is there already and that ask a language model, and the
-- books of what models cost. Money is in millionths of a dollar, days and
-- months are those of UTC.

-- A pairing that takes time: behind a URL (fetched first), or of a recipe that
-- is there (JSON, and its hash) and asks a model. public_id is the id of the
-- pairing to be; when that very pairing turns out to exist already, under
-- another id, `pairing` points to it and this id is another name for it.
-- providers: asked of the models instead of the settings'. partial: what is
-- known of the answer while a runner is at it, a JSON object.
-- A lease is owner (a runner) and beat (a counter it raises); attempt counts
-- the claims, and every write of an owner names its own. retry_at: when a site
-- wants to be asked again; waits counts such rests, which are no failed
-- attempts. error is a key of src/base/reasons.def.
CREATE TABLE job_new (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	public_id TEXT NOT NULL UNIQUE CHECK (length(public_id) = 26),
	url TEXT,
	recipe TEXT,
	hash BLOB CHECK (length(hash) = 32),
	preferences TEXT NOT NULL,
	engine TEXT NOT NULL,
	providers TEXT,
	status TEXT NOT NULL DEFAULT 'queued' CHECK (status IN
		('queued', 'running', 'done', 'failed', 'cancelled')),
	stage TEXT NOT NULL DEFAULT 'queued' CHECK (stage IN ('queued',
		'fetching', 'reading', 'pairing', 'choosing', 'done')),
	partial TEXT,
	error TEXT,
	owner TEXT,
	beat INTEGER NOT NULL DEFAULT 0,
	attempt INTEGER NOT NULL DEFAULT 0,
	waits INTEGER NOT NULL DEFAULT 0,
	retry_at INTEGER,
	pairing INTEGER REFERENCES pairing (id),
	created INTEGER NOT NULL,
	updated INTEGER NOT NULL,
	CHECK ((url IS NULL) <> (recipe IS NULL)),
	CHECK ((recipe IS NULL) = (hash IS NULL)),
	CHECK (partial IS NULL OR status = 'running'),
	CHECK ((status = 'done') = (pairing IS NOT NULL)),
	CHECK ((status IN ('failed', 'cancelled')) = (error IS NOT NULL))
) STRICT;

INSERT INTO job_new (id, public_id, url, preferences, engine, status, stage,
	error, owner, beat, attempt, waits, retry_at, pairing, created, updated)
SELECT id, public_id, url, preferences, engine, status, stage,
	error, owner, beat, attempt, waits, retry_at, pairing, created, updated
FROM job ORDER BY id;

-- Nothing refers to job, so nothing is lost with it but its indexes.
DROP TABLE job;
ALTER TABLE job_new RENAME TO job;

-- One job under way for one question; the rest share it.
CREATE UNIQUE INDEX job_url_question ON job (url, preferences, engine)
	WHERE url IS NOT NULL AND status IN ('queued', 'running');
CREATE UNIQUE INDEX job_recipe_question ON job (hash, preferences, engine)
	WHERE hash IS NOT NULL AND status IN ('queued', 'running');
CREATE INDEX job_waiting ON job (id) WHERE status = 'queued';
CREATE INDEX job_running ON job (id) WHERE status = 'running';
CREATE INDEX job_pairing ON job (pairing) WHERE pairing IS NOT NULL;

-- A call to a language model, written down before it is made and once it is
-- over. job is the public id of a job (books outlive the queue: no reference),
-- attempt the one of its owner. question is the hash of what was asked: one
-- call at a time for one question. most is what it might cost. outcome is NULL
-- while it is under way, '' for an answer that was used, 'lost' for a call
-- whose runner never told its end (it counts with `most`; should the end be
-- told yet, that is what counts), else a key of src/base/reasons.def.
CREATE TABLE model_call (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	job TEXT NOT NULL CHECK (length(job) = 26),
	attempt INTEGER NOT NULL,
	provider TEXT NOT NULL,
	model TEXT NOT NULL,
	question BLOB NOT NULL CHECK (length(question) = 32),
	day TEXT NOT NULL CHECK (length(day) = 10),
	started INTEGER NOT NULL,
	ended INTEGER,
	most INTEGER NOT NULL CHECK (most >= 0),
	cost INTEGER CHECK (cost >= 0),
	input_tokens INTEGER NOT NULL DEFAULT 0 CHECK (input_tokens >= 0),
	output_tokens INTEGER NOT NULL DEFAULT 0 CHECK (output_tokens >= 0),
	cached_tokens INTEGER NOT NULL DEFAULT 0 CHECK (cached_tokens >= 0),
	ms INTEGER NOT NULL DEFAULT 0 CHECK (ms >= 0),
	outcome TEXT,
	CHECK ((ended IS NULL) = (outcome IS NULL)),
	CHECK ((ended IS NULL) = (cost IS NULL))
) STRICT;

CREATE INDEX model_call_job ON model_call (job);
CREATE INDEX model_call_open ON model_call (question) WHERE ended IS NULL;
-- outcome is in it so that a query of the rest need not look at the table.
CREATE INDEX model_call_speed ON model_call (day, provider, model, ms, outcome)
	WHERE outcome = '';

-- The sums of model_call: what calls that began on a day came to, so that a
-- month's cost is known without going through its calls. Kept by the trigger
-- below, and by nothing else.
CREATE TABLE model_day (
	day TEXT NOT NULL,
	provider TEXT NOT NULL,
	model TEXT NOT NULL,
	outcome TEXT NOT NULL,
	calls INTEGER NOT NULL,
	input_tokens INTEGER NOT NULL,
	output_tokens INTEGER NOT NULL,
	cost INTEGER NOT NULL,
	PRIMARY KEY (day, provider, model, outcome)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER model_call_summed AFTER UPDATE OF outcome ON model_call
BEGIN
	UPDATE model_day SET calls = calls - 1,
		input_tokens = input_tokens - old.input_tokens,
		output_tokens = output_tokens - old.output_tokens,
		cost = cost - old.cost
	WHERE day = old.day AND provider = old.provider
		AND model = old.model AND outcome = old.outcome;
	INSERT INTO model_day (day, provider, model, outcome, calls,
		input_tokens, output_tokens, cost)
	VALUES (new.day, new.provider, new.model, new.outcome, 1,
		new.input_tokens, new.output_tokens, new.cost)
	ON CONFLICT (day, provider, model, outcome) DO UPDATE SET
		calls = calls + 1,
		input_tokens = input_tokens + excluded.input_tokens,
		output_tokens = output_tokens + excluded.output_tokens,
		cost = cost + excluded.cost;
END;

-- The ledger: rows are added, and never changed but that a reservation grows.
-- A job (its public id) reserves before its first call, and more before one
-- that may cost more; when it ends it is charged with what its calls cost (a
-- model's pairing was delivered) or what it reserved is released.
-- account: whose money; NULL while there is one account for the whole site.
CREATE TABLE quota_entry (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	job TEXT NOT NULL CHECK (length(job) = 26),
	kind TEXT NOT NULL CHECK (kind IN ('reserve', 'charge', 'release')),
	amount INTEGER NOT NULL CHECK (amount >= 0),
	month TEXT NOT NULL CHECK (length(month) = 7),
	account INTEGER,
	created INTEGER NOT NULL,
	UNIQUE (job, kind)
) STRICT;

-- Of charge and release a job gets one.
CREATE UNIQUE INDEX quota_entry_settled ON quota_entry (job)
	WHERE kind <> 'reserve';
CREATE INDEX quota_entry_created ON quota_entry (kind, created);

-- The reservations that are neither charged nor released, and the month they
-- count in. Kept by the triggers below, and by nothing else.
CREATE TABLE quota_open (
	job TEXT PRIMARY KEY,
	amount INTEGER NOT NULL,
	month TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER quota_entry_opens AFTER INSERT ON quota_entry
WHEN new.kind = 'reserve'
BEGIN
	INSERT INTO quota_open (job, amount, month)
	VALUES (new.job, new.amount, new.month);
END;

CREATE TRIGGER quota_entry_grows AFTER UPDATE OF amount ON quota_entry
WHEN new.kind = 'reserve'
BEGIN
	UPDATE quota_open SET amount = new.amount, month = new.month
	WHERE job = new.job;
END;

CREATE TRIGGER quota_entry_settles AFTER INSERT ON quota_entry
WHEN new.kind <> 'reserve'
BEGIN
	DELETE FROM quota_open WHERE job = new.job;
END;

-- How often a day a stored answer of a model was given again, for nothing.
CREATE TABLE model_hit (
	day TEXT PRIMARY KEY CHECK (length(day) = 10),
	n INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
