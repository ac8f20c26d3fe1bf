package dev.pawl.internal.api;

import dev.pawl.Backup;
import dev.pawl.Batches;
import dev.pawl.Engine;
import dev.pawl.EventSubscription;
import dev.pawl.Health;
import dev.pawl.IdempotencyKeys;
import dev.pawl.InvalidOptionException;
import dev.pawl.PawlException;
import dev.pawl.Queues;
import dev.pawl.RunListener;
import dev.pawl.Runs;
import dev.pawl.Task;
import dev.pawl.Tasks;
import dev.pawl.internal.loop.Attempt;
import dev.pawl.internal.loop.Command;
import dev.pawl.internal.loop.Reply;
import dev.pawl.spi.BindingRow;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@link Engine}: its parts, and how it begins and ends. */
final class EngineFacade implements Engine {
  private static final Logger log = LoggerFactory.getLogger("dev.pawl.engine");
  private static final Duration DEFAULT_GRACE = Duration.ofSeconds(10);

  /** What bodies get to unwind after their interrupt, before they are abandoned. */
  private static final Duration UNWIND = Duration.ofSeconds(1);

  private final Core core;
  private final BodyStarter bodies;
  private final HookRunner hooks;
  private final StartLine startLine;
  private final Runnable onClose;
  private final Tasks tasks;
  private final Batches batches;
  private final Runs runs;
  private final Queues queues;
  private final AtomicBoolean closing = new AtomicBoolean();
  private final CompletableFuture<Boolean> closed = new CompletableFuture<>();

  /**
   * An engine.
   *
   * @param startLine what it says of itself when it starts
   * @param onClose what is done when it is closed
   */
  EngineFacade(
      Core core, BodyStarter bodies, HookRunner hooks, StartLine startLine, Runnable onClose) {
    this.startLine = startLine;
    this.onClose = onClose;
    this.core = core;
    this.bodies = bodies;
    this.hooks = hooks;
    this.tasks = new TasksFacade(core);
    this.batches = new BatchesFacade(core);
    this.runs = new RunsFacade(core);
    this.queues = new QueuesFacade(core);
  }

  @Override
  public Tasks tasks() {
    return tasks;
  }

  @Override
  public Batches batch() {
    return batches;
  }

  @Override
  public Runs runs() {
    return runs;
  }

  @Override
  public Queues queues() {
    return queues;
  }

  @Override
  public IdempotencyKeys idempotencyKeys() {
    return (taskId, key) -> {
      Context context = Context.currentOf(core);
      Attempt caller = context == null ? null : context.attemptOf();
      BindingRow.Key ofRun = Keys.identify(taskId, key, caller);
      BindingRow.Key ofBatch = Keys.identifyBatch(taskId, key, caller);
      return core.loop().call(new Command.ResetKey(ofRun, ofBatch, new Reply<>()));
    };
  }

  @Override
  public void register(Task<?, ?>... tasks) {
    core.registry().addAll(List.of(tasks));
    warn(List.of(tasks));
    Set<String> ids = Arrays.stream(tasks).map(Task::id).collect(Collectors.toSet());
    try {
      core.loop().call(new Command.Register(ids, Registry.queues(List.of(tasks)), new Reply<>()));
    } catch (PawlException e) {
      Arrays.stream(tasks).forEach(core.registry()::remove);
      throw e;
    }
  }

  /** Says what is most likely not meant of these tasks. */
  void warn(Collection<Task<?, ?>> tasks) {
    startLine.suspicions(tasks).forEach(suspicion -> log.warn("{}", suspicion));
  }

  @Override
  public Engine start() {
    hooks.start();
    core.loop().call(new Command.Pause(false, new Reply<>()));
    if (log.isInfoEnabled()) {
      log.info("{}", startLine.text());
    }
    return this;
  }

  @Override
  public void pause() {
    core.loop().call(new Command.Pause(true, new Reply<>()));
  }

  @Override
  public void resume() {
    core.loop().call(new Command.Pause(false, new Reply<>()));
  }

  @Override
  public boolean awaitIdle(Duration timeout) {
    Reply<Boolean> idle = new Reply<>();
    core.loop().post(new Command.AwaitIdle(idle));
    boolean becameIdle = idle.awaitWithin(timeout);
    if (!becameIdle) {
      idle.abandon();
    }
    return becameIdle;
  }

  @Override
  public EventSubscription onEvent(RunListener listener) {
    return core.listeners().add(Objects.requireNonNull(listener));
  }

  @Override
  public Backup backup(Path folder) {
    Objects.requireNonNull(folder);
    return core.reads().read(store -> store.backup(folder));
  }

  @Override
  public Health health() {
    return new Checkup(core).health();
  }

  @Override
  public void close() {
    close(DEFAULT_GRACE);
  }

  @Override
  public void close(Duration grace) {
    if (grace.isNegative()) {
      throw new InvalidOptionException("the grace of a close must not be negative: " + grace);
    }
    if (closing.compareAndSet(false, true)) {
      long began = System.nanoTime();
      try {
        stopLoop(grace, Context.currentOf(core));
        core.listeners().close(patience(grace, began));
      } finally {
        onClose.run();
        core.reads().close();
        closed.complete(true);
      }
    } else if (Context.currentOf(core) == null) {
      closed.join();
    }
  }

  /** What is left of the grace for listeners; they get a moment in any case. */
  private static Duration patience(Duration grace, long began) {
    Duration left = grace.minusNanos(System.nanoTime() - began);
    return left.compareTo(UNWIND) > 0 ? left : UNWIND;
  }

  /** A look inside, for tests. */
  Probe probe() {
    return new Probe(core, bodies, hooks, onClose);
  }

  private void stopLoop(Duration grace, @Nullable Context caller) {
    long began = System.nanoTime();
    try {
      drain(grace, caller == null ? null : caller.attemptOf());
    } catch (PawlException e) {
      log.warn("the engine could not wait for its bodies: {}", e.getMessage());
    }
    drainHooks(grace.minusNanos(System.nanoTime() - began));
    try {
      core.loop().call(new Command.Stop(new Reply<>()));
    } catch (PawlException e) {
      log.warn("the engine was not closed gracefully; recovery takes over: {}", e.getMessage());
    }
    core.loop().join();
    bodies.close();
  }

  /** What does not end in time is run again by the next engine. */
  private void drainHooks(Duration rest) {
    if (!hooks.drain(rest.isNegative() ? Duration.ZERO : rest)) {
      log.warn("hooks still run; they are interrupted, and run again by the next engine");
    }
    hooks.close();
  }

  private void drain(Duration grace, @Nullable Attempt except) {
    Reply<Boolean> drained = new Reply<>();
    core.loop().post(new Command.Drain(except, drained));
    if (!drained.awaitWithin(grace)) {
      Reply<Boolean> cutOff = new Reply<>();
      core.loop().post(new Command.CutOff(except, cutOff));
      if (!cutOff.awaitWithin(UNWIND)) {
        log.warn(
            "bodies are still running {} after their interrupt; they are handed back and abandoned:"
                + " {}",
            UNWIND,
            String.join("\n", bodies.left()));
      }
    }
  }
}
