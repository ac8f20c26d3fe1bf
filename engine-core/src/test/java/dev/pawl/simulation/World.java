package dev.pawl.simulation;

import dev.pawl.Health;
import dev.pawl.Task;
import dev.pawl.fixtures.CrashingStore;
import dev.pawl.fixtures.StoredState;
import dev.pawl.fixtures.check.Ask;
import dev.pawl.fixtures.check.Entry;
import dev.pawl.fixtures.check.Invariants;
import dev.pawl.fixtures.check.Ledger;
import dev.pawl.fixtures.check.Sight;
import dev.pawl.internal.api.ScriptedCalls;
import dev.pawl.internal.exec.RunScope;
import dev.pawl.internal.exec.Scene;
import dev.pawl.internal.loop.Attempt;
import dev.pawl.internal.loop.Bodies;
import dev.pawl.internal.loop.Command;
import dev.pawl.internal.loop.DrivenLoop;
import dev.pawl.internal.loop.EndHooks;
import dev.pawl.internal.loop.EngineClock;
import dev.pawl.internal.loop.Events;
import dev.pawl.internal.loop.Leftovers;
import dev.pawl.internal.loop.Loop;
import dev.pawl.internal.loop.Reply;
import dev.pawl.internal.loop.Tally;
import dev.pawl.spi.Changes;
import dev.pawl.spi.Micros;
import dev.pawl.spi.RunRow;
import dev.pawl.spi.RunStore;
import dev.pawl.spi.StoreState;
import dev.pawl.spi.StoredValue;
import dev.pawl.testing.VirtualClock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * One engine over all its lives, on one thread and on a clock that stands still: the real loop and
 * all that decides in it, over the store of reference, with bodies and callers who are scripts.
 * Whatever happens is told to the {@link Invariants}.
 */
final class World implements Bodies {
  private static final ProgramCodec CODEC = new ProgramCodec();

  private final Settings settings;
  private final CrashingStore provider = new CrashingStore();
  private final VirtualClock clock;
  private final Invariants invariants;
  private final Deque<Command> posted = new ArrayDeque<>();

  /** What the next turn takes before anything that was posted. */
  private final List<Command> deferred = new ArrayList<>();

  private final List<ScriptedBody> bodies = new ArrayList<>();
  private final List<Command.Observe> observers = new ArrayList<>();
  private RunStore store;
  private DrivenLoop loop;
  private ScriptedCalls calls;
  private Hooked hooks = new Hooked(this::post);
  private boolean lateIsKnown = true;
  private boolean finishing;
  private boolean closing;
  private boolean certain;
  private boolean rebuilding;
  private long time;
  private long hash;
  private int lives;
  private int turns;

  World(Settings settings) {
    this.settings = settings;
    this.clock = new VirtualClock(settings.start());
    this.invariants = new Invariants(settings.terms());
    provider.tell(this::stored);
    open();
  }

  private void stored(Changes changes) {
    hash = hash * 31 + changes.results().hashCode() + changes.liveUpdates().size() * 7L + time;
    invariants.stored(changes, time);
  }

  /** Begins a life; where it ends in its recovery, another one. */
  private void open() {
    do {
      posted.clear();
      deferred.clear();
      bodies.clear();
      observers.clear();
      closing = false;
      lives++;
      begin();
    } while (provider.hasDied());
    if (loop.health().status() == Health.Status.FAILED) {
      invariants.failed(String.valueOf(loop.health()));
      return; // nothing more can be asked of it
    }
    invariants.opened();
    invariants.compare(provider.look(StoredState::of));
    post(new Command.Pause(false, new Reply<>()));
  }

  private void begin() {
    provider.heal();
    store = provider.open();
    StoreState recorded = store.state();
    time = Math.max(recorded.lastTimeMicros(), shown());
    List<Task<?, ?>> tasks = new ArrayList<>(Settings.TASKS);
    if (lateIsKnown) {
      tasks.add(Settings.LATE);
    }
    calls =
        new ScriptedCalls(
            tasks, Settings.RETRY, settings.limits(), settings.machines(), CODEC, store);
    hooks = new Hooked(this::post);
    Events events = new Events();
    events.add(invariants::changed);
    loop = new DrivenLoop(parts(recorded, events, new SplittableRandom(1)));
    invariants.opening();
    loop.begin();
    if (provider.hasDied()) {
      invariants.died();
    }
  }

