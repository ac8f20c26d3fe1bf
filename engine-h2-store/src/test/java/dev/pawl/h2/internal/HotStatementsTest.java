package dev.pawl.h2.internal;

import static dev.pawl.h2.internal.jooq.Tables.ATTEMPT;
import static dev.pawl.h2.internal.jooq.Tables.BATCH;
import static dev.pawl.h2.internal.jooq.Tables.BATCH_LINK;
import static dev.pawl.h2.internal.jooq.Tables.BATCH_PART;
import static dev.pawl.h2.internal.jooq.Tables.ENDED;
import static dev.pawl.h2.internal.jooq.Tables.ENGINE_STATE;
import static dev.pawl.h2.internal.jooq.Tables.FINISHED_RUN;
import static dev.pawl.h2.internal.jooq.Tables.IDEMPOTENCY;
import static dev.pawl.h2.internal.jooq.Tables.JOURNAL;
import static dev.pawl.h2.internal.jooq.Tables.LABEL;
import static dev.pawl.h2.internal.jooq.Tables.LARGE_VALUE;
import static dev.pawl.h2.internal.jooq.Tables.LONG_INPUT;
import static dev.pawl.h2.internal.jooq.Tables.OWED_HOOK;
import static dev.pawl.h2.internal.jooq.Tables.QUEUE;
import static dev.pawl.h2.internal.jooq.Tables.RUN_OF_TASK;
import static dev.pawl.h2.internal.jooq.Tables.UNFINISHED_RUN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.h2.internal.jooq.tables.UnfinishedRun;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Query;
import org.jooq.SQLDialect;
import org.jooq.Table;
import org.jooq.conf.ParamCastMode;
import org.jooq.conf.ParamType;
import org.jooq.conf.RenderTable;
import org.jooq.conf.SettingsTools;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The hot statements stand in the code as text, to keep jOOQ off the start path; here jOOQ renders
 * each from the tables that were generated from the schema scripts.
 */
class HotStatementsTest {
  private static final DSLContext JOOQ = jooq(RenderTable.NEVER);
  private static final DSLContext JOOQ_FOR_JOINS = jooq(RenderTable.WHEN_MULTIPLE_TABLES);

  private static DSLContext jooq(RenderTable qualifiers) {
    return DSL.using(
        SQLDialect.H2,
        SettingsTools.clone(Jooq.SETTINGS)
            .withRenderTable(qualifiers)
            .withParamCastMode(ParamCastMode.NEVER));
  }

