package dev.pawl.internal.labels;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.pawl.InvalidOptionException;
import dev.pawl.MetadataOperation;
import dev.pawl.Refusals;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Any operations with any paths: on the loop's thread, where nothing but a refusal may be thrown.
 */
class MetadataEditFuzzTest {
  private static final int MOST_OPERATIONS = 20;

  @FuzzTest
  void anOperationIsAppliedOrRefused(FuzzedDataProvider data) {
    Map<String, Object> tree = Map.of();
    for (int i = 0; i < MOST_OPERATIONS && data.remainingBytes() > 0; i++) {
      Map<String, Object> before = tree;
      String shown = before.toString();
      String key = data.consumeString(data.consumeInt(0, 60));
      MetadataOperation operation = operation(key, data);
      try {
        tree = MetadataEdit.apply(before, operation);
        if (operation instanceof MetadataOperation.Set set) {
          assertThat(MetadataEdit.get(tree, key)).isEqualTo(set.value());
        } else if (operation instanceof MetadataOperation.Delete) {
          assertThat(MetadataEdit.get(before, key) == null || !tree.equals(before)).isTrue();
        }
      } catch (InvalidOptionException e) {
        Refusals.requireReadable(e);
      }
      assertThat(before.toString()).as("a tree is never changed").isEqualTo(shown);
      assertThat(depth(tree)).isLessThanOrEqualTo(MetadataPath.MAX_DEPTH + 1);
    }
  }

  private static MetadataOperation operation(String key, FuzzedDataProvider data) {
    return switch (data.consumeInt(0, 4)) {
      case 0 -> MetadataOperation.set(key, value(data, 3));
      case 1 -> MetadataOperation.delete(key);
      case 2 -> new MetadataOperation.Increment(key, number(data), data.consumeBoolean());
      case 3 -> MetadataOperation.append(key, value(data, 3));
      default -> MetadataOperation.remove(key, value(data, 3));
    };
  }

  private static Number number(FuzzedDataProvider data) {
    return switch (data.consumeInt(0, 3)) {
      case 0 -> data.consumeInt();
      case 1 -> data.consumeLong();
      case 2 -> BigInteger.valueOf(data.consumeLong()).pow(data.consumeInt(0, 9));
      default -> data.consumeRegularDouble();
    };
  }

  private static Object value(FuzzedDataProvider data, int depth) {
    return switch (data.consumeInt(0, depth == 0 ? 2 : 4)) {
      case 0 -> data.consumeString(10);
      case 1 -> number(data);
      case 2 -> data.consumeBoolean() ? data.consumeBoolean() : null;
      case 3 -> {
        List<Object> list = new ArrayList<>();
        for (int i = data.consumeInt(0, 3); i > 0; i--) {
          list.add(value(data, depth - 1));
        }
        yield list;
      }
      default -> {
        Map<String, Object> map = new HashMap<>();
        for (int i = data.consumeInt(0, 3); i > 0; i--) {
          map.put(data.consumeString(5), value(data, depth - 1));
        }
        yield map;
      }
    };
  }

  private static int depth(Object value) {
    int deepest = 0;
    if (value instanceof Map<?, ?> map) {
      for (Object element : map.values()) {
        deepest = Math.max(deepest, depth(element));
      }
      return deepest + 1;
    }
    if (value instanceof List<?> list) {
      for (Object element : list) {
        deepest = Math.max(deepest, depth(element));
      }
      return deepest + 1;
    }
    return 0;
  }
}
