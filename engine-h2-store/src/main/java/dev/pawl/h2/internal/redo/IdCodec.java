package dev.pawl.h2.internal.redo;

/** Ids of rows that go. */
final class IdCodec implements RowCodec<Long> {
  @Override
  public void write(Sink out, Long id) {
    out.number(id);
  }

  @Override
  public Long read(Source in, int version) {
    return in.number();
  }
}
