package dev.pawl.internal.api;

import dev.pawl.AwaitTimeoutException;
import dev.pawl.BatchHandle;
import dev.pawl.BatchItem;
import dev.pawl.BatchOptions;
import dev.pawl.BatchResult;
import dev.pawl.Engine;
import dev.pawl.Fork;
import dev.pawl.RunBatches;
import dev.pawl.RunCanceledException;
import dev.pawl.RunContext;
import dev.pawl.RunHandle;
import dev.pawl.RunMetadata;
import dev.pawl.RunResult;
import dev.pawl.TaskRef;
import dev.pawl.TriggerOptions;
import dev.pawl.TypeRef;
import dev.pawl.internal.exec.AttemptHooks;
import dev.pawl.internal.exec.CurrentRun;
import dev.pawl.internal.exec.RunScope;
import dev.pawl.internal.exec.Watch;
import dev.pawl.internal.loop.Attempt;
import dev.pawl.internal.loop.Caller;
import dev.pawl.internal.loop.Command;
import dev.pawl.internal.loop.Ids;
import dev.pawl.internal.loop.Reply;
import dev.pawl.internal.loop.TriggerRequest;
import dev.pawl.internal.loop.WaitEnd;
import dev.pawl.spi.JournalRow;
import dev.pawl.spi.Micros;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * {@link RunContext}: turns the calls of a body into commands, or into what its journal says they
 * did before.
 */
final class Context implements RunContext {
  private final Core core;
  private final Engine engine;
  private final Attempt attempt;
  private final RunScope scope;
  private final Recorded recorded;
  private volatile @Nullable AttemptHooks<?> hooks;

  Context(Core core, Engine engine, Attempt attempt, RunScope scope) {
    this.core = core;
    this.engine = engine;
    this.attempt = attempt;
    this.scope = scope;
    this.recorded = new Recorded(attempt);
  }

  /** The run that the calling thread belongs to, where it is one of this engine's. */
  static @Nullable Context currentOf(Core core) {
    return CurrentRun.get() instanceof Context context && context.core == core ? context : null;
  }

  /** Loads the journal, where the body was entered before. */
  void loadJournal() {
    if (attempt.replays()) {
      List<JournalRow> journal =
          core.reads().read(store -> store.journal(attempt.runId(), attempt.generation()));
      if (!journal.isEmpty()) {
        core.loop().post(new Command.JournalLoaded(attempt, journal.getLast().seq() + 1));
      }
      recorded.replay(journal);
    }
  }

  /** The body has ended: tells where it left its journal, if it did. */
  void close() {
    recorded.warnIfUnused();
  }

  @Override
  public <I extends @Nullable Object, O extends @Nullable Object> RunHandle<O> trigger(
      TaskRef<I, O> task, I payload) {
    return trigger(task, payload, TriggerOptions.options());
  }

  @Override
  public <I extends @Nullable Object, O extends @Nullable Object> RunHandle<O> trigger(
      TaskRef<I, O> task, I payload, TriggerOptions options) {
    return trigger(drafted(Watch.Kind.SINGLE, task, payload, options), task.outputType());
  }

  <O extends @Nullable Object> RunHandle<O> trigger(Requests.Draft draft, TypeRef<O> outputType) {
    Caller caller = caller(JournalRow.Kind.TRIGGER, draft.taskId(), Hashes.match(draft));
    JournalRow entry = recorded.take(caller);
    Command.Triggered triggered =
        entry == null
            ? Watched.call(
                core,
                draft.taskId(),
                Watch.Kind.SINGLE,
                trace -> triggered(core.requests().of(draft).withTrace(trace), caller),
                Watched::outcome)
            : Command.Triggered.recorded(entry);
    return Handle.of(core, triggered, draft.taskId(), outputType);
  }

  private Requests.Draft drafted(
      Watch.Kind kind, TaskRef<?, ?> task, @Nullable Object payload, TriggerOptions options) {
    return Watched.prepared(
        core, task.id(), kind, () -> core.requests().draft(task, payload, options, attempt));
  }

