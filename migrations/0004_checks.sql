-- Background checks.

-- Folders of checks.
create table reports (
    client_id  uuid not null references clients,
    id         uuid not null,
    name       text not null,
    created_by text not null,
    created_ns bigint not null,
    updated_ns bigint not null,
    primary key (client_id, id)
);

create table checks (
    client_id        uuid not null references clients,
    -- UUIDv7: newest first is the order of the key.
    id               uuid not null,
    check_type       text not null,
    country          text not null,
    status           text not null check (status in ('not_started', 'in_progress', 'delayed', 'completed', 'error')),
    priority         text not null,
    -- The inputs as they are echoed. Personal data.
    inputs           json not null,
    -- HMAC of the canonical inputs: which checks ask for the same.
    fingerprint      bytea not null,
    -- Salt of the audit trail's subject; dies with the row.
    salt             bytea not null,
    billing_hub      uuid,
    report_id        uuid,
    -- The newest earlier check of the same fingerprint.
    previous_id      uuid,
    -- Version of the key that created it.
    key_version      smallint not null,
    created_ns       bigint not null,
    updated_ns       bigint not null,
    -- Instants in the client's time; what max_duration is measured by.
    started_ns       bigint,
    delayed_since_ns bigint,
    delayed_total_ns bigint not null default 0,
    -- Counts the changes; orders the events.
    version          integer not null default 1,
    -- The finished check as GET prints it (version 1, unmasked, without links), and the renderer that made it.
    body             text,
    render_version   smallint,
    primary key (client_id, id)
) with (fillfactor = 85);
create index checks_report on checks (client_id, report_id, id) where report_id is not null;
create index checks_previous on checks (client_id, previous_id) where previous_id is not null;
create index checks_working on checks (client_id) where status in ('in_progress', 'delayed');
create index checks_high_priority on checks (client_id, country)
    where priority = 'high' and status in ('not_started', 'in_progress', 'delayed');

-- The newest check of each fingerprint: one row decides, under its lock, whether a check is made or an earlier one
-- returned, and names the previous one.
create table latest_checks (
    client_id   uuid not null,
    fingerprint bytea not null,
    check_id    uuid not null,
    created_ns  bigint not null,
    -- What check_id replaced.
    previous_id uuid,
    -- What the newest request asked for: a check at least this recent was to be returned instead of a new one.
    reuse_from_ns bigint not null,
    primary key (client_id, fingerprint)
) with (fillfactor = 85);

-- One source asked for one data set. Written when the check starts: until then the plan is a pure function of the
-- check, and rows would only repeat it.
create table source_runs (
    client_id      uuid not null,
    check_id       uuid not null,
    seq            smallint not null,
    -- Key of the catalogue.
    source         text not null,
    data_set       text,
    status         text not null,
    invalid_inputs text[] not null default '{}',
    id_result      text,
    id_severity    text,
    name_result    text,
    name_severity  text,
    -- cotejo_domain::checks::Facts, where the source knows any. Personal data.
    facts          json,
    updated_ns     bigint not null,
    primary key (client_id, check_id, seq)
) with (fillfactor = 90);

-- What sources said. Personal data.
create table findings (
    client_id    uuid not null,
    check_id     uuid not null,
    run_seq      smallint not null,
    seq          smallint not null,
    basis        text not null,
    result       text not null,
    severity     text not null,
    first_name   text not null,
    last_name    text not null,
    company_name text not null,
    tables       text,
    primary key (client_id, check_id, run_seq, seq)
);

-- How the sources answered, an hour a row: what /v1/health is computed from.
create table source_hours (
    client_id uuid not null references clients,
    source    text not null,
    hour      timestamptz not null,
    answered  integer not null,
    failed    integer not null,
    primary key (client_id, source, hour)
);

-- Bodies are ten times as large as the rest: lz4 packs and unpacks them several times faster than the default. A
-- server that was built without it keeps the default.
do $$
begin
    alter table checks alter column body set compression lz4;
    alter table event_bodies alter column body set compression lz4;
exception
    when feature_not_supported then null;
end
$$;
