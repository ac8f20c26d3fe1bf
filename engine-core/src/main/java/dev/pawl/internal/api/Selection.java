package dev.pawl.internal.api;

import dev.pawl.RunQuery;
import dev.pawl.RunStatus;
import dev.pawl.internal.loop.IdSource;
import dev.pawl.internal.loop.Ids;
import dev.pawl.spi.Micros;
import dev.pawl.spi.RunFilter;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A query as the store takes it: ids are read, and times are times of the engine. Since ids ascend
 * with time, a time also bounds the ids, and so where a store begins to look and where it ends.
 *
 * @param before only runs with an id less than this
 */
record Selection(RunFilter filter, long before) {

  /**
   * Reads a query.
   *
   * @param now the time that its period counts back from
   * @throws dev.pawl.NotFoundException if an id in it is none
   */
  static Selection of(RunQuery query, long now) {
    long from = from(query, now);
    Instant to = query.to();
    String batch = query.batchId();
    long before = to == null ? Micros.NEVER : Micros.bound(to);
    RunFilter filter =
        new RunFilter(
            query.taskIds(),
            query.statuses(),
            query.tags(),
            query.queue(),
            run(query.parentId()),
            run(query.rootId()),
            batch == null ? 0 : Ids.parseBatch(batch),
            from,
            before,
            from == Micros.NONE ? 0 : IdSource.floor(from),
            query.isRootsOnly(),
            query.replays(),
            run(query.replayOf()),
            query.idempotencyKey(),
            query.concurrencyKey(),
            query.machine(),
            query.region());
    String after = query.after();
    long beforeCursor = after == null ? Long.MAX_VALUE : Ids.parseRun(after);
    return new Selection(
        filter,
        before == Micros.NEVER ? beforeCursor : Math.min(beforeCursor, IdSource.ceiling(before)));
  }

  private static long from(RunQuery query, long now) {
    Instant given = query.from();
    long from = given == null ? Micros.NONE : Micros.bound(given);
    Duration period = query.period();
    return period == null ? from : Math.max(from, now - Micros.of(period));
  }

  private static long run(@Nullable String id) {
    return id == null ? 0 : Ids.parseRun(id);
  }

  /** The same without runs that have ended. */
  Selection notEnded() {
    Set<RunStatus> asked =
        filter.statuses().isEmpty() ? Set.of(RunStatus.values()) : filter.statuses();
    Set<RunStatus> live =
        Arrays.stream(RunStatus.values())
            .filter(status -> !status.isTerminal() && asked.contains(status))
            .collect(Collectors.toUnmodifiableSet());
    RunFilter narrowed =
        new RunFilter(
            filter.taskIds(),
            live,
            filter.tags(),
            filter.queue(),
            filter.parentId(),
            filter.rootId(),
            filter.batchId(),
            filter.createdFromMicros(),
            filter.createdBeforeMicros(),
            filter.fromId(),
            filter.rootsOnly(),
            filter.replays(),
            filter.replayOf(),
            filter.idempotencyKey(),
            filter.concurrencyKey(),
            filter.machine(),
            filter.region());
    // Nothing passes where only ended runs were asked for, and an empty set would let all pass.
    return new Selection(narrowed, live.isEmpty() ? 0 : before);
  }
}
