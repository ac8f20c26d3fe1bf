package dev.pawl;

import static dev.pawl.RunStatus.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RunStatusTest {
  @Test
  void sevenStatusesAreTerminal() {
    assertThat(Arrays.stream(values()).filter(RunStatus::isTerminal))
        .containsExactlyInAnyOrder(
            COMPLETED, FAILED, CANCELED, TIMED_OUT, CRASHED, EXPIRED, SYSTEM_FAILURE);
    assertThat(values()).hasSize(13);
  }

  @ParameterizedTest
  @EnumSource
  void whatHasEndedEndedWellOrNot(RunStatus status) {
    assertThat(status.isSuccess()).isEqualTo(status == COMPLETED);
    assertThat(status.isFailure()).isEqualTo(status.isTerminal() && !status.isSuccess());
  }

  @Test
  void anOkResultUnwrapsToItsOutputEvenIfThatIsNull() {
    RunResult<String> ok = new RunResult.Ok<>("run_1", "t", "out");
    assertThat(ok.ok()).isTrue();
    assertThat(ok.unwrap()).isEqualTo("out");
    assertThat(new RunResult.Ok<Void>("run_1", "t", null).unwrap()).isNull();
  }

  @Test
  void aFailedResultThrowsOnlyWhenItIsUnwrapped() {
    RunError error = RunError.of(RunError.Code.EXPIRED, "too late");
    RunResult<String> failed = new RunResult.Failed<>("run_1", "t", EXPIRED, error);
    assertThat(failed.ok()).isFalse();
    assertThatThrownBy(failed::unwrap)
        .isInstanceOf(SubtaskUnwrapException.class)
        .hasMessageContainingAll("run_1", "t", "too late");
  }
}
