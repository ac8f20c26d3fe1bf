package dev.pawl.samples.benchmarks;

import java.nio.file.Path;
import java.util.Map;

/**
 * One turn of one contender at one workload, in a JVM of its own.
 *
 * @param folder empty at first; what is stored goes here
 * @param extra further settings from the command line, by name
 */
record Round(Entrant entrant, Scale scale, Path folder, Map<String, String> extra) {
  /** Opens the contender on a fresh store. */
  Contender open(String name) throws Exception {
    return entrant.open(Setting.fresh(folder.resolve(name)));
  }

  int extra(String name, int otherwise) {
    String value = extra.get(name);
    return value == null ? otherwise : Integer.parseInt(value);
  }
}
