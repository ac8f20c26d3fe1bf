package dev.pawl.samples.recipes;

import static dev.pawl.TriggerOptions.options;
import static dev.pawl.testing.PawlAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Queue;
import dev.pawl.Task;
import dev.pawl.testing.PawlExtension;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** "So many at once, and one after the other for each customer". */
class LimitRecipesTest {
  record Change(String customer, int number) {}

  final List<String> begun = Collections.synchronizedList(new ArrayList<>());
  final CountDownLatch done = new CountDownLatch(1);

  final Task<String, Void> renderVideo =
      Task.define("render-video", String.class, Void.class)
          .concurrencyLimit(2)
          .run(
              (video, run) -> {
                begun.add(video);
                done.await();
                return null;
              });

  final Task<Change, Void> syncCustomer =
      Task.define("sync-customer", Change.class, Void.class)
          .queue(Queue.named("sync").concurrencyLimit(1).totalLimit(20))
          .run(
              (change, run) -> {
                begun.add(change.customer() + change.number());
                if (run.attempt() == 1 && change.number() == 7) {
                  throw new IllegalStateException("not yet");
                }
                done.await();
                return null;
              });

  @RegisterExtension
  final PawlExtension pawl = PawlExtension.inMemory().register(renderVideo, syncCustomer);

  private void sync(TestEngine engine, Change change) {
    engine.tasks().trigger(syncCustomer, change, options().concurrencyKey(change.customer()));
  }

  @Test
  void twoVideosAtATime(TestEngine engine) {
    for (String video : List.of("a", "b", "c")) {
      engine.tasks().trigger(renderVideo, video);
    }
    engine.settle();
    assertThat(begun).containsExactlyInAnyOrder("a", "b");
    done.countDown();
    engine.settle();
    assertThat(begun).containsExactlyInAnyOrder("a", "b", "c");
  }

  @Test
  void oneAfterTheOtherForEachCustomer(TestEngine engine) {
    for (int number = 1; number <= 3; number++) {
      sync(engine, new Change("ada", number));
      sync(engine, new Change("alan", number));
    }
    engine.settle();
    assertThat(begun).containsExactlyInAnyOrder("ada1", "alan1");
    done.countDown();
    engine.settle();
    assertThat(begun.stream().filter(change -> change.startsWith("ada")))
        .containsExactly("ada1", "ada2", "ada3");
  }

  @Test
  void noMoreThanTwentyOfAllCustomers(TestEngine engine) {
    for (int customer = 0; customer < 25; customer++) {
      sync(engine, new Change("customer-" + customer + "-", 1));
    }
    engine.settle();
    assertThat(begun).hasSize(20);
    done.countDown();
  }

  @Test
  void aRunThatBacksOffLetsTheNextOnePass(TestEngine engine) {
    done.countDown();
    sync(engine, new Change("ada", 7));
    sync(engine, new Change("ada", 8));
    engine.advance(Duration.ofMinutes(1));
    assertThat(begun).containsExactly("ada7", "ada8", "ada7");
  }
}
