package dev.pawl.h2.internal;

/**
 * How a store is opened. Two of the values are pinned for every store that holds real work: only
 * tests that must show what happens otherwise, or that cannot wait, choose others.
 *
 * @param readers how many threads read, each with a connection of its own
 * @param writeDelayMillis how long H2 may keep a commit in memory; pinned to 0, where the commit is
 *     written by the thread that commits and has been written when it returns
 * @param retentionMillis how long H2 keeps the space of replaced data before it writes over it;
 *     pinned to H2's default, because less loses acknowledged commits
 * @param redo whether there is a journal before the database, and whether it is forced; a database
 *     in memory has none
 * @param salvage whether a damaged journal is cut before the damage instead of being refused
 * @param bounds when the journal is applied, and when it is cut
 * @param readOnly whether nothing may be committed, and no large value deleted
 * @param onClose what is done once the store is closed
 */
public record Options(
    int readers,
    int writeDelayMillis,
    int retentionMillis,
    RedoMode redo,
    boolean salvage,
    RedoBounds bounds,
    boolean readOnly,
    Runnable onClose) {
  static final int PINNED_WRITE_DELAY_MILLIS = 0;

  /**
   * How long H2 keeps what is no longer used before it writes something else in its place, where
   * its file is all there is after a power loss: as long as an operating system may take to write.
   */
  static final int PINNED_RETENTION_MILLIS = 45_000;

  /**
   * As {@link #PINNED_RETENTION_MILLIS}, where a journal is before the database: after a power loss
   * the file is not looked at. What is written over within 45 seconds is many times the database
   * where runs come and go.
   */
  static final int JOURNALED_RETENTION_MILLIS = 1_000;

  /** A store that is written, and closed without ado. */
  public Options(
      int readers,
      int writeDelayMillis,
      int retentionMillis,
      RedoMode redo,
      boolean salvage,
      RedoBounds bounds) {
    this(readers, writeDelayMillis, retentionMillis, redo, salvage, bounds, false, () -> {});
  }

  /** The database alone, without a journal. */
  public Options(int readers, int writeDelayMillis, int retentionMillis) {
    this(readers, writeDelayMillis, retentionMillis, RedoMode.NONE, false, RedoBounds.PINNED);
  }

  /** The pinned values. */
  public static Options pinned(int readers) {
    return pinned(readers, RedoMode.FORCED);
  }

  /** The pinned values with another journal. */
  public static Options pinned(int readers, RedoMode redo) {
    return new Options(
        readers,
        PINNED_WRITE_DELAY_MILLIS,
        redo == RedoMode.NONE ? PINNED_RETENTION_MILLIS : JOURNALED_RETENTION_MILLIS,
        redo,
        false,
        RedoBounds.PINNED);
  }

  /** The same, for a store that is only looked at. */
  public Options readOnly(Runnable onClose) {
    return new Options(
        readers, writeDelayMillis, retentionMillis, redo, salvage, bounds, true, onClose);
  }

  /** The same, for a damaged journal. */
  public Options salvaging() {
    return new Options(readers, writeDelayMillis, retentionMillis, redo, true, bounds);
  }
}
