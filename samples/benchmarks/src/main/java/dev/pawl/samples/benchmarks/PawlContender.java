package dev.pawl.samples.benchmarks;

import static dev.pawl.BatchOptions.batchOptions;
import static dev.pawl.TriggerOptions.options;

import dev.pawl.Engine;
import dev.pawl.EngineBuilder;
import dev.pawl.RunQuery;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import dev.pawl.h2.H2Store;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Pawl as it comes: history, results, retention and limits on. */
final class PawlContender implements Contender {
  static final Task<String, String> NO_OP =
      Task.define("no-op", String.class, String.class)
          .run(
              (payload, run) -> {
                Bodies.run(payload);
                return "done";
              });

  private static final Duration MOMENT = Duration.ofMillis(100);

  private final Engine engine;
  private final Task<Integer, Integer> parent;
  private volatile Latencies latencies = new Latencies();
  private volatile boolean started;

  private PawlContender(EngineBuilder builder) {
    parent =
        Task.define("parent", Integer.class, Integer.class)
            .run(
                (times, run) -> {
                  for (int i = 0; i < times; i++) {
                    long before = System.nanoTime();
                    run.triggerAndWait(NO_OP, Bodies.payload(i)).unwrap();
                    latencies.add(System.nanoTime() - before);
                  }
                  return times;
                });
    engine = builder.register(NO_OP, parent).open();
  }

  static PawlContender open(H2Store store, Setting setting) {
    return open(
        store, builder -> setting.slots() == 0 ? builder : builder.maxConcurrency(setting.slots()));
  }

  static PawlContender open(H2Store store, UnaryOperator<EngineBuilder> settings) {
    return new PawlContender(settings.apply(Engine.builder().store(store)));
  }

  Engine engine() {
    return engine;
  }

  @Override
  public void start() {
    engine.start();
    started = true;
  }

  @Override
  public void trigger(int number) {
    engine.tasks().trigger(NO_OP, Bodies.payload(number));
  }

  @Override
  public void triggerAll(int from, int count) {
    engine.tasks().batchTrigger(NO_OP, payloads(from, count));
  }

  @Override
  public void triggerAllAt(int from, int count, Instant due) {
    engine
        .tasks()
        .batchTrigger(NO_OP, payloads(from, count), batchOptions().each(options().delay(due)));
  }

  static Stream<String> payloads(int from, int count) {
    return IntStream.range(from, from + count).mapToObj(Bodies::payload);
  }

  @Override
  public void lifeCycle(int number) throws Exception {
    engine.tasks().trigger(NO_OP, Bodies.payload(number)).await().unwrap();
  }

  @Override
  public void roundTrips(int times, Latencies latencies) throws Exception {
    this.latencies = latencies;
    engine.tasks().trigger(parent, times).await().unwrap();
  }

  /** A started engine that is idle has nothing left: an end counts once it is stored. */
  @Override
  public long left() {
    return started && engine.awaitIdle(MOMENT) ? 0 : count();
  }

  private long count() {
    RunStatus[] live =
        Arrays.stream(RunStatus.values())
            .filter(status -> !status.isTerminal())
            .toArray(RunStatus[]::new);
    return engine.runs().count(RunQuery.all().statuses(live));
  }

  @Override
  public void close() {
    engine.close();
  }
}
