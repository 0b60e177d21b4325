-- Batches: many checks from one file.

create table batches (
    client_id       uuid not null references clients,
    id              uuid not null,
    type_name       text not null,
    -- cotejo_domain::checks::CustomType, as it was when the batch was made.
    custom          json,
    country         text not null,
    -- Index of a column and name of its input.
    columns         json not null,
    frequency       text,
    end_date        date,
    report_id       uuid,
    user_authorized boolean,
    force_creation  boolean,
    status          text not null
        check (status in ('created', 'uploaded', 'in_progress', 'completed', 'stopped', 'failed')),
    -- Rows of the file; null until it was read.
    size            integer,
    processed       integer not null default 0,
    failed          integer not null default 0,
    failure_reason  text not null default '',
    billing_hub     uuid,
    key_version     smallint not null,
    created_ns      bigint not null,
    updated_ns      bigint not null,
    constraint batches_key primary key (client_id, id)
) with (fillfactor = 80);

create table batch_rows (
    client_id uuid not null,
    batch_id  uuid not null,
    -- As the file counts them, from 1.
    row       integer not null,
    -- The cells, from column A on. Personal data.
    cells     json not null,
    check_id  uuid,
    -- cotejo_domain::batches::RowError, where no check was made.
    errors    json,
    -- Whether it has come to its end.
    done      boolean not null default false,
    constraint batch_rows_key primary key (client_id, batch_id, row)
) with (fillfactor = 80);
-- Rows that wait for their check to be made, and rows whose check is being carried out: both are few at a time.
create index batch_rows_waiting on batch_rows (client_id, batch_id, row) where check_id is null and not done;
-- A check that is deleted takes its row's cells with it.
create index batch_rows_check on batch_rows (client_id, check_id) where check_id is not null;
create index batch_rows_working on batch_rows (client_id, batch_id, row) where check_id is not null and not done;
