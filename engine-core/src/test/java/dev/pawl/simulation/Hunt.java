package dev.pawl.simulation;

import java.util.concurrent.TimeUnit;

/** Looks for a history that is not sound. Called by reflection, in a class loader of its own. */
public final class Hunt {
  private Hunt() {}

  /**
   * Plays the histories of one seed after another.
   *
   * @return the seed, how many histories were played with it, and what was found, in lines; empty
   *     where nothing was
   */
  public static String hunt(long from, int histories, int operations, long seconds) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    for (int i = 0; i < histories && System.nanoTime() < until; i++) {
      long seed = from + i;
      String found;
      try {
        History.Played played = History.of(seed, operations).play();
        found = played.isSound() ? "" : played.violations().getFirst();
      } catch (RuntimeException | StackOverflowError e) {
        found = "V0: " + e;
      }
      if (!found.isEmpty()) {
        return seed + "\n" + (i + 1) + "\n" + found;
      }
    }
    return "";
  }
}
