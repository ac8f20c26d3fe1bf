package dev.pawl.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdSetTest {
  private final IdSet ids = new IdSet();

  @Test
  void theIdOfNoRunIsNeverIn() {
    for (long id = 1; id <= 10_000; id++) {
      ids.add(id);
    }
    assertThat(ids.contains(0)).isFalse();
    assertThat(ids.remove(0)).isFalse();
    assertThat(ids.size()).isEqualTo(10_000);
  }

  /** Ids in a row, as a burst makes them; ids of all sizes; and many that are far apart. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void itIsWhatASetIs(int kind) {
    SplittableRandom random = new SplittableRandom(kind);
    Set<Long> model = new HashSet<>();
    List<Long> added = new ArrayList<>();
    for (int step = 1; step < 300_000; step++) {
      boolean grows = step / 100_000 % 2 == 0;
      if (random.nextInt(10) < (grows ? 8 : 2)) {
        long id =
            switch (kind) {
              case 0 -> (1L << 40) + step;
              case 1 -> random.nextLong(1, Long.MAX_VALUE);
              default -> (long) step << 20;
            };
        assertThat(ids.add(id)).isEqualTo(model.add(id));
        added.add(id);
      } else if (!added.isEmpty()) {
        long id = added.get(random.nextInt(added.size()));
        assertThat(ids.contains(id)).isEqualTo(model.contains(id));
        assertThat(ids.remove(id)).isEqualTo(model.remove(id));
        assertThat(ids.contains(id)).isFalse();
      }
      assertThat(ids.size()).isEqualTo(model.size());
    }
    added.forEach(id -> assertThat(ids.contains(id)).isEqualTo(model.contains(id)));
    model.forEach(id -> assertThat(ids.add(id)).isFalse());
    model.forEach(id -> assertThat(ids.remove(id)).isTrue());
    assertThat(ids.size()).isZero();
    added.forEach(id -> assertThat(ids.contains(id)).isFalse());
  }
}
