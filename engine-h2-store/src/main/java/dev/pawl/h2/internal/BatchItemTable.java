package dev.pawl.h2.internal;

import dev.pawl.h2.internal.redo.RowBytes;
import dev.pawl.spi.BatchItemRow;
import dev.pawl.spi.RunRow;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which run stands at which index of a batch: inserted once, and taken out with its run. Items that
 * follow each other and come with one transaction stand in rows of up to {@value #MOST}, so that
 * they cost a fraction of what a row for each does. In which batches a run stands is told by what
 * it was triggered with, and by {@link BatchLinkTable} for all other places.
 */
final class BatchItemTable {
  static final String INSERT =
      "insert into batch_part (batch_id, first_idx, items) values (?, ?, ?)";

  /** The row in which an index stands, if it stands anywhere: no two rows overlap. */
  static final String UP_TO =
      "select first_idx, items from batch_part where (batch_id = ? and first_idx <= ?)"
          + " order by batch_id desc, first_idx desc fetch next 1 rows only";

  static final String AFTER =
      "select first_idx, items from batch_part where (batch_id = ? and first_idx > ?)"
          + " order by batch_id, first_idx fetch next ? rows only";

  static final String UPDATE =
      "update batch_part set batch_part.items = ? where (batch_part.batch_id = ?"
          + " and batch_part.first_idx = ?)";

  static final String DELETE =
      "delete from batch_part where (batch_part.batch_id = ? and batch_part.first_idx = ?)";

  /** How many items stand in one row at the most, and how far their indexes reach. */
  static final int MOST = 256;

  /** How many rows one query reads at the most. */
  private static final int PAGE = 16;

  private static final Logger log = LoggerFactory.getLogger(BatchItemTable.class);

  private BatchItemTable() {}

  /** Items that stand in one row: at its first index, and at others behind it. */
  private record Part(int firstIndex, List<BatchItemRow> items) {
    int lastIndex() {
      return items.getLast().index();
    }
  }

  /**
   * Inserts items.
   *
   * @param runs the runs that are inserted with them
   */
  static void insert(Statements statements, List<BatchItemRow> rows, List<RunRow> runs)
      throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    Map<Long, RunRow> made = new HashMap<>();
    runs.stream().filter(run -> run.batchId() != 0).forEach(run -> made.put(run.id(), run));
    insert(statements, rows, row -> isAt(made.get(row.runId()), row));
  }

  /**
   * Inserts items.
   *
   * @param saysItself whether the run of an item was made there, and tells so
   */
  static void insert(
      Statements statements, List<BatchItemRow> rows, Predicate<BatchItemRow> saysItself)
      throws SQLException {
    List<BatchItemRow> part = new ArrayList<>(MOST);
    for (BatchItemRow row : sorted(rows)) {
      if (!part.isEmpty() && !follows(row, part)) {
        insertPart(statements, part);
        part.clear();
      }
      part.add(row);
      if (!saysItself.test(row)) {
        BatchLinkTable.insert(statements, row);
      }
    }
    insertPart(statements, part);
  }

  private static List<BatchItemRow> sorted(List<BatchItemRow> rows) {
    List<BatchItemRow> sorted = new ArrayList<>(rows);
    sorted.sort(
        Comparator.comparingLong(BatchItemRow::batchId).thenComparingInt(BatchItemRow::index));
    return sorted;
  }

  private static boolean follows(BatchItemRow row, List<BatchItemRow> part) {
    BatchItemRow last = part.getLast();
    return part.size() < MOST && row.batchId() == last.batchId() && row.index() == last.index() + 1;
  }

  /** Whether what a run was triggered with tells that it stands at an index. */
  private static boolean isAt(@Nullable RunRow run, BatchItemRow row) {
    return run != null && run.batchId() == row.batchId() && run.batchIndex() == row.index();
  }

  private static void insertPart(Statements statements, List<BatchItemRow> part)
      throws SQLException {
    long batchId = part.getFirst().batchId();
    PreparedStatement insert = statements.prepare(INSERT);
    insert.setLong(1, batchId);
    insert.setInt(2, part.getFirst().index());
    insert.setBytes(3, statements.bytes().of(part));
    Statements.changeOne(insert, "inserting items of batch", batchId);
  }

  /** The items behind an index, in their order. */
  static List<BatchItemRow> after(Statements statements, long batchId, int index, int limit)
      throws SQLException {
    List<BatchItemRow> found = new ArrayList<>();
    if (index == Integer.MAX_VALUE || limit <= 0) {
      return found;
    }
    int last = index + 1;
    Part first = upTo(statements, batchId, last);
    if (first != null) {
      last = first.firstIndex();
      addBehind(index, first, limit, found);
    }
    int page = Math.clamp((limit - found.size()) / MOST + 1L, 1, PAGE);
    boolean more = true;
    while (more && found.size() < limit) {
      List<Part> parts = parts(statements, batchId, last, page);
      for (Part part : parts) {
        addBehind(index, part, limit, found);
        last = part.firstIndex();
      }
      more = parts.size() == page;
      page = Math.min(2 * page, PAGE); // what comes in small pieces is not read row by row
    }
    return found;
  }

  private static void addBehind(int index, Part part, int limit, List<BatchItemRow> found) {
    part.items().stream()
        .filter(item -> item.index() > index)
        .limit(limit - (long) found.size())
        .forEach(found::add);
  }

  private static @Nullable Part upTo(Statements statements, long batchId, int index)
      throws SQLException {
    PreparedStatement select = statements.prepare(UP_TO);
    select.setLong(1, batchId);
    select.setInt(2, index);
    try (ResultSet rows = select.executeQuery()) {
      return rows.next() ? part(rows, batchId) : null;
    }
  }

  private static List<Part> parts(Statements statements, long batchId, int after, int limit)
      throws SQLException {
    List<Part> found = new ArrayList<>();
    try (ResultSet rows = selectAfter(statements, batchId, after, limit)) {
      while (rows.next()) {
        found.add(part(rows, batchId));
      }
    }
    return found;
  }

  private static ResultSet selectAfter(Statements statements, long batchId, int after, int limit)
      throws SQLException {
    PreparedStatement select = statements.prepare(AFTER);
    select.setLong(1, batchId);
    select.setInt(2, after);
    select.setInt(3, limit);
    return select.executeQuery();
  }

  private static Part part(ResultSet rows, long batchId) throws SQLException {
    return new Part(rows.getInt(1), items(rows, batchId));
  }

  private static List<BatchItemRow> items(ResultSet rows, long batchId) throws SQLException {
    return Columns.decoded(rows, 2, RowBytes::items, () -> "items of batch " + batchId + " are");
  }

  /** Whether a batch has no item. */
  static boolean isEmpty(Statements statements, long batchId) throws SQLException {
    try (ResultSet rows = selectAfter(statements, batchId, Integer.MIN_VALUE, 1)) {
      return !rows.next();
    }
  }

  /** Whether a batch has an item at an index. */
  static boolean contains(Statements statements, long batchId, int index) throws SQLException {
    return items(statements, batchId, index).anyMatch(item -> item.index() == index);
  }

  /** Whether a run stands where it says that it was made; believed where that is damaged. */
  static boolean contains(Statements statements, BatchLinkTable.Place place, long runId)
      throws SQLException {
    if (place.batchId() == 0) {
      return false;
    }
    try {
      return items(statements, place.batchId(), place.index())
          .anyMatch(item -> item.index() == place.index() && item.runId() == runId);
    } catch (SQLException e) {
      requireDamage(e);
      return true;
    }
  }

  /** Those among which an item stands. */
  private static Stream<BatchItemRow> items(Statements statements, long batchId, int index)
      throws SQLException {
    Part part = upTo(statements, batchId, index);
    return part == null ? Stream.of() : part.items().stream();
  }

  /** The ids below {@code beforeId} of the runs in a batch, each once, in descending order. */
  static List<Long> runIdsBefore(Statements statements, long batchId, long beforeId)
      throws SQLException {
    TreeSet<Long> ids = new TreeSet<>();
    int last = Integer.MIN_VALUE;
    List<Part> parts;
    do {
      parts = parts(statements, batchId, last, PAGE);
      for (Part part : parts) {
        part.items().stream()
            .map(BatchItemRow::runId)
            .filter(id -> id < beforeId)
            .forEach(ids::add);
        last = part.firstIndex();
      }
    } while (parts.size() == PAGE);
    return List.copyOf(ids.descendingSet());
  }

  /**
   * Takes out the items at these indexes that name one of these runs.
   *
   * @return whether there was one
   */
  static boolean remove(
      Statements statements, long batchId, NavigableSet<Integer> indexes, Set<Long> runIds)
      throws SQLException {
    boolean removed = false;
    NavigableSet<Integer> left = new TreeSet<>(indexes);
    while (!left.isEmpty()) {
      int index = left.getFirst();
      Part part = readableUpTo(statements, batchId, index);
      int last = part == null ? index : Math.max(index, part.lastIndex());
      SortedSet<Integer> here = left.headSet(last, true);
      if (part != null) {
        removed |= replace(statements, batchId, part, here, runIds);
      }
      here.clear();
    }
    return removed;
  }

  /**
   * The items of a damaged row are lost, and stay with their batch: nothing could be written after
   * a deletion that cannot be applied.
   */
  private static @Nullable Part readableUpTo(Statements statements, long batchId, int index)
      throws SQLException {
    try {
      return upTo(statements, batchId, index);
    } catch (SQLException e) {
      requireDamage(e);
      log.warn("Item {} of batch {} is not taken out with its run", index, batchId, e);
      return null;
    }
  }

  private static void requireDamage(SQLException e) throws SQLException {
    if (e.getErrorCode() != 0) {
      throw e; // it is H2 that fails
    }
  }

  private static boolean replace(
      Statements statements, long batchId, Part part, SortedSet<Integer> indexes, Set<Long> runIds)
      throws SQLException {
    List<BatchItemRow> kept =
        part.items().stream()
            .filter(item -> !indexes.contains(item.index()) || !runIds.contains(item.runId()))
            .toList();
    if (kept.size() == part.items().size()) {
      return false;
    }
    boolean empty = kept.isEmpty();
    PreparedStatement change = statements.prepare(empty ? DELETE : UPDATE);
    int at = 1;
    if (!empty) {
      change.setBytes(at++, statements.bytes().of(kept));
    }
    change.setLong(at, batchId);
    change.setInt(at + 1, part.firstIndex());
    Statements.changeOne(change, "taking items out of batch", batchId);
    return true;
  }
}
