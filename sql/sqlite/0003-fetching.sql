-- What a site told us about a page and about being asked.

-- page is the address a fetch of url ended at; etag and modified are its
-- validators, sent to that address only. reader is the version that read the
-- page: another one reads it anew.
ALTER TABLE recipe_url ADD COLUMN page TEXT;
ALTER TABLE recipe_url ADD COLUMN etag TEXT;
ALTER TABLE recipe_url ADD COLUMN modified TEXT;
ALTER TABLE recipe_url ADD COLUMN reader TEXT;

-- When a site wants to be asked again: a queued job rests until then, a failed
-- one tells people. waits counts the rests; they are no failed attempts.
ALTER TABLE job ADD COLUMN retry_at INTEGER;
ALTER TABLE job ADD COLUMN waits INTEGER NOT NULL DEFAULT 0;
