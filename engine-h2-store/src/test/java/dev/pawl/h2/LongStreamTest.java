package dev.pawl.h2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.h2.internal.ChildJvm;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A stream of any length passes through a batch in bounded memory. Nothing holds it back but the
 * engine's own pace: a chunk waits for its commit, and while that commit is made the bodies of the
 * chunk before it end, so that items are live by the thousand and not by the million.
 */
class LongStreamTest {
  private static final String HEAP = "64m";

  @TempDir Path temp;

  @Test
  void fiftyThousandItemsPassThroughASmallHeap() throws Exception {
    pull(50_000, 120);
  }

  @Test
  @EnabledIfSystemProperty(named = "pawl.long", matches = "true")
  void aMillionItemsPassThroughASmallHeap() throws Exception {
    pull(1_000_000, 1_800);
  }

  private void pull(int count, int seconds) throws Exception {
    Process child =
        ChildJvm.of(LongStreamChild.class, HEAP, temp.resolve("store").toString(), "" + count)
            .start();
    try {
      assertThat(child.waitFor(seconds, TimeUnit.SECONDS)).as("it ends in time").isTrue();
      String[] told = String.valueOf(child.inputReader().readLine()).split(" ", -1);
      assertThat(child.exitValue()).isZero();
      assertThat(told).startsWith("COMPLETED", "" + count, "" + count);
      assertThat(Integer.parseInt(told[3])).as("live runs").isLessThan(20_000);
    } finally {
      child.destroyForcibly();
    }
  }
}
