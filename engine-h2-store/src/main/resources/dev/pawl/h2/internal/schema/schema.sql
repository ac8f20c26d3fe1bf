-- The schema as a new store gets it, in its newest version: an older store comes to the same by the scripts whose
-- names begin with the versions to which they lead. Every script can be run again after it was cut off half-way:
-- a statement here must do nothing the second time.
-- Columns stand in the order of the record's components, because rows are read by position.
-- An instant that is not set is null: it takes one byte where the smallest bigint takes ten.

create table if not exists pawl_meta (
  id int primary key,
  schema_version int not null
);

-- store_id is null until the store has a journal, which carries the same id.
create table if not exists engine_state (
  id int primary key,
  commit_seq bigint not null,
  epoch bigint not null,
  last_time_micros bigint,
  last_id bigint not null,
  store_id uuid
);

create table if not exists label (
  run_id bigint primary key,
  tags varchar(1000000) array,
  metadata varchar(1000000)
);

-- Runs that have not ended. What a run was triggered with, and where it stands, is one value of bytes each, of
-- which H2 is asked nothing: a column for each of their fields cost more than all the rest of a trigger.
create table if not exists unfinished_run (
  id bigint primary key,
  status varchar(30) not null,
  input varbinary,
  state varbinary not null
);

-- Runs that have ended.
create table if not exists finished_run (
  id bigint primary key,
  status varchar(30) not null,
  finished_at_micros bigint not null,
  input varbinary,
  result varbinary not null
);

-- Inputs that are too long to be written again whenever the row of their run is.
create table if not exists long_input (
  run_id bigint primary key,
  input varbinary not null
);

-- The runs of each task, many in a row, where an index cost each run.
create table if not exists run_of_task (
  task_id varchar(1000) not null,
  first_id bigint not null,
  ids bigint array not null,
  primary key (task_id, first_id)
);

-- Runs in the order of their ends: the ids of all that ended in a status with one commit stand in one row.
create table if not exists ended (
  status varchar(30) not null,
  finished_at_micros bigint not null,
  first_id bigint not null,
  ids varbinary not null,
  primary key (status, finished_at_micros, first_id)
);

-- The values that are kept in files of their own, each with the one row that has it.
create table if not exists large_value (
  value_key bigint primary key,
  run_id bigint not null
);

create index if not exists large_value_by_run on large_value (run_id);

create table if not exists attempt (
  run_id bigint not null,
  number int not null,
  started_at_micros bigint,
  finished_at_micros bigint not null,
  status varchar(30) not null,
  error varbinary not null,
  primary key (run_id, number)
);

create table if not exists journal (
  run_id bigint not null,
  seq int not null,
  generation int not null,
  kind varchar(30) not null,
  task_id varchar(1000) not null,
  match_hash bigint not null,
  target_id bigint not null,
  answer varchar(30) not null,
  primary key (run_id, seq)
);

-- Who may need a run that has ended.
create index if not exists journal_by_target on journal (target_id, run_id);

create table if not exists batch (
  id bigint primary key,
  parent_id bigint not null,
  size int not null,
  created_at_micros bigint not null,
  state varchar(30) not null,
  closed_at_micros bigint,
  hash bigint not null,
  idempotency_key varchar(1000000),
  abort_reason varchar(1000000)
);

create index if not exists batch_by_state on batch (state, id);

-- The items of batches: those that follow each other and came with one commit stand in one row.
create table if not exists batch_part (
  batch_id bigint not null,
  first_idx int not null,
  items varbinary not null,
  primary key (batch_id, first_idx)
);

-- In which batches runs stand, but for the places at which they were made: those are told by their inputs.
create table if not exists batch_link (
  run_id bigint not null,
  batch_id bigint not null,
  idx int not null,
  primary key (run_id, batch_id, idx)
);

create table if not exists idempotency (
  task_id varchar(1000) not null,
  hash1 bigint not null,
  hash2 bigint not null,
  run_id bigint not null,
  expires_at_micros bigint not null,
  payload_hash bigint not null,
  primary key (task_id, hash1, hash2)
);

create index if not exists idempotency_by_run on idempotency (run_id);

create table if not exists queue (
  name varchar(1000) primary key,
  declared_limit int not null,
  limit_override int not null,
  declared_total_limit int not null,
  total_limit_override int not null,
  max_queued int not null,
  paused boolean not null
);

create table if not exists owed_hook (
  run_id bigint primary key
);

insert into engine_state
  select 1, 0, 0, null, 0, null where not exists (select 1 from engine_state);

-- Reads run as a user that can do nothing else.
create user if not exists pawl_reader password '';

grant select on schema public to pawl_reader;
