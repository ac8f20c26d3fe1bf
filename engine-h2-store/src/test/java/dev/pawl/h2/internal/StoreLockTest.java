package dev.pawl.h2.internal;

import static dev.pawl.fixtures.ChangesBuilder.changes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.fixtures.Rows;
import dev.pawl.h2.H2Store;
import dev.pawl.spi.RunStore;
import dev.pawl.spi.StoreException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreLockTest {
  @TempDir Path folder;

  /** Holds the store until its input ends. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] args) throws Exception {
      try (RunStore store = H2Store.file(Path.of(args[0])).open()) {
        store.commit(changes().create(Rows.run(1)).build());
        System.out.println("open");
        System.in.read();
      }
    }
  }

  @Test
  void aSecondProcessIsToldWhoHasTheStoreAndGetsItWhenThatOneIsKilled() throws Exception {
    Process holder = ChildJvm.of(Holder.class, "128m", folder.toString()).start();
    try {
      assertThat(ChildJvm.line(holder)).isEqualTo("open");
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> H2Store.file(folder).open())
            .isInstanceOf(StoreException.class)
            .hasMessageContaining(folder.toRealPath().toString())
            .hasMessageContaining(" open in process " + holder.pid() + " since ");
      }
    } finally {
      holder.destroyForcibly().waitFor();
    }
    assertThat(folder.resolve("pawl.lock")).content().startsWith(holder.pid() + " since ");
    try (RunStore store = H2Store.file(folder).open()) {
      assertThat(store.run(1)).isPresent();
      assertThat(folder.resolve("pawl.lock"))
          .content()
          .startsWith(ProcessHandle.current().pid() + "");
    }
  }

  @Test
  void aSecondEngineOfTheSameProcessIsRefusedByWhateverPathItComes() throws Exception {
    Path link = folder.resolve("link");
    Path real = Files.createDirectory(folder.resolve("real"));
    Files.createSymbolicLink(link, real);
    try (RunStore store = H2Store.file(real).open()) {
      for (Path path : new Path[] {real, link, folder.resolve("real/../link")}) {
        assertThatThrownBy(() -> H2Store.file(path).open())
            .isInstanceOf(StoreException.class)
            .hasMessageContaining("already open in this process");
      }
      store.commit(changes().create(Rows.run(1)).build());
    }
  }

  @Test
  void aCopyOfTheDatabaseFileDoesNotLetASecondProcessIn() throws Exception {
    try (RunStore store = H2Store.file(folder).open()) {
      store.commit(changes().create(Rows.run(1)).build());
      Files.copy(folder.resolve("pawl.mv.db"), folder.resolve("copy"));
      Process second =
          ChildJvm.of(Holder.class, "128m", folder.toString())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      assertThat(second.inputReader().readLine()).isNull();
      assertThat(second.waitFor()).isNotZero();
      assertThat(store.run(1)).isPresent();
    }
  }
}
