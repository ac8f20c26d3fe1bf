package dev.pawl.h2.internal.redo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SegmentTest {
  private static final UUID ID = new UUID(1, 2);
  private static final int SIZE = 8 * 1024 * 1024;

  /** Such a text fits into a tag or the message of an exception: "REDO" is how a head begins. */
  @Test
  @Timeout(value = 20, unit = TimeUnit.SECONDS)
  void aTornRecordFullOfWhatLooksAsHeadsDoIsReadInTime() {
    byte[] looksLikeAHead = "REDO\0?\0\0".getBytes(StandardCharsets.UTF_8);
    byte[] file = Arrays.copyOf(header(), SIZE);
    for (int at = SegmentHeader.SIZE; at < SIZE; at += looksLikeAHead.length) {
      System.arraycopy(looksLikeAHead, 0, file, at, looksLikeAHead.length);
    }
    Segment segment = Segment.read("file", file, (seq, bytes, from, to) -> {}).orElseThrow();
    assertThat(segment.remnant()).isTrue();
    assertThat(segment.gap()).as("it cannot be told, so the file counts as damaged").isTrue();
  }

  @Test
  void aFewOfThemInATornRecordSayNothing() {
    byte[] file = Arrays.copyOf(header(), 100_000);
    byte[] text = "REDO\0\0\u0001\0".repeat(9).getBytes(StandardCharsets.UTF_8);
    System.arraycopy(text, 0, file, SegmentHeader.SIZE + 64, text.length);
    Segment segment = Segment.read("file", file, (seq, bytes, from, to) -> {}).orElseThrow();
    assertThat(segment.remnant()).isTrue();
    assertThat(segment.gap()).isFalse();
  }

  private static byte[] header() {
    return new SegmentHeader(ID, 1, 1, 7, ID, true, true, false).bytes();
  }
}
