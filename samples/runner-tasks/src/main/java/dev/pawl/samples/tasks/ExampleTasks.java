package dev.pawl.samples.tasks;

import dev.pawl.AbortRunException;
import dev.pawl.Queue;
import dev.pawl.Task;
import dev.pawl.TaskProvider;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Three tasks to try the runner with. */
public final class ExampleTasks implements TaskProvider {
  /** Whom to greet. */
  public record Person(String name) {}

  /** Whom to greet, each in a run of its own. */
  public record Party(List<Person> people) {}

  /** How long to take. */
  public record Nap(int seconds) {}

  static final Task<Person, String> GREET =
      Task.define("greet", Person.class, String.class)
          .run(
              (person, run) -> {
                if (person.name() == null || person.name().isBlank()) {
                  throw new AbortRunException("nobody to greet");
                }
                return "Hello " + person.name();
              });

  static final Task<Party, Integer> GREET_ALL =
      Task.define("greet-all", Party.class, Integer.class)
          .run((party, run) -> run.batchTriggerAndWait(GREET, party.people()).unwrap().size());

  /** Takes its time, so that there is something to cancel, to stop and to kill. */
  static final Task<Nap, String> NAP =
      Task.define("nap", Nap.class, String.class)
          .queue(Queue.named("naps").concurrencyLimit(4))
          .maxDuration(Duration.ofHours(1))
          .run(
              (nap, run) -> {
                new CountDownLatch(1).await(nap.seconds(), TimeUnit.SECONDS);
                return "slept " + nap.seconds() + " s";
              });

  /** Called by the service loader. */
  public ExampleTasks() {}

  @Override
  public List<Task<?, ?>> tasks() {
    return List.of(GREET, GREET_ALL, NAP);
  }
}
