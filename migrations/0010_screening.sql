-- Lists in their final shape. An entry's row is in force from one version of its list until another: a daily list costs
-- what changes in it, every version can still be asked what it said, and two versions are compared by their numbers.

alter table watchlists
    -- Where it is reloaded from: paths, or URLs. Empty where it was loaded by hand.
    add column origin        text[] not null default '{}',
    -- How its columns are read, of formats without columns of their own.
    add column mapping       json,
    add column every_seconds bigint,
    add column next_at       timestamptz,
    -- When its origin was last read, and when that last failed and why.
    add column checked_at    timestamptz,
    add column failed_at     timestamptz,
    add column failure       text;
create index watchlists_next on watchlists (next_at) where next_at is not null;

-- Yesterday's files may come back: only the version in force is not loaded again.
drop index watchlist_versions_checksum;
alter table watchlist_versions
    add column added   integer not null default 0,
    add column changed integer not null default 0,
    add column removed integer not null default 0;

alter table watchlist_entries rename to old_entries;
alter table watchlist_names rename to old_names;
alter table watchlist_documents rename to old_documents;

create table watchlist_entries (
    list   text not null references watchlists,
    -- The list's own id of the entry.
    entry  text not null,
    -- The version that brought it, and the one that changed it or took it away.
    since  bigint not null,
    until  bigint,
    kind   text not null,
    name   text not null,
    -- SHA-256 of the body.
    digest bytea not null,
    -- All that the list says of it (cotejo_domain::screening::Entry).
    body   json not null,
    constraint watchlist_entries_key primary key (list, entry, since)
);
create index watchlist_entries_since on watchlist_entries (list, since);
create index watchlist_entries_until on watchlist_entries (list, until) where until is not null;

-- What is searched for, taken out of the bodies.
create table watchlist_names (
    list     text not null,
    entry    text not null,
    since    bigint not null,
    -- 0 is the primary name, as in the body.
    seq      smallint not null,
    name     text not null,
    -- primary, strong or weak
    strength text not null,
    constraint watchlist_names_key primary key (list, entry, since, seq)
);

create table watchlist_documents (
    list    text not null,
    entry   text not null,
    since   bigint not null,
    seq     smallint not null,
    kind    text not null,
    -- Letters and digits only, upper case.
    number  text not null,
    country text,
    constraint watchlist_documents_key primary key (list, entry, since, seq)
);
create index watchlist_documents_by_number on watchlist_documents (number);

-- What is in force stays in force. The numbers lost their separators, so that the next load counts as a change.
insert into watchlist_names (list, entry, since, seq, name, strength)
select w.key, n.entry, n.version,
       row_number() over (partition by w.key, n.entry order by n.strength <> 'primary', n.name) - 1, n.name, n.strength
from watchlists w join old_names n on n.version = w.current_version;

insert into watchlist_documents (list, entry, since, seq, kind, number, country)
select w.key, d.entry, d.version, row_number() over (partition by w.key, d.entry order by d.kind, d.number) - 1,
       d.kind, d.number, d.country
from watchlists w join old_documents d on d.version = w.current_version;

insert into watchlist_entries (list, entry, since, kind, name, digest, body)
select key, entry, version, kind, name, sha256(convert_to(body::text, 'UTF8')), body
from (
    select w.key, e.entry, e.version, e.kind, e.name, (e.details::jsonb || jsonb_build_object(
        'entry_id', e.entry, 'kind', e.kind, 'name', e.name,
        'aliases', coalesce((
            select jsonb_agg(jsonb_build_object('name', n.name, 'strength', n.strength, 'kind', 'aka') order by n.seq)
            from watchlist_names n where n.list = w.key and n.entry = e.entry and n.seq > 0
        ), '[]'),
        'documents', coalesce((
            select jsonb_agg(jsonb_build_object('kind', d.kind, 'number', d.number, 'country', d.country) order by d.seq)
            from watchlist_documents d where d.list = w.key and d.entry = e.entry
        ), '[]')
    ))::json as body
    from watchlists w join old_entries e on e.version = w.current_version
) as whole;

drop table old_entries, old_names, old_documents;

-- What a hit of screening rests on (cotejo_domain::screening::Evidence): list, version, entry, the name that matched,
-- score and features. Personal data.
alter table findings add column evidence json;

-- False positives that an operator set aside: this person is not that entry, until either changes.
create table screening_exceptions (
    client_id    uuid not null references clients,
    id           uuid not null,
    list         text not null,
    entry        text not null,
    -- What the list said of the entry when it was set aside.
    entry_digest bytea not null,
    entry_name   text not null,
    -- HMAC of who was screened under a salt of this row: an erasure of the row erases the person.
    salt         bytea not null,
    subject      bytea not null,
    -- The check whose hit it was.
    check_id     uuid not null,
    reason       text not null,
    -- Who set it aside: a key or a user, by id and name.
    actor_kind   text not null,
    actor        uuid,
    actor_name   text not null,
    created_ns   bigint not null,
    -- When it ends by itself, in the client's time.
    expires_ns   bigint,
    revoked_ns   bigint,
    primary key (client_id, id)
);
create index screening_exceptions_entry on screening_exceptions (client_id, list, entry) where revoked_ns is null;
