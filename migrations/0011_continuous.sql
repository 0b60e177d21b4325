-- Continuous checks: a check that is carried out again and again.

create table continuous_checks (
    client_id         uuid not null references clients,
    id                uuid not null,
    -- The check whose inputs are checked again, and the newest of its runs.
    original_check_id uuid not null,
    last_check_id     uuid not null,
    frequency         text not null,
    -- What the runs are counted from, in the client's time.
    anchor_ns         bigint not null,
    counter           integer not null default 0,
    -- When it runs again; null while it is disabled, and when it is over.
    next_ns           bigint,
    end_date          date,
    status            text not null check (status in ('enabled', 'disabled')),
    score_status      text not null check (score_status in ('new', 'up', 'down', 'same')),
    key_version       smallint not null,
    created_ns        bigint not null,
    updated_ns        bigint not null,
    constraint continuous_checks_key primary key (client_id, id),
    constraint continuous_checks_original unique (client_id, original_check_id)
) with (fillfactor = 85);

-- Each run, and what it changed once it has finished.
create table continuous_runs (
    client_id         uuid not null,
    continuous_id     uuid not null,
    seq               integer not null,
    check_id          uuid not null,
    previous_check_id uuid not null,
    -- Why it ran: its time had come, or a list changed.
    cause             text not null check (cause in ('schedule', 'list')),
    created_ns        bigint not null,
    -- cotejo_domain::continuous::Changes; null until the check has finished.
    changes           json,
    constraint continuous_runs_key primary key (client_id, continuous_id, seq)
);
create unique index continuous_runs_check on continuous_runs (client_id, check_id);