  private Command.Triggered triggered(TriggerRequest request, Caller caller) {
    return core.values()
        .large()
        .trigger(
            request, kept -> core.loop().call(new Command.Trigger(kept, caller, new Reply<>())));
  }

  private WaitEnd awaited(TriggerRequest request, Caller caller) {
    return core.values()
        .large()
        .trigger(request, kept -> waitFor(new Command.TriggerAndWait(kept, caller, new Reply<>())));
  }

  @Override
  public <I extends @Nullable Object, O extends @Nullable Object> RunResult<O> triggerAndWait(
      TaskRef<I, O> task, I payload) {
    return triggerAndWait(task, payload, TriggerOptions.options());
  }

  @Override
  public <I extends @Nullable Object, O extends @Nullable Object> RunResult<O> triggerAndWait(
      TaskRef<I, O> task, I payload, TriggerOptions options) {
    Requests.Draft draft = drafted(Watch.Kind.WAIT, task, payload, options);
    Caller caller = caller(JournalRow.Kind.TRIGGER_AND_WAIT, task.id(), Hashes.match(draft));
    JournalRow entry = recorded.take(caller);
    WaitEnd end =
        entry == null
            ? Watched.waiting(
                core,
                this,
                draft.taskId(),
                Watch.Kind.WAIT,
                trace -> awaited(core.requests().of(draft).withTrace(trace), caller))
            : rejoin(entry, caller, Micros.NEVER);
    return switch (end) {
      case WaitEnd.Finished finished ->
          core.result(finished.result(), task.id(), task.outputType());
      case WaitEnd.Stored stored ->
          core.result(core.storedResult(stored.targetId()), task.id(), task.outputType());
      case WaitEnd.TimedOut timedOut -> throw notOfARun(end);
      case WaitEnd.LookAgain again -> throw notOfARun(end);
    };
  }

  private static IllegalStateException notOfARun(WaitEnd end) {
    return new IllegalStateException("broken invariant: a triggerAndWait ended with " + end);
  }

  private WaitEnd rejoin(JournalRow entry, Caller caller, long timeout) {
    return waitFor(
        new Command.AwaitRun(entry.targetId(), caller, entry.seq(), timeout, new Reply<>()));
  }

  @Override
  public <I extends @Nullable Object, O extends @Nullable Object> BatchHandle<O> batchTrigger(
      TaskRef<I, O> task, Iterable<? extends I> source, BatchOptions options) {
    return new BatchCaller(core, this).trigger(task, source, options);
  }

  @Override
  public BatchHandle<?> batchTrigger(String taskId, Iterable<?> source, BatchOptions options) {
    return new BatchCaller(core, this).trigger(taskId, source, options);
  }

  @Override
  public <O extends @Nullable Object> BatchHandle<O> batchTrigger(
      Iterable<BatchItem<O>> source, BatchOptions options) {
    return new BatchCaller(core, this).trigger(source, options);
  }

  @Override
  public <I extends @Nullable Object, O extends @Nullable Object>
      BatchResult<O> batchTriggerAndWait(
          TaskRef<I, O> task, Iterable<? extends I> source, BatchOptions options) {
    return new BatchCaller(core, this).triggerAndWait(task, source, options);
  }

  @Override
  public <O extends @Nullable Object> BatchResult<O> batchTriggerAndWait(
      Iterable<BatchItem<O>> source, BatchOptions options) {
    return new BatchCaller(core, this).triggerAndWait(source, options);
  }

  @Override
  public RunBatches batch() {
    return new BatchesFacade.OfRun(core, this);
  }

  /** What the call did before; null where it is a new one. */
  @Nullable JournalRow take(Caller caller) {
    return recorded.take(caller);
  }

