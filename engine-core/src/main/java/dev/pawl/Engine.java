package dev.pawl;

import java.time.Duration;

/**
 * A durable job engine inside this JVM. It owns its store alone; several engines with a store each
 * can live in one JVM.
 *
 * <pre>{@code
 * try (Engine engine = Engine.builder().store(H2Store.file(Path.of("data/jobs"))).register(SEND_EMAIL).start()) {
 *   RunHandle<Receipt> handle = engine.tasks().trigger(SEND_EMAIL, new Email("ada@example.com", "Ada"));
 *   System.out.println(handle.await(Duration.ofSeconds(30)).unwrap());
 * }
 * }</pre>
 */
public interface Engine extends AutoCloseable {

  /** Begins an engine. */
  static EngineBuilder builder() {
    return new EngineBuilder();
  }

  /** Triggers tasks. */
  Tasks tasks();

  /** Triggers batches of several tasks, and reads batches. */
  Batches batch();

  /** Reads and changes runs. */
  Runs runs();

  /** Frees idempotency keys. */
  IdempotencyKeys idempotencyKeys();

  /**
   * Adds tasks while the engine is open. Runs that stood {@code PENDING_VERSION} for want of them
   * go on.
   *
   * @throws DuplicateTaskException if an id is taken
   */
  void register(Task<?, ?>... tasks);

  /** Begins to execute; without effect where it does already. */
  Engine start();

  /** Lets nothing new start until {@link #resume()}; what executes goes on. Not persisted. */
  void pause();

  /** Undoes {@link #pause()}. */
  void resume();

  /**
   * Waits until nothing executes and nothing is ready to start.
   *
   * @return false if that was not so within the timeout
   */
  boolean awaitIdle(Duration timeout);

  /** Whether the engine can do its work, and if not, why. */
  Health health();

  /** As {@link #close(Duration)}, with a grace of 10 seconds. */
  @Override
  void close();

  /**
   * Closes the engine gracefully. Nothing new starts. Bodies that execute get {@code grace} to end,
   * then they are interrupted; an attempt that is cut off is handed back, not charged. Runs that
   * wait stay {@code WAITING}. Idempotent; may be called from inside a body, which then is cut off
   * too.
   */
  void close(Duration grace);
}
