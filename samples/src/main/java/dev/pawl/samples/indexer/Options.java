package dev.pawl.samples.indexer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the command line asks for.
 *
 * @param folder the folder to index, without links
 * @param store the folder of the store
 * @param slow how long each file takes in addition
 * @param quiet whether only the table is printed
 * @param help whether only the usage is wanted
 */
record Options(Path folder, Path store, Duration slow, boolean quiet, boolean help) {
  static final String USAGE =
      """
      usage: Indexer [FOLDER] [--store FOLDER] [--slow MILLIS] [--quiet]

        FOLDER          what to index; default: the current folder
        --store FOLDER  where runs are kept; default: .pawl/indexer in the current folder
        --slow MILLIS   lets each file take so much longer, to have time to kill the process;
                        default: 0
        --quiet         prints the table only
        --help          prints this

      Stop it with Ctrl-C or kill -9: the same command goes on where it was.
      Folders called .git, target, node_modules and .pawl, the store, and links are skipped.
      """;

  /** A command line that makes no sense; the message says why. */
  static final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
      super(message);
    }
  }

  /**
   * Reads a command line.
   *
   * @throws UsageException if an option is unknown or has no value, or the folder cannot be read
   */
  static Options parse(String... args) throws UsageException {
    String folder = null;
    String store = ".pawl/indexer";
    Duration slow = Duration.ZERO;
    boolean quiet = false;
    boolean help = false;
    for (int i = 0; i < args.length; i++) {
      String arg = args[i];
      switch (arg) {
        case "--store" -> store = value(args, ++i, arg);
        case "--slow" -> slow = millis(value(args, ++i, arg));
        case "--quiet" -> quiet = true;
        case "--help" -> help = true;
        default -> {
          if (arg.startsWith("--")) {
            throw new UsageException("unknown option: " + arg);
          }
          if (folder != null) {
            throw new UsageException("one folder at a time, not both " + folder + " and " + arg);
          }
          folder = arg;
        }
      }
    }
    return new Options(readable(folder == null ? "." : folder), path(store), slow, quiet, help);
  }

  /**
   * Makes the folder of the store.
   *
   * @return the folder without links
   */
  Path createStore() throws UsageException {
    try {
      return Files.createDirectories(store).toRealPath();
    } catch (IOException e) {
      throw new UsageException("the folder for the store cannot be made: " + e);
    }
  }

  private static String value(String[] args, int index, String option) throws UsageException {
    if (index >= args.length) {
      throw new UsageException(option + " needs a value");
    }
    return args[index];
  }

  private static Duration millis(String value) throws UsageException {
    try {
      return Duration.ofMillis(Integer.parseUnsignedInt(value));
    } catch (NumberFormatException e) {
      throw new UsageException("--slow takes milliseconds, not " + value);
    }
  }

  private static Path readable(String folder) throws UsageException {
    Path path = path(folder);
    String problem = problem(path);
    if (problem != null) {
      throw new UsageException(folder + " " + problem);
    }
    try {
      return path.toRealPath();
    } catch (IOException e) {
      throw new UsageException(folder + " cannot be read: " + e);
    }
  }

  private static @Nullable String problem(Path path) {
    if (Files.notExists(path)) {
      return "does not exist";
    }
    if (!Files.isDirectory(path)) {
      return "is not a folder";
    }
    return Files.isReadable(path) && Files.isExecutable(path) ? null : "may not be read";
  }

  private static Path path(String value) throws UsageException {
    try {
      return Path.of(value);
    } catch (InvalidPathException e) {
      throw new UsageException("not a path: " + e.getMessage());
    }
  }
}
