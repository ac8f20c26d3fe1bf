package dev.pawl.internal.exec;

import org.jspecify.annotations.Nullable;

/**
 * Watches calls that trigger, and attempts: what is observed of them, and the traces that they are
 * part of. Any thread may call; nothing here throws, whatever those who observe do.
 */
public interface Watch {
  /** Nobody watches. */
  Watch NOBODY =
      new Watch() {
        @Override
        public Trigger trigger(String taskId, Kind kind) {
          return Trigger.NOBODY;
        }

        @Override
        public Span attempt(AttemptFacts attempt, @Nullable String trace) {
          return Span.NOBODY;
        }
      };

  /** How something is triggered. */
  enum Kind {
    /** One run. */
    SINGLE,
    /** One run, and the caller waits for it. */
    WAIT,
    /** A list or a stream of runs. */
    BATCH,
    /** A list or a stream of runs, and the caller waits for them. */
    BATCH_WAIT,
    /** One run, from an old run's payload. */
    REPLAY
  }

  /**
   * An attempt.
   *
   * @param runId the run, as users see it
   */
  record AttemptFacts(String taskId, String queue, String runId, int number) {}

  /**
   * A call that triggers begins.
   *
   * @param taskId its task; empty for several tasks
   */
  Trigger trigger(String taskId, Kind kind);

  /**
   * The body of an attempt is about to be entered, on the calling thread.
   *
   * @param trace the trace of the run's trigger, or null
   */
  Span attempt(AttemptFacts attempt, @Nullable String trace);

  /** A call that triggers. One of {@link #ended} and {@link #refused} ends it. */
  interface Trigger {
    /** Nobody watches. */
    Trigger NOBODY =
        new Trigger() {
          @Override
          public @Nullable String trace() {
            return null;
          }

          @Override
          public void ended(String outcome) {}

          @Override
          public void refused(Throwable reason) {}
        };

    /** The trace that its runs are part of, to be stored with them; null for none. */
    @Nullable String trace();

    /** It has done what it says. */
    void ended(String outcome);

    /** It has thrown. */
    void refused(Throwable reason);
  }

  /** An attempt. */
  interface Span {
    /** Nobody watches. */
    Span NOBODY =
        new Span() {
          @Override
          public Runnable enter() {
            return NOTHING;
          }

          @Override
          public void failed(Throwable thrown) {}

          @Override
          public void ended(String outcome) {}
        };

    /** Nothing is to be undone. */
    Runnable NOTHING = () -> {};

    /**
     * The calling thread belongs to it from now on, until the result is run there, once or more
     * often.
     */
    Runnable enter();

    /** Its body has thrown. */
    void failed(Throwable thrown);

    /** It is over; each thread has left. */
    void ended(String outcome);
  }
}
