package dev.pawl.internal.api;

import dev.pawl.Engine;
import dev.pawl.PawlException;
import dev.pawl.RunError;
import dev.pawl.Task;
import dev.pawl.internal.exec.AttemptHooks;
import dev.pawl.internal.exec.BodyRun;
import dev.pawl.internal.exec.Lanes;
import dev.pawl.internal.exec.OneLine;
import dev.pawl.internal.exec.Outcome;
import dev.pawl.internal.exec.RunScope;
import dev.pawl.internal.loop.Attempt;
import dev.pawl.internal.loop.Bodies;
import dev.pawl.internal.loop.Command;
import dev.pawl.internal.loop.Ids;
import dev.pawl.internal.loop.Leftovers;
import dev.pawl.spi.Micros;
import dev.pawl.spi.StoredValue;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Enters bodies for the loop: gives each attempt its threads, its context and its way back. */
final class BodyStarter implements Bodies {
  private static final Logger log = LoggerFactory.getLogger("dev.pawl.engine");
  private final Set<RunScope> alive = ConcurrentHashMap.newKeySet();
  private final Errands threads = new Errands();
  private final AtomicInteger errands = new AtomicInteger();
  private final Lanes lanes;
  private volatile @Nullable Core core;
  private volatile @Nullable Engine engine;

  BodyStarter(Lanes lanes) {
    this.lanes = lanes;
  }

  /** Called once, before the engine executes anything. */
  void connect(Core core, Engine engine) {
    this.core = core;
    this.engine = engine;
  }

  @Override
  public void enter(Attempt attempt) {
    Core core = Objects.requireNonNull(this.core);
    try {
      start(core, attempt, core.registry().require(attempt.taskId()));
    } catch (Throwable e) {
      core.loop()
          .defer(
              new Command.AttemptEnded(
                  attempt,
                  new Outcome.NotEntered(
                      RunError.of(
                          RunError.Code.EXCEPTION, "the attempt could not be started: " + e))));
      log.error("run {} could not be started", Ids.run(attempt.runId()), e);
    }
  }

  private <I extends @Nullable Object, O extends @Nullable Object> void start(
      Core core, Attempt attempt, Task<I, O> task) {
    AttemptInput input = new AttemptInput(core, attempt);
    AttemptScene scene = new AttemptScene(core.watch(), attempt, input::trace);
    RunScope scope = new RunScope(nameOf(attempt.runId()), scene, alive::remove);
    alive.add(scope);
    Context context = new Context(core, Objects.requireNonNull(engine), attempt, scope);
    AttemptHooks<I> hooks =
        new AttemptHooks<>(
            core.hooks(), task.hooks(), attempt.begins(), core.counters().failedHooks);
    context.hooks(hooks);
    BodyRun<I, O> body =
        new BodyRun<>(
            task,
            core.values().codec(),
            context,
            hooks,
            scope,
            new AttemptIo(core, attempt, context, input, scene, scope),
            new BodyRun.Bounds(core.limits().maxOutputBytes(), core.limits().maxErrorChars()));
    String region = attempt.region();
    try {
      if (region == null) {
        scope.start(context, body);
      } else {
        lanes.start(region, scope, context, body, e -> refused(core, attempt, scope, e));
      }
    } catch (Throwable e) {
      alive.remove(scope);
      throw e;
    }
    attempt.scope(scope); // not before: a scope tells the loop that a body runs
  }

  private static String nameOf(long runId) {
    return "pawl-" + Ids.run(runId);
  }

  /** The threads of a run's body; null where none is left in this process. */
  @Nullable RunScope aliveOf(long runId) {
    String name = nameOf(runId);
    return alive.stream().filter(scope -> scope.name().equals(name)).findFirst().orElse(null);
  }

  private void refused(Core core, Attempt attempt, RunScope scope, Throwable thrown) {
    core.counters().refusedByLanes.increment();
    log.warn(
        "the executor of lane \"{}\" has refused the body of run {}; the attempt has failed",
        attempt.region(),
        Ids.run(attempt.runId()),
        OneLine.of(thrown));
    neverEntered(
        core,
        attempt,
        scope,
        "the executor of lane \"" + attempt.region() + "\" has refused the body: " + thrown);
  }

  private void neverEntered(Core core, Attempt attempt, RunScope scope, String why) {
    attempt.ending(core.clock().now());
    Outcome outcome = new Outcome.NotEntered(RunError.of(RunError.Code.EXCEPTION, why));
    try {
      core.loop().post(new Command.AttemptEnded(attempt, outcome));
    } catch (PawlException e) {
      // The engine is closed, and has handed the attempt back.
    } finally {
      alive.remove(scope); // not before: while it is there, nobody takes the engine for settled
    }
  }

