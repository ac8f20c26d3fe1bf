package dev.pawl.internal.api;

import dev.pawl.AwaitTimeoutException;
import dev.pawl.CancelOptions;
import dev.pawl.CancelResult;
import dev.pawl.EngineClosedException;
import dev.pawl.InvalidOptionException;
import dev.pawl.Run;
import dev.pawl.RunHandle;
import dev.pawl.RunResult;
import dev.pawl.TriggerOutcome;
import dev.pawl.TypeRef;
import dev.pawl.internal.loop.Command;
import dev.pawl.internal.loop.Ids;
import dev.pawl.internal.loop.Reply;
import dev.pawl.internal.loop.WaitEnd;
import dev.pawl.spi.Micros;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A handle of a run of a known task. */
record Handle<O extends @Nullable Object>(
    Core core,
    long runId,
    String taskId,
    TypeRef<O> outputType,
    TriggerOutcome outcome,
    boolean payloadDiffers)
    implements RunHandle<O> {

  static <O extends @Nullable Object> Handle<O> of(
      Core core, Command.Triggered triggered, String taskId, TypeRef<O> outputType) {
    return new Handle<>(
        core,
        triggered.runId(),
        taskId,
        outputType,
        triggered.outcome(),
        triggered.payloadDiffers());
  }

  @Override
  public String id() {
    return Ids.run(runId);
  }

  @Override
  public RunResult<O> await() throws InterruptedException {
    return await(Micros.NEVER);
  }

  @Override
  public RunResult<O> await(Duration timeout) throws InterruptedException {
    return await(checkTimeout(timeout));
  }

  /**
   * A timeout in microseconds.
   *
   * @throws InvalidOptionException if it is negative
   */
  static long checkTimeout(Duration timeout) {
    if (timeout.isNegative()) {
      throw new InvalidOptionException("a timeout must not be negative: " + timeout);
    }
    return Micros.timeout(timeout);
  }

  private RunResult<O> await(long timeout) throws InterruptedException {
    Context context = Context.currentOf(core);
    return context == null ? observe(timeout) : context.await(this, timeout);
  }

  private RunResult<O> observe(long timeout) throws InterruptedException {
    Reply<WaitEnd> reply = new Reply<>();
    core.loop().post(new Command.Observe(runId, timeout, reply));
    try {
      return result(reply.awaitInterruptibly());
    } catch (InterruptedException e) {
      forget(reply);
      throw e;
    }
  }

  private void forget(Reply<WaitEnd> reply) {
    try {
      core.loop().post(new Command.Forget(runId, reply));
    } catch (EngineClosedException e) {
      // The engine has closed and answers nobody any more; there is nothing left to forget.
    }
  }

  /** What the end of a wait for this run says. */
  RunResult<O> result(WaitEnd end) {
    return switch (end) {
      case WaitEnd.Finished finished -> core.result(finished.result(), taskId, outputType);
      case WaitEnd.Stored stored -> core.result(core.storedResult(runId), taskId, outputType);
      case WaitEnd.TimedOut timedOut ->
          throw new AwaitTimeoutException(
              "run "
                  + id()
                  + " of task \""
                  + taskId
                  + "\" is "
                  + retrieve().status()
                  + " after the timeout; it goes on");
    };
  }

  @Override
  public CompletionStage<RunResult<O>> completion() {
    Reply<WaitEnd> reply = new Reply<>();
    CompletableFuture<RunResult<O>> completion =
        reply.future().thenApplyAsync(this::result, Thread::startVirtualThread);
    core.loop().post(new Command.Observe(runId, Micros.NEVER, reply));
    return completion.minimalCompletionStage();
  }

  @Override
  public Run<O> retrieve() {
    return Snapshot.of(core, core.storedRun(runId), outputType);
  }

  @Override
  public CancelResult cancel() {
    return RunsFacade.cancel(core, runId, CancelOptions.defaults());
  }

  @Override
  public String toString() {
    return "RunHandle[" + id() + " of " + taskId + ", " + outcome + "]";
  }
}
