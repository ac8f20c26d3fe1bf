package dev.pawl.internal.loop;

import dev.pawl.PawlException;
import dev.pawl.RunStatus;
import dev.pawl.internal.lifecycle.Progress;
import dev.pawl.internal.lifecycle.RunState;
import dev.pawl.internal.queue.IndexedHeap;
import dev.pawl.internal.queue.Ready;
import dev.pawl.spi.LiveRow;
import dev.pawl.spi.Micros;
import dev.pawl.spi.StoredValue;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run that has not ended, as the loop keeps it. Everything here but the links can be rebuilt from
 * its row.
 */
final class LiveRun extends Ready implements Timed {
  private static final int SWEEP_WAITERS_AT_LEAST = 16;

  private final long id;
  final String taskId;
  final String queue;
  final @Nullable String concurrencyKey;
  final long priority;
  final long ttl;
  final long parentId;
  final long rootId;
  final int depth;
  final long createdAt;
  final boolean awaited;
  final @Nullable String region;

  RunState state;
  long queueTime;
  long queuedAt;
  int maxAttempts;

  /** How long an attempt may be active; 0 for no bound. */
  long maxDuration;

  /**
   * How long the present attempt was active before it was entered or resumed last; counted only
   * where there is a bound.
   */
  long active;

  /** Since when the present attempt is active; {@link Micros#NONE} while nobody counts. */
  private long activeSince = Micros.NONE;

  @Nullable String machine;

  /** What it takes of the engine's capacity; follows from its machine when it is enqueued. */
  int weight;

  /** The status that it is counted under in its queue, or null. */
  @Nullable RunStatus counted;

  /** The debounce key that is bound to it; only while it is delayed. */
  @Nullable String debounceKey;

  int generation;
  int journalSize;

  /**
   * Whether its next entrance must be matched with its journal: true after a recovery, or where its
   * body was unloaded, until an ordinary failure.
   */
  boolean replays;

  /** The entrance of its body that is alive in this process. */
  @Nullable Attempt attempt;

  /** The payload, from the trigger to the end of the turn. */
  @Nullable StoredValue payload;

  /** The trace of its trigger, for as long as the payload. */
  @Nullable String trace;

  /** What it waits for. Nothing as a rule, so the list costs nothing beside itself. */
  final List<Waiter.OpenWait> waits = new ArrayList<>(0);

  /** Who waits for it. */
  final List<Waiter> waiters = new ArrayList<>(0);

  /** Whether the store has a live row of it. */
  boolean stored;

  /** Whether it has changed in this turn. */
  boolean dirty;

  /** Whether an idempotency key may name it; the store knows, where it was read from there. */
  boolean mayHaveKeys;

  private int sweepWaitersAt = SWEEP_WAITERS_AT_LEAST;
  private @Nullable LiveRun parent;
  private @Nullable LiveRun firstChild;
  private @Nullable LiveRun previousSibling;
  private @Nullable LiveRun nextSibling;
  private int timerPlace = IndexedHeap.NOWHERE;

  /** A run as its row tells; a new one where nothing has been stored yet. */
  LiveRun(LiveRow row, RunState state) {
    this.id = row.id();
    this.taskId = row.taskId();
    this.queue = row.queue();
    this.concurrencyKey = row.concurrencyKey();
    this.priority = row.priorityMicros();
    this.ttl = row.ttlMicros();
    this.maxAttempts = row.maxAttempts();
    this.parentId = row.parentId();
    this.rootId = row.rootId();
    this.depth = row.depth();
    this.createdAt = row.createdAtMicros();
    this.debounceKey = row.debounceKey();
    this.awaited = row.awaited();
    this.maxDuration = row.maxDurationMicros();
    this.active = row.activeMicros();
    this.machine = row.machine();
    this.region = row.region();
    this.queueTime = row.queueTimeMicros();
    this.queuedAt = row.queuedAtMicros();
    this.generation = row.generation();
    this.journalSize = row.journalSize();
    this.state = state;
  }

  /** The row that tells its present state. */
  LiveRow toRow() {
    RunState shown = state instanceof RunState.PendingVersion pending ? pending.held() : state;
    Progress progress = state.progress();
    return new LiveRow(
        id,
        state.status(),
        taskId,
        queue,
        concurrencyKey,
        priority,
        queueTime,
        queuedAt,
        dueAt(),
        ttl,
        shown instanceof RunState.Queued queued && queued.expiresAt() != RunState.NEVER
            ? queued.expiresAt()
            : Micros.NONE,
        progress.attempt(),
        progress.incarnation(),
        shown instanceof RunState.Queued queued && queued.repeat(),
        maxAttempts,
        progress.started() ? progress.firstStartedAt() : Micros.NONE,
        progress.started() ? progress.startedAt() : Micros.NONE,
        generation,
        journalSize,
        parentId,
        rootId,
        depth,
        createdAt,
        debounceKey,
        awaited,
        maxDuration,
        active,
        machine,
        region,
        shown instanceof RunState.Waiting
            ? waits.stream().map(wait -> wait.row).toList()
            : List.of());
  }

  /** Whether it waits, and its body stands in the wait. */
  boolean isParkedWithBody() {
    return attempt != null && state instanceof RunState.Waiting waiting && !waiting.ready();
  }

