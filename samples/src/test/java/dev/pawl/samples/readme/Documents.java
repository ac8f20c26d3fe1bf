package dev.pawl.samples.readme;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files of this repository that people read, and those that are compiled. */
final class Documents {
  private Documents() {}

  /** The folder that everything is in. */
  static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(folder.resolve("docs"))) {
      folder = folder.getParent();
    }
    return folder;
  }

  /** What stands in the root, and all of {@code docs}. */
  static List<Path> all() {
    Path root = root();
    try (Stream<Path> top = Files.list(root);
        Stream<Path> docs = Files.walk(root.resolve("docs"))) {
      return Stream.concat(top, docs).filter(file -> file.toString().endsWith(".md")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every source file of every module, also of those in {@code samples}; not what a build made. */
  static List<Path> sources() {
    try (Stream<Path> modules = Files.list(root());
        Stream<Path> samples = Files.list(root().resolve("samples"))) {
      return Stream.concat(modules, samples)
          .map(module -> module.resolve("src"))
          .filter(Files::isDirectory)
          .flatMap(folder -> javaFiles(folder).stream())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> javaFiles(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
