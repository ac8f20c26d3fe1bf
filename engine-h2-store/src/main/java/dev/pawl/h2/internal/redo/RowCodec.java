package dev.pawl.h2.internal.redo;

/**
 * How rows of one type stand in the journal: field by field, in the order of the record's
 * components. Whoever adds a component raises {@link #version()} and says in {@link #read} what an
 * older row has in its place.
 */
interface RowCodec<R> {
  /** The version that is written; 1 to 255. */
  default int version() {
    return 1;
  }

  void write(Sink out, R row);

  /**
   * Reads a row.
   *
   * @param version the version that it was written in, at most {@link #version()}
   */
  R read(Source in, int version);
}
