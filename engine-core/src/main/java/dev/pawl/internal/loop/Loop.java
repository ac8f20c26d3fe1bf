package dev.pawl.internal.loop;

import dev.pawl.EngineClosedException;
import dev.pawl.Health;
import dev.pawl.Limits;
import dev.pawl.PawlException;
import dev.pawl.Queue;
import dev.pawl.Retention;
import dev.pawl.Retry;
import dev.pawl.internal.queue.Machines;
import dev.pawl.spi.Micros;
import dev.pawl.spi.RunStore;
import dev.pawl.spi.StoreState;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The one writer. It takes commands from its mailbox in turns; each turn reads the clock once,
 * decides over the state in memory, commits all changes as one group, and only then answers callers
 * and starts bodies. While it commits, the next turn's commands gather: the commit is the window of
 * the group.
 *
 * <p><b>When a commit fails</b>, memory is ahead of the store by exactly that turn's changes. The
 * loop keeps them and tries again until they are stored; whoever waited for an answer is told that
 * the outcome is unknown; meanwhile calls are refused, and the ends of bodies are kept for later.
 * So memory and store never drift apart, and the engine goes on by itself when the store does.
 *
 * <p><b>When the heap is exhausted</b> in the middle of a turn, by a body most likely, memory is
 * dropped and read from the store again: see {@link Rebuild}.
 *
 * <p><b>When a rule breaks</b>, the loop stops loudly. What is stored is whole, since nothing of
 * the broken turn was.
 */
public final class Loop {
  private static final long LATENESS_COUNTS_NANOS = TimeUnit.MINUTES.toNanos(1);

  /**
   * What a loop stands on.
   *
   * @param retryPolicy the policy of a task, by its id
   * @param machines the machine presets, and what their runs weigh
   * @param declared the queues that tasks declare
   * @param registered the tasks whose runs can be executed
   * @param json how metadata is written
   * @param events where changes of runs are told
   * @param tally who counts what the loop does
   * @param lanes the names of the lanes
   * @param hooks who hears of ends
   * @param retention how long runs are kept once they have ended
   */
  public record Parts(
      RunStore store,
      EngineClock clock,
      StoreState recorded,
      Bodies bodies,
      Function<String, Retry> retryPolicy,
      RandomGenerator random,
      Limits limits,
      int maxConcurrency,
      Machines machines,
      List<Queue> declared,
      Set<String> registered,
      MetadataJson json,
      Events events,
      Tally tally,
      Set<String> lanes,
      EndHooks hooks,
      Retention retention) {}

  private final Mailbox mailbox;
  private final Vitals vitals = new Vitals();
  private final Turns turns;
  private final Thread thread;

  /** How many callers were answered and have not woken yet: their threads may still look parked. */
  private final AtomicInteger unheard = new AtomicInteger();

  public Loop(Parts parts) {
    this(parts, new Mailbox(parts.limits().mailboxCapacity(), true));
  }

  /**
   * A loop whose turns may be taken one by one, with {@link #begin} and {@link #step}, where its
   * mailbox does not wait.
   */
  Loop(Parts parts, Mailbox mailbox) {
    this.mailbox = mailbox;
    this.turns = new Turns(parts, mailbox, vitals);
    this.thread = Thread.ofPlatform().name("pawl-loop").daemon(true).unstarted(turns::run);
  }

  /**
   * Recovers, and begins to take commands.
   *
   * @throws PawlException if recovery failed; the loop is over then
   */
  public void open() {
    thread.start();
    turns.opened.await();
  }

  /**
   * Asks for something. Waits while the mailbox is full.
   *
   * @throws EngineClosedException if the loop has stopped
   */
  public void post(Command command) {
    mailbox.put(command);
  }

  /** Posts a call and waits for its answer. */
  public <T extends @Nullable Object> T call(Command.Call<T> call) {
    Reply<T> reply = call.reply();
    reply.countIn(unheard);
    mailbox.put(call);
    try {
      return reply.await();
    } finally {
      unheard.decrementAndGet();
    }
  }

  /** Takes a command from the loop's own thread, which must not wait for room. */
  public void defer(Command command) {
    turns.defer(command);
  }

  /** Makes the loop look at its clock, after that was moved. */
  public void poke() {
    mailbox.poke();
  }

  /** Stops as a dead process would: what is committed stays, everything else is lost. For tests. */
  public void crash() {
    abandon();
    mailbox.poke();
    join();
  }

  /** Whatever ends the loop next is the death of the process, and nobody's defect. For tests. */
  public void abandon() {
    vitals.crashed = true;
  }

  /** Whether it ends, or has ended, as a dead process would. */
  public boolean hasCrashed() {
    return vitals.crashed;
  }

  /**
   * How many turns were begun; with {@link #isQuiet} before and after, tells that nothing happened
   * in between.
   */
  public long turns() {
    return turns.count();
  }

  /**
   * Whether the loop waits for something to be asked, and for nothing else, and every caller has
   * heard its answer.
   */
  public boolean isQuiet() {
    return vitals.health.status() != Health.Status.STORE_UNAVAILABLE
        && mailbox.isQuiet()
        && !turns.publisher.isBehind()
        && unheard.get() == 0;
  }

  /** How many commands wait for their turn. */
  public int waiting() {
    return mailbox.size();
  }

  public Health health() {
    return vitals.health;
  }

  /** What was taken over from the store. */
  public Recovered recovered() {
    return vitals.recovered;
  }

  /** How long the present turn lasts already; zero between two. */
  public Duration busy() {
    long began = vitals.turnBeganNanos;
    return began == 0 ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - began);
  }

  /** How late something that was due was done within the last minute; zero where nothing was. */
  public Duration late() {
    Vitals.Lateness lateness = vitals.lateness;
    if (lateness == null || System.nanoTime() - lateness.nanoTime() > LATENESS_COUNTS_NANOS) {
      return Duration.ZERO;
    }
    return Micros.duration(lateness.micros());
  }

  /** Bodies that were told to end and are still there; also when the loop has ended. */
  public Leftovers leftovers() {
    return turns.handlers.leftovers;
  }

  /** Waits until the loop's thread has ended. */
  public void join() {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** As {@link Turns#begin}. */
  void begin() {
    turns.begin();
  }

  /** As {@link Turns#step}. */
  boolean step() {
    return turns.step();
  }

  /** As {@link Turns#figures}. */
  Figures figures() {
    return turns.figures();
  }

  /** As {@link Turns#nextDue}. */
  long nextDue() {
    return turns.nextDue();
  }
}
