package dev.pawl.h2.internal;

import dev.pawl.spi.BatchRow;

/**
 * Batches that were closed without items: no run takes them along when it is deleted, so they stand
 * among the {@linkplain EndedTable ends}, under a status of their own.
 */
final class EmptyBatches {
  /** No run has it. */
  static final String STATUS = "EMPTY_BATCH";

  private EmptyBatches() {}

  /** Whether a batch is one of them. */
  static boolean contain(BatchRow row) {
    return row.size() == 0 && row.state() != BatchRow.State.OPEN;
  }

  /** How it stands among the ends. */
  static EndedTable.End end(BatchRow row) {
    return new EndedTable.End(STATUS, row.closedAtMicros());
  }
}
