package dev.pawl.internal.api;

import dev.pawl.AwaitTimeoutException;
import dev.pawl.BatchResult;
import dev.pawl.Engine;
import dev.pawl.Fork;
import dev.pawl.LimitExceededException;
import dev.pawl.RunCanceledException;
import dev.pawl.RunContext;
import dev.pawl.RunHandle;
import dev.pawl.RunResult;
import dev.pawl.TaskRef;
import dev.pawl.TriggerOptions;
import dev.pawl.TriggerOutcome;
import dev.pawl.TypeRef;
import dev.pawl.internal.exec.CurrentRun;
import dev.pawl.internal.exec.RunScope;
import dev.pawl.internal.loop.Attempt;
import dev.pawl.internal.loop.Caller;
import dev.pawl.internal.loop.Command;
import dev.pawl.internal.loop.Ids;
import dev.pawl.internal.loop.Reply;
import dev.pawl.internal.loop.WaitEnd;
import dev.pawl.internal.wait.JournalEntry;
import dev.pawl.spi.JournalRow;
import dev.pawl.spi.Micros;
import java.time.Instant;
import java.util.ArrayList;
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
    return trigger(core.requests().draft(task, payload, options, attempt), task.outputType());
  }

  <O extends @Nullable Object> RunHandle<O> trigger(Requests.Draft draft, TypeRef<O> outputType) {
    Caller caller = caller(JournalRow.Kind.TRIGGER, draft.taskId(), Hashes.match(draft));
    JournalEntry entry = recorded.take(caller);
    Command.Triggered triggered =
        entry == null
            ? core.loop()
                .call(new Command.Trigger(core.requests().of(draft), caller, new Reply<>()))
            : new Command.Triggered(entry.targetId(), TriggerOutcome.CREATED, false);
    return Handle.of(core, triggered, draft.taskId(), outputType);
  }

  @Override
  public <I extends @Nullable Object, O extends @Nullable Object> RunResult<O> triggerAndWait(
      TaskRef<I, O> task, I payload) {
    return triggerAndWait(task, payload, TriggerOptions.options());
  }

  @Override
  public <I extends @Nullable Object, O extends @Nullable Object> RunResult<O> triggerAndWait(
      TaskRef<I, O> task, I payload, TriggerOptions options) {
    Requests.Draft draft = core.requests().draft(task, payload, options, attempt);
    Caller caller = caller(JournalRow.Kind.TRIGGER_AND_WAIT, task.id(), Hashes.match(draft));
    JournalEntry entry = recorded.take(caller);
    WaitEnd end =
        entry == null
            ? core.loop()
                .call(new Command.TriggerAndWait(core.requests().of(draft), caller, new Reply<>()))
            : rejoin(entry, caller, Micros.NEVER);
    return switch (end) {
      case WaitEnd.Finished finished ->
          core.result(finished.result(), task.id(), task.outputType());
      case WaitEnd.Stored stored ->
          core.result(core.storedResult(stored.targetId()), task.id(), task.outputType());
      case WaitEnd.TimedOut timedOut ->
          throw new IllegalStateException("a triggerAndWait has no deadline");
    };
  }

  private WaitEnd rejoin(JournalEntry entry, Caller caller, long timeout) {
    return core.loop()
        .call(new Command.AwaitRun(entry.targetId(), caller, entry.seq(), timeout, new Reply<>()));
  }

  @Override
  public <I extends @Nullable Object, O extends @Nullable Object>
      BatchResult<O> batchTriggerAndWait(TaskRef<I, O> task, List<? extends I> payloads) {
    return batchTriggerAndWait(task, payloads, TriggerOptions.options());
  }

  @Override
  public <I extends @Nullable Object, O extends @Nullable Object>
      BatchResult<O> batchTriggerAndWait(
          TaskRef<I, O> task, List<? extends I> payloads, TriggerOptions options) {
    if (payloads.size() > core.limits().maxBatchItems()) {
      throw new LimitExceededException(
          "a batch of "
              + payloads.size()
              + " items is larger than maxBatchItems "
              + core.limits().maxBatchItems());
    }
    List<Requests.Draft> drafts = new ArrayList<>(payloads.size());
    for (I payload : payloads) {
      drafts.add(core.requests().draft(task, payload, options, attempt));
    }
    Caller caller = caller(JournalRow.Kind.BATCH_AND_WAIT, task.id(), Hashes.match(drafts));
    JournalEntry entry = recorded.take(caller);
    WaitEnd end =
        entry == null
            ? core.loop()
                .call(
                    new Command.BatchTriggerAndWait(
                        drafts.stream().map(core.requests()::of).toList(), caller, new Reply<>()))
            : rejoinBatch(entry, caller);
    return batchResult(((WaitEnd.Stored) end).targetId(), task);
  }

  private WaitEnd rejoinBatch(JournalEntry entry, Caller caller) {
    List<Long> runIds = core.batchRuns(entry.targetId());
    return core.loop()
        .call(new Command.AwaitBatch(entry.targetId(), runIds, caller, entry.seq(), new Reply<>()));
  }

  private <O extends @Nullable Object> BatchResult<O> batchResult(
      long batchId, TaskRef<?, O> task) {
    List<RunResult<O>> results = new ArrayList<>();
    for (long runId : core.batchRuns(batchId)) {
      results.add(core.result(core.storedResult(runId), task.id(), task.outputType()));
    }
    return new BatchResult<>(Ids.batch(batchId), results);
  }

  /** A wait for a run that exists; recorded unless that run has ended already. */
  <O extends @Nullable Object> RunResult<O> await(Handle<O> handle, long timeout) {
    Caller caller = caller(JournalRow.Kind.AWAIT, handle.taskId(), handle.runId());
    JournalEntry entry = recorded.takeIfThere(caller);
    if (entry != null && entry.timedOut()) {
      throw new AwaitTimeoutException(
          "run "
              + handle.id()
              + " had not ended when this wait timed out, before the process died");
    }
    WaitEnd end =
        entry == null
            ? core.loop()
                .call(
                    new Command.AwaitRun(
                        handle.runId(), caller, Command.NOT_RECORDED, timeout, new Reply<>()))
            : rejoin(entry, caller, timeout);
    return handle.result(end);
  }

  /** The attempt that the body belongs to. */
  Attempt attemptOf() {
    return attempt;
  }

  private Caller caller(JournalRow.Kind kind, String taskId, long match) {
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
    return core.storedRun(attempt.runId()).run().tags();
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
      throw new RunCanceledException("run " + runId() + " was canceled: " + reason);
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
