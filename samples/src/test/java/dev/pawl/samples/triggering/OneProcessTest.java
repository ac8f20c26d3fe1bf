package dev.pawl.samples.triggering;

import static dev.pawl.TriggerOptions.options;
import static dev.pawl.samples.triggering.OutsideTest.SEQUENCE;
import static dev.pawl.samples.triggering.Page.CHILD;
import static dev.pawl.samples.triggering.Page.EMAIL_SEQUENCE;
import static dev.pawl.testing.PawlAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.Engine;
import dev.pawl.EventSubscription;
import dev.pawl.NotFoundException;
import dev.pawl.Run;
import dev.pawl.RunHandle;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import dev.pawl.h2.H2Store;
import dev.pawl.samples.triggering.Page.User;
import dev.pawl.testing.InMemoryStore;
import dev.pawl.testing.PawlExtension;
import dev.pawl.testing.TestEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What takes the place of that which only a hosted service has. */
class OneProcessTest {
  @RegisterExtension
  static final PawlExtension pawl = PawlExtension.inMemory().register(CHILD, EMAIL_SEQUENCE);

  /** What an application answers to the browser: an id, and later what has become of it. */
  record Routes(Engine engine) {
    String post(User user) {
      return engine.tasks().trigger(SEQUENCE, user).id();
    }

    String get(String runId) {
      Run<?> run = engine.runs().retrieve(runId);
      return run.isCompleted() ? run.status() + ": " + run.output() : run.status().toString();
    }
  }

  private static Engine open(Path folder) {
    return Engine.builder().store(H2Store.file(folder)).register(CHILD).start();
  }

  private static TestEngine deploy(InMemoryStore store, String version) {
    Task<String, String> code =
        Task.define("code", String.class, String.class).run((payload, run) -> version);
    return TestEngine.start(store, builder -> builder.register(code));
  }

  @Test
  void anEnvironmentIsAFolder(@TempDir Path data) throws InterruptedException {
    try (Engine production = open(data.resolve("production"));
        Engine preview = open(data.resolve("preview/my-branch"))) {
      RunHandle<String> run = preview.tasks().trigger(CHILD, "some data");
      assertThat(run.await(Duration.ofSeconds(30)).unwrap()).isEqualTo("did some data");
      assertThatThrownBy(() -> production.runs().retrieve(run.id()))
          .isInstanceOf(NotFoundException.class);
    }
  }

  @Test
  void aFrontendIsAnsweredByTheApplication(TestEngine engine) {
    Routes routes = new Routes(engine);
    String runId = routes.post(new User("ada@example.com", "Ada"));
    engine.settle();
    assertThat(routes.get(runId)).isEqualTo("COMPLETED: sent to ada@example.com");
  }

  @Test
  void aSubscriptionIsAListener(TestEngine engine) {
    List<RunStatus> seen = new CopyOnWriteArrayList<>();
    EventSubscription subscription = engine.onEvent(event -> seen.add(event.to()));
    engine.tasks().trigger(CHILD, "some data");
    engine.settle();
    assertThat(seen).containsExactly(RunStatus.QUEUED, RunStatus.EXECUTING, RunStatus.COMPLETED);
    subscription.close();
    engine.tasks().trigger(CHILD, "more data");
    engine.settle();
    assertThat(seen).hasSize(3);
  }

  @Test
  void aDelayedRunIsRunByTheCodeThatIsThereWhenItStarts() {
    InMemoryStore store = new InMemoryStore();
    String runId;
    try (TestEngine before = deploy(store, "version 1")) {
      runId = before.tasks().trigger("code", "some data", options().delay("1h")).id();
    }
    try (TestEngine after = deploy(store, "version 2")) {
      after.advance(Duration.ofHours(1));
      assertThat(after.runs().retrieve(runId)).hasOutput("version 2");
    }
  }
}
