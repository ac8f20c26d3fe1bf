package dev.pawl.internal.loop;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who waits for whom, to refuse a wait that could never end. */
final class WaitGraph {
  private WaitGraph() {}

  /**
   * Whether {@code target} is the waiting run itself, or waits for it, directly or through others.
   *
   * @return the cycle in words, or null where there is none
   */
  static @Nullable String cycle(LiveRun waiting, LiveRun target) {
    Map<LiveRun, LiveRun> waitsFor = new HashMap<>();
    Deque<LiveRun> toVisit = new ArrayDeque<>();
    toVisit.add(waiting);
    waitsFor.put(waiting, target);
    while (!toVisit.isEmpty()) {
      LiveRun run = toVisit.poll();
      if (run == target) {
        return describe(target, waiting, waitsFor);
      }
      for (Waiter waiter : run.waiters) {
        LiveRun parent = waitingRun(waiter);
        if (parent != null && waitsFor.putIfAbsent(parent, run) == null) {
          toVisit.add(parent);
        }
      }
    }
    return null;
  }

  private static @Nullable LiveRun waitingRun(Waiter waiter) {
    return switch (waiter) {
      case Waiter.OpenWait wait -> wait.isOpen() ? wait.parent : null;
      case Waiter.BatchCountdown countdown ->
          countdown.wait.isOpen() ? countdown.wait.parent : null;
      case Waiter.Observer observer -> null;
    };
  }

  private static String describe(LiveRun target, LiveRun waiting, Map<LiveRun, LiveRun> waitsFor) {
    StringBuilder cycle =
        new StringBuilder(name(waiting)).append(" would wait for ").append(name(target));
    for (LiveRun run = target; run != waiting; ) {
      run = waitsFor.getOrDefault(run, waiting);
      cycle.append(", which waits for ").append(name(run));
    }
    return cycle.toString();
  }

  private static String name(LiveRun run) {
    return "run " + Ids.run(run.id()) + " of task \"" + run.taskId + "\"";
  }
}
