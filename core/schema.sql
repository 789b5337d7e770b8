-- The ledger: what was observed, and what was made of it. Never a list of things to do.
-- Deleting it loses no copy: they are found again by their tags.

-- Facts of the installation and of the program's own state, by name: installation, paused_until, …
CREATE TABLE note (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

-- A Feishu calendar that some pair reads. `cursor` is Feishu's sync_token for the rows below; both are
-- written in one transaction, so that the rows are always those of the cursor.
CREATE TABLE source_calendar (
    calendar_id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    role TEXT NOT NULL,
    is_primary INTEGER NOT NULL CHECK (is_primary IN (0, 1)),
    cursor TEXT NOT NULL,
    anchor INTEGER NOT NULL,          -- Unix seconds: the last complete pull lists what ends after this
    pulled_at INTEGER NOT NULL,       -- Unix seconds of that pull; renewed weekly
    is_empty INTEGER NOT NULL CHECK (is_empty IN (0, 1)),
    all_day_end TEXT NOT NULL DEFAULT 'unknown'   -- what its rows were found to mean: core/model.py, AllDayEnd
) STRICT;

-- What a setting's `feishu_calendar` means for a person: "primary" is somebody's.
CREATE TABLE source_name (
    person TEXT NOT NULL,
    configured TEXT NOT NULL,
    calendar_id TEXT NOT NULL REFERENCES source_calendar ON DELETE CASCADE,
    PRIMARY KEY (person, configured)
) STRICT;

-- Feishu's rows exactly as read.
CREATE TABLE source_row (
    calendar_id TEXT NOT NULL REFERENCES source_calendar ON DELETE CASCADE,
    event_id TEXT NOT NULL,
    raw TEXT NOT NULL,
    PRIMARY KEY (calendar_id, event_id)
) STRICT, WITHOUT ROWID;

-- An Outlook calendar that some pair writes, known by its id once it was found or made.
CREATE TABLE target_calendar (
    calendar_id TEXT PRIMARY KEY,
    is_ours INTEGER NOT NULL CHECK (is_ours IN (0, 1)),
    watch_link TEXT NOT NULL DEFAULT '',   -- Graph's deltaLink
    watch_until INTEGER NOT NULL DEFAULT 0
) STRICT;

-- What a setting's `outlook_calendar` means for a person: two settings may name one calendar, by name and by id.
CREATE TABLE target_name (
    person TEXT NOT NULL,
    configured TEXT NOT NULL,
    calendar_id TEXT NOT NULL REFERENCES target_calendar ON DELETE CASCADE,
    PRIMARY KEY (person, configured)
) STRICT;

-- Between a Feishu calendar and an Outlook calendar: when our copies were last looked for by their tags.
CREATE TABLE pairing (
    source_id TEXT NOT NULL,
    target_id TEXT NOT NULL REFERENCES target_calendar ON DELETE CASCADE,
    recognised_at INTEGER NOT NULL,
    PRIMARY KEY (source_id, target_id)
) STRICT;

-- A link: what we know of one copy. `key` is its tag's; its first half names the Feishu calendar.
CREATE TABLE link (
    target_id TEXT NOT NULL REFERENCES target_calendar ON DELETE CASCADE,
    key TEXT NOT NULL,
    series TEXT NOT NULL DEFAULT '',  -- key of the series that an occurrence standing alone belongs to
    state TEXT NOT NULL CHECK (state IN ('creating', 'live', 'detached')),
    transaction_id TEXT,
    attempted_at INTEGER,
    event_id TEXT,
    etag TEXT,
    is_verified INTEGER CHECK (is_verified IN (0, 1)),
    fingerprint TEXT,
    stored_print TEXT,
    is_series INTEGER CHECK (is_series IN (0, 1)),
    is_adopted INTEGER CHECK (is_adopted IN (0, 1)),
    occurrences TEXT,                 -- JSON; NULL: not known
    held TEXT,                        -- JSON reason; NULL: not held
    reason TEXT,                      -- JSON reason of a detached link
    replaced_at INTEGER NOT NULL DEFAULT 0,   -- Unix seconds: core/links.py
    is_found_again INTEGER NOT NULL DEFAULT 0 CHECK (is_found_again IN (0, 1)),
    title TEXT NOT NULL,
    start TEXT NOT NULL,
    starts_at INTEGER NOT NULL,
    ends_at INTEGER,                  -- NULL: never
    all_day INTEGER NOT NULL CHECK (all_day IN (0, 1)),
    PRIMARY KEY (target_id, key),
    CHECK ((state = 'creating') = (attempted_at IS NOT NULL)),
    CHECK ((state = 'creating') = (event_id IS NULL)),
    CHECK ((state = 'detached') = (reason IS NOT NULL)),
    CHECK ((state = 'detached') = (transaction_id IS NULL)),
    CHECK ((state = 'live') = (fingerprint IS NOT NULL)),
    CHECK ((state = 'live') = (is_verified IS NOT NULL)),
    CHECK (held IS NULL OR state = 'live'),
    CHECK (state != 'live' OR (etag IS NOT NULL AND stored_print IS NOT NULL
                               AND is_series IS NOT NULL AND is_adopted IS NOT NULL))
) STRICT, WITHOUT ROWID;
-- The watch asks by Outlook's id.
CREATE UNIQUE INDEX link_event ON link (target_id, event_id) WHERE state = 'live';

-- What Outlook refused to take, by what was to be written: not tried again every five minutes.
CREATE TABLE refusal (
    target_id TEXT NOT NULL REFERENCES target_calendar ON DELETE CASCADE,
    key TEXT NOT NULL,
    wanted TEXT NOT NULL,             -- core/fingerprint.py: of_everything
    refused_at INTEGER NOT NULL,
    reason TEXT NOT NULL,             -- JSON reason
    PRIMARY KEY (target_id, key)
) STRICT, WITHOUT ROWID;

-- What we deleted, whole, for 30 days: for `restore`, and for the brake's count of a day.
CREATE TABLE deletion (
    id INTEGER PRIMARY KEY,
    target_id TEXT NOT NULL,
    key TEXT NOT NULL,
    series TEXT NOT NULL DEFAULT '',  -- as the link had it: the brake counts a series once
    deleted_at INTEGER NOT NULL,
    is_counted INTEGER NOT NULL CHECK (is_counted IN (0, 1)),
    title TEXT NOT NULL,
    start TEXT NOT NULL,
    raw TEXT NOT NULL,
    transaction_id TEXT NOT NULL DEFAULT '',      -- under which it is put back; stored before that is tried
    restored_at INTEGER                           -- NULL: it was not put back
) STRICT;
CREATE INDEX deletion_time ON deletion (deleted_at);

-- One report per run, for Activity, for 90 days.
CREATE TABLE run (
    id INTEGER PRIMARY KEY,
    started_at INTEGER NOT NULL,
    report TEXT NOT NULL
) STRICT;
CREATE INDEX run_time ON run (started_at);

-- Requests sent, by month, for the estimate against Feishu's monthly quota.
CREATE TABLE usage (
    month TEXT NOT NULL,
    side TEXT NOT NULL CHECK (side IN ('feishu', 'outlook')),
    requests INTEGER NOT NULL,
    PRIMARY KEY (month, side)
) STRICT, WITHOUT ROWID;
