package dev.pawl.engine;

import static dev.pawl.IdempotencyKey.Scope.ATTEMPT;
import static dev.pawl.IdempotencyKey.Scope.GLOBAL;
import static dev.pawl.IdempotencyKey.Scope.RUN;
import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.IdempotencyKey;
import dev.pawl.InvalidOptionException;
import dev.pawl.Run;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import dev.pawl.TriggerOptions;
import dev.pawl.fixtures.EngineLog;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a key looks like, how long it is, whose it is, and what a hit on it leaves alone. */
class IdempotencyKeyTest extends EngineTest {
  private final ConcurrentLinkedQueue<String> bodies = new ConcurrentLinkedQueue<>();

  private final Task<String, String> echo =
      Task.define("echo", String.class, String.class)
          .run(
              (payload, run) -> {
                bodies.add(payload);
                return payload + "!";
              });

  private final TestEngine engine = start(echo);

  @AfterEach
  void close() {
    engine.close();
  }

  private RunHandle<String> trigger(String payload, TriggerOptions options) {
    return engine.tasks().trigger(echo, payload, options);
  }

  @Test
  void aRunShowsItsKeyAsItWasWrittenAndItsScope() {
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .run(
                (payload, run) -> {
                  run.trigger(echo, "plain", options().idempotencyKey("a-b"));
                  run.trigger(echo, "parts", options().idempotencyKey("a", "b"));
                  run.trigger(
                      echo,
                      "attempt",
                      options().idempotencyKey(IdempotencyKey.of(" a ").scope(ATTEMPT)));
                  run.trigger(
                      echo,
                      "global",
                      options().idempotencyKey(IdempotencyKey.of("ä\u0000").scope(GLOBAL)));
                  return payload;
                });
    engine.register(parent);
    engine.tasks().trigger(parent, "p");
    engine.settle();
    Map<String, List<Object>> shown = new java.util.HashMap<>();
    engine.runs().stream(RunQuery.all().tasks("echo"))
        .forEach(
            run ->
                shown.put(
                    run.payload(String.class),
                    List.of(run.idempotencyKey(), run.idempotencyScope())));
    assertThat(shown)
        .isEqualTo(
            Map.of(
                "plain", List.of("a-b", RUN),
                "parts", List.of("a b", RUN),
                "attempt", List.of(" a ", ATTEMPT),
                "global", List.of("ä\u0000", GLOBAL)));
  }

  @Test
  void aKeyHas2048CharactersInWhateverParts() {
    String longest = "k".repeat(2_048);
    String[] parts = Collections.nCopies(2_048, "k").toArray(String[]::new);
    RunHandle<String> one = trigger("x", options().idempotencyKey(longest));
    RunHandle<String> many = trigger("x", options().idempotencyKey(parts));
    assertThat(one.retrieve().idempotencyKey()).isEqualTo(longest);
    assertThat(many.id()).isNotEqualTo(one.id());
    assertThat(many.retrieve().idempotencyKey()).isEqualTo(String.join(" ", parts));
    engine.crash();
    assertThat(trigger("x", options().idempotencyKey(longest)).id()).isEqualTo(one.id());
    assertThat(trigger("x", options().idempotencyKey(parts)).id()).isEqualTo(many.id());
    assertThatThrownBy(() -> options().idempotencyKey(longest, "k"))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("2048")
        .hasMessageContaining("2049");
  }

  @Test
  void aHitChangesNothingOfItsRun() {
    TriggerOptions key = options().idempotencyKey("k");
    RunHandle<String> first = trigger("x", key.delay("1h").tags("first").metadata(Map.of("n", 1)));
    Run<String> before = first.retrieve();
    trigger(
        "y",
        key.delay("5h")
            .tags("second")
            .metadata(Map.of("n", 2))
            .ttl("1s")
            .priority(9)
            .maxAttempts(1)
            .maxDuration("1m")
            .machine("m")
            .concurrencyKey("c")
            .idempotencyKeyTtl("1s"));
    Run<String> after = first.retrieve();
    assertThat(after.delayedUntil()).isEqualTo(before.delayedUntil());
    assertThat(after.tags()).containsExactly("first");
    assertThat(after.metadata()).isEqualTo(Map.of("n", 1));
    assertThat(after.ttl()).isNull();
    assertThat(after.priority()).isZero();
    assertThat(after.maxAttempts()).isEqualTo(3);
    assertThat(after.maxDuration()).isNull();
    assertThat(after.machine()).isNull();
    assertThat(after.concurrencyKey()).isNull();
    engine.advance(Duration.ofHours(1));
    assertThat(bodies).containsExactly("x");
    assertThat(trigger("x", key).id()).as("its time is the first one's").isEqualTo(first.id());
  }

