package dev.pawl.internal.loop;

import dev.pawl.CancelOptions;
import dev.pawl.CancelResult;
import dev.pawl.MetadataOperation;
import dev.pawl.PawlException;
import dev.pawl.Queue;
import dev.pawl.QueueInfo;
import dev.pawl.QueueKeyInfo;
import dev.pawl.TriggerOutcome;
import dev.pawl.internal.exec.Outcome;
import dev.pawl.spi.BatchRow;
import dev.pawl.spi.BindingRow;
import dev.pawl.spi.JournalRow;
import dev.pawl.spi.QueueRow;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What can be asked of the loop. Each command is taken by the loop or refused; none is lost. */
public sealed interface Command {

  /** A command that somebody waits for, and that can be refused without harm. */
  sealed interface Call<T extends @Nullable Object> extends Command {
    Reply<T> reply();

    default void refuse(PawlException reason) {
      reply().fail(reason);
    }
  }

  /**
   * Create a run.
   *
   * @param caller the body that triggers it, or null
   */
  record Trigger(TriggerRequest request, @Nullable Caller caller, Reply<Triggered> reply)
      implements Call<Triggered> {}

  /**
   * What a trigger did.
   *
   * @param runId the run, new or found
   * @param payloadDiffers whether a key named a run with another payload
   */
  record Triggered(long runId, TriggerOutcome outcome, boolean payloadDiffers) {
    /** What a trigger did when the body was here before. */
    public static Triggered recorded(JournalRow entry) {
      JournalRow.Answer answer = entry.answer();
      return new Triggered(entry.targetId(), answer.outcome(), answer.payloadDiffers());
    }

    JournalRow.Answer answer() {
      return JournalRow.Answer.of(outcome, payloadDiffers);
    }
  }

  /** Free an idempotency key, of a run and of a batch; answers how many were freed. */
  record ResetKey(BindingRow.Key key, BindingRow.Key batchKey, Reply<Integer> reply)
      implements Call<Integer> {}

  /**
   * Add tags to a run; answers whether one of them is new.
   *
   * @param attempt the attempt that asks, or null
   */
  record AddTags(long runId, @Nullable Attempt attempt, List<String> tags, Reply<Boolean> reply)
      implements Call<Boolean> {}

  /**
   * Change a run's metadata.
   *
   * @param caller the body that asks, or null
   * @param operations with values as a JSON reader makes them
   * @param growthAtMost by how many bytes they can make it longer
   */
  record EditMetadata(
      long runId,
      @Nullable Caller caller,
      List<MetadataOperation> operations,
      long growthAtMost,
      Reply<Boolean> reply)
      implements Call<Boolean> {}

  /** Tell why a run does not run. Null is answered where it is not live. */
  record Explain(long runId, Reply<@Nullable Facts> reply) implements Call<@Nullable Facts> {}

  /** Create a child run and wait for it. */
  record TriggerAndWait(TriggerRequest request, Caller caller, Reply<WaitEnd> reply)
      implements Call<WaitEnd> {}

  /**
   * Some items of a batch: all of a list, or one chunk of a stream.
   *
   * @param batch the batch, the same object for all parts
   * @param hash what tells all items so far from others
   * @param ending what the batch is after this part
   * @param abortReason why it is aborted, where it is
   */
  record BatchPart(
      OpenBatch batch,
      List<TriggerRequest> requests,
      long hash,
      BatchRow.State ending,
      @Nullable String abortReason) {

    /** The same part with its payloads kept in another way. */
    public BatchPart withRequests(List<TriggerRequest> kept) {
      return new BatchPart(batch, kept, hash, ending, abortReason);
    }
  }

  /**
   * Create runs as items of a batch.
   *
   * @param caller the body that triggers them, or null
   */
  record BatchTrigger(BatchPart part, @Nullable Caller caller, Reply<Batched> reply)
      implements Call<Batched> {}

  /**
   * What a part of a batch did.
   *
   * @param batchId the batch, new or found
   * @param size how many items it has by now; 0 for one that was found
   * @param cached whether its key named one that existed, and no item was created
   * @param payloadDiffers whether that one was triggered with other items
   * @param seq the journal entry that records it, where a run triggers it
   */
  record Batched(long batchId, int size, boolean cached, boolean payloadDiffers, int seq) {
    /** A batch that was made or found when the body was here before; its size is not recorded. */
    public static Batched recorded(JournalRow entry) {
      JournalRow.Answer answer = entry.answer();
      boolean cached = answer.outcome() == TriggerOutcome.DEDUPLICATED;
      return new Batched(entry.targetId(), 0, cached, answer.payloadDiffers(), entry.seq());
    }

    Batched at(int seq) {
      return new Batched(batchId, size, cached, payloadDiffers, seq);
    }

    JournalRow.Answer answer() {
      TriggerOutcome outcome = cached ? TriggerOutcome.DEDUPLICATED : TriggerOutcome.CREATED;
      return JournalRow.Answer.of(outcome, payloadDiffers);
    }
  }

  /** Create the last items of a batch, and wait for all of its runs. */
  record BatchTriggerAndWait(BatchPart part, Caller caller, Reply<WaitEnd> reply)
      implements Call<WaitEnd> {}

  /**
   * Go on with a batch that a former entrance of the body has begun. Answers false where it is
   * closed by now, or somebody goes on with it already.
   *
   * @param runIds its runs so far; needed only where they will be waited for
   */
  record ContinueBatch(
      OpenBatch batch, List<Long> runIds, Caller caller, int seq, Reply<Boolean> reply)
      implements Call<Boolean> {}

