package dev.pawl.h2.internal;

import dev.pawl.spi.BatchRow;
import dev.pawl.spi.Changes;
import dev.pawl.spi.EndedRow;
import dev.pawl.spi.ResultRow;
import java.nio.ByteBuffer;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Runs in the order of their ends, for retention. All that end with one commit end at one time, so
 * their ids stand in one row: what an index over the results would cost each run, this costs each
 * commit. Batches that were closed without items stand here too, as if they had a status.
 */
final class EndedTable {
  static final String INSERT =
      "insert into ended (status, finished_at_micros, first_id, ids) values (?, ?, ?, ?)";
  static final String AT =
      "select finished_at_micros, first_id, ids from ended"
          + " where (status = ? and finished_at_micros = ? and first_id > ?)"
          + " order by status, finished_at_micros, first_id fetch next ? rows only";
  static final String AFTER =
      "select finished_at_micros, first_id, ids from ended"
          + " where (status = ? and finished_at_micros > ?)"
          + " order by status, finished_at_micros, first_id fetch next ? rows only";
  static final String UPDATE =
      "update ended set ended.ids = ? where (ended.status = ? and ended.finished_at_micros = ?"
          + " and ended.first_id = ?)";
  static final String DELETE =
      "delete from ended where (ended.status = ? and ended.finished_at_micros = ?"
          + " and ended.first_id = ?)";

  /** How many groups one query reads: a group may be as large as a commit, or as small as a run. */
  private static final int PAGE = 8;

  private EndedTable() {}

  /** When and how a run ended, or that an empty batch was closed. */
  record End(String status, long finishedAtMicros) {}

  /** Runs that ended with one commit. */
  private record Group(long finishedAtMicros, long firstId, List<Long> ids) {}

  static void insert(Statements statements, Changes changes) throws SQLException {
    Map<End, List<Long>> ends = new LinkedHashMap<>();
    for (ResultRow row : changes.results()) {
      End end = new End(row.status().name(), row.finishedAtMicros());
      ends.computeIfAbsent(end, unused -> new ArrayList<>()).add(row.id());
    }
    for (List<BatchRow> rows : List.of(changes.batches(), changes.batchUpdates())) {
      for (BatchRow row : rows) {
        if (EmptyBatches.contain(row)) {
          ends.computeIfAbsent(EmptyBatches.end(row), unused -> new ArrayList<>()).add(row.id());
        }
      }
    }
    if (ends.isEmpty()) {
      return;
    }
    PreparedStatement insert = statements.prepare(INSERT);
    for (Map.Entry<End, List<Long>> end : ends.entrySet()) {
      List<Long> ids = end.getValue().stream().sorted().toList();
      insert.setString(1, end.getKey().status());
      insert.setLong(2, end.getKey().finishedAtMicros());
      insert.setLong(3, ids.getFirst());
      insert.setBytes(4, bytes(ids));
      Statements.changeOne(insert, "noting the end of", ids.getFirst());
    }
  }

  /** What ended in a status, in the order of the ends. */
  static List<EndedRow> after(Statements statements, String status, EndedRow after, int limit)
      throws SQLException {
    List<EndedRow> found = new ArrayList<>(limit);
    addAt(statements, new End(status, after.finishedAtMicros()), after.id(), limit, found);
    long time = after.finishedAtMicros();
    while (found.size() < limit) {
      List<Group> groups = after(statements, status, time);
      if (groups.isEmpty()) {
        break;
      }
      long last = groups.getLast().finishedAtMicros();
      boolean whole = groups.size() < PAGE;
      for (Group group : groups) {
        if (whole || group.finishedAtMicros() < last) {
          group.ids().forEach(id -> found.add(new EndedRow(group.finishedAtMicros(), id)));
          time = group.finishedAtMicros();
        }
      }
      if (!whole && groups.getFirst().finishedAtMicros() == last) {
        addAt(statements, new End(status, last), 0, limit - found.size(), found);
        time = last;
      }
    }
    found.sort(null);
    return found.size() <= limit ? found : new ArrayList<>(found.subList(0, limit));
  }

