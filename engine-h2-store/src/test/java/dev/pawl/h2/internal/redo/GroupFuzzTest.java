package dev.pawl.h2.internal.redo;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.pawl.spi.Changes;

/** The body of a record, as if any bytes had passed the checksum before it. */
class GroupFuzzTest {
  @FuzzTest
  void bytesAreAGroupOrAreRefused(byte[] bytes) {
    Changes changes;
    try {
      changes = ChangesCodec.read(new Source(bytes, 0, bytes.length));
    } catch (UnreadableException e) {
      assertThat(e.getMessage()).isNotBlank();
      return;
    }
    assertThat(ChangesCodecTest.roundTrip(changes)).isEqualTo(changes);
  }
}
