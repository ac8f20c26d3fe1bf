package dev.pawl.internal.api;

import dev.pawl.Engine;
import dev.pawl.PawlException;
import dev.pawl.RunError;
import dev.pawl.Task;
import dev.pawl.internal.exec.BodyRun;
import dev.pawl.internal.exec.Outcome;
import dev.pawl.internal.exec.RunScope;
import dev.pawl.internal.loop.Attempt;
import dev.pawl.internal.loop.Bodies;
import dev.pawl.internal.loop.Command;
import dev.pawl.spi.StoredValue;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Enters bodies for the loop: gives each attempt its threads, its context and its way back. */
final class BodyStarter implements Bodies {
  private static final Logger log = LoggerFactory.getLogger("dev.pawl.engine");
  private final Set<RunScope> alive = ConcurrentHashMap.newKeySet();
  private volatile @Nullable Core core;
  private volatile @Nullable Engine engine;

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
      log.error("run {} could not be started", Ids.run(attempt.runId()), e);
      RunScope scope = attempt.scope();
      if (scope != null) {
        alive.remove(scope);
      }
      core.loop()
          .defer(
              new Command.AttemptEnded(
                  attempt,
                  new Outcome.Failed(
                      RunError.of(
                          RunError.Code.EXCEPTION, "the attempt could not be started: " + e),
                      true,
                      null)));
    }
  }

  private <I extends @Nullable Object, O extends @Nullable Object> void start(
      Core core, Attempt attempt, Task<I, O> task) {
    RunScope scope = new RunScope("pawl-" + Ids.run(attempt.runId()), alive::remove);
    alive.add(scope);
    attempt.scope(scope);
    Context context = new Context(core, Objects.requireNonNull(engine), attempt, scope);
    BodyRun<I, O> body =
        new BodyRun<>(
            task,
            core.values().codec(),
            context,
            scope,
            new AttemptIo(core, attempt, context),
            new BodyRun.Bounds(core.limits().maxOutputBytes(), core.limits().maxErrorChars()));
    scope.start(context, body);
  }

  /** Whether each thread of each body waits for something without a time limit. */
  boolean allParked() {
    return alive.stream().allMatch(RunScope::isParked);
  }

  /** Whether no thread of any body is left. */
  boolean allEnded() {
    return alive.isEmpty();
  }

  /** Interrupts every thread of every body. */
  void interruptAll() {
    alive.forEach(RunScope::interrupt);
  }

  @Override
  public void cancel(Attempt attempt, String reason) {
    RunScope scope = attempt.scope();
    if (scope != null) {
      scope.cancel(reason);
    }
  }

  /** The way of one attempt to store and loop. */
  private record AttemptIo(Core core, Attempt attempt, Context context) implements BodyRun.Io {
    @Override
    public StoredValue payload() {
      StoredValue atHand = attempt.payload();
      return atHand == null ? core.storedRun(attempt.runId()).run().payload() : atHand;
    }

    @Override
    public void beforeBody() {
      context.loadJournal();
    }

    @Override
    public void bodyReturned() {
      post(new Command.BodyReturned(attempt));
    }

    @Override
    public void ended(Outcome outcome) {
      context.close();
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
