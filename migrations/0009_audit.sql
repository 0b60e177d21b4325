-- The audit trail is sealed: entries are linked by hash, heads signed.

alter table audit_entries
    add column actor_kind text not null default 'key' check (actor_kind in ('key', 'user', 'system')),
    -- The address that the request came from; empty where there was none.
    add column origin text not null default '',
    -- Keyed commitments to what was there before and after.
    add column before bytea,
    add column after bytea,
    -- In words, without personal data.
    add column detail text not null default '';

create table audit_checkpoints (
    client_id  uuid not null references clients,
    sequence   bigint not null,
    hash       bytea not null,
    at_ns      bigint not null,
    -- The Ed25519 key that signed, and its signature; hex.
    public_key text not null,
    signature  text not null,
    primary key (client_id, sequence)
);
