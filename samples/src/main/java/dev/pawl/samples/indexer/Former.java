package dev.pawl.samples.indexer;

import dev.pawl.Engine;
import dev.pawl.Run;
import dev.pawl.RunQuery;
import dev.pawl.RunStatus;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a former process has left unfinished for the same folder, by what the store says.
 *
 * @param rootRunId the root run that has not ended
 * @param found how many files were found so far
 * @param done how many of these were read, or given up
 * @param runs how many runs have ended
 */
record Former(String rootRunId, long found, long done, long runs) {
  private static final RunStatus[] LIVE =
      Arrays.stream(RunStatus.values())
          .filter(status -> !status.isTerminal())
          .toArray(RunStatus[]::new);
  private static final RunStatus[] ENDED =
      Arrays.stream(RunStatus.values()).filter(RunStatus::isTerminal).toArray(RunStatus[]::new);

  /** Nothing: a root run that was just triggered. */
  static Former none(String rootRunId) {
    return new Former(rootRunId, 0, 0, 0);
  }

  /**
   * Looks for it.
   *
   * @param engine open, but not started, so that the figures stand still
   */
  static Optional<Former> find(Engine engine, Tree tree) {
    RunQuery unfinished = RunQuery.all().tasks(IndexTasks.INDEX_TREE.id()).statuses(LIVE);
    try (Stream<Run<?>> roots = engine.runs().stream(unfinished)) {
      return roots
          .filter(root -> root.payload(Tree.class).equals(tree))
          .findFirst()
          .map(root -> count(engine, root.id()));
    }
  }

  private static Former count(Engine engine, String rootRunId) {
    long found = 0;
    long done = 0;
    long runs = 0;
    try (Stream<Run<?>> ended =
        engine.runs().stream(RunQuery.all().root(rootRunId).statuses(ENDED))) {
      for (Run<?> run : (Iterable<Run<?>>) ended::iterator) {
        runs++;
        if (run.taskId().equals(IndexTasks.INDEX_FILE.id())) {
          done++;
        } else if (run.output() instanceof Listing listing) {
          found += listing.files().size();
        }
      }
    }
    return new Former(rootRunId, found, done, runs);
  }
}
