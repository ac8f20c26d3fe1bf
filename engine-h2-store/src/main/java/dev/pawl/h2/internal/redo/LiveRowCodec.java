package dev.pawl.h2.internal.redo;

import dev.pawl.RunStatus;
import dev.pawl.spi.LiveRow;

/** Where runs stand that have not ended. */
final class LiveRowCodec implements RowCodec<LiveRow> {
  @Override
  public void write(Sink out, LiveRow row) {
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

  @Override
  public LiveRow read(Source in, int version) {
    return new LiveRow(
        in.number(),
        in.constant(RunStatus.class),
        in.text(),
        in.text(),
        in.optionalText(),
        in.number(),
        in.number(),
        in.number(),
        in.number(),
        in.number(),
        in.number(),
        in.integer(),
        in.integer(),
        in.flag(),
        in.integer(),
        in.number(),
        in.number(),
        in.integer(),
        in.integer(),
        in.number(),
        in.number(),
        in.integer(),
        in.number(),
        in.optionalText(),
        in.flag(),
        in.number(),
        in.number(),
        in.optionalText(),
        in.optionalText(),
        WaitFields.read(in));
  }
}
