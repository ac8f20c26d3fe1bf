package dev.pawl.internal.lifecycle;

/** What the rules say to a command. */
public sealed interface Decision {
  /** The run goes to this state. */
  record To(RunState next) implements Decision {}

  /**
   * The command does not apply; the run stays as it is.
   *
   * @param why in words that may follow "run_7 is EXECUTING; "
   */
  record Refused(String why) implements Decision {}
}
