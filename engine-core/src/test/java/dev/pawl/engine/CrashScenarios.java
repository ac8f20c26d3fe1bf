package dev.pawl.engine;

import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.AbortRunException;
import dev.pawl.AwaitTimeoutException;
import dev.pawl.EngineBuilder;
import dev.pawl.Fork;
import dev.pawl.Queue;
import dev.pawl.Retry;
import dev.pawl.RunHandle;
import dev.pawl.RunResult;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import dev.pawl.TaskKey;
import dev.pawl.fixtures.Occupancy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;

/** What {@link CrashEverywhereTest} plays. */
final class CrashScenarios {
  private CrashScenarios() {}

  /** All of them; each call of a supplier gives a fresh one. */
  static Stream<Named<Supplier<CrashScenario>>> all() {
    return Stream.<Supplier<CrashScenario>>of(
            NestedWaits::new,
            RecursionOnAQueueOfOne::new,
            BatchAndWait::new,
            ForksWithSeveralWaits::new,
            AwaitingAHandle::new,
            AwaitingAHandleWithTimeout::new,
            RetriesWithBackoff::new,
            Abort::new,
            Delays::new,
            Expiry::new,
            CancelOfAWaitingTree::new,
            FireAndForget::new,
            KeysWithLimits::new,
            ChildrenThatEndBadly::new,
            LateRegistration::new)
        .map(scenario -> Named.of(scenario.get().toString(), scenario));
  }

  private static String words(List<RunResult<String>> results) {
    return String.join(" ", results.stream().map(CrashScenarios::word).toList());
  }

  private static String word(RunResult<String> result) {
    return result instanceof RunResult.Failed<String> failed
        ? failed.status().name()
        : result.unwrap();
  }

  static final class NestedWaits extends CrashScenario {
    private final Task<String, String> leaf = task("leaf", (p, run, stay) -> p + "!");
    private final Task<String, String> middle =
        task(
            "middle",
            (p, run, stay) ->
                stay.result(() -> run.triggerAndWait(leaf, p + "1")).unwrap()
                    + stay.result(() -> run.triggerAndWait(leaf, p + "2", options().delay("1h")))
                        .unwrap());
    private final Task<String, String> root =
        task(
            "root",
            (p, run, stay) ->
                stay.result(() -> run.triggerAndWait(middle, p + "a")).unwrap()
                    + stay.result(() -> run.triggerAndWait(middle, p + "b")).unwrap());

    @Override
    void play() {
      trigger(root, "r");
    }

    @Override
    void expect() {
      expectOutput("r", "ra1!ra2!rb1!rb2!");
      assertThat(lives().state().runs()).hasSize(7);
    }
  }

  static final class RecursionOnAQueueOfOne extends CrashScenario {
    private final TaskKey<String, String> key = TaskKey.of("sum", String.class, String.class);
    private final Task<String, String> sum =
        task(
            Task.define(key).retry(MANY).concurrencyLimit(1),
            (p, run, stay) -> {
              int n = Integer.parseInt(p);
              return n == 0
                  ? "0"
                  : ""
                      + (n
                          + Integer.parseInt(
                              stay.result(() -> run.triggerAndWait(key, "" + (n - 1))).unwrap()));
            });

    @Override
    Occupancy.Limits limits() {
      return new Occupancy.Limits(1_000, Map.of("task/sum", 1));
    }

    @Override
    void play() {
      trigger(sum, "6");
    }

    @Override
    void expect() {
      expectOutput("6", "21");
      assertThat(lives().state().runs()).hasSize(7);
    }
  }

  static final class BatchAndWait extends CrashScenario {
    private final Task<String, String> item =
        task(
            "item",
            (p, run, stay) -> {
              if (p.equals("bad")) {
                throw new AbortRunException("bad");
              }
              return p + "!";
            });
    private final Task<String, String> root =
        task(
            "root",
            (p, run, stay) ->
                words(
                        stay.results(
                            () ->
                                run.batchTriggerAndWait(item, List.of("x", "bad", "y")).results()))
                    + " "
                    + words(
                        stay.results(
                            () ->
                                run.batchTriggerAndWait(
                                        item, List.of("u", "v"), options().delay("1h"))
                                    .results())));

    @Override
    void play() {
      trigger(root, "r");
    }

    @Override
    void expect() {
      expectOutput("r", "x! FAILED y! u! v!");
      assertThat(lives().state().runs()).hasSize(6);
    }
  }

