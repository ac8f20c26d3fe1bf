package dev.pawl.internal.api;

import dev.pawl.BatchOptions;
import dev.pawl.BatchTriggerException;
import dev.pawl.BatchTriggerException.Phase;
import dev.pawl.EngineClosedException;
import dev.pawl.EngineFailedException;
import dev.pawl.IdempotencyKey;
import dev.pawl.LimitExceededException;
import dev.pawl.OutcomeUnknownException;
import dev.pawl.PawlException;
import dev.pawl.RunCanceledException;
import dev.pawl.StaleAttemptException;
import dev.pawl.internal.exec.Watch;
import dev.pawl.internal.loop.Caller;
import dev.pawl.internal.loop.Command;
import dev.pawl.internal.loop.Command.BatchPart;
import dev.pawl.internal.loop.Command.Batched;
import dev.pawl.internal.loop.Ids;
import dev.pawl.internal.loop.OpenBatch;
import dev.pawl.internal.loop.Reply;
import dev.pawl.internal.loop.TriggerRequest;
import dev.pawl.internal.loop.WaitEnd;
import dev.pawl.spi.BatchRow;
import dev.pawl.spi.JournalRow;
import dev.pawl.spi.Micros;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One call that triggers a batch, on the thread that makes it: from its source to commands, or to
 * what the journal says that it did before.
 *
 * <p>A list becomes one command. A stream becomes one for each chunk, and whatever happens in
 * between, the batch does not stay open: it is sealed, aborted, or left to the next entrance of the
 * body.
 */
final class BatchCall {
  /**
   * What the call has come to.
   *
   * @param size how many items the batch has
   * @param cached whether its key named one that existed
   */
  record Made(long batchId, int size, boolean cached, boolean payloadDiffers) {}

  private final Core core;
  private final @Nullable Context context;
  private final String taskId;
  private final ItemReader reader;
  private final BatchOptions options;
  private final boolean awaited;

  /**
   * A call.
   *
   * @param context the run that makes it, or null
   * @param taskId the task of all items, or empty
   * @param awaited whether it waits for the runs; only inside a run
   */
  BatchCall(
      Core core,
      @Nullable Context context,
      String taskId,
      ItemReader reader,
      BatchOptions options,
      boolean awaited) {
    this.core = core;
    this.context = context;
    this.taskId = taskId;
    this.reader = reader;
    this.options = options;
    this.awaited = awaited;
  }

  /** Makes the call. A batch that is waited for has ended when it returns. */
  Made call(Iterable<?> source) {
    if (source instanceof Collection<?> list) {
      return list(copy(list));
    }
    try (ItemStream stream = open(source)) {
      return streamed(stream);
    }
  }

  /** A call that is not recorded, in sight of whoever watches. */
  private Made watched(Function<@Nullable String, Made> call) {
    Context run = context;
    return awaited && run != null
        ? Watched.waiting(core, run, taskId, watchedKind(), call)
        : Watched.call(core, taskId, watchedKind(), call, Watched::outcome);
  }

  private Watch.Kind watchedKind() {
    return awaited ? Watch.Kind.BATCH_WAIT : Watch.Kind.BATCH;
  }

  /** Whatever else changes it meanwhile, all of the call sees the same elements. */
  private static List<?> copy(Collection<?> list) {
    try {
      return new ArrayList<>(list);
    } catch (RuntimeException e) {
      throw notCreated("its source cannot be read: " + said(e), e);
    }
  }

  private ItemStream open(Iterable<?> source) {
    try {
      return new ItemStream(core, context, reader, source.iterator());
    } catch (RuntimeException e) {
      throw notCreated("its source cannot be iterated: " + said(e), e);
    }
  }

