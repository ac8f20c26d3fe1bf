package dev.pawl.internal.loop;

import dev.pawl.Queue;
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
 * @param queue its queue; a limit that differs from the present one is set
 * @param replayOf the run it replays, 0 for none
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
    long replayOf) {}
