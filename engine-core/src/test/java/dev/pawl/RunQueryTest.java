package dev.pawl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunQueryTest {
  @Test
  void everyMethodReturnsAChangedCopyThatKeepsTheRest() {
    RunQuery all = RunQuery.all();
    RunQuery query =
        all.tasks("t")
            .statuses(RunStatus.QUEUED)
            .tags("a", "b")
            .queue("q")
            .parent("p")
            .root("r")
            .batch("x")
            .from(Instant.EPOCH)
            .to(Instant.MAX)
            .limit(1_000)
            .after("c");
    assertThat(query)
        .isEqualTo(
            new RunQuery(
                Set.of("t"),
                Set.of(RunStatus.QUEUED),
                Set.of("a", "b"),
                "q",
                "p",
                "r",
                "x",
                Instant.EPOCH,
                Instant.MAX,
                1_000,
                "c"));
    assertThat(RunQuery.all()).isEqualTo(all);
    assertThat(all.limit()).isEqualTo(25);
  }

  @Test
  void sayingAValueTwiceIsSayingItOnce() {
    assertThat(RunQuery.all().tasks("t", "t").taskIds()).containsExactly("t");
    assertThat(RunQuery.all().tags("a", "a").tags()).containsExactly("a");
    assertThat(RunQuery.all().statuses(RunStatus.QUEUED, RunStatus.QUEUED).statuses())
        .containsExactly(RunStatus.QUEUED);
  }

  @Test
  void valuesThatChangeLaterDoNotChangeTheQuery() {
    Set<String> tasks = new HashSet<>(Set.of("t"));
    RunQuery query =
        new RunQuery(tasks, Set.of(), Set.of(), null, null, null, null, null, null, 1, null);
    tasks.add("u");
    assertThat(query.taskIds()).containsExactly("t");
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 1_001, Integer.MAX_VALUE})
  void aPageHasBetween1And1000Runs(int limit) {
    assertThatThrownBy(() -> RunQuery.all().limit(limit))
        .isExactlyInstanceOf(InvalidOptionException.class)
        .hasMessageContaining(Integer.toString(limit));
  }
}
