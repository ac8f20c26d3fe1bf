package dev.pawl.internal.api;

import dev.pawl.internal.loop.MetadataJson;
import java.util.Map;

/** Metadata as it is stored: a JSON object. */
final class StoredMetadata implements MetadataJson {
  @Override
  public String encode(Map<String, Object> metadata) {
    return Values.encodeRead(metadata);
  }

  @Override
  public Map<String, Object> decode(String json) {
    return Values.readMetadata(json);
  }
}
