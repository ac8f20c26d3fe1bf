package dev.pawl.internal.api;

import dev.pawl.BulkAction;
import dev.pawl.CancelOptions;
import dev.pawl.CancelResult;
import dev.pawl.Explanation;
import dev.pawl.IllegalRunStateException;
import dev.pawl.InvalidOptionException;
import dev.pawl.Metadata;
import dev.pawl.Page;
import dev.pawl.PawlException;
import dev.pawl.Run;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.RunResult;
import dev.pawl.Runs;
import dev.pawl.TaskRef;
import dev.pawl.TriggerOptions;
import dev.pawl.TriggerOutcome;
import dev.pawl.UnreadableValueException;
import dev.pawl.internal.exec.Watch;
import dev.pawl.internal.loop.Command;
import dev.pawl.internal.loop.Ids;
import dev.pawl.internal.loop.Reply;
import dev.pawl.internal.loop.TriggerRequest;
import dev.pawl.spi.Micros;
import dev.pawl.spi.ResultRow;
import dev.pawl.spi.RunFilter;
import dev.pawl.spi.RunRow;
import dev.pawl.spi.StoredRun;
import dev.pawl.spi.StoredValue;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** {@link Runs}: reads go to the store, changes to the loop. */
final class RunsFacade implements Runs {
  private static final int STREAM_PAGE = 500;

  /** An export is for runs with all that is stored of them, and takes little memory. */
  private static final int EXPORTED_AT_ONCE = 20;

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
  public <O extends @Nullable Object> Run<O> retrieve(String runId, TaskRef<?, O> task) {
    StoredRun stored = core.storedRun(Ids.parseRun(runId));
    requireTask(stored, task);
    return Snapshot.of(core, stored, task.outputType());
  }

  @Override
  public RunHandle<?> handle(String runId) {
    return handle(Ids.parseRun(runId));
  }

  @Override
  public <O extends @Nullable Object> RunHandle<O> handle(String runId, TaskRef<?, O> task) {
    long id = Ids.parseRun(runId);
    requireTask(core.storedRun(id), task);
    return Handle.of(core, found(id), task.id(), task.outputType());
  }

  private static void requireTask(StoredRun stored, TaskRef<?, ?> task) {
    if (!stored.run().taskId().equals(task.id())) {
      throw new InvalidOptionException(
          "run "
              + Ids.run(stored.run().id())
              + " is one of task \""
              + stored.run().taskId()
              + "\", not of \""
              + task.id()
              + "\"");
    }
  }

  private static Command.Triggered found(long runId) {
    return new Command.Triggered(runId, TriggerOutcome.CREATED, false);
  }

  @Override
  public RunResult<?> await(String runId, Duration timeout) throws InterruptedException {
    return handle(Ids.parseRun(runId)).await(timeout);
  }

  private RunHandle<?> handle(long runId) {
    String taskId = core.storedRun(runId).run().taskId();
    return Handle.of(core, found(runId), taskId, core.outputType(taskId));
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
    Selection selection = Selection.of(query, core.clock().now());
    List<StoredRun> rows =
        core.reads()
            .read(store -> store.runs(selection.filter(), selection.before(), query.limit() + 1));
    boolean more = rows.size() > query.limit();
    List<StoredRun> shown = more ? rows.subList(0, query.limit()) : rows;
    List<Run<?>> runs = shown.stream().<Run<?>>map(row -> Snapshot.of(core, row)).toList();
    return new Page<>(runs, more ? runs.getLast().id() : null);
  }

  @Override
  public Stream<Run<?>> stream(RunQuery query) {
    Selection selection = Selection.of(query, core.clock().now());
    RunPages pages =
        new RunPages(core.reads(), selection.filter(), selection.before(), STREAM_PAGE);
    return StreamSupport.stream(
            Spliterators.spliteratorUnknownSize(pages, Spliterator.ORDERED | Spliterator.NONNULL),
            false)
        .map(row -> Snapshot.of(core, row));
  }

  @Override
  public long count(RunQuery query) {
    RunFilter filter = Selection.of(query, core.clock().now()).filter();
    return core.reads().read(store -> store.count(filter));
  }

  @Override
  public boolean addTags(String runId, String... tags) {
    Context context = Context.currentOf(core);
    return core.loop()
        .call(
            new Command.AddTags(
                Ids.parseRun(runId),
                context == null ? null : context.attemptOf(),
                core.requests().tags(tags),
                new Reply<>()));
  }

  @Override
  public Metadata metadata(String runId) {
    return new RunLabels(core, Ids.parseRun(runId), null);
  }

