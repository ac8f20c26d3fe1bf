package dev.pawl.internal.loop;

import java.util.concurrent.atomic.LongAdder;

/** What has happened since the engine was opened, counted; for metrics. Any thread may count. */
public final class Counters {
  /** Bodies that were found to be stuck. */
  public final LongAdder stuckBodies = new LongAdder();

  /** Bodies that were unloaded while their runs waited. */
  public final LongAdder unloadedBodies = new LongAdder();

  /** Hooks that have thrown. */
  public final LongAdder failedHooks = new LongAdder();

  /** Events that listeners were too slow for. */
  public final LongAdder droppedEvents = new LongAdder();

  /** Events that listeners have thrown at. */
  public final LongAdder failedListeners = new LongAdder();

  /** Bodies that a lane's executor refused. */
  public final LongAdder refusedByLanes = new LongAdder();
}
