package dev.pawl.internal.loop;

import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Every run that has not ended, by its id. */
final class LiveRuns {
  private final Map<Long, LiveRun> resident = new HashMap<>();

  /** A run, to be told something or to be changed; null where it is not live. */
  @Nullable LiveRun find(long id) {
    return resident.get(id);
  }

  /**
   * A run that is in memory; null where it is not. Enough for whoever looks for a run that has ever
   * started, or that somebody waits for.
   */
  @Nullable LiveRun resident(long id) {
    return resident.get(id);
  }

  boolean contains(long id) {
    return resident.containsKey(id);
  }

  /** A run begins its life, or is taken over. */
  void add(LiveRun run) {
    resident.put(run.id(), run);
  }

  /** A run has ended. */
  void remove(LiveRun run) {
    resident.remove(run.id());
  }

  /** The runs that are in memory: all that have ever started are. */
  Collection<LiveRun> inMemory() {
    return Collections.unmodifiableCollection(resident.values());
  }

  int size() {
    return resident.size();
  }

  void clear() {
    resident.clear();
  }
}
