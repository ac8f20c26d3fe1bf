package dev.pawl.internal.loop;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The runs that are parked while their bodies are in memory, in the order in which they were
 * parked. Nothing is noted where there may be any number of them.
 */
final class ParkedBodies {
  private final Set<LiveRun> runs = new LinkedHashSet<>();
  private final int most;

  /** None yet, and so many at the most. */
  ParkedBodies(int most) {
    this.most = most;
  }

  /** The run is parked, and its body in memory. */
  void add(LiveRun run) {
    if (most != Integer.MAX_VALUE) {
      runs.add(run);
    }
  }

  /** The run is not parked, or its body not in memory. */
  void remove(LiveRun run) {
    runs.remove(run);
  }

  /** Takes out the run that was parked first, where there are more than may be. */
  @Nullable LiveRun takeOneTooMany() {
    if (runs.size() <= most) {
      return null;
    }
    Iterator<LiveRun> first = runs.iterator();
    LiveRun run = first.next();
    first.remove();
    return run;
  }

  void clear() {
    runs.clear();
  }
}
