-- The TrustX face: tokens that begin processes, and what its searches need.

create table process_tokens (
    client_id  uuid not null references clients,
    id         uuid not null,
    -- Beside the spec, because it is the client's only one of that name.
    name       text not null,
    -- cotejo_domain::processes::trustx::TokenSpec. Personal data: what instances begin with.
    spec       json not null,
    flow_id    uuid not null,
    -- How often it was used. Counted under the row's lock: of two at once one may be the last.
    counter    integer not null default 0,
    created_by text not null,
    created_ns bigint not null,
    updated_ns bigint not null,
    constraint process_tokens_key primary key (client_id, id),
    constraint process_tokens_name unique (client_id, name),
    constraint process_tokens_flow foreign key (client_id, flow_id) references flows
) with (fillfactor = 80);

-- Which use of its token a process is.
create table process_token_uses (
    client_id  uuid not null,
    process_id uuid not null,
    token_id   uuid not null,
    number     integer not null,
    constraint process_token_uses_key primary key (client_id, process_id),
    constraint process_token_uses_process foreign key (client_id, process_id) references processes on delete cascade,
    constraint process_token_uses_token foreign key (client_id, token_id) references process_tokens
);

-- Parts that somebody had somebody else look at: few, and looked for in every search by status.
create index decisions_referrals on decisions (client_id, process_id) where level <> 'process' and stand = 'refer';
