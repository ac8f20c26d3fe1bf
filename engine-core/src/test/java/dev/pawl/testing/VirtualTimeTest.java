package dev.pawl.testing;

import static dev.pawl.TriggerOptions.options;
import static dev.pawl.testing.PawlAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.InvalidOptionException;
import dev.pawl.Retry;
import dev.pawl.Run;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TimeZone;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Isolated // it changes the default time zone
class VirtualTimeTest {
  private static final int RUNS = 10_000;
  private final AtomicInteger bodies = new AtomicInteger();

  private final Task<Integer, Integer> work =
      Task.define("work", Integer.class, Integer.class)
          .retry(Retry.exponential().maxTimeout(Duration.ofDays(2)).minTimeout(Duration.ofHours(1)))
          .run(
              (payload, run) -> {
                bodies.incrementAndGet();
                if (payload % 10 == 0 && run.attempt() == 1) {
                  throw new IllegalStateException("the first attempt of every tenth");
                }
                return payload;
              });

  @Test
  void aYearOfDelaysTimesToLiveAndRetriesOfTenThousandRunsPassesInSeconds() {
    long began = System.nanoTime();
    try (TestEngine engine = TestEngine.start(work)) {
      for (int i = 0; i < RUNS; i++) {
        Duration delay = Duration.ofMinutes(i * 525_600L / RUNS);
        engine.tasks().trigger(work, i, options().delay(delay).ttl("1h"));
      }
      engine.advance(Duration.ofDays(180));
      engine.pause();
      engine.advance(Duration.ofDays(1));
      engine.resume();
      engine.advance(Duration.ofDays(190));
      var counts =
          engine.runs().stream(RunQuery.all().limit(100))
              .collect(Collectors.groupingBy(Run::status, Collectors.counting()));
      assertThat(counts).containsOnlyKeys(RunStatus.COMPLETED, RunStatus.EXPIRED);
      assertThat(counts.get(RunStatus.EXPIRED)).as("a day less an hour").isBetween(20L, 30L);
      assertThat(counts.get(RunStatus.COMPLETED) + counts.get(RunStatus.EXPIRED)).isEqualTo(RUNS);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(60));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1999-12-31T23:59:59.999999Z", "2500-02-28T23:00:00Z"})
  void theClockMayStandInAnyYear(String start) {
    Instant time = Instant.parse(start);
    try (TestEngine engine =
        TestEngine.start(time, new InMemoryStore(), builder -> builder.register(work))) {
      RunHandle<Integer> handle = engine.tasks().trigger(work, 10, options().delay("30d"));
      assertThat(engine.runs().retrieve(handle)).isDelayedUntil(time.plus(Duration.ofDays(30)));
      engine.advance(Duration.ofDays(30));
      assertThat(engine.runs().retrieve(handle)).isRetrying();
      engine.crash();
      engine.advance(Duration.ofDays(2));
      Run<?> run = engine.runs().retrieve(handle.id());
      assertThat(run).isCompleted().hasAttempts(2);
      assertThat(run.createdAt()).isEqualTo(time);
      assertThat(run.startedAt()).isEqualTo(time.plus(Duration.ofDays(30)));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {3_600, -3_600})
  void aClockThatJumpsLosesNothingAndRunsNothingTwice(long jumpSeconds) {
    try (TestEngine engine = TestEngine.start(work)) {
      List<RunHandle<Integer>> handles = new ArrayList<>();
      for (int i = 1; i < 10; i++) {
        handles.add(engine.tasks().trigger(work, i, options().delay(Duration.ofMinutes(30L * i))));
      }
      engine.advance(Duration.ofMinutes(95));
      assertThat(bodies).hasValue(3);
      engine.clock().set(engine.now().plusSeconds(jumpSeconds));
      engine.tasks().trigger(work, 11);
      engine.settle();
      engine.crash();
      engine.advance(Duration.ofHours(7));
      assertThat(bodies).hasValue(10);
      assertThat(handles)
          .allSatisfy(
              handle -> {
                Run<?> run = engine.runs().retrieve(handle.id());
                assertThat(run).isCompleted().hasAttempts(1);
                assertThat(run.startedAt()).isAfterOrEqualTo(run.delayedUntil());
              });
    }
  }

  @Test
  void timeIsNotAdvancedToThePast() {
    try (TestEngine engine = TestEngine.start(work)) {
      Instant past = engine.now().minusNanos(1);
      assertThatThrownBy(() -> engine.advanceTo(past))
          .isInstanceOf(InvalidOptionException.class)
          .hasMessageContaining(past.toString());
      assertThatThrownBy(() -> engine.advance(Duration.ofNanos(-1)))
          .isInstanceOf(InvalidOptionException.class);
      engine.advanceTo(engine.now());
    }
  }

  @Test
  void anotherTimeZoneAndItsSummerTimeMoveNoInstant() {
    TimeZone before = TimeZone.getDefault();
    Instant start = Instant.parse("2030-03-31T00:30:00Z"); // half an hour before Berlin's jump
    try (TestEngine engine =
        TestEngine.start(start, new InMemoryStore(), builder -> builder.register(work))) {
      TimeZone.setDefault(TimeZone.getTimeZone("Europe/Berlin"));
      RunHandle<Integer> handle = engine.tasks().trigger(work, 1, options().delay("24h"));
      TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Kiritimati"));
      engine.crash();
      assertThat(engine.runs().retrieve(handle.id()))
          .isDelayedUntil(Instant.parse("2030-04-01T00:30:00Z"));
      engine.advance(Duration.ofHours(24).minusNanos(1_000));
      assertThat(engine.runs().retrieve(handle.id())).isDelayed();
      engine.advance(Duration.ofNanos(1_000));
      assertThat(engine.runs().retrieve(handle.id())).isCompleted();
    } finally {
      TimeZone.setDefault(before);
    }
  }
}
