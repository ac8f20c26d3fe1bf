package dev.pawl;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the trigger of a batch returns: its id and its runs, all of which exist.
 *
 * @param <O> the output type of its runs
 */
public interface BatchHandle<O extends @Nullable Object> {
  /** The batch's id. */
  String id();

  /** How many items the batch had when the call returned. */
  int size();

  /** Whether the key of the batch named one that existed already; no item was created then. */
  boolean isCached();

  /**
   * Whether the key of the batch named one that was triggered with other items than this call's;
   * false for a stream, of which only the first chunk is pulled then.
   */
  boolean payloadDiffers();

  /**
   * The run at each index, in the order of the call, read from the store. A run may stand at
   * several indexes. Of a long stream this is a lot.
   */
  List<RunHandle<O>> runs();

  /** The batch as it is now. */
  Batch retrieve();
}
