package dev.pawl.internal.loop;

import dev.pawl.EngineClosedException;
import dev.pawl.PawlException;
import dev.pawl.Retry;
import dev.pawl.RunError;
import dev.pawl.RunStatus;
import dev.pawl.StaleAttemptException;
import dev.pawl.internal.exec.Outcome;
import dev.pawl.internal.lifecycle.Backoff;
import dev.pawl.internal.lifecycle.Progress;
import dev.pawl.internal.lifecycle.RunCommand;
import dev.pawl.internal.lifecycle.RunState;
import dev.pawl.internal.queue.Ready;
import dev.pawl.spi.AttemptRow;
import dev.pawl.spi.Micros;
import dev.pawl.spi.RunInput;
import dev.pawl.spi.RunStore;
import dev.pawl.spi.StoreException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Attempts from their start to their end, and the threads of their bodies in between. */
final class Attempts {
  private static final Logger log = LoggerFactory.getLogger("dev.pawl.engine");

  /** How many inputs are read at once. */
  private static final int INPUTS_AT_ONCE = 100;

  /**
   * Once so much of them is in memory, the rest is left to the bodies, which are fewer at a time.
   */
  private static final long INPUT_BYTES = 8 << 20;

  private final EngineState engine;
  private final Transitions transitions;
  private final Waits waits;
  private final Finisher finisher;
  private final ActiveTime activeTime;
  private final Leftovers leftovers;
  private final OpenBatches openBatches;
  private final Bodies bodies;
  private final Function<String, Retry> retryPolicy;
  private final RandomGenerator random;
  private final RunStore store;

  /** Whether bodies are cut off because the engine closes: their failures are not charged. */
  private boolean cuttingOff;

  Attempts(
      EngineState engine,
      Transitions transitions,
      Waits waits,
      Finisher finisher,
      ActiveTime activeTime,
      Leftovers leftovers,
      OpenBatches openBatches,
      Bodies bodies,
      Function<String, Retry> retryPolicy,
      RandomGenerator random,
      RunStore store) {
    this.engine = engine;
    this.transitions = transitions;
    this.waits = waits;
    this.finisher = finisher;
    this.activeTime = activeTime;
    this.leftovers = leftovers;
    this.openBatches = openBatches;
    this.bodies = bodies;
    this.retryPolicy = retryPolicy;
    this.random = random;
    this.store = store;
  }

  /** Starts, or lets go on, whatever may. */
  void startReady(Turn turn) {
    for (Ready ready = first(); ready != null; ready = first()) {
      start(turn, (LiveRun) ready);
    }
  }

  private @Nullable Ready first() {
    engine.live.bringBackFirst();
    return engine.queues.first();
  }

  private void start(Turn turn, LiveRun run) {
    boolean bodyAlive = run.attempt != null;
    RunState next = transitions.decided(turn, run, new RunCommand.Start(bodyAlive));
    if (next instanceof RunState.Ended end) {
      finisher.finish(turn, run, end, null, Expiry.error(run)); // takes no turn of its sub-queue
      return;
    }
    engine.queues.start();
    boolean another = next.progress().attempt() != run.state.progress().attempt();
    transitions.move(turn, run, next);
    if (another) {
      run.active = 0;
    }
    if (bodyAlive) {
      waits.resume(turn, run);
      activeTime.resumed(turn, run);
    } else {
      enterBody(turn, run, next.progress(), another);
    }
  }

  private void enterBody(Turn turn, LiveRun run, Progress progress, boolean begins) {
    Attempt attempt =
        new Attempt(run, progress.attempt(), progress.incarnation(), begins, run.payload);
    attempt.keepDeadlines(run.waits);
    waits.abandonAll(turn, run, () -> new StaleAttemptException("the body is entered anew"));
    run.attempt = attempt;
    if (attempt.payload() == null) {
      if (turn.withoutInput.isEmpty()) {
        turn.after(() -> readInputs(turn.withoutInput));
      }
      turn.withoutInput.add(attempt);
    }
    turn.after(() -> bodies.enter(attempt));
  }

