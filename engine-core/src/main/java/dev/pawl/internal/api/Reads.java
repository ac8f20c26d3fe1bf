package dev.pawl.internal.api;

import dev.pawl.EngineClosedException;
import dev.pawl.spi.RunStore;
import dev.pawl.spi.StoreException;
import dev.pawl.spi.StoreFigures;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * What callers and bodies read of the store, past the loop. The store is closed with its engine:
 * from then on a reader is told that, and not what a store says of a read that comes too late.
 */
final class Reads {
  private final RunStore store;
  private final BooleanSupplier hasCrashed;
  private volatile boolean closed;

  /**
   * Reads of a store.
   *
   * @param hasCrashed whether the engine over it has
   */
  Reads(RunStore store, BooleanSupplier hasCrashed) {
    this.store = store;
    this.hasCrashed = hasCrashed;
  }

  /**
   * Reads.
   *
   * @throws EngineClosedException if the engine has closed, also while the read was under way
   * @throws StoreException if the store cannot be read
   */
  <T> T read(Function<RunStore, T> reading) {
    if (closed) {
      throw new EngineClosedException("the engine is closed");
    }
    try {
      return reading.apply(store);
    } catch (StoreException e) {
      if (closed) {
        throw new EngineClosedException("the engine is closed", e);
      }
      if (hasCrashed.getAsBoolean()) {
        throw new EngineClosedException("the engine has crashed: " + e.getMessage(), e);
      }
      throw e;
    }
  }

  /** What the store calls itself in messages. */
  String description() {
    return read(RunStore::description);
  }

  /** How the store is; nothing where it is closed. */
  StoreFigures figures() {
    return closed ? StoreFigures.NONE : store.figures();
  }

  /** Closes the store; idempotent. */
  void close() {
    closed = true;
    store.close();
  }
}
