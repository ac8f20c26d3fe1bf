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
import dev.pawl.internal.loop.Ids;
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
  private final AtomicInteger errands = new AtomicInteger();
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
      core.loop()
          .defer(
              new Command.AttemptEnded(
                  attempt,
                  new Outcome.Failed(
                      RunError.of(
                          RunError.Code.EXCEPTION, "the attempt could not be started: " + e),
                      true,
                      null)));
      log.error("run {} could not be started", Ids.run(attempt.runId()), e);
    }
  }

  private <I extends @Nullable Object, O extends @Nullable Object> void start(
      Core core, Attempt attempt, Task<I, O> task) {
    RunScope scope = new RunScope("pawl-" + Ids.run(attempt.runId()), alive::remove);
    alive.add(scope);
    Context context = new Context(core, Objects.requireNonNull(engine), attempt, scope);
    BodyRun<I, O> body =
        new BodyRun<>(
            task,
            core.values().codec(),
            context,
            scope,
            new AttemptIo(core, attempt, context),
            new BodyRun.Bounds(core.limits().maxOutputBytes(), core.limits().maxErrorChars()));
    try {
      scope.start(context, body);
    } catch (Throwable e) {
      alive.remove(scope);
      throw e;
    }
    attempt.scope(scope); // not before: a scope tells the loop that a body runs
  }

  /** Whether each thread of each body waits for something without a time limit. */
  boolean allParked() {
    return errands.get() == 0 && alive.stream().allMatch(RunScope::isParked);
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
  public void cancel(Attempt attempt, String reason) {
    runErrand(attempt, scope -> scope.cancel(reason));
  }

  @Override
  public void interrupt(Attempt attempt) {
    runErrand(attempt, RunScope::interrupt);
  }

  /**
   * Does something to a body's threads on a thread of its own: an interrupt may run code of
   * whatever the body is blocked in, a channel's closing for example, and that must not be the
   * loop's thread.
   */
  private void runErrand(Attempt attempt, Consumer<RunScope> errand) {
    RunScope scope = attempt.scope();
    if (scope != null) {
      errands.incrementAndGet();
      Thread.startVirtualThread(
          () -> {
            try {
              errand.accept(scope);
            } finally {
              errands.decrementAndGet();
            }
          });
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
