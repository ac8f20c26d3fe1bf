package dev.pawl.internal.loop;

import dev.pawl.spi.RunStore;
import java.util.List;

/** The ends that hooks have yet to hear of: the store keeps them until the hooks have run. */
final class OwedHooks {
  private static final int PAGE = 10_000;
  private final RunStore store;
  private final EndHooks hooks;
  private final Pruner pruner;

  OwedHooks(RunStore store, EndHooks hooks, Pruner pruner) {
    this.store = store;
    this.hooks = hooks;
    this.pruner = pruner;
  }

  /** What a former life, or this one in its recovery, has ended and not told to the hooks. */
  void tell() {
    long after = 0;
    List<Long> page;
    do {
      page = store.hooksOwed(after, PAGE);
      page.forEach(hooks::ended);
      after = page.isEmpty() ? after : page.getLast();
    } while (page.size() == PAGE);
  }

  /** The hooks of a run have run. */
  void paid(Turn turn, Command.HooksRun command) {
    if (!hooks.isOwed(command.runId())) {
      return; // told twice, because a turn broke off
    }
    turn.payHooks(command.runId());
    turn.after(
        () -> {
          hooks.paid(command.runId());
          pruner.released(command.runId());
        });
  }
}
