package dev.pawl.h2.internal;

import static dev.pawl.fixtures.ChangesBuilder.changes;
import static dev.pawl.h2.internal.JournaledStores.BOOT;
import static dev.pawl.h2.internal.JournaledStores.LAZY;
import static dev.pawl.h2.internal.JournaledStores.NEXT_BOOT;
import static dev.pawl.h2.internal.JournaledStores.applied;
import static dev.pawl.h2.internal.JournaledStores.killed;
import static dev.pawl.h2.internal.JournaledStores.open;
import static dev.pawl.h2.internal.JournaledStores.valueFiles;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.pawl.RunStatus;
import dev.pawl.fixtures.Rows;
import dev.pawl.h2.internal.redo.Disk;
import dev.pawl.h2.internal.redo.FileDisk;
import dev.pawl.spi.Changes;
import dev.pawl.spi.QueueRow;
import dev.pawl.spi.RunStore;
import dev.pawl.spi.StoreException;
import dev.pawl.spi.StoredValue;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Large values where the journal knows of them and the database does not, or not yet. */
class JournaledValuesTest {
  @TempDir Path temp;

  private Path folder() {
    return temp.resolve("store");
  }

  private Path killedNow(String name) throws IOException {
    return killed(folder(), temp.resolve(name));
  }

  private static byte[] bytes(long seed) {
    byte[] bytes = new byte[5_000];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static Changes creation(long id, StoredValue payload) {
    return changes().create(Rows.newRun(id).payload(payload).build()).build();
  }

  private static Changes update(long id, StoredValue payload) {
    return changes().update(Rows.newRun(id).payload(payload).build()).build();
  }

  private static byte[] payload(RunStore store, long id) throws IOException {
    try (InputStream in = store.openLarge(store.run(id).orElseThrow().run().payload())) {
      return in.readAllBytes();
    }
  }

  /** What is deleted goes by and by. */
  private static void awaitValues(Path folder, int count) throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (valueFiles(folder).size() != count) {
      assertThat(System.nanoTime()).as("%s", valueFiles(folder)).isLessThan(deadline);
      LockSupport.parkNanos(1_000_000);
    }
  }

