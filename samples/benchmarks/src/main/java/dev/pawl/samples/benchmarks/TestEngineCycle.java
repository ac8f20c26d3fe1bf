package dev.pawl.samples.benchmarks;

import static dev.pawl.samples.benchmarks.Entrant.PAWL_MEMORY;
import static dev.pawl.samples.benchmarks.Entrant.TEMPORAL;

import dev.pawl.RunHandle;
import dev.pawl.h2.H2Store;
import dev.pawl.testing.TestEngine;
import io.temporal.client.WorkflowOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.Worker;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.util.List;

/** P13: what a test costs in a warm JVM: make the engine, run one job, close the engine. */
public final class TestEngineCycle implements Workload {
  private static final String QUEUE = "tests";

  /** Temporal makes a proxy of it. */
  @WorkflowInterface
  public interface NoOp {
    @WorkflowMethod
    String run(String payload);
  }

  /** The workflow; Temporal makes one for each run. */
  public static final class NoOpBody implements NoOp {
    @Override
    public String run(String payload) {
      Bodies.run(payload);
      return "done";
    }
  }

  private interface Cycle {
    void run(int number) throws Exception;
  }

  public static void main(String[] args) throws Exception {
    Benchmarks.run(new TestEngineCycle(), args);
  }

  @Override
  public String id() {
    return "P13";
  }

  @Override
  public String title() {
    return "test engine: open, one run, close";
  }

  @Override
  public List<Entrant> entrants() {
    return List.of(PAWL_MEMORY, TEMPORAL);
  }

  @Override
  public List<Target> targets() {
    return List.of(Target.atMost("cycle p50 ms", 3).of(PAWL_MEMORY));
  }

  @Override
  public Figures run(Round round) throws Exception {
    if (round.entrant() == TEMPORAL) {
      int times = round.scale().pick(3, 30, 200);
      return measure("cycle", times, TestEngineCycle::temporal, new Figures());
    }
    int times = round.scale().pick(20, 500, 2_000);
    Figures figures = measure("cycle", times, TestEngineCycle::pawl, new Figures());
    return measure("cycle on H2", times / 10, TestEngineCycle::pawlOnH2, figures);
  }

  private static Figures measure(String name, int times, Cycle cycle, Figures figures)
      throws Exception {
    Latencies latencies = new Latencies();
    for (int i = 0; i < 2 * times; i++) {
      long before = System.nanoTime();
      cycle.run(i);
      if (i >= times) {
        latencies.add(System.nanoTime() - before);
      }
    }
    return figures.add(name, latencies);
  }

  private static void pawl(int number) throws Exception {
    try (TestEngine engine = TestEngine.start(PawlContender.NO_OP)) {
      runOne(engine, number);
    }
  }

  private static void pawlOnH2(int number) throws Exception {
    try (TestEngine engine =
        TestEngine.start(H2Store.inMemory(), builder -> builder.register(PawlContender.NO_OP))) {
      runOne(engine, number);
    }
  }

  private static void runOne(TestEngine engine, int number) throws Exception {
    RunHandle<String> handle = engine.tasks().trigger(PawlContender.NO_OP, Bodies.payload(number));
    handle.await().unwrap();
  }

  private static void temporal(int number) {
    try (TestWorkflowEnvironment environment = TestWorkflowEnvironment.newInstance()) {
      Worker worker = environment.newWorker(QUEUE);
      worker.registerWorkflowImplementationTypes(NoOpBody.class);
      environment.start();
      environment
          .getWorkflowClient()
          .newWorkflowStub(NoOp.class, WorkflowOptions.newBuilder().setTaskQueue(QUEUE).build())
          .run(Bodies.payload(number));
    }
  }
}
