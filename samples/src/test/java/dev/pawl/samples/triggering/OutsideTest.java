package dev.pawl.samples.triggering;

import static dev.pawl.TriggerOptions.options;
import static dev.pawl.samples.triggering.Page.EMAIL_SEQUENCE;
import static dev.pawl.testing.PawlAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Run;
import dev.pawl.RunHandle;
import dev.pawl.TaskKey;
import dev.pawl.samples.triggering.Page.User;
import dev.pawl.testing.PawlExtension;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** "Trigger tasks from your backend". */
class OutsideTest {
  @RegisterExtension
  static final PawlExtension pawl = PawlExtension.inMemory().register(EMAIL_SEQUENCE);

  /** All that a place needs which must not depend on the task's code. */
  static final TaskKey<User, String> SEQUENCE =
      TaskKey.of("email-sequence", User.class, String.class);

  @Test
  void triggersByKeyWithoutTheTasksCode(TestEngine engine) {
    RunHandle<String> handle = engine.tasks().trigger(SEQUENCE, new User("ada@example.com", "Ada"));
    engine.settle();
    assertThat(engine.runs().retrieve(handle)).isCompleted().hasOutput("sent to ada@example.com");
  }

  @Test
  void triggersByBareId(TestEngine engine) {
    RunHandle<?> handle =
        engine.tasks().trigger("email-sequence", new User("ada@example.com", "Ada"));
    engine.settle();
    assertThat(engine.runs().retrieve(handle.id())).isCompleted();
  }

  @Test
  void takesOptionsAsTheLastArgument(TestEngine engine) {
    RunHandle<String> handle =
        engine.tasks().trigger(SEQUENCE, new User("ada@example.com", "Ada"), options().delay("1h"));
    engine.advance(Duration.ofMinutes(59));
    assertThat(engine.runs().retrieve(handle)).isDelayed();
    engine.advance(Duration.ofMinutes(1));
    assertThat(engine.runs().retrieve(handle)).isCompleted();
  }

  @Test
  void triggersAndWaitsForTheEnd(TestEngine engine) throws InterruptedException {
    Run<String> run =
        engine
            .tasks()
            .triggerAndPoll(SEQUENCE, new User("ada@example.com", "Ada"), Duration.ofSeconds(30));
    assertThat(run.isSuccess()).isTrue();
    assertThat(run.output()).isEqualTo("sent to ada@example.com");
  }

  @Test
  void aHandleWaitsForTheResult(TestEngine engine) throws InterruptedException {
    RunHandle<String> handle = engine.tasks().trigger(SEQUENCE, new User("ada@example.com", "Ada"));
    String output = handle.await(Duration.ofSeconds(30)).unwrap();
    assertThat(output).isEqualTo("sent to ada@example.com");
  }
}
