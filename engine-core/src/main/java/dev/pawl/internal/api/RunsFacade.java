package dev.pawl.internal.api;

import dev.pawl.CancelOptions;
import dev.pawl.CancelResult;
import dev.pawl.IllegalRunStateException;
import dev.pawl.InvalidOptionException;
import dev.pawl.Page;
import dev.pawl.Queue;
import dev.pawl.Run;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.RunResult;
import dev.pawl.Runs;
import dev.pawl.TriggerOutcome;
import dev.pawl.internal.loop.Command;
import dev.pawl.internal.loop.Ids;
import dev.pawl.internal.loop.Reply;
import dev.pawl.internal.loop.TriggerRequest;
import dev.pawl.spi.Micros;
import dev.pawl.spi.RunFilter;
import dev.pawl.spi.RunRow;
import dev.pawl.spi.StoredRun;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@link Runs}: reads go to the store, changes to the loop. */
final class RunsFacade implements Runs {
  private static final int STREAM_PAGE = 500;
  private final Core core;

  RunsFacade(Core core) {
    this.core = core;
  }

  @Override
  public Run<?> retrieve(String runId) {
    return Snapshot.of(core, core.storedRun(Ids.parseRun(runId)));
  }

  @Override
  public <O extends @Nullable Object> Run<O> retrieve(RunHandle<O> handle) {
    // By id rather than by the handle itself, which may stem from an engine that was closed since.
    StoredRun stored = core.storedRun(Ids.parseRun(handle.id()));
    return handle instanceof Handle<O> ours
        ? Snapshot.of(core, stored, ours.outputType())
        : Snapshot.of(core, stored, core.outputType(stored.run().taskId()));
  }

  @Override
  public RunResult<?> await(String runId, Duration timeout) throws InterruptedException {
    return handle(Ids.parseRun(runId)).await(timeout);
  }

  private RunHandle<?> handle(long runId) {
    String taskId = core.storedRun(runId).run().taskId();
    return Handle.of(
        core,
        new Command.Triggered(runId, TriggerOutcome.CREATED, false),
        taskId,
        core.outputType(taskId));
  }

  @Override
  public CancelResult cancel(String runId) {
    return cancel(runId, CancelOptions.defaults());
  }

  @Override
  public CancelResult cancel(String runId, CancelOptions options) {
    return cancel(core, Ids.parseRun(runId), options);
  }

  static CancelResult cancel(Core core, long runId, CancelOptions options) {
    CancelResult result = core.loop().call(new Command.Cancel(runId, options, new Reply<>()));
    return result == null ? new CancelResult(core.storedResult(runId).status(), false) : result;
  }

  @Override
  public void reschedule(String runId, Instant at) {
    reschedule(Ids.parseRun(runId), 0, Requests.instant("the new due time", at));
  }

  @Override
  public void reschedule(String runId, Duration delay) {
    if (delay.isNegative() || delay.isZero() || Micros.timeout(delay) == Micros.NEVER) {
      throw new InvalidOptionException(
          "a run is rescheduled to the future, by 100 years at most; not by " + delay);
    }
    reschedule(Ids.parseRun(runId), Micros.of(delay), Micros.NONE);
  }

  private void reschedule(long runId, long delay, long until) {
    boolean live = core.loop().call(new Command.Reschedule(runId, delay, until, new Reply<>()));
    if (!live) {
      throw new IllegalRunStateException(
          "run "
              + Ids.run(runId)
              + " is "
              + core.storedResult(runId).status()
              + "; only a DELAYED run can be rescheduled");
    }
  }

  @Override
  public Page<Run<?>> list(RunQuery query) {
    String after = query.after();
    long before = after == null ? Long.MAX_VALUE : Ids.parseRun(after);
    RunFilter filter = filter(query);
    List<StoredRun> rows =
        core.reads().read(store -> store.runs(filter, before, query.limit() + 1));
    boolean more = rows.size() > query.limit();
    List<StoredRun> shown = more ? rows.subList(0, query.limit()) : rows;
    List<Run<?>> runs = shown.stream().<Run<?>>map(row -> Snapshot.of(core, row)).toList();
    return new Page<>(runs, more ? runs.getLast().id() : null);
  }

  @Override
  public Stream<Run<?>> stream(RunQuery query) {
    RunQuery paged = query.limit(STREAM_PAGE);
    return Stream.iterate(
            Optional.of(list(paged)),
            Optional::isPresent,
            page -> page.flatMap(p -> next(paged, p)))
        .flatMap(page -> page.orElseThrow().items().stream());
  }

  private Optional<Page<Run<?>>> next(RunQuery query, Page<Run<?>> page) {
    String next = page.next();
    return next == null ? Optional.empty() : Optional.of(list(query.after(next)));
  }

  private static RunFilter filter(RunQuery query) {
    String parent = query.parentId();
    String root = query.rootId();
    String batch = query.batchId();
    Instant from = query.from();
    Instant to = query.to();
    return new RunFilter(
        query.taskIds(),
        query.statuses(),
        query.tags(),
        query.queue(),
        parent == null ? 0 : Ids.parseRun(parent),
        root == null ? 0 : Ids.parseRun(root),
        batch == null ? 0 : Ids.parseBatch(batch),
        from == null ? Micros.NONE : Micros.bound(from),
        to == null ? Micros.NEVER : Micros.bound(to));
  }

  @Override
  public RunHandle<?> replay(String runId) {
    RunRow old = core.storedRun(Ids.parseRun(runId)).run();
    Queue own = core.registry().require(old.taskId()).queue();
    TriggerRequest request =
        new TriggerRequest(
            old.taskId(),
            old.payload(),
            0,
            Micros.NONE,
            0,
            core.registry().retryPolicy(old.taskId()).maxAttempts(),
            0,
            own.name().equals(old.queue()) ? own : Queue.named(old.queue()),
            old.concurrencyKey(),
            old.tags(),
            old.metadata(),
            Micros.of(core.registry().require(old.taskId()).maxDuration()),
            old.machine(),
            old.region(),
            old.id(),
            Hashes.of(old.payload()),
            null,
            null);
    Command.Triggered triggered =
        core.loop().call(new Command.Trigger(request, null, new Reply<>()));
    return Handle.of(core, triggered, old.taskId(), core.outputType(old.taskId()));
  }
}