  @SuppressWarnings(
      "removal") // MERGE with KEY is H2's own; what jOOQ would rather render costs more
  private static Map<String, Query> rendered() {
    Map<String, Query> all = new LinkedHashMap<>();
    runs(all);
    all.put(AttemptTable.INSERT, insert(ATTEMPT));
    all.put(
        AttemptTable.OF_RUN,
        JOOQ.selectFrom(ATTEMPT)
            .where(ATTEMPT.RUN_ID.eq(0L))
            .orderBy(ATTEMPT.RUN_ID, ATTEMPT.NUMBER));
    all.put(
        JournalTable.PUT,
        JOOQ.mergeInto(JOURNAL, JOURNAL.fields())
            .key(JOURNAL.RUN_ID, JOURNAL.SEQ)
            .values(new Object[JOURNAL.fields().length]));
    all.put(
        JournalTable.OF_RUN,
        JOOQ.selectFrom(JOURNAL)
            .where(JOURNAL.RUN_ID.eq(0L).and(JOURNAL.GENERATION.eq(0)))
            .orderBy(JOURNAL.RUN_ID, JOURNAL.SEQ));
    all.put(BatchTable.INSERT, insert(BATCH));
    all.put(BatchTable.ONE, JOOQ.selectFrom(BATCH).where(BATCH.ID.eq(0L)));
    all.put(BatchTable.UPDATE, update(BATCH, BATCH.ID));
    all.put(
        BatchTable.OPEN,
        JOOQ.selectFrom(BATCH).where(BATCH.STATE.eq("")).orderBy(BATCH.STATE, BATCH.ID));
    all.put(BatchItemTable.INSERT, insert(BATCH_PART));
    all.put(
        BatchItemTable.UP_TO,
        JOOQ.select(BATCH_PART.FIRST_IDX, BATCH_PART.ITEMS)
            .from(BATCH_PART)
            .where(BATCH_PART.BATCH_ID.eq(0L).and(BATCH_PART.FIRST_IDX.le(0)))
            .orderBy(BATCH_PART.BATCH_ID.desc(), BATCH_PART.FIRST_IDX.desc())
            .limit(DSL.inline(1)));
    all.put(
        BatchItemTable.AFTER,
        JOOQ.select(BATCH_PART.FIRST_IDX, BATCH_PART.ITEMS)
            .from(BATCH_PART)
            .where(BATCH_PART.BATCH_ID.eq(0L).and(BATCH_PART.FIRST_IDX.gt(0)))
            .orderBy(BATCH_PART.BATCH_ID, BATCH_PART.FIRST_IDX)
            .limit(0));
    all.put(
        BatchItemTable.UPDATE,
        JOOQ.update(BATCH_PART).set(BATCH_PART.ITEMS, new byte[0]).where(batchPartKey()));
    all.put(BatchItemTable.DELETE, JOOQ.deleteFrom(BATCH_PART).where(batchPartKey()));
    all.put(BatchLinkTable.INSERT, insert(BATCH_LINK));
    all.put(
        BatchLinkTable.OF_RUN,
        JOOQ.select(BATCH_LINK.BATCH_ID, BATCH_LINK.IDX)
            .from(BATCH_LINK)
            .where(BATCH_LINK.RUN_ID.eq(0L)));
    all.put(BatchLinkTable.DELETE, JOOQ.deleteFrom(BATCH_LINK).where(BATCH_LINK.RUN_ID.eq(0L)));
    all.put(BatchLinkTable.ANY_BETWEEN, anyBetween(BATCH_LINK, BATCH_LINK.RUN_ID));
    all.put(
        IdempotencyTable.PUT,
        JOOQ.mergeInto(IDEMPOTENCY, IDEMPOTENCY.fields())
            .key(IDEMPOTENCY.TASK_ID, IDEMPOTENCY.HASH1, IDEMPOTENCY.HASH2)
            .values(new Object[IDEMPOTENCY.fields().length]));
    all.put(
        IdempotencyTable.DELETE,
        JOOQ.deleteFrom(IDEMPOTENCY)
            .where(
                IDEMPOTENCY
                    .TASK_ID
                    .eq("")
                    .and(IDEMPOTENCY.HASH1.eq(0L))
                    .and(IDEMPOTENCY.HASH2.eq(0L))));
    all.put(
        IdempotencyTable.ONE,
        JOOQ.select(IDEMPOTENCY.RUN_ID, IDEMPOTENCY.EXPIRES_AT_MICROS, IDEMPOTENCY.PAYLOAD_HASH)
            .from(IDEMPOTENCY)
            .where(
                IDEMPOTENCY
                    .TASK_ID
                    .eq("")
                    .and(IDEMPOTENCY.HASH1.eq(0L))
                    .and(IDEMPOTENCY.HASH2.eq(0L))));
    all.put(IdempotencyTable.OF, JOOQ.selectFrom(IDEMPOTENCY).where(IDEMPOTENCY.RUN_ID.eq(0L)));
    all.put(
        IdempotencyTable.DELETE_OF, JOOQ.deleteFrom(IDEMPOTENCY).where(IDEMPOTENCY.RUN_ID.eq(0L)));
    putRetention(all);
    all.put(
        LabelTable.PUT,
        JOOQ.mergeInto(LABEL, LABEL.fields())
            .key(LABEL.RUN_ID)
            .values(new Object[LABEL.fields().length]));
    all.put(LabelTable.ONE, JOOQ.selectFrom(LABEL).where(LABEL.RUN_ID.eq(0L)));
    all.put(
        QueueTable.PUT,
        JOOQ.mergeInto(QUEUE, QUEUE.fields())
            .key(QUEUE.NAME)
            .values(new Object[QUEUE.fields().length]));
    all.put(HookTable.INSERT, insert(OWED_HOOK));
    all.put(HookTable.DELETE, JOOQ.deleteFrom(OWED_HOOK).where(OWED_HOOK.RUN_ID.eq(0L)));
    all.put(
        HookTable.AFTER,
        JOOQ.selectFrom(OWED_HOOK)
            .where(OWED_HOOK.RUN_ID.gt(0L))
            .orderBy(OWED_HOOK.RUN_ID)
            .limit(0));
    all.put(QueueTable.ALL, JOOQ.selectFrom(QUEUE));
    all.put(
        EngineStateTable.COUNT,
        JOOQ.update(ENGINE_STATE)
            .set(ENGINE_STATE.COMMIT_SEQ, 0L)
            .where(ENGINE_STATE.ID.eq(DSL.inline(1))));
    all.put(
        EngineStateTable.COUNT_AND_SET,
        JOOQ.update(ENGINE_STATE)
            .set(ENGINE_STATE.COMMIT_SEQ, 0L)
            .set(ENGINE_STATE.EPOCH, 0L)
            .set(ENGINE_STATE.LAST_TIME_MICROS, 0L)
            .set(ENGINE_STATE.LAST_ID, 0L)
            .where(ENGINE_STATE.ID.eq(DSL.inline(1))));
    all.put(
        EngineStateTable.READ,
        JOOQ.select(
                ENGINE_STATE.COMMIT_SEQ,
                ENGINE_STATE.EPOCH,
                ENGINE_STATE.LAST_TIME_MICROS,
                ENGINE_STATE.LAST_ID)
            .from(ENGINE_STATE)
            .where(ENGINE_STATE.ID.eq(DSL.inline(1))));
    all.put(
        EngineStateTable.STORE,
        JOOQ.select(ENGINE_STATE.STORE_ID)
            .from(ENGINE_STATE)
            .where(ENGINE_STATE.ID.eq(DSL.inline(1))));
    all.put(
        EngineStateTable.SET_STORE,
        JOOQ.update(ENGINE_STATE)
            .set(ENGINE_STATE.STORE_ID, new UUID(0, 0))
            .where(ENGINE_STATE.ID.eq(DSL.inline(1))));
    existence(all);
    return all;
  }

