package dev.pawl.testing;

import dev.pawl.Backup;
import dev.pawl.Batches;
import dev.pawl.DuplicateTaskException;
import dev.pawl.Engine;
import dev.pawl.EngineBuilder;
import dev.pawl.EventSubscription;
import dev.pawl.Health;
import dev.pawl.IdempotencyKeys;
import dev.pawl.InvalidOptionException;
import dev.pawl.Queues;
import dev.pawl.RunListener;
import dev.pawl.Runs;
import dev.pawl.Task;
import dev.pawl.Tasks;
import dev.pawl.internal.api.Probe;
import dev.pawl.spi.Micros;
import dev.pawl.spi.StoreProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;

/**
 * The engine on a virtual clock: the same code as in production, with time that stands still until
 * a test moves it. A year of delays passes in milliseconds.
 *
 * <p>Its methods are for one test thread. Bodies run on their own threads as always; {@link
 * #settle} and what moves the clock return when each of them has ended or waits without a time
 * limit, for the engine or for the test.
 */
public final class TestEngine implements Engine {
  /** Where the clock stands at first. */
  public static final Instant START = Instant.parse("2030-01-01T00:00:00Z");

  /** How long settling may take in real time before it is given up. */
  private static final Duration GUARD = Duration.ofSeconds(30);

  /** The same delays in each test. */
  private static final long RETRY_DELAY_SEED = 42;

  private static final long LOOK_AGAIN_NANOS = 20_000;

  /** How many transitions the log keeps: enough for every test but a stress test. */
  private static final int MAX_LOG = 1_000_000;

  private final VirtualClock clock;
  private final Faults faults = new Faults();
  private final ConcurrentLinkedQueue<Transition> log = new ConcurrentLinkedQueue<>();
  private final AtomicInteger logged = new AtomicInteger();
  private final List<Probe> formerLives = new ArrayList<>();
  private final StoreProvider store;
  private final UnaryOperator<EngineBuilder> settings;
  private final List<Task<?, ?>> registered = new ArrayList<>();
  private Life life;
  private boolean started;

  /** The engine between two crashes. */
  private record Life(Engine engine, Probe probe, WatchedStore store) {}

  private TestEngine(
      VirtualClock clock, StoreProvider store, UnaryOperator<EngineBuilder> settings) {
    this.clock = clock;
    this.store = store;
    this.settings = settings;
    this.life = open();
  }

  /** Starts an engine on an in-memory store, with these tasks. */
  public static TestEngine start(Task<?, ?>... tasks) {
    return start(new InMemoryStore(), builder -> builder.register(tasks));
  }

  /**
   * Starts an engine.
   *
   * @param store where it keeps its runs, also over a {@link #crash}
   * @param settings what else the engine is made of; applied again after a crash
   */
  public static TestEngine start(StoreProvider store, UnaryOperator<EngineBuilder> settings) {
    return start(START, store, settings);
  }

  /**
   * As {@link #start(StoreProvider, UnaryOperator)}, at another time.
   *
   * @param time where the clock stands at first
   */
  public static TestEngine start(
      Instant time, StoreProvider store, UnaryOperator<EngineBuilder> settings) {
    TestEngine engine = new TestEngine(new VirtualClock(time), store, settings);
    engine.start();
    return engine;
  }

  private Life open() {
    WatchedStore[] opened = new WatchedStore[1];
    StoreProvider watched =
        () -> {
          opened[0] = new WatchedStore(store.open(), faults, this::log);
          return opened[0];
        };
    Engine engine =
        settings
            .apply(
                Engine.builder().store(watched).clock(clock).random(new Random(RETRY_DELAY_SEED)))
            .open();
    registered.forEach(task -> registerIfUnknown(engine, task));
    Probe probe = Probe.of(engine);
    opened[0].opened(probe);
    return new Life(engine, probe, opened[0]);
  }

  /** A task that was added while the engine ran is known in the next life too. */
  private static void registerIfUnknown(Engine engine, Task<?, ?> task) {
    try {
      engine.register(task);
    } catch (DuplicateTaskException e) {
      // The settings know it by now, as the next version of an application would.
    }
  }

  private void log(List<Transition> transitions) {
    if (logged.addAndGet(transitions.size()) <= MAX_LOG) {
      log.addAll(transitions);
    }
  }

  /** What goes wrong in this engine, and where. */
  public Faults faults() {
    return faults;
  }

  /**
   * What was committed, over all lives: a line for each run that a commit changed, with time, run,
   * task, former and new status ({@code new} for a run that did not exist) and attempt. A line
   * whose two statuses are the same tells that the run has called the engine or was rescheduled.
   * Keeps a million lines; what comes after those is left out.
   *
   * <p>Lines stand in the order of the commits, those of one commit in the order of ids. The same
   * script gives the same log as long as only one thread acts at a time: one body ({@link
   * EngineBuilder#maxConcurrency} 1, no forks) or the test, which settles before it acts again. Ids
   * come from time and order, and retry delays from a generator with a fixed seed. Where threads
   * race, the machine decides which of them the engine hears first.
   */
  public List<String> log() {
    return log.stream().map(Transition::line).toList();
  }

  /** The clock, to be set to any time; {@link #advance} is what most tests want. */
  public VirtualClock clock() {
    return clock;
  }

