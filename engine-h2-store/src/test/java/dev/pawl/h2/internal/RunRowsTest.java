package dev.pawl.h2.internal;

import static dev.pawl.fixtures.ChangesBuilder.changes;
import static dev.pawl.fixtures.Rows.ended;
import static dev.pawl.fixtures.Rows.newRun;
import static dev.pawl.fixtures.Rows.queued;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.RunStatus;
import dev.pawl.fixtures.ChangesBuilder;
import dev.pawl.fixtures.FilterBuilder;
import dev.pawl.fixtures.Rows;
import dev.pawl.spi.RunFilter;
import dev.pawl.spi.RunRow;
import dev.pawl.spi.StoreException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each run has one row, which moves with its end. */
class RunRowsTest {
  private static final String LONG = "x".repeat(2 * LongInputTable.MOST_IN_ROW);

  private H2RunStore store;

  @BeforeEach
  void open() {
    store = H2RunStore.open(new MemoryLocation(), "rows", Options.pinned(1), Migrations.builtIn());
  }

  @AfterEach
  void close() {
    store.close();
  }

  private long count(String table) throws SQLException {
    try (Connection connection = store.database().reading();
        var statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select count(*) from " + table)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private List<Long> ids(RunFilter filter) {
    return store.runs(filter, Long.MAX_VALUE, 1_000).stream().map(run -> run.run().id()).toList();
  }

  @Test
  void aRunHasOneRowBeforeAndAfterItsEnd() throws SQLException {
    store.commit(changes().create(Rows.run(1)).build());
    assertThat(count("unfinished_run")).isOne();
    assertThat(count("finished_run")).isZero();
    store.commit(changes().end(ended(1, RunStatus.COMPLETED)).build());
    assertThat(count("unfinished_run")).isZero();
    assertThat(count("finished_run")).isOne();
    store.commit(changes().create(Rows.run(2), ended(2, RunStatus.CANCELED)).build());
    assertThat(count("unfinished_run")).isZero();
    assertThat(count("finished_run")).isEqualTo(2);
  }

  /** New runs that live, new ones that have ended, and ends of others, in no order. */
  @Test
  void whatBelongsTogetherIsFoundWhateverTheOrder() {
    store.commit(changes().create(Rows.run(5)).create(Rows.run(25)).create(Rows.run(45)).build());
    ChangesBuilder all = changes();
    for (long id : new long[] {40, 10, 30, 20, 50}) {
      if (id % 20 == 0) {
        all.create(Rows.run(id), ended(id, RunStatus.CANCELED));
      } else {
        all.create(Rows.run(id));
      }
    }
    all.end(ended(45, RunStatus.FAILED)).end(ended(5, RunStatus.FAILED));
    store.commit(all.build());
    assertThat(ids(FilterBuilder.filter().statuses(Set.of(RunStatus.CANCELED)).build()))
        .containsExactly(40L, 20L);
    assertThat(ids(FilterBuilder.filter().statuses(Set.of(RunStatus.FAILED)).build()))
        .containsExactly(45L, 5L);
    assertThat(ids(FilterBuilder.filter().statuses(Set.of(RunStatus.QUEUED)).build()))
        .containsExactly(50L, 30L, 25L, 10L);
    assertThat(store.count(RunFilter.ALL)).isEqualTo(8);
  }

  @Test
  void aLongInputIsWrittenOnceAndReplacedByAShortOneAndBack() throws SQLException {
    RunRow shortOne = Rows.run(1);
    RunRow longOne = newRun(1).metadata(LONG).build();
    store.commit(changes().create(longOne).build());
    assertThat(count("long_input")).isOne();
    store.commit(changes().move(Rows.live(longOne, RunStatus.EXECUTING)).build());
    assertThat(store.run(1).orElseThrow().run()).isEqualTo(longOne);
    for (RunRow input : List.of(shortOne, longOne, longOne, shortOne, longOne)) {
      store.commit(changes().update(input).build());
      assertThat(count("long_input")).isEqualTo(input.equals(longOne) ? 1 : 0);
      assertThat(store.runRow(1)).contains(input);
    }
    store.commit(changes().end(ended(1, RunStatus.COMPLETED)).build());
    assertThat(count("unfinished_run where input is not null")).isZero();
    assertThat(store.run(1).orElseThrow().run()).isEqualTo(longOne);
    assertThat(ids(FilterBuilder.filter().queue(longOne.queue()).build())).containsExactly(1L);
    store.commit(changes().update(shortOne).build());
    assertThat(store.run(1).orElseThrow().run()).isEqualTo(shortOne);
    assertThat(count("long_input")).isZero();
  }

  /** Between the looks at the two tables a run can be in both, or in the one already left. */
  @Test
  void aListHasEachRunOnceWhileRunsEnd() throws Exception {
    int many = 1_000;
    ChangesBuilder create = changes();
    LongStream.rangeClosed(1, many).forEach(id -> create.create(Rows.run(id)));
    store.commit(create.build());
    assertThat(ids(RunFilter.ALL)).as("the first list of a process takes long").hasSize(many);
    FutureTask<Void> ends =
        new FutureTask<>(
            () -> {
              for (long id = 1; id <= many; id++) {
                store.commit(changes().end(ended(many + 1 - id, RunStatus.COMPLETED)).build());
              }
              return null;
            });
    Thread ending = new Thread(ends);
    ending.start();
    List<Long> all = LongStream.rangeClosed(1, many).map(id -> many + 1 - id).boxed().toList();
    RunFilter byQueue = FilterBuilder.filter().queue(Rows.run(1).queue()).build();
    do {
      assertThat(ids(RunFilter.ALL)).isEqualTo(all);
      assertThat(store.count(RunFilter.ALL)).isEqualTo(many);
      assertThat(store.count(byQueue)).isEqualTo(many);
      assertThat(store.run(many / 2)).isPresent();
      assertThat(store.inputs(all)).hasSize(many);
    } while (!ends.isDone());
    ends.get();
    ending.join();
  }

  @Test
  void bytesThatAreDamagedAreSaidToBe() throws SQLException {
    store.commit(changes().create(Rows.run(1)).create(Rows.run(2)).build());
    Connection connection = store.database().writing().connection;
    try (var statement = connection.createStatement()) {
      statement.execute("update unfinished_run set state = x'01ff' where id = 1");
      statement.execute(
          "update unfinished_run set input = (select input from unfinished_run where id = 1)"
              + " where id = 2");
    }
    connection.commit();
    assertThatThrownBy(() -> store.run(1))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("the state of run 1 is damaged");
    assertThatThrownBy(() -> store.run(2))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("the input of run 2 is that of 1");
    assertThat(store.liveRows(List.of(2L))).containsExactly(queued(Rows.run(2)));
  }
}
