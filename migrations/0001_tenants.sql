-- Tenants and their keys. client_id leads every key and index that serves an API.

create table clients (
    id         uuid primary key,
    name       text not null,
    kind       text not null check (kind in ('sandbox', 'live')),
    -- cotejo_domain::clients::Settings; missing values are defaults.
    settings   jsonb not null default '{}',
    created_at timestamptz not null default clock_timestamp()
);
create unique index clients_name on clients (lower(name));

create table api_keys (
    client_id   uuid not null references clients,
    -- The token's jti. The token itself is stored nowhere.
    id          uuid not null,
    name        text not null,
    key_type    text not null,
    version     smallint not null check (version in (0, 1)),
    grant_name  text not null default '',
    permissions text[] not null,
    billing_hub uuid,
    created_at  timestamptz not null,
    expires_at  timestamptz not null,
    revoked_at  timestamptz,
    primary key (client_id, id)
);
create unique index api_keys_live_name on api_keys (client_id, name) where revoked_at is null;
