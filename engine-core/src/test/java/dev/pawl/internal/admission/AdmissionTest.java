package dev.pawl.internal.admission;

import static dev.pawl.internal.admission.Admission.NOT_INHERITED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.internal.lifecycle.Progress;
import dev.pawl.internal.lifecycle.RunState;
import dev.pawl.internal.lifecycle.RunState.Delayed;
import dev.pawl.internal.lifecycle.RunState.Queued;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  private static final long NOW = 1_000;

  @Test
  void aRunThatIsDueIsQueuedAtOnce() {
    assertThat(Admission.decide(NOW, 0, NOT_INHERITED, NOW))
        .isEqualTo(new Admission(queued(RunState.NEVER), NOW, NOW));
  }

  @Test
  void aDelayInThePastMeansNow() {
    assertThat(Admission.decide(NOW - 500, 0, NOT_INHERITED, NOW))
        .isEqualTo(new Admission(queued(RunState.NEVER), NOW, NOW));
    assertThat(Admission.decide(Long.MIN_VALUE, 0, NOT_INHERITED, NOW).queueTime()).isEqualTo(NOW);
  }

  @Test
  void aRunThatIsDueLaterIsDelayedAndTakesItsPlaceThen() {
    assertThat(Admission.decide(NOW + 1, 50, NOT_INHERITED, NOW))
        .isEqualTo(new Admission(new Delayed(NOW + 1), NOW + 1, NOW + 1));
  }

  @Test
  void theTimeToLiveCountsFromTheEnqueueing() {
    assertThat(Admission.decide(NOW, 50, NOT_INHERITED, NOW).state()).isEqualTo(queued(NOW + 50));
    assertThat(Admission.decide(NOW - 30, 50, NOT_INHERITED, NOW).state())
        .isEqualTo(queued(NOW + 50));
  }

  @Test
  void anAwaitedChildTakesItsParentsPlace() {
    assertThat(Admission.decide(NOW, 0, 7, NOW))
        .isEqualTo(new Admission(queued(RunState.NEVER), NOW, 7));
    assertThat(Admission.decide(NOW + 1, 0, 7, NOW))
        .isEqualTo(new Admission(new Delayed(NOW + 1), NOW + 1, 7));
  }

  private static Queued queued(long expiresAt) {
    return new Queued(Progress.NONE, false, expiresAt);
  }
}
