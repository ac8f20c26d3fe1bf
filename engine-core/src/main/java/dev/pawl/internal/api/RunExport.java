package dev.pawl.internal.api;

import dev.pawl.AttemptInfo;
import dev.pawl.Run;
import dev.pawl.RunError;
import dev.pawl.UnreadableValueException;
import dev.pawl.spi.ResultRow;
import dev.pawl.spi.StoredRun;
import dev.pawl.spi.StoredValue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.json.JsonMapper;

/**
 * Runs as lines of JSON, newest first. A few runs are in memory at a time, whatever their number.
 *
 * <p>A payload that is JSON, as the default codec writes it, stands in its line as it is stored;
 * anything else as base 64. One that is damaged or missing is told as such, and the export goes on.
 */
final class RunExport {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Core core;

  RunExport(Core core) {
    this.core = core;
  }

  /** Writes all runs of some pages; returns how many. */
  long write(RunPages pages, OutputStream out) throws IOException {
    long written = 0;
    while (pages.hasNext()) {
      out.write(line(pages.next()));
      written++;
    }
    return written;
  }

  private byte[] line(StoredRun stored) {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(line)) {
      json.writeStartObject();
      write(json, stored, Snapshot.of(core, stored));
      json.writeEndObject();
    }
    line.write('\n');
    return line.toByteArray();
  }

  private void write(JsonGenerator json, StoredRun stored, Run<?> run) {
    json.writeStringProperty("id", run.id());
    json.writeStringProperty("task", run.taskId());
    json.writeStringProperty("status", run.status().name());
    time(json, "createdAt", run.createdAt());
    time(json, "delayedUntil", run.delayedUntil());
    time(json, "queuedAt", run.queuedAt());
    time(json, "startedAt", run.startedAt());
    time(json, "finishedAt", run.finishedAt());
    text(json, "ttl", run.ttl());
    json.writeStringProperty("queue", run.queue());
    text(json, "concurrencyKey", run.concurrencyKey());
    json.writeStringProperty("priority", run.priority().toString());
    text(json, "idempotencyKey", run.idempotencyKey());
    text(json, "parent", run.parentId());
    text(json, "root", run.rootId());
    json.writeNumberProperty("depth", run.depth());
    text(json, "batch", run.batchId());
    Integer index = run.batchIndex();
    if (index != null) {
      json.writeNumberProperty("batchIndex", index);
    }
    text(json, "replayOf", run.replayOf());
    text(json, "machine", run.machine());
    text(json, "region", run.region());
    text(json, "trace", stored.run().trace());
    json.writeName("tags");
    json.writeStartArray();
    stored.tags().forEach(json::writeString);
    json.writeEndArray();
    String metadata = stored.metadata();
    if (metadata != null) {
      value(json, "metadata", metadata.getBytes(StandardCharsets.UTF_8));
    }
    value(json, "payload", stored.run().payload());
    ResultRow result = stored.result();
    if (result != null && result.output() != null) {
      value(json, "output", result.output());
    }
    error(json, run.error());
    attempts(json, run);
  }

  private static void attempts(JsonGenerator json, Run<?> run) {
    json.writeName("attempts");
    json.writeStartArray();
    for (AttemptInfo attempt : run.attempts()) {
      json.writeStartObject();
      json.writeNumberProperty("number", attempt.number());
      json.writeStringProperty("status", attempt.status().name());
      time(json, "startedAt", attempt.startedAt());
      time(json, "finishedAt", attempt.finishedAt());
      error(json, attempt.error());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void error(JsonGenerator json, @Nullable RunError error) {
    if (error == null) {
      return;
    }
    json.writeName("error");
    json.writeStartObject();
    json.writeStringProperty("code", error.code().name());
    json.writeStringProperty("type", error.type());
    json.writeStringProperty("message", error.message());
    if (!error.stackTrace().isEmpty()) {
      json.writeStringProperty("stackTrace", error.stackTrace());
    }
    json.writeEndObject();
  }

  private void value(JsonGenerator json, String name, StoredValue value) {
    try {
      value(json, name, core.values().large().load("the " + name, value));
    } catch (UnreadableValueException e) {
      json.writeStringProperty(name + "Error", String.valueOf(e.getMessage()));
    }
  }

  private static void value(JsonGenerator json, String name, byte[] value) {
    if (isJson(value)) {
      json.writeName(name);
      // Outside of its texts, which have no line ends, white space means nothing.
      String text = new String(value, StandardCharsets.UTF_8);
      json.writeRawValue(text.replace('\n', ' ').replace('\r', ' '));
    } else {
      json.writeStringProperty(name + "Base64", Base64.getEncoder().encodeToString(value));
    }
  }

  private static boolean isJson(byte[] value) {
    try (JsonParser parser = JSON.createParser(value)) {
      if (parser.nextToken() == null) {
        return false;
      }
      parser.skipChildren();
      return parser.nextToken() == null;
    } catch (JacksonException e) {
      return false;
    }
  }

  private static void time(JsonGenerator json, String name, @Nullable Instant time) {
    text(json, name, time);
  }

  private static void text(JsonGenerator json, String name, @Nullable Object value) {
    if (value != null) {
      json.writeStringProperty(name, value.toString());
    }
  }
}
