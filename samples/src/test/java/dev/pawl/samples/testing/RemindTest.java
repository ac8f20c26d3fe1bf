package dev.pawl.samples.testing;

import static dev.pawl.TriggerOptions.options;
import static dev.pawl.testing.PawlAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.RunError;
import dev.pawl.RunHandle;
import dev.pawl.samples.testing.Reminders.Reminder;
import dev.pawl.testing.FaultPoint;
import dev.pawl.testing.Hold;
import dev.pawl.testing.PawlExtension;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RemindTest {
  private final FakeMail mail = new FakeMail();
  private final Reminders reminders = new Reminders(mail);

  @RegisterExtension
  final PawlExtension pawl =
      PawlExtension.inMemory().register(reminders.remind, reminders.remindAll);

  @Test
  void remindsAfterADay(TestEngine engine) {
    RunHandle<String> handle =
        engine.tasks().trigger(reminders.remind, new Reminder("ada"), options().delay("24h"));
    engine.advance(Duration.ofHours(23));
    assertThat(engine.runs().retrieve(handle)).isDelayed();
    engine.advance(Duration.ofHours(1));
    assertThat(engine.runs().retrieve(handle)).isCompleted().hasOutput("reminded ada");
    assertThat(mail.sent()).containsExactly("ada: your tea is ready");
  }

  @Test
  void triesAgainWhileTheMailServerIsDown(TestEngine engine) {
    mail.down(true);
    RunHandle<String> handle = engine.tasks().trigger(reminders.remind, new Reminder("ada"));
    engine.settle();
    assertThat(engine.runs().retrieve(handle)).isRetrying();
    mail.down(false);
    engine.advance(Duration.ofMinutes(1));
    assertThat(engine.runs().retrieve(handle)).isCompleted().hasAttempts(2);
  }

  @Test
  void givesUpAfterThreeAttempts(TestEngine engine) {
    mail.down(true);
    RunHandle<String> handle = engine.tasks().trigger(reminders.remind, new Reminder("ada"));
    engine.advance(Duration.ofMinutes(5));
    assertThat(engine.runs().retrieve(handle))
        .isFailed()
        .hasAttempts(3)
        .hasError(RunError.Code.EXCEPTION)
        .hasErrorMessageContaining("the mail server is down");
  }

  @Test
  void aRestartWhileItWaitsChangesNothing(TestEngine engine) {
    RunHandle<Integer> handle =
        engine.tasks().trigger(reminders.remindAll, List.of("ada", "grace"));
    engine.settle();
    engine.crash();
    assertThat(engine.runs().retrieve(handle)).isWaiting();
    engine.advance(Duration.ofHours(24));
    assertThat(engine.runs().retrieve(handle)).isCompleted().hasOutput(2).hasAttempts(1);
    assertThat(mail.sent()).hasSize(2);
  }

  @Test
  void aMailMayBeSentTwiceIfTheProcessDiesRightAfterIt(TestEngine engine) {
    engine.faults().crashAt(FaultPoint.OUTCOME_BEFORE_COMMIT, 1);
    RunHandle<String> handle = engine.tasks().trigger(reminders.remind, new Reminder("ada"));
    engine.settle();
    engine.crash();
    engine.advance(Duration.ofMinutes(1));
    assertThat(engine.runs().retrieve(handle.id())).isCompleted().hasAttempts(2);
    assertThat(mail.sent()).hasSize(2);
  }

  @Test
  void aRunIsExecutingUntilItsOutcomeIsStored(TestEngine engine) throws InterruptedException {
    Hold hold = engine.faults().holdAt(FaultPoint.OUTCOME_BEFORE_COMMIT, "remind");
    RunHandle<String> handle = engine.tasks().trigger(reminders.remind, new Reminder("ada"));
    hold.awaitReached();
    assertThat(mail.sent()).hasSize(1);
    assertThat(engine.runs().retrieve(handle)).isExecuting();
    hold.release();
    engine.settle();
    assertThat(engine.runs().retrieve(handle)).isCompleted();
  }
}
