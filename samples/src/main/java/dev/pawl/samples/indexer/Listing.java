package dev.pawl.samples.indexer;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What stands in a folder, by name and in order. Links, devices and the folders of {@link #SKIPPED}
 * are left out.
 *
 * @param folders the names of its folders
 * @param files the names of its files
 */
record Listing(List<String> folders, List<String> files) {
  /** Folders that hold what tools made, this one's own store included. */
  static final Set<String> SKIPPED = Set.of(".git", "target", "node_modules", ".pawl");

  Listing {
    folders = List.copyOf(folders);
    files = List.copyOf(files);
  }

  /**
   * Lists a folder.
   *
   * @param except a folder to leave out
   * @throws IOException if it cannot be listed, or is a link or no folder
   */
  static Listing of(Path folder, Path except) throws IOException {
    if (!attributes(folder).isDirectory()) {
      throw new NotDirectoryException(folder.toString());
    }
    List<String> folders = new ArrayList<>();
    List<String> files = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        String name = String.valueOf(entry.getFileName());
        switch (kind(entry)) {
          case FILE -> files.add(name);
          case FOLDER -> {
            if (!SKIPPED.contains(name) && !entry.equals(except)) {
              folders.add(name);
            }
          }
          case NEITHER -> {}
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    folders.sort(null);
    files.sort(null);
    return new Listing(folders, files);
  }

  private enum Kind {
    FILE,
    FOLDER,
    NEITHER
  }

  private static Kind kind(Path entry) throws IOException {
    try {
      BasicFileAttributes attributes = attributes(entry);
      return attributes.isRegularFile()
          ? Kind.FILE
          : attributes.isDirectory() ? Kind.FOLDER : Kind.NEITHER;
    } catch (NoSuchFileException e) {
      return Kind.NEITHER; // it went while we looked
    }
  }

  private static BasicFileAttributes attributes(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }
}
