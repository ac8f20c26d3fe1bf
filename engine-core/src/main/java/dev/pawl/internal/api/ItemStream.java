package dev.pawl.internal.api;

import dev.pawl.LimitExceededException;
import dev.pawl.Limits;
import dev.pawl.PawlException;
import dev.pawl.RateLimit;
import dev.pawl.internal.exec.OneLine;
import dev.pawl.internal.loop.Ids;
import dev.pawl.internal.loop.TriggerRequest;
import dev.pawl.spi.BatchRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A source of items that is pulled chunk by chunk, by the thread that triggers: only the chunk at
 * hand is in memory. What the source or an item does wrong is part of the chunk, after whatever
 * came before it.
 */
final class ItemStream implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger("dev.pawl.engine");

  /** No item was refused: it was the source that failed, or nothing. */
  static final int NONE = -1;

  /** How long what a slow source gave waits for more. */
  private static final long LINGER_MICROS = Duration.ofMillis(100).toNanos() / 1_000;

  /**
   * Some items.
   *
   * @param hash a hash over all items so far
   * @param ending what the batch is when it has them
   * @param refusedItem the index of the item that cannot be triggered, or {@link #NONE}
   * @param failure what went wrong after these items, or null
   */
  record Chunk(
      List<TriggerRequest> requests,
      long hash,
      BatchRow.State ending,
      int refusedItem,
      @Nullable Throwable failure) {}

  private final Core core;
  private final @Nullable Context context;
  private final ItemReader reader;
  private final Iterator<?> elements;
  private final int most;
  private int size;
  private long hash;

  ItemStream(Core core, @Nullable Context context, ItemReader reader, Iterator<?> elements) {
    this.core = core;
    this.context = context;
    this.reader = reader;
    this.elements = elements;
    RateLimit rate = core.limits().triggerRate();
    int chunk = core.limits().streamChunkItems();
    this.most = rate == null ? chunk : Math.min(chunk, rate.burst());
  }

  /** How many items were pulled so far. */
  int size() {
    return size;
  }

  /** Pulls the next chunk; the last one is sealed or aborted. */
  Chunk pull() {
    Limits limits = core.limits();
    List<TriggerRequest> requests = new ArrayList<>();
    long bytes = 0;
    long since = 0;
    while (requests.size() < most && bytes < limits.streamChunkBytes()) {
      boolean pulled = false;
      try {
        if (!hasNext()) {
          return new Chunk(requests, hash, BatchRow.State.SEALED, NONE, null);
        }
        Object element = elements.next();
        pulled = true;
        TriggerRequest request = core.requests().of(reader.read(size, element));
        advance(request.taskId(), request.payloadHash());
        requests.add(request);
        bytes += request.payload().size();
      } catch (Throwable e) {
        boolean refused = pulled && e instanceof PawlException;
        return new Chunk(requests, hash, BatchRow.State.ABORTED, refused ? size : NONE, e);
      }
      long now = core.clock().now();
      if (requests.size() == 1) {
        since = now;
      } else if (now - since >= LINGER_MICROS) {
        break;
      }
    }
    return new Chunk(requests, hash, BatchRow.State.OPEN, NONE, null);
  }

  private boolean hasNext() {
    if (context != null) {
      context.throwIfCancelled();
    }
    boolean more = elements.hasNext();
    if (more && size >= core.limits().maxStreamItems()) {
      throw new LimitExceededException(
          "the source has more items than maxStreamItems " + core.limits().maxStreamItems());
    }
    return more;
  }

  private void advance(String taskId, long payloadHash) {
    hash = Hashes.chain(hash, taskId, payloadHash);
    size++;
  }

  /**
   * Pulls what stands in a batch already, and says so where it is something else: that was not
   * triggered, and will not be.
   */
  void skip(BatchRow row) {
    while (size < row.size() && hasNext()) {
      Requests.Draft draft = reader.read(size, elements.next());
      advance(draft.taskId(), draft.payloadHash());
    }
    if (size != row.size() || hash != row.hash()) {
      log.warn(
          "the source of {} gave other items when its run was run again: {} with hash {}, where the"
              + " batch has {} with hash {}; those stay, and the batch goes on behind them",
          Ids.batch(row.id()),
          size,
          Long.toHexString(hash),
          row.size(),
          Long.toHexString(row.hash()));
      hash = row.hash();
      size = row.size();
    }
  }

  @Override
  public void close() {
    if (elements instanceof AutoCloseable source) {
      try {
        source.close();
      } catch (Exception e) {
        log.warn("the source of a batch could not be closed", OneLine.of(e));
      }
    }
  }
}
