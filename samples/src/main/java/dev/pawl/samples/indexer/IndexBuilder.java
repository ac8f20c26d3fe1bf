package dev.pawl.samples.indexer;

import dev.pawl.RunError;
import dev.pawl.RunResult;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Adds up what the runs for the content of one folder gave. A run that failed is a problem. */
final class IndexBuilder {
  private final Place folder;
  private final Map<String, Tally> languages = new HashMap<>();
  private final List<Index.Problem> problems = new ArrayList<>();
  private final MessageDigest sha256 = Sha256.create();
  private long unreadable;

  IndexBuilder(Place folder) {
    this.folder = folder;
  }

  /** A folder that could not be listed. */
  static Index unlisted(Place folder, RunError error) {
    IndexBuilder index = new IndexBuilder(folder);
    index.problem(folder.path() + "/", error);
    return index.build();
  }

  /** Adds a file of this folder. */
  void addFile(String name, RunResult<FileFacts> result) {
    switch (result) {
      case RunResult.Ok<FileFacts> ok -> {
        FileFacts file = ok.output();
        languages.merge(file.language(), Tally.of(file), Tally::plus);
        checksum(name, file.sha256());
      }
      case RunResult.Failed<FileFacts> failed -> {
        problem(folder.child(name).path(), failed.error());
        checksum(name, "unreadable");
      }
    }
  }

  /** Adds a folder of this folder. */
  void addFolder(String name, RunResult<Index> result) {
    switch (result) {
      case RunResult.Ok<Index> ok -> {
        Index below = ok.output();
        below.languages().forEach((key, tally) -> languages.merge(key, tally, Tally::plus));
        problems.addAll(below.problems());
        unreadable += below.unreadable();
        checksum(name + "/", below.sha256());
      }
      case RunResult.Failed<Index> failed -> {
        problem(folder.child(name).path() + "/", failed.error());
        checksum(name + "/", "unreadable");
      }
    }
  }

  private void problem(String path, RunError error) {
    problems.add(new Index.Problem(path, reason(error)));
    unreadable++;
  }

  /** {@code NoSuchFileException: /a/b}, rather than the whole name of the class. */
  private static String reason(RunError error) {
    String type = error.type().substring(error.type().lastIndexOf('.') + 1);
    String message = error.message().lines().findFirst().orElse("");
    return message.isEmpty() ? type : type + ": " + message;
  }

  private void checksum(String name, String checksum) {
    sha256.update((name + "\0" + checksum + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** What it comes to; this builder is used up then. */
  Index build() {
    return new Index(
        languages,
        unreadable,
        problems.subList(0, Math.min(problems.size(), Index.MAX_PROBLEMS)),
        Sha256.hex(sha256));
  }
}
