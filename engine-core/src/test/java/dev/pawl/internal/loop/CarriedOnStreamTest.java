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
import org.junit.jupiter.api.Test;

/** A stream that is carried on by another entrance of its body, after the process has died. */
class CarriedOnStreamTest {
  private final InMemoryStore memory = new InMemoryStore();
  private final List<Attempt> entered = new ArrayList<>();

  private DrivenLoop open(RunStore store) {
    entered.clear();
    DrivenLoop loop = new DrivenLoop(BareLoop.parts(store, Limits.defaults(), entered));
    loop.begin();
    loop.post(new Command.Pause(false, new Reply<>()));
    loop.step();
    return loop;
  }

  private static Caller caller(Attempt attempt, JournalRow.Kind kind) {
    return new Caller(attempt, true, kind, "", 0);
  }

  private static Command.BatchPart part(OpenBatch batch) {
    List<TriggerRequest> items = List.of(BareLoop.trigger(0).request());
    return new Command.BatchPart(batch, items, 1, BatchRow.State.OPEN, null);
  }

  /** Until it is carried on, nobody can tell the child that it is waited for. */
  @Test
  void isRefusedWhereOneOfItsRunsWaitsForTheRunThatStreams() {
    RunStore store = memory.open();
    DrivenLoop first = open(store);
    first.post(BareLoop.trigger(0));
    first.step();
    Caller streaming = caller(entered.getFirst(), JournalRow.Kind.BATCH_AND_WAIT);
    first.post(
        new Command.BatchTrigger(
            part(new OpenBatch((OpenBatch.Key) null, true)), streaming, new Reply<>()));
    first.step();
    memory.crash();

    RunStore reopened = memory.open();
    DrivenLoop second = open(reopened);
    Attempt parent = entered.getFirst();
    Attempt child = entered.getLast();
    assertThat(child.parentId()).isEqualTo(parent.runId());
    Command.AwaitRun up =
        new Command.AwaitRun(
            parent.runId(),
            caller(child, JournalRow.Kind.AWAIT),
            Command.NOT_RECORDED,
            Micros.NEVER,
            new Reply<>());
    second.post(up);
    second.step();
    BatchRow row = reopened.openBatches().getFirst();
    Command.ContinueBatch carryOn =
        new Command.ContinueBatch(
            new OpenBatch(row, true),
            List.of(child.runId()),
            caller(parent, JournalRow.Kind.BATCH_AND_WAIT),
            0,
            new Reply<>());
    second.post(carryOn);
    second.step();
    assertThat(up.reply().future()).isNotDone();
    assertThat(carryOn.reply().future().exceptionNow()).isInstanceOf(WaitCycleException.class);
  }
}
