package dev.pawl.h2;

/** Holds the place until the first real class of this package. */
final class Placeholder {
  private Placeholder() {}
}
