package dev.pawl.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The simulation finds each bug of the {@link Zoo}. By default a few of them are let loose; {@code
 * -Dpawl.long=true} lets all of them loose, {@code -Dpawl.bug=…} those whose name contains that.
 */
@ExtendWith(SilentEngine.class)
class ZooTest {
  private static final boolean LONG_RUN = Boolean.getBoolean("pawl.long");
  private static final String ONE = System.getProperty("pawl.bug", "");
  private static final int EACH = 13;
  private static final int HISTORIES = LONG_RUN ? 100_000 : 1_000;
  private static final int OPERATIONS = 200;
  private static final long SECONDS = LONG_RUN ? 600 : 60;

  @Test
  void eachBugIsFound() throws Exception {
    List<String> escaped = new ArrayList<>();
    for (int i = 0; i < Zoo.BUGS.size(); i++) {
      Bug bug = Zoo.BUGS.get(i);
      boolean loose = ONE.isEmpty() ? LONG_RUN || i % EACH == 0 : bug.name().contains(ONE);
      if (loose) {
        String found = Mutant.of(bug).hunt(1, HISTORIES, OPERATIONS, SECONDS);
        if (found.isEmpty()) {
          escaped.add(bug.name());
        } else {
          System.out.println(row(bug, found.split("\n", 3)));
        }
      }
    }
    assertThat(escaped).as("bugs that the simulation does not find").isEmpty();
  }

  /** A row of the table in docs/testing-the-engine.md: seed, histories, and the invariant. */
  private static String row(Bug bug, String[] found) {
    String invariant = found[2].substring(0, Math.max(0, found[2].indexOf(':')));
    return "| %s | `%s` | %s | %s | %s |"
        .formatted(bug.name(), bug.file(), found[0], found[1], invariant);
  }

  @Test
  void eachBugChangesOnePlaceOfTheSource() throws Exception {
    for (Bug bug : Zoo.BUGS) {
      assertThat(Mutant.source(bug)).contains(bug.replacement());
    }
  }

  @Test
  void noTwoBugsHaveOneName() {
    assertThat(Zoo.BUGS).extracting(Bug::name).doesNotHaveDuplicates();
  }

  @Test
  void whatIsLoadedAnewWithoutABugIsSound() throws Exception {
    assertThat(Mutant.of(null).hunt(1, 20, OPERATIONS, SECONDS)).isEmpty();
  }
}
