package dev.pawl.internal.exec;

/**
 * Tells whether a platform thread waits: one that was woken looks parked until the machine lets it
 * run, so it has to look so for a while.
 */
public final class ParkWatch {
  private static final long SURELY_NANOS = 50_000_000;
  private volatile long since = System.nanoTime();

  /**
   * Looks at it once more.
   *
   * @param parked whether it looks parked now
   * @param from a {@link System#nanoTime}: how it looked before does not count, since it may have
   *     been woken meanwhile
   */
  public boolean isSurelyParked(boolean parked, long from) {
    long now = System.nanoTime();
    if (!parked) {
      since = now;
      return false;
    }
    if (since - from < 0) {
      since = now;
    }
    return now - since > SURELY_NANOS;
  }
}
