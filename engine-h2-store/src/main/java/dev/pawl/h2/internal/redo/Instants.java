package dev.pawl.h2.internal.redo;

import dev.pawl.spi.Micros;

/**
 * Instants of a row, most of which are unset or close to one that is set in each: which of them are
 * set is one number of bits, and of those that are stands the distance.
 */
final class Instants {
  private Instants() {}

  static void write(Sink out, long near, long... micros) {
    long set = 0;
    for (int i = 0; i < micros.length; i++) {
      set |= micros[i] == Micros.NONE ? 0 : 1L << i;
    }
    out.number(set);
    for (long instant : micros) {
      if (instant != Micros.NONE) {
        out.number(instant - near); // what overflows here comes back by overflowing there
      }
    }
  }

  /** So many of them, as they were written. */
  static long[] read(Source in, long near, int count) {
    long set = in.number();
    if (set < 0 || set >>> count != 0) {
      throw new UnreadableException(set + " does not tell which of " + count + " instants are set");
    }
    long[] micros = new long[count];
    for (int i = 0; i < count; i++) {
      micros[i] = (set >> i & 1) == 1 ? in.number() + near : Micros.NONE;
    }
    return micros;
  }
}
