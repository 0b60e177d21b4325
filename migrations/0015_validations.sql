-- Validations: whom they are about, what is enrolled of them, what was validated, and who reviewed it.

create table validation_accounts (
    client_id           uuid not null references clients,
    id                  uuid not null,
    -- The client's own id of the person. Personal data, like all that follows.
    name                text not null,
    country             text,
    document_type       text,
    document_number     text,
    document_issue_date date,
    first_name          text,
    last_name           text,
    email               text,
    phone_number        text,
    facebook_user       text,
    twitter_user        text,
    created_ns          bigint not null,
    constraint validation_accounts_key primary key (client_id, id),
    constraint validation_accounts_name unique (client_id, name)
);

create table enrollments (
    client_id       uuid not null,
    id              uuid not null,
    account_id      uuid not null,
    -- cotejo_domain::validations::Enrolled. Personal data.
    enrolled        json not null,
    -- Which of its kind the account may have one of; null where it may have any number.
    slot            text,
    status          text not null check (status in ('pending', 'success', 'failure')),
    reason          text,
    upload_until_ns bigint not null,
    created_ns      bigint not null,
    updated_ns      bigint not null,
    constraint enrollments_key primary key (client_id, id),
    constraint enrollments_account foreign key (client_id, account_id) references validation_accounts
);
create unique index enrollments_slot on enrollments (client_id, account_id, slot)
    where slot is not null and status <> 'failure';
create index enrollments_of_account on enrollments (client_id, account_id, id);

-- Vectors of faces, sealed. They go with their enrollment.
create table faces (
    client_id     uuid not null,
    enrollment_id uuid not null,
    account_id    uuid not null,
    -- Country of a reported face; null for one that others are compared to.
    reported_in   text,
    vector        bytea not null,
    constraint faces_key primary key (client_id, enrollment_id),
    constraint faces_enrollment foreign key (client_id, enrollment_id) references enrollments on delete cascade
);
create index faces_reported on faces (client_id, enrollment_id) where reported_in is not null;

create table validations (
    client_id         uuid not null,
    id                uuid not null,
    account_id        uuid not null,
    -- cotejo_domain::validations::Asked and Terms.
    asked             json not null,
    terms             json not null,
    enrollment_id     uuid,
    retry_of          uuid,
    remaining_retries smallint not null,
    uploaded          text[] not null default '{}',
    started_ns        bigint,
    -- cotejo_domain::validations::Outcome; what a person did not decide stays in the second one.
    outcome           json,
    automatic         json,
    review            text not null default 'none'
        check (review in ('none', 'pending', 'decided', 'expired', 'unavailable')),
    -- cotejo_domain::validations::Findings. Personal data.
    findings          json not null default '{}',
    document_id       uuid,
    -- Personal data.
    ip_address        text not null default '',
    -- The address or phone that a code went to. Personal data.
    contact           text,
    -- HMAC of the code.
    code_hash         bytea,
    guesses           smallint not null default 0,
    created_ns        bigint not null,
    finished_ns       bigint,
    version           integer not null,
    constraint validations_key primary key (client_id, id),
    constraint validations_account foreign key (client_id, account_id) references validation_accounts
) with (fillfactor = 80);
create index validations_of_account on validations (client_id, account_id, id);
-- A failed one is tried again once; its retry is what is tried again next.
create unique index validations_retry on validations (client_id, retry_of) where retry_of is not null;
-- How many codes went where lately, and how often they were guessed wrong.
create index validations_contact on validations (client_id, contact, created_ns) where contact is not null;
create index validations_codes on validations (client_id, account_id, created_ns) where contact is not null;

create table reviews (
    client_id     uuid not null,
    id            uuid not null,
    validation_id uuid not null,
    -- The reason for which it would be declined.
    automatic     text not null,
    state         text not null check (state in ('pending', 'decided', 'expired')),
    verdict       text,
    reason        text,
    -- Personal data.
    note          text not null default '',
    decided_by    text not null default '',
    decided_ns    bigint,
    created_ns    bigint not null,
    until_ns      bigint not null,
    constraint reviews_key primary key (client_id, id),
    constraint reviews_validation unique (client_id, validation_id),
    constraint reviews_of foreign key (client_id, validation_id) references validations
);
create index reviews_state on reviews (client_id, state, id);

create table validation_configs (
    client_id uuid primary key references clients,
    -- cotejo_domain::validations::config::Config, and review::Schedule where there is one.
    config    json not null default '{}',
    schedule  json
);
