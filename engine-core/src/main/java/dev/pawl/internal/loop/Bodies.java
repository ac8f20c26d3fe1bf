package dev.pawl.internal.loop;

/**
 * Where bodies run. Called by the loop after the commit that started them; quick, and never throws.
 */
public interface Bodies {
  /** Enters a body, on a thread of its own. Its end comes back as a command. */
  void enter(Attempt attempt);

  /** Somebody has cancelled the run: tell the body, and interrupt its threads. */
  void cancel(Attempt attempt, String reason);

  /** The engine closes: interrupt the body's threads. */
  void interrupt(Attempt attempt);

  /** Interrupts every thread of every body. */
  void interruptAll();
}
