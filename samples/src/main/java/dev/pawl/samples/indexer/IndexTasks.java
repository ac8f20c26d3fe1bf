package dev.pawl.samples.indexer;

import dev.pawl.Fork;
import dev.pawl.Limits;
import dev.pawl.Queue;
import dev.pawl.Retry;
import dev.pawl.RunContext;
import dev.pawl.RunResult;
import dev.pawl.Task;
import dev.pawl.TaskKey;
import dev.pawl.TaskRef;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The four tasks of the indexer.
 *
 * <pre>
 * index-tree              one root run for a command
 *   index-folder          one for each folder: lists it, then waits for what is in it
 *     list-folder         the names in the folder
 *     index-file          one for each file: reads it
 *     index-folder        …
 * </pre>
 *
 * <p>Nothing is shared between them: what a run found is its output, and its parent adds up. When
 * the process has died, the body of a folder is run again from its first line, and each of its
 * waits returns what the store knows. That is why listing is a run of its own: the names are then
 * the same ones as before, even if files have come and gone since.
 */
final class IndexTasks {
  static final TaskKey<Tree, Index> INDEX_TREE = TaskKey.of("index-tree", Tree.class, Index.class);
  static final TaskKey<Place, Index> INDEX_FOLDER =
      TaskKey.of("index-folder", Place.class, Index.class);
  static final TaskKey<Place, Listing> LIST_FOLDER =
      TaskKey.of("list-folder", Place.class, Listing.class);
  static final TaskKey<Place, FileFacts> INDEX_FILE =
      TaskKey.of("index-file", Place.class, FileFacts.class);

  /** The engine takes no larger batch. */
  private static final int CHUNK = Limits.defaults().maxBatchItems();

  /** A process that dies costs each file that it was just reading one attempt. */
  private static final Retry READING =
      Retry.exponential()
          .maxAttempts(5)
          .minTimeout(Duration.ofMillis(100))
          .maxTimeout(Duration.ofSeconds(1));

  private final int readers;
  private final Duration slow;
  private final Path except;
  private final Progress progress;

  /**
   * Makes the tasks.
   *
   * @param readers how many files, and how many folders, are read at once
   * @param slow how long each file takes in addition
   * @param except a folder to leave out: the store's own
   * @param progress is told what was found and done, for display only
   */
  IndexTasks(int readers, Duration slow, Path except, Progress progress) {
    this.readers = readers;
    this.slow = slow;
    this.except = except;
    this.progress = progress;
  }

  Task<?, ?>[] all() {
    return new Task<?, ?>[] {
      Task.define(INDEX_TREE).run(this::indexTree),
      Task.define(INDEX_FOLDER).run(this::indexFolder),
      Task.define(LIST_FOLDER)
          .queue(Queue.named("folders").concurrencyLimit(readers))
          .retry(READING)
          .run(this::listFolder),
      Task.define(INDEX_FILE)
          .queue(Queue.named("files").concurrencyLimit(readers))
          .retry(READING)
          .run(this::indexFile)
    };
  }

  private Index indexTree(Tree tree, RunContext run) {
    Index index = run.triggerAndWait(INDEX_FOLDER, Place.rootOf(tree.folder())).unwrap();
    progress.runDone(run);
    return index;
  }

  private Index indexFolder(Place folder, RunContext run) throws Exception {
    Index index =
        switch (run.triggerAndWait(LIST_FOLDER, folder)) {
          case RunResult.Ok<Listing> ok -> indexContent(folder, ok.output(), run);
          case RunResult.Failed<Listing> failed -> IndexBuilder.unlisted(folder, failed.error());
        };
    progress.runDone(run);
    return index;
  }

  /** The files and the folders below at the same time. */
  private static Index indexContent(Place folder, Listing listing, RunContext run)
      throws Exception {
    Fork<List<RunResult<FileFacts>>> files =
        run.fork(() -> inChunks(INDEX_FILE, folder, listing.files(), run));
    List<RunResult<Index>> folders = inChunks(INDEX_FOLDER, folder, listing.folders(), run);
    IndexBuilder index = new IndexBuilder(folder);
    each(listing.files(), files.join(), index::addFile);
    each(listing.folders(), folders, index::addFolder);
    return index.build();
  }

  /** Runs the task for each name and waits for all; the results are in the order of the names. */
  private static <O> List<RunResult<O>> inChunks(
      TaskRef<Place, O> task, Place folder, List<String> names, RunContext run) {
    List<RunResult<O>> results = new ArrayList<>(names.size());
    for (int from = 0; from < names.size(); from += CHUNK) {
      List<String> chunk = names.subList(from, Math.min(names.size(), from + CHUNK));
      results.addAll(
          run.batchTriggerAndWait(task, chunk.stream().map(folder::child).toList()).results());
    }
    return results;
  }

  private interface Adder<O> {
    void add(String name, RunResult<O> result);
  }

  private static <O> void each(List<String> names, List<RunResult<O>> results, Adder<O> adder) {
    for (int i = 0; i < names.size(); i++) {
      adder.add(names.get(i), results.get(i));
    }
  }

  private Listing listFolder(Place folder, RunContext run) throws IOException {
    Listing listing = Listing.of(folder.toPath(), except);
    progress.found(run, listing.files().size());
    progress.runDone(run);
    return listing;
  }

  private FileFacts indexFile(Place file, RunContext run) throws Exception {
    Thread.sleep(slow);
    try {
      FileFacts facts = FileFacts.read(file.toPath());
      progress.fileDone(run);
      return facts;
    } catch (IOException | InvalidPathException e) { // a name may be none in this locale
      if (run.attempt() == run.maxAttempts()) {
        progress.fileDone(run);
      }
      throw e;
    }
  }
}
