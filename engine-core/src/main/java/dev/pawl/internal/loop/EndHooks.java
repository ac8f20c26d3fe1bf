package dev.pawl.internal.loop;

/**
 * Where the hooks are run that hear of ends. Called by the loop; quick, and never throws.
 *
 * <p>That they are to be run is stored in the commit that ends the run, and that they were, in a
 * later one. So no end goes unheard, whoever ended the run, and whenever the process dies.
 */
public interface EndHooks {
  /** Nobody wants to hear of anything. */
  EndHooks NONE =
      new EndHooks() {
        @Override
        public boolean wants(String taskId) {
          return false;
        }

        @Override
        public void ended(long runId) {}

        @Override
        public boolean isOwed(long runId) {
          return false;
        }

        @Override
        public void paid(long runId) {}
      };

  /** Whether the end of a run of this task is to be heard of. */
  boolean wants(String taskId);

  /**
   * The end of a run is stored, in this life or a former one; one that is told again is ignored.
   */
  void ended(long runId);

  /** Whether it was told of this end and not of its {@link #paid}. */
  boolean isOwed(long runId);

  /** It is stored that the hooks were run. */
  void paid(long runId);
}
