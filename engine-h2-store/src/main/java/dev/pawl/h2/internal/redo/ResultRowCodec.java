package dev.pawl.h2.internal.redo;

import dev.pawl.RunStatus;
import dev.pawl.spi.ResultRow;

/** How runs ended. */
final class ResultRowCodec implements RowCodec<ResultRow> {
  @Override
  public void write(Sink out, ResultRow row) {
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

  @Override
  public ResultRow read(Source in, int version) {
    return new ResultRow(
        in.number(),
        in.constant(RunStatus.class),
        in.integer(),
        in.number(),
        in.number(),
        in.number(),
        in.number(),
        ValueFields.readOptional(in),
        ErrorFields.readOptional(in));
  }
}
