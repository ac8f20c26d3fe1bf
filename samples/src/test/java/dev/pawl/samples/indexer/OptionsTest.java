package dev.pawl.samples.indexer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest {
  @TempDir Path folder;

  @Test
  void theDefaultsAreTheCurrentFolderAndAStoreInIt() throws Exception {
    assertThat(Options.parse())
        .isEqualTo(
            new Options(
                Path.of("").toRealPath(), Path.of(".pawl/indexer"), Duration.ZERO, false, false));
  }

  @Test
  void everyOptionIsTaken() throws Exception {
    assertThat(
            Options.parse("--store", "s", folder.toString(), "--slow", "50", "--quiet", "--help"))
        .isEqualTo(
            new Options(folder.toRealPath(), Path.of("s"), Duration.ofMillis(50), true, true));
  }

  @Test
  void theSameFolderHasOneName() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder);
    assertThat(Options.parse(link.toString()).folder()).isEqualTo(folder.toRealPath());
  }

  @ParameterizedTest
  @CsvSource({
    "--fast, unknown option: --fast",
    "--store, --store needs a value",
    "--slow, --slow needs a value",
    "--slow x, '--slow takes milliseconds, not x'",
    "--slow -1, '--slow takes milliseconds, not -1'",
    "does/not/exist, does/not/exist does not exist",
    ". ., 'one folder at a time, not both . and .'"
  })
  void whatMakesNoSenseIsNamed(String args, String message) {
    assertThatThrownBy(() -> Options.parse(args.split(" ")))
        .isInstanceOf(Options.UsageException.class)
        .hasMessage(message);
  }

  @Test
  void aFileIsNoFolder() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));
    assertThatThrownBy(() -> Options.parse(file.toString())).hasMessage(file + " is not a folder");
  }
}