  static final class ForksWithSeveralWaits extends CrashScenario {
    private final Task<String, String> leaf = task("leaf", (p, run, stay) -> p + "!");
    private final Task<String, String> root =
        task(
            Task.define("root", String.class, String.class).retry(MANY).concurrencyLimit(1),
            (p, run, stay) -> {
              List<Fork<String>> forks = new ArrayList<>();
              for (String hours : List.of("3", "1", "2")) {
                forks.add(
                    stay.fork(
                        own ->
                            own.result(
                                        () ->
                                            run.triggerAndWait(
                                                leaf, p + hours, options().delay(hours + "h")))
                                    .unwrap()
                                + own.result(() -> run.triggerAndWait(leaf, p + hours + "b"))
                                    .unwrap()));
              }
              StringBuilder all = new StringBuilder();
              for (Fork<String> fork : forks) {
                all.append(stay.parked(fork::join));
              }
              return all.toString();
            });

    @Override
    Occupancy.Limits limits() {
      return new Occupancy.Limits(1_000, Map.of("task/root", 1));
    }

    @Override
    void play() {
      trigger(root, "r");
      trigger(root, "s");
    }

    @Override
    void expect() {
      expectOutput("r", "r3!r3b!r1!r1b!r2!r2b!");
      expectOutput("s", "s3!s3b!s1!s1b!s2!s2b!");
      assertThat(lives().state().runs()).hasSize(14);
    }
  }

  static final class AwaitingAHandle extends CrashScenario {
    private final Task<String, String> leaf = task("leaf", (p, run, stay) -> p + "!");
    private final Task<String, String> root =
        task(
            "root",
            (p, run, stay) -> {
              RunHandle<String> slow = run.trigger(leaf, p + "slow", options().delay("2h"));
              RunHandle<String> quick = run.trigger(leaf, p + "quick");
              String first = stay.result(quick::await).unwrap();
              return first + stay.result(slow::await).unwrap() + stay.result(quick::await).unwrap();
            });

    @Override
    void play() {
      trigger(root, "r");
    }

    @Override
    void expect() {
      expectOutput("r", "rquick!rslow!rquick!");
      assertThat(lives().state().runs()).hasSize(3);
    }
  }

  static final class AwaitingAHandleWithTimeout extends CrashScenario {
    private final Task<String, String> leaf = task("leaf", (p, run, stay) -> p + "!");
    private final Task<String, String> root =
        task(
            "root",
            (p, run, stay) -> {
              RunHandle<String> slow = run.trigger(leaf, p + "slow", options().delay("5h"));
              StringBuilder seen = new StringBuilder();
              for (int hours : List.of(1, 2, 24)) {
                try {
                  seen.append(stay.result(() -> slow.await(Duration.ofHours(hours))).unwrap());
                } catch (AwaitTimeoutException e) {
                  seen.append(hours).append(' ');
                }
              }
              return seen.toString();
            });

    @Override
    void play() {
      trigger(root, "r");
    }

    @Override
    void expect() {
      expectOutput("r", "1 2 rslow!");
      assertThat(lives().state().runs()).hasSize(2);
    }
  }

  static final class RetriesWithBackoff extends CrashScenario {
    private final Task<String, String> leaf = task("leaf", (p, run, stay) -> p + "!");
    private final Task<String, String> root =
        task(
            "root",
            (p, run, stay) -> {
              String child = stay.result(() -> run.triggerAndWait(leaf, p + "c")).unwrap();
              if (run.attempt() < 4) {
                throw new IOException("down");
              }
              return child;
            });

    @Override
    void play() {
      trigger(root, "r");
    }

    @Override
    void expect() {
      expectOutput("r", "rc!");
      assertThat(lives().engine().runs().retrieve(id("r")).attemptCount()).isGreaterThan(3);
    }
  }

  static final class Abort extends CrashScenario {
    private final Task<String, String> aborting =
        task(
            "aborting",
            (p, run, stay) -> {
              throw new AbortRunException("no");
            });
    private final Task<String, String> root =
        task(
            "root",
            (p, run, stay) -> {
              String child = word(stay.result(() -> run.triggerAndWait(aborting, p + "c")));
              throw new AbortRunException(child);
            });

    @Override
    void play() {
      trigger(root, "r");
    }

