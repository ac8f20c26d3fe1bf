package dev.pawl.h2.internal.redo;

import dev.pawl.spi.QueueRow;

/** The settings of queues. */
final class QueueRowCodec implements RowCodec<QueueRow> {
  @Override
  public void write(Sink out, QueueRow row) {
    out.text(row.name());
    out.number(row.declaredLimit());
    out.number(row.limitOverride());
    out.number(row.declaredTotalLimit());
    out.number(row.totalLimitOverride());
    out.number(row.maxQueued());
    out.flag(row.paused());
  }

  @Override
  public QueueRow read(Source in, int version) {
    return new QueueRow(
        in.text(), in.integer(), in.integer(), in.integer(), in.integer(), in.integer(), in.flag());
  }
}