  private static void runs(Map<String, Query> all) {
    UnfinishedRun table = UNFINISHED_RUN;
    all.put(UnfinishedRunTable.INSERT, insert(table));
    all.put(
        UnfinishedRunTable.UPDATE,
        JOOQ.update(table)
            .set(table.STATUS, "")
            .set(table.STATE, new byte[0])
            .where(table.ID.eq(0L)));
    all.put(
        UnfinishedRunTable.UPDATE_INPUT,
        JOOQ.update(table).set(table.INPUT, new byte[0]).where(table.ID.eq(0L)));
    all.put(UnfinishedRunTable.DELETE, JOOQ.deleteFrom(table).where(among(table.ID)));
    all.put(
        UnfinishedRunTable.AFTER,
        JOOQ.select(table.ID, table.STATE)
            .from(table)
            .where(table.ID.gt(0L))
            .orderBy(table.ID)
            .limit(0));
    all.put(
        UnfinishedRunTable.AMONG,
        JOOQ.select(table.ID, table.STATE).from(table).where(among(table.ID)));
    all.put(FinishedRunTable.INSERT, insert(FINISHED_RUN));
    all.put(
        FinishedRunTable.UPDATE_INPUT,
        JOOQ.update(FINISHED_RUN)
            .set(FINISHED_RUN.INPUT, new byte[0])
            .where(FINISHED_RUN.ID.eq(0L)));
    all.put(
        FinishedRunTable.RESULT,
        JOOQ.select(FINISHED_RUN.RESULT).from(FINISHED_RUN).where(FINISHED_RUN.ID.eq(0L)));
    all.put(
        UnfinishedRunTable.INPUTS,
        JOOQ.select(table.ID, table.INPUT).from(table).where(among(table.ID)));
    all.put(LongInputTable.INSERT, insert(LONG_INPUT));
    all.put(LongInputTable.DELETE, JOOQ.deleteFrom(LONG_INPUT).where(LONG_INPUT.RUN_ID.eq(0L)));
    joins(all);
  }

