package dev.pawl;

import java.util.List;
import java.util.Map;

/**
 * What {@link EngineBuilder#verify()} has found: whether the runs that a store still has to run can
 * be run by these tasks.
 *
 * @param runs how many runs that have not ended were looked at
 * @param counts how many problems there are, by kind; a kind without any is not there
 * @param problems the first {@value #MOST_PROBLEMS} of them, in the order of the runs' ids
 */
public record Verification(long runs, Map<Kind, Long> counts, List<Problem> problems) {
  /** How many problems are listed; all are counted. */
  public static final int MOST_PROBLEMS = 1_000;

  /** What is wrong with a run. */
  public enum Kind {
    /** Its task is not registered: it would wait as {@link RunStatus#PENDING_VERSION}. */
    UNKNOWN_TASK,
    /** It asks for a lane that is not there: it would wait likewise. */
    UNKNOWN_LANE,
    /**
     * Its payload does not read as the task's payload type, or is damaged or missing: it would end
     * as {@link RunStatus#SYSTEM_FAILURE}.
     */
    UNREADABLE_PAYLOAD
  }

  /**
   * A run that could not be run.
   *
   * @param message why, in a sentence
   */
  public record Problem(Kind kind, String runId, String taskId, RunStatus status, String message) {}

  /** What was found; later changes of the collections do not change it. */
  public Verification {
    counts = Map.copyOf(counts);
    problems = List.copyOf(problems);
  }

  /** Whether every run could be run. */
  public boolean isClean() {
    return counts.isEmpty();
  }

  /** How many problems there are, listed or not. */
  public long problemCount() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }
}
