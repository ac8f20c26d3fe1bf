-- Every script can be run again after it was cut off half-way: a statement here must do nothing the second time.
-- Columns stand in the order of the record's components, because rows are read by position.
-- An instant that is not set is null: it takes one byte where the smallest bigint takes ten.

create table if not exists pawl_meta (
  id int primary key,
  schema_version int not null
);

create table if not exists engine_state (
  id int primary key,
  commit_seq bigint not null,
  epoch bigint not null,
  last_time_micros bigint,
  last_id bigint not null
);

create table if not exists run (
  id bigint primary key,
  task_id varchar(1000) not null,
  payload varbinary,
  payload_crc int not null,
  payload_key bigint,
  payload_size int,
  created_at_micros bigint not null,
  delay_until_micros bigint,
  ttl_micros bigint not null,
  max_attempts int not null,
  priority_micros bigint not null,
  queue varchar(1000) not null,
  concurrency_key varchar(1000000),
  tags varchar(1000000) array,
  metadata varchar(1000000),
  parent_id bigint not null,
  root_id bigint not null,
  depth int not null,
  batch_id bigint not null,
  batch_index int not null,
  replay_of bigint not null,
  idempotency_key varchar(1000000),
  idempotency_scope varchar(30),
  max_duration_micros bigint not null,
  machine varchar(1000),
  region varchar(1000)
);

create index if not exists run_by_task on run (task_id, id);

create table if not exists label (
  run_id bigint primary key,
  tags varchar(1000000) array,
  metadata varchar(1000000)
);

create table if not exists live_run (
  id bigint primary key,
  status varchar(30) not null,
  task_id varchar(1000) not null,
  queue varchar(1000) not null,
  concurrency_key varchar(1000000),
  priority_micros bigint not null,
  queue_time_micros bigint not null,
  queued_at_micros bigint,
  due_at_micros bigint,
  ttl_micros bigint not null,
  expires_at_micros bigint,
  attempt int not null,
  incarnation int not null,
  repeat_attempt boolean not null,
  max_attempts int not null,
  started_at_micros bigint,
  attempt_started_at_micros bigint,
  generation int not null,
  journal_size int not null,
  parent_id bigint not null,
  root_id bigint not null,
  depth int not null,
  created_at_micros bigint not null,
  debounce_key varchar(1000000),
  awaited boolean not null,
  max_duration_micros bigint not null,
  active_micros bigint not null,
  machine varchar(1000),
  region varchar(1000),
  waits varbinary
);

create table if not exists result (
  id bigint primary key,
  status varchar(30) not null,
  attempt int not null,
  queued_at_micros bigint,
  started_at_micros bigint,
  attempt_started_at_micros bigint,
  finished_at_micros bigint not null,
  output varbinary,
  output_crc int,
  output_key bigint,
  output_size int,
  error varbinary
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

create table if not exists batch_item (
  batch_id bigint not null,
  idx int not null,
  run_id bigint not null,
  task_id varchar(1000) not null,
  outcome varchar(30) not null,
  payload_differs boolean not null,
  primary key (batch_id, idx)
);

create index if not exists batch_item_by_run on batch_item (run_id, batch_id);

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
  select 1, 0, 0, null, 0 where not exists (select 1 from engine_state);

-- Reads run as a user that can do nothing else.
create user if not exists pawl_reader password '';

grant select on schema public to pawl_reader;
