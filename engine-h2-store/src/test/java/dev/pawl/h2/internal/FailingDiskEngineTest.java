package dev.pawl.h2.internal;

import static dev.pawl.h2.internal.JournaledStores.BOOT;
import static dev.pawl.h2.internal.JournaledStores.NEXT_BOOT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Engine;
import dev.pawl.Health;
import dev.pawl.Limits;
import dev.pawl.OutcomeUnknownException;
import dev.pawl.PawlException;
import dev.pawl.StoreUnavailableException;
import dev.pawl.Task;
import dev.pawl.h2.internal.redo.Recording;
import dev.pawl.h2.internal.redo.RecordingDisk;
import dev.pawl.spi.StoreException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * An engine at work on a disk that fails for good, at some operation, and is repaired once the
 * engine has said so: it is unhealthy meanwhile, refuses calls with the reason, goes on by itself,
 * and has lost nothing that it acknowledged.
 */
class FailingDiskEngineTest {
  private static final int TRIGGERS = 12;
  private static final String SMALL = "small";
  private static final String LARGE = "large".repeat(200);

  private static final Task<String, String> ECHO =
      Task.define("echo", String.class, String.class).run((text, run) -> text);

  @TempDir Path temp;

  private Engine engine(RecordingDisk disk, UUID boot) {
    return Engine.builder()
        .store(() -> JournaledStores.open(temp, RedoMode.FORCED, StoreScript.SMALL, boot, disk))
        .limits(Limits.defaults().maxInlineBytes(500))
        .register(ECHO)
        .start();
  }

  /** What the disk does from some operation on. */
  enum Failure {
    /** Nothing that needs room succeeds. */
    FULL,
    /** Nothing that changes anything does. */
    READ_ONLY,
    /** Nothing can be forced. */
    NO_FORCE;

    boolean fails(Recording.Kind kind) {
      return switch (this) {
        case FULL -> kind == Recording.Kind.WRITE || kind == Recording.Kind.CREATE;
        case READ_ONLY -> true;
        case NO_FORCE -> kind == Recording.Kind.FORCE;
      };
    }
  }

  @ParameterizedTest
  @EnumSource
  void theEngineSaysSoAndGoesOnByItselfWhenTheDiskDoes(Failure failure) throws Exception {
    int operations = operations();
    int step = Boolean.getBoolean("pawl.long") ? 1 : operations / 2;
    for (int at = 1; at < operations; at += step) {
      failsFrom(failure, at);
    }
  }

  /** How many operations all triggers take where nothing fails. */
  private int operations() {
    RecordingDisk disk = new RecordingDisk();
    try (Engine engine = engine(disk, BOOT)) {
      disk.failing((index, kind) -> false);
      trigger(engine, TRIGGERS, new ArrayList<>());
      engine.awaitIdle(Duration.ofSeconds(60));
      return disk.attempted();
    }
  }

  private static void trigger(Engine engine, int count, List<String> acknowledged) {
    for (int i = 0; i < count; i++) {
      acknowledged.add(engine.tasks().trigger(ECHO, i % 3 == 0 ? LARGE : SMALL).id());
    }
  }

  private void failsFrom(Failure failure, int at) throws InterruptedException {
    RecordingDisk disk = new RecordingDisk();
    List<String> acknowledged = new ArrayList<>();
    String which = failure + " from operation " + at;
    try (Engine engine = engine(disk, BOOT)) {
      disk.failing((index, kind) -> index >= at && failure.fails(kind));
      boolean refused = false;
      for (int i = 0; i < 4 * TRIGGERS && !refused; i++) {
        try {
          trigger(engine, 1, acknowledged);
        } catch (OutcomeUnknownException | StoreUnavailableException | StoreException e) {
          assertThat(e.getMessage()).as(which).contains("No space left on device");
          refused = true;
        }
      }
      // What fails may also be the end of a body, which refuses nobody.
      assertRefusesUntilRepaired(engine, disk, which);
      triggerOncePossible(engine, acknowledged, which);
      trigger(engine, TRIGGERS, acknowledged);
      assertThat(engine.awaitIdle(Duration.ofSeconds(60))).as(which).isTrue();
      assertThat(engine.health().isUp()).as(which).isTrue();
      assertCompleted(engine, acknowledged, which);
    }
    RecordingDisk dark = disk.afterRestartWithNothingUnforced();
    try (Engine engine = engine(dark, NEXT_BOOT)) {
      assertCompleted(engine, acknowledged, which + ", after a power loss");
    }
  }

  private static void assertRefusesUntilRepaired(Engine engine, RecordingDisk disk, String which) {
    Health health = engine.health();
    if (!health.isUp()) { // a large value that cannot be written is nobody's but the caller's
      assertThat(health.status()).as(which).isEqualTo(Health.Status.STORE_UNAVAILABLE);
      assertThat(health.reason()).as(which).contains("No space left on device");
    }
    disk.failing((index, kind) -> false);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!engine.health().isUp()) {
      assertThat(System.nanoTime()).as(which).isLessThan(deadline);
      LockSupport.parkNanos(1_000_000);
    }
  }

  /** What failed just before the repair may not have been known yet when the engine was asked. */
  private static void triggerOncePossible(Engine engine, List<String> acknowledged, String which) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    boolean refused = true;
    while (refused) {
      try {
        trigger(engine, 1, acknowledged);
        refused = false;
      } catch (OutcomeUnknownException | StoreUnavailableException e) {
        assertThat(e.getMessage()).as(which).contains("No space left on device");
        assertThat(System.nanoTime()).as(which).isLessThan(deadline);
        LockSupport.parkNanos(1_000_000);
      }
    }
  }

  private static void assertCompleted(Engine engine, List<String> acknowledged, String which)
      throws InterruptedException {
    for (String id : acknowledged) {
      assertThat(engine.runs().await(id, Duration.ofSeconds(60)).ok()).as(which).isTrue();
    }
  }

  /** Otherwise the test above has not shown that the engine was ever unhealthy. */
  @Test
  void anEngineWhoseDiskIsFullIsUnhealthyAndRefusesFurtherCallsWithTheReason() throws Exception {
    RecordingDisk disk = new RecordingDisk();
    try (Engine engine = engine(disk, BOOT)) {
      List<String> acknowledged = new ArrayList<>();
      trigger(engine, TRIGGERS, acknowledged);
      disk.failing((index, kind) -> Failure.FULL.fails(kind));
      int refused = 0;
      boolean unhealthy = false;
      for (int i = 0; i < 200 && !unhealthy; i++) {
        try {
          acknowledged.add(engine.tasks().trigger(ECHO, SMALL + "x".repeat(400)).id());
        } catch (PawlException e) {
          assertThat(e)
              .isInstanceOfAny(OutcomeUnknownException.class, StoreUnavailableException.class);
          refused++;
        }
        unhealthy = engine.health().status() == Health.Status.STORE_UNAVAILABLE;
      }
      assertThat(unhealthy).isTrue();
      assertThat(refused).isPositive();
      assertRefusesUntilRepaired(engine, disk, "full");
      trigger(engine, TRIGGERS, acknowledged);
      assertCompleted(engine, acknowledged, "full");
    }
  }
}
