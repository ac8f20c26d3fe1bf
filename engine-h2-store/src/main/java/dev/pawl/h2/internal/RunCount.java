package dev.pawl.h2.internal;

import static dev.pawl.h2.internal.RunList.B;
import static dev.pawl.h2.internal.RunList.E;
import static dev.pawl.h2.internal.RunList.L;
import static dev.pawl.h2.internal.RunList.R;

import dev.pawl.spi.RunFilter;
import java.sql.SQLException;
import java.util.List;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record1;
import org.jooq.Select;
import org.jooq.Table;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;

/**
 * How many runs pass a filter: the walk of {@link RunList} to its end, over those tables alone that
 * the filter asks something of. Without any filter H2 knows the number.
 */
final class RunCount {
  /** How many ids of the runs of a task are read at once. */
  private static final int STEP = 2_000;

  private RunCount() {}

  static long of(Statements statements, RunFilter filter) throws SQLException {
    DSLContext dsl = Jooq.on(statements);
    if (filter.batchId() != 0) {
      return ofBatch(statements, dsl, filter);
    }
    if (filter.taskIds().isEmpty()) {
      return fetch(query(dsl, filter));
    }
    long count = 0;
    for (String taskId : filter.taskIds()) {
      count += ofTask(statements, dsl, filter, taskId);
    }
    return count;
  }

  private static long ofTask(Statements statements, DSLContext dsl, RunFilter filter, String taskId)
      throws SQLException {
    if (RunList.atLeast(filter) == 0 && RunList.conditions(filter).equals(DSL.noCondition())) {
      return RunOfTaskTable.count(statements, taskId);
    }
    long count = 0;
    long before = Long.MAX_VALUE;
    boolean more = true;
    while (more) {
      List<Long> ids = RunOfTaskTable.before(statements, taskId, before, STEP);
      for (List<Long> some : Statements.parts(ids)) {
        Condition condition = RunList.among(some, filter);
        count += fetch(dsl.selectCount().from(joined(R, R.ID, filter)).where(condition));
      }
      more = !ids.isEmpty() && ids.getLast() > RunList.atLeast(filter);
      before = more ? ids.getLast() : before;
    }
    return count;
  }

  private static long ofBatch(Statements statements, DSLContext dsl, RunFilter filter)
      throws SQLException {
    List<Long> ids = BatchItemTable.runIdsBefore(statements, filter.batchId(), Long.MAX_VALUE);
    long count = 0;
    for (List<Long> some : Statements.parts(ids)) {
      Condition condition = RunList.ofBatch(some, filter);
      count += fetch(dsl.selectCount().from(joined(R, R.ID, filter)).where(condition));
    }
    return count;
  }

  /** The number of runs of any task. */
  static Select<Record1<Integer>> query(DSLContext dsl, RunFilter filter) {
    Table<?> first = R;
    Field<Long> id = R.ID;
    Condition condition = DSL.noCondition();
    if (RunList.isOfLiveRuns(filter)) {
      first = L;
      id = L.ID;
    } else if (RunList.isOfEndedRuns(filter)) {
      first = E;
      id = E.ID;
    }
    if (RunList.atLeast(filter) > 0) {
      condition = condition.and(id.ge(RunList.atLeast(filter)));
    }
    return dsl.selectCount()
        .from(joined(first, id, filter))
        .where(condition.and(RunList.conditions(filter)));
  }

  /** The tables that the filter asks something of, beginning at one of them. */
  private static Table<?> joined(Table<?> first, Field<Long> id, RunFilter filter) {
    Table<?> tables = first;
    if (first != R && !RunList.ofTheRun(filter).equals(DSL.noCondition())) {
      tables = tables.leftJoin(R).on(R.ID.eq(id));
    }
    if (!filter.statuses().isEmpty()) {
      tables =
          first == L || RunList.isOfEndedRuns(filter) ? tables : tables.leftJoin(L).on(L.ID.eq(id));
      tables =
          first == E || RunList.isOfLiveRuns(filter) ? tables : tables.leftJoin(E).on(E.ID.eq(id));
    }
    return filter.tags().isEmpty() ? tables : tables.leftJoin(B).on(B.RUN_ID.eq(id));
  }

  private static long fetch(Select<Record1<Integer>> query) throws SQLException {
    try {
      Record1<Integer> row = query.fetchOne();
      return row == null ? 0 : row.value1();
    } catch (DataAccessException e) {
      SQLException cause = e.getCause(SQLException.class);
      throw cause == null ? new SQLException(e) : cause;
    }
  }
}
