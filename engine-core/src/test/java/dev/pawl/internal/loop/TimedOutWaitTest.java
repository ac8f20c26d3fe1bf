package dev.pawl.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Limits;
import dev.pawl.spi.JournalRow;
import dev.pawl.spi.Micros;
import dev.pawl.spi.RunStore;
import dev.pawl.testing.InMemoryStore;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A wait whose time was up in a process that is dead. */
class TimedOutWaitTest {
  private static final Duration HOUR = Duration.ofHours(1);

  private final InMemoryStore memory = new InMemoryStore();
  private final List<Attempt> entered = new ArrayList<>();

  private DrivenLoop open(RunStore store, Instant now) {
    DrivenLoop loop = new DrivenLoop(BareLoop.parts(store, Limits.defaults(), entered, now));
    loop.begin();
    return loop;
  }

  @Test
  void isOverForTheNextOneFromTheBeginning() {
    RunStore store = memory.open();
    DrivenLoop first = open(store, TestEngine.START);
    first.post(new Command.Pause(false, new Reply<>()));
    first.post(BareLoop.trigger(0));
    first.post(BareLoop.trigger(Micros.of(HOUR.multipliedBy(2))));
    first.step();
    Attempt waiting = entered.getFirst();
    long target = store.live(waiting.runId(), 1).getFirst().id();
    first.post(
        new Command.AwaitRun(
            target,
            new Caller(waiting, true, JournalRow.Kind.AWAIT, "", target),
            Command.NOT_RECORDED,
            Micros.of(HOUR),
            new Reply<>()));
    first.step();
    memory.crash();

    RunStore reopened = memory.open();
    DrivenLoop second = open(reopened, TestEngine.START.plus(HOUR));
    assertThat(second.figures().queued()).isZero();
    second.post(new Command.Pause(true, new Reply<>()));
    second.step();
    assertThat(reopened.journal(waiting.runId(), 0))
        .extracting(JournalRow::answer)
        .containsExactly(JournalRow.Answer.TIMED_OUT);
    memory.crash();

    DrivenLoop third = open(memory.open(), TestEngine.START.plus(HOUR));
    assertThat(third.figures().queued()).isEqualTo(1);
  }
}
