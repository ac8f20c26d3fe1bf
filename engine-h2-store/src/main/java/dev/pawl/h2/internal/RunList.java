package dev.pawl.h2.internal;

import static dev.pawl.h2.internal.jooq.Tables.LABEL;
import static dev.pawl.h2.internal.jooq.Tables.LIVE_RUN;
import static dev.pawl.h2.internal.jooq.Tables.RESULT;
import static dev.pawl.h2.internal.jooq.Tables.RUN;

import dev.pawl.RunStatus;
import dev.pawl.h2.internal.jooq.tables.Label;
import dev.pawl.h2.internal.jooq.tables.LiveRun;
import dev.pawl.h2.internal.jooq.tables.Result;
import dev.pawl.h2.internal.jooq.tables.Run;
import dev.pawl.spi.Micros;
import dev.pawl.spi.RunFilter;
import dev.pawl.spi.StoredRun;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.ResultQuery;
import org.jooq.SortField;
import org.jooq.Table;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;

/**
 * Lists of runs by any combination of filters, newest first, built with jOOQ.
 *
 * <p>Every query walks one key downwards from where the last page ended, and stops when the page is
 * full. Which key depends on what the filter asks for: the runs of a batch or of a task, which are
 * looked up in steps, the few live rows, the results, or all runs. What that key does not hold is
 * looked up row by row. The join is an outer one so that H2 cannot begin at another table.
 */
final class RunList {
  static final Run R = RUN.as("r");
  static final LiveRun L = LIVE_RUN.as("l");
  static final Result E = RESULT.as("e");
  static final Label B = LABEL.as("b");

  private static final Table<?> RUNS_FIRST =
      R.leftJoin(L)
          .on(L.ID.eq(R.ID))
          .leftJoin(E)
          .on(E.ID.eq(R.ID))
          .leftJoin(B)
          .on(B.RUN_ID.eq(R.ID));
  private static final Table<?> LIVE_RUNS_FIRST =
      L.leftJoin(R)
          .on(R.ID.eq(L.ID))
          .leftJoin(E)
          .on(E.ID.eq(L.ID))
          .leftJoin(B)
          .on(B.RUN_ID.eq(L.ID));
  private static final Table<?> RESULTS_FIRST =
      E.leftJoin(R)
          .on(R.ID.eq(E.ID))
          .leftJoin(L)
          .on(L.ID.eq(E.ID))
          .leftJoin(B)
          .on(B.RUN_ID.eq(E.ID));

  /** How many runs of a batch or a task are looked up by one query at the most. */
  static final int STEP = 200;

  /** How many at first, where they are read only until the page is full. */
  private static final int FIRST_STEP = 25;

  private RunList() {}

  static List<StoredRun> find(Statements statements, RunFilter filter, long beforeId, int limit)
      throws SQLException {
    DSLContext dsl = Jooq.on(statements);
    if (filter.batchId() != 0) {
      return ofBatch(statements, dsl, filter, beforeId, limit);
    }
    if (filter.taskIds().isEmpty()) {
      return fetch(query(dsl, filter, beforeId, limit));
    }
    List<StoredRun> found = new ArrayList<>();
    for (String taskId : filter.taskIds()) {
      found.addAll(ofTask(statements, dsl, filter, taskId, beforeId, limit));
    }
    found.sort(Comparator.comparingLong((StoredRun run) -> run.run().id()).reversed());
    return List.copyOf(found.subList(0, Math.min(limit, found.size())));
  }

