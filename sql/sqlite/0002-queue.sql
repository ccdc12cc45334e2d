-- The queue, and the keys that make a repeated request act once.

-- A pairing that has to wait for the internet. public_id is the id of the
-- pairing to be; when that very pairing turns out to exist already, under
-- another id, `pairing` points to it and this id is another name for it.
-- A lease is owner (a runner) and beat (a counter it raises); attempt counts
-- the claims, and every write of an owner names its own. error is a key of
-- src/base/reasons.def.
CREATE TABLE job (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	public_id TEXT NOT NULL UNIQUE CHECK (length(public_id) = 26),
	url TEXT NOT NULL,
	preferences TEXT NOT NULL,
	engine TEXT NOT NULL,
	status TEXT NOT NULL DEFAULT 'queued' CHECK (status IN
		('queued', 'running', 'done', 'failed', 'cancelled')),
	stage TEXT NOT NULL DEFAULT 'queued' CHECK (stage IN
		('queued', 'fetching', 'reading', 'pairing', 'done')),
	error TEXT,
	owner TEXT,
	beat INTEGER NOT NULL DEFAULT 0,
	attempt INTEGER NOT NULL DEFAULT 0,
	pairing INTEGER REFERENCES pairing (id),
	created INTEGER NOT NULL,
	updated INTEGER NOT NULL,
	CHECK ((status = 'done') = (pairing IS NOT NULL)),
	CHECK ((status IN ('failed', 'cancelled')) = (error IS NOT NULL))
) STRICT;

-- One job under way for one question; the rest share it.
CREATE UNIQUE INDEX job_question ON job (url, preferences, engine)
	WHERE status IN ('queued', 'running');
CREATE INDEX job_waiting ON job (id) WHERE status = 'queued';
CREATE INDEX job_running ON job (id) WHERE status = 'running';
CREATE INDEX job_pairing ON job (pairing) WHERE pairing IS NOT NULL;

-- An Idempotency-Key and what it stands for: the SHA-256 of the request, and
-- the public id of the pairing or job that answered it. Kept for two days.
CREATE TABLE idempotency_key (
	key TEXT PRIMARY KEY,
	request BLOB NOT NULL CHECK (length(request) = 32),
	public_id TEXT NOT NULL,
	created INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_key_created ON idempotency_key (created);
