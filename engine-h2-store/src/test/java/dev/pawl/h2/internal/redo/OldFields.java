package dev.pawl.h2.internal.redo;

import dev.pawl.spi.LiveRow;
import dev.pawl.spi.ResultRow;
import dev.pawl.spi.RunRow;

/** Rows as earlier versions of this library wrote them. */
final class OldFields {
  private OldFields() {}

  /** Version 2; the first one had no trace. */
  static void write(Sink out, RunRow row) {
    out.number(row.id());
    out.text(row.taskId());
    ValueFields.write(out, row.payload());
    out.number(row.createdAtMicros());
    out.number(row.delayUntilMicros());
    out.number(row.ttlMicros());
    out.number(row.maxAttempts());
    out.number(row.priorityMicros());
    out.text(row.queue());
    out.text(row.concurrencyKey());
    TextFields.write(out, row.tags());
    out.text(row.metadata());
    out.number(row.parentId());
    out.number(row.rootId());
    out.number(row.depth());
    out.number(row.batchId());
    out.number(row.batchIndex());
    out.number(row.replayOf());
    out.text(row.idempotencyKey());
    out.text(row.idempotencyScope());
    out.number(row.maxDurationMicros());
    out.text(row.machine());
    out.text(row.region());
    out.text(row.trace());
  }

  /** Version 1. */
  static void write(Sink out, LiveRow row) {
    out.number(row.id());
    out.text(row.status().name());
    out.text(row.taskId());
    out.text(row.queue());
    out.text(row.concurrencyKey());
    out.number(row.priorityMicros());
    out.number(row.queueTimeMicros());
    out.number(row.queuedAtMicros());
    out.number(row.dueAtMicros());
    out.number(row.ttlMicros());
    out.number(row.expiresAtMicros());
    out.number(row.attempt());
    out.number(row.incarnation());
    out.flag(row.repeatAttempt());
    out.number(row.maxAttempts());
    out.number(row.startedAtMicros());
    out.number(row.attemptStartedAtMicros());
    out.number(row.generation());
    out.number(row.journalSize());
    out.number(row.parentId());
    out.number(row.rootId());
    out.number(row.depth());
    out.number(row.createdAtMicros());
    out.text(row.debounceKey());
    out.flag(row.awaited());
    out.number(row.maxDurationMicros());
    out.number(row.activeMicros());
    out.text(row.machine());
    out.text(row.region());
    WaitFields.write(out, row.waits());
  }

  /** Version 1. */
  static void write(Sink out, ResultRow row) {
    out.number(row.id());
    out.text(row.status().name());
    out.number(row.attempt());
    out.number(row.queuedAtMicros());
    out.number(row.startedAtMicros());
    out.number(row.attemptStartedAtMicros());
    out.number(row.finishedAtMicros());
    ValueFields.writeOptional(out, row.output());
    ErrorFields.writeOptional(out, row.error());
  }
}
