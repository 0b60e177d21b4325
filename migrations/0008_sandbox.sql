-- What a sandbox client can move: its clock, its outbox, its faults. Mail of live clients waits in the same table.

-- How far the client's clock is ahead of the machine's, and how far it is on its way to be.
alter table clients
    add column clock_offset_ns bigint not null default 0,
    add column clock_target_ns bigint;
create index clients_clock on clients (id) where clock_target_ns is not null;

-- Messages to people: a sandbox client's stay here to be read, a live client's until they are sent.
create table messages (
    client_id   uuid not null references clients,
    id          uuid not null,
    channel     text not null check (channel in ('email', 'sms', 'whatsapp', 'call')),
    -- Personal data, and so is the text.
    recipient   text not null,
    subject     text not null,
    body        text not null,
    -- The one-time code in the text, so that a test need not cut it out.
    code        text not null,
    state       text not null check (state in ('outbox', 'waiting', 'sent', 'failed')),
    -- What it is about: deleted with it.
    resource_id uuid,
    -- One message a resource and purpose; an empty one is any number.
    purpose     text not null,
    created_ns  bigint not null,
    primary key (client_id, id)
);
create unique index messages_once on messages (client_id, resource_id, purpose)
    where resource_id is not null and purpose <> '';
create index messages_about on messages (client_id, resource_id) where resource_id is not null;

create table faults (
    client_id  uuid not null references clients,
    id         uuid not null,
    -- cotejo_domain::faults::Fault
    spec       json not null,
    -- How often it still strikes; none is until it is cleared.
    remaining  integer,
    created_ns bigint not null,
    primary key (client_id, id)
);

-- A client as every use case needs it, its faults beside it.
create view tenants as
select c.id, c.name, c.kind, c.settings::text as settings, c.clock_offset_ns,
       coalesce((
           select json_agg(f.spec::jsonb || jsonb_build_object(
               'id', 'FLT' || replace(f.id::text, '-', ''), 'remaining', f.remaining, 'created_ns', f.created_ns
           ) order by f.id)
           from faults f where f.client_id = c.id and coalesce(f.remaining, 1) > 0
       ), '[]')::text as faults
from clients c;
