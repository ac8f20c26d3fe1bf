package dev.pawl.h2;

import static dev.pawl.TriggerOptions.options;

import dev.pawl.Debounce;
import dev.pawl.Engine;
import dev.pawl.Health;
import dev.pawl.PawlException;
import dev.pawl.Queue;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.Task;
import dev.pawl.TriggerOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * The process of {@link FloodTest}: several threads do one thing again and again. Arguments: folder
 * of the store, what is done, how many times as often. Ends with 0 where nothing but typed refusals
 * came of it, the engine is well, and everything accepted is there.
 */
final class FloodChild {
  private static final int THREADS = 8;
  private static final Duration FAR = Duration.ofDays(100);
  private static final String FILLER = "x".repeat(200);

  private static final Queue BOUNDED = Queue.named("bounded").concurrencyLimit(0).maxQueued(2_000);

  private static final Task<String, String> SINK =
      Task.define("sink", String.class, String.class).run((text, run) -> text);

  private static final Task<String, String> STUCK =
      Task.define("stuck", String.class, String.class).queue(BOUNDED).run((text, run) -> text);

  /** What there is too much of. */
  enum Flood {
    /** Runs that execute at once. */
    TRIGGERS(20_000) {
      @Override
      int done(Engine engine, int i) {
        engine.tasks().trigger(SINK, FILLER);
        return 1;
      }
    },
    /** A queue from which nothing starts. */
    BOUNDED_QUEUE(10_000) {
      @Override
      int done(Engine engine, int i) {
        engine.tasks().trigger(STUCK, FILLER);
        return 1;
      }
    },
    /** Batches, most of them larger than allowed. */
    BATCHES(60) {
      @Override
      int done(Engine engine, int i) {
        int size = i % 2 == 0 ? 500 : 20_000;
        engine.tasks().batchTrigger(SINK, Collections.nCopies(size, FILLER));
        return size;
      }
    },
    /** Keys that do not expire soon. */
    IDEMPOTENCY_KEYS(20_000) {
      @Override
      int done(Engine engine, int i) {
        engine.tasks().trigger(SINK, FILLER, options().idempotencyKey("key " + i + FILLER));
        return 1;
      }
    },
    /** Runs that are bound to a key of their own, and not due for long. */
    DEBOUNCE_KEYS(20_000) {
      @Override
      int done(Engine engine, int i) {
        TriggerOptions key = options().debounce(Debounce.key("key " + i).delay(FAR));
        engine.tasks().trigger(SINK, FILLER, key);
        return 1;
      }
    },
    /** As many and as long tags and metadata as there may be, and more. */
    LABELS(5_000) {
      @Override
      int done(Engine engine, int i) {
        List<String> tags =
            IntStream.range(0, i % 3 == 0 ? 500 : 10).mapToObj(n -> n + "t".repeat(120)).toList();
        Map<String, Object> metadata = Map.of("text", "m".repeat(i % 5 == 0 ? 400_000 : 5_000));
        engine.tasks().trigger(SINK, FILLER, options().tags(tags).metadata(metadata));
        return 1;
      }
    },
    /** A listener that is slower than the events. */
    EVENTS(20_000) {
      @Override
      void begin(Engine engine) {
        engine.onEvent(event -> awaitNever());
      }

      @Override
      int done(Engine engine, int i) {
        engine.tasks().trigger(SINK, FILLER);
        return 1;
      }
    },
    /** A queue, and a key, for each run. */
    QUEUES(10_000) {
      @Override
      int done(Engine engine, int i) {
        TriggerOptions queue = options().queue("queue-" + i, 1).concurrencyKey("key " + i);
        engine.tasks().trigger(SINK, FILLER, queue);
        return 1;
      }
    },
    /** Payloads up to, and above, what is allowed. */
    PAYLOADS(60) {
      @Override
      int done(Engine engine, int i) {
        engine.tasks().trigger(SINK, "p".repeat(i % 3 == 0 ? 20_000_000 : 600_000));
        return 1;
      }
    };

    private final int count;

    Flood(int count) {
      this.count = count;
    }

    void begin(Engine engine) {}

    /** Does it once, and says how many runs came of it. */
    abstract int done(Engine engine, int i);
  }

  private FloodChild() {}

  private static void awaitNever() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  public static void main(String[] args) throws Exception {
    Flood flood = Flood.valueOf(args[1]);
    int count = flood.count * Integer.parseInt(args[2]);
    AtomicLong accepted = new AtomicLong();
    AtomicLong refused = new AtomicLong();
    List<Throwable> unexpected = Collections.synchronizedList(new ArrayList<>());
    int status = 0;
    try (Engine engine =
        Engine.builder().store(H2Store.file(Path.of(args[0]))).register(SINK, STUCK).start()) {
      flood.begin(engine);
      List<Thread> threads = new ArrayList<>();
      for (int t = 0; t < THREADS; t++) {
        int first = t;
        threads.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      for (int i = first; i < count; i += THREADS) {
                        try {
                          accepted.addAndGet(flood.done(engine, i));
                        } catch (PawlException e) {
                          refused.incrementAndGet();
                        } catch (Throwable e) {
                          unexpected.add(e);
                        }
                      }
                    }));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      RunHandle<String> last = engine.tasks().trigger(SINK, "last");
      boolean works = last.await(Duration.ofMinutes(2)).ok();
      long runs = engine.runs().count(RunQuery.all()) - 1;
      Health health = engine.health();
      System.out.println(
          flood
              + ": "
              + accepted
              + " accepted, "
              + refused
              + " refused, "
              + runs
              + " stored, "
              + health.status()
              + ", unexpected: "
              + unexpected);
      status = unexpected.isEmpty() && works && health.isUp() && runs == accepted.get() ? 0 : 1;
    }
    System.exit(status);
  }
}