  /** A wait for a run that exists; recorded unless that run has ended already. */
  <O extends @Nullable Object> RunResult<O> await(Handle<O> handle, long timeout) {
    Caller caller = caller(JournalRow.Kind.AWAIT, handle.taskId(), handle.runId());
    JournalRow entry = recorded.takeIfThere(caller);
    if (entry != null && entry.answer() == JournalRow.Answer.TIMED_OUT) {
      throw new AwaitTimeoutException(
          "run "
              + handle.id()
              + " had not ended when this wait timed out, before the body was entered again");
    }
    WaitEnd end =
        entry == null
            ? waitFor(
                new Command.AwaitRun(
                    handle.runId(), caller, Command.NOT_RECORDED, timeout, new Reply<>()))
            : rejoin(entry, caller, timeout);
    return handle.result(end);
  }

  /** Waits as one of the body's threads, with what is to be done before and after. */
  <T extends @Nullable Object> T waitFor(Command.Call<T> call) {
    AttemptHooks<?> told = hooks;
    if (told == null || !belongsToRun()) {
      return core.loop().call(call);
    }
    told.waiting();
    try {
      return core.loop().call(call);
    } finally {
      if (!isUnloaded()) {
        told.resumed();
      }
    }
  }

  /** Called once, before the body is entered. */
  void hooks(AttemptHooks<?> hooks) {
    this.hooks = hooks;
  }

  /** Whether the run goes on without this body. */
  boolean isUnloaded() {
    return scope.isUnloaded();
  }

  /** The attempt that the body belongs to. */
  Attempt attemptOf() {
    return attempt;
  }

  /** How a call of the body is recorded. */
  Caller caller(JournalRow.Kind kind, String taskId, long match) {
    throwIfCancelled();
    return new Caller(attempt, belongsToRun(), kind, taskId, match);
  }

  /** Whether the calling thread is one of the run's own, so that its waiting frees the slot. */
  private boolean belongsToRun() {
    return CurrentRun.get() == this;
  }

  @Override
  public <T extends @Nullable Object> Fork<T> fork(Callable<T> code) {
    throwIfCancelled();
    return ForkedThread.start(core, this, attempt, scope, Objects.requireNonNull(code));
  }

  @Override
  public String runId() {
    return Ids.run(attempt.runId());
  }

  @Override
  public String taskId() {
    return attempt.taskId();
  }

  @Override
  public int attempt() {
    return attempt.number();
  }

  @Override
  public int maxAttempts() {
    return attempt.maxAttempts();
  }

  @Override
  public List<String> tags() {
    return core.storedRun(attempt.runId()).tags();
  }

  @Override
  public boolean addTags(String... tags) {
    throwIfCancelled();
    List<String> added = core.requests().tags(tags);
    return core.loop().call(new Command.AddTags(attempt.runId(), attempt, added, new Reply<>()));
  }

  @Override
  public RunMetadata metadata() {
    return new RunLabels(core, attempt.runId(), this);
  }

  /** Changes the metadata of a run, unless the journal says that it was done before. */
  void edit(long runId, MetadataChange change) {
    Caller caller = caller(JournalRow.Kind.METADATA, "", change.match());
    if (!recorded.takeLabels(caller)) {
      core.loop()
          .call(
              new Command.EditMetadata(
                  runId, caller, change.operations(), change.growthAtMost(), new Reply<>()));
    }
  }

  @Override
  public @Nullable String parentId() {
    return Ids.runOrNull(attempt.parentId());
  }

  @Override
  public String rootId() {
    return Ids.run(attempt.rootId());
  }

  @Override
  public int depth() {
    return attempt.depth();
  }

  @Override
  public Instant now() {
    return Micros.instant(core.clock().now());
  }

  @Override
  public Engine engine() {
    return engine;
  }

  @Override
  public boolean isCancelled() {
    return scope.cancelReason() != null;
  }

  @Override
  public void throwIfCancelled() {
    String reason = scope.cancelReason();
    if (reason != null) {
      throw new RunCanceledException("run " + runId() + " " + reason);
    }
  }

  @Override
  public void onCancel(Runnable action) {
    scope.onCancel(action);
  }

  @Override
  public String toString() {
    return "RunContext[" + runId() + " of " + taskId() + ", attempt " + attempt() + "]";
  }
}
