package dev.pawl.h2.internal;

import dev.pawl.spi.RunRow;
import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * The runs of each task: what is created in one transaction stands in rows of up to {@value #MOST}
 * ids, so that it costs a fraction of what an index over the runs does. Ids ascend from commit to
 * commit, so no two rows of a task overlap.
 */
final class RunOfTaskTable {
  static final String INSERT = "insert into run_of_task (task_id, first_id, ids) values (?, ?, ?)";
  static final String BEFORE =
      "select first_id, ids from run_of_task where (task_id = ? and first_id < ?)"
          + " order by task_id desc, first_id desc fetch next ? rows only";
  static final String UPDATE =
      "update run_of_task set run_of_task.ids = ? where (run_of_task.task_id = ?"
          + " and run_of_task.first_id = ?)";
  static final String DELETE =
      "delete from run_of_task where (run_of_task.task_id = ? and run_of_task.first_id = ?)";
  static final String COUNT = "select sum(cardinality(ids)) from run_of_task where task_id = ?";

  /** Walks all rows: for a run that does not tell its task any more. */
  static final String NOTED_WITH =
      "select task_id from run_of_task where (first_id <= ? and (array_contains(ids, ?)))"
          + " fetch next 1 rows only";

  /** How many ids stand in one row at the most. */
  static final int MOST = 256;

  /** How many rows one query reads at first, and at the most: a row may have one id, or many. */
  private static final int FIRST_PAGE = 2;

  private static final int LARGEST_PAGE = 64;

  private RunOfTaskTable() {}

  /** Ids that stand in one row. */
  private record Group(long firstId, List<Long> ids) {}

  static void insert(Statements statements, List<RunRow> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    Map<String, NavigableSet<Long>> byTask = new LinkedHashMap<>();
    for (RunRow row : rows) {
      byTask.computeIfAbsent(row.taskId(), unused -> new TreeSet<>()).add(row.id());
    }
    for (Map.Entry<String, NavigableSet<Long>> task : byTask.entrySet()) {
      List<Long> ids = List.copyOf(task.getValue());
      for (int from = 0; from < ids.size(); from += MOST) {
        insert(statements, task.getKey(), ids.subList(from, Math.min(from + MOST, ids.size())));
      }
    }
  }

  /** What is updated may be of another task than before; called before the update. */
  static void update(Statements statements, List<RunRow> rows) throws SQLException {
    for (RunRow row : rows) {
      String before = taskOf(statements, row.id());
      if (!before.equals(row.taskId())) {
        remove(statements, before, new TreeSet<>(Set.of(row.id())));
        insert(statements, row.taskId(), List.of(row.id()));
      }
    }
  }

  private static void insert(Statements statements, String taskId, List<Long> ids)
      throws SQLException {
    PreparedStatement insert = statements.prepare(INSERT);
    insert.setString(1, taskId);
    insert.setLong(2, ids.getFirst());
    insert.setObject(3, ids.toArray(Long[]::new));
    Statements.changeOne(insert, "noting the task of run", ids.getFirst());
  }

  /**
   * The ids of a task's runs that are less than {@code beforeId}, in descending order: at least
   * {@code least} of them, or all.
   */
  static List<Long> before(Statements statements, String taskId, long beforeId, int least)
      throws SQLException {
    List<Long> found = new ArrayList<>();
    long before = beforeId;
    int page = FIRST_PAGE;
    boolean more = true;
    while (more && found.size() < least) {
      List<Group> groups = groups(statements, taskId, before, page);
      for (Group group : groups) {
        group.ids().reversed().stream().filter(id -> id < beforeId).forEach(found::add);
        before = group.firstId();
      }
      more = groups.size() == page;
      page = Math.min(2 * page, LARGEST_PAGE);
    }
    return found;
  }

  /** How many runs a task has. */
  static long count(Statements statements, String taskId) throws SQLException {
    PreparedStatement select = statements.prepare(COUNT);
    select.setString(1, taskId);
    try (ResultSet rows = select.executeQuery()) {
      rows.next();
      return rows.getLong(1); // 0 where there is no row to sum up
    }
  }

  /** The task of a run whose input cannot be read. */
  static String taskNotedWith(Statements statements, long runId) throws SQLException {
    PreparedStatement select = statements.prepare(NOTED_WITH);
    select.setLong(1, runId);
    select.setLong(2, runId);
    try (ResultSet rows = select.executeQuery()) {
      if (!rows.next()) {
        throw new IllegalStateException("the task of run " + runId + " is not noted");
      }
      return rows.getString(1);
    }
  }

  /** Takes runs out. */
  static void remove(Statements statements, Map<String, Set<Long>> runIds) throws SQLException {
    for (Map.Entry<String, Set<Long>> task : runIds.entrySet()) {
      remove(statements, task.getKey(), new TreeSet<>(task.getValue()));
    }
  }

  private static void remove(Statements statements, String taskId, NavigableSet<Long> left)
      throws SQLException {
    long before = Long.MAX_VALUE;
    int page = 1;
    while (!left.isEmpty()) {
      before = Math.min(before, left.last() + 1);
      List<Group> groups = groups(statements, taskId, before, page);
      if (groups.isEmpty()) {
        throw new IllegalStateException("the tasks of the runs " + left + " are not noted");
      }
      for (Group group : groups) {
        List<Long> kept = group.ids().stream().filter(id -> !left.remove(id)).toList();
        if (kept.size() < group.ids().size()) {
          replace(statements, taskId, group, kept);
        }
        before = group.firstId();
      }
      page = Math.min(2 * page, LARGEST_PAGE);
    }
  }

  private static void replace(Statements statements, String taskId, Group group, List<Long> kept)
      throws SQLException {
    if (!kept.isEmpty() && kept.getFirst() == group.firstId()) {
      PreparedStatement update = statements.prepare(UPDATE);
      update.setObject(1, kept.toArray(Long[]::new));
      update.setString(2, taskId);
      update.setLong(3, group.firstId());
      Statements.changeOne(update, "taking out what was noted with run", group.firstId());
      return;
    }
    PreparedStatement delete = statements.prepare(DELETE);
    delete.setString(1, taskId);
    delete.setLong(2, group.firstId());
    Statements.changeOne(delete, "taking out run", group.firstId());
    if (!kept.isEmpty()) {
      insert(statements, taskId, kept);
    }
  }

  private static String taskOf(Statements statements, long runId) throws SQLException {
    return Inputs.one(statements, runId)
        .map(RunRow::taskId)
        .orElseThrow(() -> new IllegalStateException("there is no run " + runId));
  }

  private static List<Group> groups(Statements statements, String taskId, long beforeId, int limit)
      throws SQLException {
    PreparedStatement select = statements.prepare(BEFORE);
    select.setString(1, taskId);
    select.setLong(2, beforeId);
    select.setInt(3, limit);
    List<Group> found = new ArrayList<>();
    try (ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        found.add(new Group(rows.getLong(1), ids(rows.getArray(2))));
      }
    }
    return found;
  }

  private static List<Long> ids(Array array) throws SQLException {
    List<Long> ids = new ArrayList<>();
    for (Object id : (Object[]) array.getArray()) {
      ids.add((Long) id);
    }
    return ids;
  }
}
