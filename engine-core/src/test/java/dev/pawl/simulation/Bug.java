package dev.pawl.simulation;

/**
 * A fault of the engine: a piece of its source, which stands there once, and what stands there
 * instead.
 *
 * @param name what is wrong
 * @param file the file, below {@code dev/pawl/internal}, without its ending
 */
record Bug(String name, String file, String original, String replacement) {
  @Override
  public String toString() {
    return name;
  }
}
