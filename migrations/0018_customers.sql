-- Customers: the persons whom a client's checks, validations and processes are about.

create table customers (
    client_id  uuid not null references clients,
    id         uuid not null,
    -- The customer that it went into, and the one at the end of that way: itself where it went into none.
    into_id    uuid,
    root_id    uuid not null,
    -- cotejo_domain::customers::Profile, of whom is shown. Personal data.
    profile    json not null default '{}',
    -- All that is searched by a part, folded. Personal data.
    search     text not null default '',
    created_ns bigint not null,
    constraint customers_key primary key (client_id, id)
) with (fillfactor = 85);
create index customers_root on customers (client_id, root_id);
create index customers_search on customers using gin (client_id, search gin_trgm_ops);

-- What a customer is known again by, and the customer whom it came by. Personal data.
create table customer_keys (
    client_id   uuid not null,
    key         text not null,
    customer_id uuid not null,
    constraint customer_keys_key primary key (client_id, key),
    constraint customer_keys_customer foreign key (client_id, customer_id) references customers
);
create index customer_keys_of on customer_keys (client_id, customer_id);

create table customer_transactions (
    client_id      uuid not null,
    -- The check, validation or process.
    id             uuid not null,
    -- Who is shown with it, and whom it came by.
    customer_id    uuid not null,
    came_by        uuid not null,
    source         text not null check (source in ('check', 'process', 'validation', 'engagement-chat')),
    kind           text,
    status         text not null,
    failure_status text,
    declined       text,
    -- The process that it is a step of.
    process_id     uuid,
    pictures       text check (pictures in ('document', 'invoice', 'face')),
    -- cotejo_domain::customers::Properties and Facts. Personal data; empty once the resource was deleted.
    properties     json not null,
    facts          json not null,
    created_ns     bigint not null,
    updated_ns     bigint not null,
    version        integer not null,
    constraint customer_transactions_key primary key (client_id, id),
    constraint customer_transactions_customer foreign key (client_id, customer_id) references customers,
    constraint customer_transactions_came_by foreign key (client_id, came_by) references customers
) with (fillfactor = 85);
create index customer_transactions_list on customer_transactions (client_id, customer_id, id);
create index customer_transactions_came on customer_transactions (client_id, came_by);
create index customer_transactions_process on customer_transactions (client_id, process_id, id)
    where process_id is not null;
create index customer_transactions_pictures on customer_transactions (client_id, customer_id, pictures, id)
    where pictures is not null;

-- Who went into whom, by what, and who took it back. Nothing is ever changed here but that.
create table customer_merges (
    client_id     uuid not null,
    id            uuid not null,
    from_id       uuid not null,
    into_id       uuid not null,
    -- The transaction that tied them together; null where a person said so.
    cause         uuid,
    -- The key or user, and the name. Personal data.
    actor         uuid,
    username      text not null default '',
    reason        text not null default '',
    created_ns    bigint not null,
    undone_actor  uuid,
    -- Personal data.
    undone_by     text not null default '',
    undone_reason text not null default '',
    undone_ns     bigint,
    constraint customer_merges_key primary key (client_id, id),
    constraint customer_merges_from foreign key (client_id, from_id) references customers,
    constraint customer_merges_into foreign key (client_id, into_id) references customers
);
create index customer_merges_of on customer_merges (client_id, from_id, id);
create unique index customer_merges_in_force on customer_merges (client_id, from_id) where undone_ns is null;

-- The last event that each client's customers were made by. Its lock is what changes of a client's customers wait for.
create table customer_cursors (
    client_id uuid primary key references clients,
    sequence  bigint not null
);
