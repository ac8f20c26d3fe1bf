package dev.pawl.engine;

import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.AwaitTimeoutException;
import dev.pawl.DuplicateTaskException;
import dev.pawl.Engine;
import dev.pawl.IllegalRunStateException;
import dev.pawl.InvalidOptionException;
import dev.pawl.InvalidPayloadException;
import dev.pawl.Limits;
import dev.pawl.NotFoundException;
import dev.pawl.Page;
import dev.pawl.PayloadTooLargeException;
import dev.pawl.Retry;
import dev.pawl.Run;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import dev.pawl.TaskKey;
import dev.pawl.TypeRef;
import dev.pawl.UnknownTaskException;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TriggerTest extends EngineTest {
  record Order(String customer, List<String> items) {}

  private static final Task<Order, Integer> FULFIL =
      Task.define("fulfil-order", Order.class, Integer.class)
          .run((order, run) -> order.items().size());

  private static final Task<Void, String> TICK =
      Task.define("tick", Void.class, String.class).run((nothing, run) -> "tock");

  private static final Task<List<Order>, Map<String, Integer>> GENERIC =
      Task.define("generic", new TypeRef<List<Order>>() {}, new TypeRef<Map<String, Integer>>() {})
          .run((orders, run) -> Map.of(orders.getFirst().customer(), orders.size()));

  private final TestEngine engine =
      TestEngine.start(
          newStore(),
          builder ->
              builder
                  .register(FULFIL, TICK, GENERIC)
                  .limits(Limits.defaults().maxPayloadBytes(10_000).maxMetadataBytes(1_000)));

  @AfterEach
  void close() {
    engine.close();
  }

  @Test
  void aRunKeepsWhatItWasTriggeredWith() {
    RunHandle<Integer> handle =
        engine
            .tasks()
            .trigger(
                FULFIL,
                new Order("ada", List.of("tea")),
                options()
                    .tags("a", "b", "a")
                    .metadata(Map.of("source", "checkout", "n", 3))
                    .queue("orders", 7)
                    .concurrencyKey("ada")
                    .priority(10)
                    .maxAttempts(9)
                    .delay("1h")
                    .ttl("2h"));
    Run<Integer> delayed = engine.runs().retrieve(handle);
    assertThat(delayed.status()).isEqualTo(RunStatus.DELAYED);
    assertThat(delayed.delayedUntil()).isEqualTo(TestEngine.START.plusSeconds(3_600));
    assertThat(delayed.queuedAt()).isNull();
    engine.advance(Duration.ofHours(1));
    Run<Integer> run = engine.runs().retrieve(handle);
    assertThat(run.taskId()).isEqualTo("fulfil-order");
    assertThat(run.output()).isEqualTo(1);
    assertThat(run.payload(Order.class)).isEqualTo(new Order("ada", List.of("tea")));
    assertThat(run.tags()).containsExactly("a", "b");
    assertThat(run.metadata()).containsEntry("source", "checkout").containsEntry("n", 3);
    assertThat(run.queue()).isEqualTo("orders");
    assertThat(run.concurrencyKey()).isEqualTo("ada");
    assertThat(run.priority()).isEqualTo(Duration.ofSeconds(10));
    assertThat(run.maxAttempts()).isEqualTo(9);
    assertThat(run.ttl()).isEqualTo(Duration.ofHours(2));
    assertThat(run.createdAt()).isEqualTo(TestEngine.START);
    assertThat(run.queuedAt()).isEqualTo(TestEngine.START.plusSeconds(3_600));
    assertThat(run.startedAt()).isEqualTo(TestEngine.START.plusSeconds(3_600));
    assertThat(run.finishedAt()).isEqualTo(TestEngine.START.plusSeconds(3_600));
    assertThat(run.rootId()).isEqualTo(run.id());
    assertThat(run.parentId()).isNull();
  }

  @Test
  void aPayloadIsACopy() {
    List<String> items = new ArrayList<>(List.of("tea"));
    engine.pause();
    RunHandle<Integer> handle = engine.tasks().trigger(FULFIL, new Order("ada", items));
    items.add("milk");
    engine.resume();
    engine.settle();
    assertThat(engine.runs().retrieve(handle).output()).isEqualTo(1);
  }

  @Test
  void everyReaderGetsACopyOfItsOwn() {
    List<List<String>> seen = new ArrayList<>();
    Task<Order, Order> changing =
        Task.define("changing", Order.class, Order.class)
            .retry(Retry.exponential().maxAttempts(2))
            .run(
                (order, run) -> {
                  seen.add(List.copyOf(order.items()));
                  order.items().add("changed by the body");
                  if (run.attempt() == 1) {
                    throw new IllegalStateException("again");
                  }
                  return order;
                });
    engine.register(changing);
    RunHandle<Order> handle = engine.tasks().trigger(changing, new Order("ada", List.of("tea")));
    engine.advance(Duration.ofMinutes(1));
    assertThat(seen).as("of each attempt").isEqualTo(List.of(List.of("tea"), List.of("tea")));
    Run<Order> run = engine.runs().retrieve(handle);
    run.payload(Order.class).items().add("changed by a reader");
    run.output().items().clear();
    assertThat(run.payload(Order.class).items()).containsExactly("tea");
    assertThat(run.output().items()).containsExactly("tea", "changed by the body");
  }

  @Test
  void whoeverReadsAfterATriggerHasReturnedSeesItsRun() throws Exception {
    engine.pause();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 100; i++) {
        String id = engine.tasks().trigger(TICK, null, options().tags("t" + i)).id();
        RunQuery query = RunQuery.all().tags("t" + i);
        assertThat(threads.submit(() -> engine.runs().retrieve(id).status()).get())
            .isEqualTo(RunStatus.QUEUED);
        assertThat(threads.submit(() -> engine.runs().count(query)).get()).isEqualTo(1);
        assertThat(engine.runs().list(RunQuery.all()).items().getFirst().id()).isEqualTo(id);
      }
    }
    engine.crash();
    assertThat(engine.runs().count(RunQuery.all())).as("durable").isEqualTo(100);
  }

  @Test
  void aPollThatTimesOutThrowsAndCancelsNothing() {
    assertThatThrownBy(
            () ->
                engine
                    .tasks()
                    .triggerAndPoll(TICK, null, options().delay("1h"), Duration.ofNanos(0)))
        .isInstanceOf(AwaitTimeoutException.class)
        .hasMessageContaining("DELAYED");
    Run<?> run = engine.runs().list(RunQuery.all()).items().getFirst();
    engine.advance(Duration.ofHours(1));
    assertThat(engine.runs().retrieve(run.id()).output()).isEqualTo("tock");
  }

  @Test
  void timesAreKeptToTheMicrosecondAndNeverEndEarly() {
    Duration odd = Duration.ofHours(1).plusNanos(7_001);
    RunHandle<String> handle = engine.tasks().trigger(TICK, null, options().delay(odd));
    engine.advance(odd);
    assertThat(engine.runs().retrieve(handle).status()).isEqualTo(RunStatus.DELAYED);
    engine.advance(Duration.ofNanos(999));
    assertThat(engine.runs().retrieve(handle).status()).isEqualTo(RunStatus.COMPLETED);
    assertThat(handle.retrieve().startedAt())
        .isEqualTo(TestEngine.START.plus(Duration.ofHours(1)).plusNanos(8_000));
  }

  @Test
  void tagsAreCountedWithoutDuplicatesAndBoundsAreInclusive() {
    String[] twenty = IntStream.range(0, 20).mapToObj(i -> "t" + i % 10).toArray(String[]::new);
    RunHandle<Integer> handle =
        engine
            .tasks()
            .trigger(
                FULFIL,
                new Order("a", List.of()),
                options().tags(twenty).metadata(Map.of("x", "y".repeat(992))));
    assertThat(handle.retrieve().tags()).hasSize(10);
    assertThat(handle.retrieve().metadata()).hasSize(1);
    RunHandle<String> longest = engine.tasks().trigger(TICK, null, options().tags("x".repeat(128)));
    assertThat(longest.retrieve().tags()).containsExactly("x".repeat(128));
  }

  @Test
  void aTaskIsTriggeredByItsBareId() {
    RunHandle<?> typed = engine.tasks().trigger("fulfil-order", new Order("a", List.of("x", "y")));
    RunHandle<?> map =
        engine
            .tasks()
            .trigger("fulfil-order", Map.of("customer", "b", "items", List.of("x", "y", "z")));
    RunHandle<?> nothing = engine.tasks().trigger("tick", null);
    engine.settle();
    assertThat(engine.runs().retrieve(typed.id()).output()).isEqualTo(2);
    assertThat(engine.runs().retrieve(map.id()).output()).isEqualTo(3);
    assertThat(engine.runs().retrieve(nothing.id()).output()).isEqualTo("tock");
  }

  @Test
  void typesWithTypeArgumentsKeepThem() {
    RunHandle<Map<String, Integer>> handle =
        engine.tasks().trigger(GENERIC, List.of(new Order("ada", List.of())));
    engine.settle();
    assertThat(engine.runs().retrieve(handle).output()).containsExactly(Map.entry("ada", 1));
  }

  @Test
  void nullIsRefusedWhereTheTypeForbidsIt() {
    assertThatThrownBy(() -> engine.tasks().trigger(FULFIL, null))
        .isInstanceOf(InvalidPayloadException.class)
        .hasMessageContaining("fulfil-order")
        .hasMessageContaining("Void");
    assertNothingStored();
  }

  @Test
  void aPayloadThatCannotBeWrittenIsRefusedAtTheCall() {
    Task<Object, String> any =
        Task.define("any", Object.class, String.class).run((payload, run) -> "ran");
    engine.register(any);
    List<Object> cycle = new ArrayList<>();
    cycle.add(cycle);
    assertThatThrownBy(() -> engine.tasks().trigger(any, cycle))
        .isInstanceOf(InvalidPayloadException.class)
        .hasMessageContaining("any");
    assertThatThrownBy(() -> engine.tasks().trigger("fulfil-order", "a text is no order"))
        .isInstanceOf(InvalidPayloadException.class)
        .hasMessageContaining("Order");
    assertThatThrownBy(
            () -> engine.tasks().trigger(FULFIL, new Order("x".repeat(10_000), List.of())))
        .isInstanceOf(PayloadTooLargeException.class)
        .hasMessageContaining("10000");
    assertNothingStored();
  }

  @Test
  void anUnknownTaskIsRefusedWithNearNames() {
    TaskKey<Order, Integer> key = TaskKey.of("fulfill-order", Order.class, Integer.class);
    assertThatThrownBy(() -> engine.tasks().trigger(key, new Order("a", List.of())))
        .isInstanceOf(UnknownTaskException.class)
        .hasMessageContaining("did you mean fulfil-order?");
    assertThatThrownBy(() -> engine.tasks().trigger("zzz", null))
        .isInstanceOf(UnknownTaskException.class)
        .hasMessageContaining("register");
    assertNothingStored();
  }

  @Test
  void oneIdIsOneTask() {
    Task<String, String> other =
        Task.define("tick", String.class, String.class).run((payload, run) -> payload);
    assertThatThrownBy(() -> engine.register(other))
        .isInstanceOf(DuplicateTaskException.class)
        .hasMessageContaining("tick");
    assertThatThrownBy(() -> Engine.builder().store(newStore()).register(other, other).open())
        .isInstanceOf(DuplicateTaskException.class);
  }

  @Test
  void optionsThatCannotBeMetAreRefused() {
    Order order = new Order("a", List.of());
    String[] eleven = IntStream.range(0, 11).mapToObj(i -> "t" + i).toArray(String[]::new);
    for (var bad :
        List.of(
            options().tags(eleven),
            options().tags(""),
            options().tags("x".repeat(129)),
            options().metadata(Map.of("x", "y".repeat(1_000))))) {
      assertThatThrownBy(() -> engine.tasks().trigger(FULFIL, order, bad))
          .isInstanceOf(InvalidOptionException.class);
    }
    assertNothingStored();
  }

  @Test
  void aDelayThatIsPastMeansAtOnce() {
    RunHandle<String> handle =
        engine.tasks().trigger(TICK, null, options().delay(Instant.parse("1999-01-01T00:00:00Z")));
    engine.settle();
    assertThat(engine.runs().retrieve(handle).status()).isEqualTo(RunStatus.COMPLETED);
  }

  @Test
  void aRunPastItsTtlNeverStarts() {
    engine.pause();
    RunHandle<String> expires = engine.tasks().trigger(TICK, null, options().ttl("1h"));
    RunHandle<String> stays = engine.tasks().trigger(TICK, null, options().ttl("2h"));
    engine.advance(Duration.ofHours(1));
    engine.resume();
    engine.settle();
    Run<String> expired = engine.runs().retrieve(expires);
    assertThat(expired.status()).isEqualTo(RunStatus.EXPIRED);
    assertThat(expired.expiredAt()).isEqualTo(TestEngine.START.plusSeconds(3_600));
    assertThat(expired.error().message()).contains("PT1H");
    assertThat(engine.runs().retrieve(stays).status()).isEqualTo(RunStatus.COMPLETED);
  }

  @Test
  void onlyADelayedRunIsRescheduled() {
    RunHandle<String> handle = engine.tasks().trigger(TICK, null, options().delay("1h"));
    engine.runs().reschedule(handle.id(), Duration.ofHours(3));
    engine.advance(Duration.ofHours(2));
    assertThat(engine.runs().retrieve(handle).status()).isEqualTo(RunStatus.DELAYED);
    assertThatThrownBy(() -> engine.runs().reschedule(handle.id(), TestEngine.START))
        .isInstanceOf(InvalidOptionException.class);
    engine.runs().reschedule(handle.id(), TestEngine.START.plusSeconds(7_201));
    engine.advance(Duration.ofSeconds(1));
    assertThat(engine.runs().retrieve(handle).status()).isEqualTo(RunStatus.COMPLETED);
    assertThatThrownBy(() -> engine.runs().reschedule(handle.id(), Duration.ofHours(3)))
        .isInstanceOf(IllegalRunStateException.class)
        .hasMessageContaining("COMPLETED");
  }

  @Test
  void runsAreListedNewestFirstAndPageByPage() {
    for (int i = 0; i < 60; i++) {
      engine.tasks().trigger(TICK, null, options().tags(i % 2 == 0 ? "even" : "odd"));
    }
    engine.tasks().trigger(FULFIL, new Order("a", List.of()));
    engine.settle();
    Page<Run<?>> first = engine.runs().list(RunQuery.all().tasks("tick").tags("odd"));
    Page<Run<?>> second =
        engine.runs().list(RunQuery.all().tasks("tick").tags("odd").after(first.next()));
    assertThat(first.items()).hasSize(25);
    assertThat(second.items()).hasSize(5);
    assertThat(second.next()).isNull();
    List<String> ids = new ArrayList<>();
    first.items().forEach(run -> ids.add(run.id()));
    second.items().forEach(run -> ids.add(run.id()));
    assertThat(ids).doesNotHaveDuplicates().isSortedAccordingTo((a, b) -> b.compareTo(a));
    assertThat(engine.runs().stream(RunQuery.all().limit(7))).hasSize(61);
    assertThat(engine.runs().list(RunQuery.all().statuses(RunStatus.FAILED)).items()).isEmpty();
  }

  @Test
  void anIdThatNamesNoRunIsSaidToBeOne() {
    for (String id : List.of("", "run_", "run_000000000000z", "batch_0000000000000", "x\ny")) {
      assertThatThrownBy(() -> engine.runs().retrieve(id)).isInstanceOf(NotFoundException.class);
      assertThatThrownBy(() -> engine.runs().cancel(id)).isInstanceOf(NotFoundException.class);
      assertThatThrownBy(() -> engine.runs().await(id, Duration.ZERO))
          .isInstanceOf(NotFoundException.class);
    }
  }

  @Test
  void aReplayIsANewRootRunWithTheSamePayload() {
    RunHandle<Integer> handle =
        engine
            .tasks()
            .trigger(
                FULFIL,
                new Order("ada", List.of("tea")),
                options().tags("t").metadata(Map.of("k", "v")).delay("1h").priority(5));
    engine.runs().cancel(handle.id());
    RunHandle<?> replay = engine.runs().replay(handle.id());
    engine.settle();
    Run<?> run = engine.runs().retrieve(replay.id());
    assertThat(run.output()).isEqualTo(1);
    assertThat(run.tags()).containsExactly("t");
    assertThat(run.metadata()).containsEntry("k", "v");
    assertThat(run.priority()).isZero();
    assertThat(run.id()).isNotEqualTo(handle.id());
  }

  private void assertNothingStored() {
    assertThat(engine.runs().stream(RunQuery.all())).isEmpty();
  }
}
