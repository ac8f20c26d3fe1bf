package dev.pawl.internal.labels;

import dev.pawl.InvalidOptionException;
import dev.pawl.MetadataOperation;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an operation makes of metadata: of a tree of maps, lists, texts, numbers, booleans and nulls
 * as a JSON reader makes it. A tree is never changed; a changed one shares what has stayed with the
 * former, so that several operations can be given up together.
 */
public final class MetadataEdit {
  /** Stands for "there is nothing", which is not JSON's null. */
  private static final Object NOTHING = new Object();

  private static final BigInteger LEAST_LONG = BigInteger.valueOf(Long.MIN_VALUE);
  private static final BigInteger GREATEST_LONG = BigInteger.valueOf(Long.MAX_VALUE);

  private MetadataEdit() {}

  /**
   * Applies an operation.
   *
   * @throws InvalidOptionException if it cannot be applied to this tree
   */
  @SuppressWarnings("unchecked") // the values of a replacement are values of a tree
  public static Map<String, Object> apply(
      Map<String, Object> metadata, MetadataOperation operation) {
    return switch (operation) {
      case MetadataOperation.Set set -> put(metadata, MetadataPath.of(set.key()), set.value());
      case MetadataOperation.Delete delete -> {
        MetadataPath path = MetadataPath.of(delete.key());
        yield find(metadata, path) == NOTHING ? metadata : put(metadata, path, NOTHING);
      }
      case MetadataOperation.Increment increment -> {
        MetadataPath path = MetadataPath.of(increment.key());
        yield put(metadata, path, sum(path, find(metadata, path), increment));
      }
      case MetadataOperation.Append append -> {
        MetadataPath path = MetadataPath.of(append.key());
        yield put(metadata, path, appended(find(metadata, path), append.value()));
      }
      case MetadataOperation.Remove remove -> {
        MetadataPath path = MetadataPath.of(remove.key());
        yield find(metadata, path) instanceof List<?> list
            ? put(metadata, path, without(list, remove.value()))
            : metadata;
      }
      case MetadataOperation.Replace replace -> (Map<String, Object>) replace.metadata();
    };
  }

  /** The value at a key or path; null where there is none. */
  public static @Nullable Object get(Map<String, Object> metadata, String key) {
    Object found = find(metadata, MetadataPath.of(key));
    return found == NOTHING ? null : found;
  }

  private static @Nullable Object find(Map<String, Object> metadata, MetadataPath path) {
    Object at = metadata;
    for (String step : path.steps()) {
      at = child(at, step);
    }
    return at;
  }

  private static @Nullable Object child(@Nullable Object parent, String step) {
    if (parent instanceof Map<?, ?> map) {
      return map.containsKey(step) ? map.get(step) : NOTHING;
    }
    Integer place = MetadataPath.place(step);
    return parent instanceof List<?> list && place != null && place < list.size()
        ? list.get(place)
        : NOTHING;
  }

  @SuppressWarnings("unchecked") // what is put into a map is a map
  private static Map<String, Object> put(
      Map<String, Object> metadata, MetadataPath path, @Nullable Object value) {
    if (value != NOTHING) {
      requireDepth(path, value, MetadataPath.MAX_DEPTH - path.steps().size());
    }
    return (Map<String, Object>) put(metadata, path, 0, value);
  }

  private static Object put(
      @Nullable Object parent, MetadataPath path, int at, @Nullable Object value) {
    String step = path.steps().get(at);
    boolean last = at == path.steps().size() - 1;
    if (parent instanceof List<?> list) {
      return putInto(list, path, at, value);
    }
    if (parent == NOTHING || parent == null || parent instanceof Map) {
      Map<String, @Nullable Object> changed = new LinkedHashMap<>();
      if (parent instanceof Map<?, ?> map) {
        map.forEach((key, present) -> changed.put((String) key, present));
      }
      if (last && value == NOTHING) {
        changed.remove(step);
      } else {
        changed.put(step, last ? value : put(child(parent, step), path, at + 1, value));
      }
      return changed;
    }
    throw inapplicable(path, "what stands before \"" + MetadataPath.shown(step) + "\" is a value");
  }

