package dev.pawl.internal.loop;

import dev.pawl.RunStatus;
import dev.pawl.internal.exec.RunScope;
import dev.pawl.internal.queue.Hold;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the loop knows of why a run that has not ended is not running, or where it runs. Times are
 * microseconds.
 *
 * @param at when this was so
 * @param facts the most telling first
 * @param changesAt when something happens to it by itself; {@link dev.pawl.spi.Micros#NEVER} where
 *     that is not known
 * @param attempt the attempt that was started last, 0 before the first
 * @param body the threads of its body, where one is alive in this process
 */
public record Facts(
    String taskId,
    RunStatus status,
    long at,
    List<Fact> facts,
    long changesAt,
    int attempt,
    @Nullable RunScope body) {

  /** One thing; another one is a record more, and a case where they are put into words. */
  public sealed interface Fact {
    /** It is due at this time. */
    record DelayedUntil(long until) implements Fact {}

    /** This debounce key is bound to it. */
    record Debounced(String key) implements Fact {}

    /** Nothing starts, because the engine has not been told to, or not any more. */
    record NothingStarts(Why why) implements Fact {
      /** Who says so. */
      public enum Why {
        NOT_STARTED,
        PAUSED,
        CLOSING
      }
    }

    /** A limit or a pause. */
    record Held(Hold hold) implements Fact {}

    /**
     * So many stand before it.
     *
     * @param more whether there may be more that were not counted
     */
    record Ahead(String queue, @Nullable String key, int count, boolean more) implements Fact {}

    /** Nothing holds it. */
    record AboutToStart() implements Fact {}

    /** It expires at this time. */
    record Expires(long at) implements Fact {}

    /** It backs off until this time. */
    record BacksOff(long until) implements Fact {}

    /**
     * It waits for a run.
     *
     * @param taskId its task, or null where it has ended
     * @param status its status, or null where it has ended
     */
    record WaitsForRun(
        long runId, @Nullable String taskId, @Nullable RunStatus status, long deadline)
        implements Fact {}

    /**
     * It waits for a batch.
     *
     * @param remaining how many of its runs have not ended
     */
    record WaitsForBatch(long batchId, int remaining) implements Fact {}

    /** So many of its threads wait for threads that they forked. */
    record WaitsForForks(int count) implements Fact {}

    /** Its wait is over. */
    record ReadyToGoOn() implements Fact {}

    /** Its attempt runs. */
    record Executes(int attempt, long since, int incarnation) implements Fact {}

    /** Its task is not registered. */
    record TaskMissing() implements Fact {}
  }
}
