package dev.pawl.h2.internal.redo;

import dev.pawl.spi.BatchRow;

/** Batches. */
final class BatchRowCodec implements RowCodec<BatchRow> {
  @Override
  public void write(Sink out, BatchRow row) {
    out.number(row.id());
    out.number(row.parentId());
    out.number(row.size());
    out.number(row.createdAtMicros());
    out.text(row.state().name());
    out.number(row.closedAtMicros());
    out.number(row.hash());
    out.text(row.idempotencyKey());
    out.text(row.abortReason());
  }

  @Override
  public BatchRow read(Source in, int version) {
    return new BatchRow(
        in.number(),
        in.number(),
        in.integer(),
        in.number(),
        in.constant(BatchRow.State.class),
        in.number(),
        in.number(),
        in.optionalText(),
        in.optionalText());
  }
}
