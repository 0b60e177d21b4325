-- A part of a name or number is looked for in the index of parts alone. With the client in it every candidate was looked up in
-- the list of all rows of the client, too, which took five times as long with a million of them; that a row is the client's is
-- seen on the row, and a client of few rows is read whole.

drop index processes_search;
create index processes_search on processes using gin (search gin_trgm_ops);

drop index customers_search;
create index customers_search on customers using gin (search gin_trgm_ops);
