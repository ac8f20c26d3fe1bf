package dev.pawl.samples.triggering;

import static dev.pawl.TriggerOptions.options;
import static dev.pawl.samples.triggering.Page.CHILD;
import static dev.pawl.testing.PawlAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.Debounce;
import dev.pawl.InvalidOptionException;
import dev.pawl.Run;
import dev.pawl.RunHandle;
import dev.pawl.Task;
import dev.pawl.testing.PawlExtension;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** "debounce". */
class DebounceTest {
  static final Task<String, String> SHARES =
      Task.define("shares", String.class, String.class)
          .run(
              (payload, run) ->
                  run.triggerAndWait(
                          CHILD,
                          payload,
                          options().debounce(Debounce.key("shared-key").delay("3s")))
                      .unwrap());

  @RegisterExtension
  static final PawlExtension pawl = PawlExtension.inMemory().register(CHILD, SHARES);

  @Test
  void theFirstPayloadStays(TestEngine engine) {
    RunHandle<String> first =
        engine
            .tasks()
            .trigger(CHILD, "one", options().debounce(Debounce.key("user-123").delay("5s")));
    engine.advance(Duration.ofSeconds(4));
    RunHandle<String> second =
        engine
            .tasks()
            .trigger(CHILD, "two", options().debounce(Debounce.key("user-123").delay("5s")));
    engine.advance(Duration.ofSeconds(4));
    assertThat(second.id()).isEqualTo(first.id());
    assertThat(engine.runs().retrieve(first)).isDelayed();
    engine.advance(Duration.ofSeconds(1));
    assertThat(engine.runs().retrieve(first)).isCompleted().hasOutput("did one");
    RunHandle<String> third =
        engine
            .tasks()
            .trigger(CHILD, "three", options().debounce(Debounce.key("user-123").delay("5s")));
    assertThat(third.id()).as("its run has started").isNotEqualTo(first.id());
  }

  @Test
  void orTheLastOneCounts(TestEngine engine) {
    Debounce saving = Debounce.key("user-123").delay("5s").trailing();
    RunHandle<String> first =
        engine.tasks().trigger(CHILD, "one", options().debounce(saving).tags("first").ttl("1h"));
    engine
        .tasks()
        .trigger(
            CHILD,
            "two",
            options()
                .debounce(saving)
                .tags("last")
                .metadata(Map.of("saved", 2))
                .maxAttempts(7)
                .maxDuration("5m")
                .machine("large-1x")
                .ttl("2h"));
    engine.advance(Duration.ofSeconds(5));
    Run<String> run = engine.runs().retrieve(first);
    assertThat(run).isCompleted().hasOutput("did two").hasMetadataEntry("saved", 2);
    assertThat(run.tags()).containsExactly("last");
    assertThat(run.maxAttempts()).isEqualTo(7);
    assertThat(run.maxDuration()).isEqualTo(Duration.ofMinutes(5));
    assertThat(run.machine()).isEqualTo("large-1x");
    assertThat(run.ttl()).as("stays that of the first").isEqualTo(Duration.ofHours(1));
  }

  /** The example of the reference's table, in which trigger 14 comes at 26 s. */
  @Test
  void aRunStartsWithinItsMaxDelay(TestEngine engine) {
    Instant start = engine.now();
    Debounce chat = Debounce.key("conversation-123").delay("5s").maxDelay("30s");
    RunHandle<String> first = engine.tasks().trigger(CHILD, "A", options().debounce(chat));
    RunHandle<String> last = first;
    Duration madeAnother = Duration.ZERO;
    for (int second = 2; second <= 30; second += 2) {
      engine.advance(Duration.ofSeconds(2));
      RunHandle<String> next = engine.tasks().trigger(CHILD, "B", options().debounce(chat));
      if (last.id().equals(first.id()) && !next.id().equals(first.id())) {
        madeAnother = Duration.ofSeconds(second);
      }
      last = next;
    }
    assertThat(madeAnother).isEqualTo(Duration.ofSeconds(26));
    assertThat(engine.runs().retrieve(first).startedAt()).isEqualTo(start.plusSeconds(29));
    assertThat(engine.runs().retrieve(last)).isDelayed();
    engine.advance(Duration.ofSeconds(5));
    assertThat(engine.runs().retrieve(last).startedAt()).isEqualTo(start.plusSeconds(35));
  }

  @Test
  void twoParentsWaitForOneRun(TestEngine engine) {
    RunHandle<String> first = engine.tasks().trigger(SHARES, "one");
    engine.settle();
    RunHandle<String> second = engine.tasks().trigger(SHARES, "two");
    engine.advance(Duration.ofSeconds(3));
    assertThat(engine.runs().retrieve(first)).hasOutput("did one");
    assertThat(engine.runs().retrieve(second)).hasOutput("did one");
  }

  @Test
  void whatCannotBeMeantIsRefused() {
    assertThatThrownBy(() -> Debounce.key("user-123").delay("0s"))
        .isInstanceOf(InvalidOptionException.class);
    assertThatThrownBy(() -> Debounce.key("user-123").delay("2030-01-01T00:00:00Z"))
        .isInstanceOf(InvalidOptionException.class);
    assertThatThrownBy(
            () -> options().debounce(Debounce.key("user-123").delay("5s").maxDelay("5s")))
        .isInstanceOf(InvalidOptionException.class);
  }
}