  @Test
  void aHitWithAnotherPayloadIsLoggedAndOneWithTheSameIsNot() {
    try (EngineLog log = EngineLog.open()) {
      RunHandle<String> first = trigger("x", options().idempotencyKey("k"));
      trigger("x", options().idempotencyKey("k"));
      engine.settle(); // what is logged is logged after the answer
      assertThat(log.takeUnexpected(line -> false)).isEmpty();
      trigger("y", options().idempotencyKey("k"));
      engine.settle();
      assertThat(log.takeUnexpected(line -> false))
          .singleElement()
          .satisfies(
              line ->
                  assertThat(line).startsWith("WARN").contains("\"echo\"").contains(first.id()));
    }
  }

  @Test
  void aResetFreesTheKeyOfItsScopeAlone() {
    ConcurrentLinkedQueue<Object> seen = new ConcurrentLinkedQueue<>();
    IdempotencyKey global = IdempotencyKey.of("k").scope(GLOBAL);
    IdempotencyKey attempt = IdempotencyKey.of("k").scope(ATTEMPT);
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .run(
                (payload, run) -> {
                  Set<String> ids = new HashSet<>();
                  for (IdempotencyKey key : List.of(IdempotencyKey.of("k"), global, attempt)) {
                    ids.add(run.trigger(echo, "x", options().idempotencyKey(key)).id());
                  }
                  seen.add(ids.size());
                  seen.add(run.engine().idempotencyKeys().reset("echo", "k"));
                  seen.add(run.engine().idempotencyKeys().reset("echo", "k"));
                  seen.add(
                      run.trigger(echo, "x", options().idempotencyKey(global)).isCached()
                          && run.trigger(echo, "x", options().idempotencyKey(attempt)).isCached());
                  seen.add(run.trigger(echo, "x", options().idempotencyKey("k")).isCached());
                  seen.add(run.engine().idempotencyKeys().reset("echo", attempt));
                  return payload;
                });
    engine.register(parent);
    engine.tasks().trigger(parent, "p");
    engine.settle();
    assertThat(seen).containsExactly(3, 1, 0, true, false, 1);
    assertThat(engine.idempotencyKeys().reset(echo, global)).isEqualTo(1);
    assertThatThrownBy(() -> engine.idempotencyKeys().reset("echo", attempt))
        .isInstanceOf(InvalidOptionException.class);
  }

  @Test
  void anAwaitedHitOnARunThatHasEndedDoesNotPark() {
    IdempotencyKey global = IdempotencyKey.of("k").scope(GLOBAL);
    trigger("x", options().idempotencyKey(global));
    engine.settle();
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .run(
                (payload, run) ->
                    run.triggerAndWait(echo, "x", options().idempotencyKey(global)).unwrap());
    engine.register(parent);
    RunHandle<String> handle = engine.tasks().trigger(parent, "p");
    engine.settle();
    assertThat(handle.retrieve().output()).isEqualTo("x!");
    assertThat(engine.log().stream().filter(line -> line.contains(handle.id())))
        .isNotEmpty()
        .noneMatch(line -> line.contains(RunStatus.WAITING.name()));
  }

  @Test
  void noPartsOfAGlobalKeyMakeItTheKeyOfARun() {
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .run(
                (payload, run) -> {
                  Set<String> ids = new HashSet<>();
                  for (IdempotencyKey key :
                      List.of(
                          IdempotencyKey.of("k"),
                          IdempotencyKey.of("k").scope(ATTEMPT),
                          IdempotencyKey.of(run.runId(), "k").scope(GLOBAL),
                          IdempotencyKey.of(run.runId(), "1", "k").scope(GLOBAL),
                          IdempotencyKey.of("1", "k"))) {
                    ids.add(run.trigger(echo, "x", options().idempotencyKey(key)).id());
                  }
                  return "" + ids.size();
                });
    engine.register(parent);
    RunHandle<String> handle = engine.tasks().trigger(parent, "p");
    engine.settle();
    assertThat(handle.retrieve().output()).isEqualTo("5");
  }

  @Test
  void aThousandCallersWithOneKeyMakeOneRun() throws Exception {
    List<RunHandle<String>> handles =
        IdempotencyTest.atOnce(1_000, () -> trigger("x", options().idempotencyKey("k")));
    engine.settle();
    assertThat(handles.stream().map(RunHandle::id).distinct()).hasSize(1);
    assertThat(handles.stream().filter(handle -> !handle.isCached())).hasSize(1);
    assertThat(engine.runs().stream(RunQuery.all())).hasSize(1);
    assertThat(bodies).hasSize(1);
  }
}
