package dev.pawl.h2.internal;

import static dev.pawl.h2.internal.jooq.Tables.FINISHED_RUN;
import static dev.pawl.h2.internal.jooq.Tables.LABEL;
import static dev.pawl.h2.internal.jooq.Tables.UNFINISHED_RUN;

import dev.pawl.RunStatus;
import dev.pawl.h2.internal.jooq.tables.Label;
import dev.pawl.spi.RunFilter;
import dev.pawl.spi.RunRow;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.ResultQuery;
import org.jooq.SelectField;
import org.jooq.Table;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;

/**
 * The ids of the runs that pass a filter, newest first, by queries built with jOOQ. H2 judges ids
 * and statuses, which have columns; what else is asked of a run stands in its input, which is read
 * where something is asked of it.
 *
 * <p>The unfinished runs are looked at before the finished ones, so that a run that ends in between
 * is not missed; it is found twice then, and counts once.
 */
final class RunSearch {
  private static final Label B = LABEL.as("b");

  private static final Source UNFINISHED =
      new Source(
          UNFINISHED_RUN,
          UNFINISHED_RUN.ID,
          UNFINISHED_RUN.STATUS,
          UNFINISHED_RUN.INPUT,
          status -> !status.isTerminal());

  private static final Source FINISHED =
      new Source(
          FINISHED_RUN,
          FINISHED_RUN.ID,
          FINISHED_RUN.STATUS,
          FINISHED_RUN.INPUT,
          RunStatus::isTerminal);

  private final Statements statements;
  private final DSLContext dsl;
  private final RunFilter filter;
  private final boolean readsInput;

  /** A search for the runs that pass a filter. */
  RunSearch(Statements statements, RunFilter filter) {
    this.statements = statements;
    this.dsl = Jooq.on(statements);
    this.filter = filter;
    // Where the runs of a batch are looked at, nobody has looked at their tasks.
    this.readsInput = filter.asksOfRuns() || (filter.batchId() != 0 && !filter.taskIds().isEmpty());
  }

  /** One of the two tables of runs. */
  private record Source(
      Table<?> table,
      Field<Long> id,
      Field<String> status,
      Field<byte[]> input,
      Predicate<RunStatus> holds) {}

  /** A run that was looked at. */
  private record Seen(long id, boolean passes) {}

  /**
   * The runs of a part of the walk over all.
   *
   * @param passing those that pass, newest first
   * @param before where the next part begins; {@link Long#MIN_VALUE} where there is none
   */
  record Part(List<Long> passing, long before) {}

  /** Looks at so many runs below an id, or some more. */
  Part below(long before, int most) throws SQLException {
    NavigableSet<Long> passing = new TreeSet<>(Comparator.reverseOrder());
    long reached = Long.MIN_VALUE;
    List<Seen> seen = new ArrayList<>();
    for (Source source : sources()) {
      List<Seen> found = fetch(query(source, range(source, before), most));
      seen.addAll(found);
      if (found.size() == most) { // below its last one there may be more, which are not known yet
        reached = Math.max(reached, found.getLast().id());
      }
    }
    for (Seen run : seen) {
      if (run.passes() && run.id() >= reached) {
        passing.add(run.id());
      }
    }
    return new Part(List.copyOf(passing), reached);
  }

  /** Those among some runs that pass, newest first. */
  List<Long> among(List<Long> ids) throws SQLException {
    NavigableSet<Long> passing = new TreeSet<>(Comparator.reverseOrder());
    List<Long> meant = ids.stream().filter(id -> id >= atLeast(filter)).toList();
    for (List<Long> some : Statements.parts(meant)) {
      for (Source source : sources()) {
        fetch(query(source, source.id().in(some), some.size())).stream()
            .filter(Seen::passes)
            .forEach(run -> passing.add(run.id()));
      }
    }
    return List.copyOf(passing);
  }

  /** How many runs there are; only where nothing is asked of their inputs, or tasks. */
  long count() throws SQLException {
    Field<Integer> sum = DSL.inline(0);
    for (Source source : sources()) {
      Condition condition = ofStatus(source);
      if (atLeast(filter) > 0) {
        condition = condition.and(source.id().ge(atLeast(filter)));
      }
      sum = sum.plus(DSL.field(dsl.selectCount().from(source.table()).where(condition)));
    }
    return fetchCount(dsl.select(sum));
  }

