package dev.pawl.architecture.broken.internal.queue;

/** Breaks purity: a rule starts nothing. */
public final class StartsAThread {
  private StartsAThread() {}

  static void start(Runnable body) {
    Thread.ofVirtual().start(body);
  }
}
