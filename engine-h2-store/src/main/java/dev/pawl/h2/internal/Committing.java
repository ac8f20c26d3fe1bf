package dev.pawl.h2.internal;

import dev.pawl.spi.BindingRow;
import dev.pawl.spi.Changes;
import dev.pawl.spi.EndedRow;
import dev.pawl.spi.LabelRow;
import dev.pawl.spi.LiveRow;
import dev.pawl.spi.Micros;
import dev.pawl.spi.ResultRow;
import dev.pawl.spi.RunRow;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * The way of commits; and, where the database gets them later, what readers need to know of those
 * that it has not got. The defaults are for a writer whose commits are in the database when they
 * return.
 */
interface Committing extends AutoCloseable {

  /**
   * As {@link dev.pawl.spi.RunStore#commit}.
   *
   * @param large what was written apart from the rows
   */
  void commit(Changes changes, LargeValues large);

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

  /** As {@link #awaitAll()}, for journal entries that name a run or batch. */
  default void awaitNamed(long id) {}

  /** A run, as far as pending changes concern it. */
  default Optional<RunRow> pendingRun(long id) {
    return Optional.empty();
  }

  /** The thread that commits has found these rows in the database. */
  default void foundLive(List<LiveRow> rows) {}

  /** The thread that commits has found these runs to have ended, and not to be deleted. */
  default void foundEnded(List<EndedRow> rows) {}

  /** A live row; empty inside where it is deleted, empty outside where nothing is pending. */
  default Optional<Optional<LiveRow>> pendingLive(long id) {
    return Optional.empty();
  }

  /** A result that is pending. */
  default Optional<ResultRow> pendingResult(long id) {
    return Optional.empty();
  }

  /** Labels that are pending. */
  default Optional<LabelRow> pendingLabels(long runId) {
    return Optional.empty();
  }

  /** The keys that name a run or batch by changes that are pending. */
  default List<BindingRow> pendingBindings(long id) {
    return List.of();
  }

  /** Whether a run or batch is deleted by a pending change that names it. */
  default boolean isDeleted(long id) {
    return false;
  }

  /** Whether a key, a journal entry or a batch may name a run by a pending change. */
  default boolean mayName(long runId) {
    return false;
  }

  /**
   * Whether a pending change deletes a run or batch, or runs in a batch, which goes with the last:
   * what stands under it is in the database until then, and goes without being named.
   */
  default boolean mayDelete(long id) {
    return false;
  }

  /** When the first run, or batch without items, came to its end by a pending change. */
  default long firstPendingEnd() {
    return Micros.NEVER;
  }

  /** Whether a pending change takes a large value. */
  default boolean takes(long valueKey) {
    return false;
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
