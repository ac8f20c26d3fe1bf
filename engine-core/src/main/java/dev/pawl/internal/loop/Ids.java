package dev.pawl.internal.loop;

import dev.pawl.NotFoundException;
import org.jspecify.annotations.Nullable;

/**
 * Ids as users see them: a prefix that tells the kind, and 13 letters and digits that sort like the
 * number behind them. The alphabet leaves out what is easily mistaken (i, l, o, u).
 */
public final class Ids {
  private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
  private static final int DIGITS = 13;
  private static final String RUN = "run_";
  private static final String BATCH = "batch_";

  private Ids() {}

  public static String run(long id) {
    return RUN + digits(id);
  }

  public static @Nullable String runOrNull(long id) {
    return id == 0 ? null : run(id);
  }

  public static String batch(long id) {
    return BATCH + digits(id);
  }

  public static @Nullable String batchOrNull(long id) {
    return id == 0 ? null : batch(id);
  }

  /**
   * Reads the id of a run.
   *
   * @throws NotFoundException if the text is not the id of a run, and so names none
   */
  public static long parseRun(String text) {
    return parse("run", RUN, text);
  }

  /**
   * Reads the id of a batch.
   *
   * @throws NotFoundException if the text is not the id of a batch, and so names none
   */
  public static long parseBatch(String text) {
    return parse("batch", BATCH, text);
  }

  private static String digits(long id) {
    char[] digits = new char[DIGITS];
    long rest = id;
    for (int i = DIGITS - 1; i >= 0; i--) {
      digits[i] = ALPHABET.charAt((int) (rest & 31));
      rest >>>= 5;
    }
    return new String(digits);
  }

  private static long parse(String kind, String prefix, String text) {
    if (text.length() != prefix.length() + DIGITS || !text.startsWith(prefix)) {
      throw unknown(kind, prefix, text);
    }
    long id = 0;
    for (int i = prefix.length(); i < text.length(); i++) {
      int digit = ALPHABET.indexOf(text.charAt(i));
      if (digit < 0) {
        throw unknown(kind, prefix, text);
      }
      id = (id << 5) | digit;
    }
    // The first digit has more bits than are left for it: without this, two texts name one run.
    if (id <= 0 || !text.endsWith(digits(id))) {
      throw unknown(kind, prefix, text);
    }
    return id;
  }

  private static NotFoundException unknown(String kind, String prefix, String text) {
    String shown = text.length() > 40 ? text.substring(0, 40) + "…" : text;
    return new NotFoundException(
        "\""
            + shown.replaceAll("\\p{C}", "?")
            + "\" is not the id of a "
            + kind
            + "; those look like "
            + prefix
            + digits(42));
  }
}
