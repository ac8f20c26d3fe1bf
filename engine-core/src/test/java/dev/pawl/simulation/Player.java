package dev.pawl.simulation;

import dev.pawl.BatchOptions;
import dev.pawl.CancelOptions;
import dev.pawl.InvalidOptionException;
import dev.pawl.TriggerOptions;
import dev.pawl.UnknownTaskException;
import dev.pawl.fixtures.CrashingStore.Point;
import dev.pawl.fixtures.check.Entry;
import dev.pawl.internal.api.ScriptedCalls;
import dev.pawl.internal.api.ScriptedCalls.Draft;
import dev.pawl.internal.loop.Command;
import dev.pawl.internal.loop.OpenBatch;
import dev.pawl.internal.loop.Reply;
import dev.pawl.internal.loop.TriggerRequest;
import dev.pawl.spi.BatchRow;
import dev.pawl.spi.Micros;
import dev.pawl.spi.QueueRow;
import dev.pawl.spi.RunRow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Does the operations of a history: callers from outside, bodies, the clock, and misfortunes. */
final class Player {
  private static final int MOST_ROUNDS = 3_000;
  private static final List<String> QUEUES =
      List.of("shared", "shared", "total", "narrow", "task/one", "task/two", "task/free");

  private final World world;

  /** A batch whose items come from outside; null where there is none. */
  private @Nullable OpenBatch stream;

  private long streamHash;
  private int streamLife;

  /** All of them: one that was refused an item is given up in the end. */
  private final List<OpenBatch> streams = new ArrayList<>();

  Player(World world) {
    this.world = world;
  }

  void play(Operation operation) {
    SplittableRandom random = new SplittableRandom(operation.salt());
    switch (operation.kind()) {
      case BODY -> body(random.nextInt(1_000));
      case TRIGGER -> trigger(random);
      case ADVANCE -> advance(random);
      case BATCH -> batch(random);
      case STREAM -> stream(random);
      case CANCEL -> cancel(random);
      case RESCHEDULE -> reschedule(random);
      case REPLAY -> replay(random);
      case RESET_KEY ->
          world.post(
              ScriptedCalls.resetKey(
                  world.anyTask(random).id(),
                  dev.pawl.IdempotencyKey.of("xyz".substring(1 + random.nextInt(2)))));
      case CHANGE_QUEUE -> changeQueue(random);
      case PAUSE -> world.post(new Command.Pause(random.nextBoolean(), new Reply<>()));
      case OBSERVE -> observe(random);
      case FORGET -> forget(random);
      case LABELS -> labels(random);
      case HOOKS -> world.hooks().runNext();
      case READ -> read(random);
      case BULK_CANCEL -> bulkCancel(random);
      case BULK_REPLAY -> bulkReplay(random);
      case TURN -> world.turn();
      case CLOCK_BACK -> world.advanceTo(world.now() - Micros.of(Duration.ofHours(1)));
      case CRASH -> {
        if (random.nextBoolean()) {
          backlog(random);
          world.advanceTo(world.now() + Micros.of(Duration.ofSeconds(random.nextInt(1, 60))));
        }
        world.restart(world.lateIsKnown());
      }
      case CRASH_AT_COMMIT -> world.dieAt(random.nextInt(1, 6), point(random));
      case STORE_IS_ILL -> beIll(random);
      case HEAP_IS_EXHAUSTED -> {
        world.exhaustHeap(point(random));
        observe(random);
        trigger(random); // whose key, payload and labels are in memory when it happens
      }
      case CLOSE -> close(random);
      case FORGET_TASK -> world.restart(false);
      case REGISTER_TASK -> world.register();
    }
    if (random.nextInt(5) != 0) {
      world.turn();
    }
  }

  private static Point point(SplittableRandom random) {
    return random.nextBoolean() ? Point.BEFORE_IT_IS_APPLIED : Point.AFTER_IT_IS_APPLIED;
  }

  private boolean body(int choice) {
    List<ScriptedBody> bodies = world.bodies();
    for (int i = 0; i < bodies.size(); i++) {
      ScriptedBody body = bodies.get((choice + i) % bodies.size());
      if (body.canAct()) {
        body.act(choice);
        return true;
      }
    }
    return false;
  }

