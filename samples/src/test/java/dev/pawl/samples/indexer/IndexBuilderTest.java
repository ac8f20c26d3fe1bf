package dev.pawl.samples.indexer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.RunError;
import dev.pawl.RunResult;
import dev.pawl.RunStatus;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IndexBuilderTest {
  private static final Place FOLDER = new Place("/top", "some/folder");
  private static final RunError GONE =
      new RunError(
          RunError.Code.EXCEPTION, "java.nio.file.NoSuchFileException", "/gone/x\n", "at …", null);

  @Test
  void filesOfOneLanguageAreAddedUp() {
    IndexBuilder builder = new IndexBuilder(FOLDER);
    builder.addFile("A.java", ok(new FileFacts("Java", 1, 2, 3, "aa")));
    builder.addFile("B.java", ok(new FileFacts("Java", 10, 20, 30, "bb")));
    builder.addFile("c.md", ok(new FileFacts("Markdown", 100, 200, 300, "cc")));
    Index index = builder.build();
    assertThat(index.languages())
        .isEqualTo(
            Map.of("Java", new Tally(2, 11, 22, 33), "Markdown", new Tally(1, 100, 200, 300)));
    assertThat(index.total()).isEqualTo(new Tally(3, 111, 222, 333));
    assertThat(index.unreadable()).isZero();
  }

  @Test
  void foldersAreAddedUpWithTheirProblems() {
    IndexBuilder below = new IndexBuilder(FOLDER.child("below"));
    below.addFile("A.java", ok(new FileFacts("Java", 1, 2, 3, "aa")));
    below.addFile("gone", failed());
    IndexBuilder builder = new IndexBuilder(FOLDER);
    builder.addFolder("below", ok(below.build()));
    builder.addFolder("lost", failed());
    builder.addFile("B.java", ok(new FileFacts("Java", 1, 2, 3, "bb")));
    Index index = builder.build();
    assertThat(index.languages()).isEqualTo(Map.of("Java", new Tally(2, 2, 4, 6)));
    assertThat(index.unreadable()).isEqualTo(2);
    assertThat(index.problems())
        .containsExactly(
            new Index.Problem("some/folder/below/gone", "NoSuchFileException: /gone/x"),
            new Index.Problem("some/folder/lost/", "NoSuchFileException: /gone/x"));
  }

  @Test
  void aFolderThatCannotBeListedIsOneProblem() {
    Index index = IndexBuilder.unlisted(FOLDER, RunError.of(RunError.Code.CRASHED, ""));
    assertThat(index.unreadable()).isEqualTo(1);
    assertThat(index.problems()).containsExactly(new Index.Problem("some/folder/", "CRASHED"));
  }

  @Test
  void allProblemsCountButOnlySomeAreKept() {
    IndexBuilder builder = new IndexBuilder(FOLDER);
    for (int i = 0; i < Index.MAX_PROBLEMS + 5; i++) {
      builder.addFile("f" + i, failed());
    }
    Index index = builder.build();
    assertThat(index.unreadable()).isEqualTo(Index.MAX_PROBLEMS + 5);
    assertThat(index.problems()).hasSize(Index.MAX_PROBLEMS);
  }

  @Test
  void theChecksumTellsNamesAndContentsApart() {
    assertThat(checksum("a", "11")).isEqualTo(checksum("a", "11"));
    assertThat(checksum("a", "11")).isNotEqualTo(checksum("b", "11"));
    assertThat(checksum("a", "11")).isNotEqualTo(checksum("a", "12"));
  }

  private static String checksum(String name, String sha256) {
    IndexBuilder builder = new IndexBuilder(FOLDER);
    builder.addFile(name, ok(new FileFacts("Java", 1, 2, 3, sha256)));
    return builder.build().sha256();
  }

  private static <O> RunResult<O> ok(O output) {
    return new RunResult.Ok<>("run_1", "task", output);
  }

  private static <O> RunResult<O> failed() {
    return new RunResult.Failed<>("run_2", "task", RunStatus.FAILED, GONE);
  }
}
