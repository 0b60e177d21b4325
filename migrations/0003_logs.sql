-- What happened: the event log, the audit trail, and the answers already given.

-- Events are inserted unstamped; a leased stamper gives visible rows the gapless sequence of their client.
create table events (
    client_id        uuid not null references clients,
    id               uuid not null,
    inserted         bigint generated always as identity,
    sequence         bigint,
    event_type       text not null,
    event_action     text not null,
    resource_id      uuid not null,
    resource_version integer not null,
    -- Nanoseconds since 1970, in the client's time; the wire prints nine decimals.
    created_ns       bigint not null,
    primary key (client_id, id)
);
create index events_unstamped on events (inserted) where sequence is null;
create unique index events_sequence on events (client_id, sequence) where sequence is not null;

-- The object as it is sent. Apart, so that an erasure rewrites it and the event stays as it was. The key leads with
-- the resource, because that is how an erasure finds it.
create table event_bodies (
    client_id   uuid not null,
    resource_id uuid not null,
    event_id    uuid not null,
    body        text not null,
    primary key (client_id, resource_id, event_id)
);

-- The last sequence that each client's events have.
create table event_heads (
    client_id uuid primary key references clients,
    last      bigint not null
);

-- The audit trail: inserted unchained, linked in batches by a leased sealer. `subject` is a salted HMAC; the salt
-- lies with the resource and dies with it.
create table audit_entries (
    client_id   uuid not null references clients,
    id          uuid not null,
    inserted    bigint generated always as identity,
    sequence    bigint,
    action      text not null,
    -- The key (jti) or user that did it; null for the system itself.
    actor       uuid,
    resource_id uuid not null,
    subject     bytea,
    at_ns       bigint not null,
    hash        bytea,
    primary key (client_id, id)
);
create index audit_entries_unsealed on audit_entries (inserted) where hash is null;
create unique index audit_entries_sequence on audit_entries (client_id, sequence) where sequence is not null;

create table audit_heads (
    client_id uuid primary key references clients,
    last      bigint not null,
    hash      bytea not null
);

-- Answers to requests that carried an Idempotency-Key: which resource, with which status. Good for 24 hours.
create table idempotency_keys (
    client_id   uuid not null references clients,
    route       text not null,
    key         text not null,
    body_hash   bytea not null,
    resource_id uuid not null,
    status      smallint not null,
    created_at  timestamptz not null default clock_timestamp(),
    primary key (client_id, route, key)
);
create index idempotency_keys_age on idempotency_keys using brin (created_at);
