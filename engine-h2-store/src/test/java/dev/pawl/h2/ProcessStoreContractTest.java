package dev.pawl.h2;

import dev.pawl.fixtures.RunStoreContract;
import dev.pawl.spi.StoreProvider;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class ProcessStoreContractTest extends RunStoreContract {
  @TempDir Path folder;

  @Override
  protected StoreProvider provider() {
    return H2Store.file(folder.resolve("store")).durability(H2Store.Durability.PROCESS);
  }
}
