-- Digital identity: versions of flows, processes, and the ledger of decisions about them.

create extension if not exists pg_trgm;
create extension if not exists btree_gin;

alter table flows
    add column version    integer not null default 0,
    add column deleted_ns bigint;

create table flow_versions (
    client_id  uuid not null,
    flow_id    uuid not null,
    version    integer not null,
    -- cotejo_domain::processes::FlowSpec
    spec       json not null,
    created_ns bigint not null,
    constraint flow_versions_key primary key (client_id, flow_id, version),
    constraint flow_versions_flow foreign key (client_id, flow_id) references flows
);

-- What every client's own flow says: authorisation, then a document and the face on it.
insert into flow_versions (client_id, flow_id, version, spec, created_ns)
select client_id, id, 1, json_build_object(
    'blocks', json_build_array(
        json_build_object('id', 'VRF' || replace(gen_random_uuid()::text, '-', '_'),
                          'key', 'enter_authorization', 'kind', 'enter_authorization'),
        json_build_object('id', 'VRF' || replace(gen_random_uuid()::text, '-', '_'),
                          'key', 'document_verification_with_face_recognition',
                          'kind', 'document_verification_with_face_recognition')),
    'time_to_live', 120), created_ns
from flows;
update flows set version = 1;

create table processes (
    client_id        uuid not null references clients,
    id               uuid not null,
    account_id       uuid not null,
    flow_id          uuid not null,
    flow_version     integer not null,
    country          text not null,
    redirect_url     text not null,
    -- cotejo_domain::processes::process::Start. Personal data.
    start            json not null,
    via              text not null,
    token_id         uuid,
    -- Personal data.
    ip_address       text not null default '',
    -- What is known of the person: personal data.
    document_country text,
    document_type    text,
    document_number  text,
    first_name       text,
    last_name        text,
    date_of_birth    date,
    gender           text,
    nationality      text,
    email            text,
    phone            text,
    -- All that is searched by a part, folded. Personal data.
    search           text not null default '',
    state            text not null check (state in ('active', 'deciding', 'review', 'paused', 'ended')),
    -- cotejo_domain::processes::process::Progress. Personal data.
    progress         json not null,
    -- cotejo_domain::processes::Ending, and its parts that are filtered by.
    ending           json,
    status           text not null default 'pending' check (status in ('pending', 'success', 'failure')),
    failure_status   text,
    declined_reason  text,
    overridden       text check (overridden in ('success', 'failure')),
    effective        text not null generated always as (coalesce(overridden, status)) stored,
    deadline_ns      bigint not null,
    created_ns       bigint not null,
    updated_ns       bigint not null,
    finished_ns      bigint,
    version          integer not null,
    constraint processes_key primary key (client_id, id),
    constraint processes_account foreign key (client_id, account_id) references validation_accounts,
    constraint processes_flow foreign key (client_id, flow_id, flow_version) references flow_versions
) with (fillfactor = 80);
-- Ids are ordered by time, so that each of these is read backwards for a page and no list grows with the table.
create index processes_effective on processes (client_id, effective, id);
create index processes_failure on processes (client_id, failure_status, id) where failure_status is not null;
create index processes_declined on processes (client_id, declined_reason, id) where declined_reason is not null;
create index processes_flow_id on processes (client_id, flow_id, id);
create index processes_account_id on processes (client_id, account_id, id);
create index processes_state on processes (client_id, state, id) where state in ('review', 'paused');
create index processes_search on processes using gin (client_id, search gin_trgm_ops);

-- Which process a step is of: the wire names steps alone.
create table process_steps (
    client_id  uuid not null,
    id         uuid not null,
    process_id uuid not null,
    constraint process_steps_key primary key (client_id, id),
    constraint process_steps_process foreign key (client_id, process_id) references processes on delete cascade
);
create index process_steps_of on process_steps (client_id, process_id);

alter table validations add column process_id uuid;
create index validations_of_process on validations (client_id, process_id, id) where process_id is not null;

-- Who decided what, append-only. Nothing is ever changed here; an erasure empties the words.
create table decisions (
    client_id     uuid not null,
    id            uuid not null,
    process_id    uuid not null,
    validation_id uuid,
    part          text not null default '',
    level         text not null check (level in ('process', 'validation', 'part')),
    kind          text not null check (kind in ('automatic', 'decider', 'review', 'override', 'derived')),
    stand         text not null check (stand in ('pass', 'fail', 'refer')),
    before        text not null check (before in ('pass', 'fail', 'refer')),
    reason        text not null default '',
    -- Personal data.
    description   text not null default '',
    username      text not null default '',
    -- Who agreed, where two persons are wanted. Personal data.
    approver      text not null default '',
    created_ns    bigint not null,
    -- Two decisions of one instant have an order, too: that in which the process was held.
    n             bigint generated always as identity,
    constraint decisions_key primary key (client_id, id),
    constraint decisions_process foreign key (client_id, process_id) references processes on delete cascade
);
create index decisions_of_process on decisions (client_id, process_id, n);

-- An override that waits for a second person.
create table override_requests (
    client_id   uuid not null,
    process_id  uuid not null,
    status      text not null check (status in ('success', 'failure')),
    reason      text not null,
    -- Personal data.
    description text not null,
    -- Who asked: the key or user, and the name. Personal data.
    actor       uuid not null,
    username    text not null,
    created_ns  bigint not null,
    constraint override_requests_key primary key (client_id, process_id),
    constraint override_requests_process foreign key (client_id, process_id) references processes on delete cascade
);