  private Made list(List<?> elements) {
    List<Requests.Draft> drafts =
        Watched.prepared(core, taskId, watchedKind(), () -> drafts(elements));
    Context run = context;
    if (run == null) {
      return watched(trace -> made(first(part(drafts, trace), null)));
    }
    Caller caller = run.caller(kind(), taskId, match(Hashes.match(drafts)));
    JournalRow entry = run.take(caller);
    if (entry != null) {
      return found(Batched.recorded(entry), run, caller);
    }
    return watched(
        trace -> {
          BatchPart part = part(drafts, trace);
          return awaited
              ? ended(
                  firstOf(() -> triggerAndWait(run, part, caller)), elements.size(), run, caller)
              : made(first(part, caller));
        });
  }

  /** What the items say by themselves; all that is needed where the call is recorded. */
  private List<Requests.Draft> drafts(List<?> elements) {
    if (elements.size() > core.limits().maxBatchItems()) {
      LimitExceededException cause =
          new LimitExceededException(
              "a batch of "
                  + elements.size()
                  + " items is larger than maxBatchItems "
                  + core.limits().maxBatchItems()
                  + "; a stream may be longer");
      throw notCreated(cause.getMessage(), cause);
    }
    List<Requests.Draft> drafts = new ArrayList<>(elements.size());
    for (Object element : elements) {
      int index = drafts.size();
      drafts.add(item(index, () -> reader.read(index, element)));
    }
    return drafts;
  }

  private BatchPart part(List<Requests.Draft> drafts, @Nullable String trace) {
    List<TriggerRequest> requests = new ArrayList<>(drafts.size());
    long bytes = 0;
    for (Requests.Draft draft : drafts) {
      TriggerRequest request =
          item(requests.size(), () -> core.requests().of(draft).withTrace(trace));
      bytes += bytesInRow(request);
      requests.add(request);
    }
    if (bytes > core.limits().maxBatchBytes()) {
      LimitExceededException cause =
          new LimitExceededException(
              "the payloads and metadata of the batch have "
                  + bytes
                  + " bytes; the limit maxBatchBytes is "
                  + core.limits().maxBatchBytes()
                  + "; trigger it as a stream, or as several batches");
      throw notCreated(cause.getMessage(), cause);
    }
    OpenBatch batch = new OpenBatch(key(Hashes.chain(drafts)), awaited);
    return new BatchPart(batch, requests, 0, BatchRow.State.SEALED, null);
  }

  private long bytesInRow(TriggerRequest request) {
    int payload = request.payload().size();
    String metadata = request.metadata();
    return (payload > core.limits().maxInlineBytes() ? 0L : payload)
        + (metadata == null ? 0 : metadata.length());
  }

  private static <T> T item(int index, Supplier<T> reading) {
    try {
      return reading.get();
    } catch (PawlException e) {
      throw notCreated("item " + index + ": " + e.getMessage(), e);
    }
  }

  private Made streamed(ItemStream stream) {
    Context run = context;
    Caller caller = run == null ? null : run.caller(kind(), taskId, match(Hashes.STREAM));
    JournalRow entry = run == null || caller == null ? null : run.take(caller);
    OpenBatch batch = new OpenBatch(key(0), awaited);
    Batched made = null;
    if (run != null && caller != null && entry != null) {
      BatchRow row = row(entry.targetId());
      OpenBatch former = new OpenBatch(row, awaited);
      if (!carriesOn(row, former, entry, run, caller)) {
        return found(Batched.recorded(entry), run, caller);
      }
      batch = former;
      made = new Batched(row.id(), row.size(), false, false, entry.seq());
      skip(stream, row, batch, made);
    }
    OpenBatch to = batch;
    Batched before = made;
    return watched(
        trace -> {
          stream.trace(trace);
          return chunks(stream, to, before, run, caller);
        });
  }

  /** Whether this call is the one that goes on with a batch that lacks items. */
  private boolean carriesOn(
      BatchRow row, OpenBatch batch, JournalRow entry, Context run, Caller caller) {
    if (row.state() != BatchRow.State.OPEN || row.parentId() != run.attemptOf().runId()) {
      return false;
    }
    List<Long> runIds = awaited ? core.batchRuns(row.id()) : List.of();
    return core.loop()
        .call(new Command.ContinueBatch(batch, runIds, caller, entry.seq(), new Reply<>()));
  }

