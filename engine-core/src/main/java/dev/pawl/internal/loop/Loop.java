package dev.pawl.internal.loop;

import dev.pawl.EngineClosedException;
import dev.pawl.EngineFailedException;
import dev.pawl.Health;
import dev.pawl.Limits;
import dev.pawl.PawlException;
import dev.pawl.Queue;
import dev.pawl.Retention;
import dev.pawl.Retry;
import dev.pawl.internal.queue.Machines;
import dev.pawl.spi.LiveRow;
import dev.pawl.spi.Micros;
import dev.pawl.spi.RunStore;
import dev.pawl.spi.StoreException;
import dev.pawl.spi.StoreState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
  private static final Logger log = LoggerFactory.getLogger("dev.pawl.engine");
  private static final int FAILURES_AT_MOST = 1_000;
  private static final long RETRY_REBUILD_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private static final long LATENESS_COUNTS_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** A heap that is exhausted for that long will not get better by waiting. */
  private static final long GIVE_UP_REBUILD_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** Made while there is memory to make it of. */
  private static final Health OUT_OF_MEMORY =
      new Health(
          Health.Status.STORE_UNAVAILABLE,
          "the heap is exhausted; the engine starts anew from its store when there is room");

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

  private final Parts parts;
  private final RunStore store;
  private final EngineClock clock;
  private final Mailbox mailbox;
  private final EngineState engine;
  private final IdSource ids;
  private final Handlers handlers;
  private final Closing closing;
  private final Commits commits;
  private final Publisher publisher;
  private final Vitals vitals = new Vitals();
  private final Thread thread;
  private final Reply<Boolean> opened = new Reply<>();

  /** The engine's time when the store was taken over. */
  private long openedAt;

  private final List<Command> commands = new ArrayList<>();
  private final List<Command> deferred = new ArrayList<>();
  private @Nullable Turn current;

  /** How many of the commands the present turn has begun to carry out. */
  private int begun;

  /** Whether memory is being built from the store: what fails then is begun anew. */
  private boolean recovering;

  /** Whether the last turn was taken, and everybody who waited was told. */
  private boolean over;

  /** How many commands are taken from the mailbox at once. */
  private final int most;

  /** From how many bytes of values on a turn takes no further command. */
  private final long mostBytes;

  /** How many callers were answered and have not woken yet: their threads may still look parked. */
  private final AtomicInteger unheard = new AtomicInteger();

  private final AtomicLong turns = new AtomicLong();

  public Loop(Parts parts) {
    this(parts, new Mailbox(parts.limits().mailboxCapacity(), true));
  }

  /**
   * A loop whose turns may be taken one by one, with {@link #begin} and {@link #step}, where its
   * mailbox does not wait.
   */
  Loop(Parts parts, Mailbox mailbox) {
    this.parts = parts;
    this.store = parts.store();
    this.clock = parts.clock();
    this.most = parts.limits().maxTurnCommands();
    this.mostBytes = parts.limits().maxTurnBytes();
    this.mailbox = mailbox;
    this.engine =
        new EngineState(
            parts.maxConcurrency(),
            parts.machines(),
            parts.events(),
            parts.tally(),
            this::liveRows,
            parts.limits().residentRuns());
    this.ids = new IdSource(parts.recorded().lastId());
    this.handlers = new Handlers(parts, engine, ids);
    this.closing = handlers.closing;
    this.commits = new Commits(store, mailbox, deferred, vitals, closing, parts.tally(), most);
    this.publisher = new Publisher(engine, parts.tally(), clock.isForeign());
    this.thread = Thread.ofPlatform().name("pawl-loop").daemon(true).unstarted(this::run);
  }

  /**
   * Recovers, and begins to take commands.
   *
   * @throws PawlException if recovery failed; the loop is over then
   */
  public void open() {
    thread.start();
    opened.await();
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
    deferred.add(command);
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
    return turns.get();
  }

  /**
   * Whether the loop waits for something to be asked, and for nothing else, and every caller has
   * heard its answer.
   */
  public boolean isQuiet() {
    return vitals.health.status() != Health.Status.STORE_UNAVAILABLE
        && mailbox.isQuiet()
        && !publisher.isBehind()
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
    return handlers.leftovers;
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

  private void run() {
    begin();
    boolean goesOn = !over;
    while (goesOn) {
      goesOn = step();
    }
  }

  /** Recovers; where that fails, the loop is over. */
  void begin() {
    try {
      recover();
      opened.complete(true);
    } catch (Throwable e) {
      failAtLast(e);
    }
  }

  /** Takes one turn, or ends; false once the loop is over. */
  boolean step() {
    if (over) {
      return false;
    }
    try {
      if (closing.isStopping()) {
        end(Health.Status.CLOSED, new EngineClosedException("the engine is closed"));
        return false;
      }
      try {
        turn();
      } catch (OutOfMemoryError | LinkageError e) {
        rebuild(e);
      }
      return true;
    } catch (Throwable e) {
      failAtLast(e);
      return false;
    }
  }

  /** How much is kept in memory; asked between two turns, by whoever takes them. */
  Figures figures() {
    return Figures.of(engine);
  }

  /** When the next turn is due, if nobody asks for anything; as {@link #figures}. */
  long nextDue() {
    return handlers.nextDue(true);
  }

  /** Fails even where the heap is exhausted: otherwise everybody would wait for ever. */
  @SuppressWarnings("ThreadPriorityCheck") // it only makes room for whoever frees memory
  private void failAtLast(Throwable cause) {
    for (int tries = 1; ; tries++) {
      try {
        fail(cause);
        return;
      } catch (OutOfMemoryError e) {
        if (tries == FAILURES_AT_MOST) {
          throw e;
        }
        Thread.yield();
      }
    }
  }

  private void fail(Throwable cause) {
    if (vitals.crashed) {
      end(Health.Status.FAILED, new EngineClosedException("the engine has crashed"));
    } else if (closing.isStopping()) {
      log.warn("the engine closes while its store cannot be written; recovery takes over");
      end(Health.Status.CLOSED, new EngineClosedException("the engine is closed"));
    } else if (opened.isDone()) {
      end(
          Health.Status.FAILED,
          new EngineFailedException("the engine has failed: " + cause, cause));
      log.error("the engine stops", cause);
    } else if (cause instanceof StoreException e) {
      end(Health.Status.FAILED, e);
    } else {
      end(
          Health.Status.FAILED,
          new EngineFailedException("the store could not be recovered: " + cause, cause));
    }
  }

  /**
   * Rows that memory needs. While the store cannot tell, the loop does nothing else, and nobody is
   * kept waiting but the one whose call needs them.
   */
  private List<LiveRow> liveRows(List<Long> ids) {
    Turn turn = current;
    if (recovering || turn == null) {
      return store.liveRows(ids);
    }
    try {
      return store.liveRows(ids);
    } catch (StoreException e) {
      deferRest();
      return commits.readLater(turn, () -> store.liveRows(ids), e);
    }
  }

  private void recover() {
    recovering = true;
    try {
      recover(clock.now());
      handlers.rebuild.reattachObservers();
    } finally {
      recovering = false;
    }
  }

  private void recover(long now) {
    openedAt = now;
    engine.registered.addAll(parts.registered());
    engine.lanes.addAll(parts.lanes());
    vitals.recovered =
        new Recovery(
                engine,
                store,
                handlers.transitions,
                handlers.waits,
                handlers.attempts,
                handlers.openBatches)
            .run(now, this::commitAtOnce);
    Turn turn = new Turn(now);
    handlers.queueSettings.declareByTasks(turn, parts.declared());
    commitAtOnce(turn);
    handlers.owedHooks.tell();
    handlers.pruner.restart();
    parts.tally().recovered(vitals.recovered);
    publisher.turnEnded(now);
  }

  private void commitAtOnce(Turn turn) {
    store.commit(turn.changes(state(turn)));
    turn.tellNews();
  }

  /**
   * Starts anew from the store, as soon as there is memory for that.
   *
   * @param first what the turn broke off with; a {@link LinkageError} where a class, most often one
   *     of the logger's, could not be initialized for want of memory
   */
  private void rebuild(Error first) {
    vitals.health = OUT_OF_MEMORY;
    long began = System.nanoTime();
    while (!closing.isStopping()) {
      vitals.requireNotCrashed();
      try {
        handlers.rebuild.dropMemory(current, commands, deferred, closing.waiting(), clock.now());
        handlers.forgetCopies();
        recover();
        handlers.leftovers.timeAgain(clock.now());
        mailbox.poke(); // the next turn starts what is ready, also where nobody asks for anything
        vitals.health = Vitals.UP;
        reportRebuild(first);
        return;
      } catch (OutOfMemoryError | LinkageError | StoreException e) {
        if (System.nanoTime() - began > GIVE_UP_REBUILD_NANOS) {
          throw e;
        }
        LockSupport.parkNanos(RETRY_REBUILD_NANOS);
      }
    }
  }

  @SuppressWarnings("EmptyCatch") // what there is to say cannot be said, and is over
  private void reportRebuild(Error first) {
    try {
      log.warn(
          "the heap was exhausted in the middle of a turn; the engine has started anew from its"
              + " store, with {} live runs, and interrupted every body",
          engine.live.size(),
          first);
    } catch (OutOfMemoryError | LinkageError e) {
      // The logger finds the heap exhausted too.
    }
  }

  private void turn() {
    current = null;
    begun = 0;
    commands.addAll(deferred);
    deferred.clear();
    if (commands.isEmpty()) {
      long now = clock.now();
      publisher.publishIfDue(now);
      long wait = clock.waitNanos(handlers.nextDue(true), now);
      mailbox.take(commands, most, Math.min(wait, publisher.waitNanos()));
    }
    vitals.turnBeganNanos = System.nanoTime() | 1; // never 0
    vitals.requireNotCrashed();
    turns.incrementAndGet();
    Turn turn = new Turn(clock.now());
    current = turn;
    tellLate(turn);
    handlers.dueTimers.fire(turn);
    handleAll(turn);
    handlers.conclude(turn, commands.size());
    if (turn.writesAnything()) {
      commits.store(turn, turn.changes(state(turn)));
    }
    handlers.committed();
    turn.committed();
    engine.live.settle(turn.changed());
    current = null;
    commands.clear();
    publisher.turnEnded(turn.now);
    vitals.turnBeganNanos = 0;
  }

  /** What was due before the engine was opened is late by no fault of the loop's. */
  private void tellLate(Turn turn) {
    long due = engine.timers.next();
    if (due <= turn.now) {
      long late = turn.now - Math.max(due, openedAt);
      vitals.late(late);
      parts.tally().late(late);
    }
  }

  /** Does what was asked; what would make the commit too large is left to the next turn. */
  private void handleAll(Turn turn) {
    while (begun < commands.size()) {
      if (turn.bytes() >= mostBytes) {
        deferRest();
      } else {
        handlers.handle(turn, commands.get(begun++));
      }
    }
  }

  private void deferRest() {
    List<Command> rest = commands.subList(begun, commands.size());
    deferred.addAll(0, rest);
    rest.clear();
  }

  /** What is recorded with each commit: the next life goes on behind this one's time and ids. */
  private StoreState state(Turn turn) {
    return new StoreState(parts.recorded().epoch() + 1, turn.now, ids.last());
  }

  /** The loop is over: nobody waits for an answer that nobody gives. */
  private void end(Health.Status status, PawlException reason) {
    vitals.health = new Health(status, reason.getMessage());
    publisher.end();
    vitals.turnBeganNanos = 0;
    List<Command> left = new ArrayList<>(mailbox.close());
    left.addAll(commands);
    left.addAll(deferred);
    opened.fail(reason);
    refuseAll(left, reason);
    if (current != null) {
      current.abort(reason);
    }
    closing.refuseAll(reason);
    engine.live.inMemory().forEach(run -> run.refuseAll(reason));
    over = true; // last, since whoever finds the heap exhausted on the way here ends anew
  }

  private static void refuseAll(List<Command> commands, PawlException reason) {
    for (Command command : commands) {
      if (command instanceof Command.Call<?> call) {
        call.refuse(reason);
      }
    }
  }
}
