package dev.pawl.samples.benchmarks;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A histogram of durations, exact to 1.6 %: each power of two is cut into 64 parts. Any thread may
 * add.
 */
final class Latencies {
  private static final int BITS = 6;
  private static final int PARTS = 1 << BITS;

  private final AtomicLongArray counts = new AtomicLongArray((64 - BITS) * PARTS);

  void add(long nanos) {
    counts.incrementAndGet(slot(Math.max(0, nanos)));
  }

  private static int slot(long nanos) {
    int shift = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(nanos) - BITS - 1);
    return (shift << BITS) + (int) (nanos >>> shift);
  }

  private static long middle(int slot) {
    int shift = Math.max(0, (slot >> BITS) - 1);
    long low = (long) (slot - (shift << BITS)) << shift;
    return low + (1L << shift) / 2;
  }

  long count() {
    long sum = 0;
    for (int i = 0; i < counts.length(); i++) {
      sum += counts.get(i);
    }
    return sum;
  }

  /** The duration that a share of them, from 0 to 1, does not exceed; zero where there is none. */
  double millis(double share) {
    long rank = (long) Math.ceil(share * count());
    for (int i = 0; i < counts.length(); i++) {
      rank -= counts.get(i);
      if (rank <= 0) {
        return middle(i) / 1e6;
      }
    }
    return 0;
  }
}
