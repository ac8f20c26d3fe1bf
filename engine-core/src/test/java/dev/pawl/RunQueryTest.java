package dev.pawl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunQueryTest {
  @Test
  void everyMethodReturnsAChangedCopyThatKeepsTheRest() {
    RunQuery query = RunQuery.all();
    List<UnaryOperator<RunQuery>> methods =
        List.of(
            q -> q.tasks("t"),
            q -> q.statuses(RunStatus.QUEUED),
            q -> q.tags("a", "b"),
            q -> q.queue("q"),
            q -> q.concurrencyKey("k"),
            q -> q.idempotencyKey("i"),
            q -> q.machine("m"),
            q -> q.region("e"),
            q -> q.parent("p"),
            q -> q.root("r"),
            q -> q.batch("x"),
            q -> q.replayOf("o"),
            q -> q.replays(false),
            RunQuery::rootsOnly,
            q -> q.from(Instant.EPOCH),
            q -> q.to(Instant.MAX),
            q -> q.period("7d"),
            q -> q.limit(1_000),
            q -> q.after("c"));
    for (UnaryOperator<RunQuery> method : methods) {
      RunQuery before = query;
      query = method.apply(before);
      assertThat(query).isNotEqualTo(before);
      assertThat(method.apply(query)).isEqualTo(query).hasSameHashCodeAs(query);
    }
    assertThat(query.taskIds()).containsExactly("t");
    assertThat(query.statuses()).containsExactly(RunStatus.QUEUED);
    assertThat(query.tags()).containsExactlyInAnyOrder("a", "b");
    assertThat(query.period()).isEqualTo(Duration.ofDays(7));
    assertThat(query)
        .hasToString(
            "RunQuery["
                + List.of(query.taskIds(), query.statuses(), query.tags())
                    .toString()
                    .replaceAll("^.|.$", "")
                + ", q, k, i, m, e, p, r, x, o, false, true, 1970-01-01T00:00:00Z, "
                + Instant.MAX
                + ", PT168H, 1000, c]");
    assertThat(RunQuery.all().limit()).isEqualTo(25);
  }

  @Test
  void aPeriodIsPositive() {
    assertThatThrownBy(() -> RunQuery.all().period(Duration.ZERO))
        .isExactlyInstanceOf(InvalidOptionException.class);
    assertThatThrownBy(() -> RunQuery.all().period("a week"))
        .isExactlyInstanceOf(InvalidOptionException.class);
  }

  @Test
  void sayingAValueTwiceIsSayingItOnce() {
    assertThat(RunQuery.all().tasks("t", "t").taskIds()).containsExactly("t");
    assertThat(RunQuery.all().tags("a", "a").tags()).containsExactly("a");
    assertThat(RunQuery.all().statuses(RunStatus.QUEUED, RunStatus.QUEUED).statuses())
        .containsExactly(RunStatus.QUEUED);
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 1_001, Integer.MAX_VALUE})
  void aPageHasBetween1And1000Runs(int limit) {
    assertThatThrownBy(() -> RunQuery.all().limit(limit))
        .isExactlyInstanceOf(InvalidOptionException.class)
        .hasMessageContaining(Integer.toString(limit));
  }

  @Test
  void aFilterWithoutAValueIsRefusedSinceItWouldMatchEverything() {
    for (ThrowingCallable empty :
        List.<ThrowingCallable>of(
            () -> RunQuery.all().tasks(),
            () -> RunQuery.all().statuses(new RunStatus[0]),
            () -> RunQuery.all().tags(new String[0]))) {
      assertThatThrownBy(empty).isInstanceOf(InvalidOptionException.class);
    }
  }
}
