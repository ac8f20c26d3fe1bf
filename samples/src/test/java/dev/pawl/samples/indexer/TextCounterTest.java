package dev.pawl.samples.indexer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextCounterTest {
  /** A bar stands for the end of a line. */
  @ParameterizedTest
  @CsvSource({
    "'', 0, 0",
    "'|', 1, 0",
    "'a', 1, 1",
    "'a|', 1, 1",
    "'a|b', 2, 2",
    "'||', 2, 0",
    "' a  b | c', 2, 3",
    "'grüße über|alles', 2, 3"
  })
  void linesAndWordsAreCounted(String text, long lines, long words) {
    TextCounter counter = new TextCounter();
    byte[] bytes = text.replace('|', '\n').getBytes(UTF_8);
    counter.count(bytes, bytes.length);
    assertThat(counter.lines()).isEqualTo(lines);
    assertThat(counter.words()).isEqualTo(words);
  }

  @Test
  void aWordThatIsCutByABufferCountsOnce() {
    byte[] bytes = "one two\nthree".getBytes(UTF_8);
    TextCounter counter = new TextCounter();
    for (byte b : bytes) {
      counter.count(new byte[] {b, 'x'}, 1);
    }
    assertThat(counter.words()).isEqualTo(3);
    assertThat(counter.lines()).isEqualTo(2);
  }
}
