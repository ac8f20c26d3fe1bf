package dev.pawl.h2;

import dev.pawl.fixtures.BrokenPromise;
import dev.pawl.fixtures.RunStoreContract;
import dev.pawl.spi.StoreProvider;

class MemoryStoreContractTest extends RunStoreContract {
  @Override
  protected StoreProvider provider() {
    return H2Store.inMemory();
  }

  /** It looks nothing up, since whatever its tables refuse is refused in time. */
  @Override
  public boolean refuses(BrokenPromise promise) {
    return promise != BrokenPromise.ITEM_OF_A_CLOSED_BATCH_INSERTED;
  }
}
