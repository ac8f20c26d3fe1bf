package dev.pawl.h2.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file of the database that is read by whoever asks. */
class ReadByCallerTest {
  private static final int BYTES = 100_000;
  private static final int AT = 50_000;
  private static final int ROUNDS = 1_000;

  @TempDir Path temp;
  private Path file;

  @BeforeEach
  void write() throws IOException {
    byte[] bytes = new byte[BYTES];
    for (int i = 0; i < BYTES; i++) {
      bytes[i] = (byte) (i % 101);
    }
    file = Files.write(temp.resolve("file"), bytes);
  }

  private FileChannel open() throws IOException {
    return ReadByCaller.on(FileChannel.open(file), file.toString());
  }

  @Test
  void aReadFillsWhatIsLeftOfTheBufferUpToTheEndOfTheFile() throws IOException {
    byte[] all = Files.readAllBytes(file);
    try (FileChannel channel = open()) {
      ByteBuffer into = ByteBuffer.allocate(100).position(10).slice().position(5).limit(45);
      assertThat(channel.read(into, AT)).isEqualTo(40);
      assertThat(into.position()).isEqualTo(45);
      assertThat(Arrays.copyOfRange(into.array(), 15, 55))
          .isEqualTo(Arrays.copyOfRange(all, AT, AT + 40));
      assertThat(channel.read(into.clear(), BYTES - 7)).isEqualTo(7);
      assertThat(channel.read(into, BYTES)).isEqualTo(-1);
      assertThat(into.position()).isEqualTo(7);
      Thread.currentThread().interrupt();
      assertThat(channel.read(into.clear(), AT)).isEqualTo(90);
      assertThat(Thread.interrupted()).as("kept").isTrue();
      assertThat(channel.isOpen()).isTrue();
    }
  }

  @Test
  void aClosedOneIsNotRead() throws IOException {
    FileChannel channel = open();
    channel.close();
    assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1), 0))
        .isInstanceOf(ClosedChannelException.class);
  }

  /** A database that broke is closed while others read it, and other files are opened then. */
  @Test
  void aReadThatACloseComesAcrossLeavesOtherFilesAlone() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      FileChannel channel = open();
      CountDownLatch begun = new CountDownLatch(1);
      FutureTask<Void> reads = new FutureTask<>(() -> readUntilClosed(channel, begun), null);
      Thread reader = new Thread(reads);
      reader.start();
      begun.await();
      channel.close();
      try (RandomAccessFile first = new RandomAccessFile(file.toFile(), "r");
          RandomAccessFile second = new RandomAccessFile(file.toFile(), "r")) {
        reads.get(60, TimeUnit.SECONDS);
        assertThat(first.getFilePointer() + second.getFilePointer()).isZero();
      }
    }
  }

  private static void readUntilClosed(FileChannel channel, CountDownLatch begun) {
    ByteBuffer into = ByteBuffer.allocate(64);
    try {
      while (channel.read(into.clear(), AT) == into.capacity()) {
        begun.countDown();
      }
    } catch (IOException e) {
      assertThat(e).isInstanceOf(ClosedChannelException.class);
    }
  }
}