  private static void joins(Map<String, Query> all) {
    var u = UNFINISHED_RUN.as("u");
    var f = FINISHED_RUN.as("f");
    var i = LONG_INPUT.as("i");
    var b = LABEL.as("b");
    var ofUnfinished = u.leftJoin(i).on(i.RUN_ID.eq(u.ID));
    var ofFinished = f.leftJoin(i).on(i.RUN_ID.eq(f.ID));
    var unfinishedInput = DSL.coalesce(u.INPUT, i.INPUT);
    var finishedInput = DSL.coalesce(f.INPUT, i.INPUT);
    all.put(
        Inputs.UNFINISHED,
        JOOQ_FOR_JOINS.select(u.ID, unfinishedInput).from(ofUnfinished).where(among(u.ID)));
    all.put(
        Inputs.FINISHED,
        JOOQ_FOR_JOINS.select(f.ID, finishedInput).from(ofFinished).where(among(f.ID)));
    all.put(
        StoredRuns.UNFINISHED,
        JOOQ_FOR_JOINS
            .select(u.ID, unfinishedInput, u.STATE, b.RUN_ID, b.TAGS, b.METADATA)
            .from(ofUnfinished.leftJoin(b).on(b.RUN_ID.eq(u.ID)))
            .where(among(u.ID)));
    all.put(
        StoredRuns.FINISHED,
        JOOQ_FOR_JOINS
            .select(f.ID, finishedInput, f.RESULT, b.RUN_ID, b.TAGS, b.METADATA)
            .from(ofFinished.leftJoin(b).on(b.RUN_ID.eq(f.ID)))
            .where(among(f.ID)));
  }

