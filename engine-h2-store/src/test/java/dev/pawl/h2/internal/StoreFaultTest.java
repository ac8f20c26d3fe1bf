package dev.pawl.h2.internal;

import static dev.pawl.h2.internal.JournaledStores.BOOT;
import static dev.pawl.h2.internal.JournaledStores.NEXT_BOOT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.h2.internal.redo.Recording.Kind;
import dev.pawl.h2.internal.redo.RecordingDisk;
import dev.pawl.spi.StoreException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A disk that fails, under a whole store: journal, database, copies and large values. Whatever
 * fails, and wherever, nothing acknowledged is lost, and the store goes on when the disk does.
 */
class StoreFaultTest {
  private static final int GROUPS = 25;

  @TempDir Path temp;
  private final List<StoreScript> scripts = new ArrayList<>();

  /** A script on a disk of its own; the one before is closed. */
  private StoreScript script(long seed) {
    closeScripts();
    StoreScript script = new StoreScript(temp, RedoMode.FORCED, seed);
    scripts.add(script);
    return script;
  }

  @AfterEach
  void closeScripts() {
    scripts.forEach(StoreScript::close);
    scripts.clear();
  }

  /** How many operations the scenario takes on a sound disk. */
  private int operations() {
    StoreScript script = script(1);
    script.disk.failing((index, kind) -> false);
    script.live(1, GROUPS);
    return script.disk.attempted();
  }

  /**
   * One failure, or three in a row, at each operation of a life, its opening and its close
   * included. In the short form at some of them.
   */
  @ParameterizedTest
  @CsvSource({"1,12", "3,12"})
  void aFailureAtAnyOperationLosesNothing(int times, int shortForm) {
    int operations = operations();
    int step = Boolean.getBoolean("pawl.long") ? 1 : Math.max(1, operations / shortForm);
    for (int at = (int) (System.nanoTime() & Long.MAX_VALUE) % step; at < operations; at += step) {
      int first = at;
      StoreScript script = script(1);
      script.disk.failing((index, kind) -> index >= first && index < first + times);
      script.liveStubbornly(GROUPS);
      assertHoldsEverything(script, script.disk, "failing from " + first + ", " + times + " times");
    }
  }

  private void assertHoldsEverything(StoreScript script, RecordingDisk disk, String which) {
    disk.failing((index, kind) -> false);
    disk.capacity(Long.MAX_VALUE);
    RecordingDisk dark = disk.afterRestartWithNothingUnforced();
    for (RecordingDisk left : new RecordingDisk[] {dark, disk}) {
      try (H2RunStore store =
          JournaledStores.open(temp, RedoMode.FORCED, StoreScript.SMALL, NEXT_BOOT, left)) {
        assertThat(Everything.of(store).differences(script.after(GROUPS))).as(which).isEmpty();
      }
    }
  }

  /** What cannot be forced is not acknowledged, however often it is tried. */
  @Test
  void aForceThatAlwaysFailsAcknowledgesNothing() {
    StoreScript script = script(2);
    script.disk.failing((index, kind) -> false);
    try (H2RunStore store =
        JournaledStores.open(temp, RedoMode.FORCED, StoreScript.SMALL, BOOT, script.disk)) {
      script.commit(store);
      script.disk.failing((index, kind) -> kind == Kind.FORCE);
      assertThatThrownBy(() -> script.commit(store))
          .isInstanceOfSatisfying(
              StoreException.class, e -> assertThat(e.getMessage()).contains("cannot"));
      script.disk.failing((index, kind) -> false);
      script.commitAgain(store);
      script.commit(store);
    }
    try (H2RunStore store =
        JournaledStores.open(
            temp,
            RedoMode.FORCED,
            StoreScript.SMALL,
            NEXT_BOOT,
            script.disk.afterRestartWithNothingUnforced())) {
      assertThat(Everything.of(store).differences(script.after(3))).isEmpty();
    }
  }

  @Test
  void aDiskThatCanOnlyBeReadIsRefusedAndOpensWhenItCanBeWritten() {
    StoreScript script = script(3);
    script.live(1, GROUPS);
    script.disk.readOnly(true);
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(
              () ->
                  JournaledStores.open(temp, RedoMode.FORCED, StoreScript.SMALL, BOOT, script.disk))
          .isInstanceOf(StoreException.class);
    }
    script.disk.readOnly(false);
    assertHoldsEverything(script, script.disk, "after it could only be read");
  }

  /** Each life, however it ends, closes what it has opened. */
  @Test
  void noFileStaysOpenWhateverFailsAtTheCloseOrTheOpening() {
    StoreScript script = script(4);
    script.live(1, GROUPS);
    int operations = attempted(script, () -> Integer.MAX_VALUE);
    for (int at = 0; at < operations; at++) {
      int first = at;
      attempted(script, () -> first);
      assertThat(script.disk.openFiles()).as("after operation %s has failed", at).isZero();
    }
  }

  /** Opens and closes, and one operation fails. */
  private int attempted(StoreScript script, Supplier<Integer> which) {
    script.disk.failing((index, kind) -> index == which.get());
    try {
      JournaledStores.open(temp, RedoMode.WRITTEN, StoreScript.SMALL, BOOT, script.disk).close();
    } catch (StoreException e) {
      assertThat(which.get()).isLessThan(Integer.MAX_VALUE);
    }
    int attempted = script.disk.attempted();
    script.disk.failing((index, kind) -> false);
    return attempted;
  }

  /** The disk fills up at any moment, and after a while has room again. */
  @Test
  void aFullDiskIsSurvivedWhateverItIsFilledBy() {
    StoreScript empty = script(5);
    empty.live(1, GROUPS);
    long most = empty.disk.bytes();
    int rounds = Boolean.getBoolean("pawl.long") ? 100 : 3;
    for (int i = 1; i <= rounds; i++) {
      StoreScript script = script(5);
      // How much is written depends on what is applied together; more than this it is in any case.
      long capacity = most * 6 * i / (10L * rounds);
      script.disk.capacity(capacity);
      script.liveStubbornly(GROUPS);
      assertThat(script.refusals()).as("it has been full").isPositive();
      assertHoldsEverything(script, script.disk, "full at " + capacity + " bytes");
    }
  }
}
