package dev.pawl.h2.internal;

import static dev.pawl.fixtures.ChangesBuilder.changes;
import static dev.pawl.fixtures.Rows.binding;
import static dev.pawl.fixtures.Rows.ended;
import static dev.pawl.fixtures.Rows.key;
import static dev.pawl.fixtures.Rows.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.RunStatus;
import dev.pawl.spi.BindingRow;
import dev.pawl.spi.StoreException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The thread that commits looks keys and runs up without asking a reader. */
class CommitterReadsTest {
  private static final BindingRow.Key KEY = key("task", "key");

  /** Overridden where there is a journal before the database. */
  RedoMode redo() {
    return RedoMode.NONE;
  }

  /** How many connections there are before a reader has one. */
  int withoutReaders() {
    return 1;
  }

  @TempDir Path folder;
  private H2RunStore store;

  @BeforeEach
  void open() {
    store =
        H2RunStore.open(
            new FileLocation(folder), "looked up", Options.pinned(1, redo()), Migrations.builtIn());
    store.commit(changes().create(run(1)).bind(binding("key", 1)).build());
  }

  @AfterEach
  void close() {
    store.close();
  }

  private void lookUp(long runId) {
    assertThat(store.binding(KEY)).contains(binding("key", runId));
    assertThat(store.runRow(runId)).contains(run(runId));
  }

  private int connections() throws SQLException {
    try (Statement statement = store.database().writing().connection.createStatement();
        ResultSet rows =
            statement.executeQuery("select count(*) from information_schema.sessions")) {
      rows.next();
      return rows.getInt(1);
    }
  }

  @Test
  void noReaderIsAskedByTheThreadThatCommits() throws SQLException {
    lookUp(1);
    assertThat(connections()).isEqualTo(withoutReaders());
    store.run(1);
    assertThat(connections()).isEqualTo(withoutReaders() + 1);
  }

  @Test
  void everyOtherThreadAsksAReader() throws Exception {
    try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
      thread.submit(() -> lookUp(1)).get();
      thread.submit(() -> assertThat(store.runRow(99)).isEmpty()).get(); // pending nowhere
      assertThat(connections()).isEqualTo(withoutReaders() + 1);
      thread.submit(() -> store.commit(changes().create(run(2)).build())).get();
    }
    lookUp(1);
  }

  @Test
  void aLookUpLeavesTheNextCommitAsItIs() {
    for (long id = 2; id <= 50; id++) {
      lookUp(id - 1);
      store.commit(
          changes()
              .end(ended(id - 1, RunStatus.COMPLETED))
              .create(run(id))
              .bind(binding("key", id))
              .build());
      lookUp(id);
    }
  }

  @Test
  void aRefusedCommitIsNotSeenByTheThreadThatTriedIt() {
    assertThatThrownBy(
            () ->
                store.commit(
                    changes()
                        .create(run(2))
                        .bind(binding("key", 2))
                        .unbind(key("task", "unknown"))
                        .build()))
        .isInstanceOf(IllegalStateException.class);
    lookUp(1);
    assertThat(store.runRow(2)).isEmpty();
  }

  @Test
  void aDatabaseThatWasClosedUnderneathIsOpenedAgain() throws SQLException {
    lookUp(1);
    Connection before = store.database().writing().connection;
    store.database().writing().store().closeImmediately();
    lookUp(1);
    assertThat(store.database().writing().connection).isNotSameAs(before);
    store.commit(
        changes().end(ended(1, RunStatus.FAILED)).create(run(2)).bind(binding("key", 2)).build());
    lookUp(2);
  }

  @Test
  void aConnectionThatFailsIsReplacedByAReader() throws SQLException {
    lookUp(1);
    store.database().writing().connection.close();
    lookUp(1);
  }

  @Test
  void aDamagedRowIsReportedAndTheStoreGoesOn() throws SQLException {
    assertThat(store.run(1)).isPresent(); // so that the database has it
    Connection connection = store.database().writing().connection;
    try (Statement statement = connection.createStatement()) {
      statement.execute("update unfinished_run set input = null");
    }
    connection.commit();
    assertThatThrownBy(() -> store.runRow(1))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("input of run 1");
    assertThat(store.binding(KEY)).as("a key is read without its run").isPresent();
    store.commit(changes().create(run(2)).bind(binding("key", 2)).build());
    lookUp(2);
  }

  @Test
  void interruptsHarmNoLookUpAndAreKept() throws SQLException {
    Connection before = store.database().writing().connection;
    for (int i = 0; i < 200; i++) {
      Thread.currentThread().interrupt();
      lookUp(1);
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(store.database().writing().connection).isSameAs(before);
  }
}
