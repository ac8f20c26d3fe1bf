package dev.pawl.h2.internal;

import dev.pawl.spi.Changes;
import java.sql.SQLException;

/** Writes changes into the tables, within the transaction of the connection. */
final class Tables {
  private Tables() {}

  /**
   * Writes all rows, and the number of the group.
   *
   * @param seq the number of the last group that is in the changes
   */
  static void write(Statements statements, Changes changes, long seq) throws SQLException {
    RunTable.insert(statements, changes.runs());
    RunTable.update(statements, changes.runUpdates());
    LiveRunTable.insert(statements, changes.liveInserts());
    LiveRunTable.update(statements, changes.liveUpdates());
    LiveRunTable.delete(statements, changes.liveDeletes());
    ResultTable.insert(statements, changes.results());
    AttemptTable.insert(statements, changes.attempts());
    JournalTable.put(statements, changes.journal());
    BatchTable.insert(statements, changes.batches());
    BatchItemTable.insert(statements, changes.batchItems());
    IdempotencyTable.put(statements, changes.bindings());
    IdempotencyTable.delete(statements, changes.unboundKeys());
    QueueTable.put(statements, changes.queues());
    EngineStateTable.write(statements, seq, changes.state());
  }
}
