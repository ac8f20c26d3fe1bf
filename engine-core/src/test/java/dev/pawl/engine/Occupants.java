package dev.pawl.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Counts from inside the bodies how many of them run, at every instant, against the limits in
 * force. A body counts from its first line, or from where a wait returned, until it waits or its
 * last line; its slot is taken earlier and given back later, so that there are never more here than
 * the engine has let in.
 *
 * <p>The limits are those that the engine has acknowledged. They may be changed only while it has
 * settled: then every body that was let in under the old ones is counted. A lower limit preempts
 * nobody, so what counts is whether there was room when a body came in.
 */
final class Occupants {
  static final int UNLIMITED = Integer.MAX_VALUE;

  private record Bucket(String queue, @Nullable String key) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Bucket, Integer> byKey = new HashMap<>();
  private final Map<String, Integer> byQueue = new HashMap<>();
  private final Map<String, Integer> keyLimits = new HashMap<>();
  private final Map<String, Integer> totalLimits = new HashMap<>();
  private final List<String> violations = new ArrayList<>();
  private int engineLimit;
  private final int capacity;
  private int total;
  private int weight;
  private long entries;

  Occupants(int engineLimit, int capacity) {
    this.engineLimit = engineLimit;
    this.capacity = capacity;
  }

  /** The limits of a queue from now on; a paused one has none free. */
  void limit(String queue, int perKey, int total) {
    lock.lock();
    try {
      keyLimits.put(queue, perKey);
      totalLimits.put(queue, total);
    } finally {
      lock.unlock();
    }
  }

  /** The engine's limit from now on; a paused one has none free. */
  void engineLimit(int limit) {
    lock.lock();
    try {
      engineLimit = limit;
    } finally {
      lock.unlock();
    }
  }

  void comeIn(String queue, @Nullable String key, int runWeight) {
    lock.lock();
    try {
      entries++;
      total++;
      weight += runWeight;
      int inBucket = byKey.merge(new Bucket(queue, key), 1, Integer::sum);
      int inQueue = byQueue.merge(queue, 1, Integer::sum);
      check("the engine", total, engineLimit);
      check("the capacity", weight, capacity);
      check("key " + key + " of " + queue, inBucket, keyLimits.getOrDefault(queue, UNLIMITED));
      check("all keys of " + queue, inQueue, totalLimits.getOrDefault(queue, UNLIMITED));
    } finally {
      lock.unlock();
    }
  }

  void goOut(String queue, @Nullable String key, int runWeight) {
    lock.lock();
    try {
      total--;
      weight -= runWeight;
      byKey.merge(new Bucket(queue, key), -1, Integer::sum);
      byQueue.merge(queue, -1, Integer::sum);
    } finally {
      lock.unlock();
    }
  }

  /** How many bodies of a queue run. */
  int in(String queue) {
    lock.lock();
    try {
      return byQueue.getOrDefault(queue, 0);
    } finally {
      lock.unlock();
    }
  }

  /** What the bodies weigh. */
  int weight() {
    lock.lock();
    try {
      return weight;
    } finally {
      lock.unlock();
    }
  }

  int total() {
    lock.lock();
    try {
      return total;
    } finally {
      lock.unlock();
    }
  }

  /** How often a body came in. */
  long entries() {
    lock.lock();
    try {
      return entries;
    } finally {
      lock.unlock();
    }
  }

  List<String> violations() {
    lock.lock();
    try {
      return List.copyOf(violations);
    } finally {
      lock.unlock();
    }
  }

  private void check(String what, int count, int limit) {
    if (count > limit) {
      violations.add("V5: " + count + " in " + what + ", whose limit is " + limit);
    }
  }
}