  /**
   * Nobody will add to a batch any more: abort it, unless it is closed already.
   *
   * @param inside whether a body streams it
   */
  record BreakBatch(OpenBatch batch, boolean inside, String reason) implements Command {}

  /**
   * Wait for a run that exists.
   *
   * @param seq the journal entry of the wait where it is recorded already, otherwise {@link
   *     #NOT_RECORDED}
   * @param timeout in microseconds; {@link dev.pawl.spi.Micros#NEVER} for none
   */
  record AwaitRun(long targetId, Caller caller, int seq, long timeout, Reply<WaitEnd> reply)
      implements Call<WaitEnd> {}

  /**
   * Wait for a batch that exists, and whose wait is recorded.
   *
   * @param runIds the batch's runs; null where it was still open when the caller looked, so that
   *     there is nothing to wait for yet but its closing
   */
  record AwaitBatch(
      long batchId, @Nullable List<Long> runIds, Caller caller, int seq, Reply<WaitEnd> reply)
      implements Call<WaitEnd> {}

  /** The wait or call is not in the journal yet. */
  int NOT_RECORDED = -1;

  /** Tell somebody outside of every run when a run has ended. */
  record Observe(long targetId, long timeout, Reply<WaitEnd> reply) implements Call<WaitEnd> {}

  /** Cancel a run. Null is answered where it is not live. */
  record Cancel(long runId, CancelOptions options, Reply<@Nullable CancelResult> reply)
      implements Call<@Nullable CancelResult> {}

  /** Move a delayed run. False is answered where it is not live. */
  record Reschedule(long runId, long delay, long until, Reply<Boolean> reply)
      implements Call<Boolean> {}

  /**
   * Runs of these tasks can be executed from now on.
   *
   * @param queues the queues that the tasks declare
   */
  record Register(Set<String> taskIds, List<Queue> queues, Reply<Boolean> reply)
      implements Call<Boolean> {}

  /**
   * Change the settings of a queue. False is answered where there is no such queue.
   *
   * @param change what becomes of the present settings; pure
   */
  record ChangeQueue(String queue, UnaryOperator<QueueRow> change, Reply<Boolean> reply)
      implements Call<Boolean> {}

  /** Tell about a queue. Null is answered where there is no such queue. */
  record ReadQueue(String queue, Reply<@Nullable QueueInfo> reply)
      implements Call<@Nullable QueueInfo> {}

  /** Tell about the first {@code limit} queues whose names come after {@code after}. */
  record ReadQueues(String after, int limit, Reply<List<QueueInfo>> reply)
      implements Call<List<QueueInfo>> {}

  /** Tell about the first {@code limit} keys of a queue that come after {@code after}, or null. */
  record ReadKeys(
      String queue, @Nullable String after, int limit, Reply<@Nullable List<QueueKeyInfo>> reply)
      implements Call<@Nullable List<QueueKeyInfo>> {}

  /** Tell the names of all queues. */
  record ReadQueueNames(Reply<Set<String>> reply) implements Call<Set<String>> {}

  /** Execute, or only accept. */
  record Pause(boolean paused, Reply<Boolean> reply) implements Call<Boolean> {}

  /**
   * Tell when the next timer is due; {@link dev.pawl.spi.Micros#NEVER} where there is none.
   *
   * @param upkeep whether what the engine does for itself counts, that is, retention
   */
  record NextTimer(boolean upkeep, Reply<Long> reply) implements Call<Long> {}

  /** Tell how much is kept in memory. */
  record Count(Reply<Figures> reply) implements Call<Figures> {}

  /** Tell when nothing executes and nothing may start. */
  record AwaitIdle(Reply<Boolean> reply) implements Call<Boolean> {}

  /** A body wants to wait for a thread that it started. */
  record JoinFork(Attempt attempt, Attempt.ForkState fork, boolean counted, Reply<Boolean> reply)
      implements Call<Boolean> {}

  /** Let nothing start; tell when no body runs but {@code except}. */
  record Drain(@Nullable Attempt except, Reply<Boolean> reply) implements Call<Boolean> {}

  /** Interrupt all bodies; tell when none runs but {@code except}. */
  record CutOff(@Nullable Attempt except, Reply<Boolean> reply) implements Call<Boolean> {}

  /** Hand back what still runs, answer everybody who waits, and stop. */
  record Stop(Reply<Boolean> reply) implements Call<Boolean> {}

  /** A body has ended. */
  record AttemptEnded(Attempt attempt, Outcome outcome) implements Command {}

  /** The thread of an attempt that may be active for a limited time is about to enter the body. */
  record BodyEntered(Attempt attempt) implements Command {}

  /**
   * A body that replays has loaded its journal.
   *
   * @param size the seq of its last entry plus one
   */
  record JournalLoaded(Attempt attempt, int size) implements Command {}

  /** The hooks that hear of the end of a run were run. */
  record HooksRun(long runId) implements Command {}

  /** A body starts a thread. */
  record ForkStarted(Attempt attempt) implements Command {}

  /** Such a thread has ended. */
  record ForkEnded(Attempt attempt, Attempt.ForkState fork) implements Command {}

  /** A body has returned before its forks: answer what they wait for, so that they end. */
  record BodyReturned(Attempt attempt) implements Command {}

  /** Nobody waits for the answer to an {@link Observe} any more. */
  record Forget(long targetId, Reply<WaitEnd> reply) implements Command {}
}
