package dev.pawl.spi;

/**
 * What a store remembers of the engine itself.
 *
 * @param epoch how many engines have opened it
 * @param lastTimeMicros the latest engine time that was recorded; a new life's time never lies
 *     below it
 * @param lastId the highest id that was handed out when it was recorded
 */
public record StoreState(long epoch, long lastTimeMicros, long lastId) {
  /** The state of a store that nobody has opened yet. */
  public static final StoreState NEW = new StoreState(0, Micros.NONE, 0);
}
