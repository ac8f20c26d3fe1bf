package dev.pawl.samples.triggering;

import dev.pawl.AbortRunException;
import dev.pawl.Retry;
import dev.pawl.Task;

/** The tasks that the examples of {@code docs/triggering.md} trigger. */
final class Page {
  record User(String to, String name) {}

  record Branch(String name) {}

  static final Task<User, String> EMAIL_SEQUENCE =
      Task.define("email-sequence", User.class, String.class)
          .run((user, run) -> "sent to " + user.to());

  static final Task<String, String> CHILD =
      Task.define("child", String.class, String.class)
          .retry(Retry.exponential().maxAttempts(2))
          .run(
              (item, run) -> {
                if (item.startsWith("bad")) {
                  throw new AbortRunException("cannot do " + item);
                }
                return "did " + item;
              });

  static final Task<String, String> GREET =
      Task.define("greet", String.class, String.class).run((name, run) -> "Hello " + name);

  static final Task<Integer, Integer> INCREMENT =
      Task.define("increment", Integer.class, Integer.class).run((number, run) -> number + 1);

  private Page() {}
}
