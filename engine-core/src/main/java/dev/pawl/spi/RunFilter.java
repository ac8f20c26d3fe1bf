package dev.pawl.spi;

import dev.pawl.RunStatus;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which runs a list shall hold. An empty set, null, or 0 does not filter.
 *
 * @param taskIds any of these tasks
 * @param statuses any of these statuses
 * @param tags any of these tags, as they are at present
 * @param queue this queue
 * @param parentId children of this run
 * @param rootId runs of this lineage
 * @param batchId runs that stand in this batch
 * @param createdFromMicros triggered at this instant or later, or {@link Micros#NONE}
 * @param createdBeforeMicros triggered before this instant, or {@link Micros#NEVER}
 * @param fromId runs with this id or a higher one
 * @param rootsOnly runs without a parent
 * @param replays replays only, or no replays; null does not filter
 * @param replayOf replays of this run
 * @param idempotencyKey runs that were triggered with this key, as its user wrote it
 * @param concurrencyKey runs of this concurrency key
 * @param machine runs that ask for this machine preset
 * @param region runs of this lane
 */
public record RunFilter(
    Set<String> taskIds,
    Set<RunStatus> statuses,
    Set<String> tags,
    @Nullable String queue,
    long parentId,
    long rootId,
    long batchId,
    long createdFromMicros,
    long createdBeforeMicros,
    long fromId,
    boolean rootsOnly,
    @Nullable Boolean replays,
    long replayOf,
    @Nullable String idempotencyKey,
    @Nullable String concurrencyKey,
    @Nullable String machine,
    @Nullable String region) {
  /** Every run. */
  public static final RunFilter ALL =
      new RunFilter(
          Set.of(),
          Set.of(),
          Set.of(),
          null,
          0,
          0,
          0,
          Micros.NONE,
          Micros.NEVER,
          0,
          false,
          null,
          0,
          null,
          null,
          null,
          null);

  /**
   * Whether anything is asked of what a run was triggered with, or of its tags: its task, ids,
   * batch and status apart.
   */
  public boolean asksOfRuns() {
    return !tags.isEmpty()
        || queue != null
        || parentId != 0
        || rootId != 0
        || createdFromMicros != Micros.NONE
        || createdBeforeMicros != Micros.NEVER
        || rootsOnly
        || replays != null
        || replayOf != 0
        || idempotencyKey != null
        || concurrencyKey != null
        || machine != null
        || region != null;
  }

  /**
   * Whether a run passes in all but its status and its batch.
   *
   * @param present the tags that the run has at present
   */
  public boolean passes(RunRow run, List<String> present) {
    return (taskIds.isEmpty() || taskIds.contains(run.taskId()))
        && (tags.isEmpty() || !Collections.disjoint(tags, present))
        && (queue == null || queue.equals(run.queue()))
        && (parentId == 0 || parentId == run.parentId())
        && (rootId == 0 || rootId == run.rootId())
        && createdFromMicros <= run.createdAtMicros()
        && run.createdAtMicros() < createdBeforeMicros
        && fromId <= run.id()
        && (!rootsOnly || run.parentId() == 0)
        && (replays == null || replays == (run.replayOf() != 0))
        && (replayOf == 0 || replayOf == run.replayOf())
        && isOr(idempotencyKey, run.idempotencyKey())
        && isOr(concurrencyKey, run.concurrencyKey())
        && isOr(machine, run.machine())
        && isOr(region, run.region());
  }

  /** Whether a status passes. */
  public boolean passes(RunStatus status) {
    return statuses.isEmpty() || statuses.contains(status);
  }

  private static boolean isOr(@Nullable String asked, @Nullable String present) {
    return asked == null || asked.equals(present);
  }
}
