package dev.pawl;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One change of a run's metadata, for {@link Metadata#apply}.
 *
 * <p>A key is taken as it is, dots included, unless it begins with {@code $.}: then it is a path
 * into nested objects and arrays, such as {@code $.files[2].name} or {@code $.by['user.name']}.
 * What a path names and is not there yet is created. A path that leads through a value which is
 * neither object nor array, or past the end of an array, cannot be applied.
 *
 * <p>Values are whatever JSON can hold, and what Jackson writes as such; they are encoded at the
 * call, so that changing them later changes nothing.
 */
public sealed interface MetadataOperation {

  /** Sets a value; null is JSON's null. */
  static MetadataOperation set(String key, @Nullable Object value) {
    return new Set(key, value);
  }

  /** Takes a key out, or an element of an array; without effect where there is none. */
  static MetadataOperation delete(String key) {
    return new Delete(key);
  }

  /** Adds to a number; what is missing or no number counts as 0. */
  static MetadataOperation increment(String key, Number by) {
    return new Increment(key, by, false);
  }

  /** Subtracts from a number; what is missing or no number counts as 0. */
  static MetadataOperation decrement(String key, Number by) {
    return new Increment(key, by, true);
  }

  /**
   * Adds an element to the end of an array. Where there is nothing yet, an array with this element;
   * where there is something else, an array of both.
   */
  static MetadataOperation append(String key, @Nullable Object value) {
    return new Append(key, value);
  }

  /**
   * Takes all elements that equal this value out of an array; without effect where there is no
   * array.
   */
  static MetadataOperation remove(String key, @Nullable Object value) {
    return new Remove(key, value);
  }

  /** Replaces all metadata. */
  static MetadataOperation replace(Map<String, ?> metadata) {
    return new Replace(metadata);
  }

  /** See {@link MetadataOperation#set}. */
  record Set(String key, @Nullable Object value) implements MetadataOperation {
    /** Checks what must be there. */
    public Set {
      Objects.requireNonNull(key);
    }
  }

  /** See {@link MetadataOperation#delete}. */
  record Delete(String key) implements MetadataOperation {
    /** Checks what must be there. */
    public Delete {
      Objects.requireNonNull(key);
    }
  }

  /**
   * See {@link MetadataOperation#increment} and {@link MetadataOperation#decrement}.
   *
   * @param down whether it is subtracted
   */
  record Increment(String key, Number by, boolean down) implements MetadataOperation {
    /** Checks what must be there. */
    public Increment {
      Objects.requireNonNull(key);
      Objects.requireNonNull(by);
    }
  }

  /** See {@link MetadataOperation#append}. */
  record Append(String key, @Nullable Object value) implements MetadataOperation {
    /** Checks what must be there. */
    public Append {
      Objects.requireNonNull(key);
    }
  }

  /** See {@link MetadataOperation#remove}. */
  record Remove(String key, @Nullable Object value) implements MetadataOperation {
    /** Checks what must be there. */
    public Remove {
      Objects.requireNonNull(key);
    }
  }

  /** See {@link MetadataOperation#replace}. */
  record Replace(Map<String, ?> metadata) implements MetadataOperation {
    /** Checks what must be there. */
    public Replace {
      Objects.requireNonNull(metadata);
    }
  }
}
