package dev.pawl;

import java.nio.file.Path;
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

  /** Looks at queues, and changes their settings. */
  Queues queues();

  /** Frees idempotency keys. */
  IdempotencyKeys idempotencyKeys();

  /**
   * Adds tasks while the engine is open. Runs that stood {@code PENDING_VERSION} for want of them
   * go on.
   *
   * @throws DuplicateTaskException if an id is taken
   * @throws InvalidOptionException if the codec cannot encode and decode the types of a task
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

  /**
   * Calls a listener for each change of a run's status, after the commit that made it, in the order
   * of the commits. Each listener has a thread and a queue of its own: one that blocks or is slow
   * holds up neither the engine nor other listeners. Where {@link Limits#listenerQueueSize} events
   * wait for it, further ones are not delivered to it; they are counted, and logged once until it
   * has caught up.
   *
   * <p>Changes from now on are delivered. Several changes of one run in one commit are several
   * events. {@link #close} gives listeners the rest of its grace, and at least one second, to take
   * what waits for them. Events are not stored: those of the moments before the process dies may be
   * missing, and what a run is, {@link Runs#retrieve} tells.
   */
  EventSubscription onEvent(RunListener listener);

  /**
   * Makes a backup while the engine works: a folder that opens as the store does, with everything
   * in it that was acknowledged before this call. Triggers and bodies do not wait for it. Returns
   * when the backup is on the disk; call it from a thread that may take that long. A backup under
   * way is given up when the engine is closed.
   *
   * <pre>{@code
   * engine.backup(Path.of("backups", "2026-03-01"));
   * }</pre>
   *
   * <p>To restore, put the folder where the store was, or open it where it is: {@code
   * H2Store.file(folder)}.
   *
   * @param folder where to; a folder that is not there, or empty: nothing is ever replaced
   * @throws dev.pawl.spi.StoreException if it could not be made, and why; nothing is left of it
   *     then
   */
  Backup backup(Path folder);

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
