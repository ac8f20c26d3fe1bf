package dev.pawl.samples.benchmarks;

import com.zaxxer.hikari.HikariDataSource;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Date;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.JobExecutionContext;
import org.quartz.JobKey;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;
import org.quartz.impl.StdSchedulerFactory;
import org.quartz.utils.ConnectionProvider;

/**
 * Quartz with its JDBC store: one durable job, and a trigger for each run of it. It acquires as
 * many triggers at once as it has threads. Its script for H2 has no index; the ones that its script
 * for PostgreSQL has for the hot queries are added.
 */
final class QuartzContender implements Contender {
  private static final int SLOTS = 16;
  private static final JobKey NO_OP = new JobKey("no-op");
  private static final String PAYLOAD = "payload";

  private static final String INDEXES =
      """
      create index ready_idx
        on qrtz_triggers (sched_name, trigger_state, next_fire_time, priority desc);
      create index job_idx on qrtz_triggers (sched_name, job_name, job_group);
      create index fired_idx on qrtz_fired_triggers (sched_name, instance_name)
      """;

  /** The body; Quartz makes one for each run. */
  public static final class NoOp implements Job {
    @Override
    public void execute(JobExecutionContext context) {
      Bodies.run(context.getMergedJobDataMap().getString(PAYLOAD));
    }
  }

  /** Hands the one pool to Quartz, which makes the object itself. */
  public static final class Pool implements ConnectionProvider {
    private static volatile @Nullable HikariDataSource database;

    static void handOut(HikariDataSource pool) {
      database = pool;
    }

    @Override
    public Connection getConnection() throws SQLException {
      return Objects.requireNonNull(database).getConnection();
    }

    @Override
    public void initialize() {}

    @Override
    public void shutdown() {}
  }

  private final HikariDataSource database;
  private final Scheduler scheduler;
  private final JobDetail job =
      JobBuilder.newJob(NoOp.class).withIdentity(NO_OP).storeDurably().build();

  QuartzContender(Setting setting) throws Exception {
    database = Databases.h2ThatIsInterrupted(setting.folder());
    Pool.handOut(database);
    if (setting.fresh()) {
      Databases.run(database, tables());
      Databases.run(database, INDEXES);
    }
    scheduler = new StdSchedulerFactory(properties(setting.slotsOr(SLOTS))).getScheduler();
    scheduler.addJob(job, true);
  }

  private static String tables() throws Exception {
    try (InputStream script =
        Objects.requireNonNull(
            Scheduler.class.getResourceAsStream("/org/quartz/impl/jdbcjobstore/tables_h2.sql"))) {
      return new String(script.readAllBytes(), StandardCharsets.UTF_8)
          .replaceAll("(?m)^--.*$", "")
          .replaceAll("(?i)\\bCOMMIT\\s*;", "");
    }
  }

  private static Properties properties(int threads) {
    Properties properties = new Properties();
    properties.setProperty("org.quartz.scheduler.instanceName", "benchmark");
    properties.setProperty("org.quartz.scheduler.skipUpdateCheck", "true");
    properties.setProperty("org.quartz.scheduler.idleWaitTime", "1000");
    properties.setProperty(
        "org.quartz.scheduler.batchTriggerAcquisitionMaxCount", Integer.toString(threads));
    properties.setProperty("org.quartz.threadPool.class", "org.quartz.simpl.SimpleThreadPool");
    properties.setProperty("org.quartz.threadPool.threadCount", Integer.toString(threads));
    properties.setProperty("org.quartz.jobStore.class", "org.quartz.impl.jdbcjobstore.JobStoreTX");
    properties.setProperty(
        "org.quartz.jobStore.driverDelegateClass", "org.quartz.impl.jdbcjobstore.StdJDBCDelegate");
    properties.setProperty("org.quartz.jobStore.useProperties", "true");
    properties.setProperty("org.quartz.jobStore.acquireTriggersWithinLock", "true");
    properties.setProperty("org.quartz.jobStore.misfireThreshold", "600000");
    properties.setProperty("org.quartz.jobStore.dataSource", "pool");
    properties.setProperty(
        "org.quartz.dataSource.pool.connectionProvider.class", Pool.class.getName());
    return properties;
  }

  @Override
  public void start() throws SchedulerException {
    scheduler.start();
  }

  @Override
  public void trigger(int number) throws SchedulerException {
    scheduler.scheduleJob(trigger(number, Date.from(Instant.now())));
  }

  private static Trigger trigger(int number, Date due) {
    return TriggerBuilder.newTrigger()
        .withIdentity("t" + number)
        .usingJobData(PAYLOAD, Bodies.payload(number))
        .forJob(NO_OP)
        .startAt(due)
        .build();
  }

  @Override
  public void triggerAll(int from, int count) throws SchedulerException {
    triggerAllAt(from, count, Instant.now());
  }

  @Override
  public void triggerAllAt(int from, int count, Instant due) throws SchedulerException {
    Set<Trigger> triggers = new HashSet<>();
    for (int number = from; number < from + count; number++) {
      triggers.add(trigger(number, Date.from(due)));
    }
    scheduler.scheduleJobs(Map.of(job, triggers), true);
  }

  @Override
  public long left() throws SQLException {
    return Databases.count(database, "qrtz_triggers");
  }

  /** Waits for the bodies. */
  @Override
  public void close() {
    try {
      scheduler.shutdown(true);
    } catch (SchedulerException e) {
      throw new IllegalStateException(e);
    } finally {
      database.close();
    }
  }
}
