package dev.pawl.h2.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.h2.internal.redo.FileDisk;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Large values as files: whole or not there, and none outside of their folder. */
class ValueFolderTest {
  private static final byte[] VALUE = "value".getBytes(StandardCharsets.UTF_8);

  @TempDir Path temp;

  private Path folder;
  private ValueFolder values;

  @BeforeEach
  void open() {
    folder = temp.resolve("values");
    values = new ValueFolder(new FileDisk(temp), "values");
  }

  private byte[] read(long key) throws IOException {
    try (InputStream in = values.open(key)) {
      return in.readAllBytes();
    }
  }

  @Test
  void theFolderIsMadeWithTheFirstValue() throws IOException {
    assertThat(values.keys()).isEmpty();
    values.delete(1);
    assertThat(folder).doesNotExist();
    assertThat(values.write(1, VALUE)).isTrue();
    assertThat(read(1)).isEqualTo(VALUE);
    assertThat(folder).isDirectoryContaining("glob:**/0000000000000001.value");
    assertThat(values.keys()).containsExactly(1L);
  }

  @RepeatedTest(20)
  void manyThreadsMayComeWithTheFirstValue() throws Exception {
    List<Callable<Boolean>> writes = new ArrayList<>();
    for (long key = 1; key <= 8; key++) {
      long own = key;
      writes.add(() -> values.write(own, VALUE));
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(writes.size())) {
      for (Future<Boolean> written : threads.invokeAll(writes)) {
        assertThat(written.get()).isTrue();
      }
    }
    assertThat(values.keys()).hasSize(writes.size());
  }

  @Test
  void aValueThatIsDeletedWhileItIsOpenedIsWholeOrMissing() throws Exception {
    AtomicLong present = new AtomicLong(1);
    try (ExecutorService threads = Executors.newFixedThreadPool(1)) {
      Future<Long> reader =
          threads.submit(
              () -> {
                long missing = 0;
                while (present.get() > 0) {
                  try {
                    assertThat(read(present.get())).isEqualTo(VALUE);
                  } catch (NoSuchFileException e) {
                    missing++;
                  }
                }
                return missing;
              });
      for (long key = 1; key <= 1_000; key++) {
        values.write(key, VALUE);
        present.set(key);
        values.delete(key);
      }
      present.set(0);
      assertThat(reader.get()).isPositive();
    }
  }

  @Test
  void aKeyIsNotWrittenTwice() throws IOException {
    values.write(1, VALUE);
    assertThat(values.write(1, new byte[9])).isFalse();
    assertThat(read(1)).isEqualTo(VALUE);
  }

  @Test
  void whatAKillLeftUnfinishedIsNoValueButIsFoundAndDeleted() throws IOException {
    values.write(1, VALUE);
    Path unfinished = Files.write(folder.resolve("00000000000000ff.unfinished"), VALUE);
    assertThatThrownBy(() -> values.open(0xff)).isInstanceOf(NoSuchFileException.class);
    assertThat(values.keys()).containsExactlyInAnyOrder(1L, 0xffL);
    values.delete(0xff);
    assertThat(unfinished).doesNotExist();
  }

  @Test
  void whatCannotBeWrittenLeavesNothing() throws IOException {
    values.write(1, VALUE);
    Files.createDirectory(folder.resolve("0000000000000002.unfinished"));
    assertThatThrownBy(() -> values.write(2, VALUE)).isInstanceOf(IOException.class);
    assertThat(values.keys()).containsExactlyInAnyOrder(1L, 2L);
    assertThatThrownBy(() -> values.open(2)).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void filesWithOtherNamesAreNobodysBusiness() throws IOException {
    values.write(1, VALUE);
    Files.write(folder.resolve("README"), VALUE);
    Files.write(folder.resolve("00000000000000FF.value"), VALUE);
    Files.write(folder.resolve("1.value"), VALUE);
    assertThat(values.keys()).containsExactly(1L);
  }

  @Test
  void linksAreNotFollowed() throws IOException {
    values.write(1, VALUE);
    Path secret = Files.write(temp.resolve("secret"), VALUE);
    Files.createSymbolicLink(folder.resolve("0000000000000002.value"), secret);
    assertThatThrownBy(() -> values.open(2)).isInstanceOf(NoSuchFileException.class);
    assertThat(values.write(2, new byte[9])).as("the name is taken").isFalse();
    values.delete(2);
    Files.createSymbolicLink(folder.resolve("0000000000000003.unfinished"), secret);
    assertThatThrownBy(() -> values.write(3, new byte[9])).isInstanceOf(IOException.class);
    assertThat(secret).hasBinaryContent(VALUE);
  }

  @Test
  void aFolderThatIsALinkIsRefused() throws IOException {
    Path elsewhere = Files.createDirectory(temp.resolve("elsewhere"));
    Files.createSymbolicLink(folder, elsewhere);
    assertThatThrownBy(() -> values.write(1, VALUE))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(folder.toString());
    assertThat(values.keys()).isEmpty();
    assertThat(elsewhere).isEmptyDirectory();
  }
}
