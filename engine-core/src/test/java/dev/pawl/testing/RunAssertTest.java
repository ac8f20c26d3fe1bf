package dev.pawl.testing;

import static dev.pawl.TriggerOptions.options;
import static dev.pawl.testing.PawlAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.Retry;
import dev.pawl.Run;
import dev.pawl.RunError;
import dev.pawl.RunHandle;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RunAssertTest {
  private static final Task<String, String> ECHO =
      Task.define("echo", String.class, String.class).run((payload, run) -> payload);

  private static final Task<String, String> FAILS =
      Task.define("fails", String.class, String.class)
          .retry(Retry.exponential().maxAttempts(2))
          .run(
              (payload, run) -> {
                throw new IllegalStateException("no " + payload);
              });

  private static final Task<String, String> PARENT =
      Task.define("parent", String.class, String.class)
          .run((payload, run) -> run.triggerAndWait(ECHO, payload, options().delay("1h")).unwrap());

  @RegisterExtension
  static final PawlExtension pawl = PawlExtension.inMemory().register(ECHO, FAILS, PARENT);

  private static void refuses(Run<?> run, Consumer<RunAssert> check) {
    assertThatThrownBy(() -> check.accept(PawlAssertions.assertThat(run)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(run.id())
        .hasMessageContaining(run.status().name());
  }

  @Test
  void aRunIsFollowedFromItsDelayToItsOutput(TestEngine engine) {
    RunHandle<String> handle =
        engine
            .tasks()
            .trigger(
                ECHO,
                "tea",
                options().delay("1h").tags("a", "b").metadata(Map.of("source", "test")));
    assertThat(engine.runs().retrieve(handle))
        .isDelayed()
        .isDelayedUntil(TestEngine.START.plusSeconds(3_600))
        .hasTags("b")
        .hasMetadataEntry("source", "test")
        .hasAttempts(0);
    engine.advance(Duration.ofHours(1));
    assertThat(engine.runs().retrieve(handle)).isCompleted().hasOutput("tea").hasAttempts(1);
    assertThat(engine.now()).as("AssertJ's own").isEqualTo(TestEngine.START.plusSeconds(3_600));
  }

  @Test
  void eachAssertionRefusesWhatIsNotSo(TestEngine engine) {
    RunHandle<String> handle = engine.tasks().trigger(ECHO, "tea");
    engine.settle();
    Run<String> run = engine.runs().retrieve(handle);
    refuses(run, RunAssert::isFailed);
    refuses(run, RunAssert::isCanceled);
    refuses(run, RunAssert::isExpired);
    refuses(run, RunAssert::isDelayed);
    refuses(run, RunAssert::isQueued);
    refuses(run, RunAssert::isExecuting);
    refuses(run, RunAssert::isWaiting);
    refuses(run, RunAssert::isRetrying);
    refuses(run, check -> check.hasOutput("milk"));
    refuses(run, check -> check.hasError(RunError.Code.EXCEPTION));
    refuses(run, check -> check.hasErrorMessageContaining(""));
    refuses(run, check -> check.hasAttempts(2));
    refuses(run, check -> check.isDelayedUntil(TestEngine.START));
    refuses(run, check -> check.hasTags("a"));
    refuses(run, check -> check.hasMetadataEntry("source", "test"));
    RunHandle<String> later = engine.tasks().trigger(ECHO, "tea", options().delay("1h"));
    refuses(engine.runs().retrieve(later), RunAssert::isCompleted);
    refuses(engine.runs().retrieve(later), check -> check.hasOutput(null));
  }

  @Test
  void aFailedAssertionShowsTheErrorOfTheRunAndWhereItCameFrom(TestEngine engine) {
    RunHandle<String> handle = engine.tasks().trigger(FAILS, "tea");
    engine.settle();
    assertThat(engine.runs().retrieve(handle)).isRetrying().hasAttempts(1);
    engine.advance(Duration.ofMinutes(5));
    Run<String> run = engine.runs().retrieve(handle);
    assertThat(run)
        .isFailed()
        .hasAttempts(2)
        .hasError(RunError.Code.EXCEPTION)
        .hasErrorMessageContaining("no tea");
    assertThatThrownBy(() -> assertThat(run).as("the tea run").isCompleted())
        .hasMessageContaining("the tea run")
        .hasMessageContaining(run.id())
        .hasMessageContaining("\"fails\" is FAILED after 2 of 2 attempts")
        .hasMessageContaining("java.lang.IllegalStateException: no tea")
        .hasMessageContaining("at ")
        .hasMessageContaining("RunAssertTest")
        .hasMessageContaining("to be COMPLETED");
  }

  @Test
  void aRunThatStandsSomewhereIsFoundThere(TestEngine engine) {
    RunHandle<String> waits = engine.tasks().trigger(PARENT, "tea");
    engine.settle();
    assertThat(engine.runs().retrieve(waits)).isWaiting();
    waits.cancel();
    assertThat(engine.runs().retrieve(waits)).isCanceled();
    engine.pause();
    RunHandle<String> expires = engine.tasks().trigger(ECHO, "tea", options().ttl("1h"));
    assertThat(engine.runs().retrieve(expires)).isQueued().hasStatus(RunStatus.QUEUED);
    engine.advance(Duration.ofHours(1));
    assertThat(engine.runs().retrieve(expires)).isExpired();
  }
}
