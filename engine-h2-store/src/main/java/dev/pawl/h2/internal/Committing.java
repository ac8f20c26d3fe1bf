package dev.pawl.h2.internal;

import dev.pawl.spi.BindingRow;
import dev.pawl.spi.Changes;
import dev.pawl.spi.ResultRow;
import dev.pawl.spi.RunRow;
import java.sql.SQLException;
import java.util.Optional;

/**
 * The way of commits; and, where the database gets them later, what readers need to know of those
 * that it has not got. The defaults are for a writer whose commits are in the database when they
 * return.
 */
interface Committing extends AutoCloseable {

  /** As {@link dev.pawl.spi.RunStore#commit}. */
  void commit(Changes changes);

  /** Whether the calling thread is the one that commits. */
  boolean isCommitter();

  /**
   * Reads on the thread that commits, from the database as it is, without what is still pending.
   */
  <T> T read(Reading<T> reading) throws SQLException;

  /** Returns when the database shows every commit that has returned. */
  default void awaitAll() {}

  /** As {@link #awaitAll()}, for what concerns a run. */
  default void awaitRun(long id) {}

  /** As {@link #awaitAll()}, for what concerns a batch. */
  default void awaitBatch(long id) {}

  /** A run, as far as pending changes concern it. */
  default Optional<RunRow> pendingRun(long id) {
    return Optional.empty();
  }

  /** A result that is pending. */
  default Optional<ResultRow> pendingResult(long id) {
    return Optional.empty();
  }

  /** What a key names; empty inside where it is freed, empty outside where nothing is pending. */
  default Optional<Optional<BindingRow>> pendingBinding(BindingRow.Key key) {
    return Optional.empty();
  }

  /** Changes whenever what was pending has come into the database. */
  default long changesOfPlace() {
    return 0;
  }

  @Override
  default void close() {}
}
