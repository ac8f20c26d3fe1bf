package dev.pawl.h2.internal;

import static dev.pawl.fixtures.ChangesBuilder.changes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.pawl.fixtures.Rows;
import dev.pawl.h2.H2Store;
import dev.pawl.spi.Changes;
import dev.pawl.spi.LiveRow;
import dev.pawl.spi.RunFilter;
import dev.pawl.spi.RunStore;
import dev.pawl.spi.StoreException;
import dev.pawl.spi.StoreState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What becomes of commits and reads when H2 closes the database underneath. */
class RecoveryTest {
  /** Overridden where there is a journal before the database. */
  RedoMode redo() {
    return RedoMode.NONE;
  }

  private static final Logger LOG =
      (Logger) LoggerFactory.getLogger(RecoveryTest.class.getPackageName());

  @TempDir Path folder;
  H2RunStore store;

  /** Each shut-down is reported with its trace, and here there are hundreds. */
  @BeforeAll
  static void beQuiet() {
    LOG.setLevel(Level.ERROR);
  }

  @AfterAll
  static void beLoudAgain() {
    LOG.setLevel(null);
  }

  @BeforeEach
  void open() {
    store =
        H2RunStore.open(
            new FileLocation(folder),
            "recovering",
            Options.pinned(2, redo()),
            Migrations.builtIn());
  }

  @AfterEach
  void close() {
    store.close();
  }

  static Changes creation(long id) {
    return changes().create(Rows.run(id)).state(new StoreState(1, id, id)).build();
  }

  private void shutDown() throws Exception {
    Connection connection =
        Database.connect(store.database().writing().url(), Database.ADMIN, ";IFEXISTS=TRUE");
    try (connection;
        var statement = connection.createStatement()) {
      statement.execute("shutdown immediately");
    }
  }

  List<Long> ids() {
    return store.live(0, Integer.MAX_VALUE).stream().map(LiveRow::id).toList();
  }

  static List<Long> oneTo(long last) {
    return LongStream.rangeClosed(1, last).boxed().toList();
  }

  @Test
  void aShutDownBetweenTwoCallsIsNotNoticed() throws Exception {
    store.commit(creation(1));
    shutDown();
    store.commit(creation(2));
    shutDown();
    assertThat(ids()).isEqualTo(oneTo(2));
    shutDown();
    assertThat(store.run(1)).isPresent();
    assertThat(store.runs(RunFilter.ALL, Long.MAX_VALUE, 10)).hasSize(2);
    shutDown();
    assertThat(store.runs(RunFilter.ALL, Long.MAX_VALUE, 10)).hasSize(2);
    store.commit(creation(3));
    assertThat(ids()).isEqualTo(oneTo(3));
  }

  @Test
  void aClosedFileIsNotNoticedEither() throws Exception {
    store.commit(creation(1));
    store.database().writing().store().closeImmediately();
    assertThat(ids()).isEqualTo(oneTo(1));
    store.database().writing().store().closeImmediately();
    store.commit(creation(2));
    assertThat(ids()).isEqualTo(oneTo(2));
  }

