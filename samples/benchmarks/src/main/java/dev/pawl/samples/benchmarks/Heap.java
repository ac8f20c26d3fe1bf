package dev.pawl.samples.benchmarks;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;

/** What is on the heap of this JVM. */
final class Heap {
  private static final int COLLECTIONS = 3;

  private Heap() {}

  /**
   * The bytes that are reachable: several collections, since the first may leave cleaners to run.
   */
  static long live() {
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  /** How long collectors have run since this JVM began. */
  static long collectingMillis() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .mapToLong(GarbageCollectorMXBean::getCollectionTime)
        .sum();
  }
}