  /** The tables that can have runs of the statuses that are asked for. */
  private List<Source> sources() {
    return Stream.of(UNFINISHED, FINISHED)
        .filter(
            source ->
                filter.statuses().isEmpty() || filter.statuses().stream().anyMatch(source.holds()))
        .toList();
  }

  /** How a part of one of the tables is read; for the test of plans. */
  List<ResultQuery<? extends Record>> queries(long before, int most) {
    return sources().stream()
        .<ResultQuery<? extends Record>>map(source -> query(source, range(source, before), most))
        .toList();
  }

  /** As {@link #queries}, for some runs. */
  List<ResultQuery<? extends Record>> queriesAmong(List<Long> ids) {
    return sources().stream()
        .<ResultQuery<? extends Record>>map(source -> query(source, source.id().in(ids), 1))
        .toList();
  }

  private ResultQuery<? extends Record> query(Source source, Condition which, int most) {
    List<SelectField<?>> columns = new ArrayList<>();
    columns.add(source.id());
    Table<?> from = source.table();
    if (readsInput) {
      columns.add(source.input());
      if (!filter.tags().isEmpty()) {
        columns.add(B.RUN_ID);
        columns.add(B.TAGS);
        from = from.leftJoin(B).on(B.RUN_ID.eq(source.id()));
      }
    }
    return dsl.select(columns)
        .from(from)
        .where(which.and(ofStatus(source)))
        .orderBy(source.id().desc())
        .limit(most);
  }

  /**
   * The ids that can match: a run is younger than its parent and its root, which bounds the walk
   * from below.
   */
  private Condition range(Source source, long before) {
    return source.id().lt(before).and(source.id().ge(atLeast(filter)));
  }

  /** The lowest id that can match. */
  static long atLeast(RunFilter filter) {
    long atLeast = Math.max(filter.parentId() == 0 ? 0 : filter.parentId() + 1, filter.rootId());
    return Math.max(atLeast, filter.fromId());
  }

  private Condition ofStatus(Source source) {
    Set<RunStatus> statuses = filter.statuses();
    List<String> meant = statuses.stream().filter(source.holds()).map(Enum::name).sorted().toList();
    return meant.isEmpty() ? DSL.noCondition() : source.status().in(meant);
  }

  private List<Seen> fetch(ResultQuery<? extends Record> query) throws SQLException {
    List<Seen> found = new ArrayList<>();
    try (ResultSet rows = query.fetchResultSet()) {
      while (rows.next()) {
        found.add(seen(rows));
      }
    } catch (DataAccessException e) {
      throw causeOf(e);
    }
    return found;
  }

  private Seen seen(ResultSet rows) throws SQLException {
    long id = rows.getLong(1);
    if (!readsInput) {
      return new Seen(id, true);
    }
    Optional<RunRow> run = input(rows, id);
    return new Seen(id, run.isPresent() && filter.passes(run.get(), tags(rows, run.get())));
  }

  /** Of long ones, each is read by itself, so that many do not take as much memory as they are. */
  private Optional<RunRow> input(ResultSet rows, long id) throws SQLException {
    return rows.getBytes(2) == null
        ? Inputs.one(statements, id)
        : Optional.of(Inputs.map(rows, 2, id));
  }

  private List<String> tags(ResultSet rows, RunRow run) throws SQLException {
    if (filter.tags().isEmpty()) {
      return run.tags();
    }
    rows.getLong(3);
    return rows.wasNull() ? run.tags() : Columns.texts(rows, 4);
  }

  private static long fetchCount(ResultQuery<? extends Record> query) throws SQLException {
    try (ResultSet rows = query.fetchResultSet()) {
      rows.next();
      return rows.getLong(1);
    } catch (DataAccessException e) {
      throw causeOf(e);
    }
  }

  /** What jOOQ wraps tells whether the database was closed, and the read can be tried again. */
  private static SQLException causeOf(DataAccessException e) {
    SQLException cause = e.getCause(SQLException.class);
    return cause == null ? new SQLException(e) : cause;
  }
}
