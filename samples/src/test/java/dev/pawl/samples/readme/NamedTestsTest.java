package dev.pawl.samples.readme;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every test that a document names is there: {@code `FooTest`} as a class, {@code `FooTest.bar`} as
 * a test method of it, and a bare {@code `bar`} behind that, in the same last cell of a table, too.
 * A class without a package is of the package that its document is about.
 */
class NamedTestsTest {
  private static final Map<String, String> PACKAGES =
      Map.of(
          "triggering.md", "dev.pawl.samples.triggering.",
          "semantics.md", "dev.pawl.engine.");

  private static final Pattern NAME = Pattern.compile("`([\\w.]+)`");
  private static final Pattern OF_A_CLASS =
      Pattern.compile("((?:[a-z0-9]+\\.)*[A-Z]\\w*Test)(?:\\.(\\w+))?");
  private static final Pattern METHOD = Pattern.compile("[a-z]\\w+");
  private static final Pattern ANNOTATION = Pattern.compile("@(?:Parameterized|Repeated)?Test\\b");
  private static final Pattern LAST_CELL = Pattern.compile("\\|([^|]*)\\|\\s*$");

  /** A test, as a document names it; without a method the class as a whole. */
  private record Named(String type, String method) {
    @Override
    public String toString() {
      return method.isEmpty() ? type : type + "." + method;
    }
  }

  @Test
  void everyTestThatADocumentNamesIsThere() {
    Map<String, String> sources = new HashMap<>();
    for (Path file : Documents.sources()) {
      sources.put(typeOf(file), Documents.read(file));
    }
    List<String> missing = new ArrayList<>();
    int found = 0;
    for (Path document : Documents.all()) {
      String base = PACKAGES.getOrDefault(document.getFileName().toString(), "");
      for (Named test : names(Documents.read(document))) {
        if (isThere(test, base, sources)) {
          found++;
        } else {
          missing.add(document.getFileName() + " names " + test);
        }
      }
    }
    assertThat(missing).isEmpty();
    assertThat(found).as("tests that documents name").isGreaterThan(150);
  }

  @Test
  void aMissingTestIsFound() {
    Map<String, String> sources =
        Map.of("dev.pawl.engine.FooTest", "@Test\n void is() {}\n void helps() {}");
    assertThat(isThere(new Named("FooTest", "is"), "dev.pawl.engine.", sources)).isTrue();
    assertThat(isThere(new Named("engine.FooTest", "is"), "", sources)).isTrue();
    assertThat(isThere(new Named("FooTest", ""), "dev.pawl.engine.", sources)).isTrue();
    assertThat(isThere(new Named("FooTest", "helps"), "dev.pawl.engine.", sources)).isFalse();
    assertThat(isThere(new Named("FooTest", "isNot"), "dev.pawl.engine.", sources)).isFalse();
    assertThat(isThere(new Named("FooTest", "is"), "dev.pawl.h2.", sources)).isFalse();
    assertThat(isThere(new Named("FooTest", "is"), "", sources)).isTrue();
  }

  @Test
  void namesAreReadWhereverTheyStand() {
    assertThat(names("as `FooTest.bar` shows, not `baz`\n| `x` | `a.FooTest`, `bar`, `Qux` |\n"))
        .containsExactly(
            new Named("FooTest", "bar"), new Named("a.FooTest", ""), new Named("a.FooTest", "bar"));
  }

  private static List<Named> names(String text) {
    return text.lines().flatMap(NamedTestsTest::namesOfLine).toList();
  }

  private static Stream<Named> namesOfLine(String line) {
    List<Named> names = new ArrayList<>();
    Matcher cell = LAST_CELL.matcher(line);
    int lastCell = cell.find() ? cell.start() : line.length();
    Optional<String> type = Optional.empty();
    Matcher name = NAME.matcher(line);
    while (name.find()) {
      Matcher ofAClass = OF_A_CLASS.matcher(name.group(1));
      if (ofAClass.matches()) {
        type = Optional.of(ofAClass.group(1));
        names.add(new Named(ofAClass.group(1), Optional.ofNullable(ofAClass.group(2)).orElse("")));
      } else if (name.start() >= lastCell
          && type.isPresent()
          && METHOD.matcher(name.group(1)).matches()) {
        names.add(new Named(type.get(), name.group(1)));
      }
    }
    return names.stream();
  }

  private static boolean isThere(Named test, String base, Map<String, String> sources) {
    return sources.entrySet().stream()
        .filter(source -> isNamed(source.getKey(), test.type(), base))
        .anyMatch(source -> test.method().isEmpty() || hasTest(source.getValue(), test.method()));
  }

  private static boolean isNamed(String type, String name, String base) {
    if (base.isEmpty() && name.indexOf('.') < 0) {
      return type.endsWith("." + name); // this document is about no package
    }
    return type.equals(base + name) || type.equals("dev.pawl." + name) || type.equals(name);
  }

  /** Whether there is an annotation that makes a test between a method and the one before it. */
  private static boolean hasTest(String source, String method) {
    int at = source.indexOf("void " + method + "(");
    int before = Math.max(0, source.lastIndexOf("void ", at - 1));
    return at >= 0 && ANNOTATION.matcher(source.substring(before, at)).find();
  }

  private static String typeOf(Path file) {
    String path = file.toString().replace(file.getFileSystem().getSeparator(), "/");
    return path.replaceFirst(".*/src/\\w+/java/", "")
        .replaceFirst("\\.java$", "")
        .replace('/', '.');
  }
}
