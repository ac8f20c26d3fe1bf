package dev.pawl.internal.queue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All queues of an engine: who stands where, who holds a slot, and who may start next.
 *
 * <p>A run may start when the engine, its queue and its sub-queue all have a slot left and neither
 * engine nor queue is paused. Queues take turns, and so do the sub-queues of a queue, each in a
 * ring that holds only those that may start; so a pick costs O(log n) in the length of one
 * sub-queue and nothing in the number of queues and keys, and a key that was idle gets its first
 * run started within one round, however long the others' backlogs are. Inside a sub-queue the order
 * is (queue time less head start, id).
 *
 * <p>A sub-queue exists only while it holds runs or slots, and a queue only while it holds those or
 * settings of its own: a million keys or queues that were used once cost nothing.
 */
public final class Queues {
  /** No limit. */
  public static final int UNLIMITED = Integer.MAX_VALUE;

  /**
   * A queue in figures.
   *
   * @param queued how many runs stand in it
   * @param executing how many slots of it are taken
   */
  public record Stats(
      String name,
      int concurrencyLimit,
      int totalLimit,
      boolean paused,
      int queued,
      int executing) {}

  private final Map<String, QueueState> queues = new HashMap<>();
  private final Ring<QueueState> startable = new Ring<>();
  private final int maxConcurrency;
  private boolean paused;
  private int executing;
  private int queued;

  /**
   * No queues yet.
   *
   * @param maxConcurrency how many slots there are over all queues
   * @param paused whether nothing may start at first
   */
  public Queues(int maxConcurrency, boolean paused) {
    this.maxConcurrency = maxConcurrency;
    this.paused = paused;
  }

  /** Puts a run into its queue. It must hold no slot and stand in none. */
  public void enqueue(Ready run, String queue, @Nullable String key) {
    if (run.holdsSlot || run.isQueued()) {
      throw new IllegalStateException("run " + run.id() + " is queued or holds a slot already");
    }
    SubQueue subQueue = queue(queue).subQueue(key);
    run.subQueue = subQueue;
    subQueue.ready.add(run);
    subQueue.queue.queued++;
    queued++;
    refresh(subQueue);
  }

  /** Takes a run out of its queue; without effect where it stands in none. */
  public void remove(Ready run) {
    SubQueue subQueue = run.subQueue;
    if (subQueue == null || !subQueue.ready.remove(run)) {
      return;
    }
    subQueue.queue.queued--;
    queued--;
    run.subQueue = null;
    refresh(subQueue);
  }

  /**
   * The run that starts next: taken out of its queue, a slot taken for it. Null where none may
   * start.
   */
  public @Nullable Ready start() {
    if (paused || executing >= maxConcurrency) {
      return null;
    }
    QueueState queue = startable.turn();
    SubQueue subQueue = queue == null ? null : queue.startable.turn();
    Ready run = subQueue == null ? null : subQueue.ready.poll();
    if (subQueue == null || run == null) {
      return null;
    }
    subQueue.queue.queued--;
    queued--;
    run.holdsSlot = true;
    subQueue.executing++;
    subQueue.queue.executing++;
    executing++;
    refresh(subQueue);
    return run;
  }

  /** Gives a run's slot back; without effect where it holds none. */
  public void release(Ready run) {
    SubQueue subQueue = run.subQueue;
    if (subQueue == null || !run.holdsSlot) {
      return;
    }
    run.holdsSlot = false;
    run.subQueue = null;
    subQueue.executing--;
    subQueue.queue.executing--;
    executing--;
    refresh(subQueue);
  }

  /** Lets nothing start, or undoes that. */
  public void pause(boolean paused) {
    this.paused = paused;
  }

  public boolean isPaused() {
    return paused;
  }

  /**
   * Takes every run out of its queue, and every setting off it, so that both can be put in anew.
   * Slots stay taken. May be called again where it found the heap exhausted.
   */
  public void forget() {
    queued = 0;
    for (QueueState queue : List.copyOf(queues.values())) {
      queue.queued = 0;
      queue.concurrencyLimit = UNLIMITED;
      queue.totalLimit = UNLIMITED;
      queue.paused = false;
      for (SubQueue subQueue : List.copyOf(queue.subQueues.values())) {
        subQueue.ready.clear();
        refresh(subQueue);
      }
    }
  }

  /** Sets a queue's limits. Lowering one takes no slot away from those who have it. */
  public void configure(String queue, int concurrencyLimit, int totalLimit, boolean paused) {
    QueueState state = queue(queue);
    state.concurrencyLimit = concurrencyLimit;
    state.totalLimit = totalLimit;
    state.paused = paused;
    List.copyOf(state.subQueues.values()).forEach(this::refresh);
  }

  /** What keeps a run that stands in a queue from starting; its place in the queue apart. */
  public List<Hold> holds(Ready run) {
    SubQueue subQueue = run.subQueue;
    if (subQueue == null || !run.isQueued()) {
      return List.of();
    }
    QueueState queue = subQueue.queue;
    List<Hold> holds = new ArrayList<>();
    if (paused) {
      holds.add(new Hold(Hold.Kind.PAUSED, queue.name, subQueue.key, 0, executing));
    }
    if (executing >= maxConcurrency) {
      holds.add(
          new Hold(Hold.Kind.MAX_CONCURRENCY, queue.name, subQueue.key, maxConcurrency, executing));
    }
    if (queue.paused) {
      holds.add(new Hold(Hold.Kind.QUEUE_PAUSED, queue.name, subQueue.key, 0, queue.executing));
    }
    if (queue.executing >= queue.totalLimit) {
      holds.add(
          new Hold(
              Hold.Kind.TOTAL_LIMIT, queue.name, subQueue.key, queue.totalLimit, queue.executing));
    }
    if (subQueue.executing >= queue.concurrencyLimit) {
      holds.add(
          new Hold(
              Hold.Kind.LIMIT,
              queue.name,
              subQueue.key,
              queue.concurrencyLimit,
              subQueue.executing));
    }
    return holds;
  }

  /**
   * How many runs start before this one in its sub-queue.
   *
   * @param atMost where to stop counting
   */
  public int ahead(Ready run, int atMost) {
    SubQueue subQueue = run.subQueue;
    return subQueue == null || !run.isQueued() ? 0 : subQueue.ready.countBefore(run, atMost);
  }

  /** How many slots are taken. */
  public int executing() {
    return executing;
  }

  /** How many runs stand in queues. */
  public int queued() {
    return queued;
  }

  /** Whether a run would start if one were asked for. */
  public boolean mayStart() {
    return !paused && executing < maxConcurrency && !startable.isEmpty();
  }

  /** One queue in figures; a queue that nobody used yet is empty and unlimited. */
  public Stats stats(String queue) {
    QueueState state = queues.getOrDefault(queue, new QueueState(queue));
    return new Stats(
        queue,
        state.concurrencyLimit,
        state.totalLimit,
        state.paused,
        state.queued,
        state.executing);
  }

  /** How many sub-queues exist. */
  public int subQueueCount() {
    return queues.values().stream().mapToInt(queue -> queue.subQueues.size()).sum();
  }

  private QueueState queue(String name) {
    return queues.computeIfAbsent(name, QueueState::new);
  }

  private void refresh(SubQueue subQueue) {
    QueueState queue = subQueue.queue;
    queue.refresh(subQueue);
    if (queue.mayStart()) {
      startable.join(queue);
    } else {
      startable.leave(queue);
    }
    if (queue.isForgettable()) {
      queues.remove(queue.name);
    }
  }
}
