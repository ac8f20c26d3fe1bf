package dev.pawl.architecture.broken.unknown;

/** Breaks two rules: its package is no layer, and is not null-marked. */
public final class InNoLayer {
  private InNoLayer() {}
}
