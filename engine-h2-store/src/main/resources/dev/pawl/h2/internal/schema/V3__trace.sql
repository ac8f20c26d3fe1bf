-- What a tracer needs to go on with the trace of the trigger.

alter table run add column if not exists trace varchar(1000000);
