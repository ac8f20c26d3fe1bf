package dev.pawl.internal.api;

import dev.pawl.InvalidOptionException;
import dev.pawl.InvalidPayloadException;
import dev.pawl.Limits;
import dev.pawl.PayloadTooLargeException;
import dev.pawl.TypeRef;
import dev.pawl.UnreadableValueException;
import dev.pawl.internal.loop.Ids;
import dev.pawl.spi.PayloadCodec;
import dev.pawl.spi.StoredValue;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Payloads, outputs and metadata on their way in and out. */
final class Values {
  private static final JacksonCodec JSON = new JacksonCodec(false);
  private static final TypeRef<Map<String, Object>> OBJECT = new TypeRef<>() {};

  private final PayloadCodec codec;
  private final Limits limits;
  private final LargeValues large;

  Values(PayloadCodec codec, Limits limits, Reads reads) {
    this.codec = codec;
    this.limits = limits;
    this.large = new LargeValues(reads, limits);
  }

  /** Where values are kept that are too large for their rows. */
  LargeValues large() {
    return large;
  }

  PayloadCodec codec() {
    return codec;
  }

  /**
   * Encodes a payload as its task's payload type.
   *
   * @throws InvalidPayloadException if it is null and the type is not {@link Void}, or cannot be
   *     written
   * @throws PayloadTooLargeException if it is larger than the limit
   */
  StoredValue payload(String taskId, TypeRef<?> type, @Nullable Object payload) {
    if (payload == null && type.rawType() != Void.class) {
      throw new InvalidPayloadException(
          "task \""
              + taskId
              + "\" takes a payload of type "
              + type
              + "; null is only for tasks whose payload type is Void");
    }
    byte[] encoded;
    try {
      encoded = codec.encode(payload, type.type());
    } catch (Exception e) {
      throw new InvalidPayloadException(
          "the payload of task \""
              + taskId
              + "\" cannot be written as "
              + type
              + ": "
              + e.getMessage(),
          e);
    }
    return checkSize(taskId, encoded);
  }

  /**
   * Encodes a payload that was given for a bare task id: a value of the task's payload type, or one
   * whose encoding reads as that type.
   */
  StoredValue untypedPayload(String taskId, TypeRef<?> type, @Nullable Object payload) {
    if (payload == null || type.rawType().isInstance(payload)) {
      return payload(taskId, type, payload);
    }
    try {
      byte[] encoded = codec.encode(payload, payload.getClass());
      codec.decode(encoded, type.type());
      return checkSize(taskId, encoded);
    } catch (PayloadTooLargeException e) {
      throw e;
    } catch (Exception e) {
      throw new InvalidPayloadException(
          "task \""
              + taskId
              + "\" takes a payload of type "
              + type
              + "; a "
              + payload.getClass().getName()
              + " does not read as that: "
              + e.getMessage(),
          e);
    }
  }

  private StoredValue checkSize(String taskId, byte[] encoded) {
    if (encoded.length > limits.maxPayloadBytes()) {
      throw new PayloadTooLargeException(
          "the payload of task \""
              + taskId
              + "\" has "
              + encoded.length
              + " bytes; the limit maxPayloadBytes is "
              + limits.maxPayloadBytes()
              + "; store it elsewhere and pass a reference",
          encoded.length,
          limits.maxPayloadBytes());
    }
    return StoredValue.of(encoded);
  }

  /**
   * Decodes a stored value.
   *
   * @param what what it is, for the message
   * @throws UnreadableValueException if it does not read as the type, is damaged or missing
   */
  @SuppressWarnings({"unchecked", "NullAway"}) // the codec was asked for this type, null included
  <T extends @Nullable Object> T decode(String what, StoredValue value, TypeRef<T> type) {
    byte[] bytes = large.load(what, value);
    try {
      return (T) codec.decode(bytes, type.type());
    } catch (Exception e) {
      throw new UnreadableValueException(
          what + " does not read as " + type + ": " + e.getMessage(), e);
    }
  }

  /**
   * Encodes metadata as a JSON object.
   *
   * @throws InvalidOptionException if it cannot be written or is larger than the limit
   */
  @Nullable String metadata(@Nullable Map<String, ?> metadata) {
    String encoded = encodeMetadata(metadata);
    int size = encoded == null ? 0 : encoded.getBytes(StandardCharsets.UTF_8).length;
    if (size > limits.maxMetadataBytes()) {
      throw new InvalidOptionException(
          "the metadata has "
              + size
              + " bytes; the limit maxMetadataBytes is "
              + limits.maxMetadataBytes());
    }
    return encoded;
  }

  /**
   * Encodes metadata of any size as a JSON object.
   *
   * @throws InvalidOptionException if it cannot be written, or would not be read as itself
   */
  static @Nullable String encodeMetadata(@Nullable Map<String, ?> metadata) {
    if (metadata == null) {
      return null;
    }
    try {
      byte[] encoded = JSON.encode(metadata, OBJECT.type());
      // What is stored but does not read again would fail every listing that shows the run.
      Numbers.requirePlain(JSON.decode(encoded, OBJECT.type()));
      return new String(encoded, StandardCharsets.UTF_8);
    } catch (RuntimeException e) {
      throw new InvalidOptionException(
          "the metadata cannot be written as a JSON object: " + e.getMessage(), e);
    }
  }

  /** Encodes metadata that was read, and changed by values that were: of it nothing is checked. */
  static String encodeRead(Map<String, Object> metadata) {
    return new String(JSON.encode(metadata, OBJECT.type()), StandardCharsets.UTF_8);
  }

  /**
   * Encodes a value of metadata as JSON.
   *
   * @throws InvalidOptionException if it cannot be written, or not be read again as itself
   */
  static byte[] encodeJson(@Nullable Object value) {
    try {
      byte[] encoded = JSON.encode(value, Object.class);
      Numbers.requirePlain(JSON.decode(encoded, Object.class));
      return encoded;
    } catch (RuntimeException e) {
      throw new InvalidOptionException(
          "a value of metadata cannot be written as JSON: " + e.getMessage(), e);
    }
  }

  /** Reads what {@link #encodeJson} has written: maps, lists, texts, numbers, booleans, null. */
  static @Nullable Object decodeJson(byte[] encoded) {
    return JSON.decode(encoded, Object.class);
  }

  /**
   * Reads the metadata of a run.
   *
   * @throws UnreadableValueException naming the run, if it is no JSON object
   */
  static Map<String, Object> metadataOf(long runId, @Nullable String metadata) {
    try {
      return readMetadata(metadata);
    } catch (UnreadableValueException e) {
      throw new UnreadableValueException("run " + Ids.run(runId) + ": " + e.getMessage(), e);
    }
  }

  /**
   * Reads what {@link #encodeMetadata} has written.
   *
   * @throws UnreadableValueException if it is no JSON object
   */
  @SuppressWarnings("unchecked") // OBJECT is that type
  static Map<String, Object> readMetadata(@Nullable String metadata) {
    if (metadata == null) {
      return Map.of();
    }
    try {
      return (Map<String, Object>)
          Objects.requireNonNull(
              JSON.decode(metadata.getBytes(StandardCharsets.UTF_8), OBJECT.type()), "null");
    } catch (RuntimeException e) {
      throw new UnreadableValueException(
          "stored metadata does not read as a JSON object: " + e.getMessage(), e);
    }
  }
}
