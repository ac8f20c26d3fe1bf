package dev.pawl.samples.firstminute;

import dev.pawl.Engine;
import dev.pawl.Retry;
import dev.pawl.RunHandle;
import dev.pawl.Task;
import dev.pawl.h2.H2Store;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The first minute with the engine: one task, triggered once, and its result.
 *
 * <p>Usage: {@code FirstMinute [store folder]}; the folder is {@code .pawl/first-minute} if none is
 * given.
 */
public final class FirstMinute {
  record Email(String to, String name) {}

  record Receipt(String messageId) {}

  /** Stands for whatever sends your mail. */
  record Mailer(String host) {
    String send(String to, String text) {
      System.out.println(host + " sends \"" + text + "\" to " + to);
      return "message-1";
    }
  }

  private static final Mailer mailer = new Mailer("mail.example.com");

  static final Task<Email, Receipt> SEND_EMAIL =
      Task.define("send-email", Email.class, Receipt.class)
          .retry(Retry.exponential().maxAttempts(5))
          .run((email, run) -> new Receipt(mailer.send(email.to(), "Hello " + email.name())));

  private FirstMinute() {}

  /** Sends one mail and prints its receipt. */
  public static void main(String[] args) throws InterruptedException {
    Path folder = Path.of(args.length > 0 ? args[0] : ".pawl/first-minute");
    try (Engine engine =
        Engine.builder().store(H2Store.file(folder)).register(SEND_EMAIL).start()) {
      RunHandle<Receipt> handle =
          engine.tasks().trigger(SEND_EMAIL, new Email("ada@example.com", "Ada"));
      System.out.println(handle.await(Duration.ofSeconds(30)).unwrap());
    }
  }
}
