-- Version 4: the runs of each task, many in a row, where an index cost each run. Those that are there already
-- get a row each, because to gather them would take memory.

create table if not exists run_of_task (
  task_id varchar(1000) not null,
  first_id bigint not null,
  ids bigint array not null,
  primary key (task_id, first_id)
);

delete from run_of_task;

insert into run_of_task (task_id, first_id, ids) select task_id, id, array[id] from run;

drop index if exists run_by_task;
