package dev.pawl.engine;

import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.InvalidOptionException;
import dev.pawl.Page;
import dev.pawl.Queue;
import dev.pawl.QueueInfo;
import dev.pawl.QueueKeyInfo;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import dev.pawl.UnknownQueueException;
import dev.pawl.fixtures.Intercepted;
import dev.pawl.spi.Changes;
import dev.pawl.spi.RunStore;
import dev.pawl.testing.InMemoryStore;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class QueueSettingsTest {
  private static final String OWN = "task/gated";
  private final ConcurrentLinkedQueue<Gate> gates = new ConcurrentLinkedQueue<>();

  private final Task<String, String> gated =
      Task.define("gated", String.class, String.class)
          .concurrencyLimit(2)
          .run(
              (payload, run) -> {
                Gate gate = new Gate();
                gates.add(gate);
                gate.pass();
                return payload;
              });

  private final Task<String, String> child =
      Task.define("child", String.class, String.class)
          .queue(Queue.named("children").concurrencyLimit(0))
          .run((payload, run) -> payload);

  private final Task<String, String> parent =
      Task.define("parent", String.class, String.class)
          .run((payload, run) -> run.triggerAndWait(child, payload).unwrap());

  private final TestEngine engine = TestEngine.start(gated, child, parent);

  @AfterEach
  void close() {
    engine.close();
  }

  private void trigger(int times) {
    for (int i = 0; i < times; i++) {
      engine.tasks().trigger(gated, "x");
    }
    engine.settle();
  }

  private void finishOne() {
    gates.remove().open();
    engine.settle();
  }

  private int running() {
    engine.settle();
    int running = engine.queues().retrieve(OWN).running();
    assertThat(engine.runs().stream(RunQuery.all().statuses(RunStatus.EXECUTING))).hasSize(running);
    return running;
  }

  @Test
  void aPausedQueueStartsNothingWhatExecutesGoesOnAndTriggersAreAccepted() {
    trigger(1);
    engine.queues().pause(OWN);
    trigger(3);
    assertThat(running()).isEqualTo(1);
    finishOne();
    assertThat(running()).isZero();
    assertThat(engine.queues().retrieve(OWN).queued()).isEqualTo(3);
    assertThat(engine.queues().retrieve(OWN).paused()).isTrue();
    engine.queues().resume(OWN);
    assertThat(running()).as("the limit that it had").isEqualTo(2);
  }

  @Test
  void aResumedQueueHasTheLimitItHadAlsoWhereThatIsZeroOrWasSetMeanwhile() {
    engine.queues().setLimit(OWN, 0);
    engine.queues().pause(OWN);
    trigger(3);
    engine.queues().resume(OWN);
    assertThat(running()).isZero();
    engine.queues().pause(OWN);
    engine.queues().setLimit(OWN, 1);
    assertThat(running()).isZero();
    engine.queues().resume(OWN);
    assertThat(running()).isEqualTo(1);
  }

  @Test
  void aTimeToLiveGoesOnInAPausedQueue() {
    engine.queues().pause(OWN);
    RunHandle<String> run = engine.tasks().trigger(gated, "x", options().ttl("1h"));
    engine.advance(Duration.ofHours(1));
    engine.queues().resume(OWN);
    engine.settle();
    assertThat(engine.runs().retrieve(run).status()).isEqualTo(RunStatus.EXPIRED);
    assertThat(gates).isEmpty();
  }

  @Test
  void loweringALimitPreemptsNobodyAndRaisingItStartsAtOnce() {
    trigger(5);
    engine.queues().setLimit(OWN, 1);
    assertThat(running()).isEqualTo(2);
    finishOne();
    assertThat(running()).isEqualTo(1);
    finishOne();
    assertThat(running()).isEqualTo(1);
    engine.queues().setLimit(OWN, 3);
    assertThat(running()).isEqualTo(3);
  }

  @Test
  void aResetGoesBackToWhatWasDeclaredLast() {
    engine.queues().setLimit(OWN, 5);
    QueueInfo set = engine.queues().retrieve(OWN);
    assertThat(set.concurrencyLimit()).hasValue(5);
    assertThat(set.declaredConcurrencyLimit()).hasValue(2);
    assertThat(set.concurrencyLimitOverridden()).isTrue();

    engine.tasks().trigger(gated, "x", options().queue(OWN, 1));
    assertThat(engine.queues().retrieve(OWN).concurrencyLimit())
        .as("a trigger does not undo what an operator has set")
        .hasValue(5);
    engine.queues().resetLimit(OWN);
    engine.queues().resetLimit(OWN);
    QueueInfo reset = engine.queues().retrieve(OWN);
    assertThat(reset.concurrencyLimit()).hasValue(1);
    assertThat(reset.concurrencyLimitOverridden()).isFalse();
  }

  @Test
  void theLastTriggerThatNamesALimitWinsAndOneThatNamesNoneLeavesIt() {
    engine.tasks().trigger(gated, "x", options().queue("vip", 3));
    engine.tasks().trigger(gated, "x", options().queue("vip", 1));
    engine.tasks().trigger(gated, "x", options().queue("vip"));
    engine.settle();
    QueueInfo vip = engine.queues().retrieve("vip");
    assertThat(vip.concurrencyLimit()).hasValue(1);
    assertThat(vip.running()).isEqualTo(1);
    assertThat(vip.queued()).isEqualTo(2);
  }

  @Test
  void aDeclarationIsWrittenOnlyWhereItDiffers() {
    ConcurrentLinkedQueue<String> written = new ConcurrentLinkedQueue<>();
    try (TestEngine watched =
        TestEngine.start(
            () -> watching(new InMemoryStore().open(), written),
            builder -> builder.register(child))) {
      watched.settle();
      written.clear();
      for (int i = 0; i < 50; i++) {
        watched.tasks().trigger(child, "x", options().queue("vip", i < 49 ? 3 : 4));
      }
      watched.tasks().trigger(child, "x", options().queue("vip"));
      watched.settle();
      assertThat(written).containsExactly("vip", "vip");
    }
  }

  /** A store that notes the names of the queues it writes. */
  private static RunStore watching(RunStore store, ConcurrentLinkedQueue<String> written) {
    return Intercepted.store(
        store,
        (method, arguments) -> {
          if (method.equals("commit")) {
            ((Changes) arguments[0]).queues().forEach(row -> written.add(row.name()));
          }
        });
  }

  @Test
  void theTotalLimitBoundsTheSumOverKeys() {
    engine.queues().setTotalLimit(OWN, 3);
    for (String key : List.of("a", "a", "a", "b", "b", "b", "c")) {
      engine.tasks().trigger(gated, "x", options().concurrencyKey(key));
    }
    assertThat(running()).isEqualTo(3);
    assertThat(engine.queues().retrieve(OWN).totalLimit()).hasValue(3);
    engine.queues().resetTotalLimit(OWN);
    assertThat(running()).as("two of a, two of b, one of c").isEqualTo(5);
    assertThat(engine.queues().retrieve(OWN).totalLimit()).isEmpty();
  }

  @Test
  void aDeclaredTotalLimitIsKeptBesideOneThatIsSet() {
    Queue declared = Queue.named("total").totalLimit(4).concurrencyLimit(2);
    engine.tasks().trigger(gated, "x", options().queue(declared));
    engine.queues().setTotalLimit("total", Integer.MAX_VALUE);
    QueueInfo set = engine.queues().retrieve("total");
    assertThat(set.totalLimit()).isEmpty();
    assertThat(set.declaredTotalLimit()).hasValue(4);
    assertThat(set.totalLimitOverridden()).isTrue();
    engine.queues().resetTotalLimit("total");
    assertThat(engine.queues().retrieve("total").totalLimit()).hasValue(4);
  }

  @Test
  void everySettingOutlivesTheProcess() {
    engine.queues().pause(OWN);
    engine.queues().setLimit(OWN, 7);
    engine.queues().setTotalLimit(OWN, 9);
    engine
        .tasks()
        .trigger(gated, "x", options().queue(Queue.named("vip").totalLimit(3).maxQueued(4)));
    engine.settle();
    engine.crash();
    QueueInfo own = engine.queues().retrieve(OWN);
    assertThat(own.paused()).isTrue();
    assertThat(own.concurrencyLimit()).hasValue(7);
    assertThat(own.declaredConcurrencyLimit()).hasValue(2);
    assertThat(own.totalLimit()).hasValue(9);
    QueueInfo vip = engine.queues().retrieve("vip");
    assertThat(vip.totalLimit()).hasValue(3);
    assertThat(vip.maxQueued()).hasValue(4);
    trigger(1);
    assertThat(engine.queues().retrieve(OWN).running()).as("it is paused still").isZero();
    engine.queues().resume(OWN);
    engine.queues().resetLimit(OWN);
    engine.crash();
    assertThat(engine.queues().retrieve(OWN).concurrencyLimit()).hasValue(2);
  }

  @Test
  void aLimitThatIsGoneFromATasksCodeIsGone() {
    InMemoryStore store = new InMemoryStore();
    TestEngine limited =
        TestEngine.start(
            store,
            builder ->
                builder.register(
                    Task.define(child.key()).concurrencyLimit(3).run((in, run) -> in)));
    assertThat(limited.queues().retrieve("task/child").concurrencyLimit()).hasValue(3);
    limited.close();
    try (TestEngine free =
        TestEngine.start(
            store, builder -> builder.register(Task.define(child.key()).run((in, run) -> in)))) {
      assertThat(free.queues().retrieve("task/child").concurrencyLimit()).isEmpty();
    }
  }

  @Test
  void aTaskThatIsRegisteredLateDeclaresItsQueue() {
    engine.register(
        Task.define("late", String.class, String.class)
            .queue(Queue.named("late-queue").concurrencyLimit(3))
            .run((in, run) -> in));
    assertThat(engine.queues().retrieve("late-queue").concurrencyLimit()).hasValue(3);
  }

  @Test
  void everyLiveRunIsCountedOnceWhereItIs() {
    trigger(3);
    engine.tasks().trigger(gated, "x", options().delay("1h"));
    Task<String, String> failing =
        Task.define("failing", String.class, String.class)
            .queue(Queue.named(OWN))
            .run(
                (in, run) -> {
                  throw new IllegalStateException("fails");
                });
    engine.register(failing);
    engine.tasks().trigger(failing, "x", options().priority(10));
    engine.tasks().trigger(parent, "x");
    finishOne();
    QueueInfo own = engine.queues().retrieve(OWN);
    assertThat(own.running()).isEqualTo(2);
    assertThat(own.queued()).isEqualTo(0);
    assertThat(own.delayed()).isEqualTo(1);
    assertThat(own.retrying()).isEqualTo(1);
    assertThat(engine.queues().retrieve(parent).waiting()).isEqualTo(1);
    assertThat(engine.queues().retrieve(child).queued()).isEqualTo(1);

    engine.queues().pause("task/parent");
    engine.queues().setLimit("children", 1);
    engine.settle();
    assertThat(engine.queues().retrieve(parent).waiting()).as("its wait is over").isZero();
    assertThat(engine.queues().retrieve(parent).queued()).as("it stands in line").isEqualTo(1);
  }

  @Test
  void whatIsCountedIsCountedAgainAfterARestart() {
    engine.tasks().trigger(gated, "x", options().delay("1h"));
    engine.tasks().trigger(parent, "x");
    engine.settle();
    engine.crash();
    assertThat(engine.queues().retrieve(OWN).delayed()).isEqualTo(1);
    assertThat(engine.queues().retrieve(parent).waiting()).isEqualTo(1);
    engine.queues().setLimit("children", 1);
    engine.settle();
    assertThat(engine.queues().retrieve(parent).waiting()).isZero();
  }

  @Test
  void theOldestAgeIsThatOfTheFirstInLine() {
    assertThat(engine.queues().retrieve(OWN).oldestAge()).isNull();
    engine.queues().setLimit(OWN, 0);
    engine.tasks().trigger(gated, "x", options().concurrencyKey("a"));
    engine.advance(Duration.ofMinutes(5));
    engine.tasks().trigger(gated, "x", options().concurrencyKey("b"));
    engine.advance(Duration.ofMinutes(1));
    assertThat(engine.queues().retrieve(OWN).oldestAge()).isEqualTo(Duration.ofMinutes(6));
    Page<QueueKeyInfo> keys = engine.queues().keys(OWN, 10, null);
    assertThat(keys.items())
        .containsExactly(
            new QueueKeyInfo("a", 1, 0, Duration.ofMinutes(6)),
            new QueueKeyInfo("b", 1, 0, Duration.ofMinutes(1)));
    assertThat(keys.next()).isNull();
  }

  @Test
  void keysAreToldInPagesTheRunsWithoutOneFirst() {
    engine.queues().pause(OWN);
    engine.tasks().trigger(gated, "x");
    for (int i = 0; i < 25; i++) {
      engine.tasks().trigger(gated, "x", options().concurrencyKey("key-" + (10 + i)));
    }
    List<String> seen = new ArrayList<>();
    String after = null;
    do {
      Page<QueueKeyInfo> page = engine.queues().keys(OWN, 1 + seen.size() % 7, after);
      page.items().forEach(info -> seen.add(String.valueOf(info.key())));
      after = page.next();
    } while (after != null);
    assertThat(seen).hasSize(26).doesNotHaveDuplicates();
    assertThat(seen.getFirst()).isEqualTo("null");
    assertThat(seen.subList(1, 26)).isSorted();
  }

  @Test
  void allKnownQueuesAreListedByName() {
    engine.tasks().trigger(gated, "x", options().queue("passing"));
    engine.settle();
    assertThat(engine.queues().list())
        .extracting(QueueInfo::name)
        .containsExactly("children", "passing", OWN, "task/parent");
    Page<QueueInfo> first = engine.queues().list(3, null);
    assertThat(first.items())
        .extracting(QueueInfo::name)
        .containsExactly("children", "passing", OWN);
    assertThat(engine.queues().list(3, first.next()).items())
        .extracting(QueueInfo::name)
        .containsExactly("task/parent");
    finishOne();
    assertThat(engine.queues().list()).as("nothing keeps it").hasSize(3);
  }

  @Test
  void anUnknownQueueIsRefusedWithNamesThatLookAlike() {
    assertThatThrownBy(() -> engine.queues().pause("childern"))
        .isInstanceOfSatisfying(
            UnknownQueueException.class,
            e -> {
              assertThat(e.queue()).isEqualTo("childern");
              assertThat(e.similar()).containsExactly("children");
              assertThat(e).hasMessageContaining("did you mean children?");
            });
    assertThatThrownBy(() -> engine.queues().retrieve("nowhere"))
        .isInstanceOf(UnknownQueueException.class);
    assertThatThrownBy(() -> engine.queues().keys("nowhere", 10, null))
        .isInstanceOf(UnknownQueueException.class);
    assertThatThrownBy(() -> engine.queues().setLimit("nowhere", 1))
        .isInstanceOf(UnknownQueueException.class);
    assertThat(engine.queues().list()).as("nothing is left behind").hasSize(3);
  }

  @Test
  void whatCannotBeALimitIsRefused() {
    assertThatThrownBy(() -> engine.queues().setLimit(OWN, -1))
        .isInstanceOf(InvalidOptionException.class);
    assertThatThrownBy(() -> engine.queues().setTotalLimit(OWN, -1))
        .isInstanceOf(InvalidOptionException.class);
    assertThatThrownBy(() -> engine.queues().list(0, null))
        .isInstanceOf(InvalidOptionException.class);
    assertThatThrownBy(() -> engine.queues().keys(OWN, 1_001, null))
        .isInstanceOf(InvalidOptionException.class);
  }

  @Test
  void aPausedEngineStartsNothingWhateverItsQueuesSay() {
    engine.pause();
    engine.pause();
    trigger(1);
    engine.queues().pause(OWN);
    engine.queues().resume(OWN);
    assertThat(running()).isZero();
    engine.resume();
    assertThat(running()).isEqualTo(1);
  }

  @Test
  void closingAPausedEngineKeepsItsQueue() {
    InMemoryStore store = new InMemoryStore();
    TestEngine first = TestEngine.start(store, builder -> builder.register(gated));
    first.tasks().trigger(gated, "runs");
    first.settle();
    first.pause();
    RunHandle<String> left = first.tasks().trigger(gated, "x");
    gates.remove().open();
    first.close(Duration.ofSeconds(10));
    try (TestEngine second = TestEngine.start(store, builder -> builder.register(gated))) {
      second.settle();
      assertThat(second.runs().retrieve(left).status())
          .as("a pause of the engine is not persisted")
          .isEqualTo(RunStatus.EXECUTING);
    }
  }

  @Test
  void aResumeWhileTheEngineClosesStartsNothing() throws Exception {
    trigger(3);
    Thread closing = Thread.ofVirtual().start(() -> engine.close(Duration.ofSeconds(20)));
    while (gates.size() == 2 && closing.isAlive()) {
      try {
        engine.resume(); // sooner or later it comes while the engine drains
      } catch (dev.pawl.EngineClosedException e) {
        break;
      }
      if (closing.getState() == Thread.State.WAITING
          || closing.getState() == Thread.State.TIMED_WAITING) {
        engine.resume();
        break;
      }
    }
    gates.forEach(Gate::open);
    closing.join();
    assertThat(gates).as("bodies that were entered").hasSize(2);
  }

  @Test
  void aTriggerThatNamesNoQueueDeclaresNothing() {
    engine.tasks().trigger(gated, "x", options().queue(OWN, 7));
    engine.tasks().trigger(gated, "x");
    assertThat(engine.queues().retrieve(OWN).concurrencyLimit()).hasValue(7);
    engine.crash();
    assertThat(engine.queues().retrieve(OWN).concurrencyLimit())
        .as("an opening declares what the tasks say")
        .hasValue(2);
  }
}
