package dev.pawl.spi;

/**
 * A run that has ended, or a batch that was closed without items, as retention finds it.
 *
 * @param finishedAtMicros when it ended, or was closed
 * @param id the id of the run or batch
 */
public record EndedRow(long finishedAtMicros, long id) implements Comparable<EndedRow> {

  /** Before all of them. */
  public static final EndedRow FIRST = new EndedRow(Micros.NONE, 0);

  /** By the time of the end, then by id. */
  @Override
  public int compareTo(EndedRow other) {
    int byTime = Long.compare(finishedAtMicros, other.finishedAtMicros);
    return byTime == 0 ? Long.compare(id, other.id) : byTime;
  }
}
