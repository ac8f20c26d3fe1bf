package dev.pawl.internal.loop;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for whom, to refuse a wait that could never end. Who waits for the end of a batch that
 * lacks items waits for the run that streams it, where that run cannot go on with it before its own
 * wait is over.
 */
final class WaitGraph {
  private final EngineState engine;

  WaitGraph(EngineState engine) {
    this.engine = engine;
  }

  /**
   * Whether {@code target} is the waiting run itself, or waits for it, directly or through others.
   *
   * @param counted whether the thread that would wait belongs to the run
   * @return the cycle in words, or null where there is none
   */
  @Nullable String cycle(LiveRun waiting, LiveRun target, boolean counted) {
    Map<LiveRun, LiveRun> waitsFor = new HashMap<>();
    Deque<LiveRun> toVisit = new ArrayDeque<>();
    toVisit.add(waiting);
    waitsFor.put(waiting, target);
    while (!toVisit.isEmpty()) {
      LiveRun run = toVisit.poll();
      if (run == target) {
        return describe(target, waiting, waitsFor);
      }
      for (LiveRun parent : waitingFor(run, run == waiting && counted)) {
        if (waitsFor.putIfAbsent(parent, run) == null) {
          toVisit.add(parent);
        }
      }
    }
    return null;
  }

  /** Whether a run waits for itself, directly or through others. */
  boolean hasCycle(LiveRun waiting) {
    return waitingFor(waiting, false).stream()
        .anyMatch(parent -> cycle(parent, waiting, false) != null);
  }

  /** The runs that wait for a run; or would, once a thread of it waits that is about to. */
  private List<LiveRun> waitingFor(LiveRun run, boolean isAboutToWait) {
    List<LiveRun> waiting = new ArrayList<>();
    for (Waiter waiter : run.waiters) {
      LiveRun parent = waitingRun(waiter);
      if (parent != null) {
        waiting.add(parent);
      }
    }
    for (long batchId : engine.openByParent.getOrDefault(run.id(), Set.of())) {
      OpenBatch batch = engine.openBatches.get(batchId);
      if (batch != null && restsWith(run, batch, isAboutToWait)) {
        batch.closeWaits.stream()
            .filter(Waiter.OpenWait::isOpen)
            .forEach(wait -> waiting.add(wait.parent));
      }
    }
    return waiting;
  }

  /**
   * Whether a batch gets no items while the run that streams it waits: its only thread pulls them,
   * or does not carry them on; or it has to be entered again, which it will be once its only wait
   * is over. Where other threads belong to it, one of them may wait while another one streams, so
   * nothing is said then.
   */
  static boolean restsWith(LiveRun run, OpenBatch batch, boolean isAboutToWait) {
    Attempt attempt = run.attempt;
    return attempt == null
        ? batch.dormant && run.waits.size() == 1
        : (batch.pulledByRun || batch.dormant)
            && attempt.threads == 1
            && (isAboutToWait || attempt.parked == attempt.threads);
  }

  private static @Nullable LiveRun waitingRun(Waiter waiter) {
    return switch (waiter) {
      case Waiter.OpenWait wait -> wait.isOpen() ? wait.parent : null;
      case Waiter.BatchCountdown countdown -> countdown.isOpen() ? countdown.parent : null;
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
