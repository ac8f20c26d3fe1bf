-- Version 5: one row a run, and one for many items of a batch. They are moved by code, see OldRuns and
-- OldBatchItems.

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
