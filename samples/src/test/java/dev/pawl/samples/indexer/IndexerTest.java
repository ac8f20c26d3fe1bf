package dev.pawl.samples.indexer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.AttemptInfo;
import dev.pawl.Engine;
import dev.pawl.Run;
import dev.pawl.RunContext;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.RunStatus;
import dev.pawl.h2.H2Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexerTest {
  @TempDir Path temp;
  private Path folder;
  private Path store;

  @BeforeEach
  void folders() throws IOException {
    folder = Files.createDirectory(temp.resolve("tree")).toRealPath();
    store = temp.resolve("store");
  }

  @Test
  void theTableIsWhatAnIndependentCountGives() throws Exception {
    SampleTree.make(folder, 7, 12);
    Screenful screen = Screenful.of(folder, store);
    assertThat(screen.status()).as(screen.err()).isZero();
    assertThat(screen.out()).contains("started run_").contains("85/85 files");
    assertThat(row(screen, "Java")).isEqualTo(count(".java"));
    assertThat(row(screen, "Markdown")).isEqualTo(count(".md"));
    assertThat(row(screen, "XML")).isEqualTo(count(".xml"));
    assertThat(row(screen, "(other)")).isEqualTo(count(".unheard-of"));
    assertThat(row(screen, "(binary)")).isEqualTo("1 0 0 3");
    assertThat(row(screen, "total")).startsWith("85 ");
    assertThat(screen.out()).doesNotContain("unreadable");
  }

  private static String row(Screenful screen, String language) {
    String columns = Screenful.group(screen.out(), "(?m)^\\Q" + language + "\\E +(.*)$");
    return columns.replace(",", "").replaceAll(" +", " ");
  }

  /** Counts by other means than the sample's. */
  private String count(String suffix) throws IOException {
    long files = 0;
    long lines = 0;
    long words = 0;
    long bytes = 0;
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) all::iterator) {
        if (file.toString().endsWith(suffix) && !file.toString().contains("Skipped")) {
          String text = Files.readString(file);
          files++;
          lines += text.lines().count();
          words += Stream.of(text.split("\\s+")).filter(word -> !word.isEmpty()).count();
          bytes += Files.size(file);
        }
      }
    }
    return String.format(Locale.ROOT, "%d %d %d %d", files, lines, words, bytes);
  }

  @Test
  void aFolderWithMoreFilesThanABatchTakesIsCutInChunks() throws Exception {
    for (int i = 0; i < 1_001; i++) {
      Files.writeString(folder.resolve("f" + i + ".txt"), "x\n");
    }
    Screenful screen = Screenful.of(folder, store, "--quiet");
    assertThat(row(screen, "Text")).isEqualTo("1001 1001 1001 2002");
    assertThat(screen.out()).startsWith("language"); // quiet: nothing before the table
  }

  @Test
  void theStoreMayLieInTheFolder() throws Exception {
    Files.writeString(folder.resolve("a.txt"), "x\n");
    Screenful screen = Screenful.of(folder, folder.resolve("runs"));
    assertThat(row(screen, "total")).isEqualTo("1 1 1 2");
  }

  @Test
  void anEmptyFolderGivesAnEmptyTable() throws Exception {
    assertThat(row(Screenful.of(folder, store), "total")).isEqualTo("0 0 0 0");
  }

  @Test
  void aFinishedRunIsNotResumedButDoneAgain() throws Exception {
    SampleTree.make(folder, 2, 2);
    Screenful first = Screenful.of(folder, store);
    Files.writeString(folder.resolve("new.java"), "x\n");
    Screenful second = Screenful.of(folder, store);
    assertThat(second.out()).doesNotContain("resumed");
    assertThat(started(second)).isNotEqualTo(started(first));
    assertThat(row(first, "total")).startsWith("5 ");
    assertThat(row(second, "total")).startsWith("6 ");
  }

  private static String started(Screenful screen) {
    return Screenful.group(screen.out(), "started (run_\\w+)");
  }

  @Test
  void anUnfinishedRunIsTakenUpByItsFolderOnly() throws Exception {
    SampleTree.make(folder, 2, 2);
    Path other = Files.createDirectory(temp.resolve("other")).toRealPath();
    try (Engine engine = open(new Progress())) {
      engine.tasks().trigger(IndexTasks.INDEX_TREE, tree());
    }
    // Works on the other run too, as on all that is in its store, but shows its own.
    assertThat(Screenful.of(other, store).out())
        .containsPattern("started run_\\w+: .*other")
        .contains("0/0 files")
        .doesNotContain("resumed");
  }

  @Test
  void aRunThatHasNotEvenBegunIsTakenUp() throws Exception {
    SampleTree.make(folder, 2, 2);
    String unfinished;
    try (Engine engine = open(new Progress())) {
      unfinished = engine.tasks().trigger(IndexTasks.INDEX_TREE, tree()).id();
    }
    Screenful screen = Screenful.of(folder, store);
    assertThat(screen.out())
        .contains("resumed " + unfinished + ": 0 of 0 files found so far")
        .contains("5/5 files")
        .doesNotContain("started");
  }

  /** Whatever is to be gone goes between the listing and the reading. */
  @Test
  void whatCannotBeReadIsTriedAgainAndThenReported() throws Exception {
    Files.writeString(folder.resolve("here.txt"), "x\n");
    Path goneFile = Files.writeString(folder.resolve("gone.txt"), "x\n");
    Path goneFolder = Files.createDirectory(folder.resolve("lost"));
    Progress progress =
        new Progress() {
          @Override
          void found(RunContext run, int files) {
            super.found(run, files);
            delete(goneFile);
            delete(goneFolder);
          }
        };
    try (Engine engine = open(progress)) {
      RunHandle<Index> handle = engine.tasks().trigger(IndexTasks.INDEX_TREE, tree());
      progress.watch(Former.none(handle.id()));
      engine.start();
      Index index = handle.await(Duration.ofSeconds(30)).unwrap();
      assertThat(index.total()).isEqualTo(new Tally(1, 1, 1, 2));
      assertThat(index.unreadable()).isEqualTo(2);
      assertThat(index.problems())
          .containsExactly(
              new Index.Problem("gone.txt", "NoSuchFileException: " + goneFile),
              new Index.Problem("lost/", "NoSuchFileException: " + goneFolder));
      Run<?> gone = only(engine, RunQuery.all().tasks("index-file").statuses(RunStatus.FAILED));
      assertThat(gone.attempts())
          .hasSize(gone.maxAttempts())
          .extracting(AttemptInfo::status)
          .containsOnly(RunStatus.FAILED);
      assertThat(progress.counts()).startsWith("2/2 files");
    }
  }

  private static Run<?> only(Engine engine, RunQuery query) {
    List<Run<?>> runs = engine.runs().list(query).items();
    assertThat(runs).hasSize(1);
    return runs.getFirst();
  }

  private static void delete(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Tree tree() {
    return new Tree(folder.toString());
  }

  private Engine open(Progress progress) {
    return Engine.builder()
        .store(H2Store.file(store))
        .register(new IndexTasks(2, Duration.ZERO, store, progress).all())
        .open();
  }

  @Test
  void aCommandThatMakesNoSenseGetsTheUsageAndStatusTwo() throws Exception {
    Screenful screen = Screenful.of(folder.resolve("missing"), store);
    assertThat(screen.status()).isEqualTo(2);
    assertThat(screen.out()).isEmpty();
    assertThat(screen.err()).contains("missing does not exist").contains("usage: Indexer");
    assertThat(store).doesNotExist();
  }

  @Test
  void helpIsPrinted() throws Exception {
    Screenful screen = Screenful.of("--help");
    assertThat(screen.status()).isZero();
    assertThat(screen.out()).startsWith("usage: Indexer");
  }

  @Test
  void aStoreThatAnotherHasOpenIsSaidToBe() throws Exception {
    try (Engine engine = open(new Progress())) {
      Screenful screen = Screenful.of(folder, store);
      assertThat(screen.status()).isEqualTo(1);
      assertThat(screen.err()).contains(store.toString()).doesNotContain("\tat ");
      assertThat(engine.runs().list(RunQuery.all()).items()).isEmpty();
    }
  }
}
