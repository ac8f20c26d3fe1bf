package dev.pawl.h2;

import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.AwaitTimeoutException;
import dev.pawl.Engine;
import dev.pawl.Limits;
import dev.pawl.Retry;
import dev.pawl.RunQuery;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Threads that are interrupted all the time, in whatever call they are, and bodies too: nothing
 * breaks, nothing acknowledged is lost, and no interrupt reaches a thread of the store.
 */
class InterruptedCallersTest {
  private static final int CALLERS = 4;
  private static final int ENOUGH = 200;
  private static final Duration GUARD = Duration.ofSeconds(60);

  @TempDir Path folder;

  private final Queue<Thread> bodies = new ConcurrentLinkedQueue<>();
  private final Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
  private final Queue<Throwable> unexpected = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean over = new AtomicBoolean();

  private final Task<String, Integer> length =
      Task.define("length", String.class, Integer.class)
          .retry(new Retry(1_000, 1, Duration.ofMillis(1), Duration.ofMillis(5), false))
          .run(
              (text, run) -> {
                bodies.add(Thread.currentThread());
                run.metadata().set("seen", text.length());
                return text.length();
              });

  @Test
  void interruptsAnywhereBreakNothing() throws Exception {
    try (Engine engine =
        Engine.builder()
            .store(H2Store.file(folder))
            .limits(Limits.defaults().maxInlineBytes(1_000))
            .register(length)
            .start()) {
      List<Thread> callers = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        int seed = i;
        callers.add(Thread.ofPlatform().start(() -> call(engine, new Random(seed))));
      }
      interruptAll(callers);
      over.set(true);
      for (Thread caller : callers) {
        assertThat(caller.join(GUARD)).isTrue();
      }
      assertThat(unexpected).isEmpty();
      assertThat(engine.awaitIdle(GUARD)).isTrue();
      assertThat(engine.health().isUp()).isTrue();
      assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(ENOUGH);
      for (String id : acknowledged) {
        assertThat(engine.runs().retrieve(id).status()).isEqualTo(RunStatus.COMPLETED);
      }
    }
    try (Engine engine = Engine.builder().store(H2Store.file(folder)).register(length).open()) {
      assertThat(engine.runs().count(RunQuery.all())).isGreaterThanOrEqualTo(acknowledged.size());
    }
  }

  private void interruptAll(List<Thread> callers) {
    Random random = new Random();
    long deadline = System.nanoTime() + GUARD.toNanos();
    while (acknowledged.size() < ENOUGH && System.nanoTime() < deadline) {
      callers.get(random.nextInt(CALLERS)).interrupt();
      Thread body = bodies.poll();
      if (body != null && random.nextInt(4) == 0) {
        body.interrupt();
      }
      LockSupport.parkNanos(random.nextLong(TimeUnit.MILLISECONDS.toNanos(2)));
    }
  }

  private void call(Engine engine, Random random) {
    while (!over.get()) {
      try {
        String payload = "x".repeat(random.nextInt(4) == 0 ? 2_000 : 10);
        String id = engine.tasks().trigger(length, payload, options().tags("tag")).id();
        acknowledged.add(id);
        switch (random.nextInt(4)) {
          case 0 -> assertThat(engine.runs().retrieve(id).payload(String.class)).isEqualTo(payload);
          case 1 -> engine.runs().list(RunQuery.all().limit(10));
          case 2 -> engine.runs().await(id, Duration.ofMillis(5));
          default -> engine.queues().list();
        }
      } catch (InterruptedException e) {
        continue; // as the wait promises
      } catch (RuntimeException | Error e) {
        if (!isAboutTheInterrupt(e)) {
          unexpected.add(e);
        }
      }
      if (random.nextBoolean()) {
        Thread.interrupted();
      }
    }
  }

  /** A wait that ends for its interrupt, or for its time. */
  private static boolean isAboutTheInterrupt(Throwable e) {
    return e instanceof AwaitTimeoutException
        || String.valueOf(e.getMessage()).contains("interrupted")
        || e.getCause() instanceof InterruptedException;
  }
}
