package dev.pawl.h2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Engine;
import dev.pawl.Retry;
import dev.pawl.Run;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import dev.pawl.h2.internal.ChildJvm;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run that ends its process in each attempt uses its attempts up, and the next life is stable.
 */
class PoisonRunTest {
  private static final int ATTEMPTS = 3;
  private static final int HALTED = 7;
  private static final Duration GUARD = Duration.ofSeconds(60);

  private static final Task<String, String> POISON =
      Task.define("poison", String.class, String.class)
          .retry(new Retry(ATTEMPTS, 2, Duration.ofMillis(1), Duration.ofMillis(5), false))
          .run(
              (text, run) -> {
                Runtime.getRuntime().halt(HALTED);
                return text;
              });

  /** Executes beside it, and may lose an attempt with each life. */
  private static final Task<String, String> INNOCENT =
      Task.define("innocent", String.class, String.class)
          .retry(Retry.exponential().maxAttempts(ATTEMPTS + 2))
          .run((text, run) -> text);

  @TempDir Path folder;

  /** Opens the store, and waits until everything in it has ended. */
  static final class Child {
    private Child() {}

    public static void main(String[] args) {
      try (Engine engine =
          Engine.builder()
              .store(H2Store.file(Path.of(args[0])))
              .register(POISON, INNOCENT)
              .start()) {
        if (!engine.awaitIdle(GUARD)) {
          throw new IllegalStateException("it does not end");
        }
      }
    }
  }

  @Test
  void aRunThatKillsItsProcessEachTimeUsesItsAttemptsUp() throws Exception {
    String poison;
    String innocent;
    try (Engine engine =
        Engine.builder().store(H2Store.file(folder)).register(POISON, INNOCENT).open()) {
      poison = engine.tasks().trigger(POISON, "x").id();
      innocent = engine.tasks().trigger(INNOCENT, "y").id();
    }
    for (int life = 1; life <= ATTEMPTS + 2; life++) {
      Process child = ChildJvm.of(Child.class, "128m", folder.toString()).start();
      assertThat(child.waitFor(GUARD.toSeconds() * 2, TimeUnit.SECONDS)).isTrue();
      assertThat(child.exitValue()).as("life " + life).isEqualTo(life <= ATTEMPTS ? HALTED : 0);
    }
    try (Engine engine =
        Engine.builder().store(H2Store.file(folder)).register(POISON, INNOCENT).open()) {
      Run<?> run = engine.runs().retrieve(poison);
      assertThat(run.status()).isEqualTo(RunStatus.CRASHED);
      assertThat(run.attempts()).hasSize(ATTEMPTS);
      assertThat(engine.runs().retrieve(innocent).status()).isEqualTo(RunStatus.COMPLETED);
    }
  }
}
