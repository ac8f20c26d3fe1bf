package dev.pawl.internal.exec;

import dev.pawl.AttemptHook;
import dev.pawl.ErrorDecision;
import dev.pawl.ErrorHandler;
import dev.pawl.Hooks;
import dev.pawl.RunContext;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The hooks that run on the threads of one attempt: the engine's, then the task's. Nothing that
 * they throw leaves this class.
 *
 * @param <I> the payload type
 */
public final class AttemptHooks<I extends @Nullable Object> {
  private static final Logger log = LoggerFactory.getLogger("dev.pawl.engine");
  private static final Set<Thread> NONE = Set.of();
  private static final String NO_DECISION = "catchError has returned null";
  private final Hooks<@Nullable Object, @Nullable Object> engine;
  private final Hooks<I, ?> task;
  private final boolean begins;
  private final LongAdder failures;

  /** Threads that run a hook of a wait; stays empty where there is none. */
  private final Set<Thread> inHook;

  private volatile @Nullable Entered<I> entered;

  private record Entered<I extends @Nullable Object>(I payload, RunContext run) {}

  /**
   * The hooks of an attempt.
   *
   * @param begins whether the attempt begins: false where its body was entered before
   * @param failures counts those that throw
   */
  public AttemptHooks(
      Hooks<@Nullable Object, @Nullable Object> engine,
      Hooks<I, ?> task,
      boolean begins,
      LongAdder failures) {
    this.engine = engine;
    this.task = task;
    this.begins = begins;
    this.failures = failures;
    this.inHook = hearsOfWaits(engine) || hearsOfWaits(task) ? ConcurrentHashMap.newKeySet() : NONE;
  }

  private static boolean hearsOfWaits(Hooks<?, ?> hooks) {
    return !hooks.onWait().isEmpty() || !hooks.onResume().isEmpty();
  }

  /** The body is about to be entered. */
  void entering(I payload, RunContext run) {
    if (begins && run.attempt() == 1) {
      all("onStart", engine.onStart(), payload, run);
      all("onStart", task.onStart(), payload, run);
    }
    if (begins) {
      all("onStartAttempt", engine.onStartAttempt(), payload, run);
      all("onStartAttempt", task.onStartAttempt(), payload, run);
    }
    entered = new Entered<>(payload, run);
  }

  /** A thread of the attempt is about to wait. Hooks that wait themselves are not heard of. */
  public void waiting() {
    Entered<I> in = entered;
    if (in != null && inHook != NONE && inHook.add(Thread.currentThread())) {
      all("onWait", engine.onWait(), in.payload, in.run);
      all("onWait", task.onWait(), in.payload, in.run);
      inHook.remove(Thread.currentThread());
    }
  }

  /** It goes on. */
  public void resumed() {
    Entered<I> in = entered;
    if (in != null && inHook != NONE && inHook.add(Thread.currentThread())) {
      all("onResume", engine.onResume(), in.payload, in.run);
      all("onResume", task.onResume(), in.payload, in.run);
      inHook.remove(Thread.currentThread());
    }
  }

  /** The body has thrown; what is to be made of that. */
  ErrorDecision caught(I payload, RunContext run, Throwable thrown) {
    ErrorHandler<I> own = task.catchError();
    ErrorHandler<@Nullable Object> general = engine.catchError();
    try {
      if (own != null) {
        return Objects.requireNonNull(own.on(payload, thrown, run), NO_DECISION);
      }
      return general == null
          ? ErrorDecision.unchanged()
          : Objects.requireNonNull(general.on(payload, thrown, run), NO_DECISION);
    } catch (Throwable e) {
      failed("catchError", run.runId(), e, failures);
      return ErrorDecision.unchanged();
    }
  }

  private <P extends @Nullable Object> void all(
      String kind, List<AttemptHook<P>> hooks, P payload, RunContext run) {
    for (AttemptHook<P> hook : hooks) {
      try {
        hook.on(payload, run);
      } catch (Throwable e) {
        failed(kind, run.runId(), e, failures);
      }
    }
  }

  /** A hook has thrown: logs and counts it, and keeps an interrupt for whoever comes next. */
  public static void failed(String kind, String runId, Throwable thrown, LongAdder failures) {
    failures.increment();
    try {
      log.warn(
          "a hook {} of run {} has thrown; the run is as it was", kind, runId, OneLine.of(thrown));
    } catch (Throwable e) {
      // It is counted. A logger fails where what was thrown cannot say what it is.
    }
    if (thrown instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
  }
}
