package dev.pawl;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The runs of a queue with one concurrency key, at one instant.
 *
 * @param key the concurrency key; null for the runs without one
 * @param queued runs that stand in the queue, to start or to go on after a wait
 * @param running runs that hold a slot
 * @param oldestAge how long ago the queue time of the next run to start is; null where none stands
 *     in the queue
 */
public record QueueKeyInfo(
    @Nullable String key, int queued, int running, @Nullable Duration oldestAge) {}
