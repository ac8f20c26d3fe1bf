package dev.pawl.h2.internal.redo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** What is put together comes out as one sequence of bytes, however many buffers it takes. */
class SinkTest {
  private static final int HEAD = 24;
  private static final int LONG = 128 * 1024;

  /** Everything that was put. */
  static byte[] bytes(Sink sink) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    sink.writeTo(new Appending(out), 0);
    assertThat(out.size()).isEqualTo(sink.size());
    assertThat(sink.toBytes()).isEqualTo(out.toByteArray());
    return out.toByteArray();
  }

  @Test
  void blocksOfAnyLengthComeOutInTheirOrder() throws IOException {
    Random random = new Random(7);
    Sink sink = new Sink();
    for (int round = 0; round < 200; round++) {
      sink.reset(HEAD);
      List<byte[]> blocks = new ArrayList<>();
      for (int i = random.nextInt(12); i > 0; i--) {
        byte[] block = new byte[length(random)];
        random.nextBytes(block);
        blocks.add(block);
        sink.block(block);
      }
      byte[] bytes = bytes(sink);
      Source source = new Source(bytes, HEAD, bytes.length);
      for (byte[] block : blocks) {
        assertThat(source.block()).isEqualTo(block);
      }
      int from = random.nextInt(bytes.length + 1);
      int length = random.nextInt(bytes.length - from + 1);
      CRC32C expected = new CRC32C();
      expected.update(bytes, from, length);
      CRC32C crc = new CRC32C();
      sink.addTo(crc, from, length);
      assertThat(crc.getValue()).isEqualTo(expected.getValue());
    }
  }

  private static int length(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> random.nextInt(100);
      case 1 -> random.nextInt(LONG);
      case 2 -> LONG - 1 + random.nextInt(3);
      default -> random.nextInt(3 * LONG);
    };
  }

  @Test
  void longTextsAndManyNumbersGoOnInTheNextBuffer() throws IOException {
    Sink sink = new Sink();
    sink.reset(0);
    String text = "\u6771".repeat(300_000);
    for (int i = 0; i < 4; i++) {
      sink.text(text);
      sink.number(i);
    }
    byte[] bytes = bytes(sink);
    Source source = new Source(bytes, 0, bytes.length);
    for (int i = 0; i < 4; i++) {
      assertThat(source.text()).isEqualTo(text);
      assertThat(source.number()).isEqualTo(i);
    }
  }

  /** A copy of each would take their size once more. */
  @Test
  void longBlocksAreNotCopied() {
    Sink sink = new Sink();
    sink.reset(0);
    byte[] block = new byte[1 << 20];
    for (int i = 0; i < 900; i++) {
      sink.block(block);
    }
    assertThat(sink.size()).isGreaterThan(900 << 20);
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 100; i++) {
                sink.block(block);
              }
            })
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("1000000000 bytes");
  }

  private record Appending(ByteArrayOutputStream out) implements Disk.OpenFile {
    @Override
    public void write(long at, byte[] bytes, int length) {
      assertThat(at).isEqualTo(out.size());
      out.write(bytes, 0, length);
    }

    @Override
    public void force() {}

    @Override
    public void truncate(long size) {}

    @Override
    public void close() {}
  }
}
