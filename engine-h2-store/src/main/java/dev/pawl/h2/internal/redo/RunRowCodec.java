package dev.pawl.h2.internal.redo;

import dev.pawl.spi.RunRow;

/** What runs were triggered with. */
final class RunRowCodec implements RowCodec<RunRow> {
  /** From this version on, a row has a trace. */
  private static final int WITH_TRACE = 2;

  @Override
  public int version() {
    return WITH_TRACE;
  }

  @Override
  public void write(Sink out, RunRow row) {
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

  @Override
  public RunRow read(Source in, int version) {
    return new RunRow(
        in.number(),
        in.text(),
        ValueFields.read(in),
        in.number(),
        in.number(),
        in.number(),
        in.integer(),
        in.number(),
        in.text(),
        in.optionalText(),
        TextFields.read(in),
        in.optionalText(),
        in.number(),
        in.number(),
        in.integer(),
        in.number(),
        in.integer(),
        in.number(),
        in.optionalText(),
        in.optionalText(),
        in.number(),
        in.optionalText(),
        in.optionalText(),
        version >= WITH_TRACE ? in.optionalText() : null);
  }
}
