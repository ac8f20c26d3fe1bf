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

  /**
   * Opens the store as it is, to be read: nothing of it is changed, and what would change it
   * throws. By default a store cannot do that.
   *
   * @throws StoreException if there is no store, or it cannot be opened so
   */
  default RunStore openReadOnly() {
    throw new StoreException(this + " cannot be opened without being changed", null);
  }
}