  /**
   * Adds the first runs that ended at one time, of which there are as many as one recovery may end:
   * no more groups are read than hold them, since no id of a group is less than its first.
   */
  private static void addAt(
      Statements statements, End end, long afterId, int limit, List<EndedRow> found)
      throws SQLException {
    List<Long> ids = new ArrayList<>();
    walk(
        statements,
        end,
        group -> {
          if (ids.stream().filter(id -> id < group.firstId()).count() >= limit) {
            return false;
          }
          group.ids().stream().filter(id -> id > afterId).forEach(ids::add);
          return true;
        });
    ids.stream()
        .sorted()
        .limit(limit)
        .forEach(id -> found.add(new EndedRow(end.finishedAtMicros(), id)));
  }

  /** Something done with one group; false ends the walk. */
  private interface Step {
    boolean take(Group group) throws SQLException;
  }

  private static void walk(Statements statements, End end, Step step) throws SQLException {
    long firstId = 0;
    List<Group> page;
    do {
      page = at(statements, end, firstId);
      for (Group group : page) {
        if (!step.take(group)) {
          return;
        }
        firstId = group.firstId();
      }
    } while (page.size() == PAGE);
  }

  /** Takes runs, or batches, out. */
  static void remove(Statements statements, Map<End, Set<Long>> ends) throws SQLException {
    for (Map.Entry<End, Set<Long>> end : ends.entrySet()) {
      Set<Long> left = new HashSet<>(end.getValue());
      walk(
          statements,
          end.getKey(),
          group -> {
            List<Long> kept = group.ids().stream().filter(id -> !left.remove(id)).toList();
            if (kept.size() < group.ids().size()) {
              replace(statements, end.getKey(), group, kept);
            }
            return !left.isEmpty();
          });
      if (!left.isEmpty()) {
        throw new IllegalStateException("the ends of " + left + " are not noted");
      }
    }
  }

  private static void replace(Statements statements, End end, Group group, List<Long> kept)
      throws SQLException {
    boolean empty = kept.isEmpty();
    PreparedStatement change = statements.prepare(empty ? DELETE : UPDATE);
    int at = 1;
    if (!empty) {
      change.setBytes(at++, bytes(kept));
    }
    change.setString(at, end.status());
    change.setLong(at + 1, end.finishedAtMicros());
    change.setLong(at + 2, group.firstId());
    Statements.changeOne(change, "taking out what ended with", group.firstId());
  }

  private static List<Group> at(Statements statements, End end, long afterFirstId)
      throws SQLException {
    PreparedStatement select = statements.prepare(AT);
    select.setString(1, end.status());
    select.setLong(2, end.finishedAtMicros());
    select.setLong(3, afterFirstId);
    select.setInt(4, PAGE);
    return groups(select);
  }

  private static List<Group> after(Statements statements, String status, long finishedAtMicros)
      throws SQLException {
    PreparedStatement select = statements.prepare(AFTER);
    select.setString(1, status);
    select.setLong(2, finishedAtMicros);
    select.setInt(3, PAGE);
    return groups(select);
  }

  private static List<Group> groups(PreparedStatement select) throws SQLException {
    List<Group> found = new ArrayList<>();
    try (ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        found.add(new Group(rows.getLong(1), rows.getLong(2), ids(rows.getBytes(3))));
      }
    }
    return found;
  }

  private static byte[] bytes(List<Long> ids) {
    ByteBuffer bytes = ByteBuffer.allocate(ids.size() * Long.BYTES);
    ids.forEach(bytes::putLong);
    return bytes.array();
  }

  private static List<Long> ids(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    List<Long> ids = new ArrayList<>(bytes.length / Long.BYTES);
    while (buffer.hasRemaining()) {
      ids.add(buffer.getLong());
    }
    return ids;
  }
}
