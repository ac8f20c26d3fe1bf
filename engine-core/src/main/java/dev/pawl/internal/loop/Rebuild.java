package dev.pawl.internal.loop;

import dev.pawl.OutcomeUnknownException;
import dev.pawl.PawlException;
import dev.pawl.StaleAttemptException;
import dev.pawl.StoreUnavailableException;
import dev.pawl.spi.Micros;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the loop does after a turn that broke off because some body had exhausted the heap. How much
 * of the turn is in memory nobody knows, but what is stored is whole; so memory is dropped, and
 * read from the store as a new process would.
 *
 * <p>Bodies are interrupted and fenced, and keep their slots until they return. Their runs are
 * recovered: one that executed has used its attempt, since it may be the one that needs all the
 * memory, and must not get another try for ever; one that waited goes on as the same attempt.
 * Whoever waits outside of every run goes on waiting.
 *
 * <p>Each step may find the heap exhausted again, so each can be taken again.
 */
final class Rebuild {
  private final EngineState engine;
  private final Leftovers leftovers;
  private final Bodies bodies;

  Rebuild(EngineState engine, Leftovers leftovers, Bodies bodies) {
    this.engine = engine;
    this.leftovers = leftovers;
    this.bodies = bodies;
  }

  /**
   * Drops what the store tells better.
   *
   * @param broken the turn that broke off; null where it had not begun
   * @param commands what it was asked; empty afterwards
   * @param deferred what the next turn is asked; gets those of the commands that can wait
   * @param waiters who is to be answered by a later turn
   * @param now the engine's time
   */
  void dropMemory(
      @Nullable Turn broken,
      List<Command> commands,
      List<Command> deferred,
      Collection<Reply<?>> waiters,
      long now) {
    PawlException stale =
        new StaleAttemptException(
            "the engine ran out of memory; the run goes on without this body");
    Supplier<PawlException> over = () -> stale; // one for all: there is no memory to waste
    engine.live.inMemory().forEach(run -> giveUp(run, over, now));
    bodies.interruptAll();
    PawlException reason = reason(broken);
    List<Command> repeated = commands.stream().filter(Rebuild::canBeRepeated).toList();
    forgetObservers(repeated);
    if (broken != null) {
      broken.breakOff(kept(repeated, deferred, waiters), reason);
    }
    for (Command command : commands) {
      if (command instanceof Command.AttemptEnded ended) {
        leftovers.gone(ended.attempt());
        if (!ended.attempt().unloaded) {
          engine.queues.release(ended.attempt().run);
        }
      } else if (command instanceof Command.Call<?> call && !canBeRepeated(command)) {
        call.refuse(reason);
      }
    }
    engine.forget();
    deferred.addAll(repeated);
    commands.clear();
  }

  /** Those who will ask again: the broken turn may have noted them down already. */
  private void forgetObservers(List<Command> repeated) {
    for (Command command : repeated) {
      if (command instanceof Command.Observe observe) {
        engine.observers.removeIf(observer -> observer.reply == observe.reply());
      }
    }
  }

  /** Memory is read: whoever waits outside of every run waits for the run that is there now. */
  void reattachObservers() {
    for (Waiter.Observer observer : new ArrayList<>(engine.observers)) {
      LiveRun run = engine.live.find(observer.targetId);
      if (run == null) {
        observer.reply.complete(new WaitEnd.Stored(observer.targetId));
        engine.observers.remove(observer);
      } else {
        run.addWaiter(observer);
        if (observer.deadlineMicros != Micros.NEVER) {
          engine.timers.add(observer);
        }
      }
    }
  }

  private void giveUp(LiveRun run, Supplier<PawlException> over, long now) {
    Attempt attempt = run.attempt;
    if (attempt != null) {
      attempt.over = over;
      attempt.joins.forEach(join -> join.reply().fail(over.get()));
    }
    for (Waiter.OpenWait wait : run.waits) {
      Reply<WaitEnd> reply = wait.reply;
      if (reply != null) {
        reply.fail(over.get());
      }
    }
    if (attempt == null || attempt.scope() == null) {
      engine.queues.release(run); // no body runs that would give it back
    } else {
      leftovers.addBroken(attempt, now);
    }
  }

  private Set<Reply<?>> kept(
      List<Command> repeated, List<Command> deferred, Collection<Reply<?>> waiters) {
    Set<Reply<?>> kept = Collections.newSetFromMap(new IdentityHashMap<>());
    kept.addAll(waiters);
    engine.observers.forEach(observer -> kept.add(observer.reply));
    for (List<Command> later : List.of(repeated, deferred)) {
      for (Command command : later) {
        if (command instanceof Command.Call<?> call) {
          kept.add(call.reply());
        }
      }
    }
    return kept;
  }

  /** Whether a command asks for nothing that could be done twice. */
  private static boolean canBeRepeated(Command command) {
    return switch (command) {
      case Command.Observe observe -> true;
      case Command.Forget forget -> true;
      case Command.Register register -> true;
      case Command.Pause pause -> true;
      case Command.NextTimer next -> true;
      case Command.Explain explain -> true;
      case Command.AwaitIdle idle -> true;
      case Command.Drain drain -> true;
      case Command.CutOff cutOff -> true;
      case Command.Stop stop -> true;
      default -> false;
    };
  }

  private static PawlException reason(@Nullable Turn broken) {
    return broken == null || broken.phase() == Turn.Phase.DECIDING
        ? new StoreUnavailableException(
            "the engine ran out of memory before it stored anything; the call did nothing")
        : new OutcomeUnknownException(
            "the engine ran out of memory in the middle of a commit; whether the call took effect"
                + " is not known, and repeating it with the same idempotency key is safe");
  }
}
