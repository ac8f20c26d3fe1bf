package dev.pawl.internal.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.pawl.DuplicateTaskException;
import dev.pawl.Limits;
import dev.pawl.Retry;
import dev.pawl.Task;
import dev.pawl.UnknownTaskException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RegistryTest {
  private static final Retry ENGINE = Retry.none();

  @Test
  void aTaskIsFoundByItsId() {
    Task<?, ?> mail = task("mail");
    Registry registry = registry(mail);
    assertThat(registry.require("mail")).isSameAs(mail);
    assertThat(registry.find("mail")).isSameAs(mail);
    assertThat(registry.find("none")).isNull();
    assertThat(registry.ids()).containsExactly("mail");
    assertThat(registry.queues()).extracting(q -> q.name()).containsExactly("task/mail");
  }

  @Test
  void anIdIsRegisteredOnce() {
    Registry registry = registry(task("mail"));
    assertThatThrownBy(() -> registry.addAll(List.of(task("new"), task("mail"))))
        .isInstanceOf(DuplicateTaskException.class)
        .hasMessageContaining("\"mail\"");
    assertThat(registry.ids()).as("all or none").containsExactly("mail");
  }

  @Test
  void onlyTheTaskThatWasAddedIsRemoved() {
    Task<?, ?> mail = task("mail");
    Registry registry = registry(mail);
    registry.remove(task("mail"));
    assertThat(registry.find("mail")).isSameAs(mail);
    registry.remove(mail);
    assertThat(registry.find("mail")).isNull();
  }

  @Test
  void aTasksOwnRetryPolicyWinsOverTheEngines() {
    Retry own = Retry.exponential().maxAttempts(9);
    Registry registry =
        registry(
            task("plain"),
            Task.define("own", String.class, String.class).retry(own).run((in, run) -> in));
    assertThat(registry.retryPolicy("plain")).isEqualTo(ENGINE);
    assertThat(registry.retryPolicy("own")).isEqualTo(own);
    assertThat(registry.retryPolicy("gone")).isEqualTo(ENGINE);
  }

  @Test
  void anUnknownIdIsAnsweredWithTheMostSimilarOnes() {
    Registry registry =
        registry(task("send-email"), task("send-mail"), task("send-sms"), task("bill"));
    assertThat(similar(registry, "send-emial")).startsWith("send-email").doesNotContain("bill");
    assertThat(similar(registry, "email")).containsExactly("send-email");
    assertThat(similar(registry, "quite-another-thing")).isEmpty();
  }

  @Test
  void atMostThreeAreNamed() {
    Registry registry =
        registry(
            Stream.of("task-1", "task-2", "task-3", "task-4")
                .map(RegistryTest::task)
                .toArray(Task<?, ?>[]::new));
    assertThat(similar(registry, "task-0")).containsExactly("task-1", "task-2", "task-3");
  }

  @Test
  void aHugeIdIsRefusedAtOnce() {
    Registry registry = registry(task("mail"));
    assertThat(similar(registry, "m".repeat(1 << 20))).isEmpty();
  }

  private static List<String> similar(Registry registry, String id) {
    return catchThrowableOfType(UnknownTaskException.class, () -> registry.require(id)).similar();
  }

  private static Registry registry(Task<?, ?>... tasks) {
    return new Registry(List.of(tasks), ENGINE, Limits.defaults(), new JacksonCodec());
  }

  private static Task<?, ?> task(String id) {
    return Task.define(id, String.class, String.class).run((in, run) -> in);
  }
}
