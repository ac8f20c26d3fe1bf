package dev.pawl.h2.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** {@link RecentIds}. */
class RecentIdsTest {
  private final RecentIds ids = new RecentIds(3);

  private long[] known() {
    return LongStream.range(0, 100).filter(ids::contains).toArray();
  }

  @Test
  void theLastOnesAreKnown() {
    for (long id = 1; id <= 50; id++) {
      ids.add(id);
      assertThat(known()).endsWith(LongStream.rangeClosed(Math.max(1, id - 2), id).toArray());
      assertThat(known()).hasSizeLessThanOrEqualTo(6);
    }
  }

  @Test
  void whoIsRemovedIsNotKnownHoweverLongAgoItCame() {
    LongStream.rangeClosed(1, 5).forEach(ids::add);
    assertThat(known()).containsExactly(1, 2, 3, 4, 5);
    ids.removeAll(List.of(2L, 4L, 70L));
    assertThat(known()).containsExactly(1, 3, 5);
    ids.add(2);
    assertThat(known()).containsExactly(1, 2, 3, 5);
  }
}
