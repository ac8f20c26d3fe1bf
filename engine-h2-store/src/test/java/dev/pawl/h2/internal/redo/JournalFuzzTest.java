package dev.pawl.h2.internal.redo;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.pawl.spi.StoreException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

/**
 * The files of a journal. Bytes that are merely random fail at their first checksum, so the second
 * target writes records with right ones around whatever it is given, and then damages some.
 */
class JournalFuzzTest {
  private static final int MOST_FILES = 4;
  private static final int MOST_RECORDS = 6;
  private static final int LONGEST_BODY = 40;
  private static final int TYPES = 5;

  @FuzzTest
  void bytesAreAFileOfAJournalOrNone(byte[] file) {
    requireSound(file);
  }

  @FuzzTest
  void aJournalIsReadToItsEndOrIsRefused(FuzzedDataProvider data) throws IOException {
    RecordingDisk disk = new RecordingDisk();
    int files = data.consumeInt(1, MOST_FILES);
    long seq = data.consumeLong(-1, 3);
    for (int i = 0; i < files; i++) {
      boolean goesOn = data.consumeProbabilityDouble() > 0.1;
      Written written = file(data, i, goesOn ? seq : data.consumeLong());
      seq = written.nextSeq;
      requireSound(written.bytes);
      try (Disk.OpenFile open =
          disk.create(Segment.name(data.consumeInt(0, 3) == 0 ? 7L - i : i))) {
        open.write(0, written.bytes, written.bytes.length);
      } catch (IOException e) {
        return; // that name is taken
      }
    }
    boolean salvage = data.consumeBoolean();
    try {
      Found found = Found.in(disk, new UUID(data.consumeInt(0, 1), 0), salvage);
      if (!found.isEmpty() && found.lastSeq() >= found.firstSeq()) {
        long[] reached = {found.firstSeq() - 1};
        found.replay(
            found.firstSeq() - 1,
            found.lastSeq(),
            (next, changes, bytes) -> assertThat(next).isEqualTo(++reached[0]));
        assertThat(reached[0]).isEqualTo(found.lastSeq());
      }
    } catch (StoreException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  /** A file, and the number of the group that follows. */
  private static final class Written {
    final byte[] bytes;
    final long nextSeq;

    Written(byte[] bytes, long nextSeq) {
      this.bytes = bytes;
      this.nextSeq = nextSeq;
    }
  }

  private static Written file(FuzzedDataProvider data, int number, long firstSeq) {
    long salt = data.consumeLong();
    SegmentHeader header =
        new SegmentHeader(
            new UUID(data.consumeInt(0, 20) == 0 ? 1 : 0, 0),
            number,
            firstSeq,
            salt,
            new UUID(data.consumeInt(0, 1), 0),
            data.consumeBoolean(),
            data.consumeBoolean(),
            data.consumeInt(0, 9) == 0);
    byte[] bytes = header.bytes();
    long seq = firstSeq;
    for (int i = data.consumeInt(0, MOST_RECORDS); i > 0; i--) {
      byte[] body = data.consumeBytes(data.consumeInt(0, LONGEST_BODY));
      int type = data.consumeInt(0, 4) == 0 ? data.consumeInt(0, TYPES) : Frame.GROUP;
      Sink sink = new Sink();
      Frame.begin(sink);
      for (byte b : data.consumeBoolean() ? body : new byte[0]) {
        sink.put(b);
      }
      Frame.end(sink, sink.size() - Frame.HEAD, type, seq, salt);
      sink.pad(Frame.UNIT);
      seq += type == Frame.GROUP ? 1 : 0;
      bytes = Arrays.copyOf(bytes, bytes.length + sink.size());
      System.arraycopy(sink.array(), 0, bytes, bytes.length - sink.size(), sink.size());
    }
    if (data.consumeInt(0, 2) == 0) {
      bytes[data.consumeInt(0, bytes.length - 1)] ^= data.consumeByte();
    }
    int cut = data.consumeInt(0, 2) == 0 ? data.consumeInt(0, bytes.length) : bytes.length;
    int zeros = data.consumeBoolean() ? data.consumeInt(0, 200) : 0;
    return new Written(Arrays.copyOf(Arrays.copyOf(bytes, cut), cut + zeros), seq);
  }

  /** Reading never throws, tells each group once, and stops where it says. */
  private static void requireSound(byte[] file) {
    long[] seqs = {Long.MIN_VALUE, 0};
    Optional<Segment> segment =
        Segment.read(
            "file",
            file,
            (seq, bytes, from, to) -> {
              assertThat(seqs[0] == Long.MIN_VALUE || seq == seqs[0] + 1).isTrue();
              assertThat(from).isBetween(SegmentHeader.SIZE, to);
              assertThat(to).isLessThanOrEqualTo(bytes.length);
              seqs[0] = seq;
              seqs[1]++;
            });
    if (segment.isEmpty()) {
      assertThat(seqs[1]).isZero();
      return;
    }
    Segment found = segment.get();
    assertThat(found.lastSeq() - found.header().firstSeq() + 1).isEqualTo(seqs[1]);
    assertThat(found.end()).isBetween(SegmentHeader.SIZE, file.length);
    byte[] whole = Arrays.copyOf(file, found.end());
    Segment again = Segment.read("file", whole, (seq, bytes, from, to) -> {}).orElseThrow();
    assertThat(again.lastSeq()).isEqualTo(found.lastSeq());
    assertThat(again.ending()).isEqualTo(found.ending());
    assertThat(again.remnant()).isFalse();
  }
}