  private Instant now() {
    return Micros.instant(world.now());
  }

  private Draft draft(SplittableRandom random) {
    Program program = new Program(random.nextLong(), 0);
    return world
        .calls()
        .draft(
            world.anyTask(random),
            program,
            Chances.trigger(random, world.settings(), now(), ""),
            null);
  }

  private void trigger(SplittableRandom random) {
    try {
      Draft draft = draft(random);
      world.post(new Command.Trigger(world.calls().request(draft), null, new Reply<>()));
    } catch (UnknownTaskException | InvalidOptionException e) {
      // Refused at the call, before the loop hears of it.
    }
  }

  private List<TriggerRequest> requests(List<Draft> drafts) {
    List<TriggerRequest> requests = new ArrayList<>(drafts.size());
    drafts.forEach(draft -> requests.add(world.calls().request(draft)));
    return requests;
  }

  private List<Draft> drafts(SplittableRandom random) {
    List<Draft> drafts = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      drafts.add(draft(random));
    }
    return drafts;
  }

  private void batch(SplittableRandom random) {
    BatchOptions options = Chances.batch(random, "");
    try {
      List<Draft> drafts = drafts(random);
      OpenBatch batch = new OpenBatch(ScriptedCalls.batchKey(options, drafts, null), false);
      world.post(
          new Command.BatchTrigger(
              new Command.BatchPart(batch, requests(drafts), 0, BatchRow.State.SEALED, null),
              null,
              new Reply<>()));
    } catch (UnknownTaskException | InvalidOptionException e) {
      // Refused at the call, before the loop hears of it.
    }
  }

  private void stream(SplittableRandom random) {
    OpenBatch open = streamLife == world.lives() ? stream : null;
    try {
      List<TriggerRequest> items = requests(drafts(random));
      if (open == null) {
        open =
            new OpenBatch(
                ScriptedCalls.batchKey(Chances.batch(random, ""), List.of(), null), false);
        streamHash = hash(0, items);
        part(open, items, BatchRow.State.OPEN, null);
        stream = open;
        streams.add(open);
        streamLife = world.lives();
      } else if (random.nextInt(4) == 0) {
        breakStream(open);
      } else {
        streamHash = hash(streamHash, items);
        int how = random.nextInt(4);
        BatchRow.State state =
            how == 0
                ? BatchRow.State.OPEN
                : how == 1 ? BatchRow.State.ABORTED : BatchRow.State.SEALED;
        part(open, items, state, state == BatchRow.State.ABORTED ? "the source threw" : null);
        stream = state == BatchRow.State.OPEN ? open : null;
      }
    } catch (UnknownTaskException | InvalidOptionException e) {
      // Refused at the call, before the loop hears of it.
    }
  }

  private static long hash(long before, List<TriggerRequest> items) {
    long hash = before;
    for (TriggerRequest item : items) {
      hash = ScriptedCalls.chain(hash, item);
    }
    return hash;
  }

  private void part(
      OpenBatch open, List<TriggerRequest> items, BatchRow.State state, @Nullable String why) {
    world.post(
        new Command.BatchTrigger(
            new Command.BatchPart(open, items, streamHash, state, why), null, new Reply<>()));
  }

  private void breakStream(OpenBatch open) {
    world.post(new Command.BreakBatch(open, false, "its source cannot be read"));
    stream = null;
  }

  private @Nullable Entry pick(SplittableRandom random, Predicate<Entry> meant) {
    List<Entry> all = world.ledger().alive().stream().filter(meant).toList();
    return all.isEmpty() ? null : all.get(random.nextInt(all.size()));
  }

  private @Nullable Entry pickEnded(SplittableRandom random) {
    List<Entry> ended = ended();
    return ended.isEmpty() ? null : ended.get(random.nextInt(ended.size()));
  }

  private List<Entry> ended() {
    List<Entry> ended = new ArrayList<>();
    for (Entry entry : world.ledger().all()) {
      if (entry.result() != null) {
        ended.add(entry);
      }
    }
    ended.sort((a, b) -> Long.compare(a.id(), b.id()));
    return ended;
  }

  private void cancel(SplittableRandom random) {
    Entry entry = random.nextInt(12) == 0 ? pickEnded(random) : pick(random, any -> true);
    if (entry != null) {
      cancel(entry, random);
    }
  }

  private void cancel(Entry entry, SplittableRandom random) {
    CancelOptions.Children children =
        CancelOptions.Children.values()[random.nextInt(CancelOptions.Children.values().length)];
    world.post(
        new Command.Cancel(entry.id(), CancelOptions.defaults().children(children), new Reply<>()));
  }

  private void reschedule(SplittableRandom random) {
    boolean any = random.nextInt(8) == 0;
    Entry entry = pick(random, each -> any || each.status() == dev.pawl.RunStatus.DELAYED);
    if (entry != null) {
      boolean until = random.nextInt(3) == 0;
      long seconds = Micros.of(Chances.seconds(random));
      world.post(
          new Command.Reschedule(
              entry.id(),
              seconds,
              until ? world.now() + seconds - Micros.of(Duration.ofSeconds(5)) : Micros.NONE,
              new Reply<>()));
    }
  }

  private void replay(SplittableRandom random) {
    Entry entry = random.nextBoolean() ? pickEnded(random) : pick(random, any -> true);
    if (entry != null) {
      replay(entry.run());
    }
  }

  private void replay(RunRow row) {
    try {
      world.post(
          new Command.Trigger(
              world.calls().replay(row, TriggerOptions.options()), null, new Reply<>()));
    } catch (UnknownTaskException e) {
      // Refused at the call, before the loop hears of it.
    }
  }

  private void changeQueue(SplittableRandom random) {
    String queue = QUEUES.get(random.nextInt(QUEUES.size()));
    int limit = random.nextInt(4);
    UnaryOperator<QueueRow> change =
        switch (random.nextInt(7)) {
          case 0 -> row -> row.withPaused(true);
          case 1, 2 -> row -> row.withPaused(false);
          case 3 -> row -> row.withLimitOverride(limit);
          case 4 -> row -> row.withLimitOverride(QueueRow.NOT_OVERRIDDEN);
          case 5 -> row -> row.withTotalLimitOverride(limit);
          default -> row -> row.withTotalLimitOverride(QueueRow.NOT_OVERRIDDEN);
        };
    world.post(new Command.ChangeQueue(queue, change, new Reply<>()));
  }

  private void observe(SplittableRandom random) {
    Entry entry = pick(random, any -> true);
    if (entry != null) {
      long timeout = random.nextBoolean() ? Micros.NEVER : Micros.of(Chances.seconds(random));
      world.post(new Command.Observe(entry.id(), timeout, new Reply<>()));
    }
  }

  private void forget(SplittableRandom random) {
    List<Command.Observe> observers = world.observers();
    if (!observers.isEmpty()) {
      Command.Observe one = observers.get(random.nextInt(observers.size()));
      world.post(new Command.Forget(one.targetId(), one.reply()));
    }
  }

  private void labels(SplittableRandom random) {
    Entry entry = random.nextInt(4) == 0 ? pickEnded(random) : pick(random, any -> true);
    if (entry != null) {
      world.post(
          random.nextBoolean()
              ? ScriptedCalls.edit(entry.id(), null, Chances.metadata(random))
              : new Command.AddTags(
                  entry.id(), null, List.of("tag" + random.nextInt(4)), new Reply<>()));
    }
  }

  private void read(SplittableRandom random) {
    String queue = QUEUES.get(random.nextInt(QUEUES.size()));
    Entry entry = pick(random, any -> true);
    world.post(
        switch (random.nextInt(5)) {
          case 0 -> new Command.ReadQueue(queue, new Reply<>());
          case 1 -> new Command.ReadQueues("", 10, new Reply<>());
          case 2 -> new Command.ReadKeys(queue, null, 10, new Reply<>());
          case 3 -> new Command.NextTimer(true, new Reply<>());
          default -> new Command.Explain(entry == null ? 1 : entry.id(), new Reply<>());
        });
  }

  private void bulkCancel(SplittableRandom random) {
    String task = world.anyTask(random).id();
    for (Entry entry : world.ledger().alive()) {
      if (entry.run().taskId().equals(task)) {
        cancel(entry, random);
      }
    }
  }

  private void bulkReplay(SplittableRandom random) {
    List<Entry> ended = ended();
    int from = ended.isEmpty() ? 0 : random.nextInt(ended.size());
    ended.stream().skip(from).limit(3).forEach(entry -> replay(entry.run()));
  }

  private void advance(SplittableRandom random) {
    long due = world.nextDue();
    long by =
        switch (random.nextInt(10)) {
          case 0 -> Micros.of(Duration.ofMinutes(random.nextInt(1, 60)));
          case 1, 2 -> Micros.of(Duration.ofSeconds(random.nextInt(1, 30)));
          case 3, 4 -> Micros.of(Duration.ofMillis(random.nextInt(1, 1_000)));
          default -> due == Micros.NEVER || due == Micros.NONE ? 1_000_000 : due - world.now();
        };
    world.advanceTo(world.now() + Math.clamp(by, 1, Micros.of(Duration.ofHours(12))));
  }

  /** Runs of one queue gather behind each other; many of them lapse while nobody is there. */
  private void backlog(SplittableRandom random) {
    var task = Settings.TASKS.get(random.nextInt(Settings.TASKS.size()));
    int size = random.nextInt(4, 11);
    for (int i = 0; i < size; i++) {
      Program program = new Program(random.nextLong(), 0);
      Draft draft = world.calls().draft(task, program, Chances.backlog(random), null);
      world.post(new Command.Trigger(world.calls().request(draft), null, new Reply<>()));
    }
    for (int i = 0; i < size && !world.isQuiet(); i++) {
      world.turn();
    }
  }

  private void beIll(SplittableRandom random) {
    int commits = random.nextInt(1, 4);
    boolean applied = random.nextBoolean();
    long salt = random.nextLong();
    world.beIll(
        commits,
        applied,
        () -> {
          SplittableRandom meanwhile = new SplittableRandom(salt);
          body(meanwhile.nextInt(1_000));
          body(meanwhile.nextInt(1_000));
          trigger(meanwhile);
        });
  }

  private void close(SplittableRandom random) {
    int life = world.lives();
    world.post(new Command.Drain(null, new Reply<>()));
    goOn(random);
    if (world.lives() == life && random.nextBoolean()) {
      world.post(new Command.CutOff(null, new Reply<>()));
      goOn(random);
    }
    if (world.lives() == life) {
      for (int i = random.nextInt(8); i > 0; i--) {
        body(random.nextInt(1_000)); // and is taken in the last turn
      }
      world.post(new Command.Stop(new Reply<>()));
    }
  }

  private void goOn(SplittableRandom random) {
    for (int i = random.nextInt(6); i > 0; i--) {
      body(random.nextInt(1_000));
      world.turn();
    }
  }

  /** Lets everything come to its end. */
  void finish() {
    world.beginToFinish();
    letGo();
    int life = world.lives();
    for (int round = 0; world.invariants().hold(); round++) {
      boolean acted = false;
      for (ScriptedBody body : List.copyOf(world.bodies())) {
        while (body.canAct()) { // as far as it comes without an answer: half of all turns are here
          body.act(round);
          acted = true;
        }
      }
      if (!acted && world.isQuiet()) {
        if (world.ledger().live() == 0 && world.bodies().isEmpty()) {
          world.finished();
          return;
        }
        if (world.nextDue() == Micros.NEVER && round > 0) {
          world.invariants().failed("nothing ever happens to " + world.ledger().alive());
          return;
        }
        world.advanceTo(Math.max(world.nextDue(), world.now() + 1_000));
      }
      world.turn();
      if (world.lives() != life) {
        life = world.lives(); // it was about to close, and what was asked of it is lost
        letGo();
      }
      if (round == MOST_ROUNDS) {
        world.invariants().failed("it never comes to an end: " + world.ledger().alive());
      }
    }
  }

  /** Nothing holds runs back any more. */
  private void letGo() {
    world.post(new Command.Pause(false, new Reply<>()));
    Chances.QUEUES.forEach(this::free);
    Settings.TASKS.forEach(task -> free(task.queue().name()));
    streams.forEach(this::breakStream);
  }

  private void free(String queue) {
    world.post(
        new Command.ChangeQueue(
            queue,
            row ->
                row.withPaused(false)
                    .withLimitOverride(1_000)
                    .withTotalLimitOverride(QueueRow.UNLIMITED),
            new Reply<>()));
  }
}
