package dev.pawl.h2.internal;

import static dev.pawl.fixtures.ChangesBuilder.changes;
import static dev.pawl.h2.internal.JournaledStores.BOOT;
import static dev.pawl.h2.internal.JournaledStores.LAZY;
import static dev.pawl.h2.internal.JournaledStores.NEXT_BOOT;
import static dev.pawl.h2.internal.JournaledStores.awaitCut;
import static dev.pawl.h2.internal.JournaledStores.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.RunStatus;
import dev.pawl.fixtures.Rows;
import dev.pawl.h2.H2Store;
import dev.pawl.h2.internal.redo.FileDisk;
import dev.pawl.spi.Changes;
import dev.pawl.spi.LiveRow;
import dev.pawl.spi.RunRow;
import dev.pawl.spi.RunStore;
import dev.pawl.spi.StoreException;
import dev.pawl.spi.StoreState;
import java.io.EOFException;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is opened when database and journal do not stand as a close has left them. */
class JournaledOpeningTest {
  @TempDir Path temp;

  private Path folder() {
    return temp.resolve("store");
  }

  private Path database() {
    return folder().resolve("pawl.mv.db");
  }

  private static Changes creation(long id) {
    return changes()
        .create(Rows.run(id))
        .bind(Rows.binding("key " + id, id))
        .state(new StoreState(1, id, id))
        .build();
  }

  private static List<Long> oneTo(long last) {
    return LongStream.rangeClosed(1, last).boxed().toList();
  }

  private static List<Long> ids(RunStore store) {
    return store.live(0, Integer.MAX_VALUE).stream().map(LiveRow::id).toList();
  }

  private Path killed(String name) throws IOException {
    return JournaledStores.killed(folder(), temp.resolve(name));
  }

