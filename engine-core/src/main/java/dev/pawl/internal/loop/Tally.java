package dev.pawl.internal.loop;

import dev.pawl.TriggerOutcome;
import dev.pawl.spi.Changes;

/**
 * Is told by the loop what it has done, for metrics; what happens to runs it hears of as one of the
 * {@link Events}. Called on the loop's thread, after the commit: quick, never blocks, never throws.
 */
public interface Tally {
  /** Nobody counts: then nothing is even measured. */
  Tally NONE = new Tally() {};

  /** Whether anybody counts. */
  default boolean counts() {
    return false;
  }

  /** A trigger has come to this, and that is stored. */
  default void triggered(String taskId, TriggerOutcome outcome) {}

  /** A commit is durable; it took so long, failed attempts included. */
  default void committed(Changes changes, long nanos) {}

  /** An attempt to commit has failed. */
  default void commitFailed() {}

  /** Something that was due has been done so much later, in microseconds. */
  default void late(long micros) {}

  /** The store was taken over. */
  default void recovered(Recovered recovered) {}

  /** How things stand; called a few times a second at most. */
  default void standing(Standing standing) {}
}
