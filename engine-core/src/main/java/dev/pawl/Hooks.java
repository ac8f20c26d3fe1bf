package dev.pawl;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Code that hears of the lives of runs: of one task ({@link Task.Definition#hooks}) or of all
 * ({@link EngineBuilder#hooks}). Immutable; each method returns a changed copy. Several hooks of
 * one kind are run one after the other, the engine's before the task's.
 *
 * <p><b>Hooks of an attempt</b> ({@link #onStart}, {@link #onStartAttempt}, {@link #onWait}, {@link
 * #onResume}, {@link #catchError}) run on the thread of the attempt, in its slot and in its {@link
 * Task.Definition#maxDuration}: one that blocks holds up its run alone. They are not run again
 * where a body is entered again as the same attempt, after a wait that outlived its process, or
 * while which it was unloaded ({@link Limits#parkedBodies(int)}), or after a hand-back by a closing
 * engine; there, the waits that the body repeats are heard of again, so that what {@code onWait}
 * puts away {@code onResume} brings back. They run at most once otherwise; a process that dies in
 * between leaves them out. They should not trigger or wait through the run: such calls are recorded
 * like the body's, and missing when only the body is entered again.
 *
 * <p><b>Hooks of the end</b> ({@link #onSuccess}, {@link #onFailure}, {@link #onComplete}, {@link
 * #onCancel}, {@link #onTerminal}) run after the end of the run is stored, on a virtual thread that
 * belongs to no run and holds no slot; those of one run one after the other, those of different
 * runs in no order, at most {@link Limits#maxHookThreads()} runs at once. That they are owed is
 * stored in the commit that ends the run. So each end is heard of at least once, also where
 * nobody's body ran (expired, cancelled in its queue, crashed in its last attempt) and where the
 * process dies before or while they run: the next engine that is started on the store runs them
 * then, all of that run's. Within the life of one engine they run once. Their own failure is not
 * repeated. A task that is not registered when its run's end is told has none; the engine's are run
 * all the same.
 *
 * <p>What a hook throws is logged and counted. {@link Engine#close} gives hooks the rest of its
 * grace, then interrupts them; what was not run is run by the next engine.
 *
 * @param <I> the payload type
 * @param <O> the output type
 */
public final class Hooks<I extends @Nullable Object, O extends @Nullable Object> {
  private List<AttemptHook<I>> onStart = List.of();
  private List<AttemptHook<I>> onStartAttempt = List.of();
  private List<AttemptHook<I>> onWait = List.of();
  private List<AttemptHook<I>> onResume = List.of();
  private List<EndHook<O>> onSuccess = List.of();
  private List<EndHook<O>> onFailure = List.of();
  private List<EndHook<O>> onComplete = List.of();
  private List<EndHook<O>> onCancel = List.of();
  private List<EndHook<O>> onTerminal = List.of();
  private @Nullable ErrorHandler<I> catchError;

  private Hooks() {}

  private Hooks(Hooks<I, O> from) {
    this.onStart = from.onStart;
    this.onStartAttempt = from.onStartAttempt;
    this.onWait = from.onWait;
    this.onResume = from.onResume;
    this.onSuccess = from.onSuccess;
    this.onFailure = from.onFailure;
    this.onComplete = from.onComplete;
    this.onCancel = from.onCancel;
    this.onTerminal = from.onTerminal;
    this.catchError = from.catchError;
  }

  /** No hooks. */
  public static <I extends @Nullable Object, O extends @Nullable Object> Hooks<I, O> none() {
    return new Hooks<>();
  }

  /**
   * Runs a hook before the body of the first attempt is entered, ahead of {@link #onStartAttempt}.
   */
  public Hooks<I, O> onStart(AttemptHook<I> hook) {
    Hooks<I, O> copy = new Hooks<>(this);
    copy.onStart = with(onStart, hook);
    return copy;
  }

  /** Runs a hook before the body of each attempt is entered. */
  public Hooks<I, O> onStartAttempt(AttemptHook<I> hook) {
    Hooks<I, O> copy = new Hooks<>(this);
    copy.onStartAttempt = with(onStartAttempt, hook);
    return copy;
  }

  /**
   * Runs a hook before a thread of the run waits: in each waiting call of the body, and in each
   * {@code join} of a fork.
   */
  public Hooks<I, O> onWait(AttemptHook<I> hook) {
    Hooks<I, O> copy = new Hooks<>(this);
    copy.onWait = with(onWait, hook);
    return copy;
  }

  /** Runs a hook when such a wait is over, before the call returns or throws. */
  public Hooks<I, O> onResume(AttemptHook<I> hook) {
    Hooks<I, O> copy = new Hooks<>(this);
    copy.onResume = with(onResume, hook);
    return copy;
  }

  /** Runs a hook when a run has ended {@code COMPLETED}. */
  public Hooks<I, O> onSuccess(EndHook<O> hook) {
    Hooks<I, O> copy = new Hooks<>(this);
    copy.onSuccess = with(onSuccess, hook);
    return copy;
  }

  /**
   * Runs a hook when a run has failed for good: {@code FAILED}, {@code TIMED_OUT}, {@code CRASHED}
   * or {@code SYSTEM_FAILURE}.
   */
  public Hooks<I, O> onFailure(EndHook<O> hook) {
    Hooks<I, O> copy = new Hooks<>(this);
    copy.onFailure = with(onFailure, hook);
    return copy;
  }

  /** Runs a hook after {@link #onSuccess} or {@link #onFailure}. */
  public Hooks<I, O> onComplete(EndHook<O> hook) {
    Hooks<I, O> copy = new Hooks<>(this);
    copy.onComplete = with(onComplete, hook);
    return copy;
  }

  /** Runs a hook when a run has ended {@code CANCELED}; its body may still be there. */
  public Hooks<I, O> onCancel(EndHook<O> hook) {
    Hooks<I, O> copy = new Hooks<>(this);
    copy.onCancel = with(onCancel, hook);
    return copy;
  }

  /**
   * Runs a hook when a run has ended in any of the seven ways, whoever ended it, after all others.
   */
  public Hooks<I, O> onTerminal(EndHook<O> hook) {
    Hooks<I, O> copy = new Hooks<>(this);
    copy.onTerminal = with(onTerminal, hook);
    return copy;
  }

  /**
   * Lets a handler decide what is made of whatever a body throws: an error to store instead, no
   * retry, or the delay of the retry. A later one replaces it; a task's wins over the engine's. Not
   * asked where the run was cancelled or timed out, or the engine closes; what is never retried (an
   * {@link AbortRunException}) is not retried by it either, unless it replaces the error.
   */
  public Hooks<I, O> catchError(ErrorHandler<I> handler) {
    Hooks<I, O> copy = new Hooks<>(this);
    copy.catchError = Objects.requireNonNull(handler);
    return copy;
  }

  private static <H> List<H> with(List<H> hooks, H hook) {
    List<H> more = new ArrayList<>(hooks);
    more.add(Objects.requireNonNull(hook));
    return List.copyOf(more);
  }

  /** Whether any of them hears of ends. */
  public boolean hearOfEnds() {
    return !(onSuccess.isEmpty()
        && onFailure.isEmpty()
        && onComplete.isEmpty()
        && onCancel.isEmpty()
        && onTerminal.isEmpty());
  }

  /** The hooks for that, in order. */
  public List<AttemptHook<I>> onStart() {
    return onStart;
  }

  /** The hooks for that, in order. */
  public List<AttemptHook<I>> onStartAttempt() {
    return onStartAttempt;
  }

  /** The hooks for that, in order. */
  public List<AttemptHook<I>> onWait() {
    return onWait;
  }

  /** The hooks for that, in order. */
  public List<AttemptHook<I>> onResume() {
    return onResume;
  }

  /** The hooks for that, in order. */
  public List<EndHook<O>> onSuccess() {
    return onSuccess;
  }

  /** The hooks for that, in order. */
  public List<EndHook<O>> onFailure() {
    return onFailure;
  }

  /** The hooks for that, in order. */
  public List<EndHook<O>> onComplete() {
    return onComplete;
  }

  /** The hooks for that, in order. */
  public List<EndHook<O>> onCancel() {
    return onCancel;
  }

  /** The hooks for that, in order. */
  public List<EndHook<O>> onTerminal() {
    return onTerminal;
  }

  /** The handler of errors, or null. */
  public @Nullable ErrorHandler<I> catchError() {
    return catchError;
  }
}