  private static Map<String, Integer> contents(Path folder) throws IOException {
    Map<String, Integer> contents = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(path -> !path.toString().endsWith(".lock")).toList()) {
        contents.put(file.getFileName().toString(), Arrays.hashCode(Files.readAllBytes(file)));
      }
    }
    return contents;
  }

  @ParameterizedTest
  @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  void whatTheDatabaseHasNotGotIsReplayed(RedoMode mode) throws Exception {
    try (H2RunStore store = open(folder(), mode, LAZY, BOOT)) {
      for (long id = 1; id <= 20; id++) {
        store.commit(creation(id));
      }
      assertThat(ids(store)).isEqualTo(oneTo(20));
      for (long id = 21; id <= 50; id++) {
        store.commit(creation(id));
      }
      store.commit(
          changes()
              .end(Rows.ended(50, RunStatus.COMPLETED))
              .unbind(Rows.key("task", "key 50"))
              .build());
      Path copy = killed("copy");
      try (H2RunStore replayed = open(copy, mode, LAZY, BOOT)) {
        assertThat(ids(replayed)).isEqualTo(oneTo(49));
        assertThat(replayed.result(50)).isPresent();
        assertThat(replayed.binding(Rows.key("task", "key 50"))).isEmpty();
        assertThat(replayed.binding(Rows.key("task", "key 49"))).isPresent();
        replayed.commit(creation(51));
      }
      try (H2RunStore again = open(copy, mode, LAZY, NEXT_BOOT)) {
        assertThat(ids(again)).hasSize(50).contains(51L);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"missing", "garbage", "cut", "emptied", "torn"})
  void aDatabaseThatDoesNotOpenIsMadeAgain(String fault) throws Exception {
    try (H2RunStore store = open(folder(), RedoMode.FORCED, RedoBounds.PINNED, BOOT)) {
      for (long id = 1; id <= 200; id++) {
        store.commit(creation(id));
      }
      assertThat(ids(store)).hasSize(200);
    }
    byte[] sound = Files.readAllBytes(database());
    switch (fault) {
      case "missing" -> Files.delete(database());
      case "garbage" -> Files.write(database(), new byte[] {1, 2, 3});
      case "cut" -> Files.write(database(), Arrays.copyOf(sound, sound.length / 3));
      case "emptied" -> Files.write(database(), new byte[0]);
      default -> {
        Arrays.fill(sound, 4096, sound.length, (byte) 7);
        Files.write(database(), sound);
      }
    }
    try (H2RunStore store = open(folder(), RedoMode.FORCED, RedoBounds.PINNED, BOOT)) {
      assertThat(ids(store)).isEqualTo(oneTo(200));
      store.commit(creation(201));
    }
    try (H2RunStore store = open(folder(), RedoMode.FORCED, RedoBounds.PINNED, BOOT)) {
      assertThat(ids(store)).isEqualTo(oneTo(201));
    }
  }

  /** H2 opens it, and finds something older, or something wrong: it is not even asked. */
  @Test
  void afterAPowerLossTheDatabaseIsNotBelieved() throws Exception {
    Path copy;
    try (H2RunStore store = open(folder(), RedoMode.FORCED, RedoBounds.PINNED, BOOT)) {
      for (long id = 1; id <= 30; id++) {
        store.commit(creation(id));
      }
      assertThat(ids(store)).hasSize(30);
      RunRow wrong = Rows.newRun(1).taskId("wrong").build();
      UnfinishedRunTable.update(store.database().writing().statements, List.of(Rows.queued(wrong)));
      store.database().writing().connection.commit();
      copy = killed("copy");
    }
    try (H2RunStore believed = open(copy, RedoMode.FORCED, RedoBounds.PINNED, BOOT)) {
      assertThat(believed.live(0, 1).getFirst().taskId()).isEqualTo("wrong");
      killed("copy2");
    }
    copy = killed("copy3");
    Files.delete(copy.resolve("pawl.mv.db"));
    try (H2RunStore made = open(copy, RedoMode.FORCED, RedoBounds.PINNED, NEXT_BOOT)) {
      assertThat(made.live(0, 1).getFirst().taskId()).isEqualTo("task");
    }
  }

  @Test
  void theJournalIsCutBehindACopyAndTheStoreIsMadeAgainFromIt() throws Exception {
    RedoBounds small =
        new RedoBounds(Duration.ofMillis(1), 20_000, 20_000, 1_000_000, 10_000, 1L << 40, 10);
    long last = 1_000;
    Path copy;
    try (H2RunStore store = open(folder(), RedoMode.FORCED, small, BOOT)) {
      for (long id = 1; id <= last; id++) {
        store.commit(id == 1 ? creation(1) : moved(id));
      }
      assertThat(store.state().lastId()).isEqualTo(last);
      awaitCut(folder());
      assertThat(size(".redo")).isLessThan(500_000);
      copy = killed("copy");
    }
    assertThat(names(copy)).anyMatch(name -> name.startsWith("pawl-copy-"));
    assertThat(names(copy)).doesNotContain("pawl-0000000001.redo");
    try (H2RunStore made = open(copy, RedoMode.FORCED, small, NEXT_BOOT)) {
      assertThat(ids(made)).containsExactly(last);
      assertThat(made.result(last - 1)).isPresent();
      assertThat(made.runs(dev.pawl.spi.RunFilter.ALL, Long.MAX_VALUE, Integer.MAX_VALUE))
          .hasSize((int) last);
    }
  }

  private static Changes moved(long id) {
    return changes()
        .create(Rows.run(id))
        .end(Rows.ended(id - 1, RunStatus.COMPLETED))
        .state(new StoreState(1, id, id))
        .build();
  }

  private long size(String suffix) throws IOException {
    try (Stream<Path> files = Files.list(folder())) {
      return files
          .filter(file -> file.toString().endsWith(suffix))
          .mapToLong(file -> file.toFile().length())
          .sum();
    }
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private void fill(Path folder, long last) {
    try (RunStore store = H2Store.file(folder).open()) {
      for (long id = 1; id <= last; id++) {
        store.commit(creation(id));
      }
    }
  }

  private void assertRefused(String... messages) throws IOException {
    Map<String, Integer> before = contents(folder());
    for (int i = 0; i < 2; i++) {
      var refusal =
          assertThatThrownBy(() -> H2Store.file(folder()).open())
              .isInstanceOf(StoreException.class);
      for (String message : messages) {
        refusal.hasMessageContaining(message);
      }
    }
    before.remove("pawl.mv.db"); // H2 has opened it, and marks that in it
    Map<String, Integer> after = contents(folder());
    after.remove("pawl.mv.db");
    assertThat(after).isEqualTo(before);
  }

  private Path onlyJournal() throws IOException {
    return folder().resolve("pawl-0000000001.redo");
  }

  @Test
  void aMissingJournalIsRefusedAndCanBeSalvaged() throws Exception {
    fill(folder(), 10);
    Files.delete(onlyJournal());
    assertRefused("holds group 10", "its journal is missing", "salvaging");
    assertSalvaged(10);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 500, 900})
  void aJournalThatWasCutIsRefusedAndCanBeSalvaged(int length) throws Exception {
    fill(folder(), 10);
    Files.write(onlyJournal(), Arrays.copyOf(Files.readAllBytes(onlyJournal()), length));
    assertRefused("holds group 10", "journal", "salvaging");
    assertSalvaged(10);
  }

  @Test
  void aDamagedJournalIsRefusedAndCanBeSalvaged() throws Exception {
    fill(folder(), 10);
    byte[] file = Files.readAllBytes(onlyJournal());
    file[700] ^= 4;
    Files.write(onlyJournal(), file);
    assertRefused(onlyJournal().toString(), "is damaged at byte ", "salvaging");
    assertSalvaged(10);
    assertThat(folder().resolve("pawl-0000000001.redo.salvaged")).hasBinaryContent(file);
  }

  private void assertSalvaged(long last) throws IOException {
    try (RunStore store = H2Store.file(folder()).salvaging().open()) {
      assertThat(ids(store)).isEqualTo(oneTo(last));
      store.commit(creation(last + 1));
    }
    try (RunStore store = H2Store.file(folder()).open()) {
      assertThat(ids(store)).isEqualTo(oneTo(last + 1));
    }
    // Whatever was given up, from here on the database can be made again.
    Files.delete(database());
    try (RunStore store = H2Store.file(folder()).open()) {
      assertThat(ids(store)).isEqualTo(oneTo(last + 1));
    }
  }

  @Test
  void theJournalOfAnotherDatabaseIsRefused() throws Exception {
    fill(folder(), 10);
    Path other = temp.resolve("other");
    fill(other, 3);
    Files.delete(database());
    Files.copy(other.resolve("pawl.mv.db"), database());
    assertRefused("belongs to the store", "put the files together");
  }

  /** An older database with its newer journal is brought up to date. */
  @Test
  void anOlderDatabaseCatchesUp() throws Exception {
    fill(folder(), 5);
    Path older = Files.copy(database(), temp.resolve("older"));
    try (RunStore store = H2Store.file(folder()).open()) {
      for (long id = 6; id <= 9; id++) {
        store.commit(creation(id));
      }
    }
    Files.delete(database());
    Files.move(older, database());
    try (RunStore store = H2Store.file(folder()).open()) {
      assertThat(ids(store)).isEqualTo(oneTo(9));
    }
  }

  @Test
  void openingAndClosingLeavesNoFilesBehind() throws Exception {
    fill(folder(), 1);
    List<String> once = names(folder());
    for (int i = 0; i < 10; i++) {
      H2Store.file(folder()).open().close();
    }
    assertThat(names(folder())).hasSizeLessThanOrEqualTo(once.size() + 1);
  }

  /** The folder may be another engine's by now. */
  @Test
  void aCommitThatComesAfterTheCloseBeginsNothing() throws Exception {
    H2RunStore store = open(folder(), RedoMode.FORCED, RedoBounds.PINNED, BOOT);
    store.commit(creation(1));
    store.close();
    Map<String, Integer> before = contents(folder());
    assertThatThrownBy(() -> store.commitUnchecked(creation(2)))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("is closed");
    assertThat(contents(folder())).isEqualTo(before);
  }

  @Test
  void anOpeningThatFailsAtItsEndLeavesNothingOpen() throws Exception {
    fill(folder(), 3);
    Location.Claim claim = new FileLocation(folder()).claim();
    Set<String> left = new HashSet<>();
    Location.Claim failing =
        (Location.Claim)
            Proxy.newProxyInstance(
                Location.Claim.class.getClassLoader(),
                new Class<?>[] {Location.Claim.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("values")) {
                    throw new IllegalStateException("no thread is left");
                  }
                  Object answer = method.invoke(claim, arguments);
                  if (method.getName().equals("newUrl")) {
                    left.add((String) answer);
                  } else if (method.getName().equals("closeLeftovers")) {
                    left.remove((String) arguments[0]);
                  }
                  return answer;
                });
    Options options = Options.pinned(1, RedoMode.FORCED);
    assertThatThrownBy(
            () ->
                H2RunStore.openJournaled(
                    failing,
                    "failing",
                    options,
                    new JournaledOpening(
                        failing, new FileDisk(folder()), "failing", options, Migrations.builtIn())))
        .hasMessageContaining("no thread is left");
    assertThat(left).isEmpty();
    claim.close();
    try (RunStore store = H2Store.file(folder()).open()) {
      assertThat(ids(store)).isEqualTo(oneTo(3));
    }
  }

  /** On a disk that it has filled, it would leave no room for the journal. */
  @Test
  void aCopyThatCannotBeMadeOrKeptLeavesNothing() throws Exception {
    fill(folder(), 3);
    Path unfinished = folder().resolve("pawl-copy-unfinished");
    Files.write(unfinished, new byte[10_000]); // of a process that was killed
    Copies copies = new Copies(new FileDisk(folder()));
    Copies.Moment moment;
    try (H2RunStore store = open(folder(), RedoMode.FORCED, RedoBounds.PINNED, BOOT)) {
      assertThat(unfinished).doesNotExist();
      moment = copies.now();
      int crc32c = copies.copy(moment);
      assertThatThrownBy(() -> copies.keep(3, crc32c + 1)).isInstanceOf(IOException.class);
      assertThat(unfinished).doesNotExist();
      store.commit(creation(4));
    }
    Files.delete(database());
    assertThatThrownBy(() -> copies.copy(moment)).isInstanceOf(IOException.class);
    assertThat(unfinished).doesNotExist();
    Files.write(database(), new byte[10_000]);
    assertThatThrownBy(() -> copies.copy(moment)).isInstanceOf(EOFException.class);
    assertThat(unfinished).doesNotExist();
  }

  @Test
  void theModeMayChangeFromOneOpeningToTheNext() throws Exception {
    for (long id = 1; id <= 6; id++) {
      H2Store.Durability durability =
          id % 2 == 0 ? H2Store.Durability.POWER : H2Store.Durability.PROCESS;
      try (RunStore store = H2Store.file(folder()).durability(durability).open()) {
        store.commit(creation(id));
        assertThat(ids(store)).isEqualTo(oneTo(id));
      }
    }
  }
}
