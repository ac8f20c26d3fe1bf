package dev.pawl.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Limits;
import dev.pawl.WaitCycleException;
import dev.pawl.spi.BatchRow;
import dev.pawl.spi.JournalRow;
import dev.pawl.spi.Micros;
import dev.pawl.spi.RunStore;
import dev.pawl.testing.InMemoryStore;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Two runs: one streams a batch and waits for the other in between, which waits for the end of the
 * batch. Whichever begins to wait last is refused.
 */
class StreamCycleTest {
  private final InMemoryStore memory = new InMemoryStore();
  private final List<Attempt> entered = new ArrayList<>();
  private RunStore store = memory.open();
  private DrivenLoop loop = open();
  private final Attempt streaming = enter();
  private Attempt other = enter();
  private final OpenBatch batch = new OpenBatch((OpenBatch.Key) null, false);

  private DrivenLoop open() {
    entered.clear();
    DrivenLoop opened = new DrivenLoop(BareLoop.parts(store, Limits.defaults(), entered));
    opened.begin();
    opened.post(new Command.Pause(false, new Reply<>()));
    opened.step();
    return opened;
  }

  private Attempt enter() {
    loop.post(BareLoop.trigger(0));
    loop.step();
    return entered.getLast();
  }

  @BeforeEach
  void beginToStream() {
    part(BatchRow.State.OPEN, BareLoop.trigger(0).request());
  }

  private void part(BatchRow.State state, TriggerRequest... items) {
    loop.post(
        new Command.BatchTrigger(
            new Command.BatchPart(batch, List.of(items), 1, state, null),
            caller(streaming, JournalRow.Kind.BATCH),
            new Reply<>()));
    loop.step();
  }

  private static Caller caller(Attempt attempt, JournalRow.Kind kind) {
    return new Caller(attempt, true, kind, "", 0);
  }

  private Reply<WaitEnd> await(Attempt waiting, Attempt target) {
    return await(caller(waiting, JournalRow.Kind.AWAIT), target);
  }

  private Reply<WaitEnd> await(Caller waiting, Attempt target) {
    Command.AwaitRun command =
        new Command.AwaitRun(
            target.runId(), waiting, Command.NOT_RECORDED, Micros.NEVER, new Reply<>());
    loop.post(command);
    loop.step();
    return command.reply();
  }

  private Reply<WaitEnd> awaitBatch(Attempt waiting) {
    long batchId = store.openBatches().getFirst().id();
    Command.AwaitBatch command =
        new Command.AwaitBatch(
            batchId, null, caller(waiting, JournalRow.Kind.BATCH_AND_WAIT), 0, new Reply<>());
    loop.post(command);
    loop.step();
    return command.reply();
  }

  private void crash() {
    memory.crash();
    store = memory.open();
    loop = open();
  }

  private static void assertRefused(Reply<WaitEnd> reply) {
    assertThat(reply.future().exceptionNow()).isInstanceOf(WaitCycleException.class);
  }

  @Test
  void isRefusedToTheOneThatWaitsForTheBatchLast() {
    assertThat(await(streaming, other).future()).isNotDone();
    assertRefused(awaitBatch(other));
  }

  @Test
  void isRefusedToTheOneThatStreamsAndWaitsLast() {
    assertThat(awaitBatch(other).future()).isNotDone();
    assertRefused(await(streaming, other));
  }

  @Test
  void isRefusedWhereTheOneThatStreamsIsToBeEnteredAgain() {
    Reply<WaitEnd> waits = await(streaming, other);
    assertThat(waits.future()).isNotDone();
    crash();
    other = entered.getFirst();
    assertRefused(awaitBatch(other));
  }

  @Test
  void isRefusedWhereNobodyCarriesTheBatchOn() {
    crash();
    Attempt again = entered.getFirst();
    other = entered.get(1);
    assertThat(await(again, other).future()).isNotDone();
    assertRefused(awaitBatch(other));
  }

  @Test
  void doesNotConcernAThreadThatIsNotTheRunsOwn() {
    assertThat(awaitBatch(other).future()).isNotDone();
    Caller foreign = new Caller(streaming, false, JournalRow.Kind.AWAIT, "", 0);
    assertThat(await(foreign, other).future()).isNotDone();
  }

  /**
   * A run waits for the end of the batch, an item for the run; the process dies before the run
   * could look at the closed batch, and be refused.
   */
  @Test
  void isFoundWhereTheNextProcessTakesItOver() {
    Attempt item = entered.getLast();
    awaitBatch(other);
    await(item, other);
    loop.post(new Command.Pause(true, new Reply<>()));
    part(BatchRow.State.SEALED);
    crash();
    assertThat(entered)
        .extracting(Attempt::runId)
        .containsExactlyInAnyOrder(streaming.runId(), other.runId());
  }
}