  private Loop.Parts parts(StoreState recorded, Events events, RandomGenerator random) {
    return new Loop.Parts(
        store,
        new EngineClock(clock, recorded.lastTimeMicros()),
        recorded,
        this,
        calls::retryPolicy,
        random,
        settings.limits(),
        settings.maxConcurrency(),
        settings.machines(),
        calls.queues(),
        calls.tasks(),
        ScriptedCalls.metadataJson(),
        events,
        Tally.NONE,
        Set.of(),
        settings.hooks() ? hooks : EndHooks.NONE,
        settings.retention());
  }

  /** Asks for something; a turn to come takes it. */
  void post(Command command) {
    if (posted.size() < settings.limits().mailboxCapacity()) {
      posted.add(command);
      loop.post(command);
      if (command instanceof Command.Observe observe) {
        observers.add(observe);
      }
    }
  }

  /** Lets the loop take a turn. */
  void turn() {
    turns++;
    certain = true;
    rebuilding = false;
    time = Math.max(time, shown());
    List<Command> taken = new ArrayList<>(deferred);
    deferred.clear();
    if (taken.isEmpty()) {
      takePosted(taken);
    }
    closing |= taken.stream().anyMatch(command -> command instanceof Command.Stop);
    if (!loop.step() || provider.hasDied()) {
      if (provider.hasDied()) {
        invariants.lastWords(taken.stream().map(Ask::of).toList());
      }
      over();
      return;
    }
    if (rebuilding) {
      taken.stream().filter(World::isRepeated).forEach(deferred::add);
      taken.removeIf(World::isRepeated);
      invariants.rebuilt();
      forgetEnded(taken);
      return; // what is due by now is done in the next turn
    }
    forgetEnded(taken);
    invariants.stepped(
        time,
        taken.stream().map(Ask::of).toList(),
        loop.figures(),
        bodies.size(),
        (int) bodies.stream().filter(ScriptedBody::isZombie).count(),
        observers.size(),
        certain);
    if (certain && !closing) {
      everyBodyIsTold();
    }
    if (closing) {
      loop.step(); // ends it
      over();
    } else if (loop.nextDue() > time && posted.isEmpty() && turns % 8 == 0) {
      invariants.settled(time);
    }
  }

  private void forgetEnded(List<Command> taken) {
    for (Command command : taken) {
      if (command instanceof Command.AttemptEnded ended) {
        bodies.removeIf(body -> body.attempt() == ended.attempt());
      }
    }
    observers.removeIf(observe -> observe.reply().future().isDone());
  }

  /** Whoever has ended while its body runs is told so. */
  private void everyBodyIsTold() {
    for (ScriptedBody body : bodies) {
      Entry entry = ledger().run(body.attempt().runId());
      boolean knows = body.isOver() || body.isToldToEnd() || body.isUnloaded();
      if (entry != null && entry.result() != null && !knows) {
        invariants.failed("a body was not told that its run has ended: " + entry);
      }
    }
  }

  private void takePosted(List<Command> taken) {
    for (int i = 0; i < settings.limits().maxTurnCommands() && !posted.isEmpty(); i++) {
      taken.add(posted.poll());
    }
  }

  private static boolean isRepeated(Command command) {
    return command instanceof Command.Observe
        || command instanceof Command.Forget
        || command instanceof Command.Register
        || command instanceof Command.Pause
        || command instanceof Command.NextTimer
        || command instanceof Command.Explain
        || command instanceof Command.Drain
        || command instanceof Command.CutOff
        || command instanceof Command.Stop;
  }

  private void over() {
    if (!provider.hasDied() && !closing) {
      invariants.failed(String.valueOf(loop.health()));
    }
    end();
    open();
  }

  private void end() {
    invariants.died();
    store.close();
  }

  /** The process dies between two commits, and another one takes over. */
  void restart(boolean lateIsKnown) {
    this.lateIsKnown = lateIsKnown;
    end();
    open();
  }

  /** The process dies at a commit to come. */
  void dieAt(int commit, CrashingStore.Point point) {
    provider.crashAt(commit, point);
  }

