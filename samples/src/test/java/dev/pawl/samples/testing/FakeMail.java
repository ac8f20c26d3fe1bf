package dev.pawl.samples.testing;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/** A mail server that keeps what it is sent, and can be down. Bodies run on many threads. */
final class FakeMail implements Reminders.Mail {
  private final ConcurrentLinkedQueue<String> sent = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean down = new AtomicBoolean();

  @Override
  public void send(String to, String text) throws IOException {
    if (down.get()) {
      throw new IOException("the mail server is down");
    }
    sent.add(to + ": " + text);
  }

  void down(boolean isDown) {
    down.set(isDown);
  }

  List<String> sent() {
    return List.copyOf(sent);
  }
}