  /** Its body runs from now on, and that counts. Not to be called while it stands in the timers. */
  void countActive(long now) {
    activeSince = now;
  }

  /**
   * Its body no longer runs. Not to be called while it stands in the timers.
   *
   * @param charged whether the time since counts
   */
  void stopCounting(long now, boolean charged) {
    if (charged && activeSince != Micros.NONE) {
      active += now - activeSince;
    }
    activeSince = Micros.NONE;
  }

  private long dueAt() {
    return switch (state) {
      case RunState.Delayed delayed -> delayed.dueAt();
      case RunState.Retrying retrying -> retrying.dueAt();
      default -> Micros.NONE;
    };
  }

  /**
   * The state that a row tells: the inverse of {@link #toRow}. A wait that is over is found out
   * anew.
   */
  static RunState stateOf(LiveRow row) {
    Progress progress =
        row.attempt() == 0
            ? Progress.NONE
            : new Progress(
                row.attempt(),
                row.incarnation(),
                row.startedAtMicros(),
                row.attemptStartedAtMicros());
    return switch (row.status()) {
      case DELAYED -> new RunState.Delayed(row.dueAtMicros());
      case QUEUED -> queued(row, progress);
      case EXECUTING -> new RunState.Executing(progress);
      case RETRYING -> new RunState.Retrying(progress, row.dueAtMicros());
      case WAITING -> new RunState.Waiting(progress, false);
      case PENDING_VERSION ->
          row.waits().isEmpty() ? queued(row, progress) : new RunState.Waiting(progress, false);
      default ->
          throw new IllegalStateException("run " + row.id() + " has ended but has a live row");
    };
  }

  private static RunState queued(LiveRow row, Progress progress) {
    long expiresAt = row.expiresAtMicros() == Micros.NONE ? RunState.NEVER : row.expiresAtMicros();
    return new RunState.Queued(progress, row.repeatAttempt(), expiresAt);
  }

  @Override
  public long id() {
    return id;
  }

  @Override
  public long order() {
    return queueTime - priority;
  }

  @Override
  public int weight() {
    return weight;
  }

  void adopt(LiveRun child) {
    child.parent = this;
    child.nextSibling = firstChild;
    if (firstChild != null) {
      firstChild.previousSibling = child;
    }
    firstChild = child;
  }

  /** Takes it out of its parent's children. */
  void leaveParent() {
    LiveRun from = parent;
    if (from == null) {
      return;
    }
    if (previousSibling != null) {
      previousSibling.nextSibling = nextSibling;
    } else {
      from.firstChild = nextSibling;
    }
    if (nextSibling != null) {
      nextSibling.previousSibling = previousSibling;
    }
    parent = null;
    previousSibling = null;
    nextSibling = null;
  }

  /** Whether a run that has not ended finds it among its children, or it has children itself. */
  boolean isLinked() {
    return firstChild != null || (parent != null && !parent.state.status().isTerminal());
  }

  /** Its children that have not ended, newest first. */
  List<LiveRun> children() {
    List<LiveRun> children = new ArrayList<>();
    for (LiveRun child = firstChild; child != null; child = child.nextSibling) {
      children.add(child);
    }
    return children;
  }

  /**
   * Notes down who waits for it. Those who no longer do and are still noted down, as the waits of
   * runs are that have timed out or been cancelled, are swept out when they may be half of all, so
   * that a run that lives for long keeps nobody for long, at no cost to speak of.
   */
  void addWaiter(Waiter waiter) {
    if (waiters.size() >= sweepWaitersAt) {
      waiters.removeIf(each -> !each.isOpen());
      sweepWaitersAt = Math.max(SWEEP_WAITERS_AT_LEAST, 2 * waiters.size());
    }
    waiters.add(waiter);
  }

  /** The loop is over: refuses whoever waits for this run, or as one of its threads. */
  void refuseAll(PawlException reason) {
    for (Waiter waiter : waiters) {
      if (waiter instanceof Waiter.Observer observer) {
        observer.reply.fail(reason);
      }
    }
    for (Waiter.OpenWait wait : waits) {
      if (wait.reply != null) {
        wait.reply.fail(reason);
      }
    }
    if (attempt != null) {
      attempt.joins.forEach(join -> join.reply().fail(reason));
    }
  }

  /**
   * When its timer is due: its due time while it is delayed or backs off, the end of its time to
   * live in a queue, the end of the time that its attempt may be active.
   */
  @Override
  public long timerAt() {
    RunState shown = state instanceof RunState.PendingVersion pending ? pending.held() : state;
    return switch (shown) {
      case RunState.Delayed delayed -> delayed.dueAt();
      case RunState.Retrying retrying -> retrying.dueAt();
      case RunState.Queued queued -> queued.expiresAt();
      case RunState.Executing executing ->
          activeSince == Micros.NONE ? Micros.NEVER : activeSince + (maxDuration - active);
      default -> Micros.NEVER;
    };
  }

  @Override
  public long timerTie() {
    return id;
  }

  @Override
  public int timerPlace() {
    return timerPlace;
  }

  @Override
  public void timerPlace(int place) {
    timerPlace = place;
  }

  @Override
  public String toString() {
    return "run " + id + " " + state.status();
  }
}
