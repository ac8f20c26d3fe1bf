package dev.pawl.h2.internal;

/** What becomes of a group of changes before its commit returns. */
public enum RedoMode {
  /** It is in the database, and there is no journal. */
  NONE,
  /** It was written to the journal. */
  WRITTEN,
  /** It was written to the journal and forced to disk. */
  FORCED
}