  private static List<StoredRun> ofTask(
      Statements statements,
      DSLContext dsl,
      RunFilter filter,
      String taskId,
      long beforeId,
      int limit)
      throws SQLException {
    List<StoredRun> found = new ArrayList<>();
    long before = beforeId;
    int step = FIRST_STEP;
    boolean more = true;
    while (more && found.size() < limit) {
      List<Long> ids = RunOfTaskTable.before(statements, taskId, before, step);
      more = !ids.isEmpty() && ids.getLast() > atLeast(filter);
      for (int from = 0; from < ids.size() && found.size() < limit; from += step) {
        List<Long> part = ids.subList(from, Math.min(from + step, ids.size()));
        Condition condition = among(part, filter);
        found.addAll(
            fetch(select(dsl, RUNS_FIRST, condition, List.of(R.ID.desc()), limit - found.size())));
      }
      before = ids.isEmpty() ? before : ids.getLast();
      step = STEP;
    }
    return found;
  }

  /**
   * Those of some runs of a task that pass the rest of the filter. That their ids are high enough
   * is not left to H2: beside a bound it walks all runs from there on, and looks up none.
   */
  static Condition among(List<Long> runIds, RunFilter filter) {
    long atLeast = atLeast(filter);
    List<Long> meant = runIds.stream().filter(id -> id >= atLeast).toList();
    return R.ID.in(meant).and(conditions(filter));
  }

  /** The items of a batch never change, so its runs can be looked up in steps. */
  private static List<StoredRun> ofBatch(
      Statements statements, DSLContext dsl, RunFilter filter, long beforeId, int limit)
      throws SQLException {
    List<Long> ids = BatchItemTable.runIdsBefore(statements, filter.batchId(), beforeId);
    List<StoredRun> found = new ArrayList<>();
    for (int from = 0; from < ids.size() && found.size() < limit; from += STEP) {
      List<Long> step = ids.subList(from, Math.min(from + STEP, ids.size()));
      Condition condition = ofBatch(step, filter);
      found.addAll(
          fetch(select(dsl, RUNS_FIRST, condition, List.of(R.ID.desc()), limit - found.size())));
    }
    return found;
  }

  /** Those of some runs of a batch that pass the rest of the filter. */
  static Condition ofBatch(List<Long> runIds, RunFilter filter) {
    Condition condition = among(runIds, filter);
    return filter.taskIds().isEmpty() ? condition : condition.and(R.TASK_ID.in(filter.taskIds()));
  }

  /** One page of runs of any task. */
  static ResultQuery<Record> query(DSLContext dsl, RunFilter filter, long beforeId, int limit) {
    Condition conditions = conditions(filter);
    if (isOfLiveRuns(filter)) {
      return select(
          dsl,
          LIVE_RUNS_FIRST,
          range(L.ID, filter, beforeId).and(conditions),
          List.of(L.ID.desc()),
          limit);
    }
    if (isOfEndedRuns(filter)) {
      return select(
          dsl,
          RESULTS_FIRST,
          range(E.ID, filter, beforeId).and(conditions),
          List.of(E.ID.desc()),
          limit);
    }
    return select(
        dsl,
        RUNS_FIRST,
        range(R.ID, filter, beforeId).and(conditions),
        List.of(R.ID.desc()),
        limit);
  }

  /** Whether only runs that have not ended can pass. */
  static boolean isOfLiveRuns(RunFilter filter) {
    Set<RunStatus> statuses = filter.statuses();
    return !statuses.isEmpty() && statuses.stream().noneMatch(RunStatus::isTerminal);
  }

  /** Whether only runs that have ended can pass. */
  static boolean isOfEndedRuns(RunFilter filter) {
    Set<RunStatus> statuses = filter.statuses();
    return !statuses.isEmpty() && statuses.stream().allMatch(RunStatus::isTerminal);
  }

  private static ResultQuery<Record> select(
      DSLContext dsl,
      Table<?> from,
      Condition condition,
      List<? extends SortField<?>> order,
      int limit) {
    List<Field<?>> columns = new ArrayList<>();
    columns.addAll(List.of(R.fields()));
    columns.addAll(List.of(L.fields()));
    columns.addAll(List.of(E.fields()));
    columns.addAll(List.of(B.fields()));
    return dsl.select(columns).from(from).where(condition).orderBy(order).limit(limit);
  }

