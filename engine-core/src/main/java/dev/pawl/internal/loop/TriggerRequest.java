package dev.pawl.internal.loop;

import dev.pawl.Queue;
import dev.pawl.spi.BindingRow;
import dev.pawl.spi.StoredValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One run to be created, checked and resolved as far as its caller can: options of trigger, task
 * and engine are merged. Durations and instants are microseconds.
 *
 * @param delay how long after the trigger it is enqueued; counts only where {@code delayUntil} is
 *     not set
 * @param delayUntil when it is enqueued, or {@link dev.pawl.spi.Micros#NONE}
 * @param ttl its time to live, 0 for none
 * @param queue its queue
 * @param maxDuration how long an attempt may be active, 0 for no bound
 * @param machine the machine preset it asks for, or null
 * @param region the lane its bodies run on, or null for the default one
 * @param replayOf the run it replays, 0 for none
 * @param payloadHash a hash of the payload
 * @param key its idempotency key, or null
 * @param debounce its debounce, or null
 * @param declaresQueue whether the trigger itself names the queue, so that what it says of it
 *     counts from now on; what a task declares was taken when the task was registered
 * @param trace what a tracer needs to go on with the trigger's trace, or null
 */
public record TriggerRequest(
    String taskId,
    StoredValue payload,
    long delay,
    long delayUntil,
    long ttl,
    int maxAttempts,
    long priority,
    Queue queue,
    @Nullable String concurrencyKey,
    List<String> tags,
    @Nullable String metadata,
    long maxDuration,
    @Nullable String machine,
    @Nullable String region,
    long replayOf,
    long payloadHash,
    @Nullable Key key,
    @Nullable Debouncing debounce,
    boolean declaresQueue,
    @Nullable String trace) {

  /** The same request with its payload kept in another way; its hash stays what it was. */
  public TriggerRequest withPayload(StoredValue kept) {
    return new TriggerRequest(
        taskId,
        kept,
        delay,
        delayUntil,
        ttl,
        maxAttempts,
        priority,
        queue,
        concurrencyKey,
        tags,
        metadata,
        maxDuration,
        machine,
        region,
        replayOf,
        payloadHash,
        key,
        debounce,
        declaresQueue,
        trace);
  }

  /** The same request as part of a trace; itself where there is none. */
  public TriggerRequest withTrace(@Nullable String trace) {
    return trace == null
        ? this
        : new TriggerRequest(
            taskId,
            payload,
            delay,
            delayUntil,
            ttl,
            maxAttempts,
            priority,
            queue,
            concurrencyKey,
            tags,
            metadata,
            maxDuration,
            machine,
            region,
            replayOf,
            payloadHash,
            key,
            debounce,
            declaresQueue,
            trace);
  }

  /**
   * An idempotency key.
   *
   * @param id what identifies it
   * @param ttl how long it stays bound
   * @param rejectsConflict whether a hit with another payload is refused
   * @param text the key as the user wrote it
   * @param scope its scope
   */
  public record Key(
      BindingRow.Key id, long ttl, boolean rejectsConflict, String text, String scope) {}

  /**
   * A debounce.
   *
   * @param key what identifies it within the task
   * @param delay how far a trigger pushes the run
   * @param maxDelay how far after its creation a run may be pushed; {@link
   *     dev.pawl.spi.Micros#NEVER} for no bound
   * @param trailing whether this trigger's payload and options replace the run's
   * @param given which options this trigger gives itself: a trailing one replaces only those
   */
  public record Debouncing(String key, long delay, long maxDelay, boolean trailing, Given given) {}

  /** Which options a trigger gives itself, rather than its task or the engine. */
  public record Given(boolean tags, boolean maxAttempts, boolean maxDuration, boolean machine) {}
}
