package dev.pawl.h2.internal.redo;

import dev.pawl.spi.LabelRow;

/** The present labels of runs. */
final class LabelRowCodec implements RowCodec<LabelRow> {
  @Override
  public void write(Sink out, LabelRow row) {
    out.number(row.runId());
    TextFields.write(out, row.tags());
    out.text(row.metadata());
  }

  @Override
  public LabelRow read(Source in, int version) {
    return new LabelRow(in.number(), TextFields.read(in), in.optionalText());
  }
}
