package dev.pawl.h2.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class TextsTest {
  private static final int[] KINDS = {
    0, 'a', 0x7ff, 0xd7ff, 0xd800, 0xdbff, 0xdc00, 0xdfff, 0xffff
  };

  @Test
  void anyTextComesBackAsItWas() {
    Random random = new Random(8);
    for (int round = 0; round < 20_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(8); i > 0; i--) {
        text.append(
            (char)
                (random.nextBoolean()
                    ? KINDS[random.nextInt(KINDS.length)]
                    : random.nextInt(1 << 16)));
      }
      assertThat(Texts.decode(Texts.encode(text.toString()))).isEqualTo(text.toString());
    }
  }

  @Test
  void aTextThatIsUnicodeIsUtf8() {
    String text = "é東\ud83d\ude80\0";
    assertThat(Texts.encode(text)).isEqualTo(text.getBytes(UTF_8));
  }

  @Test
  void bytesThatAreNoTextReadAsSome() {
    assertThat(Texts.decode(new byte[] {'a', -1, 'b'})).isEqualTo("a\ufffdb");
    assertThat(Texts.decode(new byte[] {(byte) 0xed, (byte) 0xa0})).contains("\ufffd");
  }
}
