package dev.pawl.h2;

import dev.pawl.fixtures.RunStoreContract;
import dev.pawl.spi.StoreProvider;

class MemoryStoreContractTest extends RunStoreContract {
  @Override
  protected StoreProvider provider() {
    return H2Store.inMemory();
  }
}
