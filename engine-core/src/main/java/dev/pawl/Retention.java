package dev.pawl;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How long runs are kept once they have ended, by the status in which they did: {@code
 * Retention.of(Duration.ofDays(7)).keep(RunStatus.FAILED, Duration.ofDays(90))}. Immutable; each
 * method that takes a status returns a changed copy. Default: 30 days, whatever the status.
 *
 * <p>What is past its time is deleted by the engine itself, a few runs with each commit, and with
 * it its attempts, journal, labels, large values, idempotency keys and places in batches; a batch
 * goes with its last item, and one without items as if it were a run that has completed when it was
 * closed. A run that has not ended is never deleted. A run that something still needs stays until
 * it does not: hooks that have yet to hear of its end, an idempotency key that is bound to it or to
 * its batch and has not expired, a live run whose body triggered it or waited for it, which may
 * have to be run again, a batch with a run or a parent that is live, and a batch whose items are
 * still being pulled from their stream.
 *
 * <p>The time counts from the end of the run on the engine's clock. A retention is not stored: an
 * engine that is opened with another one applies that to everything it finds.
 */
public final class Retention {
  private static final Retention DEFAULTS = of(Duration.ofDays(30));

  /** What is not in it is kept for ever. */
  private final Map<RunStatus, Duration> kept;

  private Retention(Map<RunStatus, Duration> kept) {
    this.kept = kept;
  }

  /** 30 days, whatever the status: the life of an idempotency key. */
  public static Retention defaults() {
    return DEFAULTS;
  }

  /**
   * The same time for every status.
   *
   * @throws InvalidOptionException if it is zero, negative, or longer than 100 years
   */
  public static Retention of(Duration time) {
    Durations.positive("retention", time);
    Map<RunStatus, Duration> kept = new EnumMap<>(RunStatus.class);
    for (RunStatus status : RunStatus.values()) {
      if (status.isTerminal()) {
        kept.put(status, time);
      }
    }
    return new Retention(kept);
  }

  /** Nothing is ever deleted. */
  public static Retention forever() {
    return new Retention(Map.of());
  }

  /**
   * Runs that end in this status are kept for another time.
   *
   * @throws InvalidOptionException if the status is not terminal, or the time is zero, negative, or
   *     longer than 100 years
   */
  public Retention keep(RunStatus status, Duration time) {
    return with(status, Durations.positive("retention of " + status, time));
  }

  /**
   * Runs that end in this status are never deleted.
   *
   * @throws InvalidOptionException if the status is not terminal
   */
  public Retention keepForever(RunStatus status) {
    return with(status, null);
  }

  private Retention with(RunStatus status, @Nullable Duration time) {
    if (!status.isTerminal()) {
      throw new InvalidOptionException(
          "retention is for runs that have ended; " + status + " is not the end of a run");
    }
    Map<RunStatus, Duration> changed = new EnumMap<>(RunStatus.class);
    changed.putAll(kept);
    if (time == null) {
      changed.remove(status);
    } else {
      changed.put(status, time);
    }
    return new Retention(changed);
  }

  /** How long runs that end in this status are kept; null for ever, as every live run is. */
  public @Nullable Duration time(RunStatus status) {
    return kept.get(Objects.requireNonNull(status));
  }

  @Override
  public String toString() {
    return "Retention" + kept;
  }
}
