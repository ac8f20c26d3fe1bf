package dev.pawl.internal.labels;

import static dev.pawl.MetadataOperation.append;
import static dev.pawl.MetadataOperation.decrement;
import static dev.pawl.MetadataOperation.delete;
import static dev.pawl.MetadataOperation.increment;
import static dev.pawl.MetadataOperation.remove;
import static dev.pawl.MetadataOperation.replace;
import static dev.pawl.MetadataOperation.set;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.InvalidOptionException;
import dev.pawl.MetadataOperation;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetadataEditTest {
  private static Map<String, Object> apply(
      Map<String, Object> metadata, MetadataOperation... operations) {
    Map<String, Object> before = new HashMap<>(metadata);
    Map<String, Object> changed = metadata;
    for (MetadataOperation operation : operations) {
      changed = MetadataEdit.apply(changed, operation);
    }
    assertThat(metadata).as("what was there stays as it was").isEqualTo(before);
    return changed;
  }

  private static void refuses(Map<String, Object> metadata, MetadataOperation operation) {
    assertThatThrownBy(() -> MetadataEdit.apply(metadata, operation))
        .isExactlyInstanceOf(InvalidOptionException.class);
  }

  @Test
  void aKeyIsTakenAsItIsUnlessItBeginsAsAPath() {
    assertThat(apply(Map.of(), set("a.b[0]", 1), set("$", 2)))
        .isEqualTo(Map.of("a.b[0]", 1, "$", 2));
    assertThat(apply(Map.of(), set("$.a.b", 1), set("$.a['c.d']", 2), set("$.a[\"e\"].f", 3)))
        .isEqualTo(Map.of("a", Map.of("b", 1, "c.d", 2, "e", Map.of("f", 3))));
  }

  @Test
  void aPathLeadsIntoArrays() {
    Map<String, Object> files = Map.of("f", List.of(Map.of("n", 1), "x"));
    assertThat(apply(files, set("$.f[0].n", 2), set("$.f.1", "y"), set("$.f[2]", "z")))
        .isEqualTo(Map.of("f", List.of(Map.of("n", 2), "y", "z")));
    assertThat(apply(files, delete("$.f[0]"))).isEqualTo(Map.of("f", List.of("x")));
    assertThat(MetadataEdit.get(files, "$.f[0].n")).isEqualTo(1);
    assertThat(MetadataEdit.get(files, "$.f[2].n")).isNull();
    assertThat(MetadataEdit.get(files, "$.f.n")).isNull();
    refuses(files, set("$.f[3]", 1));
    refuses(files, set("$.f.name", 1));
    refuses(files, set("$.f[1].deep", 1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "$.", "$..a", "$.a.", "$.a[", "$.a[1", "$.a[x]", "$.a['x", "$.a[]", "$.a[1]b", "$.[1]"
      })
  void whatBeginsAsAPathAndIsNoneIsRefused(String path) {
    refuses(Map.of(), set(path, 1));
    assertThatThrownBy(() -> MetadataPath.of(path)).hasMessageContaining("metadata path");
  }

  @Test
  void deletingWhatIsNotThereDoesNothing() {
    Map<String, Object> one = Map.of("a", 1);
    assertThat(apply(one, delete("b"), delete("$.b.c"), delete("$.a.b"))).isSameAs(one);
    assertThat(apply(one, delete("a"))).isEmpty();
  }

  @Test
  void numbersAreAddedAndWhatIsNoneCountsAsZero() {
    assertThat(apply(Map.of(), increment("n", 2), decrement("n", 5))).isEqualTo(Map.of("n", -3));
    assertThat(apply(Map.of("n", "text"), increment("n", 1))).isEqualTo(Map.of("n", 1));
    assertThat(apply(Map.of(), increment("$.by.ada", 1))).isEqualTo(Map.of("by", Map.of("ada", 1)));
    assertThat(apply(Map.of("n", 1), increment("n", 0.5))).isEqualTo(Map.of("n", 1.5));
    assertThat(apply(Map.of("n", 1.5), decrement("n", 0.5))).isEqualTo(Map.of("n", 1.0));
  }

  @Test
  void sumsHaveTheTypeThatAReaderMakesOfThemAndDoNotOverflow() {
    assertThat(apply(Map.of("n", Integer.MAX_VALUE), increment("n", 1)))
        .isEqualTo(Map.of("n", 1L + Integer.MAX_VALUE));
    assertThat(apply(Map.of("n", 1L + Integer.MAX_VALUE), decrement("n", 1)))
        .isEqualTo(Map.of("n", Integer.MAX_VALUE));
    BigInteger beyond = BigInteger.valueOf(Long.MAX_VALUE).add(BigInteger.ONE);
    assertThat(apply(Map.of("n", Long.MAX_VALUE), increment("n", 1)))
        .isEqualTo(Map.of("n", beyond));
    assertThat(apply(Map.of("n", beyond), decrement("n", 1)))
        .isEqualTo(Map.of("n", Long.MAX_VALUE));
    assertThat(apply(Map.of("n", Long.MIN_VALUE), decrement("n", Long.MIN_VALUE)))
        .isEqualTo(Map.of("n", 0));
    refuses(Map.of("n", Double.MAX_VALUE), increment("n", Double.MAX_VALUE));
  }

  @Test
  void appendingMakesAnArrayOfWhatIsThere() {
    assertThat(apply(Map.of(), append("a", 1), append("a", 2)))
        .isEqualTo(Map.of("a", List.of(1, 2)));
    assertThat(apply(Map.of("a", "x"), append("a", 2))).isEqualTo(Map.of("a", List.of("x", 2)));
    Map<String, Object> withNull = new HashMap<>();
    withNull.put("a", null);
    assertThat(apply(withNull, append("a", 1)).get("a")).isEqualTo(Arrays.asList(null, 1));
    assertThat(apply(Map.of("a", new ArrayList<>()), append("$.a", 1)))
        .isEqualTo(Map.of("a", List.of(1)));
  }

  @Test
  void removingTakesOutWhatIsEqualAsJson() {
    Map<String, Object> list =
        Map.of("a", List.of(1, 1.0, "1", List.of(1), Map.of("x", 1, "y", 2), true));
    assertThat(apply(list, remove("a", 1.0)).get("a"))
        .isEqualTo(List.of("1", List.of(1), Map.of("x", 1, "y", 2), true));
    assertThat(apply(list, remove("a", Map.of("y", 2L, "x", 1.0))).get("a"))
        .isEqualTo(List.of(1, 1.0, "1", List.of(1), true));
    assertThat(apply(list, remove("a", List.of(1L))).get("a"))
        .isEqualTo(List.of(1, 1.0, "1", Map.of("x", 1, "y", 2), true));
    assertThat(apply(list, remove("a", null))).isEqualTo(list);
    assertThat(apply(Map.of("a", "x"), remove("a", "x"), remove("b", 1)))
        .as("no array")
        .isEqualTo(Map.of("a", "x"));
  }

  @Test
  void replacingForgetsTheRest() {
    assertThat(apply(Map.of("a", 1), replace(Map.of("b", 2)))).isEqualTo(Map.of("b", 2));
  }

  @Test
  void nullIsAValueAndAlsoMakesRoomForAPath() {
    Map<String, Object> changed = apply(Map.of(), set("a", null));
    assertThat(changed).containsEntry("a", null);
    assertThat(apply(changed, set("$.a.b", 1))).isEqualTo(Map.of("a", Map.of("b", 1)));
  }

  @Test
  void metadataHasADepth() {
    String deep = "$." + "a.".repeat(MetadataPath.MAX_DEPTH - 1) + "a";
    assertThat(apply(Map.of(), set(deep, 1))).hasSize(1);
    refuses(Map.of(), set(deep, Map.of("b", Map.of("c", 1))));
    refuses(Map.of(), set(deep + ".a", 1));
    Object nested = 1;
    for (int i = 0; i < MetadataPath.MAX_DEPTH; i++) {
      nested = List.of(nested);
    }
    refuses(Map.of("a", nested), append("b", nested));
  }
}
