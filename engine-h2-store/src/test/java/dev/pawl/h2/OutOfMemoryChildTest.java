package dev.pawl.h2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Engine;
import dev.pawl.Run;
import dev.pawl.RunStatus;
import dev.pawl.h2.internal.ChildJvm;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Bodies that exhaust the heap fail like other bodies that throw; their neighbours, the engine and
 * the store carry on in the same process.
 */
class OutOfMemoryChildTest {
  private static final long GUARD_SECONDS = 120;

  @TempDir Path temp;

  @Test
  void bodiesThatExhaustTheHeapHarmOnlyThemselves() throws Exception {
    Path store = temp.resolve("store");
    Path log = temp.resolve("log");
    Process child =
        ChildJvm.of(OutOfMemoryChild.class, "64m", store.toString(), log.toString()).start();
    try {
      assertThat(child.waitFor(GUARD_SECONDS, TimeUnit.SECONDS)).as("it ends in time").isTrue();
      assertThat(child.inputReader().readLine()).isEqualTo("UP");
      assertThat(child.exitValue()).isZero();
    } finally {
      child.destroyForcibly();
    }
    try (Engine engine =
        Engine.builder().store(H2Store.file(store)).register(OutOfMemoryChild.tasks()).open()) {
      List<KillLog.Event> acknowledged =
          KillLog.read(log).stream()
              .filter(event -> event.kind() == KillLog.Kind.ACKNOWLEDGED)
              .toList();
      for (KillLog.Event event : acknowledged) {
        ended(engine.runs().retrieve(event.field(2)), event);
      }
    }
  }

  private static void ended(Run<?> run, KillLog.Event event) {
    int number = (int) event.number(1);
    assertThat(run.taskId()).isEqualTo(event.field(0));
    assertThat(run.payload(Integer.class)).isEqualTo(number);
    if (run.taskId().equals(OutOfMemoryChild.HOG)) {
      // Its last attempt may also have fallen into a new start of the engine.
      assertThat(run.status()).isIn(RunStatus.FAILED, RunStatus.CRASHED);
      assertThat(run.attempts()).hasSize(OutOfMemoryChild.HOG_ATTEMPTS);
    } else {
      assertThat(run.status()).as("%s: %s", run, run.error()).isEqualTo(RunStatus.COMPLETED);
      assertThat(run.output()).isEqualTo(3 * number);
    }
  }
}
