package dev.pawl.spi;

import dev.pawl.Health;
import java.util.List;

/**
 * How a store is, in figures and in words.
 *
 * @param dataBytes what the data takes, large values apart; {@link #UNKNOWN} where that means
 *     nothing
 * @param journalBytes what a journal takes beside it, likewise
 * @param freeBytes what is free where the store is, likewise
 * @param concerns what somebody should look at while the store still does its work
 */
public record StoreFigures(
    long dataBytes, long journalBytes, long freeBytes, List<Health.Concern> concerns) {
  /** The figure is not known, or means nothing for this store. */
  public static final long UNKNOWN = -1;

  /** Nothing is known, and nobody needs to look. */
  public static final StoreFigures NONE = new StoreFigures(UNKNOWN, UNKNOWN, UNKNOWN, List.of());

  /** Figures, and concerns that do not change. */
  public StoreFigures {
    concerns = List.copyOf(concerns);
  }
}
