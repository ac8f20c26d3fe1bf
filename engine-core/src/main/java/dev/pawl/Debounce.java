package dev.pawl;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes one run of many triggers: while a run that was triggered with the same task and key is
 * {@code DELAYED}, a trigger returns that run and pushes it to {@code now + delay}, if that is
 * later. A run in any other status leaves the key free. Immutable; each method returns a changed
 * copy.
 */
public final class Debounce {
  private static final int MAX_KEY_LENGTH = 512;
  private static final Duration MIN_DELAY = Duration.ofSeconds(1);

  /** Whose payload and options the run has. */
  public enum Mode {
    /** Those of the first trigger. The default. */
    LEADING,
    /**
     * Those of the last: its payload, and where it gives them its metadata, tags, maxAttempts,
     * maxDuration and machine. Time to live, priority, queue, keys and region stay those of the
     * first.
     */
    TRAILING
  }

  private final String key;
  private final @Nullable Duration delay;
  private final @Nullable Duration maxDelay;
  private final Mode mode;

  private Debounce(String key, @Nullable Duration delay, @Nullable Duration maxDelay, Mode mode) {
    this.key = key;
    this.delay = delay;
    this.maxDelay = maxDelay;
    this.mode = mode;
  }

  /**
   * A debounce that still needs its {@link #delay}.
   *
   * @param key 1 to 512 characters; together with the task it says which triggers belong together
   * @throws InvalidOptionException if the key is blank or too long
   */
  public static Debounce key(String key) {
    if (key.isBlank() || key.length() > MAX_KEY_LENGTH) {
      throw new InvalidOptionException(
          "debounce key " + Text.quote(key) + " must have 1 to " + MAX_KEY_LENGTH + " characters");
    }
    return new Debounce(key, null, null, Mode.LEADING);
  }

  /**
   * How long after the last trigger the run is enqueued. Required.
   *
   * @throws InvalidOptionException if it is shorter than a second or longer than 100 years
   */
  public Debounce delay(Duration delay) {
    Durations.checkRange("debounce delay", delay);
    if (delay.compareTo(MIN_DELAY) < 0) {
      throw new InvalidOptionException("debounce delay must be at least one second: " + delay);
    }
    return new Debounce(key, delay, maxDelay, mode);
  }

  /** As {@link #delay(Duration)}, with a duration such as {@code "5s"}; never a date. */
  public Debounce delay(String delay) {
    return delay(Durations.parse("debounce delay", delay));
  }

  /**
   * No push moves the run past its creation plus this; a trigger that would makes a new run
   * instead, and the old one keeps its time. Default: no bound.
   *
   * @throws InvalidOptionException when the run is triggered, if it is not longer than {@code
   *     delay}
   */
  public Debounce maxDelay(Duration maxDelay) {
    return new Debounce(key, delay, Durations.checkRange("debounce maxDelay", maxDelay), mode);
  }

  /** As {@link #maxDelay(Duration)}, with a duration such as {@code "5m"}. */
  public Debounce maxDelay(String maxDelay) {
    return maxDelay(Durations.parse("debounce maxDelay", maxDelay));
  }

  /** The first trigger's payload and options stay. The default. */
  public Debounce leading() {
    return new Debounce(key, delay, maxDelay, Mode.LEADING);
  }

  /** This trigger's payload and options replace those of the run. */
  public Debounce trailing() {
    return new Debounce(key, delay, maxDelay, Mode.TRAILING);
  }

  /** The key, within its task. */
  public String key() {
    return key;
  }

  /** The delay, or null where it was not set yet. */
  public @Nullable Duration delay() {
    return delay;
  }

  /** The bound, or null. */
  public @Nullable Duration maxDelay() {
    return maxDelay;
  }

  /** Whose payload and options the run gets. */
  public Mode mode() {
    return mode;
  }

  /**
   * Checks that it is complete.
   *
   * @throws InvalidOptionException if the delay is missing, or {@code maxDelay} is not longer
   */
  Debounce checked() {
    Duration needed = delay;
    if (needed == null) {
      throw new InvalidOptionException(
          "debounce " + Text.quote(key) + " needs a delay: Debounce.key(…).delay(\"5s\")");
    }
    if (maxDelay != null && maxDelay.compareTo(needed) <= 0) {
      throw new InvalidOptionException(
          "debounce maxDelay " + maxDelay + " must be longer than its delay " + needed);
    }
    return this;
  }

  @Override
  public String toString() {
    return "Debounce[" + key + ", " + delay + ", " + maxDelay + ", " + Objects.toString(mode) + "]";
  }
}
