package dev.pawl.h2.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.RunStatus;
import dev.pawl.spi.Micros;
import dev.pawl.spi.RunFilter;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import org.jooq.conf.ParamType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How H2 reads each list: by a key and in its order, never by sorting what there is. */
class PlanTest {
  private H2RunStore store;
  private Connection connection;

  @BeforeEach
  void open() throws SQLException {
    store = H2RunStore.open(new MemoryLocation(), "plans", Options.pinned(1), Migrations.builtIn());
    connection = store.database().reading();
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
    store.close();
  }

  private String plan(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("explain " + withValues(sql))) {
      rows.next();
      return rows.getString(1);
    }
  }

  /** Texts as texts: H2 compares a text with a number as numbers, for which no index helps. */
  private static String withValues(String sql) {
    return sql.replace("task_id = ?", "task_id = 'x'")
        .replace("status = ?", "status = 'x'")
        .replace("?", "7");
  }

  private String plan(RunFilter filter) throws SQLException {
    String taskId = filter.taskIds().isEmpty() ? null : filter.taskIds().iterator().next();
    return plan(
        RunList.query(RunList.dsl(new Statements(connection)), filter, taskId, 1_000, 50)
            .getSQL(ParamType.INLINED));
  }

  private static RunFilter filter(Set<String> taskIds, Set<RunStatus> statuses, long parentId) {
    return new RunFilter(
        taskIds, statuses, Set.of(), null, parentId, 0, 0, Micros.NONE, Micros.NEVER);
  }

  @Test
  void liveRunsAreReadByTheirKey() throws SQLException {
    assertThat(plan(LiveRunTable.AFTER)).contains("PRIMARY_KEY", "ID > ", "index sorted");
  }

  @Test
  void aRunIsReadByThreeKeys() throws SQLException {
    assertThat(plan(StoredRuns.ONE))
        .contains("PUBLIC.PRIMARY_KEY", "PUBLIC.PRIMARY_KEY")
        .doesNotContain("tableScan");
  }

  @Test
  void retentionReadsByKeysAndIndexes() throws SQLException {
    assertThat(plan(EndedTable.AT)).contains("PRIMARY_KEY").doesNotContain("tableScan");
    assertThat(plan(EndedTable.AFTER)).contains("PRIMARY_KEY", "index sorted");
    assertThat(plan(ResultTable.END)).contains("PRIMARY_KEY").doesNotContain("tableScan");
    assertThat(plan(JournalTable.NAMED_BY)).contains("JOURNAL_BY_TARGET: TARGET_ID = ");
    assertThat(plan(BatchItemTable.BATCHES_OF)).contains("BATCH_ITEM_BY_RUN: RUN_ID = ");
    assertThat(plan(IdempotencyTable.OF_RUN)).contains("IDEMPOTENCY_BY_RUN: RUN_ID = ");
    assertThat(plan(LargeValueTable.ONE)).contains("PRIMARY_KEY").doesNotContain("tableScan");
    assertThat(plan(LargeValueTable.OF_RUN)).contains("LARGE_VALUE_BY_RUN: RUN_ID = ");
    for (String delete :
        List.of(
            RunTable.DELETE,
            ResultTable.DELETE,
            AttemptTable.DELETE,
            JournalTable.DELETE,
            IdempotencyTable.DELETE_OF_RUN,
            BatchItemTable.DELETE_OF_RUN,
            BatchTable.DELETE,
            EndedTable.DELETE,
            EndedTable.UPDATE,
            LargeValueTable.DELETE)) {
      assertThat(plan(delete)).as(delete).doesNotContain("tableScan");
    }
  }

  @Test
  void aKeyIsReadWithoutItsRun() throws SQLException {
    assertThat(plan(IdempotencyTable.ONE))
        .contains("TASK_ID = ", "HASH1 = ", "HASH2 = ", "PRIMARY_KEY")
        .doesNotContain("tableScan", "RESULT");
    assertThat(plan(IdempotencyTable.DELETE)).contains("HASH2 = ").doesNotContain("tableScan");
    assertThat(plan(RunTable.ONE)).contains("PRIMARY_KEY").doesNotContain("tableScan");
    assertThat(plan(RunTable.UPDATE)).contains("PRIMARY_KEY").doesNotContain("tableScan");
  }

  @Test
  void theHistoryOfARunIsReadByItsKey() throws SQLException {
    assertThat(plan(AttemptTable.OF_RUN)).contains("RUN_ID = ", "index sorted");
    assertThat(plan(JournalTable.OF_RUN)).contains("RUN_ID = ", "index sorted");
  }

  @Test
  void theItemsOfABatchAreReadByTheirKey() throws SQLException {
    assertThat(plan(BatchItemTable.AFTER)).contains("BATCH_ID = ", "index sorted");
    assertThat(plan(BatchItemTable.RUNS_BEFORE))
        .contains("BATCH_ID = ")
        .doesNotContain("tableScan");
  }

  @Test
  void allRunsAreReadByTheirKey() throws SQLException {
    assertThat(plan(RunFilter.ALL)).contains("index sorted");
    assertThat(plan(filter(Set.of(), Set.of(), 500))).contains("index sorted");
  }

  @Test
  void theRunsOfATaskAreReadByTheTaskIndex() throws SQLException {
    assertThat(plan(filter(Set.of("task"), Set.of(), 0))).contains("RUN_BY_TASK", "index sorted");
    assertThat(plan(filter(Set.of("task"), Set.of(RunStatus.FAILED), 0)))
        .contains("RUN_BY_TASK", "index sorted");
  }

  @Test
  void liveStatusesAreReadFromTheLiveRows() throws SQLException {
    assertThat(plan(filter(Set.of(), Set.of(RunStatus.QUEUED), 0))).contains("index sorted");
  }

  @Test
  void terminalStatusesAreReadFromTheResults() throws SQLException {
    assertThat(plan(filter(Set.of(), Set.of(RunStatus.FAILED), 0))).contains("index sorted");
  }
}