  private static void putRetention(Map<String, Query> all) {
    all.put(FinishedRunTable.DELETE, JOOQ.deleteFrom(FINISHED_RUN).where(among(FINISHED_RUN.ID)));
    all.put(
        FinishedRunTable.ENDS,
        JOOQ.select(FINISHED_RUN.ID, FINISHED_RUN.STATUS, FINISHED_RUN.FINISHED_AT_MICROS)
            .from(FINISHED_RUN)
            .where(among(FINISHED_RUN.ID)));
    all.put(
        FinishedRunTable.ENDED,
        JOOQ.select(
                FINISHED_RUN.ID,
                FINISHED_RUN.STATUS,
                FINISHED_RUN.FINISHED_AT_MICROS,
                FINISHED_RUN.INPUT,
                DSL.octetLength(FINISHED_RUN.RESULT.coerce(String.class)))
            .from(FINISHED_RUN)
            .where(among(FINISHED_RUN.ID)));
    all.put(LongInputTable.ANY_BETWEEN, anyBetween(LONG_INPUT, LONG_INPUT.RUN_ID));
    all.put(AttemptTable.ANY_BETWEEN, anyBetween(ATTEMPT, ATTEMPT.RUN_ID));
    all.put(JournalTable.ANY_BETWEEN, anyBetween(JOURNAL, JOURNAL.RUN_ID));
    all.put(JournalTable.ANY_NAMED_BETWEEN, anyBetween(JOURNAL, JOURNAL.TARGET_ID));
    all.put(LabelTable.ANY_BETWEEN, anyBetween(LABEL, LABEL.RUN_ID));
    all.put(HookTable.ANY_BETWEEN, anyBetween(OWED_HOOK, OWED_HOOK.RUN_ID));
    all.put(IdempotencyTable.ANY_BETWEEN, anyBetween(IDEMPOTENCY, IDEMPOTENCY.RUN_ID));
    all.put(LargeValueTable.ANY_BETWEEN, anyBetween(LARGE_VALUE, LARGE_VALUE.RUN_ID));
    all.put(RunOfTaskTable.INSERT, insert(RUN_OF_TASK));
    all.put(
        RunOfTaskTable.BEFORE,
        JOOQ.select(RUN_OF_TASK.FIRST_ID, RUN_OF_TASK.IDS)
            .from(RUN_OF_TASK)
            .where(RUN_OF_TASK.TASK_ID.eq("").and(RUN_OF_TASK.FIRST_ID.lt(0L)))
            .orderBy(RUN_OF_TASK.TASK_ID.desc(), RUN_OF_TASK.FIRST_ID.desc())
            .limit(0));
    all.put(
        RunOfTaskTable.COUNT,
        JOOQ.select(DSL.sum(DSL.cardinality(RUN_OF_TASK.IDS)))
            .from(RUN_OF_TASK)
            .where(RUN_OF_TASK.TASK_ID.eq("")));
    all.put(
        RunOfTaskTable.NOTED_WITH,
        JOOQ.select(RUN_OF_TASK.TASK_ID)
            .from(RUN_OF_TASK)
            .where(
                RUN_OF_TASK
                    .FIRST_ID
                    .le(0L)
                    .and(DSL.condition("array_contains({0}, {1})", RUN_OF_TASK.IDS, DSL.val(0L))))
            .limit(DSL.inline(1)));
    all.put(
        RunOfTaskTable.UPDATE,
        JOOQ.update(RUN_OF_TASK).set(RUN_OF_TASK.IDS, new Long[0]).where(runOfTaskKey()));
    all.put(RunOfTaskTable.DELETE, JOOQ.deleteFrom(RUN_OF_TASK).where(runOfTaskKey()));
    all.put(EndedTable.INSERT, insert(ENDED));
    all.put(
        EndedTable.AT,
        JOOQ.select(ENDED.FINISHED_AT_MICROS, ENDED.FIRST_ID, ENDED.IDS)
            .from(ENDED)
            .where(
                ENDED.STATUS.eq("").and(ENDED.FINISHED_AT_MICROS.eq(0L)).and(ENDED.FIRST_ID.gt(0L)))
            .orderBy(ENDED.STATUS, ENDED.FINISHED_AT_MICROS, ENDED.FIRST_ID)
            .limit(0));
    all.put(
        EndedTable.AFTER,
        JOOQ.select(ENDED.FINISHED_AT_MICROS, ENDED.FIRST_ID, ENDED.IDS)
            .from(ENDED)
            .where(ENDED.STATUS.eq("").and(ENDED.FINISHED_AT_MICROS.gt(0L)))
            .orderBy(ENDED.STATUS, ENDED.FINISHED_AT_MICROS, ENDED.FIRST_ID)
            .limit(0));
    all.put(EndedTable.UPDATE, JOOQ.update(ENDED).set(ENDED.IDS, new byte[0]).where(endedKey()));
    all.put(EndedTable.DELETE, JOOQ.deleteFrom(ENDED).where(endedKey()));
    all.put(AttemptTable.DELETE, JOOQ.deleteFrom(ATTEMPT).where(ATTEMPT.RUN_ID.eq(0L)));
    all.put(JournalTable.DELETE, JOOQ.deleteFrom(JOURNAL).where(JOURNAL.RUN_ID.eq(0L)));
    all.put(
        JournalTable.NAMED_BY,
        JOOQ.selectDistinct(JOURNAL.RUN_ID)
            .from(JOURNAL)
            .where(JOURNAL.TARGET_ID.eq(0L).and(JOURNAL.RUN_ID.gt(0L)))
            .orderBy(JOURNAL.RUN_ID)
            .limit(0));
    all.put(
        BatchTable.DELETE, JOOQ.deleteFrom(BATCH).where(BATCH.ID.eq(0L).and(BATCH.STATE.ne(""))));
    all.put(LabelTable.DELETE, JOOQ.deleteFrom(LABEL).where(LABEL.RUN_ID.eq(0L)));
    all.put(HookTable.ONE, JOOQ.selectFrom(OWED_HOOK).where(OWED_HOOK.RUN_ID.eq(0L)));
    all.put(LargeValueTable.INSERT, insert(LARGE_VALUE));
    all.put(
        LargeValueTable.OF_RUN,
        JOOQ.select(LARGE_VALUE.VALUE_KEY).from(LARGE_VALUE).where(LARGE_VALUE.RUN_ID.eq(0L)));
    all.put(
        LargeValueTable.DELETE, JOOQ.deleteFrom(LARGE_VALUE).where(LARGE_VALUE.VALUE_KEY.eq(0L)));
    all.put(
        LargeValueTable.ONE,
        JOOQ.select(LARGE_VALUE.RUN_ID).from(LARGE_VALUE).where(LARGE_VALUE.VALUE_KEY.eq(0L)));
  }

