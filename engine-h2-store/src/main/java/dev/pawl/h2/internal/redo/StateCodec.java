package dev.pawl.h2.internal.redo;

import dev.pawl.spi.StoreState;

/** What the store remembers of the engine. */
final class StateCodec implements RowCodec<StoreState> {
  @Override
  public void write(Sink out, StoreState row) {
    out.number(row.epoch());
    out.number(row.lastTimeMicros());
    out.number(row.lastId());
  }

  @Override
  public StoreState read(Source in, int version) {
    return new StoreState(in.number(), in.number(), in.number());
  }
}
