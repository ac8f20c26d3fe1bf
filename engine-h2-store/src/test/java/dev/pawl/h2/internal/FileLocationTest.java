package dev.pawl.h2.internal;

import static dev.pawl.fixtures.ChangesBuilder.changes;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.pawl.fixtures.Rows;
import dev.pawl.h2.H2Store;
import dev.pawl.spi.RunStore;
import dev.pawl.spi.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileLocationTest {
  /** H2 begins a file with two equal blocks of 4,096 bytes. */
  private static final int HEADERS = 8_192;

  @TempDir Path folder;

  private Path database() {
    return folder.resolve("pawl.mv.db");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a;INIT=CREATE TABLE owned(id int)",
        ";INIT=RUNSCRIPT FROM 'http://localhost/x.sql'",
        "x;AUTO_SERVER=TRUE",
        "x;CIPHER=AES",
        "a;b",
        "line\nfeed",
        "carriage\rreturn",
        "nul-like\u0001",
        "delete\u007f",
        "back\\slash",
      })
  void aNameThatCouldBeReadAsMoreThanAPathIsRefused(String name) {
    assertThatThrownBy(() -> H2Store.file(folder.resolve(name)).open())
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("cannot be the folder of a store")
        .hasMessageContaining("use another folder");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aLinkToSuchANameIsRefused() throws IOException {
    Path target = Files.createDirectory(folder.resolve("a;INIT=x"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), target);
    assertThatThrownBy(() -> H2Store.file(link).open())
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("cannot be the folder of a store");
    assertThat(target).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "with space",
        "~",
        "~name",
        "mem:x",
        "tcp:",
        "file:x",
        "nio:x",
        "zip:x!",
        "a:b",
        "%41",
        "${user.home}",
        "quo'te\"s",
        "#hash?query=1&x=2",
        "Größe東京",
        ".hidden",
        "x.mv.db",
        "-dash",
        "[a]{b}",
      })
  void anyOtherNameIsTakenLiterally(String name) {
    Path named = folder.resolve(name);
    for (int i = 0; i < 2; i++) {
      H2Store.file(named).open().close();
    }
    assertThat(named.resolve("pawl.mv.db")).isRegularFile();
    assertThat(folder.toFile().list()).containsExactly(name);
    assertThat(named.toFile().list())
        .containsExactlyInAnyOrder("pawl.mv.db", "pawl-0000000002.redo", "pawl.lock");
  }

  @Test
  void aForeignFileThatIsNamedNearlyAsACopyIsLeftAlone() throws IOException {
    H2Store.file(folder).open().close();
    Path foreign = folder.resolve("pawl-copy-9999999999999999999-00000000.mv.db");
    Files.writeString(foreign, "no copy has so high a number");
    H2Store.file(folder).open().close();
    assertThat(foreign).exists();
  }

  @Test
  void aFileIsNoFolder() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "mine");
    assertThatThrownBy(() -> H2Store.file(file).open())
        .isInstanceOf(StoreException.class)
        .hasMessageContaining(file + " is a file");
    assertThat(file).hasContent("mine");
  }

  @Test
  void aFolderThatCannotBeMadeIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "mine");
    assertThatThrownBy(() -> H2Store.file(file.resolve("below")).open())
        .isInstanceOf(StoreException.class)
        .hasMessageContaining(file.resolve("below").toString());
  }

  @Test
  void aFolderThatCannotBeWrittenIsNamed() throws IOException {
    Path closed = Files.createDirectory(folder.resolve("closed"));
    assumeThat(closed.toFile().setWritable(false)).isTrue();
    assumeThat(Files.isWritable(closed)).as("root may write everywhere").isFalse();
    assertThatThrownBy(() -> H2Store.file(closed).open())
        .isInstanceOf(StoreException.class)
        .hasMessageContaining(closed.toString())
        .hasMessageContaining("must be able to write");
  }

  static Stream<byte[]> contents() {
    byte[] random = new byte[100_000];
    new Random(1).nextBytes(random);
    byte[] headerOnly = new byte[8192];
    byte[] header = "H:2,block:2,blockSize:1000,chunk:1,version:1,fletcher:0\n".getBytes(UTF_8);
    System.arraycopy(header, 0, headerOnly, 0, header.length);
    byte[] headerAndGarbage = random.clone();
    System.arraycopy(header, 0, headerAndGarbage, 0, header.length);
    return Stream.of(
        new byte[0], "hello".getBytes(UTF_8), new byte[8192], random, headerOnly, headerAndGarbage);
  }

  @ParameterizedTest
  @MethodSource("contents")
  void aFileThatIsNoStoreIsNamedAndLeftAlone(byte[] content) throws IOException {
    Files.write(database(), content);
    assertRefusedAndUntouched("is not a store, or is damaged");
    Files.delete(database());
    H2Store.file(folder).open().close();
  }

  private void assertRefusedAndUntouched(String reason) throws IOException {
    byte[] before = Files.readAllBytes(database());
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> H2Store.file(folder).open())
          .isInstanceOf(StoreException.class)
          .hasMessageContaining(database().toRealPath().toString())
          .hasMessageContaining(reason);
    }
    assertThat(Arrays.equals(Files.readAllBytes(database()), before)).isTrue();
    assertThat(names()).containsExactlyInAnyOrder("pawl.mv.db", "pawl.lock");
  }

  private Set<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
    }
  }

  @Test
  void aDatabaseOfSomebodyElseIsLeftAlone() throws Exception {
    try (Connection connection =
            DriverManager.getConnection("jdbc:h2:file:" + folder.resolve("pawl"), "sa", "");
        var statement = connection.createStatement()) {
      statement.execute("create table mine (id int)");
    }
    assertRefusedAndUntouched("is an H2 database but not a store");
  }

  /** A damage that no file survives, wherever H2 has put what. */
  enum Damage {
    EMPTY("has only 0 bytes"),
    CUT_IN_ITS_HEADERS("has only 8191 bytes"),
    BOTH_HEADERS_LOST("does not begin as a database does"),
    NOTHING_BEHIND_ITS_HEADERS("or one that is damaged"),
    NOTHING_BUT_ITS_HEADERS_AND_LAST_CHANGES("is not a store, or is damaged: File corrupted");

    final String reason;

    Damage(String reason) {
      this.reason = reason;
    }

    byte[] of(byte[] sound) {
      return switch (this) {
        case EMPTY -> new byte[0];
        case CUT_IN_ITS_HEADERS -> Arrays.copyOf(sound, HEADERS - 1);
        case BOTH_HEADERS_LOST -> withZeros(sound, 0, HEADERS);
        case NOTHING_BEHIND_ITS_HEADERS -> withZeros(sound, HEADERS, sound.length);
        case NOTHING_BUT_ITS_HEADERS_AND_LAST_CHANGES ->
            withZeros(sound, HEADERS, sound.length / 2);
      };
    }

    private static byte[] withZeros(byte[] sound, int from, int to) {
      byte[] damaged = sound.clone();
      Arrays.fill(damaged, from, to, (byte) 0);
      return damaged;
    }
  }

  /** With a journal it is made again instead: see {@link JournaledOpeningTest}. */
  @ParameterizedTest
  @EnumSource
  void aStoreThatCannotBeReadIsNamedLeftAsItIsAndNotKeptLocked(Damage damage) throws Exception {
    byte[] sound = twoHundredRuns(withoutJournal());
    Files.write(database(), damage.of(sound));
    assertRefusedAndUntouched(damage.reason);
    Files.write(database(), sound);
    try (RunStore store = withoutJournal()) {
      assertThat(store.live(0, 1_000)).hasSize(200);
    }
  }

  private RunStore withoutJournal() {
    return H2RunStore.open(
        new FileLocation(folder),
        "without a journal",
        Options.pinned(1, RedoMode.NONE),
        Migrations.builtIn());
  }

  private byte[] twoHundredRuns(RunStore opened) throws IOException {
    try (RunStore store = opened) {
      for (long id = 1; id <= 200; id++) {
        store.commit(changes().create(Rows.run(id)).build());
      }
    }
    return Files.readAllBytes(database());
  }

  /**
   * Most damages are none to H2, which never writes over what it has written lately: a file that
   * was cut is opened as the newest version that is whole, and noise most often hits an old version
   * that nothing refers to any more. So here every outcome is right, but none may keep the lock.
   */
  @Test
  void aDamagedStoreIsOpenedOrLeftAloneAndNeverKeepsItsLock() throws Exception {
    byte[] sound = twoHundredRuns(H2Store.file(folder).open());
    Random random = new Random(7);
    for (int i = 0; i < 30; i++) {
      byte[] damaged =
          i % 2 == 0
              ? Arrays.copyOf(sound, random.nextInt(sound.length))
              : withNoise(sound, random);
      Files.write(database(), damaged);
      try {
        H2Store.file(folder).open().close();
      } catch (StoreException e) {
        assertThat(e.getMessage()).contains(folder.toString());
      }
      Files.write(database(), sound);
      try (RunStore store = H2Store.file(folder).open()) {
        assertThat(store.live(0, 1_000)).hasSize(200);
      }
    }
  }

  private static byte[] withNoise(byte[] sound, Random random) {
    byte[] damaged = sound.clone();
    int at = random.nextInt(damaged.length);
    for (int i = at; i < Math.min(damaged.length, at + 2_000); i++) {
      damaged[i] = (byte) random.nextInt();
    }
    return damaged;
  }

  @Test
  void aDatabaseThatWasOnlyHalfMadeIsMadeAgain() throws IOException {
    Files.writeString(folder.resolve("pawl-new.mv.db"), "left by a process that was killed");
    H2Store.file(folder).open().close();
    assertThat(names())
        .containsExactlyInAnyOrder("pawl.mv.db", "pawl-0000000001.redo", "pawl.lock");
  }
}
