package dev.pawl.h2.internal.redo;

import dev.pawl.RunStatus;
import dev.pawl.spi.ResultRow;

/** How runs ended. */
final class ResultRowCodec implements RowCodec<ResultRow> {
  /** From this version on, instants stand as distances from the last of them. */
  private static final int WITH_DISTANCES = 2;

  @Override
  public int version() {
    return WITH_DISTANCES;
  }

  @Override
  public void write(Sink out, ResultRow row) {
    out.number(row.id());
    out.text(row.status().name());
    out.number(row.attempt());
    out.number(row.finishedAtMicros());
    Instants.write(
        out,
        row.finishedAtMicros(),
        row.queuedAtMicros(),
        row.startedAtMicros(),
        row.attemptStartedAtMicros());
    ValueFields.writeOptional(out, row.output());
    ErrorFields.writeOptional(out, row.error());
  }

  @Override
  public ResultRow read(Source in, int version) {
    long id = in.number();
    RunStatus status = in.constant(RunStatus.class);
    int attempt = in.integer();
    long finishedAtMicros;
    long[] instants;
    if (version < WITH_DISTANCES) {
      instants = new long[] {in.number(), in.number(), in.number()};
      finishedAtMicros = in.number();
    } else {
      finishedAtMicros = in.number();
      instants = Instants.read(in, finishedAtMicros, 3);
    }
    return new ResultRow(
        id,
        status,
        attempt,
        instants[0],
        instants[1],
        instants[2],
        finishedAtMicros,
        ValueFields.readOptional(in),
        ErrorFields.readOptional(in));
  }
}
