package dev.pawl.h2.internal.redo;

import dev.pawl.spi.RunRow;
import dev.pawl.spi.StoredValue;

/** What runs were triggered with. */
final class RunRowCodec implements RowCodec<RunRow> {
  /** From this version on, a row has a trace. */
  private static final int WITH_TRACE = 2;

  /** From this version on, an instant and the root stand as distances. */
  private static final int WITH_DISTANCES = 3;

  @Override
  public int version() {
    return WITH_DISTANCES;
  }

  @Override
  public void write(Sink out, RunRow row) {
    out.number(row.id());
    out.text(row.taskId());
    ValueFields.write(out, row.payload());
    out.number(row.createdAtMicros());
    Instants.write(out, row.createdAtMicros(), row.delayUntilMicros());
    out.number(row.ttlMicros());
    out.number(row.maxAttempts());
    out.number(row.priorityMicros());
    out.text(row.queue());
    out.text(row.concurrencyKey());
    TextFields.write(out, row.tags());
    out.text(row.metadata());
    out.number(row.parentId());
    out.number(row.rootId() - row.id());
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
    long id = in.number();
    String taskId = in.text();
    StoredValue payload = ValueFields.read(in);
    long createdAtMicros = in.number();
    boolean distances = version >= WITH_DISTANCES;
    return new RunRow(
        id,
        taskId,
        payload,
        createdAtMicros,
        distances ? Instants.read(in, createdAtMicros, 1)[0] : in.number(),
        in.number(),
        in.integer(),
        in.number(),
        in.text(),
        in.optionalText(),
        TextFields.read(in),
        in.optionalText(),
        in.number(),
        distances ? in.number() + id : in.number(),
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
