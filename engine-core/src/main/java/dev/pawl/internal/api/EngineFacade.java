package dev.pawl.internal.api;

import dev.pawl.Engine;
import dev.pawl.Health;
import dev.pawl.IdempotencyKeys;
import dev.pawl.InvalidOptionException;
import dev.pawl.PawlException;
import dev.pawl.Queue;
import dev.pawl.Runs;
import dev.pawl.Task;
import dev.pawl.Tasks;
import dev.pawl.internal.loop.Attempt;
import dev.pawl.internal.loop.Command;
import dev.pawl.internal.loop.Reply;
import dev.pawl.spi.BindingRow;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
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
  private final Tasks tasks;
  private final Runs runs;
  private final AtomicBoolean closing = new AtomicBoolean();
  private final CompletableFuture<Boolean> closed = new CompletableFuture<>();

  EngineFacade(Core core, BodyStarter bodies) {
    this.core = core;
    this.bodies = bodies;
    this.tasks = new TasksFacade(core);
    this.runs = new RunsFacade(core);
  }

  @Override
  public Tasks tasks() {
    return tasks;
  }

  @Override
  public Runs runs() {
    return runs;
  }

  @Override
  public IdempotencyKeys idempotencyKeys() {
    return (taskId, key) -> {
      Context context = Context.currentOf(core);
      BindingRow.Key id = Keys.identify(taskId, key, context == null ? null : context.attemptOf());
      return core.loop().call(new Command.ResetKey(id, new Reply<>()));
    };
  }

  @Override
  public void register(Task<?, ?>... tasks) {
    core.registry().addAll(List.of(tasks));
    Set<String> ids = Arrays.stream(tasks).map(Task::id).collect(Collectors.toSet());
    List<Queue> queues = Arrays.stream(tasks).<Queue>map(Task::queue).toList();
    try {
      core.loop().call(new Command.Register(ids, queues, new Reply<>()));
    } catch (PawlException e) {
      Arrays.stream(tasks).forEach(core.registry()::remove);
      throw e;
    }
  }

  @Override
  public Engine start() {
    core.loop().call(new Command.Pause(false, new Reply<>()));
    log.info(
        "started: store {}, {} tasks", core.reads().description(), core.registry().ids().size());
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
  public Health health() {
    return core.loop().health();
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
      try {
        stopLoop(grace, Context.currentOf(core));
      } finally {
        core.reads().close();
        closed.complete(true);
      }
    } else if (Context.currentOf(core) == null) {
      closed.join();
    }
  }

  /** A look inside, for tests. */
  Probe probe() {
    return new Probe(core, bodies);
  }

  private void stopLoop(Duration grace, @Nullable Context caller) {
    try {
      drain(grace, caller == null ? null : caller.attemptOf());
    } catch (PawlException e) {
      log.warn("the engine could not wait for its bodies: {}", e.getMessage());
    }
    try {
      core.loop().call(new Command.Stop(new Reply<>()));
    } catch (PawlException e) {
      log.warn("the engine was not closed gracefully; recovery takes over: {}", e.getMessage());
    }
    core.loop().join();
  }

  private void drain(Duration grace, @Nullable Attempt except) {
    Reply<Boolean> drained = new Reply<>();
    core.loop().post(new Command.Drain(except, drained));
    if (!drained.awaitWithin(grace)) {
      Reply<Boolean> cutOff = new Reply<>();
      core.loop().post(new Command.CutOff(except, cutOff));
      if (!cutOff.awaitWithin(UNWIND)) {
        log.warn(
            "bodies are still running {} after their interrupt; they are handed back and abandoned",
            UNWIND);
      }
    }
  }
}