  /** Forgets bodies that were never entered; those that were go on. */
  void close() {
    lanes.close();
    threads.close();
    alive.removeIf(RunScope::withdraw);
  }

  /** Whether each thread of each body waits for something without a time limit. */
  boolean allParked(long from) {
    return errands.get() == 0 && alive.stream().allMatch(scope -> scope.isParked(from));
  }

  /** Whether no thread of any body is left. */
  boolean allEnded() {
    return alive.isEmpty();
  }

  /** The bodies of which a thread is left, each with where its threads stand. */
  List<String> left() {
    return alive.stream().map(RunScope::describe).sorted().toList();
  }

  @Override
  public void interruptAll() {
    alive.forEach(RunScope::interrupt);
  }

  @Override
  public void cancel(Attempt attempt, String why) {
    runErrand(
        attempt,
        scope -> {
          scope.cancel(why);
          withdraw(attempt, scope);
        });
  }

  @Override
  public void reportStuck(Leftovers.Leftover leftover) {
    Core core = Objects.requireNonNull(this.core);
    runErrand(
        leftover.attempt(),
        scope -> {
          if (!scope.isOver()) {
            core.counters().stuckBodies.increment();
            log.warn(
                "the body of run {} of task \"{}\" is still there {} after it was told to end; {}."
                    + " {}",
                Ids.run(leftover.attempt().runId()),
                leftover.attempt().taskId(),
                Micros.duration(leftover.stuckAt() - leftover.since()),
                scope.isUnloaded()
                    ? "its run goes on without it"
                    : "it keeps its slot until it returns",
                scope.describe());
          }
        });
  }

  @Override
  public void interrupt(Attempt attempt) {
    runErrand(
        attempt,
        scope -> {
          scope.interrupt();
          withdraw(attempt, scope);
        });
  }

  @Override
  public void unload(Attempt attempt) {
    RunScope scope = attempt.scope();
    if (scope != null) {
      scope.unload();
      Objects.requireNonNull(core).counters().unloadedBodies.increment();
    }
  }

  /** A body that waits for a thread of its lane need not be entered any more. */
  private void withdraw(Attempt attempt, RunScope scope) {
    if (scope.withdraw()) {
      neverEntered(Objects.requireNonNull(core), attempt, scope, "the body was never entered");
    }
  }

  /**
   * Does something to a body's threads on another thread: an interrupt may run code of whatever the
   * body is blocked in, a channel's closing for example, and that must not be the loop's thread.
   */
  private void runErrand(Attempt attempt, Consumer<RunScope> errand) {
    RunScope scope = attempt.scope();
    if (scope != null) {
      threads.run(counted(() -> errand.accept(scope)));
    }
  }

  /** Does something that takes its time on a thread of its own. */
  void runAside(Runnable work) {
    Thread.startVirtualThread(counted(work));
  }

  /** Counts it as something that is going on, from now until it has ended. */
  private Runnable counted(Runnable work) {
    errands.incrementAndGet();
    return () -> {
      try {
        work.run();
      } finally {
        errands.decrementAndGet();
      }
    };
  }

  /** The way of one attempt to store and loop. */
  private record AttemptIo(
      Core core,
      Attempt attempt,
      Context context,
      AttemptInput input,
      AttemptScene scene,
      RunScope scope)
      implements BodyRun.Io {
    @Override
    public StoredValue payload() {
      StoredValue payload = input.payload();
      return payload.isLarge()
          ? new StoredValue(
              core.values().large().load("the payload of the run", payload), payload.crc32c())
          : payload;
    }

    @Override
    public StoredValue output(byte[] encoded) {
      return core.values().large().put(StoredValue.of(encoded));
    }

    @Override
    public void beforeBody() {
      context.loadJournal();
      if (attempt.isBounded()) {
        post(new Command.BodyEntered(attempt));
      }
    }

    @Override
    public void thrown(Throwable thrown) {
      if (!scope.isUnloaded()) {
        scene.thrown(thrown);
      }
    }

    @Override
    public void bodyReturned() {
      post(new Command.BodyReturned(attempt));
    }

    @Override
    public void ended(Outcome outcome) {
      attempt.ending(core.clock().now());
      if (!scope.isUnloaded()) {
        context.close();
      }
      scene.ended(outcome, scope);
      post(new Command.AttemptEnded(attempt, outcome));
    }

    private void post(Command command) {
      try {
        core.loop().post(command);
      } catch (PawlException e) {
        // The engine is closed: it has handed the attempt back, and its end changes nothing any
        // more.
      }
    }
  }
}
