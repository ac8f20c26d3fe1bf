package dev.pawl.spi;

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
 * @param timedOut whether it was a wait that ended by its deadline
 */
public record JournalRow(
    long runId,
    int seq,
    int generation,
    Kind kind,
    String taskId,
    long match,
    long targetId,
    boolean timedOut) {
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
}
