package dev.pawl.h2.internal;

import dev.pawl.spi.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A store that is looked at and not changed. Opening one replays its journal, so that it could not
 * be left as it is: what is opened is a copy of database and journal in the folder for temporary
 * files, deleted when it is closed. Large values are not copied but read where they are.
 */
public final class ReadOnlyCopy {
  private static final Pattern COPIED =
      Pattern.compile("pawl\\.mv\\.db|pawl-copy-.*\\.mv\\.db|.*\\.redo");

  private ReadOnlyCopy() {}

  /**
   * Opens a copy.
   *
   * @throws StoreException if there is no store, or somebody has it open
   */
  public static H2RunStore open(Path folder, String description, int readers) {
    Path copy = null;
    H2RunStore opened = null;
    try {
      Path real = realFolder(folder);
      copy = Files.createTempDirectory("pawl-verify-");
      copyUnchanged(real, copy);
      Path made = copy;
      opened =
          H2RunStore.open(
              new FileLocation(copy, real),
              description + " (read only)",
              Options.pinned(readers, RedoMode.WRITTEN)
                  .readOnly(() -> BackupFolder.deleteAll(made)),
              Migrations.builtIn());
      return opened;
    } catch (IOException e) {
      throw new StoreException("the store " + description + " cannot be read: " + e, e);
    } finally {
      if (opened == null && copy != null) {
        BackupFolder.deleteAll(copy);
      }
    }
  }

  private static Path realFolder(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new StoreException("there is no store " + folder, null);
    }
    return folder.toRealPath();
  }

  @SuppressWarnings("try") // the look keeps others from opening the store meanwhile
  private static void copyUnchanged(Path from, Path to) throws IOException {
    StoreLock.Look look = StoreLock.look(from);
    try (Stream<Path> all = Files.list(from)) {
      List<Path> files = all.filter(ReadOnlyCopy::isCopied).toList();
      if (files.isEmpty()) {
        throw new StoreException("there is no store in " + from, null);
      }
      for (Path file : files) {
        Files.copy(file, to.resolve(String.valueOf(file.getFileName())));
      }
    } finally {
      look.close();
    }
  }

  private static boolean isCopied(Path file) {
    return Files.isRegularFile(file)
        && COPIED.matcher(String.valueOf(file.getFileName())).matches();
  }
}
