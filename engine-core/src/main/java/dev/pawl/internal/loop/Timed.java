package dev.pawl.internal.loop;

/**
 * Something that is due at an instant: a run, a wait, or an observer. It stands in the timers at
 * most once.
 */
interface Timed {
  /** When it is due, in microseconds; must not change while it stands in the timers. */
  long timerAt();

  /** Decides between two that are due at the same instant. */
  long timerTie();

  int timerPlace();

  void timerPlace(int place);
}
