package dev.pawl.simulation;

/**
 * One step of a history.
 *
 * @param kind what is done
 * @param salt how, together with what is there at the time; so that the other operations of a
 *     history stay what they are where one is left out
 */
record Operation(Kind kind, long salt) {

  /** What can be done, and how often it is, in a thousand. */
  enum Kind {
    BODY(328),
    TRIGGER(200),
    ADVANCE(120),
    BATCH(30),
    STREAM(25),
    CANCEL(35),
    RESCHEDULE(15),
    REPLAY(12),
    RESET_KEY(12),
    CHANGE_QUEUE(35),
    PAUSE(8),
    OBSERVE(15),
    FORGET(5),
    LABELS(12),
    HOOKS(15),
    READ(12),
    BULK_CANCEL(6),
    BULK_REPLAY(5),
    TURN(40),
    CLOCK_BACK(4),
    CRASH(8),
    CRASH_AT_COMMIT(12),
    STORE_IS_ILL(8),
    HEAP_IS_EXHAUSTED(5),
    CLOSE(5),
    FORGET_TASK(6),
    REGISTER_TASK(10);

    private final int weight;

    Kind(int weight) {
      this.weight = weight;
    }

    int weight() {
      return weight;
    }
  }

  @Override
  public String toString() {
    return kind + " " + salt;
  }
}
