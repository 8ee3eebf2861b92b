-- Times are microseconds since 1970 in UTC. Statuses, deliveries and outcomes are the numbers of the domain's enums.

-- What the database knows about itself: the fingerprint of the key of the links, the zone its days are cut in, the pause, the breaker.
CREATE TABLE fact (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE website (
    id INTEGER PRIMARY KEY,
    external_id INTEGER UNIQUE,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    base_url TEXT NOT NULL
) STRICT;

CREATE TABLE sender (
    id INTEGER PRIMARY KEY,
    external_id INTEGER UNIQUE,
    website_id INTEGER NOT NULL REFERENCES website (id),
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    from_name TEXT NOT NULL,
    from_email TEXT NOT NULL,
    -- The domain of the From address as an A-label: Message-IDs end in it.
    mail_domain TEXT NOT NULL,
    reply_to TEXT,
    locale TEXT NOT NULL
) STRICT;

CREATE TABLE customer_group (
    id INTEGER PRIMARY KEY,
    external_id INTEGER UNIQUE,
    name TEXT NOT NULL UNIQUE
) STRICT;

-- A customer whom only an import's numbers name has no address yet.
CREATE TABLE customer (
    id INTEGER PRIMARY KEY,
    external_id INTEGER UNIQUE,
    email TEXT,
    email_key TEXT,
    first_name TEXT NOT NULL DEFAULT '',
    last_name TEXT NOT NULL DEFAULT '',
    group_id INTEGER REFERENCES customer_group (id),
    website_id INTEGER REFERENCES website (id),
    created_at INTEGER
) STRICT;
CREATE INDEX customer_address ON customer (email_key, website_id);

CREATE TABLE shop_order (
    id INTEGER PRIMARY KEY,
    external_id INTEGER UNIQUE,
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    sender_id INTEGER REFERENCES sender (id),
    created_at INTEGER NOT NULL,
    -- Hundredths of the shop's currency.
    total INTEGER NOT NULL
) STRICT;
CREATE INDEX shop_order_customer ON shop_order (customer_id, created_at);

CREATE TABLE invitation (
    id INTEGER PRIMARY KEY,
    external_id INTEGER UNIQUE,
    -- The hash of the source line it was imported from: the same line again is "unchanged".
    source_hash BLOB,
    email TEXT,
    -- The identity of the address: empty only once the person was erased.
    email_key TEXT,
    -- Email, invitee and inviter in lower case, a line each: what words are looked up in.
    search TEXT NOT NULL,
    invitee_id INTEGER REFERENCES customer (id),
    invitee TEXT,
    other_address INTEGER NOT NULL DEFAULT 0,
    inviter_id INTEGER REFERENCES customer (id),
    inviter TEXT,
    website_id INTEGER NOT NULL REFERENCES website (id),
    sender_id INTEGER NOT NULL REFERENCES sender (id),
    group_id INTEGER NOT NULL REFERENCES customer_group (id),
    message TEXT NOT NULL DEFAULT '',
    status INTEGER NOT NULL CHECK (status BETWEEN 0 AND 3),
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    sent_at INTEGER,
    last_sent_at INTEGER,
    times_sent INTEGER NOT NULL DEFAULT 0,
    via INTEGER,
    registered_at INTEGER,
    discarded_at INTEGER,
    expires_at INTEGER,
    -- A new link is a new generation of the code.
    generation INTEGER NOT NULL DEFAULT 0,
    -- The keyed hash of an imported code.
    old_code BLOB
) STRICT;
-- Every sortable column has its index; a rowid table's index on (c) is already one on (c, id).
CREATE INDEX invitation_by_email ON invitation (email COLLATE NOCASE);
CREATE INDEX invitation_by_invitee ON invitation (invitee COLLATE NOCASE);
CREATE INDEX invitation_by_inviter ON invitation (inviter COLLATE NOCASE);
CREATE INDEX invitation_by_sent ON invitation (sent_at);
CREATE INDEX invitation_by_registered ON invitation (registered_at);
CREATE INDEX invitation_by_status ON invitation (status);
CREATE INDEX invitation_by_website ON invitation (website_id);
CREATE INDEX invitation_by_group ON invitation (group_id);
CREATE INDEX invitation_by_sender ON invitation (sender_id);
CREATE INDEX invitation_by_created ON invitation (created_at);
CREATE INDEX invitation_by_last_sent ON invitation (last_sent_at);
CREATE INDEX invitation_by_times ON invitation (times_sent);
CREATE INDEX invitation_by_expiry ON invitation (expires_at);
CREATE INDEX invitation_identity ON invitation (email_key, website_id);
-- One open invitation per address and website per inviter; staff together are one inviter.
CREATE UNIQUE INDEX invitation_open ON invitation (email_key, website_id, ifnull(inviter_id, 0)) WHERE status < 2 AND email_key IS NOT NULL;

-- Where a mail is. A row exists while the delivery is anything but idle, so that the queue stays small beside the invitations.
CREATE TABLE mail (
    invitation_id INTEGER PRIMARY KEY REFERENCES invitation (id),
    state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 6),
    since INTEGER NOT NULL,
    -- When a queued or deferred mail may go.
    due_at INTEGER NOT NULL,
    -- Fixed when queued, the same in every attempt.
    message_id TEXT NOT NULL,
    action_id INTEGER,
    tries INTEGER NOT NULL DEFAULT 0,
    first_attempt_at INTEGER,
    attempt_id INTEGER,
    dispatcher_id INTEGER,
    lease_until INTEGER,
    batch_id INTEGER,
    -- Whether the setting already sent it again once after a doubt.
    resent_once INTEGER NOT NULL DEFAULT 0,
    code INTEGER,
    reason TEXT,
    -- The reason without what differs from mail to mail: what failures are grouped by.
    words TEXT,
    CHECK ((state IN (2, 3, 6)) = (attempt_id IS NOT NULL)),
    CHECK ((state IN (2, 3)) = (dispatcher_id IS NOT NULL))
) STRICT;
CREATE INDEX mail_due ON mail (state, due_at);
CREATE INDEX mail_owner ON mail (dispatcher_id) WHERE dispatcher_id IS NOT NULL;

