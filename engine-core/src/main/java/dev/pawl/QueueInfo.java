package dev.pawl;

import java.time.Duration;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A queue at one instant: its settings, and how many runs are where. Each live run of the queue is
 * counted exactly once. A limit that is empty means that there is none.
 *
 * @param name its name; {@code task/<id>} for a task's own queue
 * @param paused whether nothing of it may start
 * @param concurrencyLimit how many runs of each concurrency key may execute at once
 * @param declaredConcurrencyLimit the same as declared last: what {@link Queues#resetLimit} goes
 *     back to
 * @param concurrencyLimitOverridden whether {@link Queues#setLimit} is in force
 * @param totalLimit how many runs may execute at once over all concurrency keys
 * @param declaredTotalLimit the same as declared last
 * @param totalLimitOverridden whether {@link Queues#setTotalLimit} is in force
 * @param maxQueued how many runs may stand in it before triggers are refused
 * @param queued runs that stand in it: to start, or ({@code WAITING} until then) to go on after a
 *     wait
 * @param running runs that hold one of its slots; a cancelled one does until its body has returned
 * @param delayed runs that are due later
 * @param retrying runs that back off between two attempts
 * @param waiting runs that are parked in a wait that is not over
 * @param pendingVersion runs whose task is not registered
 * @param oldestAge how long ago the queue time of the next run to start is, of all concurrency keys
 *     the longest; a run with a head start may hide an older one. Null where none stands in it
 */
public record QueueInfo(
    String name,
    boolean paused,
    OptionalInt concurrencyLimit,
    OptionalInt declaredConcurrencyLimit,
    boolean concurrencyLimitOverridden,
    OptionalInt totalLimit,
    OptionalInt declaredTotalLimit,
    boolean totalLimitOverridden,
    OptionalInt maxQueued,
    int queued,
    int running,
    int delayed,
    int retrying,
    int waiting,
    int pendingVersion,
    @Nullable Duration oldestAge) {}
