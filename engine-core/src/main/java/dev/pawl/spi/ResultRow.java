package dev.pawl.spi;

import dev.pawl.RunError;
import dev.pawl.RunStatus;
import org.jspecify.annotations.Nullable;

/**
 * How a run ended: written once, in the commit that ends it.
 *
 * @param id the run's id
 * @param status one of the terminal statuses
 * @param attempt how many attempts it used
 * @param queuedAtMicros when it was first enqueued, or {@link Micros#NONE}
 * @param startedAtMicros when its first attempt started, or {@link Micros#NONE}
 * @param attemptStartedAtMicros when its last attempt started, or {@link Micros#NONE}
 * @param finishedAtMicros when it ended
 * @param output the encoded output of a {@code COMPLETED} run, otherwise null
 * @param error why it ended, for every status but {@code COMPLETED}
 */
public record ResultRow(
    long id,
    RunStatus status,
    int attempt,
    long queuedAtMicros,
    long startedAtMicros,
    long attemptStartedAtMicros,
    long finishedAtMicros,
    @Nullable StoredValue output,
    @Nullable RunError error) {}
