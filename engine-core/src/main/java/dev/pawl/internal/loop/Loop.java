package dev.pawl.internal.loop;

import dev.pawl.EngineClosedException;
import dev.pawl.EngineFailedException;
import dev.pawl.Health;
import dev.pawl.IllegalRunStateException;
import dev.pawl.InvalidOptionException;
import dev.pawl.Limits;
import dev.pawl.OutcomeUnknownException;
import dev.pawl.PawlException;
import dev.pawl.Queue;
import dev.pawl.Retry;
import dev.pawl.StoreUnavailableException;
import dev.pawl.internal.lifecycle.Decision;
import dev.pawl.internal.lifecycle.RunCommand;
import dev.pawl.internal.lifecycle.RunState;
import dev.pawl.spi.Changes;
import dev.pawl.spi.Micros;
import dev.pawl.spi.RunStore;
import dev.pawl.spi.StoreException;
import dev.pawl.spi.StoreState;
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
  private static final long RETRY_COMMIT_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long RETRY_REBUILD_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /** A heap that is exhausted for that long will not get better by waiting. */
  private static final long GIVE_UP_REBUILD_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** Made while there is memory to make it of. */
  private static final Health OUT_OF_MEMORY =
      new Health(
          Health.Status.STORE_UNAVAILABLE,
          "the heap is exhausted; the engine starts anew from its store when there is room");

  private static final Health UP = new Health(Health.Status.UP, null);

  /**
   * What a loop stands on.
   *
   * @param retryPolicy the policy of a task, by its id
   * @param declared the queues that tasks declare
   * @param registered the tasks whose runs can be executed
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
      List<Queue> declared,
      Set<String> registered) {}

  private final RunStore store;
  private final EngineClock clock;
  private final Limits limits;
  private final Parts parts;
  private final Mailbox mailbox;
  private final EngineState engine;
  private final IdSource ids;
  private final Transitions transitions;
  private final Waits waits;
  private final Finisher finisher;
  private final Attempts attempts;
  private final Bindings bindings;
  private final Runs runs;
  private final Triggers triggers;
  private final Cancels cancels;
  private final Rebuild rebuild;
  private final Thread thread;
  private final Reply<Boolean> opened = new Reply<>();

  private final List<Command> commands = new ArrayList<>();
  private final List<Command> deferred = new ArrayList<>();
  private final List<Reply<Boolean>> idleWaiters = new ArrayList<>();
  private final List<Command.Call<Boolean>> drainWaiters = new ArrayList<>();
  private @Nullable Turn current;
  private long observers;
  private boolean draining;
  private boolean stopAsked;
  private boolean stopping;
  private volatile boolean crashed;

  /** How many callers were answered and have not woken yet: their threads may still look parked. */
  private final AtomicInteger unheard = new AtomicInteger();

  private final AtomicLong turns = new AtomicLong();
  private volatile Health health = UP;

  public Loop(Parts parts) {
    this.parts = parts;
    this.store = parts.store();
    this.clock = parts.clock();
    this.limits = parts.limits();
    this.mailbox = new Mailbox(limits.mailboxCapacity());
    this.engine = new EngineState(parts.maxConcurrency());
    this.ids = new IdSource(parts.recorded().lastId());
    this.transitions = new Transitions(engine);
    this.waits = new Waits(engine, transitions, store);
    this.finisher = new Finisher(engine, transitions, waits);
    this.attempts =
        new Attempts(
            engine,
            transitions,
            waits,
            finisher,
            parts.bodies(),
            parts.retryPolicy(),
            parts.random());
    this.bindings = new Bindings(engine, store, limits.keyCacheSize());
    this.runs = new Runs(engine, transitions, store);
    this.triggers = new Triggers(engine, runs, bindings, waits, ids, limits);
    this.cancels = new Cancels(engine, transitions, finisher, parts.bodies());
    this.rebuild = new Rebuild(engine, parts.bodies());
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
    crashed = true;
  }

  /** Whether it ends, or has ended, as a dead process would. */
  public boolean hasCrashed() {
    return crashed;
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
    return health.status() != Health.Status.STORE_UNAVAILABLE
        && mailbox.isQuiet()
        && unheard.get() == 0;
  }

  public Health health() {
    return health;
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
    try {
      recover();
      opened.complete(true);
      while (!stopping) {
        try {
          turn();
        } catch (OutOfMemoryError | LinkageError e) {
          rebuild(e);
        }
      }
      end(Health.Status.CLOSED, new EngineClosedException("the engine is closed"));
    } catch (Throwable e) {
      failAtLast(e);
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
    if (crashed) {
      end(Health.Status.FAILED, new EngineClosedException("the engine has crashed"));
    } else if (stopping) {
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

  private void recover() {
    long now = clock.now();
    engine.registered.addAll(parts.registered());
    new Recovery(engine, store, transitions, waits, attempts)
        .run(now, turn -> store.commit(turn.changes(state(turn))));
    Turn turn = new Turn(now);
    parts.declared().forEach(queue -> triggers.declareQueue(turn, queue));
    store.commit(turn.changes(state(turn)));
  }

  /**
   * Starts anew from the store, as soon as there is memory for that.
   *
   * @param first what the turn broke off with; a {@link LinkageError} where a class, most often one
   *     of the logger's, could not be initialized for want of memory
   */
  private void rebuild(Error first) {
    health = OUT_OF_MEMORY;
    long began = System.nanoTime();
    while (!stopping) {
      if (crashed) {
        throw new EngineClosedException("the engine has crashed");
      }
      try {
        rebuild.dropMemory(current, commands, deferred, waiting());
        bindings.forget();
        recover();
        rebuild.reattachObservers();
        mailbox.poke(); // the next turn starts what is ready, also where nobody asks for anything
        health = UP;
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

  /** Who is answered by whichever turn finds that it is time. */
  private List<Reply<?>> waiting() {
    List<Reply<?>> waiting = new ArrayList<>(idleWaiters);
    drainWaiters.forEach(waiter -> waiting.add(waiter.reply()));
    return waiting;
  }

  private void turn() {
    current = null;
    commands.addAll(deferred);
    deferred.clear();
    if (commands.isEmpty()) {
      long now = clock.now();
      mailbox.take(commands, limits.maxTurnCommands(), clock.waitNanos(engine.timers.next(), now));
    }
    if (crashed) {
      throw new EngineClosedException("the engine has crashed");
    }
    turns.incrementAndGet();
    Turn turn = new Turn(clock.now());
    current = turn;
    fireTimers(turn);
    commands.forEach(command -> handle(turn, command));
    attempts.startReady(turn);
    answerWaiters(turn);
    commit(turn);
    current = null;
    commands.clear();
  }

  private void fireTimers(Turn turn) {
    Timed due = engine.timers.due(turn.now);
    for (int fired = 0; due != null; due = engine.timers.due(turn.now)) {
      switch (due) {
        case LiveRun run -> due(turn, run);
        case Waiter.OpenWait wait -> waits.timeOut(turn, wait);
        case Waiter.Observer observer -> {
          turn.tell(observer.reply, new WaitEnd.TimedOut());
          turn.after(() -> engine.observers.remove(observer));
          LiveRun target = engine.live.get(observer.targetId);
          if (target != null) {
            target.waiters.remove(observer); // else a poller fills the memory of a run that lasts
          }
        }
        default -> throw new IllegalStateException("broken invariant: unknown timer " + due);
      }
      if (++fired == limits.maxTurnCommands()) {
        return; // the rest is due in the next turn, which does not wait
      }
    }
  }

  private void due(Turn turn, LiveRun run) {
    switch (run.state) {
      case RunState.Delayed delayed -> transitions.move(turn, run, new RunCommand.Enqueue(run.ttl));
      case RunState.Retrying retrying ->
          transitions.move(turn, run, new RunCommand.Enqueue(run.ttl));
      case RunState.Queued queued -> expire(turn, run);
      case RunState.PendingVersion pending -> expire(turn, run);
      case RunState.Executing executing -> throw notTimed(run);
      case RunState.Waiting waiting -> throw notTimed(run);
      case RunState.Ended ended -> throw notTimed(run);
    }
  }

  private void expire(Turn turn, LiveRun run) {
    if (transitions.decided(turn, run, new RunCommand.Expire()) instanceof RunState.Ended end) {
      finisher.finish(turn, run, end, null, Expiry.error(run));
    }
  }

  private static IllegalStateException notTimed(LiveRun run) {
    return new IllegalStateException("broken invariant: a timer was left behind by " + run);
  }

  private void handle(Turn turn, Command command) {
    switch (command) {
      case Command.Trigger trigger -> triggers.trigger(turn, trigger);
      case Command.TriggerAndWait trigger -> triggers.triggerAndWait(turn, trigger);
      case Command.BatchTriggerAndWait batch -> triggers.batchTriggerAndWait(turn, batch);
      case Command.AwaitRun await -> triggers.awaitRun(turn, await);
      case Command.AwaitBatch await -> triggers.awaitBatch(turn, await);
      case Command.AttemptEnded ended -> attempts.ended(turn, ended);
      case Command.JournalLoaded loaded -> attempts.journalLoaded(loaded);
      case Command.ForkStarted started -> attempts.forkStarted(started);
      case Command.ForkEnded ended -> attempts.forkEnded(turn, ended);
      case Command.JoinFork join -> attempts.joinFork(turn, join);
      case Command.BodyReturned returned -> attempts.bodyReturned(turn, returned);
      case Command.Observe observe -> observe(turn, observe);
      case Command.Forget forget -> forget(forget);
      case Command.Cancel cancel -> cancels.cancel(turn, cancel);
      case Command.Reschedule reschedule -> reschedule(turn, reschedule);
      case Command.Register register -> register(turn, register);
      case Command.ResetKey reset -> triggers.resetKey(turn, reset);
      case Command.Pause pause -> pause(turn, pause);
      case Command.NextTimer next -> turn.answer(next.reply(), engine.timers.next());
      case Command.Count count -> turn.answer(count.reply(), Figures.of(engine));
      case Command.AwaitIdle idle -> idleWaiters.add(idle.reply());
      case Command.Drain drain -> drain(drain);
      case Command.CutOff cutOff -> cutOff(turn, cutOff);
      case Command.Stop stop -> stop(turn, stop);
    }
  }

  private void observe(Turn turn, Command.Observe observe) {
    LiveRun run = engine.live.get(observe.targetId());
    if (run == null) {
      turn.tell(observe.reply(), new WaitEnd.Stored(observe.targetId()));
      return;
    }
    boolean bounded = observe.timeout() != Micros.NEVER;
    Waiter.Observer observer =
        new Waiter.Observer(
            observe.targetId(),
            bounded ? turn.now + observe.timeout() : Micros.NEVER,
            observe.reply(),
            observers++);
    run.addWaiter(observer);
    engine.observers.add(observer);
    if (bounded) {
      engine.timers.add(observer);
    }
  }

  private void forget(Command.Forget forget) {
    LiveRun run = engine.live.get(forget.targetId());
    if (run != null) {
      run.waiters.removeIf(
          waiter -> {
            boolean meant =
                waiter instanceof Waiter.Observer observer && observer.reply == forget.reply();
            if (meant) {
              engine.timers.remove((Waiter.Observer) waiter);
              engine.observers.remove(waiter);
            }
            return meant;
          });
    }
  }

  private void reschedule(Turn turn, Command.Reschedule command) {
    LiveRun run = engine.live.get(command.runId());
    if (run == null) {
      turn.answer(command.reply(), false);
      return;
    }
    long dueAt = command.until() == Micros.NONE ? turn.now + command.delay() : command.until();
    switch (transitions.decide(turn, run, new RunCommand.Reschedule(dueAt))) {
      case Decision.To to -> {
        runs.reschedule(turn, run, (RunState.Delayed) to.next());
        turn.answer(command.reply(), true);
      }
      case Decision.Refused refused -> {
        String reason =
            "run "
                + Ids.run(run.id())
                + " of task \""
                + run.taskId
                + "\" is "
                + run.state.status()
                + "; "
                + refused.why();
        turn.refuse(
            command.reply(),
            run.state instanceof RunState.Delayed
                ? new InvalidOptionException(reason)
                : new IllegalRunStateException(reason));
      }
    }
  }

  private void register(Turn turn, Command.Register command) {
    command.queues().forEach(queue -> triggers.declareQueue(turn, queue));
    engine.registered.addAll(command.taskIds());
    for (String taskId : command.taskIds()) {
      for (LiveRun run : List.copyOf(engine.held.getOrDefault(taskId, Set.of()))) {
        transitions.move(turn, run, new RunCommand.Release());
      }
    }
    turn.tell(command.reply(), true); // known here from now on, whatever the store does
  }

  private void pause(Turn turn, Command.Pause command) {
    engine.queues.pause(command.paused() || draining);
    turn.answer(command.reply(), true);
  }

  private void drain(Command.Drain command) {
    draining = true;
    engine.queues.pause(true);
    drainWaiters.add(command);
  }

  private void cutOff(Turn turn, Command.CutOff command) {
    attempts.cutOff(turn);
    drainWaiters.add(command);
  }

  private void stop(Turn turn, Command.Stop command) {
    stopAsked = true;
    attempts.stop(turn);
    turn.answer(command.reply(), true);
    turn.after(() -> stopping = true);
  }

  private void answerWaiters(Turn turn) {
    idleWaiters.removeIf(Reply::isDone);
    if (!idleWaiters.isEmpty() && engine.queues.executing() == 0 && !engine.queues.mayStart()) {
      idleWaiters.forEach(reply -> turn.tell(reply, true));
      turn.after(idleWaiters::clear);
    }
    for (Command.Call<Boolean> waiter : drainWaiters) {
      Attempt except =
          waiter instanceof Command.Drain drain
              ? drain.except()
              : ((Command.CutOff) waiter).except();
      if (attempts.executingBesides(except) == 0) {
        turn.tell(waiter.reply(), true);
        turn.after(() -> drainWaiters.remove(waiter));
      }
    }
  }

  /** What is recorded with each commit: the next life goes on behind this one's time and ids. */
  private StoreState state(Turn turn) {
    return new StoreState(parts.recorded().epoch() + 1, turn.now, ids.last());
  }

  private void commit(Turn turn) {
    if (turn.writesAnything()) {
      Changes changes = turn.changes(state(turn));
      turn.committing();
      try {
        store.commit(changes);
      } catch (StoreException e) {
        commitLater(turn, changes, e);
      }
    }
    bindings.committed();
    turn.committed();
  }

  /**
   * Tries until it is stored. Calls are refused meanwhile, and whatever cannot be refused is kept
   * for the next turn.
   */
  private void commitLater(Turn turn, Changes changes, StoreException first) {
    if (stopAsked) {
      throw first; // nobody would ask it to stop again; what is not stored is recovered
    }
    log.error("the store cannot be written; refusing calls until it can", first);
    turn.outcomeUnknown(
        new OutcomeUnknownException(
            "the store failed in the middle of a commit ("
                + first.getMessage()
                + "); whether the call took effect is not known, and repeating it with the same"
                + " idempotency key is safe",
            first));
    boolean stored = false;
    StoreException reason = first;
    List<Command> waiting = new ArrayList<>();
    while (!stored) {
      health = new Health(Health.Status.STORE_UNAVAILABLE, reason.getMessage());
      mailbox.take(waiting, limits.maxTurnCommands(), RETRY_COMMIT_NANOS);
      if (crashed) {
        deferred.addAll(waiting);
        throw new EngineClosedException("the engine has crashed");
      }
      PawlException unavailable =
          new StoreUnavailableException(
              "the store cannot be written at present: " + reason.getMessage(), reason);
      for (Command command : waiting) {
        switch (command) {
          case Command.Stop stop -> {
            deferred.addAll(waiting); // refused with everything else
            stopping = true;
            throw unavailable;
          }
          case Command.Drain drain -> deferred.add(drain);
          case Command.CutOff cutOff -> deferred.add(cutOff);
          case Command.Call<?> call -> call.refuse(unavailable);
          default -> deferred.add(command);
        }
      }
      waiting.clear();
      try {
        store.commit(changes);
        stored = true;
      } catch (StoreException e) {
        reason = e;
      }
    }
    health = UP;
    log.info("the store can be written again");
  }

  /** The loop is over: nobody waits for an answer that nobody gives. */
  private void end(Health.Status status, PawlException reason) {
    health = new Health(status, reason.getMessage());
    List<Command> left = new ArrayList<>(mailbox.close());
    left.addAll(commands);
    left.addAll(deferred);
    opened.fail(reason);
    refuseAll(left, reason);
    if (current != null) {
      current.abort(reason);
    }
    idleWaiters.forEach(reply -> reply.fail(reason));
    drainWaiters.forEach(waiter -> waiter.refuse(reason));
    engine.live.values().forEach(run -> run.refuseAll(reason));
  }

  private static void refuseAll(List<Command> commands, PawlException reason) {
    for (Command command : commands) {
      if (command instanceof Command.Call<?> call) {
        call.refuse(reason);
      }
    }
  }
}
