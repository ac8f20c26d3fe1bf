package dev.pawl.internal.wait;

/**
 * One recorded call of a body.
 *
 * @param seq its place among the run's calls
 * @param call what was called
 */
public record JournalEntry(int seq, Call call) {

  /**
   * What tells one call from another. Calls that are equal in it are told apart by their order.
   *
   * @param kind what was called, for example {@code TRIGGER_AND_WAIT}
   * @param taskId the task it was about
   * @param match a hash of key or payload
   */
  public record Call(String kind, String taskId, long match) {
    @Override
    public String toString() {
      return kind + " of \"" + taskId + "\"";
    }
  }
}
