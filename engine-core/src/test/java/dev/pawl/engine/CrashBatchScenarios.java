package dev.pawl.engine;

import static dev.pawl.BatchOptions.batchOptions;
import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Batch;
import dev.pawl.BatchHandle;
import dev.pawl.BatchItem;
import dev.pawl.BatchOptions;
import dev.pawl.BatchStatus;
import dev.pawl.EngineBuilder;
import dev.pawl.Fork;
import dev.pawl.Limits;
import dev.pawl.RunHandle;
import dev.pawl.RunResult;
import dev.pawl.Task;
import dev.pawl.internal.api.Probe;
import dev.pawl.spi.StoredRun;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;

/** Batches for {@link CrashEverywhereTest}: each chunk of a stream is a commit to die at. */
final class CrashBatchScenarios {
  private static final int CHUNK = 3;

  private CrashBatchScenarios() {}

  static Stream<Named<Supplier<CrashScenario>>> all() {
    return Stream.<Supplier<CrashScenario>>of(
            StreamAndWait::new,
            StreamThatNobodyWaitsFor::new,
            StreamsOfForks::new,
            StreamFromOutside::new,
            ListsWithAKey::new,
            SourceThatThrows::new)
        .map(scenario -> Named.of(scenario.get().toString(), scenario));
  }

  /** A scenario with short chunks. */
  abstract static class Streaming extends CrashScenario {
    final Task<String, String> leaf = task("leaf", (p, run, stay) -> p + "!");

    @Override
    EngineBuilder settings(EngineBuilder builder) {
      return super.settings(builder).limits(Limits.defaults().streamChunkItems(CHUNK));
    }

    static List<String> names(String prefix, int count) {
      return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
    }

    static String words(List<RunResult<String>> results) {
      return String.join(" ", results.stream().map(RunResult::unwrap).toList());
    }

    final long batchOf(String payload) {
      return lives().state().runs().values().stream()
          .map(StoredRun::run)
          .filter(run -> run.id() == Probe.numberOf(id(payload)))
          .findFirst()
          .orElseThrow()
          .batchId();
    }

    /** Each payload was triggered once, and stands in one batch at its index. */
    final void expectBatch(List<String> payloads) {
      Batch batch =
          lives().engine().batch().retrieve(Probe.idOfBatch(batchOf(payloads.getFirst())));
      assertThat(batch.status()).isEqualTo(BatchStatus.COMPLETED);
      assertThat(batch.succeeded()).isEqualTo(payloads.size());
      assertThat(batch.runs())
          .extracting(RunHandle::id)
          .containsExactlyElementsOf(payloads.stream().map(this::id).toList());
    }
  }

  static final class StreamAndWait extends Streaming {
    private final Task<String, String> root =
        task(
            "root",
            (p, run, stay) ->
                words(
                        stay.results(
                            () ->
                                run.batchTriggerAndWait(leaf, names(p + "a", 7).iterator())
                                    .results()))
                    + " | "
                    + words(
                        stay.results(
                            () ->
                                run.batchTriggerAndWait(
                                        names(p + "b", 2 * CHUNK).stream()
                                            .map(
                                                name ->
                                                    BatchItem.of(
                                                        leaf,
                                                        name,
                                                        name.endsWith("b1")
                                                            ? options().delay("1h")
                                                            : options())))
                                    .results())));

    @Override
    void play() {
      trigger(root, "r");
    }

    @Override
    void expect() {
      expectOutput("r", "ra0! ra1! ra2! ra3! ra4! ra5! ra6! | rb0! rb1! rb2! rb3! rb4! rb5!");
      assertThat(lives().state().runs()).hasSize(1 + 7 + 6);
      expectBatch(names("ra", 7));
      expectBatch(names("rb", 6));
    }
  }

  static final class StreamThatNobodyWaitsFor extends Streaming {
    private final Task<String, String> root =
        task(
            "root",
            (p, run, stay) -> {
              BatchHandle<String> batch = run.batchTrigger(leaf, names(p, 2 * CHUNK).stream());
              String last = stay.result(() -> run.triggerAndWait(leaf, p + "last")).unwrap();
              return batch.size() + last + run.batchTrigger(leaf, Stream.<String>empty()).size();
            });

    @Override
    void play() {
      trigger(root, "r");
    }