  private void skip(ItemStream stream, BatchRow row, OpenBatch batch, Batched made) {
    try {
      stream.skip(row);
    } catch (Throwable e) {
      String why =
          "its source cannot be pulled again up to item "
              + row.size()
              + ", to go on there: "
              + said(e);
      throw broken(batch, made, why, e);
    }
  }

  private Made chunks(
      ItemStream stream,
      OpenBatch batch,
      @Nullable Batched before,
      @Nullable Context run,
      @Nullable Caller caller) {
    Batched made = before;
    while (true) {
      ItemStream.Chunk chunk = stream.pull();
      Throwable failure = chunk.failure();
      String why = failure == null ? null : why(chunk, failure);
      if (failure != null
          && ((made == null && chunk.requests().isEmpty()) || isOfCaller(failure))) {
        throw broken(batch, made, why == null ? "" : why, failure);
      }
      BatchPart part = new BatchPart(batch, chunk.requests(), chunk.hash(), chunk.ending(), why);
      try {
        if (awaited && run != null && caller != null && chunk.ending() == BatchRow.State.SEALED) {
          return ended(triggerAndWait(run, part, caller), stream.size(), run, caller);
        }
        made = trigger(part, caller);
      } catch (PawlException e) {
        throw broken(batch, made, e.getMessage(), e);
      }
      if (made.cached() && awaited && run != null && caller != null) {
        return found(made, run, caller);
      }
      if (failure != null && !made.cached()) {
        throw failed(made, why, failure);
      }
      if (made.cached() || chunk.ending() == BatchRow.State.SEALED) {
        return made(made);
      }
    }
  }

  private static String why(ItemStream.Chunk chunk, Throwable failure) {
    return chunk.refusedItem() == ItemStream.NONE
        ? "its source has thrown " + said(failure)
        : "item " + chunk.refusedItem() + ": " + failure.getMessage();
  }

  /** What a source has thrown, in words; some exceptions throw another one when they are asked. */
  private static String said(Throwable thrown) {
    try {
      return thrown.toString();
    } catch (RuntimeException | StackOverflowError e) {
      return thrown.getClass().getName();
    }
  }

  /** Gives up a batch that the loop may know; what it has stays. */
  private RuntimeException broken(
      OpenBatch batch, @Nullable Batched made, @Nullable String why, Throwable cause) {
    try {
      core.loop().post(new Command.BreakBatch(batch, context != null, "" + why));
      // It is taken for certain, and done once anything that was asked behind it is answered.
      core.loop().call(new Command.NextTimer(false, new Reply<>()));
    } catch (PawlException e) {
      // It is done when the store can be written again; or the next life aborts the batch, or
      // carries it on.
    }
    return failed(made, why, cause);
  }

  private static RuntimeException failed(
      @Nullable Batched made, @Nullable String why, Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    if (cause instanceof PawlException own && isOfCaller(own)) {
      return own;
    }
    if (made == null) {
      return cause instanceof OutcomeUnknownException unknown
          ? unknown
          : notCreated("" + why, cause);
    }
    return aborted(made.batchId(), made.size(), why, cause);
  }

  private static BatchTriggerException aborted(
      long batchId, int size, @Nullable String why, @Nullable Throwable cause) {
    return new BatchTriggerException(
        Ids.batch(batchId) + " was aborted after " + size + " items, which stay: " + why,
        Phase.STREAM,
        Ids.batch(batchId),
        size,
        cause);
  }

  private static BatchTriggerException notCreated(@Nullable String why, Throwable cause) {
    return new BatchTriggerException(
        "the batch was refused, nothing was created: " + why, Phase.CREATE, null, 0, cause);
  }

