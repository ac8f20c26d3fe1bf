package dev.pawl.h2;

import dev.pawl.Batch;
import dev.pawl.BatchHandle;
import dev.pawl.Engine;
import dev.pawl.Task;
import dev.pawl.internal.api.Probe;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.stream.IntStream;

/**
 * The process of {@link LongStreamTest}: pulls more items through a batch than its heap could hold.
 * Arguments: folder of the store, number of items. Prints how the batch has ended, and the largest
 * number of live runs that it saw.
 */
final class LongStreamChild {
  private static final String FILLER = "x".repeat(200);
  private static final int LOOKS = 200;

  private LongStreamChild() {}

  /** A payload: a hundred thousand of them would fill the heap. */
  record Item(int number, String filler) {}

  private static final Task<Item, Integer> ITEM =
      Task.define("item", Item.class, Integer.class).run((item, run) -> item.number());

  public static void main(String[] args) throws Exception {
    int count = Integer.parseInt(args[1]);
    try (Engine engine =
        Engine.builder().store(H2Store.file(Path.of(args[0]))).register(ITEM).start()) {
      Probe probe = Probe.of(engine);
      int[] mostLive = new int[1];
      Iterator<Item> items =
          IntStream.range(0, count)
              .peek(
                  number -> {
                    if (number % Math.max(1, count / LOOKS) == 0) {
                      mostLive[0] = Math.max(mostLive[0], probe.figures().live());
                    }
                  })
              .mapToObj(number -> new Item(number, FILLER))
              .iterator();
      BatchHandle<Integer> handle = engine.tasks().batchTrigger(ITEM, items);
      if (!engine.awaitIdle(Duration.ofMinutes(10))) {
        throw new IllegalStateException("the items do not end");
      }
      Batch batch = handle.retrieve();
      System.out.println(
          batch.status() + " " + batch.size() + " " + batch.succeeded() + " " + mostLive[0]);
    }
  }
}
