package dev.pawl.spi;

/**
 * A batch. Its status and counts are not stored: they follow from its items' runs.
 *
 * @param id the batch's id
 * @param parentId the run that triggered it, 0 for none
 * @param size how many items it has
 * @param createdAtMicros when it was triggered
 */
public record BatchRow(long id, long parentId, int size, long createdAtMicros) {}
