package dev.pawl;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How one run is triggered. Immutable; each method returns a changed copy, and the same value
 * serves every way to trigger. {@link #options()} is the empty one.
 *
 * <p>What is not set here comes from the task, and then from the engine.
 */
public final class TriggerOptions {
  private static final Duration DEFAULT_KEY_TTL = Duration.ofDays(30);
  private static final TriggerOptions EMPTY = new TriggerOptions();
  private static final int MAX_KEY_LENGTH = 256;

  private @Nullable Duration delay;
  private @Nullable Instant delayUntil;
  private @Nullable Duration ttl;
  private @Nullable Queue queue;
  private @Nullable String concurrencyKey;
  private @Nullable Integer maxAttempts;
  private Duration priority = Duration.ZERO;
  private List<String> tags = List.of();
  private @Nullable Map<String, ?> metadata;
  private boolean tagsGiven;
  private @Nullable IdempotencyKey idempotencyKey;
  private Duration idempotencyKeyTtl = DEFAULT_KEY_TTL;
  private PayloadConflict onPayloadConflict = PayloadConflict.RETURN;
  private @Nullable Debounce debounce;

  private TriggerOptions() {}

  private TriggerOptions(TriggerOptions from) {
    this.delay = from.delay;
    this.delayUntil = from.delayUntil;
    this.ttl = from.ttl;
    this.queue = from.queue;
    this.concurrencyKey = from.concurrencyKey;
    this.maxAttempts = from.maxAttempts;
    this.priority = from.priority;
    this.tags = from.tags;
    this.metadata = from.metadata;
    this.tagsGiven = from.tagsGiven;
    this.idempotencyKey = from.idempotencyKey;
    this.idempotencyKeyTtl = from.idempotencyKeyTtl;
    this.onPayloadConflict = from.onPayloadConflict;
    this.debounce = from.debounce;
  }

  /** No option set. */
  public static TriggerOptions options() {
    return EMPTY;
  }

  /**
   * Enqueues the run only after this time; zero means at once. Replaces an earlier {@code delay}.
   *
   * @throws InvalidOptionException if it is negative or longer than 100 years
   */
  public TriggerOptions delay(Duration delay) {
    TriggerOptions copy = new TriggerOptions(this);
    copy.delay = Durations.checkRange("delay", delay);
    copy.delayUntil = null;
    return copy;
  }

  /**
   * Enqueues the run at this instant; a past one means at once. Replaces an earlier {@code delay}.
   */
  public TriggerOptions delay(Instant until) {
    TriggerOptions copy = new TriggerOptions(this);
    copy.delay = null;
    copy.delayUntil = Objects.requireNonNull(until);
    return copy;
  }

  /**
   * A duration such as {@code "1h52m18s"} or {@code "PT1H"}, or an ISO-8601 date-time with an
   * offset such as {@code "2030-01-01T09:00:00+01:00"}.
   *
   * @throws InvalidOptionException if it is neither
   */
  public TriggerOptions delay(String delay) {
    if (delay.length() > 10 && delay.charAt(4) == '-') {
      try {
        return delay(OffsetDateTime.parse(delay).toInstant());
      } catch (DateTimeParseException e) {
        throw new InvalidOptionException(
            "delay "
                + Text.quote(delay)
                + " is not a date-time with an offset, such as \"2030-01-01T09:00:00+01:00\"",
            e);
      }
    }
    return delay(Durations.parse("delay", delay));
  }

  /**
   * How long the run may stand in its queue before its first start; counts from the enqueueing.
   * {@link Duration#ZERO} means none, also against a default of the task or the engine.
   *
   * @throws InvalidOptionException if it is negative or longer than 100 years
   */
  public TriggerOptions ttl(Duration ttl) {
    TriggerOptions copy = new TriggerOptions(this);
    copy.ttl = Durations.checkRange("ttl", ttl);
    return copy;
  }

  /** As {@link #ttl(Duration)}, with a duration such as {@code "1h"}. */
  public TriggerOptions ttl(String ttl) {
    return ttl(Durations.parse("ttl", ttl));
  }

  /**
   * Puts the run into this queue instead of its task's; the task's own queue does not count it.
   *
   * @throws InvalidOptionException if the name is not 1 to 128 letters, digits and {@code _ - . /
   *     :}
   */
  public TriggerOptions queue(String name) {
    return queue(Queue.named(name));
  }

  /**
   * As {@link #queue(String)}; creates the queue with this limit, or changes its limit: the last
   * writer wins.
   */
  public TriggerOptions queue(String name, int concurrencyLimit) {
    return queue(Queue.named(name).concurrencyLimit(concurrencyLimit));
  }

  /** As {@link #queue(String, int)} with a declared queue. */
  public TriggerOptions queue(Queue queue) {
    TriggerOptions copy = new TriggerOptions(this);
    copy.queue = Objects.requireNonNull(queue);
    return copy;
  }

  /**
   * Puts the run into the sub-queue of this key, which has the queue's full limit for itself.
   *
   * @param key 1 to 256 characters
   * @throws InvalidOptionException if the key is empty or too long
   */
  public TriggerOptions concurrencyKey(String key) {
    if (key.isEmpty() || key.length() > MAX_KEY_LENGTH) {
      throw new InvalidOptionException(
          "concurrencyKey "
              + Text.quote(key)
              + " must have 1 to "
              + MAX_KEY_LENGTH
              + " characters");
    }
    TriggerOptions copy = new TriggerOptions(this);
    copy.concurrencyKey = key;
    return copy;
  }

  /**
   * How many attempts the run may use, whatever its task says; 1 means no retry.
   *
   * @throws InvalidOptionException if it is less than 1
   */
  public TriggerOptions maxAttempts(int maxAttempts) {
    TriggerOptions copy = new TriggerOptions(this);
    copy.maxAttempts = Retry.checkAttempts(maxAttempts);
    return copy;
  }

  /**
   * Head start inside its queue, in seconds; negative pushes the run back in order but never hides
   * it.
   */
  public TriggerOptions priority(long seconds) {
    return priority(Duration.ofSeconds(seconds));
  }

  /**
   * As {@link #priority(long)}, with a duration.
   *
   * @throws InvalidOptionException if it is longer than 100 years in either direction
   */
  public TriggerOptions priority(Duration headStart) {
    if (headStart.compareTo(Durations.MAX) > 0
        || headStart.compareTo(Durations.MAX.negated()) < 0) {
      throw new InvalidOptionException(
          "priority is " + headStart + "; it must lie within 100 years in either direction");
    }
    TriggerOptions copy = new TriggerOptions(this);
    copy.priority = headStart;
    return copy;
  }

  /**
   * Labels to find the run by; replaces earlier ones, drops duplicates.
   *
   * @param tags at most 10, each of 1 to 128 characters
   */
  public TriggerOptions tags(String... tags) {
    return tags(Arrays.asList(tags));
  }

  /** As {@link #tags(String...)}. */
  public TriggerOptions tags(List<String> tags) {
    TriggerOptions copy = new TriggerOptions(this);
    copy.tags = List.copyOf(new LinkedHashSet<>(tags));
    copy.tagsGiven = true;
    return copy;
  }

  /** A JSON object stored with the run, at most 256 KiB; encoded when the run is triggered. */
  public TriggerOptions metadata(Map<String, ?> metadata) {
    TriggerOptions copy = new TriggerOptions(this);
    copy.metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    return copy;
  }

  /**
   * Triggers only once: while the key is bound, the run that it names is returned and every other
   * option of this call is ignored.
   */
  public TriggerOptions idempotencyKey(IdempotencyKey key) {
    TriggerOptions copy = new TriggerOptions(this);
    copy.idempotencyKey = Objects.requireNonNull(key);
    return copy;
  }

  /** As {@link #idempotencyKey(IdempotencyKey)}, with a key of these parts in the default scope. */
  public TriggerOptions idempotencyKey(String... parts) {
    return idempotencyKey(IdempotencyKey.of(parts));
  }

  /**
   * How long the key stays bound, from this trigger. Default: 30 days. The time of the trigger that
   * created the run counts.
   *
   * @throws InvalidOptionException if it is zero, negative or longer than 100 years
   */
  public TriggerOptions idempotencyKeyTtl(Duration ttl) {
    TriggerOptions copy = new TriggerOptions(this);
    copy.idempotencyKeyTtl = Durations.positive("idempotencyKeyTtl", ttl);
    return copy;
  }

  /** As {@link #idempotencyKeyTtl(Duration)}, with a duration such as {@code "7d"}. */
  public TriggerOptions idempotencyKeyTtl(String ttl) {
    return idempotencyKeyTtl(Durations.parse("idempotencyKeyTtl", ttl));
  }

  /** What to do where the key names a run with another payload. Default: return it. */
  public TriggerOptions onPayloadConflict(PayloadConflict conflict) {
    TriggerOptions copy = new TriggerOptions(this);
    copy.onPayloadConflict = Objects.requireNonNull(conflict);
    return copy;
  }

  /**
   * Makes one run of many triggers.
   *
   * @throws InvalidOptionException if its delay is missing, or its {@code maxDelay} is not longer
   *     than its delay
   */
  public TriggerOptions debounce(Debounce debounce) {
    TriggerOptions copy = new TriggerOptions(this);
    copy.debounce = debounce.checked();
    return copy;
  }

  /** The idempotency key, or null. */
  public @Nullable IdempotencyKey idempotencyKey() {
    return idempotencyKey;
  }

  /** How long the idempotency key stays bound. */
  public Duration idempotencyKeyTtl() {
    return idempotencyKeyTtl;
  }

  /** What to do where the key names a run with another payload. */
  public PayloadConflict onPayloadConflict() {
    return onPayloadConflict;
  }

  /** The debounce, or null. */
  public @Nullable Debounce debounce() {
    return debounce;
  }

  /** Whether tags were given, be it none: a trailing debounce replaces the run's tags only then. */
  public boolean tagsGiven() {
    return tagsGiven;
  }

  /** The delay where it is a duration, otherwise null. */
  public @Nullable Duration delay() {
    return delay;
  }

  /** The delay where it is an instant, otherwise null. */
  public @Nullable Instant delayUntil() {
    return delayUntil;
  }

  /** The time to live; zero for explicitly none, null where it is not set. */
  public @Nullable Duration ttl() {
    return ttl;
  }

  /** The queue, or null where it is the task's. */
  public @Nullable Queue queue() {
    return queue;
  }

  /** The concurrency key, or null. */
  public @Nullable String concurrencyKey() {
    return concurrencyKey;
  }

  /** The number of attempts, or null where it is the task's. */
  public @Nullable Integer maxAttempts() {
    return maxAttempts;
  }

  /** The head start; zero by default. */
  public Duration priority() {
    return priority;
  }

  /** The tags, without duplicates. */
  public List<String> tags() {
    return tags;
  }

  /** The metadata, or null where there is none. */
  public @Nullable Map<String, ?> metadata() {
    return metadata;
  }
}
