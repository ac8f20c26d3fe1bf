package dev.pawl.testing;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Which rows name a run, by the run: what an index over that column is to a database. */
final class InMemoryNames {
  private final Map<Long, NavigableMap<Long, Integer>> counts = new HashMap<>();

  /** One more row of {@code by} names {@code named}. */
  void add(long named, long by) {
    counts.computeIfAbsent(named, unused -> new TreeMap<>()).merge(by, 1, Integer::sum);
  }

  /** One row of {@code by} less names {@code named}. */
  void remove(long named, long by) {
    @Nullable NavigableMap<Long, Integer> names = counts.get(named);
    if (names != null) {
      names.computeIfPresent(by, (unused, count) -> count == 1 ? null : count - 1);
      if (names.isEmpty()) {
        counts.remove(named);
      }
    }
  }

  /** Who names {@code named}: greater than {@code after}, ascending, at most {@code limit}. */
  List<Long> of(long named, long after, int limit) {
    @Nullable NavigableMap<Long, Integer> names = counts.get(named);
    return (names == null ? Collections.<Long, Integer>emptyNavigableMap() : names)
        .tailMap(after, false).keySet().stream().limit(limit).toList();
  }

  int size() {
    return counts.size();
  }
}
