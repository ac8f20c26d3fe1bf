package dev.pawl.internal.queue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
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
 * <p><b>Weights.</b> Where the engine has a capacity, the weights of the runs that hold slots never
 * exceed it in sum. When the run whose turn it is weighs more than is left, its sub-queue reserves:
 * until it has started, or may not start any more for another reason, nothing else that weighs
 * anything starts. Without that, light runs would take each bit of capacity as it is given back,
 * and a heavy one would wait for as long as there are light ones. What weighs nothing is not held
 * up: it has rings of its own, in which a pick finds it without passing those that have to wait.
 * The price is capacity that stands empty while the heavy run waits, for as long as what executes
 * takes to end; to fill it would need to know how long a run will take.
 *
 * <p><b>Limits.</b> A pause or a new total limit changes one queue's place among queues. A new
 * concurrency limit changes which sub-queues may start: the rings follow at the next pick, in one
 * pass over the queue's sub-queues, however often the limit was changed in between.
 *
 * <p><b>Windows.</b> Of a long sub-queue only the first runs need to be known; of the others it is
 * enough to know their places. Whoever stores runs {@linkplain #shelve shelves} what stands behind
 * the window, and brings it back with {@link #unshelve} when it is {@linkplain #wanted wanted}. A
 * sub-queue whose first run is on the shelf is starving; while one is, nobody can tell who starts
 * next. Counts are of all runs, wherever they are.
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

  /**
   * A sub-queue in figures.
   *
   * @param key its concurrency key, or null
   * @param queued how many runs stand in it
   * @param executing how many slots of it are taken
   * @param first the run that starts next of it, or null
   */
  public record KeyStats(@Nullable String key, int queued, int executing, @Nullable Ready first) {}

  private final Map<String, QueueState> queues = new HashMap<>();
  private final Ring<QueueState> startable = new Ring<>();
  private final Ring<QueueState> weightless = new Ring<>();
  private final List<QueueState> relimited = new ArrayList<>();
  private final Windows windows;
  private final int maxConcurrency;
  private final int capacity;

  /** Whose first run is waited for until it fits into the capacity. */
  private @Nullable SubQueue reserving;

  private boolean paused;
  private int executing;
  private int queued;
  private int weight;

  /** No queues yet, and windows without a bound. See the other constructor. */
  public Queues(int maxConcurrency, int capacity, boolean paused) {
    this(maxConcurrency, capacity, paused, Integer.MAX_VALUE);
  }

  /**
   * No queues yet.
   *
   * @param maxConcurrency how many slots there are over all queues
   * @param capacity the most that the runs which hold slots may weigh in sum
   * @param paused whether nothing may start at first
   * @param mostReady how long the windows of all sub-queues are together, roughly
   */
  public Queues(int maxConcurrency, int capacity, boolean paused, int mostReady) {
    this.maxConcurrency = maxConcurrency;
    this.capacity = capacity;
    this.paused = paused;
    this.windows = new Windows(mostReady);
  }

  /**
   * Puts a run into its queue. It must hold no slot, stand in none, and weigh no more than the
   * capacity.
   */
  public void enqueue(Ready run, String queue, @Nullable String key) {
    if (run.holdsSlot || run.isQueued()) {
      throw new IllegalStateException("run " + run.id() + " is queued or holds a slot already");
    }
    if (run.weight() < 0 || run.weight() > capacity) {
      throw new IllegalStateException("run " + run.id() + " would never fit: " + run.weight());
    }
    SubQueue subQueue = subQueue(queue, key);
    run.subQueue = subQueue;
    subQueue.ready.add(run);
    subQueue.queue.queued++;
    queued++;
    windows.grown(subQueue);
    refresh(subQueue);
  }

  private SubQueue subQueue(String queue, @Nullable String key) {
    QueueState state = queue(queue);
    int before = state.subQueues.size();
    SubQueue subQueue = state.subQueue(key);
    windows.subQueues += state.subQueues.size() - before;
    return subQueue;
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

  /** Whether a run stands behind the window of its sub-queue. */
  public boolean isBehind(Ready run) {
    SubQueue subQueue = run.subQueue;
    return subQueue != null
        && run.isQueued()
        && subQueue.shelf.isFirstBefore(run.order(), run.id());
  }

  /** Keeps nothing of a run but its place in the queue that it stands in. */
  public void shelve(Ready run) {
    SubQueue subQueue = run.subQueue;
    if (subQueue == null || !subQueue.ready.remove(run)) {
      throw new IllegalStateException("run " + run.id() + " stands in no queue");
    }
    subQueue.shelf.add(run.order(), run.id());
    run.subQueue = null;
    refresh(subQueue);
  }

  /** Puts a run that was shelved back to its place. */
  public void unshelve(Ready run, String queue, @Nullable String key) {
    SubQueue subQueue = subQueue(queue, key);
    if (!subQueue.shelf.remove(run.order(), run.id())) {
      throw new IllegalStateException("run " + run.id() + " is not on the shelf of " + queue);
    }
    run.subQueue = subQueue;
    subQueue.ready.add(run);
    refresh(subQueue);
  }

  /** Whether runs must be put back before anybody can tell who starts next. */
  public boolean isStarving() {
    return windows.isStarving();
  }

  /**
   * The next runs that should be put back: those of every sub-queue that lacks some, so that many
   * short ones are served together.
   */
  public List<Long> wanted(int atMost) {
    return windows.wanted(atMost);
  }

  /**
   * Shelves what stands behind the windows that have become too long.
   *
   * @param lets whether a run may be shelved; it is, where it may
   */
  public void shorten(Predicate<Ready> lets) {
    windows.shorten(lets, this::shelve);
  }

  /**
   * The run that starts next, where it stands; none may be {@linkplain #isStarving starving}.
   * Whoever finds that it must not start takes it out with {@link #remove}; its sub-queue keeps its
   * turn then, since nothing of it has started.
   */
  public @Nullable Ready first() {
    SubQueue subQueue = next();
    return subQueue == null ? null : subQueue.ready.peek();
  }

  /**
   * The run that starts next: taken out of its queue, a slot taken for it. Null where none may
   * start.
   */
  public @Nullable Ready start() {
    SubQueue subQueue = next();
    Ready run = subQueue == null ? null : subQueue.ready.poll();
    if (subQueue == null || run == null) {
      return null;
    }
    if (reserving == subQueue) {
      reserving = null;
    }
    takeTurn(subQueue);
    subQueue.queue.queued--;
    queued--;
    run.holdsSlot = true;
    subQueue.executing++;
    subQueue.queue.executing++;
    executing++;
    weight += run.weight();
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
    weight -= run.weight();
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
    reserving = null;
    windows.clear();
    for (QueueState queue : List.copyOf(queues.values())) {
      queue.queued = 0;
      queue.concurrencyLimit = UNLIMITED;
      queue.totalLimit = UNLIMITED;
      queue.paused = false;
      for (SubQueue subQueue : List.copyOf(queue.subQueues.values())) {
        subQueue.ready.clear();
        subQueue.shelf.clear();
        refresh(subQueue);
      }
      refresh(queue);
    }
  }

  /** Sets a queue's limits. Lowering one takes no slot away from those who have it. */
  public void configure(String queue, int concurrencyLimit, int totalLimit, boolean paused) {
    QueueState state = queue(queue);
    if (state.concurrencyLimit != concurrencyLimit && !state.relimited) {
      relimited.add(state);
      state.relimited = true;
    }
    state.concurrencyLimit = concurrencyLimit;
    state.totalLimit = totalLimit;
    state.paused = paused;
    refresh(state);
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
      holds.add(hold(Hold.Kind.PAUSED, run, subQueue, 0, executing));
    }
    if (executing >= maxConcurrency) {
      holds.add(hold(Hold.Kind.MAX_CONCURRENCY, run, subQueue, maxConcurrency, executing));
    }
    if (run.weight() > capacity - weight) {
      holds.add(hold(Hold.Kind.CAPACITY, run, subQueue, capacity, weight));
    } else if (run.weight() > 0 && reserving != null && reserving != subQueue) {
      holds.add(hold(Hold.Kind.RESERVED, run, subQueue, capacity, weight));
    }
    if (queue.paused) {
      holds.add(hold(Hold.Kind.QUEUE_PAUSED, run, subQueue, 0, queue.executing));
    }
    if (queue.executing >= queue.totalLimit) {
      holds.add(hold(Hold.Kind.TOTAL_LIMIT, run, subQueue, queue.totalLimit, queue.executing));
    }
    if (subQueue.executing >= queue.concurrencyLimit) {
      holds.add(hold(Hold.Kind.LIMIT, run, subQueue, queue.concurrencyLimit, subQueue.executing));
    }
    return holds;
  }

  private static Hold hold(Hold.Kind kind, Ready run, SubQueue at, int limit, int taken) {
    return new Hold(kind, at.queue.name, at.key, limit, taken, run.weight());
  }

  /**
   * How many runs start before this one in its sub-queue.
   *
   * @param atMost where to stop counting
   */
  public int ahead(Ready run, int atMost) {
    SubQueue subQueue = run.subQueue;
    if (subQueue == null || !run.isQueued()) {
      return 0;
    }
    int ready = subQueue.ready.countBefore(run, atMost);
    return ready + subQueue.shelf.countBefore(run.order(), run.id(), atMost - ready);
  }

  /** How many slots are taken. */
  public int executing() {
    return executing;
  }

  /** How many runs stand in queues. */
  public int queued() {
    return queued;
  }

  /** What the runs that hold slots weigh in sum. */
  public int weight() {
    return weight;
  }

  /** Whether a run would start if one were asked for. */
  public boolean mayStart() {
    return next() != null;
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

  /** How many runs stand in a queue. */
  public int queued(String queue) {
    QueueState state = queues.get(queue);
    return state == null ? 0 : state.queued;
  }

  /** The sub-queues of a queue that hold runs or slots, in no order. */
  public Stream<KeyStats> keys(String queue) {
    QueueState state = queues.get(queue);
    return state == null
        ? Stream.empty()
        : state.subQueues.values().stream()
            .map(sub -> new KeyStats(sub.key, sub.size(), sub.executing, sub.ready.peek()));
  }

  /** The queues that hold runs, slots or settings. */
  public Set<String> names() {
    return Set.copyOf(queues.keySet());
  }

  /** Whether a queue holds runs, slots or settings. */
  public boolean contains(String queue) {
    return queues.containsKey(queue);
  }

  /** How many sub-queues exist. */
  public int subQueueCount() {
    return windows.subQueues;
  }

  /** Where the next run starts, or null. */
  private @Nullable SubQueue next() {
    if (windows.isStarving()) {
      throw new IllegalStateException("runs must be put back before it is known who is next");
    }
    followLimits();
    if (paused || executing >= maxConcurrency) {
      return null;
    }
    SubQueue first = whoseTurn();
    if (first == null || first.weight() <= capacity - weight) {
      return first;
    }
    reserving = first;
    QueueState queue = weightless.peek();
    return queue == null ? null : queue.weightless.peek();
  }

  /** Whose turn it is, whether it fits or not: one that waits until it fits keeps its turn. */
  private @Nullable SubQueue whoseTurn() {
    SubQueue waiting = reserving;
    if (waiting != null && waiting.mayStart() && waiting.queue.mayStart()) {
      return waiting;
    }
    reserving = null;
    QueueState queue = startable.peek();
    return queue == null ? null : queue.startable.peek();
  }

  private void takeTurn(SubQueue subQueue) {
    QueueState queue = subQueue.queue;
    queue.takeTurn(subQueue);
    startable.takeTurn(queue.place);
    weightless.takeTurn(queue.weightlessPlace);
  }

  private void followLimits() {
    if (relimited.isEmpty()) {
      return;
    }
    for (QueueState queue : relimited) {
      queue.relimited = false;
      queue.subQueues.values().forEach(subQueue -> queue.arrange(subQueue, weighs()));
      refresh(queue);
    }
    relimited.clear();
  }

  private QueueState queue(String name) {
    return queues.computeIfAbsent(name, QueueState::new);
  }

  private void refresh(SubQueue subQueue) {
    QueueState queue = subQueue.queue;
    windows.watch(subQueue);
    queue.arrange(subQueue, weighs());
    int before = queue.subQueues.size();
    queue.forgetIfIdle(subQueue);
    windows.subQueues += queue.subQueues.size() - before;
    refresh(queue);
  }

  private void refresh(QueueState queue) {
    if (queue.mayStart()) {
      startable.join(queue.place);
    } else {
      startable.leave(queue.place);
    }
    if (queue.mayStartWeightless()) {
      weightless.join(queue.weightlessPlace);
    } else {
      weightless.leave(queue.weightlessPlace);
    }
    if (queue.isForgettable()) {
      queues.remove(queue.name, queue);
    }
  }

  private boolean weighs() {
    return capacity != UNLIMITED;
  }
}
