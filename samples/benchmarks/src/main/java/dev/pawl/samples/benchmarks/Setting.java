package dev.pawl.samples.benchmarks;

import java.nio.file.Path;

/**
 * What a contender is opened with.
 *
 * @param folder where it keeps its database, if it has one in files
 * @param fresh whether what is there is wiped first
 * @param slots how many bodies run at once; 0 for what is best for this contender
 */
record Setting(Path folder, boolean fresh, int slots) {
  static Setting fresh(Path folder) {
    return new Setting(folder, true, 0);
  }

  int slotsOr(int best) {
    return slots == 0 ? best : slots;
  }
}
