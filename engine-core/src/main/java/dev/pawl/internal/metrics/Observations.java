package dev.pawl.internal.metrics;

import dev.pawl.internal.exec.Watch;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.ReceiverContext;
import io.micrometer.observation.transport.SenderContext;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An {@link Observation} of each trigger and each attempt. A trigger is a sender and an attempt a
 * receiver, in Micrometer's words, and the run's row is the message between them: so whatever
 * tracer handles the observations hands its trace over, over restarts as well.
 */
final class Observations implements Watch {
  static final String TRIGGER = "pawl.trigger";
  static final String ATTEMPT = "pawl.attempt";

  private final ObservationRegistry registry;
  private final Bound queues;
  private final Guard guard;

  Observations(ObservationRegistry registry, Bound queues, Guard guard) {
    this.registry = registry;
    this.queues = queues;
    this.guard = guard;
  }

  @Override
  public Trigger trigger(String taskId, Kind kind) {
    return guard.get(
        () -> {
          Map<String, String> fields = new LinkedHashMap<>();
          SenderContext<Map<String, String>> context =
              new SenderContext<>(
                  (carrier, key, value) -> {
                    if (carrier != null) {
                      carrier.put(key, value);
                    }
                  },
                  io.micrometer.observation.transport.Kind.PRODUCER);
          context.setCarrier(fields);
          Observation observation =
              Observation.createNotStarted(TRIGGER, () -> context, registry)
                  .contextualName("trigger " + named(taskId))
                  .lowCardinalityKeyValue(Names.TASK, named(taskId))
                  .lowCardinalityKeyValue(Names.KIND, Names.of(kind))
                  .start();
          return observation.isNoop()
              ? Trigger.NOBODY
              : new ObservedTrigger(observation, TraceFields.write(fields), guard);
        },
        Trigger.NOBODY);
  }

  private static String named(String taskId) {
    return taskId.isEmpty() ? Names.SEVERAL : taskId;
  }

  @Override
  public Span attempt(AttemptFacts attempt, @Nullable String trace) {
    return guard.get(
        () -> {
          ReceiverContext<Map<String, String>> context =
              new ReceiverContext<>(Map::get, io.micrometer.observation.transport.Kind.CONSUMER);
          context.setCarrier(TraceFields.read(trace));
          Observation observation =
              Observation.createNotStarted(ATTEMPT, () -> context, registry)
                  .contextualName("run " + attempt.taskId())
                  .lowCardinalityKeyValue(Names.TASK, attempt.taskId())
                  .lowCardinalityKeyValue(Names.QUEUE, queues.of(attempt.queue()))
                  .highCardinalityKeyValue("run", attempt.runId())
                  .highCardinalityKeyValue("attempt", String.valueOf(attempt.number()))
                  .start();
          return observation.isNoop() ? Span.NOBODY : new ObservedAttempt(observation, guard);
        },
        Span.NOBODY);
  }

  private record ObservedTrigger(Observation observation, @Nullable String trace, Guard guard)
      implements Trigger {
    @Override
    public void ended(String outcome) {
      guard.run(() -> observation.lowCardinalityKeyValue(Names.OUTCOME, outcome).stop());
    }

    @Override
    public void refused(Throwable reason) {
      guard.run(
          () ->
              observation
                  .error(reason)
                  .lowCardinalityKeyValue(Names.OUTCOME, Names.REJECTED)
                  .stop());
    }
  }

  private record ObservedAttempt(Observation observation, Guard guard) implements Span {
    @Override
    public Runnable enter() {
      return guard.get(
          () -> {
            Observation.Scope scope = observation.openScope();
            boolean[] left = new boolean[1];
            return () -> {
              if (!left[0]) {
                left[0] = true;
                guard.run(scope::close);
              }
            };
          },
          NOTHING);
    }

    @Override
    public void failed(Throwable thrown) {
      guard.run(() -> observation.error(thrown));
    }

    @Override
    public void ended(String outcome) {
      guard.run(() -> observation.lowCardinalityKeyValue(Names.OUTCOME, outcome).stop());
    }
  }
}
