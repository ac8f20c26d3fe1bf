package dev.pawl.engine;

import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Retry;
import dev.pawl.Run;
import dev.pawl.RunError;
import dev.pawl.RunHandle;
import dev.pawl.RunResult;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import dev.pawl.spi.StoreProvider;
import dev.pawl.testing.InMemoryStore;
import dev.pawl.testing.TestEngine;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TtlTest {
  private static final Task<String, String> ECHO =
      Task.define("echo", String.class, String.class).run((payload, run) -> payload);

  private static final Task<String, String> IMPATIENT =
      Task.define("impatient", String.class, String.class).ttl("1h").run((payload, run) -> payload);

  private static RunStatus status(TestEngine engine, RunHandle<?> handle) {
    return engine.runs().retrieve(handle).status();
  }

  @Test
  void theTtlCountsFromTheEnqueueing() {
    try (TestEngine engine = TestEngine.start(ECHO)) {
      engine.pause();
      RunHandle<String> handle =
          engine.tasks().trigger(ECHO, "x", options().delay("10m").ttl("1h"));
      engine.advance(Duration.ofMinutes(70).minusSeconds(1));
      assertThat(status(engine, handle)).isEqualTo(RunStatus.QUEUED);
      engine.advance(Duration.ofSeconds(1));
      assertThat(status(engine, handle)).isEqualTo(RunStatus.EXPIRED);
    }
  }

  @Test
  void theTtlOfTheTriggerWinsOverTheTasksAndThatOverTheEngines() {
    try (TestEngine engine =
        TestEngine.start(
            new InMemoryStore(),
            builder -> builder.register(ECHO, IMPATIENT).defaultTtl(Duration.ofHours(3)))) {
      engine.pause();
      RunHandle<String> byTrigger = engine.tasks().trigger(IMPATIENT, "x", options().ttl("2h"));
      RunHandle<String> byTask = engine.tasks().trigger(IMPATIENT, "x");
      RunHandle<String> byEngine = engine.tasks().trigger(ECHO, "x");
      RunHandle<String> none = engine.tasks().trigger(IMPATIENT, "x", options().ttl(Duration.ZERO));
      engine.advance(Duration.ofHours(1));
      assertThat(status(engine, byTask)).isEqualTo(RunStatus.EXPIRED);
      assertThat(status(engine, byTrigger)).isEqualTo(RunStatus.QUEUED);
      engine.advance(Duration.ofHours(1));
      assertThat(status(engine, byTrigger)).isEqualTo(RunStatus.EXPIRED);
      assertThat(status(engine, byEngine)).isEqualTo(RunStatus.QUEUED);
      engine.advance(Duration.ofHours(1));
      assertThat(status(engine, byEngine)).isEqualTo(RunStatus.EXPIRED);
      engine.advance(Duration.ofDays(999));
      assertThat(status(engine, none)).isEqualTo(RunStatus.QUEUED);
    }
  }

  @Test
  void onlyTheFirstStartCounts() {
    Task<String, String> retried =
        Task.define("retried", String.class, String.class)
            .retry(
                Retry.exponential()
                    .randomize(false)
                    .maxTimeout(Duration.ofHours(5))
                    .minTimeout(Duration.ofHours(5)))
            .run(
                (payload, run) -> {
                  if (run.attempt() == 1) {
                    throw new IOException("again");
                  }
                  return run.triggerAndWait(ECHO, payload, options().delay("5h")).unwrap();
                });
    try (TestEngine engine = TestEngine.start(retried, ECHO)) {
      RunHandle<String> handle = engine.tasks().trigger(retried, "x", options().ttl("1h"));
      engine.settle();
      engine.pause();
      engine.advance(Duration.ofHours(9));
      assertThat(status(engine, handle)).as("after a retry").isEqualTo(RunStatus.QUEUED);
      engine.resume();
      engine.settle();
      engine.pause();
      engine.crash();
      engine.advance(Duration.ofHours(9));
      engine.resume();
      engine.settle();
      assertThat(engine.runs().retrieve(handle).output()).as("after a wait").isEqualTo("x");
    }
  }

  @Test
  void anExpiredChildResumesItsParent() {
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .run(
                (payload, run) -> {
                  var result =
                      run.triggerAndWait(ECHO, payload, options().ttl("1h").queue("closed", 0));
                  return result instanceof RunResult.Failed<String> failed
                      ? failed.status() + " " + failed.error().code()
                      : "ok";
                });
    try (TestEngine engine = TestEngine.start(parent, ECHO)) {
      RunHandle<String> handle = engine.tasks().trigger(parent, "x");
      engine.advance(Duration.ofHours(1));
      assertThat(engine.runs().retrieve(handle).output()).isEqualTo("EXPIRED EXPIRED");
    }
  }

  @Test
  void anExpiredRunSaysSo() {
    try (TestEngine engine = TestEngine.start(ECHO)) {
      engine.pause();
      RunHandle<String> handle = engine.tasks().trigger(ECHO, "x", options().ttl("90s"));
      engine.advance(Duration.ofSeconds(90));
      Run<String> run = engine.runs().retrieve(handle);
      assertThat(run.expiredAt()).isEqualTo(TestEngine.START.plusSeconds(90));
      assertThat(run.attempts()).isEmpty();
      assertThat(run.error().code()).isEqualTo(RunError.Code.EXPIRED);
      assertThat(run.error().message()).contains("PT1M30S");
    }
  }

  @Test
  void aTaskThatWantsNoneHasNoneAlsoAgainstTheEnginesDefault() {
    Task<String, String> patient =
        Task.define("patient", String.class, String.class)
            .ttl(Duration.ZERO)
            .run((payload, run) -> payload);
    try (TestEngine engine =
        TestEngine.start(
            new InMemoryStore(),
            builder -> builder.register(patient).defaultTtl(Duration.ofHours(1)))) {
      engine.pause();
      RunHandle<String> handle = engine.tasks().trigger(patient, "x");
      RunHandle<String> own = engine.tasks().trigger(patient, "x", options().ttl("2h"));
      engine.advance(Duration.ofDays(29));
      assertThat(status(engine, handle)).isEqualTo(RunStatus.QUEUED);
      assertThat(status(engine, own)).isEqualTo(RunStatus.EXPIRED);
    }
  }

  @Test
  void withoutAnyDefaultARunWaitsForEver() {
    try (TestEngine engine = TestEngine.start(ECHO)) {
      engine.pause();
      RunHandle<String> handle = engine.tasks().trigger(ECHO, "x");
      engine.advance(Duration.ofDays(36_000));
      assertThat(status(engine, handle)).isEqualTo(RunStatus.QUEUED);
    }
  }

  @Test
  void aHandBackDoesNotArmItAgain() throws Exception {
    StoreProvider store = new InMemoryStore();
    Gate gate = new Gate();
    Task<String, String> blocking =
        Task.define("blocking", String.class, String.class)
            .run(
                (payload, run) -> {
                  gate.pass();
                  return payload;
                });
    RunHandle<String> handle;
    try (TestEngine engine = TestEngine.start(store, builder -> builder.register(blocking))) {
      handle = engine.tasks().trigger(blocking, "x", options().ttl("1h"));
      gate.awaitReached();
      engine.close(Duration.ZERO);
    }
    gate.open();
    try (TestEngine engine =
        TestEngine.start(
            TestEngine.START.plus(Duration.ofHours(5)),
            store,
            builder -> builder.register(blocking))) {
      engine.settle();
      assertThat(engine.runs().retrieve(handle.id()).output()).isEqualTo("x");
      assertThat(engine.runs().retrieve(handle.id()).attemptCount()).isEqualTo(1);
    }
  }

  @Test
  void itCountsAnewFromWhereARescheduleHasMovedTheEnqueueing() {
    try (TestEngine engine = TestEngine.start(ECHO)) {
      engine.pause();
      RunHandle<String> handle =
          engine.tasks().trigger(ECHO, "x", options().delay("1h").ttl("10m"));
      engine.runs().reschedule(handle.id(), "5h");
      engine.advance(Duration.ofHours(5).plusMinutes(10).minusNanos(1_000));
      assertThat(status(engine, handle)).isEqualTo(RunStatus.QUEUED);
      engine.advance(Duration.ofNanos(1_000));
      assertThat(status(engine, handle)).isEqualTo(RunStatus.EXPIRED);
    }
  }
}
