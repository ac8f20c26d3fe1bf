package dev.pawl.internal.api;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.AbstractDeserializer;
import tools.jackson.databind.deser.SettableBeanProperty;
import tools.jackson.databind.deser.bean.BeanDeserializerBase;
import tools.jackson.databind.deser.std.ContainerDeserializerBase;

/**
 * Looks for types within a type that Jackson can write and never read: interfaces and abstract
 * classes where nothing says which class to make, and classes that it has no way to make. It finds
 * out only when it meets a value of them, which is when a run that was stored is to be executed.
 *
 * <p>What is looked at are the readers that would be used, so that annotations count.
 */
final class DeadEnds {
  private final DeserializationContext context;
  private final Set<ValueDeserializer<?>> seen = Collections.newSetFromMap(new IdentityHashMap<>());

  private DeadEnds(DeserializationContext context) {
    this.context = context;
  }

  /**
   * Looks at all that can be part of a value.
   *
   * @throws IllegalArgumentException saying which part cannot be read, and why
   */
  static void refuse(DeserializationContext context, JavaType type) {
    new DeadEnds(context)
        .look(type.getRawClass().getSimpleName(), context.findRootValueDeserializer(type));
  }

  private void look(String path, @Nullable ValueDeserializer<?> reader) {
    if (reader == null || !seen.add(reader)) {
      return;
    }
    if (reader instanceof AbstractDeserializer) {
      throw new IllegalArgumentException(
          path
              + " is of type "
              + reader.handledType().getName()
              + ", which is abstract, and nothing says which class to make of it"
              + " (@JsonTypeInfo with names would)");
    }
    if (reader instanceof BeanDeserializerBase bean) {
      if (!bean.getValueInstantiator().canInstantiate()) {
        throw new IllegalArgumentException(
            path
                + " is of type "
                + bean.handledType().getName()
                + ", which has no constructor that can be used");
      }
      bean.properties().forEachRemaining(property -> look(path, property));
    } else if (reader instanceof ContainerDeserializerBase<?> container) {
      if (!namesItsClass(container.getContentType())) {
        look(path + "[]", container.getContentDeserializer());
      }
    }
  }

  private void look(String path, SettableBeanProperty property) {
    String further = path + "." + property.getName();
    JavaType type = property.getType();
    if (!property.hasValueTypeDeserializer() && property.hasValueDeserializer()) {
      look(further, property.getValueDeserializer());
      if (type.isReferenceType() && !namesItsClass(type.getReferencedType())) {
        look(further, context.findContextualValueDeserializer(type.getReferencedType(), property));
      }
    }
  }

  /** Whether its values say of what class they are. */
  private boolean namesItsClass(@Nullable JavaType type) {
    return type != null
        && (type.getTypeHandler() != null || context.findTypeDeserializer(type) != null);
  }
}
