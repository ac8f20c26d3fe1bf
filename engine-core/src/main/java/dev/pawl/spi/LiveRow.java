package dev.pawl.spi;

import dev.pawl.RunStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything the engine must know of a run that has not ended: inserted with its {@link RunRow},
 * replaced at each transition, deleted in the commit that writes its {@link ResultRow}. Recovery is
 * a scan of these rows and nothing else, so that it takes as long as there are live runs, however
 * long the history is.
 *
 * @param id the run's id
 * @param status its status; never a terminal one
 * @param taskId the task it runs
 * @param queue the queue it stands in
 * @param concurrencyKey its sub-queue, or null
 * @param priorityMicros its head start inside its queue
 * @param queueTimeMicros the instant that decides its place in the queue, kept through waits and
 *     retries
 * @param queuedAtMicros when it was first enqueued, {@link Micros#NONE} while delayed
 * @param dueAtMicros when a {@code DELAYED} or {@code RETRYING} run is enqueued, otherwise {@link
 *     Micros#NONE}
 * @param ttlMicros its time to live from the enqueueing, 0 for none
 * @param expiresAtMicros when a run that was never started expires, or {@link Micros#NONE}
 * @param attempt the number of the attempt it started last, 0 before the first
 * @param incarnation how often its body was entered; with the attempt number the token that fences
 *     late reports
 * @param repeatAttempt whether the next start repeats {@code attempt} rather than using up another
 * @param maxAttempts the attempts it may use
 * @param startedAtMicros when its first attempt started, or {@link Micros#NONE}
 * @param attemptStartedAtMicros when its last attempt started, or {@link Micros#NONE}
 * @param generation which journal entries count: those of this generation
 * @param journalSize how many journal entries it has written, over all generations
 * @param parentId the run that triggered it, 0 for none
 * @param rootId the first run of its lineage
 * @param depth its depth in the lineage
 * @param createdAtMicros when it was triggered
 * @param debounceKey the debounce key that is bound to it while it is {@code DELAYED}, or null
 * @param awaited whether its parent waits for it
 * @param waits what a {@code WAITING} run waits for; it goes on when one of them is over
 */
public record LiveRow(
    long id,
    RunStatus status,
    String taskId,
    String queue,
    @Nullable String concurrencyKey,
    long priorityMicros,
    long queueTimeMicros,
    long queuedAtMicros,
    long dueAtMicros,
    long ttlMicros,
    long expiresAtMicros,
    int attempt,
    int incarnation,
    boolean repeatAttempt,
    int maxAttempts,
    long startedAtMicros,
    long attemptStartedAtMicros,
    int generation,
    int journalSize,
    long parentId,
    long rootId,
    int depth,
    long createdAtMicros,
    @Nullable String debounceKey,
    boolean awaited,
    List<WaitRow> waits) {}
