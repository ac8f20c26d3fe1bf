package dev.pawl.internal.api;

import dev.pawl.internal.loop.MetadataJson;
import java.util.Map;
import java.util.Objects;

/** Metadata as it is stored: a JSON object. */
final class StoredMetadata implements MetadataJson {
  @Override
  public String encode(Map<String, Object> metadata) {
    return Objects.requireNonNull(Values.encodeMetadata(metadata));
  }

  @Override
  public Map<String, Object> decode(String json) {
    return Values.readMetadata(json);
  }
}
