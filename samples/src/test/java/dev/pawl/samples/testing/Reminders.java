package dev.pawl.samples.testing;

import static dev.pawl.TriggerOptions.options;

import dev.pawl.Retry;
import dev.pawl.Task;
import dev.pawl.TypeRef;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** The tasks under test. In your code they stand beside the rest of your application. */
final class Reminders {
  /** What a reminder needs from outside: a fake in the tests. */
  interface Mail {
    void send(String to, String text) throws IOException;
  }

  record Reminder(String to) {}

  /** Sends one mail, and tries again while the mail server is down. */
  final Task<Reminder, String> remind;

  /** Reminds several people a day later, and tells how many it were. */
  final Task<List<String>, Integer> remindAll;

  Reminders(Mail mail) {
    remind =
        Task.define("remind", Reminder.class, String.class)
            .retry(Retry.exponential().maxAttempts(3).maxTimeout(Duration.ofMinutes(1)))
            .run(
                (reminder, run) -> {
                  mail.send(reminder.to(), "your tea is ready");
                  return "reminded " + reminder.to();
                });
    remindAll =
        Task.define("remind-all", new TypeRef<List<String>>() {}, new TypeRef<Integer>() {})
            .run(
                (people, run) ->
                    run.batchTriggerAndWait(
                            remind,
                            people.stream().map(Reminder::new).toList(),
                            options().delay("24h"))
                        .unwrap()
                        .size());
  }
}
