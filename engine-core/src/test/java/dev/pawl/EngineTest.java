package dev.pawl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.testing.InMemoryStore;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class EngineTest {
  record Email(String to, String name) {}

  record Receipt(String messageId) {}

  static final Task<Email, Receipt> SEND_EMAIL =
      Task.define("send-email", Email.class, Receipt.class)
          .retry(Retry.exponential().maxAttempts(5))
          .run((email, run) -> new Receipt("to " + email.to()));

  static final Task<Integer, Integer> FACTORIAL =
      Task.define("factorial", Integer.class, Integer.class)
          .concurrencyLimit(1)
          .run(
              (n, run) ->
                  n <= 1
                      ? 1
                      : n
                          % 1000
                          * run.triggerAndWait(
                                  TaskKey.of("factorial", Integer.class, Integer.class), n - 1)
                              .unwrap()
                          % 1000);

  @Test
  void aTriggeredRunGivesItsTypedResult() throws Exception {
    try (Engine engine = Engine.builder().store(new InMemoryStore()).register(SEND_EMAIL).start()) {
      RunHandle<Receipt> handle =
          engine.tasks().trigger(SEND_EMAIL, new Email("ada@example.com", "Ada"));
      assertThat(handle.await(Duration.ofSeconds(30)).unwrap())
          .isEqualTo(new Receipt("to ada@example.com"));
      assertThat(handle.retrieve().status()).isEqualTo(RunStatus.COMPLETED);
    }
  }

  @Test
  void aRecursionOnAQueueOfOneCompletes() throws Exception {
    try (Engine engine = Engine.builder().store(new InMemoryStore()).register(FACTORIAL).start()) {
      assertThat(engine.tasks().trigger(FACTORIAL, 100).await(Duration.ofSeconds(30)).ok())
          .isTrue();
    }
  }

  @Test
  void aBatchGivesItsResultsInOrder() throws Exception {
    Task<Integer, Integer> parent =
        Task.define("parent", Integer.class, Integer.class)
            .run(
                (n, run) ->
                    run.batchTriggerAndWait(FACTORIAL, List.of(1, 2, 3, n)).unwrap().stream()
                        .mapToInt(i -> i)
                        .sum());
    try (Engine engine =
        Engine.builder().store(new InMemoryStore()).register(FACTORIAL, parent).start()) {
      assertThat(engine.tasks().trigger(parent, 4).await(Duration.ofSeconds(30)).unwrap())
          .isEqualTo(1 + 2 + 6 + 24);
    }
  }
}
