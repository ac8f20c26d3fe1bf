-- Version 2: which store this is; its journal carries the same id. It is null in a database that was
-- written without a journal, until it has got one.

alter table engine_state add column if not exists store_id uuid;
