package dev.pawl.samples.indexer;

import java.util.Locale;
import java.util.Map;

/** The language of a file, guessed from its name. */
final class Language {
  /** The language of files that hold bytes rather than text, whatever their name. */
  static final String BINARY = "(binary)";

  /** The language of text whose name tells nothing. */
  static final String OTHER = "(other)";

  private static final Map<String, String> BY_NAME =
      Map.of(
          "dockerfile", "Dockerfile",
          "makefile", "Makefile",
          "license", "Text",
          "notice", "Text",
          "readme", "Text");

  private static final Map<String, String> BY_EXTENSION =
      Map.ofEntries(
          Map.entry("adoc", "AsciiDoc"),
          Map.entry("bat", "Batch"),
          Map.entry("c", "C"),
          Map.entry("cc", "C++"),
          Map.entry("cpp", "C++"),
          Map.entry("cs", "C#"),
          Map.entry("css", "CSS"),
          Map.entry("csv", "CSV"),
          Map.entry("go", "Go"),
          Map.entry("gradle", "Gradle"),
          Map.entry("groovy", "Groovy"),
          Map.entry("h", "C"),
          Map.entry("hpp", "C++"),
          Map.entry("htm", "HTML"),
          Map.entry("html", "HTML"),
          Map.entry("java", "Java"),
          Map.entry("js", "JavaScript"),
          Map.entry("json", "JSON"),
          Map.entry("jsx", "JavaScript"),
          Map.entry("kt", "Kotlin"),
          Map.entry("kts", "Kotlin"),
          Map.entry("md", "Markdown"),
          Map.entry("mjs", "JavaScript"),
          Map.entry("php", "PHP"),
          Map.entry("properties", "Properties"),
          Map.entry("py", "Python"),
          Map.entry("rb", "Ruby"),
          Map.entry("rs", "Rust"),
          Map.entry("scala", "Scala"),
          Map.entry("sh", "Shell"),
          Map.entry("sql", "SQL"),
          Map.entry("svg", "SVG"),
          Map.entry("swift", "Swift"),
          Map.entry("toml", "TOML"),
          Map.entry("ts", "TypeScript"),
          Map.entry("tsx", "TypeScript"),
          Map.entry("txt", "Text"),
          Map.entry("xml", "XML"),
          Map.entry("xsd", "XML"),
          Map.entry("yaml", "YAML"),
          Map.entry("yml", "YAML"));

  private Language() {}

  /** The language of a text file of this name. */
  static String of(String fileName) {
    String name = fileName.toLowerCase(Locale.ROOT);
    String whole = BY_NAME.get(name);
    if (whole != null) {
      return whole;
    }
    return BY_EXTENSION.getOrDefault(name.substring(name.lastIndexOf('.') + 1), OTHER);
  }
}
