package dev.pawl;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which runs to list, newest first. Immutable; each method that takes a value returns a changed
 * copy. Several filters must all match; several values of one filter match as alternatives.
 *
 * <p><b>Cost.</b> A list walks the runs from the newest one downwards until its page is full.
 * Tasks, batches, live statuses, and times bound that walk by an index; so do {@link #parent} and
 * {@link #root}, which end it at the run they name. Every other filter is looked at run by run: one
 * that matches seldom makes the walk long, so give it a task or a time as well.
 */
public final class RunQuery {
  private static final int MAX_LIMIT = 1_000;
  private static final int DEFAULT_LIMIT = 25;
  private static final RunQuery ALL = new RunQuery();

  private Set<String> taskIds = Set.of();
  private Set<RunStatus> statuses = Set.of();
  private Set<String> tags = Set.of();
  private @Nullable String queue;
  private @Nullable String concurrencyKey;
  private @Nullable String idempotencyKey;
  private @Nullable String machine;
  private @Nullable String region;
  private @Nullable String parentId;
  private @Nullable String rootId;
  private @Nullable String batchId;
  private @Nullable String replayOf;
  private @Nullable Boolean replays;
  private boolean rootsOnly;
  private @Nullable Instant from;
  private @Nullable Instant to;
  private @Nullable Duration period;
  private int limit = DEFAULT_LIMIT;
  private @Nullable String after;

  private RunQuery() {}

  private RunQuery(RunQuery from) {
    this.taskIds = from.taskIds;
    this.statuses = from.statuses;
    this.tags = from.tags;
    this.queue = from.queue;
    this.concurrencyKey = from.concurrencyKey;
    this.idempotencyKey = from.idempotencyKey;
    this.machine = from.machine;
    this.region = from.region;
    this.parentId = from.parentId;
    this.rootId = from.rootId;
    this.batchId = from.batchId;
    this.replayOf = from.replayOf;
    this.replays = from.replays;
    this.rootsOnly = from.rootsOnly;
    this.from = from.from;
    this.to = from.to;
    this.period = from.period;
    this.limit = from.limit;
    this.after = from.after;
  }

  /** All runs. */
  public static RunQuery all() {
    return ALL;
  }

  /**
   * Runs of any of these tasks.
   *
   * @throws InvalidOptionException if none is given
   */
  public RunQuery tasks(String... ids) {
    RunQuery copy = new RunQuery(this);
    copy.taskIds = distinct("tasks", ids);
    return copy;
  }

  /**
   * Runs in any of these statuses.
   *
   * @throws InvalidOptionException if none is given
   */
  public RunQuery statuses(RunStatus... any) {
    RunQuery copy = new RunQuery(this);
    copy.statuses = distinct("statuses", any);
    return copy;
  }

  /**
   * Runs with any of these tags, as they are when the query is made.
   *
   * @throws InvalidOptionException if none is given
   */
  public RunQuery tags(String... any) {
    RunQuery copy = new RunQuery(this);
    copy.tags = distinct("tags", any);
    return copy;
  }

  /** Runs of this queue. */
  public RunQuery queue(String name) {
    RunQuery copy = new RunQuery(this);
    copy.queue = Objects.requireNonNull(name);
    return copy;
  }

  /** Runs of this concurrency key, in whatever queue. */
  public RunQuery concurrencyKey(String key) {
    RunQuery copy = new RunQuery(this);
    copy.concurrencyKey = Objects.requireNonNull(key);
    return copy;
  }

  /**
   * Runs that were triggered with this idempotency key, as {@link Run#idempotencyKey} shows it;
   * also those that have freed it since.
   */
  public RunQuery idempotencyKey(String key) {
    RunQuery copy = new RunQuery(this);
    copy.idempotencyKey = Objects.requireNonNull(key);
    return copy;
  }

  /** Runs that ask for this machine preset. */
  public RunQuery machine(String name) {
    RunQuery copy = new RunQuery(this);
    copy.machine = Objects.requireNonNull(name);
    return copy;
  }

  /** Runs of this lane. */
  public RunQuery region(String name) {
    RunQuery copy = new RunQuery(this);
    copy.region = Objects.requireNonNull(name);
    return copy;
  }

  /** Children of this run. */
  public RunQuery parent(String runId) {
    RunQuery copy = new RunQuery(this);
    copy.parentId = Objects.requireNonNull(runId);
    return copy;
  }

  /** Runs of the lineage that begins with this run, itself included. */
  public RunQuery root(String runId) {
    RunQuery copy = new RunQuery(this);
    copy.rootId = Objects.requireNonNull(runId);
    return copy;
  }

  /** Runs that stand in this batch. */
  public RunQuery batch(String id) {
    RunQuery copy = new RunQuery(this);
    copy.batchId = Objects.requireNonNull(id);
    return copy;
  }

  /** Replays of this run. */
  public RunQuery replayOf(String runId) {
    RunQuery copy = new RunQuery(this);
    copy.replayOf = Objects.requireNonNull(runId);
    return copy;
  }

  /** Replays only, or, for false, no replays. */
  public RunQuery replays(boolean only) {
    RunQuery copy = new RunQuery(this);
    copy.replays = only;
    return copy;
  }

  /** Runs that no run has triggered. */
  public RunQuery rootsOnly() {
    RunQuery copy = new RunQuery(this);
    copy.rootsOnly = true;
    return copy;
  }

  /** Runs triggered at this instant or later. */
  public RunQuery from(Instant instant) {
    RunQuery copy = new RunQuery(this);
    copy.from = Objects.requireNonNull(instant);
    return copy;
  }

  /** Runs triggered before this instant. */
  public RunQuery to(Instant instant) {
    RunQuery copy = new RunQuery(this);
    copy.to = Objects.requireNonNull(instant);
    return copy;
  }

  /**
   * Runs triggered within this time before the query is made; together with {@link #from}, the
   * later of the two counts.
   *
   * @throws InvalidOptionException if it is not positive, or longer than 100 years
   */
  public RunQuery period(Duration period) {
    RunQuery copy = new RunQuery(this);
    copy.period = Durations.positive("period", period);
    return copy;
  }

  /** As {@link #period(Duration)}, for a duration such as {@code "24h"} or {@code "7d"}. */
  public RunQuery period(String period) {
    return period(Durations.parse("period", period));
  }

  /**
   * How many runs a page holds. Default: 25.
   *
   * @throws InvalidOptionException if it does not lie between 1 and 1,000
   */
  public RunQuery limit(int limit) {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new InvalidOptionException(
          "the limit of a run query must lie between 1 and " + MAX_LIMIT + ": " + limit);
    }
    RunQuery copy = new RunQuery(this);
    copy.limit = limit;
    return copy;
  }

  /** Goes on behind the page that had this cursor. */
  public RunQuery after(String cursor) {
    RunQuery copy = new RunQuery(this);
    copy.after = Objects.requireNonNull(cursor);
    return copy;
  }

  /** Any of these tasks; empty for all. */
  public Set<String> taskIds() {
    return taskIds;
  }

  /** Any of these statuses; empty for all. */
  public Set<RunStatus> statuses() {
    return statuses;
  }

  /** Any of these tags; empty for all. */
  public Set<String> tags() {
    return tags;
  }

  /** This queue, or null. */
  public @Nullable String queue() {
    return queue;
  }

  /** This concurrency key, or null. */
  public @Nullable String concurrencyKey() {
    return concurrencyKey;
  }

  /** This idempotency key, or null. */
  public @Nullable String idempotencyKey() {
    return idempotencyKey;
  }

  /** This machine preset, or null. */
  public @Nullable String machine() {
    return machine;
  }

  /** This lane, or null. */
  public @Nullable String region() {
    return region;
  }

  /** Children of this run, or null. */
  public @Nullable String parentId() {
    return parentId;
  }

  /** Runs of this lineage, or null. */
  public @Nullable String rootId() {
    return rootId;
  }

  /** Runs of this batch, or null. */
  public @Nullable String batchId() {
    return batchId;
  }

  /** Replays of this run, or null. */
  public @Nullable String replayOf() {
    return replayOf;
  }

  /** Whether replays only, or no replays; null for both. */
  public @Nullable Boolean replays() {
    return replays;
  }

  /** Whether only runs without a parent. */
  public boolean isRootsOnly() {
    return rootsOnly;
  }

  /** Triggered at this instant or later, or null. */
  public @Nullable Instant from() {
    return from;
  }

  /** Triggered before this instant, or null. */
  public @Nullable Instant to() {
    return to;
  }

  /** Triggered within this time before the query is made, or null. */
  public @Nullable Duration period() {
    return period;
  }

  /** How many runs a page holds. */
  public int limit() {
    return limit;
  }

  /** The cursor of the page before, or null. */
  public @Nullable String after() {
    return after;
  }

  /**
   * Not {@code Set.of}, which throws where a caller names a value twice. No value at all must not
   * mean every run: a list that happens to be empty would then cancel them all.
   */
  private static <T> Set<T> distinct(String filter, T[] values) {
    if (values.length == 0) {
      throw new InvalidOptionException(
          "the filter " + filter + " needs a value; a query without it matches whatever there is");
    }
    return Set.copyOf(List.of(values));
  }

  private List<@Nullable Object> values() {
    return Arrays.asList(
        taskIds,
        statuses,
        tags,
        queue,
        concurrencyKey,
        idempotencyKey,
        machine,
        region,
        parentId,
        rootId,
        batchId,
        replayOf,
        replays,
        rootsOnly,
        from,
        to,
        period,
        limit,
        after);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RunQuery query && values().equals(query.values());
  }

  @Override
  public int hashCode() {
    return values().hashCode();
  }

  @Override
  public String toString() {
    return "RunQuery" + values();
  }
}
