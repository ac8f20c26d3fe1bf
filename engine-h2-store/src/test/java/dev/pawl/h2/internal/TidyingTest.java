package dev.pawl.h2.internal;

import static dev.pawl.fixtures.ChangesBuilder.changes;
import static dev.pawl.h2.internal.JournaledStores.BOOT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.fixtures.Rows;
import dev.pawl.h2.internal.redo.Disk;
import dev.pawl.h2.internal.redo.RecordingDisk;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Closing while a copy is being made. */
class TidyingTest {
  @TempDir Path temp;

  /** A disk on which the force of a copy takes until somebody lets it go on. */
  private static Disk heldAtCopies(Disk disk, CountDownLatch forcing, CountDownLatch goOn) {
    return (Disk)
        Proxy.newProxyInstance(
            Disk.class.getClassLoader(),
            new Class<?>[] {Disk.class},
            (unused, method, arguments) -> {
              if (method.getName().equals("force") && arguments[0].equals("pawl-copy-unfinished")) {
                forcing.countDown();
                goOn.await();
              }
              try {
                return method.invoke(disk, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Test
  void aCloseWhoseThreadIsInterruptedRestsUntilTheCopyIsMadeAndKeepsItsFlag() throws Exception {
    CountDownLatch forcing = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Disk disk = heldAtCopies(new RecordingDisk(), forcing, goOn);
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

  /** Whether it waits for the copy, without a time after which it looks again. */
  private static boolean rests(Thread thread) {
    return thread.getState() == Thread.State.WAITING
        && Arrays.stream(thread.getStackTrace())
            .anyMatch(frame -> frame.getClassName().equals(Tidying.class.getName()));
  }
}
