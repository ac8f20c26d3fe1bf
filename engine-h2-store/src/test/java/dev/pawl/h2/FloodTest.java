package dev.pawl.h2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.h2.internal.ChildJvm;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * More of everything than anybody needs, in a heap of 128 MB: what is too much is refused with a
 * typed exception or has to wait, and the heap suffices.
 */
class FloodTest {
  private static final String HEAP = "128m";
  private static final int SECONDS = 300;

  @TempDir Path temp;

  @ParameterizedTest
  @EnumSource
  void aFloodIsTakenOrRefusedAndTheHeapSuffices(FloodChild.Flood flood) throws Exception {
    int times = Boolean.getBoolean("pawl.long") ? 10 : 1;
    Process child =
        ChildJvm.of(FloodChild.class, HEAP, temp.toString(), flood.name(), "" + times).start();
    try {
      assertThat(child.waitFor((long) SECONDS * times, TimeUnit.SECONDS))
          .as("it ends in time")
          .isTrue();
      String told = String.valueOf(child.inputReader().readLine());
      System.out.println("flood: " + told);
      assertThat(child.exitValue()).as(told).isZero();
    } finally {
      child.destroyForcibly();
    }
  }
}
