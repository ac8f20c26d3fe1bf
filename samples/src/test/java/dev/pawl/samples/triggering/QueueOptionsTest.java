package dev.pawl.samples.triggering;

import static dev.pawl.TriggerOptions.options;
import static dev.pawl.testing.PawlAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Queue;
import dev.pawl.RunHandle;
import dev.pawl.Task;
import dev.pawl.samples.triggering.Page.Branch;
import dev.pawl.testing.PawlExtension;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** "queue", "concurrencyKey" and "priority". */
class QueueOptionsTest {
  final List<String> started = Collections.synchronizedList(new ArrayList<>());
  final CountDownLatch merged = new CountDownLatch(1);

  /** At most one at a time, unless a trigger names another queue. */
  final Task<Branch, String> generatePullRequest =
      Task.define("generate-pull-request", Branch.class, String.class)
          .queue(Queue.named("pull-requests").concurrencyLimit(1))
          .run(
              (branch, run) -> {
                started.add(branch.name());
                merged.await();
                return "PR of " + branch.name();
              });

  @RegisterExtension
  final PawlExtension pawl = PawlExtension.inMemory().register(generatePullRequest);

  private RunHandle<String> generate(TestEngine engine, Branch branch) {
    if (branch.name().equals("main")) {
      return engine
          .tasks()
          .trigger(generatePullRequest, branch, options().queue("main-branch", 10));
    }
    return engine.tasks().trigger(generatePullRequest, branch);
  }

  private RunHandle<String> generateFor(TestEngine engine, String userId, boolean free) {
    return engine
        .tasks()
        .trigger(
            generatePullRequest,
            new Branch("of " + userId),
            free
                ? options().queue("free-users", 1).concurrencyKey(userId)
                : options().queue("paid-users", 10).concurrencyKey(userId));
  }

  private static int running(TestEngine engine, String queue) {
    return engine.queues().retrieve(queue).running();
  }

  @Test
  void aTriggerMayNameAnotherQueue(TestEngine engine) {
    for (int i = 0; i < 3; i++) {
      generate(engine, new Branch("main"));
      generate(engine, new Branch("topic"));
    }
    engine.settle(); // each body that could start stands at the latch
    assertThat(started).hasSize(4);
    assertThat(running(engine, "main-branch")).isEqualTo(3);
    assertThat(running(engine, "pull-requests")).isEqualTo(1);
    merged.countDown();
    engine.settle();
    assertThat(started).hasSize(6);
  }

  @Test
  void eachConcurrencyKeyHasTheFullLimit(TestEngine engine) {
    for (int i = 0; i < 3; i++) {
      generateFor(engine, "ada", true);
      generateFor(engine, "alan", true);
      generateFor(engine, "grace", false);
    }
    engine.settle(); // each body that could start stands at the latch
    assertThat(started).hasSize(5);
    assertThat(running(engine, "free-users")).as("one for each of two").isEqualTo(2);
    assertThat(running(engine, "paid-users")).isEqualTo(3);
    merged.countDown();
    engine.settle();
    assertThat(started).hasSize(9);
  }

  @Test
  void aLimitIsChangedWhileTheEngineRuns(TestEngine engine) {
    for (int i = 0; i < 3; i++) {
      generate(engine, new Branch("topic"));
    }
    engine.settle(); // each body that could start stands at the latch
    assertThat(started).hasSize(1);
    engine.queues().setLimit("pull-requests", 2);
    engine.settle(); // each body that could start stands at the latch
    assertThat(started).hasSize(2);
    assertThat(running(engine, "pull-requests")).isEqualTo(2);
    merged.countDown();
    engine.settle();
  }

  @Test
  void priorityIsSecondsOfHeadStart(TestEngine engine) {
    merged.countDown();
    engine.pause();
    engine.tasks().trigger(generatePullRequest, new Branch("early"));
    engine.advance(Duration.ofSeconds(5));
    engine.tasks().trigger(generatePullRequest, new Branch("late"));
    engine.tasks().trigger(generatePullRequest, new Branch("urgent"), options().priority(10));
    engine.resume();
    engine.settle();
    assertThat(started).containsExactly("urgent", "early", "late");
  }
}
