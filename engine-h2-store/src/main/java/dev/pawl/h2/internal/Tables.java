package dev.pawl.h2.internal;

import dev.pawl.spi.Changes;
import java.sql.SQLException;
import java.util.List;

/** Writes changes into the tables, within the transaction of the connection. */
final class Tables {
  private Tables() {}

  /**
   * Writes all rows, and the number of the group.
   *
   * @param seq the number of the last group that is in the changes
   * @param givenUp gets the keys of the large values that belong to nobody from now on
   */
  static void write(Statements statements, Changes changes, long seq, List<Long> givenUp)
      throws SQLException {
    TakenValues.take(statements, changes, givenUp);
    RunOfTaskTable.insert(statements, changes.runs());
    RunOfTaskTable.update(statements, changes.runUpdates());
    RunRows.write(statements, changes);
    EndedTable.insert(statements, changes);
    AttemptTable.insert(statements, changes.attempts());
    JournalTable.put(statements, changes.journal());
    BatchTable.insert(statements, changes.batches());
    BatchTable.update(statements, changes.batchUpdates());
    BatchItemTable.insert(statements, changes.batchItems(), changes.runs());
    IdempotencyTable.put(statements, changes.bindings());
    IdempotencyTable.delete(statements, changes.unboundKeys());
    QueueTable.put(statements, changes.queues());
    LabelTable.put(statements, changes.labels());
    HookTable.insert(statements, changes.hooksOwed());
    HookTable.delete(statements, changes.hooksPaid());
    RunDeletion.delete(statements, changes.runDeletes(), givenUp);
    BatchDeletion.delete(statements, changes.batchDeletes());
    EngineStateTable.write(statements, seq, changes.state());
  }
}
