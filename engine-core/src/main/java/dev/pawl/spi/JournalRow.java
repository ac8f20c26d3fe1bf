package dev.pawl.spi;

import dev.pawl.TriggerOutcome;

/**
 * One call that a run's body made to the engine: written in the commit that performs it, so that a
 * body which is run again gets back what it got the first time.
 *
 * @param runId the run whose body made the call
 * @param seq its place among that run's calls, from 0
 * @param generation the attempts it is valid for; an ordinary failure begins a new generation
 * @param kind what was called
 * @param taskId the task triggered or, for a wait on a handle, awaited; empty for a batch of
 *     several tasks
 * @param match what tells two calls of the same kind and task apart: a hash of key or payload
 * @param targetId the run or batch that the call is about
 * @param answer what the call came to
 */
public record JournalRow(
    long runId,
    int seq,
    int generation,
    Kind kind,
    String taskId,
    long match,
    long targetId,
    Answer answer) {
  /** The calls that are recorded. */
  public enum Kind {
    /** {@code trigger} */
    TRIGGER,
    /** {@code triggerAndWait} */
    TRIGGER_AND_WAIT,
    /** {@code batchTrigger} */
    BATCH,
    /** {@code batchTriggerAndWait} */
    BATCH_AND_WAIT,
    /** {@code handle.await} inside a run */
    AWAIT,
    /** {@code metadata()}: a change of a run's metadata; its target is the run that was changed */
    METADATA
  }

  /** What a call can come to. */
  public enum Answer {
    /** It did what it asks for: made its run or batch, waited, or changed metadata. */
    DONE,
    /** It was a trigger whose debounce key named a delayed run, which was pushed. */
    DEBOUNCED,
    /** It was a trigger or a batch whose idempotency key named one that exists. */
    DEDUPLICATED,
    /** As {@link #DEDUPLICATED}, and what exists has another payload, or other items. */
    DEDUPLICATED_OTHER,
    /** It was a wait that ended by its deadline. */
    TIMED_OUT;

    /** The answer of a trigger. */
    public static Answer of(TriggerOutcome outcome, boolean payloadDiffers) {
      return switch (outcome) {
        case CREATED -> DONE;
        case DEBOUNCED -> DEBOUNCED;
        case DEDUPLICATED -> payloadDiffers ? DEDUPLICATED_OTHER : DEDUPLICATED;
      };
    }

    /** What the trigger did that came to this. */
    public TriggerOutcome outcome() {
      return switch (this) {
        case DONE, TIMED_OUT -> TriggerOutcome.CREATED;
        case DEBOUNCED -> TriggerOutcome.DEBOUNCED;
        case DEDUPLICATED, DEDUPLICATED_OTHER -> TriggerOutcome.DEDUPLICATED;
      };
    }

    /** Whether the key named something with another payload, or with other items. */
    public boolean payloadDiffers() {
      return this == DEDUPLICATED_OTHER;
    }
  }
}