    @Override
    void expect() {
      expectOutput("r", "6rlast!0");
      assertThat(lives().state().runs()).hasSize(1 + 6 + 1);
      expectBatch(names("r", 6));
    }
  }

  static final class StreamsOfForks extends Streaming {
    private final Task<String, String> root =
        task(
            "root",
            (p, run, stay) -> {
              List<Fork<String>> forks = new ArrayList<>();
              for (String name : List.of("x", "y")) {
                BatchOptions key = batchOptions().idempotencyKey(name);
                forks.add(
                    stay.fork(
                        own ->
                            words(
                                own.results(
                                    () ->
                                        run.batchTriggerAndWait(
                                                leaf, names(p + name, 5).iterator(), key)
                                            .results()))));
              }
              StringBuilder all = new StringBuilder();
              for (Fork<String> fork : forks) {
                all.append(stay.parked(fork::join)).append(' ');
              }
              return all.toString();
            });

    @Override
    void play() {
      trigger(root, "r");
    }

    @Override
    void expect() {
      expectOutput("r", "rx0! rx1! rx2! rx3! rx4! ry0! ry1! ry2! ry3! ry4! ");
      assertThat(lives().state().runs()).hasSize(1 + 10);
      expectBatch(names("rx", 5));
      expectBatch(names("ry", 5));
    }
  }

  /** Repeated with the same key until nothing dies: what was created is found, not repeated. */
  static final class StreamFromOutside extends Streaming {
    private final List<String> batches = new ArrayList<>();

    @Override
    void play() {
      untilDone(
          () ->
              batches.add(
                  lives()
                      .engine()
                      .tasks()
                      .batchTrigger(
                          leaf, names("o", 8).iterator(), batchOptions().idempotencyKey("import"))
                      .id()));
    }

    @Override
    void expect() {
      assertThat(lives().state().runs()).hasSize(8);
      Batch batch = lives().engine().batch().retrieve(batches.getLast());
      assertThat(batch.status()).isEqualTo(BatchStatus.COMPLETED);
      assertThat(batch.runs())
          .extracting(RunHandle::id)
          .containsExactlyElementsOf(names("o", 8).stream().map(this::id).toList());
    }
  }

  static final class ListsWithAKey extends Streaming {
    private final Task<String, String> root =
        task(
            "root",
            (p, run, stay) -> {
              BatchOptions key = batchOptions().idempotencyKey("k").each(options().delay("30m"));
              BatchHandle<String> batch = run.batchTrigger(leaf, names(p, 2), key);
              String all =
                  words(
                      stay.results(
                          () -> run.batchTriggerAndWait(leaf, names(p, 2), key).results()));
              String again =
                  words(
                      stay.results(
                          () -> run.batchTriggerAndWait(leaf, names(p, 2), key).results()));
              return all + " " + again + " " + batch.size();
            });

    @Override
    void play() {
      trigger(root, "r");
    }

    @Override
    void expect() {
      expectOutput("r", "r0! r1! r0! r1! 2");
      assertThat(lives().state().runs()).hasSize(3);
      expectBatch(names("r", 2));
    }
  }

  /** It breaks off in each life that comes so far; what came before it is there once. */
  static final class SourceThatThrows extends Streaming {
    private final Task<String, String> root =
        task(
            "root",
            (p, run, stay) -> {
              String told;
              try {
                run.batchTrigger(
                    leaf,
                    names(p, 9).stream()
                        .peek(
                            name -> {
                              if (name.endsWith("5")) {
                                throw new IllegalStateException("dead line");
                              }
                            }));
                told = "whole";
              } catch (dev.pawl.BatchTriggerException e) {
                told = e.phase() + " " + e.itemCount();
              }
              return told + stay.result(() -> run.triggerAndWait(leaf, p + "x")).unwrap();
            });

    @Override
    void play() {
      trigger(root, "r");
    }

    @Override
    void expect() {
      expectOutput("r", "STREAM 5rx!");
      assertThat(lives().state().runs()).hasSize(1 + 5 + 1);
      assertThat(lives().engine().batch().retrieve(Probe.idOfBatch(batchOf("r0"))).status())
          .isEqualTo(BatchStatus.ABORTED);
      assertThat(new HashSet<>(lives().state().batches().keySet())).hasSize(1);
    }
  }
}
