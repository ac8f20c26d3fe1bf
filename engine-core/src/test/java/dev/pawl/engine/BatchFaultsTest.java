package dev.pawl.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Batch;
import dev.pawl.BatchHandle;
import dev.pawl.BatchStatus;
import dev.pawl.EngineClosedException;
import dev.pawl.Limits;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.Task;
import dev.pawl.testing.FaultPoint;
import dev.pawl.testing.Hold;
import dev.pawl.testing.InMemoryStore;
import dev.pawl.testing.TestEngine;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The fault points of batches, and what a death there leaves. */
class BatchFaultsTest {
  private final AtomicInteger pulled = new AtomicInteger();

  private final Task<Integer, Integer> twice =
      Task.define("twice", Integer.class, Integer.class).run((n, run) -> 2 * n);

  private final Task<String, String> parent =
      Task.define("parent", String.class, String.class)
          .run((p, run) -> "" + run.batchTriggerAndWait(twice, source()).unwrap());

  private final TestEngine engine =
      TestEngine.start(
          new InMemoryStore(),
          builder -> builder.register(twice, parent).limits(Limits.defaults().streamChunkItems(2)));

  @AfterEach
  void close() {
    engine.close();
  }

  private java.util.stream.Stream<Integer> source() {
    return IntStream.range(0, 5).boxed().peek(n -> pulled.incrementAndGet());
  }

  private Batch only() {
    return engine
        .batch()
        .retrieve(engine.runs().list(RunQuery.all().tasks("twice")).items().getFirst().batchId());
  }

  private String play(FaultPoint point, int nth) {
    engine.faults().crashAt(point, nth);
    try {
      engine.tasks().trigger(parent, "p");
    } catch (EngineClosedException e) {
      // It dies before the trigger is answered.
    }
    engine.settle();
    assertThat(engine.faults().hasCrashed()).isTrue();
    engine.crash();
    return (String) engine.runs().list(RunQuery.all().tasks("parent")).items().getFirst().output();
  }

  @Test
  void aStreamThatDiesBetweenTwoChunksGoesOnInTheSameBatch() {
    assertThat(play(FaultPoint.BATCH_ITEM_STORED, 3)).isEqualTo("[0, 2, 4, 6, 8]");
    assertThat(pulled).as("four of the first entrance, five of the next").hasValue(4 + 5);
    assertThat(only().size()).isEqualTo(5);
    assertThat(engine.runs().stream(RunQuery.all().tasks("twice"))).hasSize(5);
  }

  @Test
  void aStreamThatIsSealedIsNotPulledAgain() {
    assertThat(play(FaultPoint.BATCH_SEALED, 1)).isEqualTo("[0, 2, 4, 6, 8]");
    assertThat(pulled).hasValue(5);
    assertThat(only().status()).isEqualTo(BatchStatus.COMPLETED);
  }

  @Test
  void theLastItemAndTheSealAreOneMoment() {
    assertThat(play(FaultPoint.BATCH_ITEM_STORED, 5)).isEqualTo("[0, 2, 4, 6, 8]");
    assertThat(pulled).hasValue(5);
  }

  @Test
  void aBatchIsHeldByItsOwnIdAndByThatOfItsRuns() throws Exception {
    BatchHandle<Integer> first = engine.tasks().batchTrigger(twice, List.of(1));
    engine.settle();
    assertThat(first.retrieve().status()).isEqualTo(BatchStatus.COMPLETED);
    // Names are known before the commit: ids ascend by one within a millisecond.
    Hold hold = engine.faults().holdAt(FaultPoint.BATCH_SEALED, next(first.id()));
    Thread thread =
        Thread.ofVirtual().start(() -> engine.tasks().batchTrigger(twice, List.of(1, 2)));
    hold.awaitReached();
    assertThat(engine.batch().retrieve(next(first.id())).size()).isEqualTo(2);
    hold.release();
    thread.join();
    engine.settle();
    List<RunHandle<?>> runs = engine.batch().retrieve(next(first.id())).runs();
    assertThat(runs).hasSize(2);
  }

  /** The id that follows a batch of one run. */
  private static String next(String batchId) {
    String run = "run_" + batchId.substring("batch_".length());
    return dev.pawl.internal.api.Probe.idOfBatch(dev.pawl.internal.api.Probe.numberOf(run) + 2);
  }
}
