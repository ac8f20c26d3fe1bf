package dev.pawl.internal.metrics;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The names that may become values of a tag: the first so many, and one value for all others. Each
 * value is a time series that is kept for ever, and names of queues may come from whoever triggers.
 * Any thread may ask.
 */
final class Bound {
  /** What stands for every further name. */
  static final String OTHER = "other";

  private final int most;
  private final Set<String> names = ConcurrentHashMap.newKeySet();

  Bound(int most) {
    this.most = most;
  }

  /** The value for a name; the same each time, unless names race for the last places. */
  String of(String name) {
    if (names.contains(name)) {
      return name;
    }
    return names.size() < most && names.add(name) ? name : OTHER;
  }
}
