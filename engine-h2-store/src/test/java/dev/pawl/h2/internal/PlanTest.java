package dev.pawl.h2.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.RunStatus;
import dev.pawl.fixtures.FilterBuilder;
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
    return sql.replace("between ? and ?", "between 7 and 9")
        .replace("task_id = ?", "task_id = 'x'")
        .replace("state = ?", "state = 'x'")
        .replace("status = ?", "status = 'x'")
        .replace("?", "7");
  }

  private String plan(RunFilter filter) throws SQLException {
    StringBuilder plans = new StringBuilder();
    for (var query : new RunSearch(new Statements(connection), filter).queries(1_000, 50)) {
      String plan = plan(query.getSQL(ParamType.INLINED));
      assertThat(plan).contains("index sorted").doesNotContain("tableScan");
      plans.append(plan);
    }
    return plans.toString();
  }

  private static RunFilter filter(Set<String> taskIds, Set<RunStatus> statuses, long parentId) {
    return FilterBuilder.filter().taskIds(taskIds).statuses(statuses).parentId(parentId).build();
  }

  @Test
  void liveRunsAreReadByTheirKey() throws SQLException {
    assertThat(plan(UnfinishedRunTable.AFTER)).contains("PRIMARY_KEY", "ID > ", "index sorted");
  }

  @Test
  void manyRunsAreLookedUpByTheirKeys() throws SQLException {
    assertThat(plan(Existence.LIVE_AMONG.replace("any(?)", "any(array[7, 8])")))
        .contains("PRIMARY_KEY")
        .doesNotContain("tableScan");
    for (String sql :
        List.of(
            UnfinishedRunTable.AMONG,
            UnfinishedRunTable.DELETE,
            FinishedRunTable.ENDS,
            FinishedRunTable.ENDED,
            UnfinishedRunTable.INPUTS,
            FinishedRunTable.DELETE)) {
      assertThat(plan(sql.replace("any(?)", "any(array[7, 8])")))
          .contains("PRIMARY_KEY")
          .doesNotContain("tableScan");
    }
  }

  @Test
  void whatGoesWithARunIsReadByItsKey() throws SQLException {
    for (String sql :
        List.of(StoredRuns.UNFINISHED, StoredRuns.FINISHED, Inputs.UNFINISHED, Inputs.FINISHED)) {
      assertThat(plan(sql.replace("any(?)", "any(array[7, 8])")))
          .as(sql)
          .containsPattern("_RUN\\W+[UF]\\W+PUBLIC.PRIMARY_KEY_\\w+: ID IN\\(7, 8")
          .containsPattern("LONG_INPUT\\W+I\\W+PUBLIC.PRIMARY_KEY_\\w+: RUN_ID = [UF].ID")
          .doesNotContain("tableScan");
    }
  }

  @Test
  void retentionReadsByKeysAndIndexes() throws SQLException {
    assertThat(plan(EndedTable.AT)).contains("PRIMARY_KEY").doesNotContain("tableScan");
    assertThat(plan(EndedTable.AFTER)).contains("PRIMARY_KEY", "index sorted");
    for (String any :
        List.of(
            AttemptTable.ANY_BETWEEN,
            JournalTable.ANY_BETWEEN,
            LabelTable.ANY_BETWEEN,
            LongInputTable.ANY_BETWEEN,
            BatchLinkTable.ANY_BETWEEN,
            HookTable.ANY_BETWEEN)) {
      assertThat(plan(any)).contains("PRIMARY_KEY", "RUN_ID >= ", "RUN_ID <= ");
    }
    assertThat(plan(JournalTable.ANY_NAMED_BETWEEN)).contains("JOURNAL_BY_TARGET: TARGET_ID >= ");
    assertThat(plan(IdempotencyTable.ANY_BETWEEN)).contains("IDEMPOTENCY_BY_RUN: RUN_ID >= ");
    assertThat(plan(LargeValueTable.ANY_BETWEEN)).contains("LARGE_VALUE_BY_RUN: RUN_ID >= ");
    assertThat(plan(JournalTable.NAMED_BY)).contains("JOURNAL_BY_TARGET: TARGET_ID = ");
    assertThat(plan(IdempotencyTable.OF)).contains("IDEMPOTENCY_BY_RUN: RUN_ID = ");
    assertThat(plan(LargeValueTable.ONE)).contains("PRIMARY_KEY").doesNotContain("tableScan");
    assertThat(plan(LargeValueTable.OF_RUN)).contains("LARGE_VALUE_BY_RUN: RUN_ID = ");
    for (String delete :
        List.of(
            AttemptTable.DELETE,
            JournalTable.DELETE,
            IdempotencyTable.DELETE_OF,
            BatchItemTable.UPDATE,
            BatchItemTable.DELETE,
            BatchLinkTable.OF_RUN,
            BatchLinkTable.DELETE,
            BatchTable.DELETE,
            LabelTable.DELETE,
            LongInputTable.DELETE,
            HookTable.ONE,
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
        .doesNotContain("tableScan", "FINISHED_RUN");
    assertThat(plan(IdempotencyTable.DELETE)).contains("HASH2 = ").doesNotContain("tableScan");
    for (String sql :
        List.of(
            FinishedRunTable.RESULT,
            FinishedRunTable.UPDATE_INPUT,
            UnfinishedRunTable.UPDATE,
            UnfinishedRunTable.UPDATE_INPUT)) {
      assertThat(plan(sql)).contains("PRIMARY_KEY").doesNotContain("tableScan");
    }
  }

  @Test
  void theHistoryOfARunIsReadByItsKey() throws SQLException {
    assertThat(plan(AttemptTable.OF_RUN)).contains("RUN_ID = ", "index sorted");
    assertThat(plan(JournalTable.OF_RUN)).contains("RUN_ID = ", "index sorted");
  }

  @Test
  void theItemsOfABatchAreReadByTheirKey() throws SQLException {
    assertThat(plan(BatchItemTable.AFTER)).contains("BATCH_ID = ", "index sorted");
    assertThat(plan(BatchItemTable.UP_TO)).contains("BATCH_ID = ", "FIRST_IDX <= ", "index sorted");
  }

  @Test
  void theLabelsOfARunAreReadByTheirKey() throws SQLException {
    assertThat(plan(LabelTable.ONE)).contains("PRIMARY_KEY", "RUN_ID = ");
  }

  @Test
  void whatIsLookedUpForAFilterIsLookedUpByItsKey() throws SQLException {
    RunFilter everything =
        FilterBuilder.filter()
            .tags(Set.of("x"))
            .statuses(Set.of(RunStatus.QUEUED, RunStatus.FAILED))
            .idempotencyKey("i")
            .concurrencyKey("k")
            .machine("m")
            .region("r")
            .replays(true)
            .rootsOnly(true)
            .fromId(7)
            .build();
    assertThat(plan(everything))
        .containsPattern("LABEL\\W+B\\W+PUBLIC.PRIMARY_KEY_\\w+: RUN_ID = UNFINISHED_RUN.ID")
        .containsPattern("LABEL\\W+B\\W+PUBLIC.PRIMARY_KEY_\\w+: RUN_ID = FINISHED_RUN.ID");
  }

  @Test
  void theOpenBatchesAreReadByTheirIndex() throws SQLException {
    assertThat(plan(BatchTable.OPEN)).contains("BATCH_BY_STATE", "index sorted");
  }

  @Test
  void timesBoundTheWalkOverIds() throws SQLException {
    assertThat(plan(FilterBuilder.filter().fromId(700).build()))
        .contains("ID >= CAST(700", "ID < CAST(1000", "index sorted");
  }

  @Test
  void allRunsAreReadByTheirKey() throws SQLException {
    assertThat(plan(RunFilter.ALL)).contains("UNFINISHED_RUN", "FINISHED_RUN");
    assertThat(plan(filter(Set.of(), Set.of(), 500))).contains("ID >= CAST(501");
  }

  @Test
  void theRunsOfATaskAreReadByTheirKeys() throws SQLException {
    assertThat(plan(RunOfTaskTable.BEFORE))
        .contains("PRIMARY_KEY", "TASK_ID = ", "FIRST_ID < ", "index sorted");
    assertThat(plan(RunOfTaskTable.COUNT)).contains("TASK_ID = ").doesNotContain("tableScan");
    assertThat(plan(RunOfTaskTable.UPDATE)).contains("FIRST_ID = ").doesNotContain("tableScan");
    assertThat(plan(RunOfTaskTable.DELETE)).contains("FIRST_ID = ").doesNotContain("tableScan");
    RunFilter ofTask = filter(Set.of("x"), Set.of(), 7);
    for (var step :
        new RunSearch(new Statements(connection), ofTask).queriesAmong(List.of(7L, 8L, 9L))) {
      assertThat(plan(step.getSQL(ParamType.INLINED)))
          .containsPattern("PRIMARY_KEY\\w*: ID IN\\([^)]*8[^)]*9")
          .as("a bound would be what H2 walks along")
          .doesNotContain("tableScan", "ID >= ");
    }
  }

  @Test
  void aStatusIsLookedForWhereRunsOfThatStatusAre() throws SQLException {
    assertThat(plan(filter(Set.of(), Set.of(RunStatus.QUEUED), 0)))
        .contains("UNFINISHED_RUN", "\"STATUS\" = 'QUEUED'")
        .doesNotContain(".FINISHED_RUN");
    assertThat(plan(filter(Set.of(), Set.of(RunStatus.FAILED), 0)))
        .contains("FINISHED_RUN", "\"STATUS\" = 'FAILED'")
        .doesNotContain("UNFINISHED_RUN");
  }
}
