create table run (
  id bigint primary key,
  task_id varchar(256) not null
);
