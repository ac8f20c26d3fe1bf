package dev.pawl.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.CancelOptions;
import dev.pawl.CancelOptions.Children;
import dev.pawl.EngineBuilder;
import dev.pawl.IllegalRunStateException;
import dev.pawl.InvalidPayloadException;
import dev.pawl.LimitExceededException;
import dev.pawl.Limits;
import dev.pawl.Retry;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import dev.pawl.TriggerOptions;
import dev.pawl.UnknownTaskException;
import dev.pawl.fixtures.BodyLog;
import dev.pawl.fixtures.CrashingStore.Point;
import dev.pawl.fixtures.JsonCodec;
import dev.pawl.fixtures.Lives;
import dev.pawl.fixtures.Occupancy;
import dev.pawl.fixtures.RandomScripts;
import dev.pawl.fixtures.Script;
import dev.pawl.fixtures.ScriptBody;
import dev.pawl.fixtures.StoredState;
import dev.pawl.internal.api.Probe;
import dev.pawl.internal.loop.Figures;
import dev.pawl.spi.PayloadCodec;
import dev.pawl.spi.QueueRow;
import dev.pawl.spi.ResultRow;
import dev.pawl.spi.RunStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** One random history: what users, clock and crashes do, in an order that a seed decides. */
final class RandomHistory implements AutoCloseable {
  private static final Map<String, Integer> LIMITS =
      Map.of("task/one", 1, "task/two", 2, "shared", 2);

  private static final Duration TOLD_WITHIN = Duration.ofSeconds(20);

  /** Shared, since it takes its time to learn a type. */
  private static final PayloadCodec CODEC = new JsonCodec();

  private final boolean illStores;
  private final Random random;
  private final int maxConcurrency;
  private final RandomScripts scripts;
  private final ScriptBody body;
  private final Task<Script, String> late;
  private final Lives lives;
  private final List<CompletableFuture<?>> told = new ArrayList<>();
  private final Limits limits;
  private final List<String> done = new ArrayList<>();
  private boolean lateIsKnown = true;

  /**
   * A history.
   *
   * @param illStores whether commits fail now and then; each takes a while of real time
   */
  RandomHistory(long seed, boolean illStores) {
    this.illStores = illStores;
    this.random = new Random(seed);
    this.maxConcurrency = random.nextInt(1, 6);
    this.limits = Limits.defaults().residentRuns(seed % 2 == 0 ? 2 : 20_000);
    this.scripts = new RandomScripts(random, List.of("free", "one", "two", "late"));
    BodyLog log = new BodyLog(new Occupancy.Limits(maxConcurrency, LIMITS));
    this.body = new ScriptBody(log, LIMITS);
    this.late = body.task("late");
    this.lives = new Lives(log, this::settings);
  }

  private EngineBuilder settings(EngineBuilder builder) {
    EngineBuilder settings =
        builder
            .register(body.task("free"), body.task("one"), body.task("two"))
            .maxConcurrency(maxConcurrency)
            .limits(limits)
            .codec(CODEC)
            .random(new Random(1))
            .defaultRetry(Retry.exponential());
    return lateIsKnown ? settings.register(late) : settings;
  }

