package dev.pawl;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextTest {
  @Test
  void plainTextIsQuotedAsItIs() {
    assertThat(Text.quote("")).isEqualTo("\"\"");
    assertThat(Text.quote("a b\u00e9\ud83d\ude80")).isEqualTo("\"a b\u00e9\ud83d\ude80\"");
  }

  @Test
  void whatWouldChangeTheLineOrHideIsEscaped() {
    assertThat(Text.quote("a\nb\r\t\u0000\u001b\u007f\u0085"))
        .isEqualTo("\"a\\u000ab\\u000d\\u0009\\u0000\\u001b\\u007f\\u0085\"");
    assertThat(Text.quote("\u2028\u2029\u202e\u200b\ufeff"))
        .isEqualTo("\"\\u2028\\u2029\\u202e\\u200b\\ufeff\"");
    assertThat(Text.quote("\ud83d!")).isEqualTo("\"\\ud83d!\"");
  }

  @Test
  void longTextIsCutAndSaysSo() {
    assertThat(Text.quote("x".repeat(80))).isEqualTo("\"" + "x".repeat(80) + "\"");
    assertThat(Text.quote("x".repeat(81))).isEqualTo("\"" + "x".repeat(80) + "\u2026\"");
  }

  @Test
  void textThatIsShownInFullIsNotCalledCut() {
    String rockets = "\ud83d\ude80".repeat(80);
    assertThat(Text.quote(rockets)).isEqualTo("\"" + rockets + "\"");
    assertThat(Text.quote(rockets + "x")).isEqualTo("\"" + rockets + "\u2026\"");
  }
}
