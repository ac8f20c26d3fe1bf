package dev.pawl.h2.internal.redo;

import dev.pawl.RunStatus;
import dev.pawl.spi.AttemptRow;

/** Attempts that ended without ending their run. */
final class AttemptRowCodec implements RowCodec<AttemptRow> {
  @Override
  public void write(Sink out, AttemptRow row) {
    out.number(row.runId());
    out.number(row.number());
    out.number(row.startedAtMicros());
    out.number(row.finishedAtMicros());
    out.text(row.status().name());
    ErrorFields.write(out, row.error());
  }

  @Override
  public AttemptRow read(Source in, int version) {
    return new AttemptRow(
        in.number(),
        in.integer(),
        in.number(),
        in.number(),
        in.constant(RunStatus.class),
        ErrorFields.read(in));
  }
}
