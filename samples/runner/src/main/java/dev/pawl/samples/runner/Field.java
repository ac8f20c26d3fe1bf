package dev.pawl.samples.runner;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Fields of bodies. */
final class Field {
  private Field() {}

  /**
   * The value of a field that must be there.
   *
   * @throws Refusal if it is not
   */
  static <T> T required(String name, @Nullable T value) {
    if (value == null) {
      throw Refusal.badRequest(name + " is missing");
    }
    return value;
  }

  /** A payload as the engine takes it. */
  static @Nullable Object payload(@Nullable JsonNode payload) {
    return payload == null || payload.isNull() || payload.isMissingNode() ? null : payload;
  }
}
