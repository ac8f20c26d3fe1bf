package dev.pawl.h2.internal.redo;

import dev.pawl.spi.BindingRow;

/** Idempotency keys and the runs that they name. */
final class BindingRowCodec implements RowCodec<BindingRow> {
  private static final KeyCodec KEY = new KeyCodec();

  @Override
  public void write(Sink out, BindingRow row) {
    KEY.write(out, row.key());
    out.number(row.runId());
    out.number(row.expiresAtMicros());
    out.number(row.payloadHash());
  }

  @Override
  public BindingRow read(Source in, int version) {
    return new BindingRow(KEY.read(in, version), in.number(), in.number(), in.number());
  }

  /** Idempotency keys alone. */
  static final class KeyCodec implements RowCodec<BindingRow.Key> {
    @Override
    public void write(Sink out, BindingRow.Key key) {
      out.text(key.taskId());
      out.number(key.hash1());
      out.number(key.hash2());
    }

    @Override
    public BindingRow.Key read(Source in, int version) {
      return new BindingRow.Key(in.text(), in.number(), in.number());
    }
  }
}
