package dev.pawl;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.math.BigInteger;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

class DurationsFuzzTest {
  private static final Pattern COMPONENTS = Pattern.compile("([0-9]+(w|d|hr|h|m|s))+");
  private static final Pattern COMPONENT = Pattern.compile("([0-9]+)(w|d|hr|h|m|s)");
  private static final BigInteger MOST = BigInteger.valueOf(Durations.MAX.toSeconds());
  private static final Map<String, Long> SECONDS =
      Map.of("w", 604_800L, "d", 86_400L, "hr", 3_600L, "h", 3_600L, "m", 60L, "s", 1L);

  @FuzzTest
  void aTextIsADurationOrIsRefused(FuzzedDataProvider data) {
    String text = data.consumeRemainingAsString();
    Duration parsed;
    try {
      parsed = Durations.parse("delay", text);
    } catch (InvalidOptionException e) {
      Refusals.requireReadable(e);
      assertThat(expected(text)).as("refused %s", text).isNull();
      return;
    }
    assertThat(parsed).isBetween(Duration.ZERO, Durations.MAX);
    if (!text.startsWith("P")) {
      assertThat(BigInteger.valueOf(parsed.toSeconds())).isEqualTo(expected(text));
    }
    assertThat(Durations.parse("delay", parsed.toString())).isEqualTo(parsed);
  }

  /** What the grammar says; null where it says nothing. Slow and plain. */
  private static BigInteger expected(String text) {
    if (text.length() > 64 || !COMPONENTS.matcher(text).matches()) {
      return null;
    }
    Map<Character, BigInteger> units = new HashMap<>();
    Matcher component = COMPONENT.matcher(text);
    while (component.find()) {
      String unit = component.group(2);
      BigInteger value =
          new BigInteger(component.group(1)).multiply(BigInteger.valueOf(SECONDS.get(unit)));
      // Twelve digits are more than any duration needs.
      if (component.group(1).length() > 12 || units.put(unit.charAt(0), value) != null) {
        return null;
      }
    }
    BigInteger sum = units.values().stream().reduce(BigInteger.ZERO, BigInteger::add);
    return sum.compareTo(MOST) > 0 ? null : sum;
  }
}