CREATE TABLE attempt (
    id INTEGER PRIMARY KEY,
    invitation_id INTEGER NOT NULL REFERENCES invitation (id),
    number INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    outcome INTEGER NOT NULL DEFAULT 0,
    code INTEGER,
    reply TEXT,
    dispatcher_id INTEGER NOT NULL,
    batch_id INTEGER NOT NULL,
    message_id TEXT NOT NULL,
    route TEXT NOT NULL
) STRICT;
CREATE INDEX attempt_of ON attempt (invitation_id);
CREATE INDEX attempt_ended ON attempt (ended_at) WHERE outcome BETWEEN 1 AND 4;
CREATE INDEX attempt_batch ON attempt (batch_id, outcome);

-- The label on mails that were released together.
CREATE TABLE batch (
    id INTEGER PRIMARY KEY,
    opened_at INTEGER NOT NULL,
    size INTEGER NOT NULL,
    taken INTEGER NOT NULL DEFAULT 0,
    closed_at INTEGER
) STRICT;

CREATE TABLE dispatcher (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    -- The ending of the lock file beside the database: while it is locked, the dispatcher is alive.
    lock TEXT NOT NULL,
    watch INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    lease_until INTEGER NOT NULL
) STRICT;

CREATE TABLE history (
    id INTEGER PRIMARY KEY,
    invitation_id INTEGER NOT NULL REFERENCES invitation (id),
    at INTEGER NOT NULL,
    event TEXT NOT NULL,
    by TEXT NOT NULL,
    detail TEXT
) STRICT;
CREATE INDEX history_of ON history (invitation_id);

-- The activity log: who, when, what. Texts that can hold a person's data stand beside it, so that they can be erased.
CREATE TABLE action (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    by TEXT NOT NULL,
    total INTEGER NOT NULL DEFAULT 0,
    done INTEGER NOT NULL DEFAULT 0,
    finished_at INTEGER,
    cancelled INTEGER NOT NULL DEFAULT 0,
    -- The action that took this one back.
    undone_by INTEGER REFERENCES action (id)
) STRICT;
CREATE TABLE action_text (
    action_id INTEGER PRIMARY KEY REFERENCES action (id),
    filter TEXT,
    reason TEXT
) STRICT;
CREATE TABLE action_row (
    action_id INTEGER NOT NULL REFERENCES action (id),
    invitation_id INTEGER NOT NULL,
    bucket TEXT NOT NULL,
    PRIMARY KEY (action_id, invitation_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX action_row_of ON action_row (invitation_id);

CREATE TABLE setting (
    key TEXT NOT NULL,
    -- 'global', 'website' or 'sender', and whose.
    scope TEXT NOT NULL,
    scope_id INTEGER NOT NULL DEFAULT 0,
    value TEXT NOT NULL,
    set_by TEXT NOT NULL,
    set_at INTEGER NOT NULL,
    PRIMARY KEY (key, scope, scope_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE suppression (
    id INTEGER PRIMARY KEY,
    -- The identity of an address, or '@' and a domain.
    address_key TEXT NOT NULL UNIQUE,
    reason TEXT NOT NULL,
    since INTEGER NOT NULL,
    by TEXT NOT NULL
) STRICT;

-- What a console remembers for its operator: filter, sort, columns, the draft.
CREATE TABLE memory (
    operator TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (operator, key)
) STRICT, WITHOUT ROWID;

-- How many invitations there are, kept up to date with every change, so that the grid's header never scans.
CREATE TABLE tally (
    website_id INTEGER NOT NULL,
    group_id INTEGER NOT NULL,
    status INTEGER NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (website_id, group_id, status)
) STRICT, WITHOUT ROWID;

-- The report's sums a day (days since 1970 in the zone of the settings). Basis 0 is cohort, 1 is event.
CREATE TABLE day_sum (
    basis INTEGER NOT NULL,
    day INTEGER NOT NULL,
    website_id INTEGER NOT NULL,
    sent INTEGER NOT NULL,
    accepted INTEGER NOT NULL,
    discarded INTEGER NOT NULL,
    PRIMARY KEY (basis, day, website_id)
) STRICT, WITHOUT ROWID;

-- How far local time is ahead of UTC from a moment on, in microseconds: days are cut with it.
CREATE TABLE zone_offset (
    starts_at INTEGER PRIMARY KEY,
    ahead INTEGER NOT NULL
) STRICT;
