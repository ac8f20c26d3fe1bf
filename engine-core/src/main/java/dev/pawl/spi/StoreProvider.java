package dev.pawl.spi;

/**
 * Opens a store: what {@code Engine.builder().store(…)} takes. The engine that opened it closes it.
 */
public interface StoreProvider {

  /**
   * Opens the store, creating or migrating it where needed.
   *
   * @throws StoreException naming the reason: in use by another process or engine, not a store,
   *     written by a newer version, or a folder that cannot be written
   */
  RunStore open();
}
