package dev.pawl.internal.api;

import dev.pawl.BatchHandle;
import dev.pawl.BatchItem;
import dev.pawl.BatchOptions;
import dev.pawl.Run;
import dev.pawl.RunHandle;
import dev.pawl.TaskRef;
import dev.pawl.Tasks;
import dev.pawl.TriggerOptions;
import dev.pawl.TypeRef;
import dev.pawl.internal.exec.Watch;
import dev.pawl.internal.loop.Attempt;
import dev.pawl.internal.loop.Command;
import dev.pawl.internal.loop.Reply;
import dev.pawl.internal.loop.TriggerRequest;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@link Tasks}: outside a run as it says, inside one as the run's own triggers. */
final class TasksFacade implements Tasks {
  private final Core core;

  TasksFacade(Core core) {
    this.core = core;
  }

  @Override
  public <I extends @Nullable Object, O extends @Nullable Object> RunHandle<O> trigger(
      TaskRef<I, O> task, I payload) {
    return trigger(task, payload, TriggerOptions.options());
  }

  @Override
  public <I extends @Nullable Object, O extends @Nullable Object> RunHandle<O> trigger(
      TaskRef<I, O> task, I payload, TriggerOptions options) {
    return trigger(
        drafted(task.id(), () -> core.requests().draft(task, payload, options, caller())),
        task.outputType());
  }

  @Override
  public RunHandle<?> trigger(String taskId, @Nullable Object payload) {
    return trigger(taskId, payload, TriggerOptions.options());
  }

  @Override
  public RunHandle<?> trigger(String taskId, @Nullable Object payload, TriggerOptions options) {
    return trigger(
        drafted(taskId, () -> core.requests().draft(taskId, payload, options, caller())),
        core.outputType(taskId));
  }

  private Requests.Draft drafted(String taskId, Supplier<Requests.Draft> draft) {
    return Watched.prepared(core, taskId, Watch.Kind.SINGLE, draft);
  }

  private <O extends @Nullable Object> RunHandle<O> trigger(
      Requests.Draft draft, TypeRef<O> outputType) {
    Context context = Context.currentOf(core);
    if (context != null) {
      return context.trigger(draft, outputType);
    }
    Command.Triggered triggered =
        Watched.call(
            core,
            draft.taskId(),
            Watch.Kind.SINGLE,
            trace -> triggered(core.requests().of(draft).withTrace(trace)),
            Watched::outcome);
    return Handle.of(core, triggered, draft.taskId(), outputType);
  }

  private Command.Triggered triggered(TriggerRequest request) {
    return core.values()
        .large()
        .trigger(request, kept -> core.loop().call(new Command.Trigger(kept, null, new Reply<>())));
  }

  @Override
  public <I extends @Nullable Object, O extends @Nullable Object> BatchHandle<O> batchTrigger(
      TaskRef<I, O> task, Iterable<? extends I> source, BatchOptions options) {
    return batches().trigger(task, source, options);
  }

  @Override
  public BatchHandle<?> batchTrigger(String taskId, Iterable<?> source, BatchOptions options) {
    return batches().trigger(taskId, source, options);
  }

  @Override
  public <O extends @Nullable Object> BatchHandle<O> batchTrigger(
      Iterable<BatchItem<O>> source, BatchOptions options) {
    return batches().trigger(source, options);
  }

  private BatchCaller batches() {
    return new BatchCaller(core, Context.currentOf(core));
  }

  private @Nullable Attempt caller() {
    Context context = Context.currentOf(core);
    return context == null ? null : context.attemptOf();
  }

  @Override
  public <I extends @Nullable Object, O extends @Nullable Object> Run<O> triggerAndPoll(
      TaskRef<I, O> task, I payload, Duration timeout) throws InterruptedException {
    return triggerAndPoll(task, payload, TriggerOptions.options(), timeout);
  }

  @Override
  public <I extends @Nullable Object, O extends @Nullable Object> Run<O> triggerAndPoll(
      TaskRef<I, O> task, I payload, TriggerOptions options, Duration timeout)
      throws InterruptedException {
    return poll(() -> trigger(task, payload, options), timeout);
  }

  @Override
  public Run<?> triggerAndPoll(String taskId, @Nullable Object payload, Duration timeout)
      throws InterruptedException {
    return triggerAndPoll(taskId, payload, TriggerOptions.options(), timeout);
  }

  @Override
  public Run<?> triggerAndPoll(
      String taskId, @Nullable Object payload, TriggerOptions options, Duration timeout)
      throws InterruptedException {
    return poll(() -> trigger(taskId, payload, options), timeout);
  }

  /** Refuses a bad timeout before it triggers anything. */
  private static <O extends @Nullable Object> Run<O> poll(
      Supplier<RunHandle<O>> trigger, Duration timeout) throws InterruptedException {
    Handle.checkTimeout(timeout);
    RunHandle<O> handle = trigger.get();
    handle.await(timeout);
    return handle.retrieve();
  }
}