  /**
   * The ids that can match: a run is younger than its parent and its root, which bounds the walk
   * from below.
   */
  private static Condition range(Field<Long> id, RunFilter filter, long beforeId) {
    return id.lt(beforeId).and(id.ge(atLeast(filter)));
  }

  static long atLeast(RunFilter filter) {
    long atLeast = Math.max(filter.parentId() == 0 ? 0 : filter.parentId() + 1, filter.rootId());
    return Math.max(atLeast, filter.fromId());
  }

  static Condition conditions(RunFilter filter) {
    Condition all = ofTheRun(filter);
    if (!filter.statuses().isEmpty()) {
      List<String> names = filter.statuses().stream().map(Enum::name).sorted().toList();
      all = all.and(status(filter).in(names));
    }
    return all;
  }

  /**
   * The status, from one table alone where that can tell: H2 judges a row of the table that it
   * walks before it looks anything up for it, but a status of either table only after both.
   */
  private static Field<String> status(RunFilter filter) {
    if (isOfLiveRuns(filter)) {
      return L.STATUS;
    }
    return isOfEndedRuns(filter) ? E.STATUS : DSL.coalesce(L.STATUS, E.STATUS);
  }

  /** What a filter asks of the run itself and its labels; its task and ids apart. */
  static Condition ofTheRun(RunFilter filter) {
    Condition all = DSL.noCondition();
    if (!filter.tags().isEmpty()) {
      Field<String[]> tags = DSL.when(B.RUN_ID.isNull(), R.TAGS).otherwise(B.TAGS);
      all =
          all.and(
              DSL.or(
                  filter.tags().stream()
                      .sorted()
                      .map(tag -> DSL.condition("array_contains({0}, {1})", tags, DSL.val(tag)))
                      .toList()));
    }
    if (filter.queue() != null) {
      all = all.and(R.QUEUE.eq(filter.queue()));
    }
    if (filter.parentId() != 0) {
      all = all.and(R.PARENT_ID.eq(filter.parentId()));
    }
    if (filter.rootId() != 0) {
      all = all.and(R.ROOT_ID.eq(filter.rootId()));
    }
    if (filter.createdFromMicros() != Micros.NONE) {
      all = all.and(R.CREATED_AT_MICROS.ge(filter.createdFromMicros()));
    }
    if (filter.createdBeforeMicros() != Micros.NEVER) {
      all = all.and(R.CREATED_AT_MICROS.lt(filter.createdBeforeMicros()));
    }
    if (filter.rootsOnly()) {
      all = all.and(R.PARENT_ID.eq(0L));
    }
    if (filter.replays() != null) {
      all = all.and(filter.replays() ? R.REPLAY_OF.ne(0L) : R.REPLAY_OF.eq(0L));
    }
    if (filter.replayOf() != 0) {
      all = all.and(R.REPLAY_OF.eq(filter.replayOf()));
    }
    if (filter.idempotencyKey() != null) {
      all = all.and(R.IDEMPOTENCY_KEY.eq(filter.idempotencyKey()));
    }
    if (filter.concurrencyKey() != null) {
      all = all.and(R.CONCURRENCY_KEY.eq(filter.concurrencyKey()));
    }
    if (filter.machine() != null) {
      all = all.and(R.MACHINE.eq(filter.machine()));
    }
    if (filter.region() != null) {
      all = all.and(R.REGION.eq(filter.region()));
    }
    return all;
  }

  private static List<StoredRun> fetch(ResultQuery<Record> query) throws SQLException {
    List<StoredRun> found = new ArrayList<>();
    try (ResultSet rows = query.fetchResultSet()) {
      while (rows.next()) {
        found.add(StoredRuns.map(rows));
      }
    } catch (DataAccessException e) {
      // What jOOQ wraps tells whether the database was closed, and the read can be tried again.
      SQLException cause = e.getCause(SQLException.class);
      throw cause == null ? new SQLException(e) : cause;
    }
    return found;
  }
}
