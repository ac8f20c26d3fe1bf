package dev.pawl.samples.indexer;

import java.nio.file.Path;

/**
 * A file or folder inside the tree that is indexed.
 *
 * @param root the folder that is indexed, as an absolute path
 * @param path the way from there, with slashes; empty for the root itself
 */
record Place(String root, String path) {

  static Place rootOf(String root) {
    return new Place(root, "");
  }

  /** What is called {@code name} in this folder. */
  Place child(String name) {
    return new Place(root, path.isEmpty() ? name : path + "/" + name);
  }

  Path toPath() {
    return Path.of(root).resolve(path);
  }
}
