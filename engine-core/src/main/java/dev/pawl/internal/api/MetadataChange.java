package dev.pawl.internal.api;

import dev.pawl.InvalidOptionException;
import dev.pawl.MetadataOperation;
import dev.pawl.internal.labels.MetadataPath;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Operations on a run's metadata as the loop takes them: keys are checked, and values are what a
 * JSON reader makes of them, so that user code runs on the thread of its caller and not on the
 * loop's.
 *
 * @param growthAtMost by how many bytes they can make the encoded metadata longer
 * @param match what tells them from other changes that a body makes
 */
record MetadataChange(List<MetadataOperation> operations, long growthAtMost, long match) {
  /** No character of a key takes more bytes than that, the quotes and braces of its steps added. */
  private static final int BYTES_PER_KEY_CHAR = 12;

  /** What a key, a comma and a number take at most beside that. */
  private static final int BYTES_PER_OPERATION = 64;

  /**
   * Checks and encodes operations.
   *
   * @throws InvalidOptionException if a key is no path though it begins as one, or a value cannot
   *     be written as JSON
   */
  static MetadataChange of(long runId, List<MetadataOperation> operations) {
    Builder builder = new Builder(runId);
    operations.forEach(builder::add);
    return new MetadataChange(
        List.copyOf(builder.operations), builder.growthAtMost, builder.hasher.toLong());
  }

  private static final class Builder {
    private final List<MetadataOperation> operations = new ArrayList<>();
    private final Hashes.Hasher hasher = new Hashes.Hasher();
    private long growthAtMost;

    Builder(long runId) {
      hasher.add(Long.toString(runId));
    }

    void add(MetadataOperation operation) {
      hasher.add(operation.getClass().getSimpleName());
      operations.add(
          switch (operation) {
            case MetadataOperation.Set set -> {
              key(set.key());
              yield MetadataOperation.set(set.key(), value(set.value()));
            }
            case MetadataOperation.Delete delete -> {
              key(delete.key());
              yield delete;
            }
            case MetadataOperation.Increment increment -> {
              key(increment.key());
              yield new MetadataOperation.Increment(
                  increment.key(), number(increment.by()), increment.down());
            }
            case MetadataOperation.Append append -> {
              key(append.key());
              yield MetadataOperation.append(append.key(), value(append.value()));
            }
            case MetadataOperation.Remove remove -> {
              key(remove.key());
              yield MetadataOperation.remove(remove.key(), value(remove.value()));
            }
            case MetadataOperation.Replace replace -> MetadataOperation.replace(object(replace));
          });
    }

    private void key(String key) {
      MetadataPath.of(key);
      hasher.add(key);
      growthAtMost += BYTES_PER_OPERATION + (long) BYTES_PER_KEY_CHAR * key.length();
    }

    private @Nullable Object value(@Nullable Object value) {
      byte[] encoded = Values.encodeJson(value);
      hasher.add(encoded);
      growthAtMost += encoded.length;
      return Values.decodeJson(encoded);
    }

    private Number number(Number by) {
      if (value(by) instanceof Number number) {
        return number;
      }
      throw new InvalidOptionException("metadata cannot be incremented by " + by);
    }

    private Map<String, ?> object(MetadataOperation.Replace replace) {
      String json = Objects.requireNonNull(Values.encodeMetadata(replace.metadata()));
      hasher.add(json);
      growthAtMost += json.getBytes(StandardCharsets.UTF_8).length;
      return Values.readMetadata(json);
    }
  }
}