  private static Object putInto(List<?> list, MetadataPath path, int at, @Nullable Object value) {
    String step = path.steps().get(at);
    Integer place = MetadataPath.place(step);
    if (place == null) {
      throw inapplicable(
          path, "\"" + MetadataPath.shown(step) + "\" is asked of an array, which has places");
    }
    if (place > list.size()) {
      throw inapplicable(
          path, "place " + place + " lies behind the end of an array of " + list.size());
    }
    List<@Nullable Object> changed = new ArrayList<>(list);
    boolean last = at == path.steps().size() - 1;
    if (last && value == NOTHING) {
      changed.remove(place.intValue());
      return changed;
    }
    Object element = last ? value : put(child(list, step), path, at + 1, value);
    if (place == list.size()) {
      changed.add(element);
    } else {
      changed.set(place, element);
    }
    return changed;
  }

  private static List<@Nullable Object> appended(@Nullable Object present, @Nullable Object value) {
    List<@Nullable Object> changed = new ArrayList<>();
    if (present instanceof List<?> list) {
      changed.addAll(list);
    } else if (present != NOTHING) {
      changed.add(present);
    }
    changed.add(value);
    return changed;
  }

  private static List<@Nullable Object> without(List<?> list, @Nullable Object value) {
    List<@Nullable Object> changed = new ArrayList<>(list);
    changed.removeIf(element -> same(element, value));
    return changed;
  }

  /** Equal as JSON: 1 and 1.0 are one number, and the order of an object's entries says nothing. */
  private static boolean same(@Nullable Object a, @Nullable Object b) {
    if (a instanceof Number left && b instanceof Number right) {
      boolean finite = isFinite(left) && isFinite(right);
      return finite ? decimal(left).compareTo(decimal(right)) == 0 : left.equals(right);
    }
    if (a instanceof List<?> left && b instanceof List<?> right) {
      boolean same = left.size() == right.size();
      for (int i = 0; same && i < left.size(); i++) {
        same = same(left.get(i), right.get(i));
      }
      return same;
    }
    if (a instanceof Map<?, ?> left && b instanceof Map<?, ?> right) {
      return left.size() == right.size()
          && left.entrySet().stream()
              .allMatch(
                  entry ->
                      right.containsKey(entry.getKey())
                          && same(entry.getValue(), right.get(entry.getKey())));
    }
    return a == null ? b == null : a.equals(b);
  }

  private static boolean isFinite(Number number) {
    return !(number instanceof Double real) || Double.isFinite(real);
  }

  private static BigDecimal decimal(Number number) {
    return number instanceof Double real
        ? BigDecimal.valueOf(real)
        : new BigDecimal(integer(number)); // not by its digits, which takes quadratic time
  }

  private static Number sum(
      MetadataPath path, @Nullable Object present, MetadataOperation.Increment increment) {
    Number from = present instanceof Number number ? number : 0;
    Number by = increment.by();
    if (from instanceof Double || by instanceof Double) {
      double sum = from.doubleValue() + (increment.down() ? -by.doubleValue() : by.doubleValue());
      if (!Double.isFinite(sum)) {
        throw inapplicable(path, "the sum is larger than a number can be");
      }
      return sum;
    }
    BigInteger change = integer(by);
    return narrowed(integer(from).add(increment.down() ? change.negate() : change));
  }

  private static BigInteger integer(Number number) {
    return number instanceof BigInteger big ? big : BigInteger.valueOf(number.longValue());
  }

  /** The type that a JSON reader would make of it. */
  private static Number narrowed(BigInteger sum) {
    if (sum.compareTo(LEAST_LONG) < 0 || sum.compareTo(GREATEST_LONG) > 0) {
      return sum;
    }
    long value = sum.longValue();
    if (value == (int) value) {
      return (int) value;
    }
    return value;
  }

  private static void requireDepth(MetadataPath path, @Nullable Object value, int left) {
    if (left < 0) {
      throw inapplicable(path, "the metadata would be deeper than " + MetadataPath.MAX_DEPTH);
    }
    if (value instanceof Map<?, ?> map) {
      map.values().forEach(element -> requireDepth(path, element, left - 1));
    } else if (value instanceof List<?> list) {
      list.forEach(element -> requireDepth(path, element, left - 1));
    }
  }

  private static InvalidOptionException inapplicable(MetadataPath path, String why) {
    return new InvalidOptionException(
        "the metadata cannot be changed at \"" + MetadataPath.shown(path.key()) + "\": " + why);
  }
}
