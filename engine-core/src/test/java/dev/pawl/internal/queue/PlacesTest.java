package dev.pawl.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlacesTest {
  private record Place(long at, long id) {}

  private static final Comparator<Place> IN_ORDER =
      Comparator.comparingLong(Place::at).thenComparingLong(Place::id);

  private final Places places = new Places();

  @Test
  void theLesserInstantComesFirstThenTheLesserId() {
    places.add(7, 1);
    places.add(5, 9);
    places.add(5, 3);
    assertThat(places.first(10, Long.MAX_VALUE)).containsExactly(3L, 9L, 1L);
    assertThat(places.firstAt()).isEqualTo(5);
    assertThat(places.firstId()).isEqualTo(3);
    assertThat(places.size()).isEqualTo(3);
  }

  @Test
  void nothingComesBeforeAnythingWhereNothingIsIn() {
    assertThat(places.isFirstBefore(Long.MAX_VALUE, 1)).isFalse();
    assertThat(places.isEmpty()).isTrue();
    assertThat(places.first(1, Long.MAX_VALUE)).isEmpty();
    assertThat(places.remove(1, 1)).isFalse();
  }

  @Test
  void theFirstComesBeforeWhatIsLaterAndNotBeforeItself() {
    places.add(5, 3);
    assertThat(places.isFirstBefore(5, 4)).isTrue();
    assertThat(places.isFirstBefore(6, 1)).isTrue();
    assertThat(places.isFirstBefore(5, 3)).isFalse();
    assertThat(places.isFirstBefore(4, 9)).isFalse();
  }

  @Test
  void onlyThoseAreToldThatAreNotAfterAnInstant() {
    for (int i = 1; i <= 2_000; i++) {
      places.add(i, i);
    }
    assertThat(places.first(3, 2)).containsExactly(1L, 2L);
    assertThat(places.first(3, 0)).isEmpty();
    assertThat(places.first(5_000, 1_500)).hasSize(1_500);
  }

  @Test
  void aPlaceIsTakenOnce() {
    places.add(5, 3);
    assertThatThrownBy(() -> places.add(5, 3)).isInstanceOf(IllegalStateException.class);
  }

  /** In the order of a queue, in no order, and in the order of a stack. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void theyAreWhatASortedSetIs(int kind) {
    SplittableRandom random = new SplittableRandom(kind);
    NavigableSet<Place> model = new TreeSet<>(IN_ORDER);
    for (int step = 0; step < 60_000; step++) {
      boolean grows = step / 10_000 % 2 == 0;
      if (random.nextInt(10) < (grows ? 8 : 2)) {
        long at =
            switch (kind) {
              case 0 -> step + random.nextInt(3);
              case 1 -> random.nextInt(5_000);
              default -> -step;
            };
        Place place = new Place(at, step);
        if (model.add(place)) {
          places.add(at, step);
        }
      } else if (!model.isEmpty()) {
        Place place = random.nextInt(3) == 0 ? near(model, random) : model.first();
        model.remove(place);
        assertThat(places.remove(place.at(), place.id())).isTrue();
        assertThat(places.remove(place.at(), place.id())).isFalse();
      }
      assertThat(places.size()).isEqualTo(model.size());
      if (!model.isEmpty()) {
        assertThat(places.firstAt()).isEqualTo(model.first().at());
        assertThat(places.firstId()).isEqualTo(model.first().id());
      }
      if (step % 1_000 == 0) {
        compare(model, random);
      }
    }
    model.forEach(place -> assertThat(places.remove(place.at(), place.id())).isTrue());
    assertThat(places.isEmpty()).isTrue();
  }

  private static Place near(NavigableSet<Place> model, SplittableRandom random) {
    Place from = new Place(model.last().at() - random.nextInt(5_000), random.nextInt(60_000));
    Place place = model.ceiling(from);
    return place == null ? model.last() : place;
  }

  private void compare(NavigableSet<Place> model, SplittableRandom random) {
    List<Long> ids = model.stream().map(Place::id).toList();
    assertThat(places.first(Integer.MAX_VALUE, Long.MAX_VALUE)).isEqualTo(ids);
    if (!model.isEmpty()) {
      Place place = near(model, random);
      int before = model.headSet(place).size();
      assertThat(places.countBefore(place.at(), place.id(), Integer.MAX_VALUE)).isEqualTo(before);
      assertThat(places.countBefore(place.at(), place.id(), 5)).isEqualTo(Math.min(5, before));
    }
  }
}
