package dev.pawl.internal.admission;

import dev.pawl.internal.lifecycle.Lifecycle;
import dev.pawl.internal.lifecycle.RunState;

/**
 * What a trigger becomes. Times and durations are microseconds.
 *
 * @param state where the run begins: delayed or queued
 * @param dueAt when it is enqueued; the present where that is at once
 * @param queueTime what decides its place in the queue
 */
public record Admission(RunState state, long dueAt, long queueTime) {
  /** No parent's queue time to inherit. */
  public static final long NOT_INHERITED = Long.MIN_VALUE;

  /**
   * Decides.
   *
   * @param due when the run is to be enqueued; at once where that is not in the future
   * @param ttl its time to live from then, 0 for none
   * @param inheritedQueueTime the queue time of the parent that waits for it, so that it sorts
   *     ahead of newer root runs; otherwise {@link #NOT_INHERITED}
   */
  public static Admission decide(long due, long ttl, long inheritedQueueTime, long now) {
    long dueAt = Math.max(due, now);
    long queueTime = inheritedQueueTime == NOT_INHERITED ? dueAt : inheritedQueueTime;
    return new Admission(Lifecycle.created(dueAt, ttl, now), dueAt, queueTime);
  }
}
