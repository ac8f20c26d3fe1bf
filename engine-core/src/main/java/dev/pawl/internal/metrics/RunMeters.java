package dev.pawl.internal.metrics;

import dev.pawl.RunStatus;
import dev.pawl.internal.loop.Events;
import dev.pawl.spi.Micros;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * What becomes of runs and attempts: fed by the changes of their statuses, on the loop's thread.
 * Meters are kept at hand, since to look one up by its tags costs more than to use it.
 */
final class RunMeters implements Events.Sink {
  private static final String RETRIED = "retried";

  private final MeterRegistry registry;
  private final Tags common;
  private final Bound queues;
  private final Guard guard;
  private final Map<Key, Counter> ends = new HashMap<>();
  private final Map<Key, Timer> attempts = new HashMap<>();
  private final Map<Key, Timer> startDelays = new HashMap<>();

  private record Key(String taskId, String queue, String outcome) {}

  RunMeters(MeterRegistry registry, Tags common, Bound queues, Guard guard) {
    this.registry = registry;
    this.common = common;
    this.queues = queues;
    this.guard = guard;
  }

  @Override
  public void accept(Events.Change change) {
    guard.run(() -> count(change));
  }

  private void count(Events.Change change) {
    RunStatus to = change.to();
    if (to.isTerminal()) {
      meter(ends, key(change, Names.of(to)), this::ended).increment();
    }
    String outcome = outcomeOfAttempt(change);
    if (outcome != null) {
      meter(attempts, key(change, outcome), this::attempt)
          .record(change.at() - change.attemptStartedAt(), TimeUnit.MICROSECONDS);
    }
    boolean startsFirst =
        to == RunStatus.EXECUTING
            && change.attempt() == 1
            && change.attemptStartedAt() == change.at()
            && change.queuedAt() != Micros.NONE;
    if (startsFirst) {
      meter(startDelays, key(change, ""), this::startDelay)
          .record(change.at() - change.queuedAt(), TimeUnit.MICROSECONDS);
    }
  }

  /** How an attempt has ended; null where none has, or nobody knows when. */
  private static @org.jspecify.annotations.Nullable String outcomeOfAttempt(Events.Change change) {
    boolean inAttempt = change.from() == RunStatus.EXECUTING || change.from() == RunStatus.WAITING;
    if (!inAttempt || change.to() == RunStatus.CRASHED) {
      return null;
    }
    if (change.to() == RunStatus.RETRYING) {
      return RETRIED;
    }
    return change.to().isTerminal() ? Names.of(change.to()) : null;
  }

  private Key key(Events.Change change, String outcome) {
    return new Key(change.taskId(), queues.of(change.queue()), outcome);
  }

  private static <M> M meter(Map<Key, M> meters, Key key, Function<Key, M> make) {
    M meter = meters.get(key);
    if (meter == null) {
      meter = make.apply(key);
      meters.put(key, meter);
    }
    return meter;
  }

  private Counter ended(Key key) {
    return Counter.builder("pawl.runs.ended")
        .description("runs that have ended")
        .tags(common.and(Names.TASK, key.taskId, Names.QUEUE, key.queue))
        .tag(Names.STATUS, key.outcome)
        .register(registry);
  }

  private Timer attempt(Key key) {
    return Timer.builder("pawl.attempt.duration")
        .description("attempts from start to end, what they waited for included")
        .tags(common.and(Names.TASK, key.taskId, Names.QUEUE, key.queue))
        .tag(Names.OUTCOME, key.outcome)
        .register(registry);
  }

  private Timer startDelay(Key key) {
    return Timer.builder("pawl.run.start.delay")
        .description("from when a run could have started to its first start")
        .tags(common.and(Names.TASK, key.taskId, Names.QUEUE, key.queue))
        .register(registry);
  }
}
