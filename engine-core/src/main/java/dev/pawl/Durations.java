package dev.pawl;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The one parser of durations. A duration is one or more components, each digits and a unit: {@code
 * w d hr h m s}, as in {@code "1h52m18s"}; or ISO-8601 as in {@code "PT1H"}. No blanks, signs,
 * decimals or other case; no unit twice; at most 100 years.
 *
 * <p>The reference treats an unreadable delay as "now" and an unreadable ttl as "never"; here both
 * are errors.
 */
final class Durations {
  /** The longest duration of any option. */
  static final Duration MAX = Duration.ofDays(36_525);

  private static final int MAX_LENGTH = 64;
  private static final Pattern COMPONENT = Pattern.compile("(\\d{1,12})(w|d|hr|h|m|s)");
  private static final String GRAMMAR =
      "a duration is one or more of <digits><w|d|hr|h|m|s>, as in \"1h30m\", or ISO-8601, as in"
          + " \"PT1H\", and at most 100 years";

  /** {@link Duration#parse} reads signs, lower case and commas too; this grammar has none. */
  private static final String ISO_CHARACTERS = "PTDHMS.0123456789";

  private Durations() {}

  /**
   * Parses a duration.
   *
   * @param option the option it is for, quoted in the error
   * @throws InvalidOptionException quoting option, value and grammar
   */
  static Duration parse(String option, String text) {
    if (text.isEmpty() || text.length() > MAX_LENGTH) {
      throw unreadable(option, text);
    }
    Duration parsed = text.charAt(0) == 'P' ? iso(option, text) : components(option, text);
    if (parsed.compareTo(MAX) > 0) {
      throw unreadable(option, text);
    }
    return parsed;
  }

  /**
   * Refuses a duration that no option can have.
   *
   * @throws InvalidOptionException if the duration is negative or too long
   */
  static Duration checkRange(String option, Duration duration) {
    if (duration.isNegative() || duration.compareTo(MAX) > 0) {
      throw new InvalidOptionException(
          option + " is " + duration + "; it must lie between zero and 100 years");
    }
    return duration;
  }

  /**
   * As {@link #checkRange}, and refuses zero too.
   *
   * @throws InvalidOptionException if the duration is zero, negative or too long
   */
  static Duration positive(String option, Duration duration) {
    if (duration.isZero()) {
      throw new InvalidOptionException(option + " must be longer than zero");
    }
    return checkRange(option, duration);
  }

  private static Duration components(String option, String text) {
    Matcher matcher = COMPONENT.matcher(text);
    Set<Character> seen = new HashSet<>();
    Duration sum = Duration.ZERO;
    int end = 0;
    while (matcher.find() && matcher.start() == end) {
      end = matcher.end();
      char unit = matcher.group(2).charAt(0);
      if (!seen.add(unit)) {
        throw unreadable(option, text);
      }
      sum = sum.plusSeconds(Math.multiplyExact(Long.parseLong(matcher.group(1)), seconds(unit)));
    }
    if (end != text.length()) {
      throw unreadable(option, text);
    }
    return sum;
  }

  private static long seconds(char unit) {
    return switch (unit) {
      case 'w' -> 604_800;
      case 'd' -> 86_400;
      case 'h' -> 3_600;
      case 'm' -> 60;
      default -> 1;
    };
  }

  private static Duration iso(String option, String text) {
    if (!text.chars().allMatch(c -> ISO_CHARACTERS.indexOf(c) >= 0)) {
      throw unreadable(option, text);
    }
    try {
      return Duration.parse(text);
    } catch (DateTimeParseException | ArithmeticException e) {
      throw unreadable(option, text);
    }
  }

  private static InvalidOptionException unreadable(String option, String text) {
    return new InvalidOptionException(
        option + " " + Text.quote(text) + " is not a duration; " + GRAMMAR);
  }
}
