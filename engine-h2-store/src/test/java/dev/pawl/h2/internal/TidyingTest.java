package dev.pawl.h2.internal;

import static dev.pawl.fixtures.ChangesBuilder.changes;
import static dev.pawl.h2.internal.JournaledStores.BOOT;
import static dev.pawl.h2.internal.JournaledStores.applied;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.RunStatus;
import dev.pawl.fixtures.ChangesBuilder;
import dev.pawl.fixtures.Rows;
import dev.pawl.h2.internal.redo.Disk;
import dev.pawl.h2.internal.redo.FileDisk;
import dev.pawl.h2.internal.redo.RecordingDisk;
import dev.pawl.spi.RunFilter;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What else happens while a copy is being made. */
class TidyingTest {
  @TempDir Path temp;
  @TempDir Path other;

  /** What happens before something is done on a disk. */
  private interface Before {
    void call(String method, List<Object> arguments) throws InterruptedException;
  }

  private static Disk watched(Disk disk, Before before) {
    return (Disk)
        Proxy.newProxyInstance(
            Disk.class.getClassLoader(),
            new Class<?>[] {Disk.class},
            (unused, method, arguments) -> {
              before.call(
                  method.getName(), arguments == null ? List.of() : Arrays.asList(arguments));
              try {
                return method.invoke(disk, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  /** A disk on which something that is done to a copy takes until somebody lets it go on. */
  private static Disk heldAt(String done, Disk disk, CountDownLatch reached, CountDownLatch goOn) {
    return watched(
        disk,
        (method, arguments) -> {
          if (method.equals(done) && arguments.contains("pawl-copy-unfinished")) {
            reached.countDown();
            goOn.await();
          }
        });
  }

  @Test
  void aCloseWhoseThreadIsInterruptedRestsUntilTheCopyIsMadeAndKeepsItsFlag() throws Exception {
    CountDownLatch forcing = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Disk disk = heldAt("force", new RecordingDisk(), forcing, goOn);
    H2RunStore store = JournaledStores.open(temp, RedoMode.WRITTEN, StoreScript.SMALL, BOOT, disk);
    for (long id = 1; forcing.getCount() > 0; id++) {
      store.commit(changes().create(Rows.run(id)).build());
    }
    FutureTask<Boolean> close =
        new FutureTask<>(
            () -> {
              Thread.currentThread().interrupt();
              store.close();
              return Thread.interrupted();
            });
    Thread closing = Thread.ofPlatform().start(close);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!rests(closing)) {
      assertThat(System.nanoTime()).as("it waits without spinning").isLessThan(deadline);
      LockSupport.parkNanos(1_000_000);
    }
    assertThat(close.isDone()).isFalse();
    goOn.countDown();
    assertThat(close.get(60, TimeUnit.SECONDS)).as("the flag").isTrue();
  }

  /** Comes and goes, so that H2 has much to write over. */
  private static void churn(H2RunStore store, long from, int runs) {
    for (long id = from; id < from + runs; id++) {
      store.commit(changes().create(Rows.run(id), Rows.ended(id, RunStatus.COMPLETED)).build());
      if (id % 2 == 0) {
        store.commit(changes().deleteRun(id).deleteRun(id - 1).build());
      }
    }
  }

  /** The first id that was not used. */
  private static long churnUntil(H2RunStore store, long from, CountDownLatch reached) {
    long next = from;
    while (reached.getCount() > 0) {
      churn(store, next, 10);
      next += 10;
    }
    return next;
  }

  /**
   * Neither where something has become free, nor behind the last part that is in use: what is free
   * there, H2 cuts off with each transaction.
   */
  @Test
  void nothingThatIsStillToBeCopiedIsWrittenOver() throws Exception {
    AtomicBoolean armed = new AtomicBoolean();
    CountDownLatch copying = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicLong length = new AtomicLong();
    Disk below = new FileDisk(temp);
    Disk disk =
        watched(
            below,
            (method, arguments) -> {
              if (armed.get() && method.equals("copy")) {
                length.set((long) arguments.get(2));
                copying.countDown();
                goOn.await();
              }
            });
    H2RunStore store = JournaledStores.open(temp, RedoMode.WRITTEN, StoreScript.SMALL, BOOT, disk);
    ChangesBuilder many = changes();
    for (long id = 1; id <= 5_000; id++) {
      many.create(Rows.run(id));
    }
    store.commit(many.build());
    long next = 10_001;
    for (int i = 0; i < 3; i++, next += 20) {
      churn(store, next, 20);
      assertThat(store.run(next)).isEmpty();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(Options.JOURNALED_RETENTION_MILLIS));
    }
    armed.set(true);
    next = churnUntil(store, next, copying);
    byte[] toCopy = rest(length.get());
    for (int i = 0; i < 40; i++, next += 10) {
      churn(store, next, 10);
      assertThat(store.run(next)).as("in the database").isEmpty();
      assertThat(Arrays.mismatch(rest(length.get()), toCopy)).isNegative();
    }
    goOn.countDown();
    store.close();
  }

  /** What a copy reads of the database. */
  private byte[] rest(long length) throws IOException {
    byte[] all = Files.readAllBytes(temp.resolve(FileLocation.DATABASE));
    return Arrays.copyOfRange(all, 8192, (int) length);
  }

  /** It is of the moment at which it was begun, whatever is written while it is made. */
  @Test
  void whatIsWrittenWhileACopyIsMadeNeitherWaitsForItNorShowsInIt() throws Exception {
    CountDownLatch copying = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Disk below = new FileDisk(temp);
    Disk disk = heldAt("copy", below, copying, goOn);
    H2RunStore store = JournaledStores.open(temp, RedoMode.WRITTEN, StoreScript.SMALL, BOOT, disk);
    long next = churnUntil(store, 1, copying);
    long before = applied(store);
    for (int round = 0; round < 3; round++) { // each writes over what the one before left unused
      for (int i = 0; i < 40; i++, next += 10) {
        churn(store, next, 10);
        assertThat(store.run(next + 8)).as("in the database").isEmpty();
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(Options.JOURNALED_RETENTION_MILLIS));
    }
    assertThat(applied(store)).isGreaterThan(before + 1_200);
    assertThat(copies(below)).as("none is finished").isEmpty();
    goOn.countDown();
    awaitCopy(below);
    Copies.Copy copy = new Copies(below).newest().orElseThrow();
    assertThat(copy.seq()).isLessThanOrEqualTo(before);
    assertThat(endOf(temp.resolve(copy.name()))).as("what it ends with").isEqualTo(copy.seq());
    store.close();
    below.delete(FileLocation.DATABASE);
    try (H2RunStore again =
        JournaledStores.open(temp, RedoMode.WRITTEN, StoreScript.SMALL, BOOT, below)) {
      assertThat(again.count(RunFilter.ALL)).as("made from the copy and the journal").isZero();
      churn(again, next, 10);
      assertThat(again.count(RunFilter.ALL)).isZero();
    }
  }

  /** The last group in a file, and that all of it can be read. */
  private long endOf(Path file) throws IOException, SQLException {
    Files.copy(file, other.resolve("alone.mv.db"));
    try (Connection connection =
            DriverManager.getConnection(
                "jdbc:h2:file:" + other.resolve("alone") + ";IFEXISTS=TRUE", Database.ADMIN, "");
        Statement statement = connection.createStatement()) {
      statement.execute("script to '" + other.resolve("all.sql") + "'");
      return EngineStateTable.commitSeq(new Statements(connection));
    }
  }

  /** Forcing a copy takes long, and whoever makes a backup keeps it from counting for longer. */
  @Test
  void spaceIsReusedAsSoonAsTheCopyIsWritten() throws Exception {
    CountDownLatch written = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Disk disk = heldAt("checksum", new FileDisk(temp), written, goOn);
    H2RunStore store = JournaledStores.open(temp, RedoMode.WRITTEN, StoreScript.SMALL, BOOT, disk);
    long next = churnUntil(store, 1, written);
    for (int i = 0; i < 2; i++, next += 10) { // what follows the first is over with the second
      churn(store, next, 10);
      assertThat(store.run(next)).as("applied").isEmpty();
    }
    assertThat(store.database().writing().store().isSpaceReused()).isTrue();
    goOn.countDown();
    store.close();
  }

  /** Then others have begun to write where the copy was still to be read. */
  @Test
  void aCopyOfADatabaseThatWasOpenedAgainMeanwhileDoesNotCount() throws Exception {
    CountDownLatch copying = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Disk below = new FileDisk(temp);
    Disk disk = heldAt("copy", below, copying, goOn);
    H2RunStore store = JournaledStores.open(temp, RedoMode.WRITTEN, StoreScript.SMALL, BOOT, disk);
    long next = churnUntil(store, 1, copying);
    store.database().writing().store().closeImmediately();
    churn(store, next, 10);
    assertThat(store.run(next)).isEmpty();
    goOn.countDown();
    store.close(); // when the copy is made
    assertThat(copies(below)).isEmpty();
    assertThat(below.exists("pawl-copy-unfinished")).isFalse();
  }

  private static List<String> copies(Disk disk) throws IOException {
    return disk.names().stream().filter(name -> name.matches("pawl-copy-\\d.*")).toList();
  }

  private static void awaitCopy(Disk disk) throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (copies(disk).isEmpty()) {
      assertThat(System.nanoTime()).as("a copy is kept").isLessThan(deadline);
      LockSupport.parkNanos(1_000_000);
    }
  }

  /** Whether it waits for the copy, without a time after which it looks again. */
  private static boolean rests(Thread thread) {
    return thread.getState() == Thread.State.WAITING
        && Arrays.stream(thread.getStackTrace())
            .anyMatch(frame -> frame.getClassName().equals(Tidying.class.getName()));
  }
}
