package dev.pawl.internal.loop;

import dev.pawl.CancelOptions;
import dev.pawl.CancelResult;
import dev.pawl.PawlException;
import dev.pawl.Queue;
import dev.pawl.TriggerOutcome;
import dev.pawl.internal.exec.Outcome;
import dev.pawl.spi.BindingRow;
import java.util.List;
import java.util.Set;
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
  record Triggered(long runId, TriggerOutcome outcome, boolean payloadDiffers) {}

  /** Free an idempotency key; answers how many were freed. */
  record ResetKey(BindingRow.Key key, Reply<Integer> reply) implements Call<Integer> {}

  /** Create a child run and wait for it. */
  record TriggerAndWait(TriggerRequest request, Caller caller, Reply<WaitEnd> reply)
      implements Call<WaitEnd> {}

  /** Create child runs as a batch and wait for all of them. */
  record BatchTriggerAndWait(List<TriggerRequest> requests, Caller caller, Reply<WaitEnd> reply)
      implements Call<WaitEnd> {}

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
   * Wait again for a batch whose wait is recorded.
   *
   * @param runIds the batch's runs
   */
  record AwaitBatch(long batchId, List<Long> runIds, Caller caller, int seq, Reply<WaitEnd> reply)
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

  /** Runs of these tasks can be executed from now on, on the queues that the tasks declare. */
  record Register(Set<String> taskIds, List<Queue> queues, Reply<Boolean> reply)
      implements Call<Boolean> {}

  /** Execute, or only accept. */
  record Pause(boolean paused, Reply<Boolean> reply) implements Call<Boolean> {}

  /** Tell when the next timer is due; {@link dev.pawl.spi.Micros#NEVER} where there is none. */
  record NextTimer(Reply<Long> reply) implements Call<Long> {}

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

  /**
   * A body that replays has loaded its journal.
   *
   * @param size the seq of its last entry plus one
   */
  record JournalLoaded(Attempt attempt, int size) implements Command {}

  /** A body starts a thread. */
  record ForkStarted(Attempt attempt) implements Command {}

  /** Such a thread has ended. */
  record ForkEnded(Attempt attempt, Attempt.ForkState fork) implements Command {}

  /** A body has returned before its forks: answer what they wait for, so that they end. */
  record BodyReturned(Attempt attempt) implements Command {}

  /** Nobody waits for the answer to an {@link Observe} any more. */
  record Forget(long targetId, Reply<WaitEnd> reply) implements Command {}
}
