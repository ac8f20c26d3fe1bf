package dev.pawl.h2.internal;

import dev.pawl.RunStatus;
import dev.pawl.spi.BindingRow;
import dev.pawl.spi.EndedRow;
import dev.pawl.spi.LiveRow;
import dev.pawl.spi.Micros;
import dev.pawl.spi.RunInput;
import dev.pawl.spi.RunRow;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads that show every commit, though the database may be behind: they look at what is pending
 * before they look there, or wait, where rows are not found one by one.
 */
final class Reads {
  private static final Logger log = LoggerFactory.getLogger(Reads.class);

  private final Committing writer;
  private final ReadPool readers;
  private final String name;
  private final Runnable requireOpen;

  Reads(Committing writer, ReadPool readers, String name, Runnable requireOpen) {
    this.writer = writer;
    this.readers = readers;
    this.name = name;
    this.requireOpen = requireOpen;
  }

  /** A read of rows that any commit may concern. */
  <T> T all(Reading<T> reading) {
    requireOpen.run();
    writer.awaitAll();
    return readers.read(reading);
  }

  /**
   * A small read of the database that the thread that commits waits for: it runs there if it can.
   * Whoever else asks is served by a reader, so that no thread that may be interrupted enters H2.
   */
  <T> T forCommitter(Reading<T> reading) {
    requireOpen.run();
    if (writer.isCommitter()) {
      try {
        return writer.read(reading);
      } catch (SQLException | RuntimeException | Error e) {
        log.debug("A read of the store {} failed and is left to a reader", name, e);
      }
    }
    return readers.read(reading);
  }

  /** A part of a run that is looked up among pending changes; a deletion takes all parts. */
  <T> Optional<T> unlessDeleted(long id, Supplier<Optional<T>> lookUp) {
    requireOpen.run();
    return writer.isDeleted(id) ? Optional.empty() : lookUp.get();
  }

  List<LiveRow> live(List<Long> ids) {
    return amongPending(ids, writer::pendingLive, UnfinishedRunTable::among, writer::foundLive);
  }

  List<RunInput> inputs(List<Long> ids) {
    return amongPending(ids, this::pendingInput, Inputs::forBodies, rows -> {});
  }

  private Optional<Optional<RunInput>> pendingInput(long id) {
    if (writer.isDeleted(id)) {
      return Optional.of(Optional.empty());
    }
    RunRow row = writer.pendingRun(id).orElse(null);
    return row == null ? Optional.empty() : Optional.of(Optional.of(RunInput.of(row)));
  }

  /** Rows under ids, as a table has them. */
  private interface RowsOf<T> {
    List<T> read(Statements statements, List<Long> ids) throws SQLException;
  }

  /**
   * Rows by their ids: first among what is pending, since they can only move to the database, and
   * then there.
   */
  private <T> List<T> amongPending(
      List<Long> ids,
      Function<Long, Optional<Optional<T>>> pending,
      RowsOf<T> stored,
      Consumer<List<T>> found) {
    requireOpen.run();
    List<T> rows = new ArrayList<>(ids.size());
    List<Long> elsewhere = new ArrayList<>(ids.size());
    for (Long id : ids) {
      pending.apply(id).ifPresentOrElse(row -> row.ifPresent(rows::add), () -> elsewhere.add(id));
    }
    if (!elsewhere.isEmpty()) {
      List<T> read = forCommitter(statements -> stored.read(statements, elsewhere));
      found.accept(read);
      rows.addAll(read);
    }
    return rows;
  }

  Optional<BindingRow> binding(BindingRow.Key key) {
    while (true) {
      long before = writer.changesOfPlace();
      Optional<Optional<BindingRow>> pending = writer.pendingBinding(key);
      Optional<BindingRow> found =
          pending.orElseGet(
              () -> forCommitter(statements -> IdempotencyTable.one(statements, key)));
      if (pending.isEmpty() && found.isPresent() && writer.mayDelete(found.get().runId())) {
        writer.awaitAll(); // with what it names it would go
      } else if (writer.changesOfPlace() == before) {
        return found;
      }
      // A part of it may have come into the database after that was asked, and left where it had
      // been pending before it was looked for there.
    }
  }

