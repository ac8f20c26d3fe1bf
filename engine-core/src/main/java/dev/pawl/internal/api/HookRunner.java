package dev.pawl.internal.api;

import dev.pawl.EndHook;
import dev.pawl.Health;
import dev.pawl.Hooks;
import dev.pawl.PawlException;
import dev.pawl.Run;
import dev.pawl.Task;
import dev.pawl.internal.exec.AttemptHooks;
import dev.pawl.internal.exec.RunMdc;
import dev.pawl.internal.exec.RunScope;
import dev.pawl.internal.loop.Command;
import dev.pawl.internal.loop.EndHooks;
import dev.pawl.internal.loop.Ids;
import dev.pawl.spi.Micros;
import dev.pawl.spi.ResultRow;
import dev.pawl.spi.RunRow;
import dev.pawl.spi.StoreException;
import dev.pawl.spi.StoredRun;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the hooks that hear of ends, each run's on a virtual thread, and reports to the loop when
 * they were run. What waits for a thread is a number in memory; what it is about is in the store.
 *
 * <p>Nothing is run before the engine is started: its tasks may not be registered yet.
 */
final class HookRunner implements EndHooks {
  private static final Logger log = LoggerFactory.getLogger("dev.pawl.engine");
  private static final long READ_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Hooks<@Nullable Object, @Nullable Object> engineHooks;
  private final Registry registry;
  private final int mostThreads;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition oneLess = lock.newCondition();

  /** Told of and not paid: true where the hooks were run. */
  private final Map<Long, Boolean> owed = new HashMap<>();

  private final ArrayDeque<Long> waiting = new ArrayDeque<>();
  private final Set<Thread> threads = new HashSet<>();
  private boolean started;
  private boolean closed;
  private volatile @Nullable Core core;

  HookRunner(
      Hooks<@Nullable Object, @Nullable Object> engineHooks, Registry registry, int mostThreads) {
    this.engineHooks = engineHooks;
    this.registry = registry;
    this.mostThreads = mostThreads;
  }

  /** Called once, before the loop is opened. */
  void connect(Core core) {
    this.core = core;
  }

  @Override
  public boolean wants(String taskId) {
    Task<?, ?> task = registry.find(taskId);
    return engineHooks.hearOfEnds() || (task != null && task.hooks().hearOfEnds());
  }

  @Override
  public void ended(long runId) {
    boolean wasRun;
    lock.lock();
    try {
      wasRun = Boolean.TRUE.equals(owed.get(runId));
      if (owed.putIfAbsent(runId, false) == null) {
        waiting.add(runId);
      }
      startThreads();
    } finally {
      lock.unlock();
    }
    if (wasRun) { // and the loop has forgotten that it was told
      Objects.requireNonNull(core).loop().defer(new Command.HooksRun(runId));
    }
  }

