package dev.pawl.spi;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The labels that a run has at present, where they differ from those that it was triggered with: a
 * table of its own, because {@link RunRow} keeps what a replay begins with, and because labels
 * change long after the run's payload was written, without it being written again.
 *
 * <p>A run without such a row has the labels of its {@link RunRow}.
 *
 * @param runId the run
 * @param tags all its tags
 * @param metadata all its metadata, a JSON object in UTF-8, or null where it has none
 */
public record LabelRow(long runId, List<String> tags, @Nullable String metadata) {}