  @Test
  void everyCommitTakesEffectOnceHoweverOftenTheDatabaseIsShutDown() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    Random random = new Random();
    int commits = 300;
    AtomicLong acknowledged = new AtomicLong();
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      Future<Integer> shutDowns =
          threads.submit(
              () -> {
                int count = 0;
                while (!done.get()) {
                  LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(random.nextInt(60_000)));
                  store.database().writing().store().closeImmediately();
                  count++;
                }
                return count;
              });
      Future<?> reads =
          threads.submit(
              () -> {
                while (!done.get()) {
                  long last = acknowledged.get();
                  try {
                    assertThat(last == 0 || store.run(last).isPresent()).isTrue();
                  } catch (StoreException e) {
                    assertThat(e).hasMessageContaining("cannot read");
                  }
                }
              });
      try {
        for (long id = 1; id <= commits; id++) {
          commitAsTheEngineDoes(creation(id));
          acknowledged.set(id);
        }
      } finally {
        done.set(true);
      }
      assertThat(shutDowns.get()).isPositive(); // how many depends on the machine
      reads.get();
    }
    assertThat(ids()).isEqualTo(oneTo(commits));
  }

  /** Until it is acknowledged, always with the same changes. */
  private void commitAsTheEngineDoes(Changes changes) {
    for (int i = 0; i < 20; i++) {
      try {
        store.commit(changes);
        return;
      } catch (StoreException e) {
        assertThat(e).hasMessageContaining("cannot write");
      }
    }
    throw new AssertionError("never acknowledged: " + changes);
  }

  @Test
  void whenTheFileIsGoneTheCommitFailsAndIsWrittenOnceWhenItIsBack() throws Exception {
    store.commit(creation(1));
    Path away = folder.resolve("away");
    Files.move(folder.resolve("pawl.mv.db"), away);
    store.database().writing().store().closeImmediately();
    Changes second = creation(2);
    StoreException refusal = catchThrowableOfType(StoreException.class, () -> store.commit(second));
    assertThat(refusal.outcomeUnknown()).isFalse();
    assertThat(refusal).hasMessageContaining("cannot write");
    assertThat(catchThrowableOfType(StoreException.class, () -> store.run(1))).isNotNull();

    Files.move(away, folder.resolve("pawl.mv.db"));
    store.commit(second);
    store.commit(creation(3));
    assertThat(ids()).isEqualTo(oneTo(3));
  }

  @Test
  void acknowledgedWorkThatIsMissingAfterwardsStopsTheStore() throws Exception {
    store.commit(creation(1));
    Path file = folder.resolve("pawl.mv.db");
    Path older = Files.copy(file, folder.resolve("older"));
    store.commit(creation(2));
    store.database().writing().store().closeImmediately();
    Files.delete(file);
    Files.move(older, file);
    assertThat(catchThrowableOfType(StoreException.class, () -> store.commit(creation(3))))
        .hasMessageContaining("from commit 2 to commit 1");
  }

  @Test
  void interruptsHarmNeitherCommitsNorReadsAndAreKept() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    Thread victim = Thread.currentThread();
    List<Boolean> kept = new ArrayList<>();
    Connection before = store.database().writing().connection;
    try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
      Future<?> interrupts =
          threads.submit(
              () -> {
                while (!done.get()) {
                  victim.interrupt();
                  LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(200));
                }
              });
      for (long id = 1; id <= 1_000; id++) {
        victim.interrupt();
        store.commit(creation(id));
        kept.add(Thread.interrupted());
        victim.interrupt();
        assertThat(store.run(id)).isPresent();
        kept.add(Thread.interrupted());
      }
      done.set(true);
      while (!interrupts.isDone()) {
        LockSupport.parkNanos(1_000);
      }
    }
    Thread.interrupted();
    assertThat(kept).doesNotContain(false);
    assertThat(ids()).isEqualTo(oneTo(1_000));
    assertThat(store.database().writing().connection).isSameAs(before);
  }

  @Test
  void anInterruptedThreadCanOpenAndClose() {
    for (int i = 0; i < 20; i++) {
      Thread.currentThread().interrupt();
      try (RunStore other = H2Store.file(folder.resolve("other" + i % 2)).open()) {
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
        other.commit(creation(i + 1));
      }
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void aStoreInMemoryThatWasShutDownSaysSo() throws Exception {
    try (H2RunStore memory =
        H2RunStore.open(new MemoryLocation(), "memory", Options.pinned(1), Migrations.builtIn())) {
      memory.commit(creation(1));
      try (var statement = memory.database().writing().connection.createStatement()) {
        statement.execute("shutdown immediately");
      }
      assertThat(catchThrowableOfType(StoreException.class, () -> memory.commit(creation(2))))
          .isNotNull();
      assertThat(catchThrowableOfType(StoreException.class, () -> memory.run(1))).isNotNull();
    }
  }

  /** Commits while another thread uses up the heap. */
  static final class OutOfMemory {
    private OutOfMemory() {}

    public static void main(String[] args) throws Exception {
      AtomicBoolean done = new AtomicBoolean();
      Thread glutton =
          new Thread(
              () -> {
                while (!done.get()) {
                  try {
                    Object[] all = {};
                    while (true) {
                      all = new Object[] {all, new byte[100_000]};
                    }
                  } catch (OutOfMemoryError e) {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
                  }
                }
              });
      glutton.setDaemon(true);
      int failures = 0;
      try (RunStore store = H2Store.file(Path.of(args[0])).open()) {
        // Everything is loaded before the heap is full: a class whose loading failed stays broken.
        store.commit(creation(1));
        ((H2RunStore) store).database().writing().store().closeImmediately();
        store.commit(creation(2));
        glutton.start();
        Changes changes = null;
        for (long id = 3; id <= 400; ) {
          try {
            changes = changes == null ? creation(id) : changes;
            store.commit(changes);
            changes = null;
            id++;
          } catch (StoreException | OutOfMemoryError e) {
            failures++;
          }
        }
        done.set(true);
      }
      System.out.println("done after " + failures + " failures");
    }
  }

  @Test
  void anExhaustedHeapLosesNothing() throws Exception {
    Path other = folder.resolve("other");
    Process child =
        ChildJvm.of(OutOfMemory.class, "40m", other.toString()).redirectErrorStream(true).start();
    List<String> output = child.inputReader().lines().toList();
    assertThat(child.waitFor()).as("%s", output).isZero();
    assertThat(output.getLast()).startsWith("done");
    try (RunStore reopened = H2Store.file(other).open()) {
      assertThat(reopened.live(0, Integer.MAX_VALUE).stream().map(LiveRow::id).toList())
          .isEqualTo(oneTo(400));
    }
  }
}
