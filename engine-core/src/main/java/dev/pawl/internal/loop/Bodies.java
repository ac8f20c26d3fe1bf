package dev.pawl.internal.loop;

/**
 * Where bodies run. Called by the loop after the commit that started them; quick, and never throws.
 */
public interface Bodies {
  /** Enters a body, on a thread of its own. Its end comes back as a command. */
  void enter(Attempt attempt);

  /**
   * The run has ended while its body runs: tell the body, and interrupt its threads.
   *
   * @param why in words that may follow "run_7 "
   */
  void cancel(Attempt attempt, String why);

  /** A body that was told to end is still there: say so, with where it stands. */
  void reportStuck(Leftovers.Leftover leftover);

  /** The engine closes: interrupt the body's threads. */
  void interrupt(Attempt attempt);

  /**
   * The run goes on without this body, all of whose threads wait: whatever it makes of that when
   * they are refused is not asked for. Called before that is stored, unlike all else here.
   */
  void unload(Attempt attempt);

  /** Interrupts every thread of every body. */
  void interruptAll();
}
