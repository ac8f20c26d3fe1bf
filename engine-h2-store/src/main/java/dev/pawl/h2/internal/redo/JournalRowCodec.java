package dev.pawl.h2.internal.redo;

import dev.pawl.spi.JournalRow;

/** The calls that bodies made to the engine. */
final class JournalRowCodec implements RowCodec<JournalRow> {
  @Override
  public void write(Sink out, JournalRow row) {
    out.number(row.runId());
    out.number(row.seq());
    out.number(row.generation());
    out.text(row.kind().name());
    out.text(row.taskId());
    out.number(row.match());
    out.number(row.targetId());
    out.text(row.answer().name());
  }

  @Override
  public JournalRow read(Source in, int version) {
    return new JournalRow(
        in.number(),
        in.integer(),
        in.integer(),
        in.constant(JournalRow.Kind.class),
        in.text(),
        in.number(),
        in.number(),
        in.constant(JournalRow.Answer.class));
  }
}
