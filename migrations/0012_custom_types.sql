-- Kinds of check that clients made, and folders of checks.

create table custom_types (
    client_id  uuid not null references clients,
    country    text not null,
    name       text not null,
    -- cotejo_domain::checks::Weights, in millionths.
    weights    json not null,
    created_ns bigint not null,
    updated_ns bigint not null
);
create unique index custom_types_name on custom_types (client_id, country, lower(name));

-- The custom type that a check was asked for, as it was then (cotejo_domain::checks::CustomType).
alter table checks add column custom json;
-- The key, user or part of ours that created it; null for checks of before.
alter table checks add column actor uuid;

create index reports_creator on reports (client_id, created_by, id);
