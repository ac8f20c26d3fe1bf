package dev.pawl.simulation;

import dev.pawl.internal.loop.EndHooks;
import java.util.LinkedHashSet;
import java.util.Set;

/** Hooks that are run when the simulation says so. */
final class Hooked implements EndHooks {
  private final Set<Long> owed = new LinkedHashSet<>();

  @Override
  public boolean wants(String taskId) {
    return taskId.equals("one") || taskId.equals("late");
  }

  @Override
  public void ended(long runId) {
    owed.add(runId);
  }

  @Override
  public boolean isOwed(long runId) {
    return owed.contains(runId);
  }

  @Override
  public void paid(long runId) {
    owed.remove(runId);
  }

  /** Whose hooks have not run. */
  Set<Long> owed() {
    return owed;
  }
}
