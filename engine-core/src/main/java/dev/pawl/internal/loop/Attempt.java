package dev.pawl.internal.loop;

import dev.pawl.PawlException;
import dev.pawl.internal.exec.RunScope;
import dev.pawl.spi.Micros;
import dev.pawl.spi.RunInput;
import dev.pawl.spi.StoredValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One entrance of a body, alive in this process: the fence of everything that its threads send. A
 * command of an attempt that is over changes nothing.
 *
 * <p>The first fields do not change once the body is entered; the rest belongs to the loop.
 */
public final class Attempt {
  final LiveRun run;
  private final int number;
  private final int incarnation;
  private final boolean replays;
  private final int generation;
  private final boolean bounded;
  private final boolean begins;
  private @Nullable StoredValue payload;
  private @Nullable String trace;

  /** When its body ended, as that noted itself before it reported. */
  private volatile long endedAt = Micros.NEVER;

  private volatile @Nullable RunScope scope;

  /** Until when the waits may last that were left by the former entrance, by their entries. */
  private Map<Integer, Long> deadlines = Map.of();

  int threads = 1;
  int parked;

  /** Joins that have not been answered. */
  final List<Join> joins = new ArrayList<>();

  /**
   * Why its commands are refused; null while it is the current attempt. Made when it is asked for:
   * most attempts send nothing any more, and a stack trace costs more than the rest of their end.
   */
  @Nullable Supplier<PawlException> over;

  /** Whether its run waits on without it, so that its end frees nothing. */
  boolean unloaded;

  /** Whether the body has returned and its forks are being ended. */
  boolean returning;

  Attempt(LiveRun run, int number, int incarnation, boolean begins, @Nullable StoredValue payload) {
    this.begins = begins;
    this.run = run;
    this.number = number;
    this.incarnation = incarnation;
    this.replays = run.replays;
    this.generation = run.generation;
    this.payload = payload;
    this.trace = run.trace;
    this.bounded = run.maxDuration > 0;
  }

  public long runId() {
    return run.id();
  }

  public String taskId() {
    return run.taskId;
  }

  public int number() {
    return number;
  }

  /** How often the run's body was entered, this time included. */
  public int incarnation() {
    return incarnation;
  }

  /**
   * Whether the body was entered before with the same journal, so that its calls must be matched
   * with it.
   */
  public boolean replays() {
    return replays;
  }

  /** Which journal entries count. */
  public int generation() {
    return generation;
  }

  public int maxAttempts() {
    return run.maxAttempts;
  }

  public long parentId() {
    return run.parentId;
  }

  public long rootId() {
    return run.rootId;
  }

  public int depth() {
    return run.depth;
  }

  /** The body is entered again while these waits of it are open, and some of them for a time. */
  void keepDeadlines(List<Waiter.OpenWait> waits) {
    for (Waiter.OpenWait wait : waits) {
      if (wait.hasDeadline()) {
        if (deadlines.isEmpty()) {
          deadlines = new HashMap<>();
        }
        deadlines.put(wait.row.seq(), wait.row.deadlineMicros());
      }
    }
  }

  /**
   * Until when a recorded wait may last that is taken up again: no longer than it was to last when
   * it began, however often the body is entered meanwhile.
   *
   * @param anew what it would be if it began now
   */
  long deadline(int seq, long anew) {
    return anew == Micros.NEVER ? anew : deadlines.getOrDefault(seq, anew);
  }

  /** The payload has been read; called before the body is entered. */
  void input(RunInput input) {
    payload = input.payload();
    trace = input.trace();
  }

  /** The payload where it is at hand; otherwise it is to be read from the store. */
  public @Nullable StoredValue payload() {
    return payload;
  }

  /** The trace of the run's trigger, where the payload is at hand; null where there is none. */
  public @Nullable String trace() {
    return trace;
  }

  /** The queue that the run has its slot of. */
  public String queue() {
    return run.queue;
  }

  /** Whether the attempt begins: false where its body was entered before. */
  public boolean begins() {
    return begins;
  }

  /** Whether it may be active for a limited time only, so that its start is to be told. */
  public boolean isBounded() {
    return bounded;
  }

  /**
   * The body has ended, and is about to report: what comes late after this is not its fault.
   *
   * @param now the engine's time
   */
  public void ending(long now) {
    endedAt = now;
  }

  /** When the body ended; {@link Micros#NEVER} where it has not. */
  long endedAt() {
    return endedAt;
  }

  /** The lane that the body runs on, or null for the default one. */
  public @Nullable String region() {
    return run.region;
  }

  /** The threads of the body; null until they run. */
  public @Nullable RunScope scope() {
    return scope;
  }

  /** Called once, before the first of them starts. */
  public void scope(RunScope scope) {
    this.scope = scope;
  }

  /** A thread that waits for a fork. */
  record Join(ForkState fork, boolean counted, Reply<Boolean> reply) {}

  /** A thread that the body started. Belongs to the loop. */
  public static final class ForkState {
    boolean ended;
  }
}
