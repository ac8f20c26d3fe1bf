package dev.pawl.spi;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run was triggered with: written in the commit that creates the run, and kept until
 * retention deletes it.
 *
 * @param id the run's id, positive and ascending with time
 * @param taskId the task it runs
 * @param payload the encoded payload
 * @param createdAtMicros when it was triggered
 * @param delayUntilMicros when it was to be enqueued at first, or {@link Micros#NONE}
 * @param ttlMicros its time to live from the enqueueing, 0 for none
 * @param maxAttempts the attempts it may use, at least 1
 * @param priorityMicros its head start inside its queue; negative pushes it back
 * @param queue the queue it stands in
 * @param concurrencyKey the sub-queue of that queue, or null for the bucket without a key
 * @param tags at most ten labels
 * @param metadata a JSON object in UTF-8 as given at the trigger, or null
 * @param parentId the run that triggered it, 0 for none
 * @param rootId the first run of its lineage; its own id where it has no parent
 * @param depth 0 for a root run, its parent's depth plus one otherwise
 * @param batchId the batch that created it, 0 for none
 * @param batchIndex its index there
 * @param replayOf the run it is a replay of, 0 for none
 * @param idempotencyKey the key as the user wrote it, or null
 * @param idempotencyScope the key's scope, or null where there is no key
 * @param maxDurationMicros how long an attempt may be active, 0 for no bound
 * @param machine the machine preset it asks for, or null
 * @param region the lane its bodies run on, or null for the default one
 * @param trace what a tracer needs to go on with the trace of the trigger, a line {@code name:
 *     value} for each field, or null where nobody traces
 */
public record RunRow(
    long id,
    String taskId,
    StoredValue payload,
    long createdAtMicros,
    long delayUntilMicros,
    long ttlMicros,
    int maxAttempts,
    long priorityMicros,
    String queue,
    @Nullable String concurrencyKey,
    List<String> tags,
    @Nullable String metadata,
    long parentId,
    long rootId,
    int depth,
    long batchId,
    int batchIndex,
    long replayOf,
    @Nullable String idempotencyKey,
    @Nullable String idempotencyScope,
    long maxDurationMicros,
    @Nullable String machine,
    @Nullable String region,
    @Nullable String trace) {}
