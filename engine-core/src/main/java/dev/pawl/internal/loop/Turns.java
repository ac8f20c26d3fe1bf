package dev.pawl.internal.loop;

import dev.pawl.EngineClosedException;
import dev.pawl.EngineFailedException;
import dev.pawl.Health;
import dev.pawl.PawlException;
import dev.pawl.spi.LiveRow;
import dev.pawl.spi.RunStore;
import dev.pawl.spi.StoreException;
import dev.pawl.spi.StoreState;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The turns of the {@link Loop}, on its thread: what it does from the recovery to its end. */
final class Turns {
  private static final Logger log = LoggerFactory.getLogger("dev.pawl.engine");
  private static final int FAILURES_AT_MOST = 1_000;
  private static final long RETRY_REBUILD_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /** A heap that is exhausted for that long will not get better by waiting. */
  private static final long GIVE_UP_REBUILD_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** Made while there is memory to make it of. */
  private static final Health OUT_OF_MEMORY =
      new Health(
          Health.Status.STORE_UNAVAILABLE,
          "the heap is exhausted; the engine starts anew from its store when there is room");

  final Handlers handlers;
  final Publisher publisher;

  /** Told once the store is taken over, or why it could not be. */
  final Reply<Boolean> opened = new Reply<>();

  private final Loop.Parts parts;
  private final RunStore store;
  private final EngineClock clock;
  private final Mailbox mailbox;
  private final Vitals vitals;
  private final EngineState engine;
  private final IdSource ids;
  private final Closing closing;
  private final Commits commits;

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

  private final AtomicLong count = new AtomicLong();

  Turns(Loop.Parts parts, Mailbox mailbox, Vitals vitals) {
    this.parts = parts;
    this.store = parts.store();
    this.clock = parts.clock();
    this.most = parts.limits().maxTurnCommands();
    this.mostBytes = parts.limits().maxTurnBytes();
    this.mailbox = mailbox;
    this.vitals = vitals;
    this.engine =
        new EngineState(
            parts.maxConcurrency(),
            parts.machines(),
            parts.events(),
            parts.tally(),
            this::liveRows,
            parts.limits().residentRuns(),
            parts.limits().parkedBodies());
    this.ids = new IdSource(parts.recorded().lastId());
    this.handlers = new Handlers(parts, engine, ids);
    this.closing = handlers.closing;
    this.commits = new Commits(store, mailbox, deferred, vitals, closing, parts.tally(), most);
    this.publisher = new Publisher(engine, parts.tally(), clock.isForeign());
  }

  /** Takes a command from the loop's own thread, which must not wait for room. */
  void defer(Command command) {
    deferred.add(command);
  }

  /** How many turns were begun. */
  long count() {
    return count.get();
  }

  /** How much is kept in memory; asked between two turns, by whoever takes them. */
  Figures figures() {
    return Figures.of(engine);
  }

  /** When the next turn is due, if nobody asks for anything; as {@link #figures}. */
  long nextDue() {
    return handlers.nextDue(true);
  }

  /** Recovers, and takes turns until the loop is over. */
  void run() {
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
    count.incrementAndGet();
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