  /** Commits to come fail, while something goes on. */
  void beIll(int commits, boolean applied, Runnable meanwhile) {
    provider.failNext(
        commits,
        applied,
        () -> {
          certain = false;
          meanwhile.run();
          if (rebuilding) {
            return; // nothing is taken before memory is whole again
          }
          List<Command> refused = new ArrayList<>();
          takePosted(refused);
          closing |= refused.stream().anyMatch(command -> command instanceof Command.Stop);
          if (refused.stream().anyMatch(command -> command instanceof Command.Register)) {
            calls.forget(Settings.LATE); // who registered it is told so, and asks again
            lateIsKnown = false;
          }
          refused.removeIf(
              command ->
                  command instanceof Command.Call<?>
                      && !(command instanceof Command.Drain)
                      && !(command instanceof Command.CutOff));
          deferred.addAll(refused);
        });
  }

  /** The heap is exhausted in the next commit. */
  void exhaustHeap(CrashingStore.Point point) {
    provider.throwNext(new OutOfMemoryError("simulated"), point);
  }

  /** From here on nothing fails, and whoever hangs comes to an end. */
  void beginToFinish() {
    provider.heal();
    provider.crashNever();
    finishing = true;
    if (!lateIsKnown) {
      register();
    }
  }

  /** The task that was not known is. */
  void register() {
    if (!lateIsKnown) {
      lateIsKnown = true;
      post(calls.register(Settings.LATE));
    }
  }

  private long shown() {
    return Micros.of(clock.instant());
  }

  /** Moves the clock. */
  void advanceTo(long micros) {
    clock.set(Micros.instant(micros));
  }

  /** The engine's time in the last turn. */
  long now() {
    return time;
  }

  long nextDue() {
    return loop.nextDue();
  }

  boolean isFinishing() {
    return finishing;
  }

  boolean lateIsKnown() {
    return lateIsKnown;
  }

  Settings settings() {
    return settings;
  }

  ScriptedCalls calls() {
    return calls;
  }

  RunStore store() {
    return store;
  }

  Invariants invariants() {
    return invariants;
  }

  Ledger ledger() {
    return invariants.ledger();
  }

  Hooked hooks() {
    return hooks;
  }

  List<ScriptedBody> bodies() {
    return bodies;
  }

  List<Command.Observe> observers() {
    return observers;
  }

  boolean isQuiet() {
    return posted.isEmpty() && deferred.isEmpty();
  }

  void finished() {
    invariants.finished(loop.figures());
  }

  /** What tells this history from another. */
  long hash() {
    return hash;
  }

  int lives() {
    return lives;
  }

  int turns() {
    return turns;
  }

  /** A task, whether or not the engine knows it. */
  Task<?, ?> anyTask(SplittableRandom random) {
    int choice = random.nextInt(Settings.TASKS.size() + 1);
    return choice == Settings.TASKS.size() ? Settings.LATE : Settings.TASKS.get(choice);
  }

  void told(Sight sight) {
    invariants.told(sight);
  }

  void runs(ScriptedBody body) {
    if (!body.isToldToEnd() && !body.isUnloaded()) {
      invariants.runs(body.entrance());
    }
  }

  @Override
  public void enter(Attempt attempt) {
    StoredValue payload = attempt.payload();
    if (payload == null) {
      payload = store.runRow(attempt.runId()).map(RunRow::payload).orElseThrow();
    }
    ScriptedBody body =
        new ScriptedBody(this, attempt, CODEC.decode(payload.bytes(), Program.class));
    invariants.entered(body.entrance());
    attempt.scope(new RunScope("body", Scene.NOTHING, ended -> {}));
    bodies.add(body);
  }

  @Override
  public void cancel(Attempt attempt, String why) {
    tellToEnd(attempt, why);
  }

  @Override
  public void interrupt(Attempt attempt) {
    tellToEnd(attempt, "was interrupted");
  }

  /** Its calls are refused, and nobody interrupts it. */
  @Override
  public void unload(Attempt attempt) {
    for (ScriptedBody body : bodies) {
      if (body.attempt() == attempt) {
        body.unload();
      }
    }
  }

  private void tellToEnd(Attempt attempt, String why) {
    for (ScriptedBody body : bodies) {
      if (body.attempt() == attempt) {
        body.tellToEnd(why);
      }
    }
  }

  @Override
  public void interruptAll() {
    rebuilding = true;
    invariants.opening();
    bodies.forEach(ScriptedBody::outlive);
  }

  @Override
  public void reportStuck(Leftovers.Leftover leftover) {
    // It says so in the log, and nothing else.
  }
}
