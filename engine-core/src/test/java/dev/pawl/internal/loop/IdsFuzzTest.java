package dev.pawl.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.pawl.NotFoundException;
import dev.pawl.Refusals;

/** Ids and cursors, which are ids: each number has one text, and no other text is read. */
class IdsFuzzTest {
  @FuzzTest
  void aTextIsTheIdThatItWasWrittenFromOrNone(FuzzedDataProvider data) {
    long number = data.consumeLong(1, Long.MAX_VALUE);
    assertThat(Ids.parseRun(Ids.run(number))).isEqualTo(number);
    assertThat(Ids.parseBatch(Ids.batch(number))).isEqualTo(number);
    String text = data.consumeRemainingAsString();
    try {
      assertThat(Ids.run(Ids.parseRun(text))).isEqualTo(text);
    } catch (NotFoundException e) {
      Refusals.requireReadable(e);
    }
    try {
      assertThat(Ids.batch(Ids.parseBatch(text))).isEqualTo(text);
    } catch (NotFoundException e) {
      Refusals.requireReadable(e);
    }
  }
}
