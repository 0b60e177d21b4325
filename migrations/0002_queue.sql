-- The job queue (crate cotejo-queue). A job is ready, scheduled for later, leased by a worker, or dead.

create table jobs (
    id          uuid primary key,
    kind        text not null,
    payload     json not null,
    -- 0 is served first.
    priority    smallint not null,
    -- Hash of the client: the lanes of a priority are served in turn, so that no client waits for another's backlog.
    lane        smallint not null,
    state       text not null check (state in ('ready', 'scheduled', 'leased', 'dead')),
    -- When a scheduled job becomes ready; always real time.
    run_at      timestamptz not null,
    attempts    smallint not null default 0,
    -- Fencing: whoever finishes a job has to show the token of its latest lease.
    lease_token bigint not null default 0,
    lease_until timestamptz,
    last_error  text,
    created_at  timestamptz not null default clock_timestamp()
) with (fillfactor = 80);
create index jobs_ready on jobs (kind, priority, lane, id) where state = 'ready';
create index jobs_scheduled on jobs (run_at) where state = 'scheduled';
create index jobs_leased on jobs (lease_until) where state = 'leased';
create index jobs_dead on jobs (created_at) where state = 'dead';

-- Singletons (stamper, sealer, schedules): who may run, until when.
create table leaders (
    name        text primary key,
    lease_token bigint not null default 0,
    lease_until timestamptz not null
);
