package dev.pawl.samples.readme;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every block of Java in the documents stands word for word in a source file that is compiled, so
 * that what readers copy compiles. White space does not count: a document has narrower columns.
 */
class DocumentedCodeTest {
  private static final Pattern JAVA_BLOCK =
      Pattern.compile("^[ \\t]*```[ \\t]*java\\b[^\\n]*\\n(.*?)^[ \\t]*```", blockFlags());

  private static int blockFlags() {
    return Pattern.MULTILINE | Pattern.DOTALL | Pattern.CASE_INSENSITIVE;
  }

  private record Block(Path document, int line, String code) {
    @Override
    public String toString() {
      return document.getFileName() + ":" + line + "\n" + code;
    }
  }

  @Test
  void everyBlockOfJavaStandsInASourceFile() throws IOException {
    Path root = root();
    List<String> sources = sources(root);
    List<Block> blocks = new ArrayList<>();
    for (Path document : documents(root)) {
      blocks.addAll(blocks(document, Files.readString(document)));
    }
    assertThat(blocks.stream().map(block -> block.document().getFileName().toString()))
        .as("where the pattern finds Java")
        .contains("README.md", "testing.md");
    assertThat(blocks)
        .as("blocks of Java, each to stand in a source file of this repository")
        .allMatch(
            block -> sources.stream().anyMatch(source -> source.contains(bare(block.code()))));
  }

  @Test
  void aBlockIsFoundHoweverItIsFenced() {
    String text =
        "a\n```java\nint a;\n```\n- b\n  ``` Java title\n  int b;\n  ```\n```xml\n<c/>\n```\n";
    List<Block> found = blocks(Path.of("x.md"), text);
    assertThat(found).extracting(Block::line).containsExactly(2, 6);
    assertThat(found).extracting(block -> bare(block.code())).containsExactly("inta;", "intb;");
  }

  private static List<Block> blocks(Path document, String text) {
    return JAVA_BLOCK
        .matcher(text)
        .results()
        .map(block -> new Block(document, line(text, block), block.group(1)))
        .toList();
  }

  private static int line(String text, MatchResult block) {
    return 1 + (int) text.substring(0, block.start()).chars().filter(c -> c == '\n').count();
  }

  private static String bare(String code) {
    return code.replaceAll("\\s+", "");
  }

  private static List<Path> documents(Path root) throws IOException {
    try (Stream<Path> top = Files.list(root);
        Stream<Path> docs = Files.walk(root.resolve("docs"))) {
      return Stream.concat(top, docs).filter(file -> file.toString().endsWith(".md")).toList();
    }
  }

  /** Every source file but those that a build made. */
  private static List<String> sources(Path root) throws IOException {
    try (Stream<Path> modules = Files.list(root)) {
      return modules
          .map(module -> module.resolve("src"))
          .filter(Files::isDirectory)
          .flatMap(DocumentedCodeTest::javaFiles)
          .toList();
    }
  }

  private static Stream<String> javaFiles(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      List<String> read = new ArrayList<>();
      for (Path file : files.filter(file -> file.toString().endsWith(".java")).toList()) {
        read.add(bare(Files.readString(file)));
      }
      return read.stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(folder.resolve("docs"))) {
      folder = folder.getParent();
    }
    return folder;
  }
}