  /**
   * Until whatever had been given up or discarded is deleted, or left: one thread does one after
   * the other, and the applier hands over what one batch gives up before it takes the next.
   */
  private static void awaitDeletions(RunStore store, Path folder) throws IOException {
    store.commit(changes().queue(QueueRow.of("queue")).build());
    assertThat(store.queues()).hasSize(1);
    StoredValue last = store.writeLarge(bytes(99));
    String name = HexFormat.of().toHexDigits(last.key()) + ".value";
    assertThat(valueFiles(folder)).contains(name);
    store.discardLarge(last);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (valueFiles(folder).contains(name)) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      LockSupport.parkNanos(1_000_000);
    }
  }

  static Stream<Arguments> modesAndStarts() {
    return Stream.of(RedoMode.WRITTEN, RedoMode.FORCED)
        .flatMap(mode -> Stream.of(BOOT, NEXT_BOOT).map(boot -> Arguments.of(mode, boot)));
  }

  /** With the same start the database catches up, with another one it is made again. */
  @ParameterizedTest
  @MethodSource("modesAndStarts")
  void aValueThatOnlyTheJournalNamesOutlivesAKillAndOneThatNothingNamesDoesNot(
      RedoMode mode, UUID boot) throws Exception {
    try (H2RunStore store = open(folder(), mode, LAZY, BOOT)) {
      store.commit(creation(1, store.writeLarge(bytes(1))));
      assertThat(store.run(1)).isPresent();
      store.commit(creation(2, store.writeLarge(bytes(2))));
      store.writeLarge(bytes(3));
      assertThat(applied(store)).isEqualTo(1);
      Path image = killedNow("image");
      assertThat(valueFiles(image)).hasSize(3);
      try (H2RunStore next = open(image, mode, LAZY, boot)) {
        awaitValues(image, 2);
        assertThat(payload(next, 1)).isEqualTo(bytes(1));
        assertThat(payload(next, 2)).isEqualTo(bytes(2));
      }
    }
  }

  @Test
  void aKillBetweenTheValueAndItsCommitLeavesNothing() throws Exception {
    try (H2RunStore store = open(folder(), RedoMode.FORCED, LAZY, BOOT)) {
      store.writeLarge(bytes(1));
      Path image = killedNow("image");
      assertThat(valueFiles(image)).hasSize(1);
      try (H2RunStore next = open(image, RedoMode.FORCED, LAZY, BOOT)) {
        awaitValues(image, 0);
        assertThat(next.live(0, 10)).isEmpty();
      }
    }
  }

  /** Until the database has given it up, the journal may be lost in mode PROCESS. */
  @ParameterizedTest
  @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  void aValueThatIsReplacedGoesOnceTheDatabaseHasThat(RedoMode mode) throws Exception {
    try (H2RunStore store = open(folder(), mode, LAZY, BOOT)) {
      store.commit(creation(1, store.writeLarge(bytes(1))));
      assertThat(payload(store, 1)).isEqualTo(bytes(1));
      store.commit(update(1, store.writeLarge(bytes(2))));
      store.commit(update(1, store.writeLarge(bytes(3))));
      assertThat(valueFiles(folder())).hasSize(3);
      Path image = killedNow("image");
      assertThat(payload(store, 1)).isEqualTo(bytes(3));
      awaitValues(folder(), 1);
      try (H2RunStore next = open(image, mode, LAZY, BOOT)) {
        awaitValues(image, 1);
        assertThat(payload(next, 1)).isEqualTo(bytes(3));
      }
    }
  }

  /** Otherwise a power loss could bring the row back, and not its value. */
  @Test
  void aJournalThatIsNotForcedIsForcedBeforeAValueGoes() throws Exception {
    AtomicBoolean failing = new AtomicBoolean();
    Disk disk = failing(new FileDisk(folder()), failing);
    try (H2RunStore store = open(folder(), RedoMode.WRITTEN, LAZY, BOOT, disk)) {
      store.commit(creation(1, store.writeLarge(bytes(1))));
      assertThat(payload(store, 1)).isEqualTo(bytes(1));
      failing.set(true);
      store.commit(update(1, store.writeLarge(bytes(2))));
      assertThat(payload(store, 1)).isEqualTo(bytes(2));
      awaitDeletions(store, folder());
      assertThat(valueFiles(folder())).hasSize(2);
      failing.set(false);
      store.commit(update(1, store.writeLarge(bytes(3))));
      assertThat(payload(store, 1)).isEqualTo(bytes(3));
      awaitValues(folder(), 2);
    }
  }

  @Test
  void whatIsDiscardedWhileItIsPendingStays() throws Exception {
    try (H2RunStore store = open(folder(), RedoMode.FORCED, LAZY, BOOT)) {
      StoredValue value = store.writeLarge(bytes(1));
      store.commit(creation(1, value));
      store.discardLarge(value);
      awaitDeletions(store, folder());
      assertThat(valueFiles(folder())).hasSize(1);
      assertThat(payload(store, 1)).isEqualTo(bytes(1));
    }
  }

  @Test
  void aPendingRowHasItsValueAlone() {
    try (H2RunStore store = open(folder(), RedoMode.FORCED, LAZY, BOOT)) {
      StoredValue value = store.writeLarge(bytes(1));
      assertThatThrownBy(
              () ->
                  store.commit(
                      changes()
                          .create(Rows.newRun(1).payload(value).build())
                          .create(Rows.newRun(2).payload(value).build())
                          .build()))
          .isInstanceOf(IllegalStateException.class);
      store.commit(creation(1, value));
      assertThatThrownBy(() -> store.commit(creation(2, value)))
          .isInstanceOf(IllegalStateException.class);
      store.commit(update(1, value));
    }
  }

  /** Nobody can tell whether the group is in the journal, and it is settled as stored. */
  @Test
  void aValueOfACommitInDoubtStaysWhateverTheCallerSays() throws Exception {
    AtomicBoolean failing = new AtomicBoolean();
    try (H2RunStore store =
        open(folder(), RedoMode.FORCED, LAZY, BOOT, failing(new FileDisk(folder()), failing))) {
      store.commit(creation(1, Rows.value("small")));
      StoredValue value = store.writeLarge(bytes(2));
      failing.set(true);
      StoreException doubt =
          catchThrowableOfType(StoreException.class, () -> store.commit(creation(2, value)));
      assertThat(doubt.outcomeUnknown()).isTrue();
      store.discardLarge(value);
      failing.set(false);
      store.commit(creation(3, Rows.value("small")));
      awaitDeletions(store, folder());
      assertThat(payload(store, 2)).isEqualTo(bytes(2));
    }
  }

  /** A disk whose open files cannot be forced. */
  private static Disk failing(Disk disk, AtomicBoolean failing) {
    return proxy(
        Disk.class,
        disk,
        failing,
        file -> proxy(Disk.OpenFile.class, (Disk.OpenFile) file, failing, same -> same));
  }

  private interface Change {
    Object of(Object result);
  }

  private static <T> T proxy(Class<T> type, T target, AtomicBoolean failing, Change files) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (unused, method, arguments) -> {
              if (failing.get() && method.getName().startsWith("force")) {
                throw new IOException("the disk is broken");
              }
              try {
                Object result = method.invoke(target, arguments);
                return result instanceof Disk.OpenFile ? files.of(result) : result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }

  /** However often the replay is cut off and begun anew. */
  @ParameterizedTest
  @MethodSource("modesAndStarts")
  void pendingDeletionsAreReplayedWithTheirValues(RedoMode mode, UUID boot) throws Exception {
    try (H2RunStore store = open(folder(), mode, LAZY, BOOT)) {
      for (long id = 1; id <= 4; id++) {
        store.commit(creation(id, store.writeLarge(bytes(id))));
        store.commit(changes().end(Rows.ended(id, RunStatus.FAILED)).build());
      }
      assertThat(store.run(4)).isPresent();
      store.commit(changes().deleteRun(1).build());
      store.commit(creation(5, store.writeLarge(bytes(5))));
      store.commit(changes().deleteRun(2).deleteRun(3).build());
      store.commit(creation(6, store.writeLarge(bytes(6))));
      assertThat(applied(store)).isLessThan(12);
      Path image = killedNow("image");
      Path again;
      try (H2RunStore next = open(image, mode, LAZY, boot)) {
        again = killed(image, temp.resolve("again"));
        assertKept(next);
        awaitValues(image, 3);
      }
      for (String life : List.of("once more", "and again")) {
        try (H2RunStore next = open(again, mode, LAZY, boot)) {
          assertKept(next);
          awaitValues(again, 3);
        }
        assertThat(again).as(life).exists();
      }
    }
  }

  private static void assertKept(H2RunStore store) throws IOException {
    for (long id = 1; id <= 3; id++) {
      assertThat(store.run(id)).isEmpty();
    }
    for (long id = 4; id <= 6; id++) {
      assertThat(payload(store, id)).isEqualTo(bytes(id));
    }
  }
}
