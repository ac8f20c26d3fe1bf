package dev.pawl.h2.internal;

/** The same with a journal: what is looked up may be pending, or in the database. */
class JournaledCommitterReadsTest extends CommitterReadsTest {
  @Override
  RedoMode redo() {
    return RedoMode.WRITTEN;
  }

  /** The one that writes, and the one on which the thread that commits looks rows up. */
  @Override
  int withoutReaders() {
    return 2;
  }
}
