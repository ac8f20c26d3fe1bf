-- Version 6: what version 5 has moved.

drop table if exists run;

drop table if exists live_run;

drop table if exists result;

drop table if exists batch_item;
