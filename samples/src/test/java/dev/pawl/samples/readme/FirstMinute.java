package dev.pawl.samples.readme;

import dev.pawl.Engine;
import dev.pawl.Retry;
import dev.pawl.RunHandle;
import dev.pawl.Task;
import dev.pawl.h2.H2Store;
import java.nio.file.Path;
import java.time.Duration;

public class FirstMinute {
  record Email(String to, String name) {}

  record Receipt(String messageId) {}

  static final Task<Email, Receipt> SEND_EMAIL =
      Task.define("send-email", Email.class, Receipt.class)
          .retry(Retry.exponential().maxAttempts(5))
          .run((email, run) -> new Receipt(send(email.to(), "Hello " + email.name())));

  static String send(String to, String text) {
    System.out.println(text + ", said to " + to);
    return "message-1";
  }

  public static void main(String[] args) throws InterruptedException {
    try (Engine engine =
        Engine.builder()
            .store(H2Store.file(Path.of("data/jobs"))) // or H2Store.inMemory()
            .register(SEND_EMAIL)
            .start()) {
      RunHandle<Receipt> handle =
          engine.tasks().trigger(SEND_EMAIL, new Email("ada@example.com", "Ada"));
      System.out.println(handle.await(Duration.ofSeconds(30)).unwrap());
    }
  }
}