    @Override
    void expect() {
      assertThat(status("r")).isEqualTo(RunStatus.FAILED);
      assertThat(lives().engine().runs().retrieve(id("r")).error().message()).isEqualTo("FAILED");
      assertThat(lives().state().runs()).hasSize(2);
    }
  }

  static final class Delays extends CrashScenario {
    private final Task<String, String> leaf = task("leaf", (p, run, stay) -> p + "!");

    @Override
    void play() {
      trigger(leaf, "c", options().delay("3h"));
      trigger(leaf, "a", options().delay("1h"));
      trigger(leaf, "b", options().delay("2h"));
      lives().advance(Duration.ofMinutes(30));
      untilDone(() -> lives().engine().runs().reschedule(id("c"), Duration.ofMinutes(10)));
    }

    @Override
    void expect() {
      for (String name : List.of("a", "b", "c")) {
        expectOutput(name, name + "!");
      }
      assertThat(
              Stream.of("c", "a", "b")
                  .map(name -> lives().engine().runs().retrieve(id(name)).finishedAt()))
          .isSorted();
    }
  }

  static final class Expiry extends CrashScenario {
    private final Task<String, String> leaf = task("leaf", (p, run, stay) -> p + "!");
    private final Task<String, String> root =
        task(
            "root",
            (p, run, stay) ->
                word(
                        stay.result(
                            () ->
                                run.triggerAndWait(
                                    leaf, p + "c", options().queue("closed", 0).ttl("1h"))))
                    + word(
                        stay.result(() -> run.triggerAndWait(leaf, p + "d", options().ttl("1h")))));

    @Override
    void play() {
      trigger(leaf, "x", options().queue("closed", 0).ttl("90m"));
      trigger(leaf, "y", options().queue("closed", 0).ttl("1h").delay("1h"));
      trigger(root, "r");
    }

    @Override
    void expect() {
      assertThat(Stream.of("x", "y", "rc").map(this::status)).containsOnly(RunStatus.EXPIRED);
      expectOutput("r", "EXPIREDrd!");
    }
  }

  static final class CancelOfAWaitingTree extends CrashScenario {
    private final Task<String, String> leaf = task("leaf", (p, run, stay) -> p + "!");
    private final Task<String, String> middle =
        task(
            "middle",
            (p, run, stay) -> {
              run.trigger(leaf, p + "forgotten", options().delay("5h"));
              return word(
                  stay.result(() -> run.triggerAndWait(leaf, p + "c", options().delay("10h"))));
            });
    private final Task<String, String> root =
        task(
            "root",
            (p, run, stay) ->
                words(
                    stay.results(
                        () ->
                            run.batchTriggerAndWait(middle, List.of(p + "1", p + "2")).results())));

    @Override
    void play() {
      trigger(root, "r");
      trigger(root, "other");
      lives().advance(Duration.ofHours(1));
      untilDone(() -> lives().engine().runs().cancel(id("r")));
      untilDone(() -> lives().engine().runs().cancel(id("other1c")));
    }

    @Override
    void expect() {
      for (String name : List.of("r", "r1", "r2", "r1c", "r2c", "r1forgotten", "other1c")) {
        assertThat(status(name)).as(name).isEqualTo(RunStatus.CANCELED);
      }
      expectOutput("other", "CANCELED other2c!");
    }
  }

  static final class FireAndForget extends CrashScenario {
    private final Task<String, String> leaf = task("leaf", (p, run, stay) -> p + "!");
    private final Task<String, String> root =
        task(
            "root",
            (p, run, stay) -> {
              for (int i = 0; i < 4; i++) {
                run.trigger(leaf, p + i, i % 2 == 0 ? options() : options().delay("1h"));
              }
              return p;
            });

    @Override
    void play() {
      trigger(root, "r");
    }

    @Override
    void expect() {
      expectOutput("r", "r");
      for (int i = 0; i < 4; i++) {
        expectOutput("r" + i, "r" + i + "!");
      }
      assertThat(lives().state().runs()).hasSize(5);
    }
  }

  static final class KeysWithLimits extends CrashScenario {
    private final Task<String, String> leaf = task("leaf", (p, run, stay) -> p + "!");
    private final Task<String, String> keyed =
        task(
            Task.define("keyed", String.class, String.class)
                .retry(MANY)
                .queue(Queue.named("keyed").concurrencyLimit(1)),
            (p, run, stay) -> stay.result(() -> run.triggerAndWait(leaf, "c" + p)).unwrap());
    private final Task<String, String> root =
        task(
            "root",
            (p, run, stay) -> {
              for (String name : List.of("1@a", "2@a", "1@b", "2@b")) {
                run.trigger(keyed, name, options().concurrencyKey(name.substring(2)));
              }
              return p;
            });

