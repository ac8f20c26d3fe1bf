package dev.pawl.internal.loop;

/**
 * What the loop keeps in memory, in figures. Where nothing is left to do, each of them follows from
 * the rows of the store.
 *
 * @param live runs that have not ended
 * @param queued runs that stand in queues, to start or to go on
 * @param executing slots that are taken
 * @param subQueues sub-queues that exist
 * @param held runs whose task is not registered
 * @param timers due times
 * @param waits waits of runs that are not over or not yet answered
 * @param waiters who is noted down at live runs, to be told when they end
 * @param weight what the runs that hold slots weigh
 * @param outOfLine runs that are counted for their queue without standing in it
 * @param openBatches batches whose items are being pulled from streams
 */
public record Figures(
    int live,
    int queued,
    int executing,
    int subQueues,
    int held,
    int timers,
    int waits,
    int waiters,
    int weight,
    int outOfLine,
    int openBatches) {

  static Figures of(EngineState engine) {
    return new Figures(
        engine.live.size(),
        engine.queues.queued(),
        engine.queues.executing(),
        engine.queues.subQueueCount(),
        engine.held.values().stream().mapToInt(java.util.Set::size).sum(),
        engine.timers.size(),
        engine.live.inMemory().stream().mapToInt(run -> run.waits.size()).sum(),
        engine.live.inMemory().stream().mapToInt(run -> run.waiters.size()).sum(),
        engine.queues.weight(),
        engine.counts.total(),
        engine.openBatches.size());
  }
}
