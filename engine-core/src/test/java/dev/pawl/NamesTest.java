package dev.pawl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
  @ParameterizedTest
  @ValueSource(strings = {"a", "0", "send-email", "task/send_email", "a.b:c", "_-./:", "AZaz09"})
  void lettersDigitsAndSomeSignsMakeAName(String name) {
    assertThat(Names.check("task id", name)).isSameAs(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "a b",
        "a\n",
        "a\u0000",
        "a,b",
        "a;b",
        "a\\b",
        "a\"b",
        "a'b",
        "a*",
        "a@b",
        "a#b",
        // One of two spellings that look alike, and what another Java may not call a letter.
        "\u00e9t\u00e9",
        "e\u0301te\u0301",
        "\u0430dmin",
        "\u0661",
        "\uff21",
        "\ufb01",
        "\ud83d\ude80",
        "\ud835\udc00",
        "\ud83d",
        "a\u200bb",
        "a\u202eb",
        "a\u2028b"
      })
  void anythingElseIsRefusedAndQuoted(String name) {
    assertThatThrownBy(() -> Names.check("task id", name))
        .isExactlyInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("task id " + Text.quote(name));
  }

  @Test
  void aNameHasAtMost128Characters() {
    assertThat(Names.check("task id", "a".repeat(128))).hasSize(128);
    assertThatThrownBy(() -> Names.check("task id", "a".repeat(129)))
        .isExactlyInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("128");
  }

  @Test
  void aTaskKeyChecksItsId() {
    assertThat(TaskKey.of("a", String.class, Void.class).id()).isEqualTo("a");
    assertThatThrownBy(() -> TaskKey.of("a b", String.class, Void.class))
        .isExactlyInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("\"a b\"");
  }

  @Test
  void aTaskWithTheLongestIdHasAQueueOfItsOwn() {
    String id = "t".repeat(128);
    Task.Definition<String, String> definition = Task.define(id, String.class, String.class);
    assertThat(definition.run((in, run) -> in).queue().name()).isEqualTo("task/" + id);
    Queue limited = definition.concurrencyLimit(2).run((in, run) -> in).queue();
    assertThat(limited.name()).isEqualTo("task/" + id);
    assertThat(limited.concurrencyLimit()).hasValue(2);
  }

  @Test
  void aQueueDeclaresNoLimitUnlessItSaysSo() {
    assertThat(Queue.named("q").concurrencyLimit()).isEmpty();
    assertThat(Queue.named("q").concurrencyLimit(0).concurrencyLimit()).hasValue(0);
    assertThat(Queue.named("q").concurrencyLimit(3)).hasToString("Queue[q, limit 3]");
    assertThatThrownBy(() -> Queue.named("q").concurrencyLimit(-1))
        .isExactlyInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("\"q\"");
    assertThatThrownBy(() -> Queue.named("q".repeat(129)))
        .isExactlyInstanceOf(InvalidOptionException.class);
  }
}
