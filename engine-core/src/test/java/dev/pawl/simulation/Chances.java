package dev.pawl.simulation;

import static dev.pawl.TriggerOptions.options;

import dev.pawl.BatchOptions;
import dev.pawl.Debounce;
import dev.pawl.IdempotencyKey;
import dev.pawl.MetadataOperation;
import dev.pawl.PayloadConflict;
import dev.pawl.Queue;
import dev.pawl.TriggerOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Options of calls, by chance. Few keys, few queues, small limits, and times that collide: what is
 * rare in life is common here.
 */
final class Chances {
  static final List<String> QUEUES = List.of("shared", "total", "narrow");
  private static final String[] KEYS = {"x", "y", "z"};
  private static final int[] SECONDS = {1, 1, 2, 5, 5, 10, 30, 60, 600};

  private Chances() {}

  /**
   * Any options of a trigger.
   *
   * @param place what tells a body's calls from its others; empty outside of every run
   */
  static TriggerOptions trigger(
      SplittableRandom random, Settings settings, Instant now, String place) {
    TriggerOptions options = options();
    int rare = random.nextInt(100);
    if (random.nextInt(4) == 0) {
      options = options.delay(seconds(random));
    } else if (rare < 4) {
      options = options.delay(now.plusSeconds(random.nextInt(20) - 5));
    }
    if (random.nextInt(5) == 0) {
      options = options.ttl(random.nextInt(6) == 0 ? Duration.ZERO : seconds(random));
    }
    if (random.nextInt(5) == 0) {
      options = options.idempotencyKey(key(random, place));
      if (random.nextInt(3) == 0) {
        options = options.idempotencyKeyTtl(seconds(random));
      }
      if (random.nextInt(6) == 0) {
        options = options.onPayloadConflict(PayloadConflict.REJECT);
      }
    }
    if (random.nextInt(6) == 0) {
      options = options.debounce(debounce(random));
    }
    if (random.nextInt(4) == 0) {
      options = options.queue(queue(random));
    }
    if (random.nextInt(4) == 0) {
      options = options.concurrencyKey(KEYS[random.nextInt(KEYS.length)]);
    }
    if (random.nextInt(4) == 0) {
      options = options.priority(random.nextInt(7) - 3);
    }
    if (random.nextInt(8) == 0) {
      options = options.maxAttempts(random.nextInt(1, 4));
    }
    if (random.nextInt(10) == 0) {
      options = options.maxDuration(seconds(random));
    }
    if (settings.hasMachines() && random.nextInt(3) == 0) {
      options = options.machine(random.nextBoolean() ? "small" : "big");
    }
    if (random.nextInt(10) == 0) {
      options = options.tags("t" + random.nextInt(3));
    }
    if (random.nextInt(16) == 0) {
      options = options.metadata(Map.of("n", random.nextInt(3)));
    }
    return options;
  }

  /** Options of a trigger that is one of many: two keys, and little patience. */
  static TriggerOptions backlog(SplittableRandom random) {
    TriggerOptions options = options().concurrencyKey(KEYS[random.nextInt(2)]);
    return random.nextBoolean() ? options.ttl(seconds(random)) : options.ttl(Duration.ZERO);
  }

  static IdempotencyKey key(SplittableRandom random, String place) {
    String text = KEYS[random.nextInt(KEYS.length)];
    IdempotencyKey key = place.isEmpty() ? IdempotencyKey.of(text) : IdempotencyKey.of(text, place);
    return random.nextInt(3) == 0 ? key.scope(IdempotencyKey.Scope.GLOBAL) : key;
  }

  static Debounce debounce(SplittableRandom random) {
    int delay = random.nextInt(1, 6);
    Debounce debounce = Debounce.key(KEYS[random.nextInt(2)]).delay(Duration.ofSeconds(delay));
    if (random.nextInt(2) == 0) {
      debounce = debounce.maxDelay(Duration.ofSeconds(delay + random.nextInt(1, 8)));
    }
    return random.nextBoolean() ? debounce.trailing() : debounce;
  }

  static Queue queue(SplittableRandom random) {
    return switch (random.nextInt(5)) {
      case 0 -> Queue.named("total").totalLimit(2).concurrencyLimit(random.nextInt(1, 3));
      case 1 -> Queue.named("narrow").maxQueued(random.nextInt(1, 4)).concurrencyLimit(1);
      case 2 -> Queue.named("shared").concurrencyLimit(random.nextInt(1, 3));
      default -> Queue.named("shared");
    };
  }

  static BatchOptions batch(SplittableRandom random, String place) {
    BatchOptions options = BatchOptions.batchOptions();
    if (random.nextInt(4) != 0) {
      return options;
    }
    IdempotencyKey key = IdempotencyKey.of("batch" + random.nextInt(2) + place);
    return options.idempotencyKey(
        random.nextBoolean() ? key.scope(IdempotencyKey.Scope.GLOBAL) : key);
  }

  static List<MetadataOperation> metadata(SplittableRandom random) {
    return switch (random.nextInt(3)) {
      case 0 -> List.of(MetadataOperation.set("n", random.nextInt(5)));
      case 1 -> List.of(MetadataOperation.increment("count", 1));
      default ->
          List.of(
              MetadataOperation.append("list", random.nextInt(3)), MetadataOperation.delete("n"));
    };
  }

  static Duration seconds(SplittableRandom random) {
    return Duration.ofSeconds(SECONDS[random.nextInt(SECONDS.length)]);
  }
}
