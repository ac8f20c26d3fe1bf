package dev.pawl;

/**
 * The bounds of an engine: every queue, buffer, value and count has one. Immutable; each method
 * returns a changed copy.
 *
 * @param maxPayloadBytes the largest encoded payload; default 10 MiB, the reference's figure
 * @param maxOutputBytes the largest encoded output; default 10 MiB, the reference's figure
 * @param maxMetadataBytes the largest encoded metadata; default 256 KiB, the reference's figure
 * @param maxTags how many tags a run may have; default 10, the reference's figure
 * @param maxTagLength the longest tag in characters; default 128, the reference's figure
 * @param maxBatchItems the largest batch given as a list; default 1,000, the reference's figure
 * @param maxDepth the deepest lineage; default 1,000: a recursion that goes deeper has no end
 * @param maxChildrenPerRun how many journalled calls one run may make; default 100,000: what a
 *     replay can still hold
 * @param maxErrorChars the longest stored error message, and the longest stored stack trace;
 *     default 16,384
 * @param mailboxCapacity how many calls may wait for the engine before callers have to; default
 *     8,192: some eight full turns
 * @param maxTurnCommands how many calls one commit may cover; default 1,000: beyond it a commit
 *     costs more time than it saves
 */
public record Limits(
    int maxPayloadBytes,
    int maxOutputBytes,
    int maxMetadataBytes,
    int maxTags,
    int maxTagLength,
    int maxBatchItems,
    int maxDepth,
    int maxChildrenPerRun,
    int maxErrorChars,
    int mailboxCapacity,
    int maxTurnCommands) {

  /**
   * Checks every limit.
   *
   * @throws InvalidOptionException if a limit is not positive
   */
  public Limits {
    check("maxPayloadBytes", maxPayloadBytes);
    check("maxOutputBytes", maxOutputBytes);
    check("maxMetadataBytes", maxMetadataBytes);
    check("maxTags", maxTags);
    check("maxTagLength", maxTagLength);
    check("maxBatchItems", maxBatchItems);
    check("maxDepth", maxDepth);
    check("maxChildrenPerRun", maxChildrenPerRun);
    check("maxErrorChars", maxErrorChars);
    check("mailboxCapacity", mailboxCapacity);
    check("maxTurnCommands", maxTurnCommands);
  }

  private static void check(String name, int value) {
    if (value < 1) {
      throw new InvalidOptionException("the limit " + name + " must be at least 1: " + value);
    }
  }

  /** The defaults given at each component. */
  public static Limits defaults() {
    return new Limits(
        10 << 20, 10 << 20, 256 << 10, 10, 128, 1_000, 1_000, 100_000, 16_384, 8_192, 1_000);
  }

  public Limits maxPayloadBytes(int maxPayloadBytes) {
    return new Limits(
        maxPayloadBytes,
        maxOutputBytes,
        maxMetadataBytes,
        maxTags,
        maxTagLength,
        maxBatchItems,
        maxDepth,
        maxChildrenPerRun,
        maxErrorChars,
        mailboxCapacity,
        maxTurnCommands);
  }

  public Limits maxOutputBytes(int maxOutputBytes) {
    return new Limits(
        maxPayloadBytes,
        maxOutputBytes,
        maxMetadataBytes,
        maxTags,
        maxTagLength,
        maxBatchItems,
        maxDepth,
        maxChildrenPerRun,
        maxErrorChars,
        mailboxCapacity,
        maxTurnCommands);
  }

  public Limits maxMetadataBytes(int maxMetadataBytes) {
    return new Limits(
        maxPayloadBytes,
        maxOutputBytes,
        maxMetadataBytes,
        maxTags,
        maxTagLength,
        maxBatchItems,
        maxDepth,
        maxChildrenPerRun,
        maxErrorChars,
        mailboxCapacity,
        maxTurnCommands);
  }

  public Limits maxTags(int maxTags) {
    return new Limits(
        maxPayloadBytes,
        maxOutputBytes,
        maxMetadataBytes,
        maxTags,
        maxTagLength,
        maxBatchItems,
        maxDepth,
        maxChildrenPerRun,
        maxErrorChars,
        mailboxCapacity,
        maxTurnCommands);
  }

  public Limits maxTagLength(int maxTagLength) {
    return new Limits(
        maxPayloadBytes,
        maxOutputBytes,
        maxMetadataBytes,
        maxTags,
        maxTagLength,
        maxBatchItems,
        maxDepth,
        maxChildrenPerRun,
        maxErrorChars,
        mailboxCapacity,
        maxTurnCommands);
  }

  public Limits maxBatchItems(int maxBatchItems) {
    return new Limits(
        maxPayloadBytes,
        maxOutputBytes,
        maxMetadataBytes,
        maxTags,
        maxTagLength,
        maxBatchItems,
        maxDepth,
        maxChildrenPerRun,
        maxErrorChars,
        mailboxCapacity,
        maxTurnCommands);
  }

  public Limits maxDepth(int maxDepth) {
    return new Limits(
        maxPayloadBytes,
        maxOutputBytes,
        maxMetadataBytes,
        maxTags,
        maxTagLength,
        maxBatchItems,
        maxDepth,
        maxChildrenPerRun,
        maxErrorChars,
        mailboxCapacity,
        maxTurnCommands);
  }

  public Limits maxChildrenPerRun(int maxChildrenPerRun) {
    return new Limits(
        maxPayloadBytes,
        maxOutputBytes,
        maxMetadataBytes,
        maxTags,
        maxTagLength,
        maxBatchItems,
        maxDepth,
        maxChildrenPerRun,
        maxErrorChars,
        mailboxCapacity,
        maxTurnCommands);
  }

  public Limits maxErrorChars(int maxErrorChars) {
    return new Limits(
        maxPayloadBytes,
        maxOutputBytes,
        maxMetadataBytes,
        maxTags,
        maxTagLength,
        maxBatchItems,
        maxDepth,
        maxChildrenPerRun,
        maxErrorChars,
        mailboxCapacity,
        maxTurnCommands);
  }

  public Limits mailboxCapacity(int mailboxCapacity) {
    return new Limits(
        maxPayloadBytes,
        maxOutputBytes,
        maxMetadataBytes,
        maxTags,
        maxTagLength,
        maxBatchItems,
        maxDepth,
        maxChildrenPerRun,
        maxErrorChars,
        mailboxCapacity,
        maxTurnCommands);
  }

  public Limits maxTurnCommands(int maxTurnCommands) {
    return new Limits(
        maxPayloadBytes,
        maxOutputBytes,
        maxMetadataBytes,
        maxTags,
        maxTagLength,
        maxBatchItems,
        maxDepth,
        maxChildrenPerRun,
        maxErrorChars,
        mailboxCapacity,
        maxTurnCommands);
  }
}