  private static Condition among(org.jooq.Field<Long> id) {
    return DSL.condition("{0} = any({1})", id, DSL.val(new Long[0]));
  }

  private static Query anyBetween(Table<?> table, org.jooq.Field<Long> id) {
    return JOOQ.select(id).from(table).where(id.between(0L, 0L)).limit(DSL.inline(1));
  }

  private static Condition runOfTaskKey() {
    return RUN_OF_TASK.TASK_ID.eq("").and(RUN_OF_TASK.FIRST_ID.eq(0L));
  }

  private static Condition batchPartKey() {
    return BATCH_PART.BATCH_ID.eq(0L).and(BATCH_PART.FIRST_IDX.eq(0));
  }

  private static Condition endedKey() {
    return ENDED.STATUS.eq("").and(ENDED.FINISHED_AT_MICROS.eq(0L)).and(ENDED.FIRST_ID.eq(0L));
  }

  private static void existence(Map<String, Query> all) {
    all.put(Existence.HIGHEST_LIVE, highest(UNFINISHED_RUN, UNFINISHED_RUN.ID));
    all.put(Existence.HIGHEST_ENDED, highest(FINISHED_RUN, FINISHED_RUN.ID));
    all.put(
        Existence.LIVE,
        JOOQ.select(UNFINISHED_RUN.ID).from(UNFINISHED_RUN).where(UNFINISHED_RUN.ID.eq(0L)));
    all.put(
        Existence.ENDED,
        JOOQ.select(FINISHED_RUN.ID).from(FINISHED_RUN).where(FINISHED_RUN.ID.eq(0L)));
    all.put(
        Existence.LIVE_AMONG,
        JOOQ.selectCount().from(UNFINISHED_RUN).where(among(UNFINISHED_RUN.ID)));
    all.put(
        Existence.ATTEMPT,
        JOOQ.select(ATTEMPT.RUN_ID)
            .from(ATTEMPT)
            .where(ATTEMPT.RUN_ID.eq(0L).and(ATTEMPT.NUMBER.eq(0))));
    all.put(Existence.BATCH, JOOQ.select(BATCH.ID).from(BATCH).where(BATCH.ID.eq(0L)));
  }

  private static Query highest(Table<?> table, org.jooq.Field<Long> id) {
    return JOOQ.select(id).from(table).orderBy(id.desc()).limit(DSL.inline(1));
  }

  private static Query insert(Table<?> table) {
    return JOOQ.insertInto(table, table.fields()).values(new Object[table.fields().length]);
  }

  private static Query update(Table<?> table, org.jooq.Field<Long> id) {
    Map<org.jooq.Field<?>, Object> values = new LinkedHashMap<>();
    for (org.jooq.Field<?> field : table.fields()) {
      if (!field.equals(id)) {
        values.put(field, null);
      }
    }
    return JOOQ.update(table).set(values).where(id.eq(0L));
  }

  @TestFactory
  Stream<DynamicTest> theTextIsWhatJooqRenders() {
    return rendered().entrySet().stream()
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.getKey().substring(0, 30),
                    () ->
                        assertThat(entry.getKey())
                            .isEqualTo(entry.getValue().getSQL(ParamType.INDEXED))));
  }

  @Test
  void everyHotStatementIsCompared() throws IllegalAccessException {
    List<String> constants = new ArrayList<>();
    for (Class<?> table :
        List.of(
            UnfinishedRunTable.class,
            FinishedRunTable.class,
            LongInputTable.class,
            Inputs.class,
            StoredRuns.class,
            AttemptTable.class,
            JournalTable.class,
            LabelTable.class,
            BatchTable.class,
            BatchItemTable.class,
            BatchLinkTable.class,
            IdempotencyTable.class,
            LargeValueTable.class,
            EndedTable.class,
            RunOfTaskTable.class,
            QueueTable.class,
            HookTable.class,
            EngineStateTable.class,
            Existence.class)) {
      for (Field field : table.getDeclaredFields()) {
        if (field.getType() == String.class && Modifier.isStatic(field.getModifiers())) {
          constants.add((String) field.get(null));
        }
      }
    }
    assertThat(rendered().keySet()).containsExactlyInAnyOrderElementsOf(constants);
  }
}
