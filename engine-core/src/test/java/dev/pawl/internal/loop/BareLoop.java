package dev.pawl.internal.loop;

import dev.pawl.Limits;
import dev.pawl.Queue;
import dev.pawl.Retention;
import dev.pawl.Retry;
import dev.pawl.internal.queue.Machines;
import dev.pawl.internal.queue.Queues;
import dev.pawl.spi.Micros;
import dev.pawl.spi.RunStore;
import dev.pawl.spi.StoredValue;
import dev.pawl.testing.TestEngine;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes loops without an engine around them, and without bodies. */
final class BareLoop {
  private BareLoop() {}

  /** Bodies that are entered, and do nothing by themselves. */
  private record Entering(List<Attempt> entered) implements Bodies {
    @Override
    public void enter(Attempt attempt) {
      entered.add(attempt);
    }

    @Override
    public void cancel(Attempt attempt, String reason) {}

    @Override
    public void interrupt(Attempt attempt) {}

    @Override
    public void unload(Attempt attempt) {}

    @Override
    public void reportStuck(Leftovers.Leftover leftover) {}

    @Override
    public void interruptAll() {}
  }

  private static final class NoMetadata implements MetadataJson {
    @Override
    public String encode(Map<String, Object> metadata) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Map<String, Object> decode(String json) {
      throw new UnsupportedOperationException();
    }
  }

  /** A loop that was not opened: what is posted before that is taken in one turn. */
  static Loop over(RunStore store, Limits limits) {
    return new Loop(parts(store, limits, new ArrayList<>()));
  }

  /** What such a loop is made of; what is entered is added to a list. */
  static Loop.Parts parts(RunStore store, Limits limits, List<Attempt> entered) {
    return parts(store, limits, entered, TestEngine.START);
  }

  /** The same, at some time. */
  static Loop.Parts parts(RunStore store, Limits limits, List<Attempt> entered, Instant now) {
    return new Loop.Parts(
        store,
        new EngineClock(InstantSource.fixed(now), Micros.NONE),
        store.state(),
        new Entering(entered),
        task -> Retry.none(),
        new Random(1),
        limits,
        10,
        new Machines(Map.of(), Queues.UNLIMITED),
        List.of(),
        Set.of("task"),
        new NoMetadata(),
        new Events(),
        Tally.NONE,
        Set.of(),
        EndHooks.NONE,
        Retention.defaults());
  }

  /** A trigger of a small payload. */
  static Command.Trigger trigger(long delay) {
    return trigger(delay, new byte[] {'1'});
  }

  static Command.Trigger trigger(long delay, byte[] payload) {
    return trigger(delay, 0, null, payload);
  }

  static Command.Trigger trigger(long delay, long ttl, @Nullable String key, byte[] payload) {
    TriggerRequest request =
        new TriggerRequest(
            "task",
            StoredValue.of(payload),
            delay,
            Micros.NONE,
            ttl,
            2,
            0,
            Queue.named("task/task"),
            key,
            List.of(),
            null,
            0,
            null,
            null,
            0,
            0,
            null,
            null,
            false,
            null);
    return new Command.Trigger(request, null, new Reply<>());
  }
}
