package dev.pawl.spi;

import dev.pawl.TriggerOutcome;

/**
 * One index of a batch. A run may stand at several.
 *
 * @param batchId the batch
 * @param index from 0, in the order of the call
 * @param runId the run that stands there
 * @param taskId the task of that run
 * @param outcome whether the item made the run or found it
 * @param payloadDiffers whether a key named a run that was triggered with another payload
 */
public record BatchItemRow(
    long batchId,
    int index,
    long runId,
    String taskId,
    TriggerOutcome outcome,
    boolean payloadDiffers) {}
