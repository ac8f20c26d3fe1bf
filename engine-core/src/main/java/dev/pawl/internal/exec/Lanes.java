package dev.pawl.internal.exec;

import dev.pawl.RunContext;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The executors that bodies may run on instead of virtual threads, by name. They belong to the
 * user: they may block, throw, or refuse, and the engine never shuts them down.
 *
 * <p>Each lane has one thread of the engine's that hands bodies over to it, in the order of their
 * starts. Where the executor blocks, only that lane stands still; where it runs what it is given on
 * the calling thread, the lane is that one thread. It is a platform thread, since bodies that spin
 * may hold every thread that virtual ones run on.
 */
public final class Lanes {
  private static final long IDLE_SECONDS = 5;
  private final Map<String, Lane> lanes = new TreeMap<>();

  private record Lane(Executor executor, ThreadPoolExecutor giver) {}

  /** Lanes with these executors. */
  public Lanes(Map<String, Executor> executors) {
    executors.forEach((name, executor) -> lanes.put(name, new Lane(executor, giver(name))));
  }

  private static ThreadPoolExecutor giver(String name) {
    ThreadPoolExecutor giver =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(), // holds no more than there are slots
            Thread.ofPlatform().name("pawl-lane-" + name).daemon(true).factory());
    giver.allowCoreThreadTimeOut(true);
    return giver;
  }

  /** The names of all lanes. */
  public Set<String> names() {
    return Set.copyOf(lanes.keySet());
  }

  /**
   * Gives an attempt to a lane, which must exist.
   *
   * @param refused told what the executor threw, where the attempt will never start
   */
  public void start(
      String name, RunScope scope, RunContext context, Runnable code, Consumer<Throwable> refused) {
    Lane lane = lanes.get(name);
    if (lane == null) {
      throw new IllegalStateException("there is no lane " + name);
    }
    Runnable start = scope.prepare(context, code);
    lane.giver.execute(
        () -> {
          try {
            lane.executor.execute(start);
          } catch (Throwable e) {
            if (scope.withdraw()) {
              refused.accept(e);
            }
          }
        });
  }

  /** Stops handing over: what no executor has got yet never starts. */
  public void close() {
    lanes.values().forEach(lane -> lane.giver.shutdownNow());
  }
}
