package dev.pawl;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * A type with its type arguments, for payloads and outputs that a {@link Class} cannot name: {@code
 * new TypeRef<List<Order>>() {}}.
 *
 * @param <T> the type
 */
public abstract class TypeRef<T extends @Nullable Object> {
  private final Type type;

  /** Captures the type argument of the anonymous subclass. */
  protected TypeRef() {
    if (!(getClass().getGenericSuperclass() instanceof ParameterizedType generic)
        || generic.getRawType() != TypeRef.class) {
      throw new InvalidOptionException(
          "a TypeRef needs a type argument: new TypeRef<List<Order>>() {}");
    }
    this.type = generic.getActualTypeArguments()[0];
  }

  private TypeRef(Type type) {
    this.type = type;
  }

  /** A class without type arguments. */
  public static <T extends @Nullable Object> TypeRef<T> of(Class<T> type) {
    return new TypeRef<T>(type) {};
  }

  /** The type as reflection knows it. */
  public final Type type() {
    return type;
  }

  /** The class behind the type; {@code Object} where it has none. */
  public final Class<?> rawType() {
    return switch (type) {
      case Class<?> raw -> raw;
      case ParameterizedType generic -> (Class<?>) generic.getRawType();
      default -> Object.class;
    };
  }

  @Override
  public final boolean equals(@Nullable Object other) {
    return other instanceof TypeRef<?> that && that.type.equals(type);
  }

  @Override
  public final int hashCode() {
    return type.hashCode();
  }

  @Override
  public final String toString() {
    return type.getTypeName();
  }
}
