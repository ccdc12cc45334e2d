-- Recipes, where they were found, and the pairings made for them.
-- Times are integer milliseconds since 1970, UTC. Steps are applied once, in
-- order, each in a transaction, and never edited once released.

-- What somebody cooks. The hash is the SHA-256 of the normalised content
-- (recipe_hash() in src/recipe): the same content is the same recipe, wherever
-- it was found. body is the JSON of `winepair recipe --json`.
CREATE TABLE recipe (
	id INTEGER PRIMARY KEY,
	hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
	name TEXT NOT NULL,
	body TEXT NOT NULL,
	created INTEGER NOT NULL
) STRICT;

-- Which recipe a canonical URL led to when it was last fetched. Only pages
-- that we fetched ourselves are remembered: what people paste proves nothing
-- about an address.
CREATE TABLE recipe_url (
	url TEXT PRIMARY KEY,
	recipe INTEGER NOT NULL REFERENCES recipe (id),
	fetched INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX recipe_url_recipe ON recipe_url (recipe);

-- An answer. One row for one recipe, preferences (canonical JSON) and engine
-- ("built-in 1.4f2a9c01"), so that two who ask at once get the same one. body
-- is the JSON document exactly as it is sent. id grows with time and orders
-- the lists; people see only public_id. url is what was asked for, if it was
-- one.
CREATE TABLE pairing (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	public_id TEXT NOT NULL UNIQUE CHECK (length(public_id) = 26),
	recipe INTEGER NOT NULL REFERENCES recipe (id),
	preferences TEXT NOT NULL,
	engine TEXT NOT NULL,
	url TEXT,
	body TEXT NOT NULL,
	created INTEGER NOT NULL,
	UNIQUE (recipe, preferences, engine)
) STRICT;
