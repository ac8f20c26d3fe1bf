package dev.pawl.internal.api;

import dev.pawl.EngineClosedException;
import dev.pawl.EngineFailedException;
import dev.pawl.Limits;
import dev.pawl.OutcomeUnknownException;
import dev.pawl.PawlException;
import dev.pawl.StoreUnavailableException;
import dev.pawl.UnreadableValueException;
import dev.pawl.internal.loop.Ids;
import dev.pawl.internal.loop.TriggerRequest;
import dev.pawl.spi.RunRow;
import dev.pawl.spi.StoreException;
import dev.pawl.spi.StoredValue;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Values on their way to the store and back, wherever it keeps them. One that is too large for its
 * row is written by the thread that has it, before its command is posted: the loop never waits for
 * ten megabytes. The commit that stores the row takes the value; what no commit takes is discarded.
 */
record LargeValues(Reads reads, Limits limits) {
  private static final Logger log = LoggerFactory.getLogger("dev.pawl.engine");

  /**
   * A value as its row is to have it: as it is, or written apart.
   *
   * @throws StoreException if it cannot be written
   */
  StoredValue put(StoredValue value) {
    return value.isLarge() || value.size() <= limits.maxInlineBytes()
        ? value
        : reads.read(store -> store.writeLarge(value.bytes()));
  }

  /**
   * Triggers, with a payload that is too large for its row written before.
   *
   * @param call asks the loop, and returns its answer
   * @throws StoreUnavailableException if it cannot be written; nothing has happened then
   */
  <T extends @Nullable Object> T trigger(TriggerRequest request, Function<TriggerRequest, T> call) {
    return triggerAll(List.of(request), kept -> call.apply(kept.getFirst()));
  }

  /** As {@link #trigger}, for several triggers that are one call. */
  <T extends @Nullable Object> T triggerAll(
      List<TriggerRequest> requests, Function<List<TriggerRequest>, T> call) {
    Kept kept = keep(requests);
    return kept.settle(() -> call.apply(kept.requests()));
  }

  /**
   * Writes the payloads that are too large for their rows. Whoever calls this settles what it
   * returns.
   *
   * @throws StoreUnavailableException if one of them cannot be written; none is left then
   */
  Kept keep(List<TriggerRequest> requests) {
    List<StoredValue> written = new ArrayList<>(0);
    return new Kept(this, put(requests, written), written);
  }

  /**
   * Requests as they are to be asked for.
   *
   * @param written the values that no row has yet
   */
  record Kept(LargeValues large, List<TriggerRequest> requests, List<StoredValue> written) {

    /** Waits for the loop's answer, and discards what no row will have. */
    <T extends @Nullable Object> T settle(Supplier<T> answer) {
      try {
        T answered = answer.get();
        large.discard(written); // what a key or a debounced run made superfluous: no row has it
        return answered;
      } catch (OutcomeUnknownException | EngineFailedException | EngineClosedException e) {
        throw e; // a commit may have taken them, or take them yet
      } catch (PawlException e) {
        large.discard(written);
        throw e;
      }
    }
  }

  private List<TriggerRequest> put(List<TriggerRequest> requests, List<StoredValue> written) {
    List<TriggerRequest> kept = new ArrayList<>(requests.size());
    try {
      for (TriggerRequest request : requests) {
        StoredValue payload = put(request.payload());
        if (payload.isLarge()) {
          written.add(payload);
        }
        kept.add(payload.isLarge() ? request.withPayload(payload) : request);
      }
    } catch (StoreException e) {
      discard(written);
      throw new StoreUnavailableException(
          "a payload could not be written: " + e.getMessage() + "; nothing was triggered", e);
    }
    return kept;
  }

  private void discard(List<StoredValue> values) {
    for (StoredValue value : values) {
      try {
        reads.read(
            store -> {
              store.discardLarge(value);
              return true;
            });
      } catch (PawlException e) {
        log.debug("{} was not discarded; the next opening of the store does it", value, e);
      }
    }
  }

  /**
   * The payload of a run for another one: a large one is copied, since each belongs to one run and
   * goes with it. A damaged one cannot be copied: its copy would look sound.
   *
   * @throws UnreadableValueException if it is missing or damaged
   */
  StoredValue copy(RunRow run) {
    StoredValue payload = run.payload();
    return payload.isLarge()
        ? StoredValue.of(load("the payload of run " + Ids.run(run.id()), payload))
        : payload;
  }

  /**
   * The bytes of a value, checked.
   *
   * @param what what it is, for the message
   * @throws UnreadableValueException if they are missing, or not what was encoded
   * @throws StoreException if the store cannot tell at present
   */
  byte[] load(String what, StoredValue value) {
    if (!value.isLarge()) {
      if (!value.intact()) {
        throw damaged(what, "its checksum is wrong");
      }
      return value.bytes();
    }
    try (InputStream in = open(what, value)) {
      byte[] bytes = in.readNBytes(value.size());
      in.read(); // the end, where it is compared
      return bytes;
    } catch (IOException e) {
      throw new StoreException(what + " cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * The bytes of a value as a stream that compares them with size and checksum, and throws {@link
   * UnreadableValueException} at their end where they differ.
   *
   * @throws UnreadableValueException if they are missing, or are at hand and differ
   * @throws StoreException if the store cannot tell at present
   */
  InputStream open(String what, StoredValue value) {
    if (!value.isLarge()) {
      return new ByteArrayInputStream(load(what, value));
    }
    try {
      return new CheckedValueStream(what, value, openStored(value));
    } catch (NoSuchFileException e) {
      throw new UnreadableValueException(
          what
              + " is missing in the store; unless its run was deleted or given another payload in"
              + " the meantime, its file was lost",
          e);
    } catch (IOException e) {
      throw new StoreException(what + " cannot be read: " + e.getMessage(), e);
    }
  }

  private InputStream openStored(StoredValue value) throws IOException {
    try {
      return reads.read(
          store -> {
            try {
              return store.openLarge(value);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  static UnreadableValueException damaged(String what, String how) {
    return new UnreadableValueException(what + " is damaged in the store: " + how, null);
  }
}
