package dev.pawl.samples.runner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The settings that a YAML file gives. */
final class ConfigFile {
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private ConfigFile() {}

  /**
   * Reads a file.
   *
   * @throws UsageException if it cannot be read, is not YAML, or has a key that is no setting
   */
  static Map<Setting, List<String>> read(Path file) throws UsageException {
    JsonNode root;
    try {
      root = YAML.readTree(Files.readString(file));
    } catch (IOException e) {
      throw new UsageException(file + " cannot be read: " + e, e);
    } catch (JacksonException e) {
      throw new UsageException(file + " is not YAML: " + e.getOriginalMessage(), e);
    }
    if (!root.isObject()) {
      throw new UsageException(file + " must be a mapping such as \"port: 7295\"");
    }
    Map<Setting, List<String>> given = new EnumMap<>(Setting.class);
    for (Map.Entry<String, JsonNode> entry : root.properties()) {
      String key = entry.getKey();
      Setting setting =
          Setting.ofKey(key)
              .orElseThrow(
                  () ->
                      new UsageException(
                          file + " has an unknown key \"" + key + "\"; known: " + Setting.keys()));
      given.put(setting, values(file, setting, entry.getValue()));
    }
    return given;
  }

  private static List<String> values(Path file, Setting setting, JsonNode value)
      throws UsageException {
    List<JsonNode> nodes = value.isArray() && setting.isList() ? list(value) : List.of(value);
    List<String> values = new ArrayList<>();
    for (JsonNode node : nodes) {
      if (!node.isValueNode() || node.isNull()) {
        throw new UsageException(
            file
                + ": "
                + setting.key()
                + (setting.isList() ? " must be a text or a list of texts" : " must be one value"));
      }
      values.add(node.asString());
    }
    return values;
  }

  private static List<JsonNode> list(JsonNode array) {
    List<JsonNode> nodes = new ArrayList<>();
    array.forEach(nodes::add);
    return nodes;
  }
}