  /**
   * Whether it says that the one who calls is at its end, rather than what is wrong with a batch.
   */
  private static boolean isOfCaller(Throwable e) {
    return e instanceof EngineClosedException
        || e instanceof EngineFailedException
        || e instanceof RunCanceledException
        || e instanceof StaleAttemptException;
  }

  private Batched trigger(BatchPart part, @Nullable Caller caller) {
    return core.values()
        .large()
        .triggerAll(
            part.requests(),
            kept ->
                core.loop()
                    .call(
                        new Command.BatchTrigger(part.withRequests(kept), caller, new Reply<>())));
  }

  private WaitEnd triggerAndWait(Context run, BatchPart part, Caller caller) {
    return core.values()
        .large()
        .triggerAll(
            part.requests(),
            kept ->
                run.waitFor(
                    new Command.BatchTriggerAndWait(
                        part.withRequests(kept), caller, new Reply<>())));
  }

  private Batched first(BatchPart part, @Nullable Caller caller) {
    return firstOf(() -> trigger(part, caller));
  }

  /** An answer before which nothing has happened, where it is a refusal. */
  private static <T> T firstOf(Supplier<T> answer) {
    try {
      return answer.get();
    } catch (PawlException e) {
      throw failed(null, e.getMessage(), e);
    }
  }

  private static Made made(Batched made) {
    return new Made(made.batchId(), made.size(), made.cached(), made.payloadDiffers());
  }

  /** How the wait for a batch that this call has made came out. */
  private Made ended(WaitEnd end, int size, Context run, Caller caller) {
    return switch (end) {
      case WaitEnd.LookAgain again ->
          found(new Batched(again.batchId(), 0, true, false, again.seq()), run, caller);
      case WaitEnd.Stored stored -> new Made(stored.targetId(), size, false, false);
      case WaitEnd.Finished finished -> throw notOfABatch(end);
      case WaitEnd.TimedOut timedOut -> throw notOfABatch(end);
    };
  }

  private static IllegalStateException notOfABatch(WaitEnd end) {
    return new IllegalStateException("broken invariant: the wait for a batch ended with " + end);
  }

  /** A batch that exists: recorded by this call, or named by its key. */
  private Made found(Batched made, Context run, Caller caller) {
    long batchId = made.batchId();
    BatchRow row = row(batchId);
    while (awaited && row.state() != BatchRow.State.ABORTED) {
      List<Long> runIds = row.state() == BatchRow.State.OPEN ? null : core.batchRuns(batchId);
      WaitEnd end =
          firstOf(
              () ->
                  run.waitFor(
                      new Command.AwaitBatch(batchId, runIds, caller, made.seq(), new Reply<>())));
      row = row(batchId);
      if (!(end instanceof WaitEnd.LookAgain)) {
        break;
      }
    }
    if (row.state() == BatchRow.State.ABORTED) {
      throw aborted(batchId, row.size(), row.abortReason(), null);
    }
    return new Made(batchId, row.size(), made.cached(), made.payloadDiffers());
  }

  private BatchRow row(long batchId) {
    return StoredBatch.row(core, batchId);
  }

  private OpenBatch.@Nullable Key key(long itemsHash) {
    IdempotencyKey key = options.idempotencyKey();
    return key == null
        ? null
        : new OpenBatch.Key(
            Keys.identifyBatch(taskId, key, context == null ? null : context.attemptOf()),
            Micros.of(options.idempotencyKeyTtl()),
            key.text(),
            itemsHash);
  }

  /** What tells this call from others of its kind and task: the key, or else the items. */
  private long match(long itemsHash) {
    OpenBatch.Key key = key(itemsHash);
    return key == null ? itemsHash : key.id().hash1();
  }

  private JournalRow.Kind kind() {
    return awaited ? JournalRow.Kind.BATCH_AND_WAIT : JournalRow.Kind.BATCH;
  }
}
