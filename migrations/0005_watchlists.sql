-- Lists loaded for screening. A load writes a whole new version and then switches to it, so that no reader sees
-- half a list.

create table watchlists (
    -- As the catalogue names it (`ofac-sdn`).
    key             text primary key,
    title           text not null,
    current_version bigint
);

create table watchlist_versions (
    list       text not null references watchlists,
    id         bigint generated always as identity,
    -- SHA-256 of the files: the same files are not loaded twice.
    checksum   bytea not null,
    published  text,
    entries    integer not null,
    loaded_at  timestamptz not null default clock_timestamp(),
    primary key (list, id)
);
create unique index watchlist_versions_checksum on watchlist_versions (list, checksum);

create table watchlist_entries (
    version bigint not null,
    -- The list's own id of the entry.
    entry   text not null,
    kind    text not null,
    name    text not null,
    -- Programs, birth dates, countries, remarks and the like, as published.
    details json not null,
    primary key (version, entry)
);

create table watchlist_names (
    version  bigint not null,
    entry    text not null,
    name     text not null,
    -- primary, strong or weak
    strength text not null,
    -- Folded tokens: candidates share at least one with the question.
    tokens   text[] not null
);
create index watchlist_names_tokens on watchlist_names using gin (tokens);
create index watchlist_names_version on watchlist_names (version, entry);

create table watchlist_documents (
    version bigint not null,
    entry   text not null,
    kind    text not null,
    -- Letters and digits only, upper case.
    number  text not null,
    country text
);
create index watchlist_documents_number on watchlist_documents (number, version);
