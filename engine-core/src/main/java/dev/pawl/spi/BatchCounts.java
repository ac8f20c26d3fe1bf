package dev.pawl.spi;

/**
 * How far a batch has come, counted by its indexes: a run that stands at several counts at each.
 *
 * @param items how many indexes there are; fewer than the batch had where retention has taken runs,
 *     each of which had ended
 * @param succeeded how many indexes have a run that is {@code COMPLETED}
 * @param failed how many have one that ended otherwise
 * @param lastFinishedAtMicros when the last of them ended, {@link Micros#NONE} where none has
 */
public record BatchCounts(int items, int succeeded, int failed, long lastFinishedAtMicros) {
  /** Nothing has ended. */
  public static final BatchCounts NONE = new BatchCounts(0, 0, 0, Micros.NONE);
}
