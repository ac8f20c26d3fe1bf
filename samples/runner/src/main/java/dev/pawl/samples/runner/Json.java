package dev.pawl.samples.runner;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.exc.PropertyBindingException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Bodies of requests and answers. Strict on the way in: an unknown field is most likely a
 * misspelled option, and a name that is there twice means something else to whoever checked it
 * before. Nothing in a body chooses a class.
 */
final class Json {
  /**
   * Less than half of what the engine's own codec takes, so that whatever passes here reads there.
   */
  private static final StreamReadConstraints CONSTRAINTS =
      StreamReadConstraints.builder()
          .maxNestingDepth(100)
          .maxNumberLength(1_000)
          .maxNameLength(10_000)
          .build();

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(CONSTRAINTS)
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(
              DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
              DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
              DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
              DeserializationFeature.ACCEPT_SINGLE_VALUE_AS_ARRAY,
              // A payload goes to the store with the digits that it came with.
              DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          // 1.5 attempts are a mistake, and so is a tag that is null.
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .withConfigOverride(
              List.class,
              list -> list.setNullHandling(JsonSetter.Value.forContentNulls(Nulls.FAIL)))
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .changeDefaultPropertyInclusion(
              inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_ABSENT))
          .build();

  private Json() {}

  static byte[] write(Object value) {
    return MAPPER.writeValueAsBytes(value);
  }

  /**
   * Reads the body of a request.
   *
   * @throws Refusal if it is not JSON, or does not read as the type
   */
  static <T> T read(byte[] body, Class<T> type) {
    T value;
    try {
      value = MAPPER.readValue(body, type);
    } catch (PropertyBindingException e) {
      String known =
          e.getKnownPropertyIds() == null
              ? ""
              : e.getKnownPropertyIds().stream()
                  .map(String::valueOf)
                  .sorted()
                  .collect(Collectors.joining(", ", "; known: ", ""));
      throw Refusal.badRequest("unknown field \"" + e.getPropertyName() + "\"" + known);
    } catch (DatabindException e) {
      throw Refusal.badRequest(
          e.getPath().isEmpty()
              ? "the body must be a JSON object" // Jackson would say which class it was for
              : "the body does not fit: " + place(e) + e.getOriginalMessage());
    } catch (JacksonException e) {
      throw Refusal.badRequest("the body is not JSON: " + e.getOriginalMessage());
    }
    if (value == null) {
      throw Refusal.badRequest("the body must be a JSON object");
    }
    return value;
  }

  private static String place(DatabindException e) {
    String path =
        e.getPath().stream()
            .map(
                step ->
                    step.getPropertyName() == null
                        ? String.valueOf(step.getIndex())
                        : step.getPropertyName())
            .collect(Collectors.joining("."));
    return path.isEmpty() ? "" : path + ": ";
  }
}
