-- Files that are kept. Their bytes are sealed objects in the store of files, named by client and id.

create table files (
    client_id    uuid not null references clients,
    id           uuid not null,
    -- What it belongs to, and goes with.
    resource_id  uuid not null,
    kind         text not null,
    -- Which one of its kind: a language, a format, a number.
    variant      text not null,
    -- Personal data: sources name files after people.
    name         text not null,
    content_type text not null,
    size         bigint not null,
    sha256       bytea not null,
    -- The master key under which it is sealed.
    key_id       text not null,
    created_ns   bigint not null,
    constraint files_key primary key (client_id, id),
    constraint files_resource unique (client_id, resource_id, kind, variant)
);
