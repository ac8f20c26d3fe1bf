package dev.pawl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TypeRefTest {
  private abstract static class ListRef<T> extends TypeRef<List<T>> {}

  @Test
  void aTypeKeepsItsArguments() {
    TypeRef<Map<String, List<Integer>>> ref = new TypeRef<>() {};
    assertThat(ref)
        .hasToString("java.util.Map<java.lang.String, java.util.List<java.lang.Integer>>");
    assertThat(ref.rawType()).isEqualTo(Map.class);
  }

  @Test
  void refsToTheSameTypeAreEqual() {
    assertThat(new TypeRef<List<String>>() {})
        .isEqualTo(new TypeRef<List<String>>() {})
        .hasSameHashCodeAs(new TypeRef<List<String>>() {})
        .isNotEqualTo(new TypeRef<List<Integer>>() {});
    assertThat(TypeRef.of(String.class)).isEqualTo(new TypeRef<String>() {});
  }

  @Test
  void aTypeWithoutAClassIsAnObject() {
    assertThat(new TypeRef<List<String>[]>() {}.rawType()).isEqualTo(Object.class);
    assertThat(TypeRef.of(int[].class).rawType()).isEqualTo(int[].class);
  }

  @Test
  @SuppressWarnings("rawtypes")
  void aRefWithoutAnArgumentIsRefused() {
    assertThatThrownBy(() -> new TypeRef() {})
        .isExactlyInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("type argument");
  }

  /** Its own argument is String, but the type that it refers to is a list. */
  @Test
  void aRefThatIsNotWrittenInPlaceIsRefused() {
    assertThatThrownBy(() -> new ListRef<String>() {})
        .isExactlyInstanceOf(InvalidOptionException.class);
  }
}
