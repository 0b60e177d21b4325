-- Pictures that somebody waits to hear about before handing them in. A row lasts for seconds and nobody misses it behind a
-- crash, so that nothing of it goes into the log of the database.

create unlogged table looks (
    client_id     uuid not null references clients,
    id            uuid not null,
    -- Sealed: personal data.
    picture       bytea not null,
    country       text not null,
    document_type text not null,
    slot          text not null,
    -- cotejo_store::looks::Seen; null while nobody has looked.
    seen          json,
    created_ns    bigint not null,
    constraint looks_key primary key (client_id, id)
);
create index looks_created on looks (created_ns);
