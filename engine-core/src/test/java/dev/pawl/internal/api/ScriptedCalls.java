package dev.pawl.internal.api;

import dev.pawl.BatchOptions;
import dev.pawl.IdempotencyKey;
import dev.pawl.Limits;
import dev.pawl.MetadataOperation;
import dev.pawl.Queue;
import dev.pawl.Retry;
import dev.pawl.Task;
import dev.pawl.TaskRef;
import dev.pawl.TriggerOptions;
import dev.pawl.internal.loop.Attempt;
import dev.pawl.internal.loop.BatchReader;
import dev.pawl.internal.loop.Caller;
import dev.pawl.internal.loop.Command;
import dev.pawl.internal.loop.MetadataJson;
import dev.pawl.internal.loop.OpenBatch;
import dev.pawl.internal.loop.Reply;
import dev.pawl.internal.loop.TriggerRequest;
import dev.pawl.internal.queue.Machines;
import dev.pawl.spi.BindingRow;
import dev.pawl.spi.JournalRow;
import dev.pawl.spi.Micros;
import dev.pawl.spi.PayloadCodec;
import dev.pawl.spi.RunRow;
import dev.pawl.spi.RunStore;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the API makes of calls before it asks the loop, for callers who are no threads: requests,
 * keys and hashes are made by the API's own code, and so is the matching of a body with its
 * journal.
 */
public final class ScriptedCalls {
  private final Registry registry;
  private final Requests requests;

  /** Calls of an engine over this store. */
  public ScriptedCalls(
      List<Task<?, ?>> tasks,
      Retry defaultRetry,
      Limits limits,
      Machines machines,
      PayloadCodec codec,
      RunStore store) {
    this.registry = new Registry(tasks, defaultRetry, limits, codec);
    this.requests =
        new Requests(
            registry,
            new Values(codec, limits, new Reads(store, () -> false)),
            limits,
            Duration.ZERO,
            Set.of(),
            machines);
  }

  /** How metadata is written. */
  public static MetadataJson metadataJson() {
    return new StoredMetadata();
  }

  /** The tasks that are known. */
  public Set<String> tasks() {
    return registry.ids();
  }

  /** The queues that they declare. */
  public List<Queue> queues() {
    return registry.queues();
  }

  /** The retry policy of a task. */
  public Retry retryPolicy(String taskId) {
    return registry.retryPolicy(taskId);
  }

  /** Another task is known from now on. */
  public Command.Register register(Task<?, ?> task) {
    registry.addAll(List.of(task));
    return new Command.Register(
        Set.of(task.id()), Registry.queues(List.<Task<?, ?>>of(task)), new Reply<>());
  }

  /** The registration was refused. */
  public void forget(Task<?, ?> task) {
    registry.remove(task);
  }

  /** A call, before it is known whether it was made before. */
  public static final class Draft {
    private final Requests.Draft own;

    private Draft(Requests.Draft own) {
      this.own = own;
    }

    /** The task that it is about. */
    public String taskId() {
      return own.taskId();
    }

    /** What tells it from other calls of its task. */
    public long match() {
      return Hashes.match(own);
    }
  }

  /** What a call says. */
  public Draft draft(
      TaskRef<?, ?> task,
      @Nullable Object payload,
      TriggerOptions options,
      @Nullable Attempt caller) {
    return new Draft(requests.draft(task, payload, options, caller));
  }

  /** What it asks for. */
  public TriggerRequest request(Draft draft) {
    return requests.of(draft.own);
  }

  /** What a replay of a run asks for. */
  public TriggerRequest replay(RunRow old, TriggerOptions options) {
    return requests.replay(old, options);
  }

  /** What tells a batch of these from another. */
  public static long match(List<Draft> drafts) {
    return Hashes.match(drafts.stream().map(draft -> draft.own).toList());
  }

  /** What tells a stream from another. */
  public static long matchOfStream() {
    return Hashes.STREAM;
  }

  /** What tells all items so far from others. */
  public static long chain(long before, TriggerRequest request) {
    return Hashes.chain(before, request.taskId(), request.payloadHash());
  }

  /** The key of a batch; null where it has none. */
  public static OpenBatch.@Nullable Key batchKey(
      BatchOptions options, List<Draft> drafts, @Nullable Attempt caller) {
    IdempotencyKey key = options.idempotencyKey();
    return key == null
        ? null
        : new OpenBatch.Key(
            Keys.identifyBatch("", key, caller),
            Micros.of(options.idempotencyKeyTtl()),
            key.text(),
            Hashes.chain(drafts.stream().map(draft -> draft.own).toList()));
  }

  /** Frees a key. */
  public static Command.ResetKey resetKey(String taskId, IdempotencyKey key) {
    BindingRow.Key id = Keys.identify(taskId, key, null);
    return new Command.ResetKey(id, Keys.identifyBatch(taskId, key, null), new Reply<>());
  }

  /** Changes metadata. */
  public static Command.EditMetadata edit(
      long runId, @Nullable Attempt attempt, List<MetadataOperation> operations) {
    MetadataChange change = MetadataChange.of(runId, operations);
    Caller caller =
        attempt == null
            ? null
            : new Caller(attempt, true, JournalRow.Kind.METADATA, "", change.match());
    return new Command.EditMetadata(
        runId, caller, change.operations(), change.growthAtMost(), new Reply<>());
  }

  /** The runs of a batch. */
  public static List<Long> runsOf(RunStore store, long batchId) {
    return new BatchReader(store).runIds(batchId);
  }

  /** What a body has done before, by its journal. */
  public static final class Memory {
    private final Recorded recorded;

    /** Of an attempt that did nothing yet. */
    public Memory(Attempt attempt) {
      this.recorded = new Recorded(attempt);
    }

    /** It did this. */
    public void replay(List<JournalRow> journal) {
      recorded.replay(journal);
    }

    /** What the call did before; null where it is a new one. */
    public @Nullable JournalRow take(Caller caller) {
      return recorded.take(caller);
    }

    /** As {@link #take}, for a call that is not recorded each time. */
    public @Nullable JournalRow takeIfThere(Caller caller) {
      return recorded.takeIfThere(caller);
    }

    /** Whether a change of metadata was made before. */
    public boolean takeLabels(Caller caller) {
      return recorded.takeLabels(caller);
    }
  }
}
