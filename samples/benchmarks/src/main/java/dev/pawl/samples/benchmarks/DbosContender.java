package dev.pawl.samples.benchmarks;

import com.zaxxer.hikari.HikariDataSource;
import dev.dbos.transact.DBOS;
import dev.dbos.transact.DBOSClient;
import dev.dbos.transact.StartWorkflowOptions;
import dev.dbos.transact.config.DBOSConfig;
import dev.dbos.transact.workflow.Queue;
import dev.dbos.transact.workflow.Workflow;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * DBOS Transact on PostgreSQL, notified by it. Triggering is enqueueing by its client, and its
 * queue is polled each 100 ms; a life cycle, and a child, is a workflow that is started directly,
 * which is faster than by a queue.
 */
final class DbosContender implements Contender {
  private static final String QUEUE = "benchmark";
  private static final String VERSION = "1";

  /** DBOS wraps this interface. */
  public interface Flows {
    String noOp(String payload);

    String parent(int times);
  }

  /** The workflows; DBOS wants a public class with public methods. */
  public static final class Implementation implements Flows {
    private @Nullable Flows self;
    private volatile Latencies latencies = new Latencies();

    @Override
    @Workflow(name = "noOp")
    public String noOp(String payload) {
      Bodies.run(payload);
      return "done";
    }

    @Override
    @Workflow(name = "parent")
    public String parent(int times) {
      Flows children = Objects.requireNonNull(self);
      for (int i = 0; i < times; i++) {
        long before = System.nanoTime();
        children.noOp(Bodies.payload(i));
        latencies.add(System.nanoTime() - before);
      }
      return "done";
    }
  }

  private final HikariDataSource database;
  private final DBOSClient client;
  private final Implementation implementation = new Implementation();
  private @Nullable DBOS dbos;
  private @Nullable Flows flows;

  DbosContender(Setting setting) throws SQLException {
    database = Databases.postgres();
    if (setting.fresh()) {
      Databases.run(database, "drop schema if exists dbos cascade");
      launch(false).shutdown(); // makes its tables
    }
    client = new DBOSClient(database);
  }

  private DBOS launch(boolean listening) {
    DBOSConfig config =
        DBOSConfig.defaults("benchmark").withDataSource(database).withAppVersion(VERSION);
    DBOS launched = new DBOS(listening ? config : config.withListenQueues("none"));
    launched.registerQueue(new Queue(QUEUE).withPollingInterval(Duration.ofMillis(100)));
    flows = launched.registerProxy(Flows.class, implementation);
    implementation.self = flows;
    launched.launch();
    return launched;
  }

  @Override
  public void start() {
    dbos = launch(true);
  }

  private static DBOSClient.EnqueueOptions queued() {
    return new DBOSClient.EnqueueOptions("noOp", Implementation.class.getName(), QUEUE)
        .withAppVersion(VERSION);
  }

  @Override
  public void trigger(int number) {
    client.enqueueWorkflow(queued(), new Object[] {Bodies.payload(number)});
  }

  @Override
  public void triggerAllAt(int from, int count, Instant due) {
    for (int number = from; number < from + count; number++) {
      Duration delay = Duration.between(Instant.now(), due);
      client.enqueueWorkflow(queued().withDelay(delay), new Object[] {Bodies.payload(number)});
    }
  }

  @Override
  public void lifeCycle(int number) throws Exception {
    Flows running = Objects.requireNonNull(flows);
    Objects.requireNonNull(dbos)
        .startWorkflow(() -> running.noOp(Bodies.payload(number)))
        .getResult();
  }

  @Override
  public void roundTrips(int times, Latencies latencies) throws Exception {
    implementation.latencies = latencies;
    Flows running = Objects.requireNonNull(flows);
    Objects.requireNonNull(dbos)
        .startWorkflow(() -> running.parent(times), new StartWorkflowOptions())
        .getResult();
  }

  @Override
  public long left() throws SQLException {
    return Databases.count(
        database, "dbos.workflow_status where status not in ('SUCCESS', 'ERROR')");
  }

  @Override
  public void close() {
    if (dbos != null) {
      dbos.shutdown();
    }
    client.close();
    database.close();
  }
}
