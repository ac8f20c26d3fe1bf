package dev.pawl.internal.api;

import dev.pawl.internal.exec.Outcome;
import dev.pawl.internal.exec.RunMdc;
import dev.pawl.internal.exec.RunScope;
import dev.pawl.internal.exec.Scene;
import dev.pawl.internal.exec.Watch;
import dev.pawl.internal.loop.Attempt;
import dev.pawl.internal.loop.Ids;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the threads of one attempt find around them. The body's thread is the first to enter: the
 * attempt is observed from then on until it reports its end, on that thread again.
 */
final class AttemptScene implements Scene {
  private static final String CANCELED = "canceled";
  private static final String UNLOADED = "unloaded";
  private final RunMdc mdc;
  private final Watch watch;
  private final Attempt attempt;
  private final Supplier<@Nullable String> trace;
  private volatile Watch.@Nullable Span span;

  /** Belongs to the body's thread. */
  private Runnable bodyLeaves = Watch.Span.NOTHING;

  /**
   * The scene of an attempt.
   *
   * @param trace the trace of the run's trigger; asked on the body's thread
   */
  AttemptScene(Watch watch, Attempt attempt, Supplier<@Nullable String> trace) {
    this.watch = watch;
    this.attempt = attempt;
    this.trace = trace;
    this.mdc =
        new RunMdc(attempt.taskId(), Ids.run(attempt.runId()), attempt.number(), attempt.queue());
  }

  @Override
  public Runnable enter() {
    Runnable exit = mdc.enter();
    if (watch == Watch.NOBODY) {
      return exit;
    }
    Watch.Span entered = span;
    Runnable leave;
    if (entered == null) {
      entered = begin();
      span = entered;
      leave = entered.enter();
      bodyLeaves = leave;
    } else {
      leave = entered.enter();
    }
    return () -> {
      leave.run();
      exit.run();
    };
  }

  private Watch.Span begin() {
    String of;
    try {
      of = trace.get();
    } catch (RuntimeException e) {
      of = null; // the store, which the body is about to read from as well
    }
    return watch.attempt(
        new Watch.AttemptFacts(
            attempt.taskId(), attempt.queue(), Ids.run(attempt.runId()), attempt.number()),
        of);
  }

  /** The body has thrown. */
  void thrown(Throwable thrown) {
    Watch.Span observed = span;
    if (observed != null) {
      observed.failed(thrown);
    }
  }

  /** The body's thread is about to report its end. */
  void ended(Outcome outcome, RunScope scope) {
    Watch.Span observed = span;
    if (observed != null) {
      bodyLeaves.run();
      observed.ended(
          scope.isUnloaded() ? UNLOADED : scope.cancelReason() == null ? word(outcome) : CANCELED);
    }
  }

  private static String word(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Returned returned -> "completed";
      case Outcome.Failed failed -> "failed";
      case Outcome.NotEntered notEntered -> "failed";
      case Outcome.Unreadable unreadable -> "unreadable";
    };
  }
}
