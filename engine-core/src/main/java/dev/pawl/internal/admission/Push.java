package dev.pawl.internal.admission;

/**
 * What a trigger does to a delayed run that its debounce key is bound to. Times and durations are
 * microseconds.
 */
public sealed interface Push {

  /**
   * The run is due then.
   *
   * @param dueAt never earlier than before
   */
  record To(long dueAt) implements Push {}

  /**
   * The push would move the run past its bound: the key leaves it, it keeps its time, and a new run
   * is made.
   */
  record WindowClosed() implements Push {}

  /**
   * Decides: {@code now + delay}, if that is later than the present due time, unless it lies past
   * {@code createdAt + maxDelay}. So a run starts no later than its bound, and is never hurried.
   *
   * @param maxDelay {@link Long#MAX_VALUE} for no bound
   */
  static Push decide(long dueAt, long createdAt, long delay, long maxDelay, long now) {
    long pushed = now + delay;
    boolean pastBound = maxDelay != Long.MAX_VALUE && pushed > createdAt + maxDelay;
    return pastBound ? new WindowClosed() : new To(Math.max(dueAt, pushed));
  }
}