  /**
   * Reads what bodies begin with for all of them at once, which is much cheaper than one by one.
   * Where that fails, or is much, those who have nothing read for themselves.
   */
  private void readInputs(List<Attempt> attempts) {
    Map<Long, Attempt> byRun = new HashMap<>();
    attempts.forEach(attempt -> byRun.put(attempt.runId(), attempt));
    try {
      long bytes = 0;
      for (int i = 0; i < attempts.size() && bytes < INPUT_BYTES; i += INPUTS_AT_ONCE) {
        List<Attempt> some = attempts.subList(i, Math.min(i + INPUTS_AT_ONCE, attempts.size()));
        for (RunInput input : store.inputs(some.stream().map(Attempt::runId).toList())) {
          Objects.requireNonNull(byRun.get(input.id())).input(input);
          bytes += input.payload().isLarge() ? 0 : input.payload().size();
        }
      }
    } catch (StoreException | OutOfMemoryError e) {
      log.debug("the inputs of {} bodies could not be read together", attempts.size(), e);
    }
  }

  /** A body has ended. */
  void ended(Turn turn, Command.AttemptEnded command) {
    Attempt attempt = command.attempt();
    LiveRun run = attempt.run;
    leftovers.gone(attempt);
    if (attempt.over != null) {
      if (!attempt.unloaded && engine.live.resident(run.id()) != run) {
        transitions.bodyGone(run); // its run has ended, or was read anew: nobody else has the slot
      }
      if (command.outcome() instanceof Outcome.Returned late && late.output().isLarge()) {
        turn.after(() -> store.discardLarge(late.output()));
      }
      return;
    }
    switch (command.outcome()) {
      case Outcome.Returned returned ->
          finisher.finish(
              turn, run, end(turn, run, new RunCommand.Complete()), returned.output(), null);
      case Outcome.Failed failed -> fail(turn, run, failed, false);
      case Outcome.NotEntered notEntered ->
          fail(turn, run, new Outcome.Failed(notEntered.error(), true, null), true);
      case Outcome.Unreadable unreadable ->
          finisher.finish(
              turn, run, end(turn, run, new RunCommand.GiveUp()), null, unreadable.error());
    }
  }

  /**
   * An attempt has failed.
   *
   * @param goesOn whether the next one goes on with its journal, since no body has failed
   */
  private void fail(Turn turn, LiveRun run, Outcome.Failed failed, boolean goesOn) {
    if (cuttingOff) {
      handBack(turn, run);
      return;
    }
    Progress progress = run.state.progress();
    long delay =
        failed.retryAfter() == null
            ? Backoff.delay(retryPolicy.apply(run.taskId), progress.attempt(), random.nextDouble())
            : Micros.of(failed.retryAfter());
    RunCommand command = new RunCommand.Fail(failed.retryable(), delay, run.maxAttempts);
    switch (transitions.decided(turn, run, command)) {
      case RunState.Ended end -> finisher.finish(turn, run, end, null, failed.error());
      case RunState next -> {
        turn.attempt(attemptRow(turn, run, RunStatus.FAILED, failed.error()));
        if (!goesOn) {
          openBatches.abortOf(turn, run, "the attempt that streamed it has failed");
        }
        finisher.dismiss(turn, run, () -> new StaleAttemptException("this attempt has failed"));
        if (!goesOn) {
          run.generation++;
          run.replays = false;
        }
        transitions.move(turn, run, next);
      }
    }
  }

  /**
   * Unloads the bodies that have waited longest, where more wait than may be in memory. One that
   * streams a batch stays: it is asked for the items.
   */
  void unloadParked(Turn turn) {
    for (LiveRun run = engine.parked.takeOneTooMany();
        run != null;
        run = engine.parked.takeOneTooMany()) {
      Attempt attempt = run.attempt;
      if (attempt != null && !openBatches.isStreaming(run)) {
        attempt.unloaded = true;
        leftovers.add(turn, attempt);
        bodies.unload(attempt);
        finisher.unload(turn, run, Attempts::unloaded);
      }
    }
  }

  /** The process died in the attempt of a run that the store shows executing. */
  void recover(Turn turn, LiveRun run) {
    RunError error =
        RunError.of(
            RunError.Code.CRASHED,
            "the process died during attempt " + run.state.progress().attempt());
    switch (transitions.decided(turn, run, new RunCommand.Recover(run.maxAttempts))) {
      case RunState.Ended end -> finisher.finish(turn, run, end, null, error);
      case RunState next -> {
        turn.attempt(attemptRow(turn, run, RunStatus.CRASHED, error));
        transitions.move(turn, run, next);
      }
    }
  }

  /**
   * Gives an attempt that the closing engine cuts off back: the next start repeats it, with its
   * journal.
   */
  void handBack(Turn turn, LiveRun run) {
    finisher.dismiss(turn, run, () -> new EngineClosedException("the engine is closed"));
    run.replays = true;
    transitions.move(turn, run, new RunCommand.HandBack());
  }

