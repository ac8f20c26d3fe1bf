package dev.pawl;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which runs to list, newest first. Immutable; each method returns a changed copy. Several filters
 * must all match; several values of one filter match as alternatives.
 *
 * @param taskIds any of these tasks; empty for all
 * @param statuses any of these statuses; empty for all
 * @param tags any of these tags; empty for all
 * @param queue this queue, or null
 * @param parentId children of this run, or null
 * @param rootId runs of this lineage, or null
 * @param batchId runs of this batch, or null
 * @param from triggered at this instant or later, or null
 * @param to triggered before this instant, or null
 * @param limit how many a page holds: 1 to 1,000, default 25
 * @param after the cursor of the page before, or null
 */
public record RunQuery(
    Set<String> taskIds,
    Set<RunStatus> statuses,
    Set<String> tags,
    @Nullable String queue,
    @Nullable String parentId,
    @Nullable String rootId,
    @Nullable String batchId,
    @Nullable Instant from,
    @Nullable Instant to,
    int limit,
    @Nullable String after) {
  private static final int MAX_LIMIT = 1_000;

  public RunQuery {
    taskIds = Set.copyOf(taskIds);
    statuses = Set.copyOf(statuses);
    tags = Set.copyOf(tags);
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new InvalidOptionException(
          "the limit of a run query must lie between 1 and " + MAX_LIMIT + ": " + limit);
    }
  }

  /** All runs. */
  public static RunQuery all() {
    return new RunQuery(Set.of(), Set.of(), Set.of(), null, null, null, null, null, null, 25, null);
  }

  /** Runs of any of these tasks. */
  public RunQuery tasks(String... ids) {
    return new RunQuery(
        distinct(ids), statuses, tags, queue, parentId, rootId, batchId, from, to, limit, after);
  }

  /** Runs in any of these statuses. */
  public RunQuery statuses(RunStatus... any) {
    return new RunQuery(
        taskIds, distinct(any), tags, queue, parentId, rootId, batchId, from, to, limit, after);
  }

  /** Runs with any of these tags. */
  public RunQuery tags(String... any) {
    return new RunQuery(
        taskIds, statuses, distinct(any), queue, parentId, rootId, batchId, from, to, limit, after);
  }

  /** Runs of this queue. */
  public RunQuery queue(String name) {
    return new RunQuery(
        taskIds, statuses, tags, name, parentId, rootId, batchId, from, to, limit, after);
  }

  /** Children of this run. */
  public RunQuery parent(String runId) {
    return new RunQuery(
        taskIds, statuses, tags, queue, runId, rootId, batchId, from, to, limit, after);
  }

  /** Runs of the lineage that begins with this run, itself included. */
  public RunQuery root(String runId) {
    return new RunQuery(
        taskIds, statuses, tags, queue, parentId, runId, batchId, from, to, limit, after);
  }

  /** Runs that stand in this batch. */
  public RunQuery batch(String id) {
    return new RunQuery(
        taskIds, statuses, tags, queue, parentId, rootId, id, from, to, limit, after);
  }

  /** Runs triggered at this instant or later. */
  public RunQuery from(Instant instant) {
    return new RunQuery(
        taskIds, statuses, tags, queue, parentId, rootId, batchId, instant, to, limit, after);
  }

  /** Runs triggered before this instant. */
  public RunQuery to(Instant instant) {
    return new RunQuery(
        taskIds, statuses, tags, queue, parentId, rootId, batchId, from, instant, limit, after);
  }

  /** How many runs a page holds. */
  public RunQuery limit(int limit) {
    return new RunQuery(
        taskIds, statuses, tags, queue, parentId, rootId, batchId, from, to, limit, after);
  }

  /** Goes on behind the page that had this cursor. */
  public RunQuery after(String cursor) {
    return new RunQuery(
        taskIds, statuses, tags, queue, parentId, rootId, batchId, from, to, limit, cursor);
  }

  /** Not {@code Set.of}, which throws where a caller names a value twice. */
  private static <T> Set<T> distinct(T[] values) {
    return Set.copyOf(List.of(values));
  }
}