  @Override
  public Explanation explain(String runId) {
    return Explanations.of(core, Ids.parseRun(runId));
  }

  @Override
  public BulkAction cancelAll(RunQuery query) {
    return cancelAll(query, CancelOptions.defaults());
  }

  @Override
  public BulkAction cancelAll(RunQuery query, CancelOptions options) {
    Selection selection = Selection.of(query, core.clock().now()).notEnded();
    return Bulk.start(
        core,
        selection,
        run -> {
          Command.Cancel cancel = new Command.Cancel(run.run().id(), options, new Reply<>());
          core.loop().post(cancel);
          return () -> cancel.reply().await() != null;
        });
  }

  @Override
  public BulkAction replayAll(RunQuery query) {
    return replayAll(query, TriggerOptions.options());
  }

  @Override
  public BulkAction replayAll(RunQuery query, TriggerOptions options) {
    return Bulk.start(
        core,
        Selection.of(query, core.clock().now()),
        run -> {
          TriggerRequest request = replay(run.run(), options);
          LargeValues.Kept kept = core.values().large().keep(List.of(request));
          Command.Trigger trigger =
              new Command.Trigger(kept.requests().getFirst(), null, new Reply<>());
          return post(trigger, kept);
        });
  }

  /** Asks the loop, and does not wait for the answer; a refusal comes with that. */
  private Bulk.Pending post(Command.Trigger trigger, LargeValues.Kept kept) {
    try {
      core.loop().post(trigger);
    } catch (PawlException e) {
      return () ->
          kept.settle(
              () -> {
                throw e;
              });
    }
    return () -> kept.settle(() -> trigger.reply().await()).runId() != 0;
  }

  @Override
  public RunHandle<?> replay(String runId) {
    return replay(runId, TriggerOptions.options());
  }

  @Override
  public RunHandle<?> replay(String runId, TriggerOptions options) {
    RunRow old = core.storedRun(Ids.parseRun(runId)).run();
    TriggerRequest request =
        Watched.prepared(core, old.taskId(), Watch.Kind.REPLAY, () -> replay(old, options));
    Command.Triggered triggered =
        Watched.call(
            core,
            old.taskId(),
            Watch.Kind.REPLAY,
            trace -> triggered(request.withTrace(trace)),
            Watched::outcome);
    return Handle.of(core, triggered, old.taskId(), core.outputType(old.taskId()));
  }

  private Command.Triggered triggered(TriggerRequest request) {
    return core.values()
        .large()
        .trigger(request, kept -> core.loop().call(new Command.Trigger(kept, null, new Reply<>())));
  }

  private TriggerRequest replay(RunRow row, TriggerOptions options) {
    RunRow old = row;
    while (true) {
      try {
        return core.requests().replay(old, options);
      } catch (UnreadableValueException e) {
        RunRow present = core.storedRun(old.id()).run();
        if (present.payload().equals(old.payload())) {
          throw e;
        }
        old = present; // a debounced run was given another payload meanwhile
      }
    }
  }

  @Override
  public long export(RunQuery query, OutputStream out) throws IOException {
    Selection selection = Selection.of(query, core.clock().now());
    RunPages pages =
        new RunPages(core.reads(), selection.filter(), selection.before(), EXPORTED_AT_ONCE);
    return new RunExport(core).write(pages, out);
  }

  @Override
  public InputStream openPayload(String runId) {
    long id = Ids.parseRun(runId);
    StoredValue payload = core.storedRun(id).run().payload();
    while (true) {
      try {
        return core.values().large().open("the payload of run " + runId, payload);
      } catch (UnreadableValueException e) {
        StoredValue present = core.storedRun(id).run().payload();
        if (present.equals(payload)) {
          throw e;
        }
        payload = present; // a debounced run was given another one meanwhile
      }
    }
  }

  @Override
  public InputStream openOutput(String runId) {
    long id = Ids.parseRun(runId);
    StoredRun run = core.storedRun(id);
    ResultRow result = run.result();
    StoredValue output = result == null ? null : result.output();
    if (output == null) {
      throw new IllegalRunStateException(
          "run "
              + runId
              + " is "
              + (result == null ? Objects.requireNonNull(run.live()).status() : result.status())
              + "; only a COMPLETED run has an output");
    }
    try {
      return core.values().large().open("the output of run " + runId, output);
    } catch (UnreadableValueException e) {
      core.storedRun(id); // where it was deleted meanwhile, that is what there is to say
      throw e;
    }
  }
}