  List<BindingRow> bindings(long id) {
    while (true) {
      long before = writer.changesOfPlace();
      List<BindingRow> stored = forCommitter(statements -> IdempotencyTable.of(statements, id));
      if (!stored.isEmpty() && writer.mayDelete(id)) {
        writer.awaitAll(); // with what they name they would go
        continue;
      }
      List<BindingRow> found = new ArrayList<>(writer.pendingBindings(id));
      for (BindingRow row : stored) {
        if (writer.pendingBinding(row.key()).isEmpty()) {
          found.add(row);
        }
      }
      if (writer.changesOfPlace() == before) {
        return found;
      }
    }
  }

  List<EndedRow> ended(RunStatus status, EndedRow after, int limit) {
    List<EndedRow> found = ended(status.name(), after, limit);
    writer.foundEnded(found);
    return found;
  }

  List<EndedRow> emptyBatches(EndedRow after, int limit) {
    return ended(EmptyBatches.STATUS, after, limit);
  }

  private List<EndedRow> ended(String status, EndedRow after, int limit) {
    return undeleted(
        after, limit, EndedRow::id, (last, most) -> endedOrDeleted(status, last, most));
  }

  /**
   * What came to its end before all that is pending is in the database, so that a page of it need
   * not wait. Retention reads such pages, unless it keeps nothing longer than the database is
   * behind.
   */
  private List<EndedRow> endedOrDeleted(String status, EndedRow after, int limit) {
    Reading<List<EndedRow>> reading =
        statements -> EndedTable.after(statements, status, after, limit);
    long firstPending = writer.firstPendingEnd(); // before: it may be in the database afterwards
    List<EndedRow> page = forCommitter(reading);
    long reached = page.size() < limit ? Micros.NEVER : page.getLast().finishedAtMicros();
    if (firstPending == Micros.NEVER || reached < firstPending) {
      return page;
    }
    writer.awaitAll();
    return forCommitter(reading);
  }

  /** Runs that were made together are looked at together, and nothing that is pending is. */
  Set<Long> unnamed(List<Long> runIds) {
    List<Long> quiet = runIds.stream().filter(id -> !writer.mayName(id)).sorted().toList();
    Set<Long> unnamed = new HashSet<>();
    for (List<Long> some : Statements.parts(quiet)) {
      if (!forCommitter(statements -> namesAny(statements, some))) {
        unnamed.addAll(some);
      }
    }
    return unnamed;
  }

  private static boolean namesAny(Statements statements, List<Long> ids) throws SQLException {
    return statements.anyBetween(IdempotencyTable.ANY_BETWEEN, ids)
        || statements.anyBetween(JournalTable.ANY_NAMED_BETWEEN, ids)
        || !BatchesOfRuns.ofAny(statements, ids).isEmpty();
  }

  List<Long> namedBy(long targetId, long afterId, int limit) {
    writer.awaitNamed(targetId);
    return undeleted(
        afterId,
        limit,
        id -> id,
        (last, most) ->
            forCommitter(statements -> JournalTable.namedBy(statements, targetId, last, most)));
  }

  /** Reads rows in their order, from behind one of them. */
  private interface Page<T> {
    List<T> read(T after, int limit);
  }

  /** Rows of the database without those that go with what a pending change deletes by its id. */
  private <T> List<T> undeleted(T after, int limit, ToLongFunction<T> id, Page<T> pages) {
    List<T> found = new ArrayList<>();
    T last = after;
    boolean more = limit > 0;
    while (more) {
      long before = writer.changesOfPlace();
      int asked = limit - found.size();
      List<T> page = pages.read(last, asked);
      List<T> left = page.stream().filter(row -> !writer.isDeleted(id.applyAsLong(row))).toList();
      if (writer.changesOfPlace() == before) { // else a row may be gone of which nothing is pending
        found.addAll(left);
        more = page.size() == asked && found.size() < limit;
        last = page.isEmpty() ? last : page.getLast();
      }
    }
    return found;
  }
}
