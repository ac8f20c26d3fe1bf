package dev.pawl.engine;

import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.AttemptInfo;
import dev.pawl.AwaitTimeoutException;
import dev.pawl.BatchHandle;
import dev.pawl.BatchOptions;
import dev.pawl.BatchResult;
import dev.pawl.Debounce;
import dev.pawl.Fork;
import dev.pawl.Retry;
import dev.pawl.Run;
import dev.pawl.RunError;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import dev.pawl.TriggerOptions;
import dev.pawl.spi.StoreProvider;
import dev.pawl.testing.TestEngine;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RecoveryTest extends EngineTest {
  private final ConcurrentLinkedQueue<String> bodies = new ConcurrentLinkedQueue<>();

  private final Task<String, String> child =
      Task.define("child", String.class, String.class)
          .run(
              (name, run) -> {
                bodies.add("child " + name);
                return name + "!";
              });

  private static Run<?> only(TestEngine engine, String task) {
    return engine.runs().list(RunQuery.all().tasks(task)).items().getFirst();
  }

  @Test
  void aParkedRunIsResumedAsTheSameAttemptWithoutRepeatingARecordedCall() {
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .run(
                (name, run) -> {
                  bodies.add("parent attempt " + run.attempt());
                  String a = run.triggerAndWait(child, "a").unwrap();
                  run.trigger(child, "forgotten");
                  String b = run.triggerAndWait(child, "b", options().delay("1h")).unwrap();
                  String c = run.triggerAndWait(child, "c").unwrap();
                  return a + b + c;
                });
    try (TestEngine engine = start(parent, child)) {
      RunHandle<String> handle = engine.tasks().trigger(parent, "p");
      engine.settle();
      engine.crash();
      assertThat(engine.runs().retrieve(handle).status()).isEqualTo(RunStatus.WAITING);
      assertThat(bodies).as("nothing is run before the wait is over").hasSize(3);
      engine.advance(Duration.ofHours(1));
      Run<String> run = engine.runs().retrieve(handle);
      assertThat(run.output()).isEqualTo("a!b!c!");
      assertThat(run.attempts()).extracting(AttemptInfo::number).containsExactly(1);
      assertThat(bodies)
          .containsExactly(
              "parent attempt 1",
              "child a",
              "child forgotten",
              "child b",
              "parent attempt 1",
              "child c");
    }
  }

  @Test
  void aBodyThatIsRunAgainIsToldWhatItsTriggersDidTheFirstTime() {
    List<List<String>> told = new ArrayList<>();
    TriggerOptions keyed = options().idempotencyKey("key");
    TriggerOptions pushed = options().debounce(Debounce.key("key").delay("5m"));
    BatchOptions batch = BatchOptions.batchOptions().idempotencyKey("batch");
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .run(
                (name, run) -> {
                  told.add(
                      List.of(
                          does(run.trigger(child, "a", keyed)),
                          does(run.trigger(child, "a", keyed)),
                          does(run.trigger(child, "b", keyed)),
                          does(run.trigger(child, "c", pushed)),
                          does(run.trigger(child, "d", pushed)),
                          does(run.batchTrigger(child, List.of("e"), batch)),
                          does(run.batchTrigger(child, List.of("e"), batch)),
                          does(run.batchTrigger(child, List.of("f"), batch))));
                  return run.triggerAndWait(child, "g", options().delay("1h")).unwrap();
                });
    try (TestEngine engine = start(parent, child)) {
      RunHandle<String> handle = engine.tasks().trigger(parent, "p");
      engine.settle();
      engine.crash();
      engine.advance(Duration.ofHours(1));
      assertThat(engine.runs().retrieve(handle).output()).isEqualTo("g!");
      assertThat(told)
          .hasSize(2)
          .containsOnly(
              List.of(
                  "CREATED",
                  "DEDUPLICATED",
                  "DEDUPLICATED differing",
                  "CREATED",
                  "DEBOUNCED",
                  "created",
                  "cached",
                  "cached differing"));
    }
  }

  private static String does(RunHandle<?> handle) {
    return handle.outcome() + (handle.payloadDiffers() ? " differing" : "");
  }

  private static String does(BatchHandle<?> handle) {
    return (handle.isCached() ? "cached" : "created")
        + (handle.payloadDiffers() ? " differing" : "");
  }

  @Test
  void aRunThatWasExecutingHasUsedThatAttemptAndItsChildrenAreNotRunTwice() throws Exception {
    Gate gate = new Gate();
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .run(
                (name, run) -> {
                  String a = run.triggerAndWait(child, "a").unwrap();
                  if (run.attempt() == 1) {
                    gate.pass();
                  }
                  return a + " in attempt " + run.attempt();
                });
    try (TestEngine engine = start(parent, child)) {
      RunHandle<String> handle = engine.tasks().trigger(parent, "p");
      gate.awaitReached();
      engine.crash();
      Run<String> run = engine.runs().retrieve(handle);
      assertThat(run.output()).isEqualTo("a! in attempt 2");
      assertThat(run.attempts())
          .extracting(AttemptInfo::number, AttemptInfo::status)
          .containsExactly(
              org.assertj.core.groups.Tuple.tuple(1, RunStatus.CRASHED),
              org.assertj.core.groups.Tuple.tuple(2, RunStatus.COMPLETED));
      assertThat(bodies).containsExactly("child a");
    }
  }

  @Test
  void withoutAnAttemptLeftTheRunIsCrashedAndItsParentLearnsIt() throws Exception {
    Gate gate = new Gate();
    Task<String, String> fragile =
        Task.define("fragile", String.class, String.class)
            .retry(Retry.none())
            .run(
                (name, run) -> {
                  gate.pass();
                  return name;
                });
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .run((name, run) -> "" + run.triggerAndWait(fragile, name));
    try (TestEngine engine = start(parent, fragile)) {
      RunHandle<String> handle = engine.tasks().trigger(parent, "p");
      gate.awaitReached();
      engine.crash();
      Run<?> crashed = only(engine, "fragile");
      assertThat(crashed.status()).isEqualTo(RunStatus.CRASHED);
      assertThat(crashed.error().code()).isEqualTo(RunError.Code.CRASHED);
      assertThat(engine.runs().retrieve(handle).output()).contains("CRASHED");
    }
  }

  @Test
  void anOrdinaryFailureBeginsAnew() {
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .retry(Retry.exponential().randomize(false))
            .run(
                (name, run) -> {
                  String a = run.triggerAndWait(child, "a").unwrap();
                  if (run.attempt() == 1) {
                    throw new IOException("down");
                  }
                  String b = run.triggerAndWait(child, "b", options().delay("1h")).unwrap();
                  return a + b;
                });
    try (TestEngine engine = start(parent, child)) {
      RunHandle<String> handle = engine.tasks().trigger(parent, "p");
      engine.advance(Duration.ofSeconds(1));
      engine.crash();
      engine.advance(Duration.ofHours(1));
      assertThat(engine.runs().retrieve(handle).output()).isEqualTo("a!b!");
      assertThat(bodies)
          .as("once in each attempt, and not again after the crash in the second")
          .containsExactly("child a", "child a", "child b");
    }
  }

  @Test
  void aBatchThatWasWaitedForIsNotRunAgain() {
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .run(
                (name, run) -> {
                  BatchResult<String> result =
                      run.batchTriggerAndWait(child, List.of("x", "y", "z"), options().delay("1h"));
                  return String.join("", result.unwrap());
                });
    try (TestEngine engine = start(parent, child)) {
      RunHandle<String> handle = engine.tasks().trigger(parent, "p");
      engine.settle();
      engine.crash();
      engine.crash();
      engine.advance(Duration.ofHours(1));
      assertThat(engine.runs().retrieve(handle).output()).isEqualTo("x!y!z!");
      assertThat(bodies).hasSize(3);
    }
  }

  @Test
  void forksAreRunAgainAndFindTheirOwnChildren() {
    Task<Integer, String> parent =
        Task.define("parent", Integer.class, String.class)
            .run(
                (n, run) -> {
                  List<Fork<String>> forks = new ArrayList<>();
                  for (int i = 0; i < n; i++) {
                    String name = "" + (i % 2);
                    int hours = i + 1;
                    forks.add(
                        run.fork(
                            () ->
                                run.triggerAndWait(child, name, options().delay(hours + "h"))
                                    .unwrap()));
                  }
                  StringBuilder all = new StringBuilder();
                  for (Fork<String> fork : forks) {
                    all.append(fork.join());
                  }
                  return all.toString();
                });
    try (TestEngine engine = start(parent, child)) {
      RunHandle<String> handle = engine.tasks().trigger(parent, 6);
      for (int hour = 0; hour < 6; hour++) {
        engine.crash();
        engine.advance(Duration.ofHours(1));
      }
      assertThat(engine.runs().retrieve(handle).output()).isEqualTo("0!1!0!1!0!1!");
      assertThat(bodies).hasSize(6);
    }
  }

  @Test
  void aTimeoutThatWasSeenIsSeenAgain() {
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .run(
                (name, run) -> {
                  RunHandle<String> slow = run.trigger(child, "slow", options().delay("5h"));
                  String first;
                  try {
                    first = slow.await(Duration.ofHours(1)).unwrap();
                  } catch (AwaitTimeoutException e) {
                    first = "timeout";
                  }
                  return first + run.triggerAndWait(child, "b", options().delay("9h")).unwrap();
                });
    try (TestEngine engine = start(parent, child)) {
      RunHandle<String> handle = engine.tasks().trigger(parent, "p");
      engine.settle();
      engine.crash();
      engine.advance(Duration.ofHours(2));
      engine.crash();
      engine.advance(Duration.ofHours(20));
      assertThat(engine.runs().retrieve(handle).output()).isEqualTo("timeoutb!");
    }
  }

  @Test
  void whatIsDueWhileTheProcessIsDownIsDoneOnReturnInOrder() {
    try (TestEngine engine = start(child)) {
      engine.tasks().trigger(child, "late", options().delay("2h").queue("one", 1));
      engine.tasks().trigger(child, "soon", options().delay("1h").queue("one"));
      RunHandle<String> expires = engine.tasks().trigger(child, "no", options().delay("1s"));
      engine.pause();
      RunHandle<String> lapsed = engine.tasks().trigger(child, "lapsed", options().ttl("1h"));
      expires.cancel();
      engine.settle();
      engine.clock().advance(Duration.ofHours(3));
      engine.crash();
      assertThat(bodies).containsExactly("child soon", "child late");
      assertThat(engine.runs().retrieve(lapsed).status()).isEqualTo(RunStatus.EXPIRED);
    }
  }

  @Test
  void aRunWhoseTaskIsMissingWaitsForItAndKeepsItsTtl() {
    StoreProvider store = newStore();
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .run((name, run) -> run.triggerAndWait(child, name, options().delay("1h")).unwrap());
    RunHandle<String> queued;
    RunHandle<String> expires;
    RunHandle<String> waiting;
    try (TestEngine engine = TestEngine.start(store, builder -> builder.register(parent, child))) {
      waiting = engine.tasks().trigger(parent, "w");
      engine.settle();
      engine.pause();
      queued = engine.tasks().trigger(parent, "q");
      expires = engine.tasks().trigger(parent, "e", options().ttl("2h"));
    }
    try (TestEngine engine = TestEngine.start(store, builder -> builder.register(child))) {
      engine.advance(Duration.ofHours(1));
      assertThat(engine.runs().retrieve(queued).status()).isEqualTo(RunStatus.PENDING_VERSION);
      assertThat(engine.runs().retrieve(waiting).status()).isEqualTo(RunStatus.PENDING_VERSION);
      engine.advance(Duration.ofHours(1));
      assertThat(engine.runs().retrieve(expires).status()).isEqualTo(RunStatus.EXPIRED);
      engine.crash();
      engine.register(parent);
      engine.advance(Duration.ofHours(1));
      assertThat(engine.runs().retrieve(queued).output()).isEqualTo("q!");
      assertThat(engine.runs().retrieve(waiting).output()).isEqualTo("w!");
      assertThat(engine.runs().retrieve(waiting).attempts()).hasSize(1);
    }
  }

  @Test
  void aPayloadThatNoLongerReadsFailsItsRunAndIsKept() {
    StoreProvider store = newStore();
    Task<String, String> asText =
        Task.define("changed", String.class, String.class).run((p, run) -> p);
    Task<Integer, String> asNumber =
        Task.define("changed", Integer.class, String.class).run((p, run) -> "" + p);
    RunHandle<String> handle;
    try (TestEngine engine = TestEngine.start(store, builder -> builder.register(asText))) {
      engine.pause();
      handle = engine.tasks().trigger(asText, "seven");
    }
    try (TestEngine engine = TestEngine.start(store, builder -> builder.register(asNumber))) {
      engine.settle();
      Run<?> run = engine.runs().retrieve(handle.id());
      assertThat(run.status()).isEqualTo(RunStatus.SYSTEM_FAILURE);
      assertThat(run.error().code()).isEqualTo(RunError.Code.PAYLOAD_UNREADABLE);
      assertThat(run.payload(String.class)).isEqualTo("seven");
      assertThatThrownBy(() -> run.payload(Integer.class))
          .isInstanceOf(dev.pawl.UnreadableValueException.class);
    }
    try (TestEngine engine = TestEngine.start(store, builder -> builder.register(asText))) {
      RunHandle<?> replay = engine.runs().replay(handle.id());
      engine.settle();
      assertThat(engine.runs().retrieve(replay.id()).output()).isEqualTo("seven");
    }
  }

  @Test
  void queueLimitsOutliveTheProcess() {
    try (TestEngine engine = start(child)) {
      engine.pause();
      for (int i = 0; i < 3; i++) {
        engine.tasks().trigger(child, "x" + i, options().queue("closed", 0));
      }
      engine.crash();
      assertThat(bodies).isEmpty();
      engine.tasks().trigger(child, "opens it", options().queue("closed", 1));
      engine.settle();
      assertThat(bodies).hasSize(4);
    }
  }

  @Test
  void aZombieChangesNothing() throws Exception {
    Gate gate = new Gate();
    AtomicInteger late = new AtomicInteger();
    Task<String, String> task =
        Task.define("zombie", String.class, String.class)
            .run(
                (name, run) -> {
                  if (run.attempt() == 1) {
                    gate.passIgnoringInterrupts();
                    try {
                      run.trigger(child, "of a zombie");
                    } catch (dev.pawl.PawlException e) {
                      late.incrementAndGet();
                    }
                  }
                  return "attempt " + run.attempt();
                });
    try (TestEngine engine = start(task, child)) {
      RunHandle<String> handle = engine.tasks().trigger(task, "x");
      gate.awaitReached();
      engine.crash();
      assertThat(engine.runs().retrieve(handle).output()).isEqualTo("attempt 2");
      gate.open();
      engine.settle();
      assertThat(engine.runs().retrieve(handle).output()).isEqualTo("attempt 2");
      assertThat(engine.runs().stream(RunQuery.all())).hasSize(1);
    }
  }

  @Test
  void idsAscendOverRestartsEvenIfTheClockGoesBack() {
    try (TestEngine engine = start(child)) {
      List<String> ids = new ArrayList<>();
      for (int life = 0; life < 5; life++) {
        IntStream.range(0, 10).forEach(i -> ids.add(engine.tasks().trigger(child, "x").id()));
        engine.settle();
        engine.clock().set(engine.now().minus(Duration.ofDays(100)));
        engine.crash();
      }
      assertThat(ids).isSorted().doesNotHaveDuplicates();
    }
  }
}
