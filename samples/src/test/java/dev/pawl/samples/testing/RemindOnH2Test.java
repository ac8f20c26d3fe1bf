package dev.pawl.samples.testing;

import static dev.pawl.TriggerOptions.options;
import static dev.pawl.testing.PawlAssertions.assertThat;

import dev.pawl.RunHandle;
import dev.pawl.h2.H2Store;
import dev.pawl.samples.testing.Reminders.Reminder;
import dev.pawl.testing.PawlExtension;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RemindOnH2Test {
  private final Reminders reminders = new Reminders(new FakeMail());

  @RegisterExtension
  final PawlExtension pawl =
      PawlExtension.inMemory().store(H2Store::inMemory).register(reminders.remind);

  @Test
  void remindsAfterADayAndARestart(TestEngine engine) {
    RunHandle<String> handle =
        engine.tasks().trigger(reminders.remind, new Reminder("ada"), options().delay("24h"));
    engine.crash();
    engine.advance(Duration.ofHours(24));
    assertThat(engine.runs().retrieve(handle.id())).isCompleted().hasOutput("reminded ada");
  }
}
