package dev.pawl.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.EngineBuilder;
import dev.pawl.Queue;
import dev.pawl.Retry;
import dev.pawl.RunContext;
import dev.pawl.RunHandle;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import dev.pawl.TriggerOptions;
import dev.pawl.fixtures.BodyLog;
import dev.pawl.fixtures.Lives;
import dev.pawl.fixtures.Occupancy;
import dev.pawl.spi.StoredRun;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One thing that users do, told so that it can be played under any crash: each step is repeated
 * until it has been done, and what comes out does not depend on where the process died. One object
 * for one play.
 */
abstract class CrashScenario {
  /** What a body does. */
  @FunctionalInterface
  interface Body {
    String run(String payload, RunContext run, BodyLog.Stay stay) throws Exception;
  }

  /** Enough attempts for some crashes besides the failures of a scenario. */
  static final Retry MANY = Retry.exponential().randomize(false).maxAttempts(10);

  private final BodyLog log = new BodyLog(limits());
  private final List<Task<?, ?>> tasks = new ArrayList<>();
  private Lives lives;

  /** What {@link Lives} watches over. */
  Occupancy.Limits limits() {
    return Occupancy.Limits.none();
  }

  /** What happens. */
  abstract void play();

  /** What has come out at last. */
  abstract void expect();

  /** Plays it with these deaths; returns whether all of them came. */
  final Lives play(Lives.Death... deaths) {
    lives = new Lives(log, this::settings, deaths);
    try {
      play();
      lives.finish();
      return lives;
    } catch (RuntimeException | Error e) {
      lives.close();
      throw e;
    }
  }

  /** The engine of each life. */
  EngineBuilder settings(EngineBuilder builder) {
    return builder.register(tasks.toArray(new Task<?, ?>[0]));
  }

  final Lives lives() {
    return lives;
  }

  /** Adds a task on a queue of its own. */
  final Task<String, String> task(String id, Body body) {
    return task(Task.define(id, String.class, String.class).retry(MANY), body);
  }

  /** Adds a task; where payloads look like {@code name@key}, the key is the concurrency key. */
  final Task<String, String> task(Task.Definition<String, String> definition, Body body) {
    Task<String, String> task = later(definition, body);
    tasks.add(task);
    return task;
  }

  /** A task that is not registered yet. */
  final Task<String, String> later(Task.Definition<String, String> definition, Body body) {
    Queue queue = definition.run((payload, run) -> payload).queue();
    return definition.run(
        (payload, run) -> {
          int at = payload.indexOf('@');
          String key = at < 0 ? null : payload.substring(at + 1);
          try (BodyLog.Stay stay = log.enter(run, queue.name(), key)) {
            return body.run(payload, run, stay);
          }
        });
  }

  /** Triggers a root run, and again where nobody knows whether it was. */
  final void trigger(Task<String, String> task, String payload, TriggerOptions options) {
    while (find(payload).isEmpty()) {
      lives.survives(
          () -> {
            RunHandle<String> handle = lives.engine().tasks().trigger(task, payload, options);
            lives.acknowledged().acknowledged(handle.id(), task.id());
          });
    }
  }

  final void trigger(Task<String, String> task, String payload) {
    trigger(task, payload, TriggerOptions.options());
  }

  /** Repeats something until no process dies in it. */
  final void untilDone(Lives.Action action) {
    while (!lives.survives(action)) {
      // The next life does it.
    }
  }

  private Optional<StoredRun> find(String payload) {
    return lives.state().runs().values().stream()
        .filter(
            run ->
                new String(run.run().payload().bytes(), StandardCharsets.UTF_8)
                    .equals("\"" + payload + "\""))
        .findFirst();
  }

  /** The id of a run, by its payload. */
  final String id(String payload) {
    long id = find(payload).orElseThrow().run().id();
    return lives.engine().runs().stream(dev.pawl.RunQuery.all())
        .map(run -> run.id())
        .filter(text -> dev.pawl.internal.api.Probe.numberOf(text) == id)
        .findFirst()
        .orElseThrow();
  }

  final String output(String payload) {
    return (String) lives.engine().runs().retrieve(id(payload)).output();
  }

  final RunStatus status(String payload) {
    return lives.engine().runs().retrieve(id(payload)).status();
  }

  final void expectOutput(String payload, String output) {
    assertThat(status(payload)).as("status of " + payload).isEqualTo(RunStatus.COMPLETED);
    assertThat(output(payload)).as("output of " + payload).isEqualTo(output);
  }

  @Override
  public final String toString() {
    return getClass().getSimpleName();
  }
}
