package dev.pawl.testing;

/**
 * What a commit throws under which the process dies. Not a {@link dev.pawl.spi.StoreException}: the
 * engine takes that for a store that is ill and tries again, while an error ends its loop on the
 * spot, before one effect of the turn, which is what a death looks like from the store.
 */
final class ProcessDied extends Error {
  private static final long serialVersionUID = 1L;

  ProcessDied(String message) {
    super(message, null, false, false);
  }
}
