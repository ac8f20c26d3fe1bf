package dev.pawl.h2.internal.redo;

import dev.pawl.TriggerOutcome;
import dev.pawl.spi.BatchItemRow;

/** Which runs stand in a batch. */
final class BatchItemRowCodec implements RowCodec<BatchItemRow> {
  @Override
  public void write(Sink out, BatchItemRow row) {
    out.number(row.batchId());
    out.number(row.index());
    out.number(row.runId());
    out.text(row.taskId());
    out.text(row.outcome().name());
    out.flag(row.payloadDiffers());
  }

  @Override
  public BatchItemRow read(Source in, int version) {
    return new BatchItemRow(
        in.number(),
        in.integer(),
        in.number(),
        in.text(),
        in.constant(TriggerOutcome.class),
        in.flag());
  }
}
