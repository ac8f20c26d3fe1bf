package dev.pawl.internal.api;

import dev.pawl.Fork;
import dev.pawl.PawlException;
import dev.pawl.internal.exec.CurrentRun;
import dev.pawl.internal.exec.RunScope;
import dev.pawl.internal.loop.Attempt;
import dev.pawl.internal.loop.Command;
import dev.pawl.internal.loop.Reply;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A thread that a body started: the loop counts it, so that it knows when all of a run's threads
 * wait.
 */
final class ForkedThread<T extends @Nullable Object> implements Fork<T> {
  private final Core core;
  private final Context context;
  private final Attempt attempt;
  private final Attempt.ForkState state = new Attempt.ForkState();
  private final Callable<T> code;
  private volatile @Nullable Ending<T> ending;

  /** What the code came to. */
  private record Ending<T extends @Nullable Object>(
      @Nullable T value, @Nullable Throwable thrown) {}

  private ForkedThread(Core core, Context context, Attempt attempt, Callable<T> code) {
    this.core = core;
    this.context = context;
    this.attempt = attempt;
    this.code = code;
  }

  static <T extends @Nullable Object> ForkedThread<T> start(
      Core core, Context context, Attempt attempt, RunScope scope, Callable<T> code) {
    ForkedThread<T> fork = new ForkedThread<>(core, context, attempt, code);
    Command ended = new Command.ForkEnded(attempt, fork.state); // made before it may be needed
    core.loop().post(new Command.ForkStarted(attempt));
    try {
      scope.start(context, fork::run);
    } catch (Throwable e) {
      core.loop().post(ended);
      throw e;
    }
    return fork;
  }

  private void run() {
    try {
      ending = new Ending<>(code.call(), null);
    } catch (Throwable e) {
      ending = new Ending<>(null, e);
    } finally {
      end();
    }
  }

  private void end() {
    try {
      core.loop().post(new Command.ForkEnded(attempt, state));
    } catch (PawlException e) {
      // The engine is closed: it counts nothing any more, and has answered whoever joined.
    }
  }

  @Override
  @SuppressWarnings("NullAway") // the code's own result is null only where T allows it
  public T join() throws ExecutionException {
    Ending<T> ended = ending;
    if (ended == null) {
      boolean counted = CurrentRun.get() == context;
      context.waitFor(new Command.JoinFork(attempt, state, counted, new Reply<>()));
      ended = ending;
    }
    if (ended == null) {
      throw new IllegalStateException("broken invariant: a fork ended without an ending");
    }
    Throwable thrown = ended.thrown();
    if (thrown != null) {
      throw new ExecutionException(thrown);
    }
    return ended.value();
  }
}
