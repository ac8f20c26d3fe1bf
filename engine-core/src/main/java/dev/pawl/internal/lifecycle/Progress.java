package dev.pawl.internal.lifecycle;

/**
 * How far a run has come: what survives every change of its status. Times are microseconds and mean
 * something only once {@code attempt} is at least 1.
 *
 * @param attempt the number of the attempt that started last, 0 before the first
 * @param incarnation how often the body was entered
 * @param firstStartedAt when the first attempt started
 * @param startedAt when the last attempt started
 */
public record Progress(int attempt, int incarnation, long firstStartedAt, long startedAt) {
  /** Nothing has started yet. */
  public static final Progress NONE = new Progress(0, 0, 0, 0);

  /** Whether any attempt has started. */
  public boolean started() {
    return attempt > 0;
  }

  /** The next attempt starts. */
  Progress next(long now) {
    return new Progress(attempt + 1, incarnation + 1, started() ? firstStartedAt : now, now);
  }

  /** The same attempt enters its body again. */
  Progress again() {
    return new Progress(attempt, incarnation + 1, firstStartedAt, startedAt);
  }
}