  @Override
  public boolean isOwed(long runId) {
    lock.lock();
    try {
      return owed.containsKey(runId);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void paid(long runId) {
    lock.lock();
    try {
      owed.remove(runId);
    } finally {
      lock.unlock();
    }
  }

  /** Begins to run hooks; without effect where it has. */
  void start() {
    lock.lock();
    try {
      started = true;
      startThreads();
    } finally {
      lock.unlock();
    }
  }

  private void startThreads() {
    while (started && !closed && !waiting.isEmpty() && threads.size() < mostThreads) {
      long runId = waiting.element();
      Thread thread =
          Thread.ofVirtual().name("pawl-hooks-" + Ids.run(runId)).unstarted(() -> run(runId));
      threads.add(thread);
      waiting.remove();
      thread.start();
    }
  }

  private void run(long runId) {
    try {
      tell(Objects.requireNonNull(core), runId);
    } catch (PawlException e) {
      log.debug("hooks of run {} are left to the next engine", Ids.run(runId), e);
    } catch (Throwable e) {
      log.error("the hooks of run {} could not be run; the next engine does", Ids.run(runId), e);
    } finally {
      lock.lock();
      try {
        threads.remove(Thread.currentThread());
        oneLess.signalAll();
        startThreads();
      } finally {
        lock.unlock();
      }
    }
  }

  private void tell(Core core, long runId) {
    Optional<StoredRun> stored = read(core, runId);
    if (stored.isPresent()) { // otherwise retention was faster
      StoredRun run = stored.get();
      Runnable leave = mdc(run).enter();
      try {
        tellOf(core, run);
      } finally {
        leave.run();
      }
    }
    lock.lock();
    try {
      if (closed) {
        return; // dead, or closed: perhaps some were left out
      }
      owed.replace(runId, true);
    } finally {
      lock.unlock();
    }
    core.loop().post(new Command.HooksRun(runId));
  }

  private static RunMdc mdc(StoredRun run) {
    ResultRow result = run.result();
    RunRow row = run.run();
    return new RunMdc(
        row.taskId(), Ids.run(row.id()), result == null ? 0 : result.attempt(), row.queue());
  }

  private void tellOf(Core core, StoredRun run) {
    Task<?, ?> task = registry.find(run.run().taskId());
    if (task == null) {
      tellOf(core, Snapshot.of(core, run), Hooks.none());
    } else {
      tellOf(core, run, task);
    }
  }

  private <O extends @Nullable Object> void tellOf(Core core, StoredRun run, Task<?, O> task) {
    tellOf(core, Snapshot.of(core, run, task.outputType()), task.hooks());
  }

  private <O extends @Nullable Object> void tellOf(Core core, Run<O> run, Hooks<?, O> hooks) {
    switch (run.status()) {
      case COMPLETED -> all(core, "onSuccess", engineHooks.onSuccess(), hooks.onSuccess(), run);
      case CANCELED -> all(core, "onCancel", engineHooks.onCancel(), hooks.onCancel(), run);
      case FAILED, TIMED_OUT, CRASHED, SYSTEM_FAILURE ->
          all(core, "onFailure", engineHooks.onFailure(), hooks.onFailure(), run);
      default -> {}
    }
    switch (run.status()) {
      case COMPLETED, FAILED, TIMED_OUT, CRASHED, SYSTEM_FAILURE ->
          all(core, "onComplete", engineHooks.onComplete(), hooks.onComplete(), run);
      default -> {}
    }
    all(core, "onTerminal", engineHooks.onTerminal(), hooks.onTerminal(), run);
  }

  @SuppressWarnings({
    "unchecked",
    "NullAway"
  }) // a run of anything is one of objects to whoever only reads it
  private <O extends @Nullable Object> void all(
      Core core,
      String kind,
      List<EndHook<@Nullable Object>> engines,
      List<EndHook<O>> tasks,
      Run<O> run) {
    engines.forEach(hook -> one(core, kind, hook, (Run<@Nullable Object>) run));
    tasks.forEach(hook -> one(core, kind, hook, run));
  }

  private <O extends @Nullable Object> void one(
      Core core, String kind, EndHook<O> hook, Run<O> run) {
    if (isClosed()) {
      return;
    }
    try {
      hook.on(run);
    } catch (Throwable e) {
      if (!isClosed()) {
        AttemptHooks.failed(kind, run.id(), e, core.counters().failedHooks);
      }
    }
  }

  private boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /** Reads a run, however long the store takes to be well again. */
  private Optional<StoredRun> read(Core core, long runId) {
    while (true) {
      try {
        return core.reads().read(store -> store.run(runId));
      } catch (StoreException e) {
        if (isClosed() || isOver(core.loop().health().status())) {
          throw e;
        }
        LockSupport.parkNanos(READ_AGAIN_NANOS);
      }
    }
  }

  private static boolean isOver(Health.Status status) {
    return status == Health.Status.CLOSED || status == Health.Status.FAILED;
  }

  /**
   * Waits until every hook that is owed was run, or cannot be because the calling thread is one.
   */
  boolean drain(Duration patience) {
    lock.lock();
    try {
      int own = threads.contains(Thread.currentThread()) ? 1 : 0;
      long left = TimeUnit.MICROSECONDS.toNanos(Micros.timeout(patience));
      while (started && left > 0 && (threads.size() > own || (own == 0 && !waiting.isEmpty()))) {
        left = oneLess.awaitNanos(left);
      }
      return !started || threads.size() <= own;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false; // whoever closes is in a hurry
    } finally {
      lock.unlock();
    }
  }

  /** Runs nothing more; interrupts what runs, and does not wait for it. */
  void close() {
    lock.lock();
    try {
      closed = true;
      threads.stream()
          .filter(thread -> thread != Thread.currentThread())
          .forEach(Thread::interrupt);
    } finally {
      lock.unlock();
    }
  }

  /** Whether each thread of a hook waits for something without a time limit. */
  boolean allParked() {
    return looked().stream().allMatch(thread -> RunScope.isParked(thread.getState()));
  }

  /** The threads of hooks that are left, each with where it stands. */
  List<String> left() {
    return looked().stream()
        .map(thread -> thread.getName() + "\n    at " + List.of(thread.getStackTrace()))
        .toList();
  }

  private List<Thread> looked() {
    lock.lock();
    try {
      return List.copyOf(threads);
    } finally {
      lock.unlock();
    }
  }
}
