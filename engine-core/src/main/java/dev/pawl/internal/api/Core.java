package dev.pawl.internal.api;

import dev.pawl.Hooks;
import dev.pawl.Limits;
import dev.pawl.NotFoundException;
import dev.pawl.RunResult;
import dev.pawl.Task;
import dev.pawl.TypeRef;
import dev.pawl.internal.exec.Watch;
import dev.pawl.internal.loop.BatchReader;
import dev.pawl.internal.loop.Counters;
import dev.pawl.internal.loop.EngineClock;
import dev.pawl.internal.loop.Ids;
import dev.pawl.internal.loop.Loop;
import dev.pawl.internal.queue.Machines;
import dev.pawl.spi.ResultRow;
import dev.pawl.spi.RunRow;
import dev.pawl.spi.StoredRun;
import dev.pawl.spi.StoredValue;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What every part of the facade stands on, and the steps that they share. */
record Core(
    Reads reads,
    Loop loop,
    EngineClock clock,
    Registry registry,
    Values values,
    Limits limits,
    Duration defaultTtl,
    BodyStarter bodies,
    Listeners listeners,
    Counters counters,
    Set<String> lanes,
    Hooks<@Nullable Object, @Nullable Object> hooks,
    Machines machines,
    Watch watch) {

  /** Turns calls into requests. */
  Requests requests() {
    return new Requests(registry, values, limits, defaultTtl, lanes, machines);
  }

  /**
   * One run.
   *
   * @throws NotFoundException if there is no such run
   * @throws dev.pawl.EngineClosedException if the engine has closed
   */
  StoredRun storedRun(long runId) {
    return reads.read(store -> store.run(runId)).orElseThrow(() -> notFound(runId));
  }

  /**
   * What a run was triggered with.
   *
   * @throws NotFoundException if there is no such run
   * @throws dev.pawl.EngineClosedException if the engine has closed
   */
  RunRow runRow(long runId) {
    return reads.read(store -> store.runRow(runId)).orElseThrow(() -> notFound(runId));
  }

  /** The result of a run that has ended. */
  ResultRow storedResult(long runId) {
    return reads.read(store -> store.result(runId)).orElseThrow(() -> notFound(runId));
  }

  /** The run at each index of a batch. */
  List<Long> batchRuns(long batchId) {
    return reads.read(store -> new BatchReader(store).runIds(batchId));
  }

  private static NotFoundException notFound(long runId) {
    return new NotFoundException(
        "there is no run "
            + Ids.run(runId)
            + " in this store; it may have been deleted by retention");
  }

  /** What a result says to a reader who knows the output type. */
  <O extends @Nullable Object> RunResult<O> result(
      ResultRow row, String taskId, TypeRef<O> outputType) {
    String runId = Ids.run(row.id());
    StoredValue output = row.output();
    if (output != null) {
      return new RunResult.Ok<>(
          runId, taskId, values.decode("the output of run " + runId, output, outputType));
    }
    return new RunResult.Failed<>(
        runId, taskId, row.status(), java.util.Objects.requireNonNull(row.error()));
  }

  /** The output type of a task, where this process knows it. */
  @SuppressWarnings("unchecked") // an output whose type is not known is shown as plain JSON
  <O extends @Nullable Object> TypeRef<O> outputType(String taskId) {
    Task<?, ?> task = registry.find(taskId);
    return (TypeRef<O>) (task == null ? TypeRef.of(Object.class) : task.outputType());
  }
}
