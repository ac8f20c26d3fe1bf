package dev.pawl.samples.indexer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileFactsTest {
  @TempDir Path folder;

  @Test
  void aTextFileIsCounted() throws Exception {
    Path file = Files.writeString(folder.resolve("abc.txt"), "abc");
    assertThat(FileFacts.read(file))
        .isEqualTo(
            new FileFacts(
                "Text",
                1,
                1,
                3,
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
  }

  @Test
  void aFileLargerThanTheBufferIsReadToItsEnd() throws Exception {
    Path file = Files.writeString(folder.resolve("large.md"), "four words a line\n".repeat(20_000));
    FileFacts facts = FileFacts.read(file);
    assertThat(facts.lines()).isEqualTo(20_000);
    assertThat(facts.words()).isEqualTo(80_000);
    assertThat(facts.bytes()).isEqualTo(360_000);
  }

  @Test
  void aZeroByteNearTheBeginningMakesAFileBinary() throws Exception {
    FileFacts facts = FileFacts.read(write("a.java", 7_999));
    assertThat(facts.language()).isEqualTo(Language.BINARY);
    assertThat(facts.lines()).isZero();
    assertThat(facts.words()).isZero();
    assertThat(facts.bytes()).isEqualTo(9_000);
  }

  @Test
  void aZeroByteFurtherDownDoesNot() throws Exception {
    assertThat(FileFacts.read(write("a.java", 8_000)).language()).isEqualTo("Java");
  }

  private Path write(String name, int zeroAt) throws IOException {
    byte[] content = new byte[9_000];
    Arrays.fill(content, (byte) 'x');
    content[zeroAt] = 0;
    return Files.write(folder.resolve(name), content);
  }

  @Test
  void aFileThatIsNotThereAndALinkAreRefused() throws Exception {
    Path file = Files.write(folder.resolve("file"), "x".getBytes(UTF_8));
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);
    assertThatThrownBy(() -> FileFacts.read(link)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> FileFacts.read(folder.resolve("gone")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void anInterruptEndsTheReading() throws Exception {
    Path file = Files.writeString(folder.resolve("a.txt"), "x");
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> FileFacts.read(file)).isInstanceOf(InterruptedIOException.class);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }
}
