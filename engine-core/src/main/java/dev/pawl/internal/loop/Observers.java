package dev.pawl.internal.loop;

import dev.pawl.spi.Micros;

/** Those who wait for runs from outside of every run. */
final class Observers {
  private final EngineState engine;
  private long count;

  Observers(EngineState engine) {
    this.engine = engine;
  }

  void observe(Turn turn, Command.Observe observe) {
    LiveRun run = engine.live.find(observe.targetId());
    if (run == null) {
      turn.tell(observe.reply(), new WaitEnd.Stored(observe.targetId()));
      return;
    }
    boolean bounded = observe.timeout() != Micros.NEVER;
    Waiter.Observer observer =
        new Waiter.Observer(
            observe.targetId(),
            bounded ? turn.now + observe.timeout() : Micros.NEVER,
            observe.reply(),
            count++);
    run.addWaiter(observer);
    engine.observers.add(observer);
    if (bounded) {
      engine.timers.add(observer);
    }
  }

  void forget(Command.Forget forget) {
    LiveRun run = engine.live.resident(forget.targetId());
    if (run != null) {
      run.waiters.removeIf(
          waiter -> {
            boolean meant =
                waiter instanceof Waiter.Observer observer && observer.reply == forget.reply();
            if (meant) {
              engine.timers.remove((Waiter.Observer) waiter);
              engine.observers.remove(waiter);
            }
            return meant;
          });
      engine.live.leave(run);
    }
  }

  /** An observer whose time is up learns that, and is forgotten. */
  void timeOut(Turn turn, Waiter.Observer observer) {
    turn.tell(observer.reply, new WaitEnd.TimedOut());
    turn.after(() -> engine.observers.remove(observer));
    LiveRun target = engine.live.resident(observer.targetId);
    if (target != null) {
      target.waiters.remove(observer); // else a poller fills the memory of a run that lasts
      engine.live.leave(target);
    }
  }
}
