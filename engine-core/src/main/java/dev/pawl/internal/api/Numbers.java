package dev.pawl.internal.api;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which numbers metadata may hold. It is read without a type, so that a number with a fraction or
 * an exponent becomes a double: one that is too large for that would come back as infinity, which
 * is no number of JSON. And it is read, counted with and written by the loop, which everybody waits
 * for: a number of a hundred thousand digits takes it seconds.
 */
final class Numbers {
  private static final int MOST_DIGITS = 10_000;

  /** As many bits as the largest number of so many digits has. */
  private static final int MOST_BITS = BigInteger.TEN.pow(MOST_DIGITS).bitLength();

  private Numbers() {}

  /**
   * Looks through what a JSON reader has made of a value.
   *
   * @throws IllegalArgumentException if there is a number that is too large
   */
  static void requirePlain(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      map.values().forEach(Numbers::requirePlain);
    } else if (value instanceof List<?> list) {
      list.forEach(Numbers::requirePlain);
    } else if (value instanceof Double number && !Double.isFinite(number)) {
      throw new IllegalArgumentException("a number in it is larger than a double can be");
    } else if (value instanceof BigInteger number && number.bitLength() > MOST_BITS) {
      throw new IllegalArgumentException(
          "a number in it has more than " + MOST_DIGITS + " digits; store it as a text");
    }
  }
}
