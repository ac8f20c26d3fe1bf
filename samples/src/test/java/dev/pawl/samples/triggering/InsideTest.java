package dev.pawl.samples.triggering;

import static dev.pawl.TriggerOptions.options;
import static dev.pawl.samples.triggering.Page.CHILD;
import static dev.pawl.testing.PawlAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Fork;
import dev.pawl.Run;
import dev.pawl.RunHandle;
import dev.pawl.RunResult;
import dev.pawl.SubtaskUnwrapException;
import dev.pawl.Task;
import dev.pawl.TypeRef;
import dev.pawl.testing.PawlExtension;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** "Trigger tasks from inside another task", one run at a time. */
class InsideTest {
  static final Task<String, String> FORGETS =
      Task.define("forgets", String.class, String.class)
          .run(
              (item, run) -> {
                RunHandle<String> handle = run.trigger(CHILD, item, options().delay("1h"));
                Run<String> child = run.engine().runs().retrieve(handle);
                return child.id() + " is " + child.status();
              });

  static final Task<String, String> WAITS =
      Task.define("waits", String.class, String.class)
          .run(
              (item, run) -> {
                RunResult<String> result = run.triggerAndWait(CHILD, item);
                return switch (result) {
                  case RunResult.Ok<String> ok -> "Result: " + ok.output();
                  case RunResult.Failed<String> failed -> "Error: " + failed.error().message();
                };
              });

  static final Task<String, String> UNWRAPS =
      Task.define("unwraps", String.class, String.class)
          .run((item, run) -> run.triggerAndWait(CHILD, item).unwrap());

  static final Task<String, String> CATCHES =
      Task.define("catches", String.class, String.class)
          .run(
              (item, run) -> {
                try {
                  return run.triggerAndWait(CHILD, item).unwrap();
                } catch (SubtaskUnwrapException e) {
                  return e.taskId() + " failed: " + e.getCause().getMessage();
                }
              });

  /** Slower than a batch: the parent is resumed after each child. */
  static final Task<Integer, List<String>> LOOPS =
      Task.define("loops", TypeRef.of(Integer.class), new TypeRef<List<String>>() {})
          .run(
              (times, run) -> {
                List<String> done = new ArrayList<>();
                for (int i = 0; i < times; i++) {
                  done.add(run.triggerAndWait(CHILD, "item" + i).unwrap());
                }
                return done;
              });

  /** What the reference forbids: two waits at the same time. */
  static final Task<String, String> BOTH =
      Task.define("both", String.class, String.class)
          .run(
              (item, run) -> {
                Fork<String> left = run.fork(() -> run.triggerAndWait(CHILD, "left").unwrap());
                Fork<String> right = run.fork(() -> run.triggerAndWait(CHILD, "right").unwrap());
                return left.join() + ", " + right.join();
              });

  @RegisterExtension
  static final PawlExtension pawl =
      PawlExtension.inMemory().register(CHILD, FORGETS, WAITS, UNWRAPS, CATCHES, LOOPS, BOTH);

  @Test
  void triggersAndForgets(TestEngine engine) {
    RunHandle<String> handle = engine.tasks().trigger(FORGETS, "some data");
    engine.settle();
    Run<String> parent = engine.runs().retrieve(handle);
    assertThat(parent).isCompleted();
    assertThat(parent.output()).startsWith("run_").endsWith(" is DELAYED");
    engine.advance(Duration.ofHours(1));
  }

  @Test
  void aResultIsAValueWhateverItIs(TestEngine engine) {
    RunHandle<String> well = engine.tasks().trigger(WAITS, "some data");
    RunHandle<String> ill = engine.tasks().trigger(WAITS, "bad data");
    engine.settle();
    assertThat(engine.runs().retrieve(well)).hasOutput("Result: did some data");
    assertThat(engine.runs().retrieve(ill)).hasOutput("Error: cannot do bad data");
  }

  @Test
  void unwrapGivesTheOutputOrThrows(TestEngine engine) {
    RunHandle<String> well = engine.tasks().trigger(UNWRAPS, "some data");
    RunHandle<String> ill = engine.tasks().trigger(UNWRAPS, "bad data", options().maxAttempts(1));
    engine.settle();
    assertThat(engine.runs().retrieve(well)).hasOutput("did some data");
    assertThat(engine.runs().retrieve(ill)).isFailed();
  }

  @Test
  void theExceptionNamesTheChild(TestEngine engine) {
    RunHandle<String> handle = engine.tasks().trigger(CATCHES, "bad data");
    engine.settle();
    assertThat(engine.runs().retrieve(handle))
        .hasOutput("child failed: dev.pawl.AbortRunException: cannot do bad data");
  }

  @Test
  void oneAfterTheOther(TestEngine engine) {
    RunHandle<List<String>> handle = engine.tasks().trigger(LOOPS, 2);
    engine.settle();
    assertThat(engine.runs().retrieve(handle)).hasOutput(List.of("did item0", "did item1"));
  }

  @Test
  void severalWaitsAtOnce(TestEngine engine) {
    RunHandle<String> handle = engine.tasks().trigger(BOTH, "some data");
    engine.settle();
    assertThat(engine.runs().retrieve(handle)).hasOutput("did left, did right");
  }
}
