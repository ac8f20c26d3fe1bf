package dev.pawl.internal.loop;

import java.util.Map;

/** Writes metadata as it is stored, and reads it as the operations on it expect it. */
public interface MetadataJson {
  String encode(Map<String, Object> metadata);

  Map<String, Object> decode(String json);
}
