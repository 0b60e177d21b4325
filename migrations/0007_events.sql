-- Who hears of events: hooks, rules, and what was delivered to whom.

create index events_type on events (client_id, event_type, sequence) where sequence is not null;

-- At most one job of a kind and key waits or runs at a time.
alter table jobs add column key uuid;
create unique index jobs_key on jobs (kind, key) where key is not null;
-- Jobs of a client whose clock can be moved carry its id: moving the clock moves them.
alter table jobs add column clock uuid;
create index jobs_clock on jobs (clock, state, run_at) where clock is not null;
-- Each kind is promoted for itself, so that one that waits in masses does not hold the others up.
drop index jobs_scheduled;
create index jobs_scheduled on jobs (kind, run_at) where state = 'scheduled';

create table hooks (
    client_id         uuid not null references clients,
    id                uuid not null,
    subscriber_type   text not null check (subscriber_type in ('web', 'email')),
    -- `all`, or an event type.
    event_type        text not null,
    -- None: all of them.
    actions           text[] not null,
    status            text not null check (status in ('enabled', 'disabled')),
    http_method       text not null,
    url               text not null,
    address           text not null,
    name              text not null,
    language          text not null,
    format            text not null check (format in ('jwt', 'json')),
    -- Sealed. The previous one signs beside it until its time is over.
    signing_key       bytea not null,
    previous_key      bytea,
    previous_until_ns bigint,
    -- Why we disabled it ourselves; empty where the client did, or nobody.
    disabled_reason   text not null default '',
    -- Since when nothing was delivered although it was tried.
    failing_since_ns  bigint,
    created_ns        bigint not null,
    updated_ns        bigint not null,
    primary key (client_id, id)
);
create index hooks_enabled on hooks (client_id) where status = 'enabled';

create table rules (
    client_id   uuid not null references clients,
    id          uuid not null,
    name        text not null,
    description text not null,
    product     text not null,
    subproduct  text not null,
    -- `event_type:event_action`
    activators  text[] not null,
    -- cotejo_domain::rules::Condition; none is always true.
    condition   json,
    status      text not null check (status in ('enabled', 'disabled')),
    -- Only events behind this one are judged: a rule knows nothing of the time before it was enabled.
    from_sequence bigint not null,
    created_ns  bigint not null,
    updated_ns  bigint not null,
    primary key (client_id, id)
);
create index rules_enabled on rules (client_id) where status = 'enabled';
create unique index rules_name on rules (client_id, lower(name));

create table rule_actions (
    client_id uuid not null,
    rule_id   uuid not null,
    id        uuid not null,
    position  smallint not null,
    -- cotejo_domain::rules::Action as JSON, sealed: URLs, headers and credentials are in it.
    spec      bytea not null,
    primary key (client_id, rule_id, id),
    foreign key (client_id, rule_id) references rules on delete cascade
);
create unique index rule_actions_id on rule_actions (client_id, id);

-- Which event each rule fired for: once.
create table rule_firings (
    client_id uuid not null,
    rule_id   uuid not null,
    event_id  uuid not null,
    sequence  bigint not null,
    fired_ns  bigint not null,
    primary key (client_id, rule_id, event_id),
    foreign key (client_id, rule_id) references rules on delete cascade
);
create index rule_firings_list on rule_firings (client_id, rule_id, sequence);

-- The last event that each client's rules were asked about.
create table rule_cursors (
    client_id uuid primary key references clients,
    sequence  bigint not null
);

-- One event to be told to one target: a hook or an action of a rule.
create table deliveries (
    client_id  uuid not null,
    target_id  uuid not null,
    id         uuid not null,
    -- None for a test.
    event_id   uuid,
    -- The event's; those that are due at the same instant start in this order.
    sequence   bigint not null,
    state      text not null check (state in ('pending', 'delivered', 'failed')),
    attempts   smallint not null default 0,
    -- When it is tried next, in the client's time.
    next_ns    bigint not null,
    created_ns bigint not null,
    primary key (client_id, target_id, id)
) with (fillfactor = 85);
create index deliveries_pending on deliveries (client_id, target_id, next_ns, sequence) where state = 'pending';
create index deliveries_event on deliveries (client_id, target_id, event_id);
create index deliveries_age on deliveries using brin (created_ns);

create table delivery_attempts (
    client_id   uuid not null,
    delivery_id uuid not null,
    n           smallint not null,
    -- Real time.
    started_at  timestamptz not null,
    elapsed_us  integer not null,
    -- What the receiver answered; none where it did not.
    status      smallint,
    error       text not null,
    response_head text not null,
    primary key (client_id, delivery_id, n)
);
