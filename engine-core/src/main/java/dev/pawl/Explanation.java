package dev.pawl;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Why a run is not running now, or what it does where it is: in words by {@link #toString}, and as
 * data. A look at one instant.
 *
 * @param runId the run
 * @param taskId its task
 * @param status its status
 * @param at the instant, on the engine's clock
 * @param reasons what holds it, the most telling first; at least one
 * @param changesAt when something happens to it by itself at the latest known time: its delay,
 *     back-off, wait or time to live is over; null where that depends on others
 * @param stacks where the threads of its body stand, one text for each; empty where no body runs in
 *     this process
 */
public record Explanation(
    String runId,
    String taskId,
    RunStatus status,
    Instant at,
    List<Reason> reasons,
    @Nullable Instant changesAt,
    List<String> stacks) {

  /** What can hold a run, or be said of it. More may be added. */
  public enum Code {
    /** It is due later. Data: {@code until}. */
    DELAYED,
    /** Triggers with its debounce key push it. Data: {@code key}. */
    DEBOUNCED,
    /** The engine was opened and not started. */
    ENGINE_NOT_STARTED,
    /** The engine is paused. */
    ENGINE_PAUSED,
    /** The engine closes. */
    ENGINE_CLOSING,
    /** As many runs execute as the engine allows. Data: {@code limit}, {@code executing}. */
    MAX_CONCURRENCY,
    /**
     * What executes leaves less of the engine's capacity than its machine weighs. Data: {@code
     * weight}, {@code limit}, {@code executing} (the weight of what executes).
     */
    MACHINE_CAPACITY,
    /**
     * Its machine would fit, but a heavier run whose turn came first waits until that fits, and the
     * capacity is kept for it. Data as for {@link #MACHINE_CAPACITY}.
     */
    CAPACITY_RESERVED,
    /** Its queue is paused. Data: {@code queue}. */
    QUEUE_PAUSED,
    /**
     * As many runs of its queue execute as the limit allows. Data: {@code queue}, {@code limit},
     * {@code executing}.
     */
    QUEUE_LIMIT,
    /** As {@link #QUEUE_LIMIT}, for its concurrency key; also {@code key}. */
    KEY_LIMIT,
    /** As {@link #QUEUE_LIMIT}, for the limit over all keys. */
    TOTAL_LIMIT,
    /**
     * Others stand before it in its queue. Data: {@code queue}, {@code key}, {@code ahead}, and
     * {@code more} where only the first ones were counted.
     */
    RUNS_AHEAD,
    /** Nothing holds it: it starts as soon as the engine gets to it. */
    ABOUT_TO_START,
    /** It expires unless it has started. Data: {@code at}. */
    EXPIRES,
    /** It backs off. Data: {@code until}, {@code attempt}. */
    RETRYING,
    /** What its last attempt failed with. Data: {@code error}, {@code attempt}. */
    LAST_ERROR,
    /**
     * It waits for a run. Data: {@code runId}, and where known {@code taskId}, {@code status},
     * {@code until}.
     */
    WAITS_FOR_RUN,
    /** It waits for a batch. Data: {@code batchId}, {@code remaining}. */
    WAITS_FOR_BATCH,
    /** It waits for threads that it forked. Data: {@code forks}. */
    WAITS_FOR_FORK,
    /** Its wait is over; it waits for a slot to go on. */
    READY_TO_GO_ON,
    /** An attempt of it runs. Data: {@code attempt}, {@code since}, {@code entered}. */
    EXECUTING,
    /** Its task is not registered. Data: {@code taskId}, {@code similar}. */
    TASK_MISSING,
    /** It has ended. Data: {@code finishedAt}, {@code attempts}, and {@code error} if not well. */
    ENDED,
    /**
     * It has ended, but its body has not returned, and keeps its slot until then. Data: {@code
     * since}, when it was told to end.
     */
    BODY_STILL_RUNS
  }

  /**
   * One thing that holds a run.
   *
   * @param code what it is
   * @param words the same in words, on one line
   * @param data the same as data: texts, numbers, instants, lists of texts
   */
  public record Reason(Code code, String words, Map<String, Object> data) {
    /** A reason; later changes of the data do not change it. */
    public Reason {
      data = Map.copyOf(data);
    }
  }

  /** An explanation; later changes of the lists do not change it. */
  public Explanation {
    reasons = List.copyOf(reasons);
    stacks = List.copyOf(stacks);
  }

  /** Whether this is among the reasons. */
  public boolean has(Code code) {
    return reason(code).isPresent();
  }

  /** The first reason of this code. */
  public Optional<Reason> reason(Code code) {
    return reasons.stream().filter(reason -> reason.code() == code).findFirst();
  }

  /** All of it in words, on several lines. */
  @Override
  public String toString() {
    return runId
        + " of task \""
        + taskId
        + "\" is "
        + status
        + " at "
        + at
        + reasons.stream().map(reason -> "\n  - " + reason.words()).collect(Collectors.joining())
        + (changesAt == null ? "" : "\n  something happens by itself at " + changesAt)
        + stacks.stream()
            .map(stack -> "\n  " + stack.strip().replace("\n", "\n  "))
            .collect(Collectors.joining());
  }
}
