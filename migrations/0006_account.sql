-- Who may do what: keys for browsers and apps, flows that their tokens name, billing hubs, roles, people.

-- Tokens of browsers and apps are many and live for hours: their names need not be unique.
drop index api_keys_live_name;
create unique index api_keys_live_name on api_keys (client_id, name)
    where revoked_at is null and key_type in ('backend', 'generator');
create index api_keys_short_lived on api_keys (expires_at) where key_type in ('web', 'sdk');
alter table api_keys
    add column previous_version smallint,
    add column updated_at timestamptz;

create table flows (
    client_id  uuid not null references clients,
    id         uuid not null,
    name       text not null,
    status     text not null check (status in ('enabled', 'disabled')),
    -- The flow that every client has from the start.
    is_default boolean not null default false,
    created_ns bigint not null,
    updated_ns bigint not null,
    primary key (client_id, id)
);
create unique index flows_default on flows (client_id) where is_default;
insert into flows (client_id, id, name, status, is_default, created_ns, updated_ns)
select id, gen_random_uuid(), 'default', 'enabled', true,
       (extract(epoch from created_at) * 1000000)::bigint * 1000,
       (extract(epoch from created_at) * 1000000)::bigint * 1000
from clients;

create table billing_hubs (
    client_id  uuid not null references clients,
    id         uuid not null,
    name       text not null,
    created_ns bigint not null,
    primary key (client_id, id)
);
create unique index billing_hubs_name on billing_hubs (client_id, lower(name));

-- Named sets of permissions; the built-in ones are cotejo_domain::roles'.
create table roles (
    client_id   uuid not null references clients,
    id          uuid not null,
    name        text not null,
    permissions text[] not null,
    created_ns  bigint not null,
    primary key (client_id, id)
);
create unique index roles_name on roles (client_id, lower(name));

create table users (
    client_id          uuid not null references clients,
    id                 uuid not null,
    -- Personal data.
    email              text not null,
    name               text not null,
    language           text not null,
    -- Name of a role.
    role               text not null,
    status             text not null check (status in ('invited', 'active', 'disabled')),
    -- argon2id, as a PHC string.
    password_hash      text,
    -- SHA-256 of the token in the invitation.
    invitation_hash    bytea,
    invitation_until_ns bigint,
    -- Wrong passwords since the last right one, and until when none is tried.
    failures           smallint not null default 0,
    locked_until_ns    bigint,
    last_login_ns      bigint,
    created_ns         bigint not null,
    updated_ns         bigint not null,
    primary key (client_id, id)
);
create unique index users_email on users (client_id, lower(email));
-- Who signs in says an address, not a client.
create index users_sign_in on users (lower(email));
create unique index users_invitation on users (invitation_hash) where invitation_hash is not null;

create table sessions (
    client_id  uuid not null,
    id         uuid not null,
    user_id    uuid not null,
    -- SHA-256 of the token.
    token_hash bytea not null,
    created_ns bigint not null,
    until_ns   bigint not null,
    primary key (client_id, id),
    foreign key (client_id, user_id) references users on delete cascade
);
create unique index sessions_token on sessions (token_hash);
create index sessions_user on sessions (client_id, user_id);

-- What a client has agreed to, once a kind of terms.
create table accepted_terms (
    client_id   uuid not null references clients,
    terms       text not null,
    -- The key or user that agreed.
    actor       uuid not null,
    accepted_ns bigint not null,
    primary key (client_id, terms)
);

-- The answer as it was given, sealed under the client's key, for requests whose answer cannot be made again.
alter table idempotency_keys add column answer bytea;
