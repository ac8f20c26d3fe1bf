package dev.pawl.h2.internal;

import static dev.pawl.fixtures.ChangesBuilder.changes;
import static dev.pawl.h2.internal.JournaledStores.BOOT;
import static dev.pawl.h2.internal.JournaledStores.LAZY;
import static dev.pawl.h2.internal.JournaledStores.NEXT_BOOT;
import static dev.pawl.h2.internal.JournaledStores.killed;
import static dev.pawl.h2.internal.JournaledStores.valueFiles;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.fixtures.Rows;
import dev.pawl.h2.H2Store;
import dev.pawl.h2.internal.redo.Disk;
import dev.pawl.h2.internal.redo.RecordingDisk;
import dev.pawl.spi.Changes;
import dev.pawl.spi.RunStore;
import dev.pawl.spi.StoredValue;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an opening deletes of the large values that it finds. */
class SweepTest {
  private static final int VALUES = 6;
  private static final int IMAGES = 30;

  @TempDir Path temp;

  private static byte[] bytes(long seed) {
    byte[] bytes = new byte[3_000];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static Changes creation(long id, StoredValue payload) {
    return changes().create(Rows.newRun(id).payload(payload).build()).build();
  }

  /** As it was found by the simulation of power losses. */
  @Test
  void aValueThatIsGivenUpWhileAnOpeningDeletesOrphansGoesAfterTheCommitThatGaveItUp()
      throws Exception {
    RecordingDisk disk = new RecordingDisk();
    leaveOrphansBefore(disk);
    CountDownLatch deleting = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    int before = disk.operations();
    try (H2RunStore store =
        JournaledStores.open(
            temp, RedoMode.WRITTEN, LAZY, BOOT, heldAtDeletions(disk, deleting, goOn))) {
      assertThat(deleting.await(60, TimeUnit.SECONDS)).isTrue();
      before = disk.operations();
      store.commit(changes().update(Rows.newRun(1).payload(Rows.value("small")).build()).build());
      assertThat(store.run(1)).isPresent(); // the database has it
      goOn.countDown();
      while (!disk.folder("pawl.values").names().isEmpty()) {
        LockSupport.parkNanos(1_000_000);
      }
    }
    Random random = new Random(7);
    int after = disk.operations();
    for (int i = 0; i < IMAGES; i++) {
      int count = before + random.nextInt(after - before);
      RecordingDisk image = disk.afterPowerLoss(count, 512, 0.5, random);
      try (H2RunStore store =
          JournaledStores.open(temp, RedoMode.WRITTEN, LAZY, NEXT_BOOT, image)) {
        StoredValue payload = store.run(1).orElseThrow().run().payload();
        if (payload.isLarge()) {
          try (InputStream in = store.openLarge(payload)) {
            assertThat(in.readAllBytes()).isEqualTo(bytes(VALUES));
          }
        }
      }
    }
  }

  /** The value of the run comes last in the folder, so that the others are deleted before it. */
  private void leaveOrphansBefore(RecordingDisk disk) {
    try (H2RunStore store = JournaledStores.open(temp, RedoMode.WRITTEN, LAZY, BOOT, disk)) {
      List<StoredValue> values = new ArrayList<>();
      for (int i = 0; i < VALUES; i++) {
        values.add(store.writeLarge(bytes(VALUES)));
      }
      StoredValue last =
          values.stream().max(Comparator.comparingLong(StoredValue::key)).orElseThrow();
      store.commit(creation(1, last));
      assertThat(store.run(1)).isPresent();
      assertThat(values).hasSize(VALUES); // reachable until here, and free
    }
    assertThat(disk.openFiles()).isZero();
  }

  private static Disk heldAtDeletions(Disk disk, CountDownLatch deleting, CountDownLatch goOn) {
    return (Disk)
        Proxy.newProxyInstance(
            Disk.class.getClassLoader(),
            new Class<?>[] {Disk.class},
            (unused, method, arguments) -> {
              if (method.getName().equals("delete")
                  && String.valueOf(arguments[0]).endsWith(".value")) {
                deleting.countDown();
                goOn.await();
              }
              try {
                Object result = method.invoke(disk, arguments);
                return method.getName().equals("folder")
                    ? heldAtDeletions((Disk) result, deleting, goOn)
                    : result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  /** They may be all that is left of runs that were given up. */
  @Test
  void whatASalvagedStoreDoesNotNameIsNotDeleted() throws Exception {
    Path folder = temp.resolve("store");
    Path image;
    try (H2RunStore store = JournaledStores.open(folder, RedoMode.FORCED, LAZY, BOOT)) {
      store.commit(creation(1, store.writeLarge(bytes(1))));
      assertThat(store.run(1)).isPresent();
      store.commit(creation(2, store.writeLarge(bytes(2))));
      store.commit(creation(3, Rows.value("small")));
      image = killed(folder, temp.resolve("image"));
    }
    Path journal = image.resolve("pawl-0000000001.redo");
    byte[] damaged = Files.readAllBytes(journal);
    damaged[indexOf(damaged, 2)] ^= 1;
    Files.write(journal, damaged);
    try (RunStore store = H2Store.file(image).salvaging().open()) {
      assertThat(store.run(1)).isPresent();
      assertThat(store.run(2)).isEmpty();
    }
    assertThat(valueFiles(image)).hasSize(2);
    // From the next opening on the store is what it holds.
    try (RunStore store = H2Store.file(image).open()) {
      assertThat(store.run(1)).isPresent();
    }
    assertThat(valueFiles(image)).hasSize(1);
  }

  /** Where the body of the record of a group begins. */
  private static int indexOf(byte[] journal, long seq) {
    ByteBuffer in = ByteBuffer.wrap(journal);
    for (int at = 80; at < journal.length - 24; at += 8) {
      if (in.getInt(at) == 0x52_45_44_4f && in.getLong(at + 16) == seq) {
        return at + 30;
      }
    }
    throw new AssertionError("group " + seq + " is not in the journal");
  }
}