  /** The time on the clock. */
  public Instant now() {
    return clock.instant();
  }

  /**
   * Moves the clock forward, stopping at each timer on the way until everything that it brought
   * about is done.
   */
  public void advance(Duration by) {
    if (by.isNegative()) {
      throw new InvalidOptionException("time is advanced, not turned back: " + by);
    }
    advanceTo(now().plus(by));
  }

  /**
   * As {@link #advance}, to an instant.
   *
   * @throws InvalidOptionException if it is past; {@link #clock()} can be set back
   */
  public void advanceTo(Instant instant) {
    if (instant.isBefore(now())) {
      throw new InvalidOptionException(
          "time is advanced, not turned back: it is " + now() + ", later than " + instant);
    }
    settle();
    for (Instant next = nextDue(); !next.isAfter(instant); next = nextDue()) {
      moveTo(next);
    }
    moveTo(instant);
  }

  /** When the engine has something to do, retention included. */
  private Instant nextDue() {
    long next = life.probe.nextDue();
    return next == Micros.NEVER ? Instant.MAX : Micros.instant(next);
  }

  private void moveTo(Instant instant) {
    if (instant.isAfter(now())) {
      clock.set(instant);
    }
    life.probe.poke();
    settle();
  }

  /**
   * When the next thing is due: a delay, a retry, a time to live, a timeout. Empty where nothing
   * is; retention, which deletes runs that ended long ago, does not count.
   */
  public Optional<Instant> nextTimer() {
    long next = life.probe.nextTimer();
    return next == Micros.NEVER ? Optional.empty() : Optional.of(Micros.instant(next));
  }

  /** Waits until nothing is left to do at this instant, for at most 30 seconds of real time. */
  public void settle() {
    settle(GUARD);
  }

  /**
   * As {@link #settle()}.
   *
   * @param guard how long it may take in real time
   * @throws AssertionError if it took longer: a body does not end and does not wait
   */
  public void settle(Duration guard) {
    long from = System.nanoTime();
    long deadline = from + guard.toNanos();
    while (!isSettled(from)) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("the engine has not settled within " + guard);
      }
      LockSupport.parkNanos(LOOK_AGAIN_NANOS);
    }
  }

  private boolean isSettled(long from) {
    Life now = life;
    long reads = now.store.reads();
    return now.probe.isSettled(from)
        && !now.store.isRead()
        && now.probe.isSettled(from)
        && now.store.reads() == reads;
  }

  /**
   * Drops everything in memory as a dead process would, and opens the store anew: also after the
   * process {@linkplain Faults#crashAt died at a fault}. Bodies of the former life are interrupted,
   * and whatever they still do changes nothing. Executes again if it did before.
   */
  public void crash() {
    die();
    formerLives.removeIf(Probe::allBodiesEnded); // a thousand crashes must not keep their engines
    formerLives.add(life.probe);
    life = open();
    faults.reopened();
    if (started) {
      life.engine.start();
      settle();
    }
  }

  private void die() {
    life.probe.abandon();
    faults.dieAtHold();
    life.probe.crash();
    if (store instanceof InMemoryStore memory) {
      memory.crash();
    } else {
      life.store.close();
    }
  }

  /** The engine of the present life: the one that bodies see; another one after a crash. */
  public Engine present() {
    return life.engine;
  }

  /** Whether no thread of any body is left, former lives included. */
  public boolean allBodiesEnded() {
    return bodiesLeft().isEmpty();
  }

  /** The bodies of which a thread is left, former lives included, with where it stands. */
  public List<String> bodiesLeft() {
    List<String> left = new ArrayList<>(life.probe.bodiesLeft());
    formerLives.forEach(former -> left.addAll(former.bodiesLeft()));
    return left;
  }

  @Override
  public Tasks tasks() {
    return life.engine.tasks();
  }

  @Override
  public Batches batch() {
    return life.engine.batch();
  }

  @Override
  public Runs runs() {
    return life.engine.runs();
  }

  @Override
  public Queues queues() {
    return life.engine.queues();
  }

  @Override
  public IdempotencyKeys idempotencyKeys() {
    return life.engine.idempotencyKeys();
  }

  @Override
  public void register(Task<?, ?>... tasks) {
    life.engine.register(tasks);
    registered.addAll(List.of(tasks));
  }

  @Override
  public Engine start() {
    started = true;
    life.engine.start();
    return this;
  }

  @Override
  public void pause() {
    life.engine.pause();
  }

  @Override
  public void resume() {
    life.engine.resume();
  }

  @Override
  public boolean awaitIdle(Duration timeout) {
    return life.engine.awaitIdle(timeout);
  }

  /** Of the present life: a {@link #crash} ends it, as the death of a process does. */
  @Override
  public EventSubscription onEvent(RunListener listener) {
    return life.engine.onEvent(listener);
  }

  @Override
  public Backup backup(Path folder) {
    return life.engine.backup(folder);
  }

  @Override
  public Health health() {
    return life.engine.health();
  }

  /** Closes at once: bodies that still run are interrupted. */
  @Override
  public void close() {
    close(Duration.ZERO);
  }

  @Override
  public void close(Duration grace) {
    faults.clear();
    if (life.store.isDead()) {
      die();
    } else {
      life.engine.close(grace);
    }
  }
}