    @Override
    Occupancy.Limits limits() {
      return new Occupancy.Limits(2, Map.of("keyed", 1));
    }

    @Override
    EngineBuilder settings(EngineBuilder builder) {
      return super.settings(builder).maxConcurrency(2);
    }

    @Override
    void play() {
      trigger(root, "r");
      trigger(keyed, "3@a", options().concurrencyKey("a"));
    }

    @Override
    void expect() {
      for (String name : List.of("1@a", "2@a", "1@b", "2@b", "3@a")) {
        expectOutput(name, "c" + name + "!");
      }
      assertThat(lives().state().runs()).hasSize(11);
    }
  }

  /** Its children have one attempt each: a crash in one shows in what its parent sees. */
  static final class ChildrenThatEndBadly extends CrashScenario {
    private final Task<String, String> fragile =
        task(
            Task.define("fragile", String.class, String.class).retry(Retry.none()),
            (p, run, stay) -> {
              if (p.endsWith("fails")) {
                throw new IOException("down");
              }
              return p + "!";
            });
    private final Task<String, String> root =
        task(
            "root",
            (p, run, stay) ->
                words(
                    List.of(
                        stay.result(() -> run.triggerAndWait(fragile, p + "fails")),
                        stay.result(() -> run.triggerAndWait(fragile, p + "crashes")),
                        stay.result(
                            () ->
                                run.triggerAndWait(
                                    fragile,
                                    p + "expires",
                                    options().queue("closed", 0).ttl("1h"))),
                        stay.result(
                            () ->
                                run.triggerAndWait(
                                    fragile, p + "canceled", options().delay("10h"))))));

    @Override
    void play() {
      trigger(root, "r");
      lives().advance(Duration.ofHours(2));
      untilDone(() -> lives().engine().runs().cancel(id("rcanceled")));
    }

    @Override
    void expect() {
      assertThat(status("rfails")).isIn(RunStatus.FAILED, RunStatus.CRASHED);
      assertThat(status("rcrashes")).isIn(RunStatus.COMPLETED, RunStatus.CRASHED);
      assertThat(status("rexpires")).isEqualTo(RunStatus.EXPIRED);
      assertThat(status("rcanceled")).isEqualTo(RunStatus.CANCELED);
      expectOutput(
          "r",
          status("rfails")
              + (status("rcrashes") == RunStatus.CRASHED ? " CRASHED" : " rcrashes!")
              + " EXPIRED CANCELED");
    }
  }

  static final class LateRegistration extends CrashScenario {
    private final Task<String, String> leaf = task("leaf", (p, run, stay) -> p + "!");
    private final Task<String, String> late =
        later(
            Task.define("late", String.class, String.class).retry(MANY),
            (p, run, stay) ->
                p
                    + stay.result(() -> run.triggerAndWait(leaf, p + "c", options().delay("1h")))
                        .unwrap());
    private final Task<String, String> root =
        task(
            "root",
            (p, run, stay) -> {
              RunHandle<String> handle = run.trigger(late, p + "late", options().delay("30m"));
              return stay.result(handle::await).unwrap();
            });
    private boolean known = true;

    @Override
    EngineBuilder settings(EngineBuilder builder) {
      EngineBuilder settings = super.settings(builder);
      return known ? settings.register(late) : settings;
    }

    @Override
    void play() {
      trigger(late, "waits");
      trigger(root, "r");
      trigger(late, "expires", options().queue("closed", 0).ttl("3h"));
      known = false;
      lives().die();
      lives().advance(Duration.ofHours(2));
      assertThat(Stream.of("waits", "rlate").map(this::status))
          .containsOnly(RunStatus.PENDING_VERSION);
      known = true;
      lives()
          .survives(
              () -> lives().engine().register(late)); // after a crash the next life knows it anyway
    }

    @Override
    void expect() {
      expectOutput("waits", "waitswaitsc!");
      expectOutput("r", "rlaterlatec!");
      assertThat(status("expires")).isEqualTo(RunStatus.EXPIRED);
    }
  }
}
