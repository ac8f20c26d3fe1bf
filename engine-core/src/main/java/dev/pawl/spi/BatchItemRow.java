package dev.pawl.spi;

/**
 * One index of a batch. A run may stand at several.
 *
 * @param batchId the batch
 * @param index from 0, in the order of the call
 * @param runId the run that stands there
 */
public record BatchItemRow(long batchId, int index, long runId) {}
