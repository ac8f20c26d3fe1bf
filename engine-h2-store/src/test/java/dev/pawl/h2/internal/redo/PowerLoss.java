package dev.pawl.h2.internal.redo;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * What a power loss may leave of what was recorded: everything before the last force of each file,
 * and of what was written later any sectors, in any combination; which files there are as of the
 * last force of their folder, and of what was made, renamed and deleted later any. A sector is
 * never older than one that was written to the same place before and kept.
 */
final class PowerLoss {
  private final List<Recording.Operation> operations;
  private final int sector;
  private final double kept;
  private final Random random;
  private final Map<Integer, Integer> forced = new HashMap<>();
  private final Map<String, Integer> foldersForced = new HashMap<>();
  private final Map<String, Integer> entries = new HashMap<>();
  private final Set<String> folders = new HashSet<>();
  private final Map<Integer, Content> contents = new HashMap<>();

  /**
   * After some operations, the last of which may have been under way.
   *
   * @param kept how probable it is that what was not forced is there
   */
  PowerLoss(List<Recording.Operation> operations, int sector, double kept, Random random) {
    this.operations = operations;
    this.sector = sector;
    this.kept = kept;
    this.random = random;
  }

  Recording image() {
    for (int i = 0; i < operations.size(); i++) {
      Recording.Operation operation = operations.get(i);
      switch (operation.kind) {
        case FORCE -> forced.put(operation.file, i);
        case FORCE_FOLDER -> foldersForced.put(operation.name, i);
        default -> {}
      }
    }
    for (int i = 0; i < operations.size(); i++) {
      happen(i, operations.get(i));
    }
    Recording image = new Recording();
    folders.forEach(image::beginFolder);
    entries.forEach(
        (name, file) -> {
          String folder = Recording.folder(name);
          if (folder.isEmpty() || folders.contains(folder)) {
            image.begin(name, content(file).bytes());
          }
        });
    return image;
  }

  private Content content(int file) {
    return contents.computeIfAbsent(file, any -> new Content());
  }

  private void happen(int index, Recording.Operation operation) {
    int file = operation.file;
    switch (operation.kind) {
      case CREATE -> {
        if (entryKept(index, Recording.folder(operation.name))) {
          entries.put(operation.name, file);
        }
      }
      case RENAME -> {
        if (entryKept(index, Recording.folder(operation.name))) {
          entries.remove(operation.name, file);
          entries.put(operation.to, file);
        }
      }
      case DELETE -> {
        if (entryKept(index, Recording.folder(operation.name))) {
          entries.remove(operation.name, file);
        }
      }
      case MAKE_FOLDER -> {
        if (entryKept(index, "")) {
          folders.add(operation.name);
        }
      }
      case WRITE -> write(operation, isForced(index, file));
      case TRUNCATE -> {
        if (isForced(index, file) || random.nextDouble() < kept) {
          content(file).resize(operation.at);
        }
      }
      case FORCE, FORCE_FOLDER -> {}
    }
  }

  private boolean isForced(int index, int file) {
    return index < forced.getOrDefault(file, -1);
  }

  private boolean entryKept(int index, String folder) {
    return index < foldersForced.getOrDefault(folder, -1) || random.nextDouble() < kept;
  }

  private void write(Recording.Operation operation, boolean certain) {
    byte[] bytes = operation.bytes;
    Content content = content(operation.file);
    if (certain) {
      content.write(operation.at, bytes, 0, bytes.length);
      return;
    }
    for (int from = 0; from < bytes.length; ) {
      int inSector = sector - (int) ((operation.at + from) % sector);
      int length = Math.min(inSector, bytes.length - from);
      if (random.nextDouble() < kept) {
        content.write(operation.at + from, bytes, from, length);
      }
      from += length;
    }
  }
}