  private static AttemptRow attemptRow(Turn turn, LiveRun run, RunStatus status, RunError error) {
    Progress progress = run.state.progress();
    return new AttemptRow(
        run.id(), progress.attempt(), progress.startedAt(), turn.now, status, error);
  }

  private RunState.Ended end(Turn turn, LiveRun run, RunCommand command) {
    if (transitions.decided(turn, run, command) instanceof RunState.Ended end) {
      return end;
    }
    throw new IllegalStateException("broken invariant: " + command + " must end " + run);
  }

  void journalLoaded(Command.JournalLoaded command) {
    LiveRun run = command.attempt().run;
    run.journalSize = Math.max(run.journalSize, command.size());
  }

  void forkStarted(Command.ForkStarted command) {
    command.attempt().threads++;
  }

  void forkEnded(Turn turn, Command.ForkEnded command) {
    Attempt attempt = command.attempt();
    command.fork().ended = true;
    attempt.threads--;
    for (Attempt.Join join : List.copyOf(attempt.joins)) {
      if (join.fork() == command.fork()) {
        attempt.joins.remove(join);
        if (join.counted()) {
          attempt.parked--;
        }
        turn.tell(join.reply(), true);
      }
    }
    if (attempt.over == null) {
      waits.parkIfAllWait(turn, attempt.run, attempt);
    }
  }

  void joinFork(Turn turn, Command.JoinFork command) {
    Attempt attempt = command.attempt();
    Supplier<PawlException> over = attempt.over;
    if (command.fork().ended) {
      turn.tell(command.reply(), true);
    } else if (over != null) {
      turn.refuse(command.reply(), over.get());
    } else if (attempt.returning) {
      turn.refuse(command.reply(), bodyHasReturned());
    } else {
      attempt.joins.add(new Attempt.Join(command.fork(), command.counted(), command.reply()));
      if (command.counted()) {
        attempt.parked++;
        waits.parkIfAllWait(turn, attempt.run, attempt);
      }
    }
  }

  /** The body has returned: its forks are to end, so whatever they wait for is refused. */
  void bodyReturned(Turn turn, Command.BodyReturned command) {
    Attempt attempt = command.attempt();
    attempt.returning = true;
    if (attempt.over == null) {
      attempt.joins.forEach(join -> turn.refuse(join.reply(), bodyHasReturned()));
      attempt.joins.clear();
      waits.abandonAll(turn, attempt.run, Attempts::bodyHasReturned);
      attempt.parked = 0;
    }
  }

  private static PawlException unloaded() {
    return new StaleAttemptException(
        "the run waits on without this body, which is entered again when that is over: more"
            + " bodies wait than the limit parkedBodies allows");
  }

  private static PawlException bodyHasReturned() {
    return new StaleAttemptException("the body of this run has returned; its forks must end");
  }

  /** Interrupts every body; from now on a failure is not charged. */
  void cutOff(Turn turn) {
    cuttingOff = true;
    for (LiveRun run : engine.live.inMemory()) {
      Attempt attempt = run.attempt;
      if (attempt != null && run.holdsSlot()) {
        leftovers.add(turn, attempt);
        turn.after(() -> bodies.interrupt(attempt));
      }
    }
  }

  /** Whether bodies are cut off because the engine closes. */
  boolean isCuttingOff() {
    return cuttingOff;
  }

  /**
   * Hands back everything that executes still, refuses what parked bodies wait for, and interrupts
   * those that were unloaded and have not ended.
   */
  void stop(Turn turn) {
    cuttingOff = true;
    for (Leftovers.Leftover leftover : leftovers.all()) {
      if (leftover.attempt().unloaded) {
        turn.after(() -> bodies.interrupt(leftover.attempt()));
      }
    }
    // One for all, because a backlog of a million would make a million stack traces.
    PawlException reason = new EngineClosedException("the engine is closed");
    Supplier<PawlException> closed = () -> reason;
    for (LiveRun run : new ArrayList<>(engine.live.inMemory())) {
      if (run.attempt != null) {
        leftovers.add(turn, run.attempt);
      }
      if (run.state instanceof RunState.Executing) {
        handBack(turn, run);
      } else {
        finisher.leave(turn, run, closed);
      }
    }
  }

  /** How many bodies run, not counting one. */
  int executingBesides(@Nullable Attempt except) {
    boolean runs = except != null && !except.unloaded && except.run.holdsSlot();
    return engine.queues.executing() - (runs ? 1 : 0);
  }
}