  void play(int steps) {
    for (int i = 0; i < steps; i++) {
      step();
      check();
    }
    lateIsKnown = true;
    lives.die();
    lives.finish();
    check();
    assertThat(lives.state().live()).as("live runs after %s", done).isEmpty();
    assertThat(Probe.of(lives.engine().present()).figures())
        .as("what is left in memory after %s", done)
        .isEqualTo(new Figures(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
    // A stage completes on a thread of its own, after the engine has settled.
    assertThat(
            CompletableFuture.allOf(told.toArray(CompletableFuture[]::new)).handle((all, e) -> 1))
        .as("whoever waited is told")
        .succeedsWithin(TOLD_WITHIN);
    assertThat(lives.engine().allBodiesEnded()).as("no thread is left").isTrue();
  }

  /** How its runs have ended. */
  Set<RunStatus> ends() {
    return lives.state().results().map(ResultRow::status).collect(Collectors.toSet());
  }

  /** How often the process died in the middle of a step. */
  int deaths() {
    return lives.died();
  }

  private void check() {
    assertThat(lives.check()).as("after %s", done).isEmpty();
  }

  private void did(String what) {
    done.add(what);
  }

  private void step() {
    switch (random.nextInt(20)) {
      case 0, 1, 2, 3, 4 -> trigger();
      case 5 -> refusedTrigger();
      case 6, 7 -> cancel();
      case 8 -> reschedule();
      case 9 -> pauseOrResume();
      case 10, 11, 12, 13, 14 -> advance();
      case 15 -> {
        did("die");
        lives.die();
      }
      case 16 -> {
        if (illStores && random.nextInt(4) == 0) {
          boolean applied = random.nextBoolean();
          did("the store fails next, applied " + applied);
          lives.store().failNext(applied);
        }
      }
      case 17, 18 -> {
        Point point = Point.values()[random.nextInt(2)];
        int commit = random.nextInt(1, 12);
        did("die " + point + " in " + commit);
        lives.dieAt(new Lives.Death(commit, point));
      }
      default -> lateTask();
    }
  }

  private void trigger() {
    Script.Child root = scripts.root();
    did("trigger " + root.script().path());
    lives.survives(
        () -> {
          try {
            RunHandle<String> handle =
                lives
                    .engine()
                    .tasks()
                    .trigger(ScriptBody.key(root.task()), root.script(), body.options(root));
            lives.acknowledged().acknowledged(handle.id(), root.task());
            told.add(handle.completion().toCompletableFuture());
          } catch (UnknownTaskException e) {
            assertThat(lateIsKnown).isFalse();
          }
        });
  }

  /** V2: what is refused leaves nothing behind. */
  private void refusedTrigger() {
    did("refused trigger");
    StoredState before = lives.state();
    int kind = random.nextInt(3);
    lives.survives(
        () -> {
          var tasks = lives.engine().tasks();
          Script script = scripts.root().script();
          try {
            switch (kind) {
              case 0 -> tasks.trigger("no-such-task", script);
              case 1 -> tasks.trigger(ScriptBody.key("free"), null);
              default ->
                  tasks.trigger(
                      ScriptBody.key("free"),
                      script,
                      TriggerOptions.options().tags("a", "b", "").queue("brand-new", 1));
            }
            throw new AssertionError("V2: it was not refused");
          } catch (UnknownTaskException
              | InvalidPayloadException
              | dev.pawl.InvalidOptionException
              | LimitExceededException e) {
            assertThat(lives.state()).as("V2").isEqualTo(before);
            assertThat(lives.store().<List<QueueRow>>look(RunStore::queues))
                .as("V2")
                .noneMatch(queue -> queue.name().equals("brand-new"));
          }
        });
  }

  private List<String> runs(RunQuery query) {
    return lives.engine().runs().stream(query).map(run -> run.id()).toList();
  }

  private void cancel() {
    boolean any = random.nextInt(4) == 0;
    List<String> runs =
        any
            ? runs(RunQuery.all())
            : runs(
                RunQuery.all()
                    .statuses(
                        RunStatus.WAITING,
                        RunStatus.QUEUED,
                        RunStatus.DELAYED,
                        RunStatus.PENDING_VERSION));
    if (!runs.isEmpty()) {
      String id = runs.get(random.nextInt(runs.size()));
      Children children = Children.values()[random.nextInt(3)];
      did("cancel " + id + " " + children);
      lives.survives(
          () ->
              lives
                  .engine()
                  .runs()
                  .cancel(id, CancelOptions.defaults().children(children).reason("by chance")));
    }
  }

  private void reschedule() {
    List<String> runs = runs(RunQuery.all().statuses(RunStatus.DELAYED));
    if (!runs.isEmpty()) {
      String id = runs.get(random.nextInt(runs.size()));
      Duration delay = Duration.ofSeconds(random.nextInt(1, 3_600));
      did("reschedule " + id);
      lives.survives(
          () -> {
            try {
              lives.engine().runs().reschedule(id, delay);
            } catch (IllegalRunStateException e) {
              assertThat(lives.engine().runs().retrieve(id).status())
                  .isNotEqualTo(RunStatus.DELAYED);
            }
          });
    }
  }

  private void pauseOrResume() {
    boolean pause = random.nextBoolean();
    did(pause ? "pause" : "resume");
    lives.survives(
        () -> {
          if (pause) {
            lives.engine().pause();
          } else {
            lives.engine().resume();
          }
        });
  }

  private void advance() {
    Duration by =
        random.nextInt(3) == 0
            ? Duration.ofSeconds(random.nextInt(1, 10))
            : Duration.ofMinutes(random.nextInt(1, 90));
    did("advance " + by);
    lives.advance(by);
  }

  private void lateTask() {
    lateIsKnown = !lateIsKnown;
    did(lateIsKnown ? "register" : "forget");
    if (lateIsKnown) {
      // Of this life alone: a test engine remembers what it registers itself.
      lives.survives(() -> lives.engine().present().register(late));
    } else {
      lives.die();
    }
  }

  @Override
  public void close() {
    lives.close();
  }
}
