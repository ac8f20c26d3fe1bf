package dev.pawl.samples.indexer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A tree with files in several languages, and some that are to be skipped. */
final class SampleTree {
  private static final String[] EXTENSIONS = {"java", "md", "xml", "unheard-of"};

  private SampleTree() {}

  /** Makes {@code folders} nested and adjacent folders with {@code files} files each. */
  static void make(Path root, int folders, int files) throws IOException {
    for (int i = 0; i < folders; i++) {
      Path folder = root.resolve(i % 3 == 0 ? "f" + i : "f" + (i - i % 3) + "/below/f" + i);
      Files.createDirectories(folder);
      for (int j = 0; j < files; j++) {
        String extension = EXTENSIONS[j % EXTENSIONS.length];
        Files.writeString(
            folder.resolve("file" + j + "." + extension),
            ("some words of file " + j + "\n").repeat(i + j) + (j % 2 == 0 ? "" : "no line end"));
      }
    }
    Files.write(root.resolve("image.png"), new byte[] {1, 0, 2});
    for (String skipped : Listing.SKIPPED) {
      Files.createDirectories(root.resolve(skipped));
      Files.writeString(root.resolve(skipped).resolve("Skipped.java"), "skipped\n");
    }
  }
}
