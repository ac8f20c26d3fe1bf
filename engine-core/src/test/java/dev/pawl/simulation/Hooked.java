package dev.pawl.simulation;

import dev.pawl.internal.loop.Command;
import dev.pawl.internal.loop.EndHooks;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Hooks that are run when the simulation says so, each once in a life, and asked about as such. */
final class Hooked implements EndHooks {
  private final Consumer<Command> loop;

  /** Whose ends were told, and whether their hooks have run. */
  private final Map<Long, Boolean> owed = new LinkedHashMap<>();

  Hooked(Consumer<Command> loop) {
    this.loop = loop;
  }

  @Override
  public boolean wants(String taskId) {
    return taskId.equals("one") || taskId.equals("late");
  }

  @Override
  public void ended(long runId) {
    if (Boolean.TRUE.equals(owed.putIfAbsent(runId, false))) {
      loop.accept(new Command.HooksRun(runId)); // it has forgotten that it was told
    }
  }

  @Override
  public boolean isOwed(long runId) {
    return owed.containsKey(runId);
  }

  @Override
  public void paid(long runId) {
    owed.remove(runId);
  }

  /** Runs the hooks of the end that was told first. */
  void runNext() {
    for (Map.Entry<Long, Boolean> each : owed.entrySet()) {
      if (!each.getValue()) {
        each.setValue(true);
        loop.accept(new Command.HooksRun(each.getKey()));
        return;
      }
    }
  }
}
