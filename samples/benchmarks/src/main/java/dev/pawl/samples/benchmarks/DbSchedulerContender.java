package dev.pawl.samples.benchmarks;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerBuilder;
import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;

/**
 * db-scheduler with immediate execution, bodies on virtual threads, and polling each 100 ms. On
 * PostgreSQL it locks and fetches, as its documentation advises for a high throughput; for H2 it
 * offers only to fetch. It deletes a job that has ended, and keeps no history.
 */
final class DbSchedulerContender implements Contender {
  /** The best of 8, 16 and 64 on two cores. */
  private static final int SLOTS = 8;

  private static final String TABLE =
      """
      create table scheduled_tasks (
        task_name varchar(100) not null, task_instance varchar(100) not null,
        task_data BYTES, execution_time timestamp with time zone not null,
        picked boolean not null, picked_by varchar(50),
        last_success timestamp with time zone, last_failure timestamp with time zone,
        consecutive_failures int, last_heartbeat timestamp with time zone,
        version bigint not null, priority smallint,
        primary key (task_name, task_instance));
      create index execution_time_idx on scheduled_tasks (execution_time);
      create index last_heartbeat_idx on scheduled_tasks (last_heartbeat);
      create index priority_execution_time_idx
        on scheduled_tasks (priority desc, execution_time asc)
      """;

  private final HikariDataSource database;
  private final OneTimeTask<String> noOp;
  private final Scheduler scheduler;
  private SchedulerClient client;

  DbSchedulerContender(Setting setting, boolean postgres) throws SQLException {
    database = postgres ? Databases.postgres() : Databases.h2(setting.folder());
    if (setting.fresh()) {
      Databases.run(database, "drop table if exists scheduled_tasks");
      Databases.run(database, TABLE.replace("BYTES", postgres ? "bytea" : "varbinary(1000000)"));
    }
    noOp =
        Tasks.oneTime("no-op", String.class)
            .execute((instance, context) -> Bodies.run(instance.getData()));
    SchedulerBuilder builder =
        Scheduler.create(database, noOp)
            .threads(setting.slotsOr(SLOTS))
            .executorService(Executors.newVirtualThreadPerTaskExecutor())
            .pollingInterval(Duration.ofMillis(100))
            .enableImmediateExecution()
            .shutdownMaxWait(Duration.ofSeconds(2));
    scheduler =
        (postgres ? builder.pollUsingLockAndFetch(0.5, 4.0) : builder.pollUsingFetch(0.5, 3.0))
            .build();
    client = SchedulerClient.Builder.create(database, noOp).build();
  }

  @Override
  public void start() {
    scheduler.start();
    client = scheduler;
  }

  @Override
  public void trigger(int number) {
    client.scheduleIfNotExists(instance(number), Instant.now());
  }

  private TaskInstance<String> instance(int number) {
    return noOp.instance(Integer.toString(number), Bodies.payload(number));
  }

  @Override
  public void triggerAll(int from, int count) {
    triggerAllAt(from, count, Instant.now());
  }

  @Override
  public void triggerAllAt(int from, int count, Instant due) {
    List<TaskInstance<?>> instances = new ArrayList<>(count);
    for (int number = from; number < from + count; number++) {
      instances.add(instance(number));
    }
    client.scheduleBatch(instances, due);
  }

  @Override
  public long left() throws SQLException {
    return Databases.count(database, "scheduled_tasks");
  }

  @Override
  public void close() {
    if (client == scheduler) {
      scheduler.stop();
    }
    database.close();
  }
}
