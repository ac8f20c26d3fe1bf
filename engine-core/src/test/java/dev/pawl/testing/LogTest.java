package dev.pawl.testing;

import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Retry;
import dev.pawl.Task;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogTest {
  private static final Task<String, String> CHILD =
      Task.define("child", String.class, String.class)
          .retry(Retry.exponential().maxAttempts(3))
          .run(
              (payload, run) -> {
                if (run.attempt() < 3) {
                  throw new IllegalStateException("not yet");
                }
                return payload;
              });

  private static final Task<String, String> PARENT =
      Task.define("parent", String.class, String.class)
          .run(
              (payload, run) -> {
                run.trigger(CHILD, "beside");
                return run.triggerAndWait(CHILD, payload).unwrap();
              });

  private static List<String> play() {
    try (TestEngine engine =
        TestEngine.start(
            new InMemoryStore(), builder -> builder.register(CHILD, PARENT).maxConcurrency(1))) {
      for (int i = 0; i < 20; i++) {
        engine.tasks().trigger(PARENT, "p" + i, options().delay(Duration.ofMinutes(i)));
        engine.settle();
      }
      engine.advance(Duration.ofMinutes(7));
      engine.crash();
      engine.advance(Duration.ofHours(1));
      return engine.log();
    }
  }

  @Test
  void theSameScriptGivesTheSameLog() {
    List<String> log = play();
    assertThat(log).hasSizeGreaterThan(200);
    assertThat(play()).isEqualTo(log);
  }

  @Test
  void aLineTellsWhenWhatHappenedToWhichRun() {
    try (TestEngine engine = TestEngine.start(CHILD)) {
      String id = engine.tasks().trigger(CHILD, "x", options().delay("1h").maxAttempts(1)).id();
      engine.advance(Duration.ofHours(1));
      assertThat(engine.log())
          .containsExactly(
              "2030-01-01T00:00:00Z " + id + " child new→DELAYED attempt 0",
              "2030-01-01T01:00:00Z " + id + " child DELAYED→EXECUTING attempt 1",
              "2030-01-01T01:00:00Z " + id + " child EXECUTING→FAILED attempt 1");
    }
  }
}
