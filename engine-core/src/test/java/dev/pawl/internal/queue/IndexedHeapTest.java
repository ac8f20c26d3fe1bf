package dev.pawl.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class IndexedHeapTest {
  private final IndexedHeap<Ready> heap = new IndexedHeap<>(Ready.IN_ORDER);

  @Test
  void anEmptyHeapHasNothingToGive() {
    assertThat(heap.isEmpty()).isTrue();
    assertThat(heap.peek()).isNull();
    assertThat(heap.poll()).isNull();
    assertThat(heap.remove(new Item(1, 1))).isFalse();
  }

  @Test
  void elementsComeOutInOrder() {
    for (long order : new long[] {5, 3, 9, 1, 7, 2, 8}) {
      heap.add(new Item(order, order));
    }
    List<Long> out = new ArrayList<>();
    while (!heap.isEmpty()) {
      out.add(heap.poll().id());
    }
    assertThat(out).containsExactly(1L, 2L, 3L, 5L, 7L, 8L, 9L);
  }

  @Test
  void anElementIsInOnlyOnce() {
    Item item = new Item(1, 1);
    heap.add(item);
    assertThatThrownBy(() -> heap.add(item)).isInstanceOf(IllegalStateException.class);
    assertThat(heap.size()).isEqualTo(1);
  }

  @Test
  void anElementThatWasTakenOutCanComeBack() {
    Item item = new Item(1, 1);
    heap.add(item);
    assertThat(heap.remove(item)).isTrue();
    assertThat(heap.remove(item)).isFalse();
    heap.add(item);
    assertThat(heap.poll()).isSameAs(item);
    assertThat(item.isQueued()).isFalse();
  }

  @Test
  void whatComesOutBeforeAnElementIsCounted() {
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      items.add(new Item(i, i / 3)); // some share their order, and go by their ids
    }
    List<Item> shuffled = new ArrayList<>(items);
    Collections.shuffle(shuffled, new Random(3));
    shuffled.forEach(heap::add);
    for (int i = 0; i < items.size(); i++) {
      assertThat(heap.countBefore(items.get(i), 1_000)).isEqualTo(i);
      assertThat(heap.countBefore(items.get(i), 7)).isEqualTo(Math.min(i, 7));
    }
  }

  @Test
  void aHeapThatIsClearedCanBeFilledAnew() {
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      items.add(new Item(i, i));
    }
    items.forEach(heap::add);
    heap.clear();
    assertThat(heap.isEmpty()).isTrue();
    assertThat(heap.peek()).isNull();
    assertThat(items).noneMatch(Ready::isQueued);
    items.forEach(heap::add);
    assertThat(heap.poll()).isSameAs(items.getFirst());
    assertThat(heap.size()).isEqualTo(9);
  }

  @Test
  void theMemoryOfAFullHeapIsGivenBackAsItEmpties() {
    fill(1_000);
    assertThat(heap.capacity()).isEqualTo(1_024);
    while (heap.size() > 256) {
      heap.poll();
    }
    assertThat(heap.capacity()).as("a quarter is in use").isEqualTo(1_024);
    heap.poll();
    assertThat(heap.capacity()).as("less than a quarter is").isEqualTo(512);
    while (!heap.isEmpty()) {
      heap.poll();
    }
    assertThat(heap.capacity()).as("a small heap keeps what it has").isEqualTo(64);
  }

  @Test
  void aClearedHeapKeepsItsMemoryWhereThatIsLittle() {
    fill(64);
    heap.clear();
    assertThat(heap.capacity()).isEqualTo(64);
    fill(65);
    heap.clear();
    assertThat(heap.capacity()).isLessThan(64);
  }

  private void fill(int count) {
    for (int i = 0; i < count; i++) {
      heap.add(new Item(i, i));
    }
  }

  @Test
  void itAgreesWithASortedSetWhateverIsAskedOfIt() {
    Random random = new Random(42);
    TreeSet<Ready> model =
        new TreeSet<>(Comparator.comparingLong(Ready::order).thenComparingLong(Ready::id));
    List<Item> items = new ArrayList<>();
    for (int id = 0; id < 500; id++) {
      items.add(new Item(id, random.nextInt(100)));
    }
    for (int i = 0; i < 200_000; i++) {
      Item item = items.get(random.nextInt(items.size()));
      if (random.nextInt(4) == 0) {
        assertThat(heap.poll()).isSameAs(model.pollFirst());
      } else if (item.isQueued()) {
        assertThat(heap.remove(item)).isTrue();
        model.remove(item);
      } else {
        heap.add(item);
        model.add(item);
      }
      if (heap.size() != model.size() || heap.peek() != (model.isEmpty() ? null : model.first())) {
        throw new AssertionError("differs after step " + i);
      }
    }
    assertThat(model).hasSizeGreaterThan(20);
    while (!model.isEmpty()) {
      assertThat(heap.poll()).isSameAs(model.pollFirst());
    }
    assertThat(heap.isEmpty()).isTrue();
  }
}
