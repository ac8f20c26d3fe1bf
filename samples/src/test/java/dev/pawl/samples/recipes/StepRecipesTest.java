package dev.pawl.samples.recipes;

import static dev.pawl.TriggerOptions.options;
import static dev.pawl.testing.PawlAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.BatchResult;
import dev.pawl.Engine;
import dev.pawl.IdempotencyKey;
import dev.pawl.RunHandle;
import dev.pawl.Task;
import dev.pawl.testing.PawlExtension;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** "Many at once, and one thing when all are done" and "Every night". */
class StepRecipesTest {
  record Newsletter(String text, List<String> readers) {}

  private static final ZoneId ZONE = ZoneId.of("Europe/Berlin");

  final List<String> done = Collections.synchronizedList(new ArrayList<>());

  final Task<String, Boolean> sendOne =
      Task.define("send-one", String.class, Boolean.class)
          .concurrencyLimit(50)
          .run(
              (reader, run) -> {
                done.add(reader);
                return !reader.startsWith("gone");
              });

  final Task<Newsletter, Long> sendAll =
      Task.define("send-all", Newsletter.class, Long.class)
          .run(
              (newsletter, run) -> {
                BatchResult<Boolean> sent =
                    run.batchTriggerAndWait(
                        sendOne, newsletter.readers(), options().delay("1h").tags("newsletter"));
                return sent.unwrap().stream().filter(arrived -> arrived).count();
              });

  final Task<LocalDate, Void> report =
      Task.define("nightly-report", LocalDate.class, Void.class)
          .run(
              (night, run) -> {
                done.add("report of " + night);
                return null;
              });

  @RegisterExtension
  final PawlExtension pawl = PawlExtension.inMemory().register(sendOne, sendAll, report);

  /** Called at the start, and then once an hour. */
  private void planTheNight(Engine engine, Instant now) {
    ZonedDateTime today = now.atZone(ZONE).with(LocalTime.of(2, 30));
    ZonedDateTime next = today.toInstant().isAfter(now) ? today : today.plusDays(1);
    LocalDate night = next.toLocalDate();
    engine
        .tasks()
        .trigger(
            report,
            night,
            options().delay(next.toInstant()).idempotencyKey(IdempotencyKey.of(night.toString())));
  }

  private void pass(TestEngine engine, Duration time) {
    for (long hour = 0; hour < time.toHours(); hour++) {
      planTheNight(engine, engine.now());
      engine.advance(Duration.ofHours(1));
    }
  }

  @Test
  void allAreSentBeforeTheyAreCounted(TestEngine engine) {
    RunHandle<Long> handle =
        engine.tasks().trigger(sendAll, new Newsletter("News", List.of("ada", "gone-1", "grace")));
    engine.settle();
    assertThat(engine.runs().retrieve(handle)).isWaiting();
    engine.crash();
    engine.advance(Duration.ofHours(1));
    assertThat(engine.runs().retrieve(handle)).isCompleted().hasOutput(2L).hasAttempts(1);
    assertThat(done).as("each once").containsExactlyInAnyOrder("ada", "gone-1", "grace");
  }

  @Test
  void everyNightHasItsReport(TestEngine engine) {
    pass(engine, Duration.ofDays(3));
    assertThat(done).hasSize(3).doesNotHaveDuplicates();
  }

  @Test
  void nightsThatWereSleptThroughAreMadeUpForOnce(TestEngine engine) {
    planTheNight(engine, engine.now());
    engine.pause();
    engine.advance(Duration.ofDays(3));
    engine.resume();
    pass(engine, Duration.ofHours(1));
    assertThat(done).hasSize(1);
    pass(engine, Duration.ofDays(1));
    assertThat(done).hasSize(2);
  }
}
