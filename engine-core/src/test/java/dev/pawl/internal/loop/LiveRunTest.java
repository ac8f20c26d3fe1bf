package dev.pawl.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.RunStatus;
import dev.pawl.fixtures.Rows;
import dev.pawl.spi.LiveRow;
import dev.pawl.spi.Micros;
import dev.pawl.spi.WaitRow;
import org.junit.jupiter.api.Test;

class LiveRunTest {
  private final LiveRow row = Rows.live(Rows.run(1), RunStatus.DELAYED);
  private final LiveRun run = new LiveRun(row, LiveRun.stateOf(row));

  private Waiter.OpenWait wait(int seq) {
    WaitRow wait = new WaitRow(seq, WaitRow.Kind.RUN, 1, Micros.NEVER);
    Waiter.OpenWait waiter = new Waiter.OpenWait(run, wait, null, null, false, null);
    run.addWaiter(waiter);
    return waiter;
  }

  @Test
  void whoeverStopsWaitingIsForgottenAndWhoeverWaitsIsNot() {
    Waiter lasting = wait(0);
    for (int i = 1; i < 100_000; i++) {
      wait(i).abandoned = true;
    }
    assertThat(run.waiters).hasSizeLessThan(100).contains(lasting);
  }

  @Test
  void thousandsMayWait() {
    for (int i = 0; i < 100_000; i++) {
      wait(i);
    }
    assertThat(run.waiters).hasSize(100_000);
  }
}
