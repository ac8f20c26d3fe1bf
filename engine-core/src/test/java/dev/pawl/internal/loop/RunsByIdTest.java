package dev.pawl.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.RunStatus;
import dev.pawl.fixtures.Rows;
import dev.pawl.spi.LiveRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunsByIdTest {
  private final RunsById runs = new RunsById();

  private static LiveRun run(long id) {
    LiveRow row = Rows.live(Rows.run(id), RunStatus.QUEUED);
    return new LiveRun(row, LiveRun.stateOf(row));
  }

  /** Ids in a row, as a burst makes them; ids of all sizes; and many that are far apart. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void itIsWhatAMapIs(int kind) {
    SplittableRandom random = new SplittableRandom(kind);
    Map<Long, LiveRun> model = new HashMap<>();
    List<Long> added = new ArrayList<>();
    for (int step = 1; step < 60_000; step++) {
      boolean grows = step / 20_000 % 2 == 0;
      if (random.nextInt(10) < (grows ? 8 : 2)) {
        LiveRun run =
            run(
                switch (kind) {
                  case 0 -> (1L << 40) + step;
                  case 1 -> random.nextLong(1, Long.MAX_VALUE);
                  default -> (long) step << 18;
                });
        runs.put(run);
        model.put(run.id(), run);
        added.add(run.id());
      } else if (!added.isEmpty()) {
        long id = added.get(random.nextInt(added.size()));
        assertThat(runs.get(id)).isSameAs(model.get(id));
        runs.removeId(id);
        model.remove(id);
        assertThat(runs.get(id)).isNull();
      }
      assertThat(runs.size()).isEqualTo(model.size());
    }
    assertThat(new HashSet<>(runs)).isEqualTo(new HashSet<>(model.values()));
    added.forEach(id -> assertThat(runs.get(id)).isSameAs(model.get(id)));
    added.forEach(runs::removeId);
    assertThat(runs).isEmpty();
  }

  @Test
  void anotherObjectOfARunTakesItsPlace() {
    LiveRun again = run(7);
    runs.put(run(7));
    runs.put(again);
    assertThat(runs.get(7)).isSameAs(again);
    assertThat(runs).hasSize(1);
    runs.clear();
    assertThat(runs.get(7)).isNull();
    assertThat(runs).isEmpty();
  }

  @Test
  void aWalkEnds() {
    runs.put(run(7));
    Iterator<LiveRun> walk = runs.iterator();
    walk.next();
    assertThatThrownBy(walk::next).isInstanceOf(NoSuchElementException.class);
  }
}
