package dev.pawl;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The bounds of an engine: every queue, buffer, value and count has one. Immutable; each method
 * that takes a value returns a changed copy, and throws {@link InvalidOptionException} for one that
 * is out of range. {@link #defaults()} has the default of each.
 */
public final class Limits {
  private static final long MOST_BATCH_BYTES = 512 << 20;
  private static final Limits DEFAULTS = new Limits();

  private int maxPayloadBytes = 10 << 20;
  private int maxOutputBytes = 10 << 20;
  private int maxMetadataBytes = 256 << 10;
  private int maxInlineBytes = 512 << 10;
  private int maxTags = 10;
  private int maxTagLength = 128;
  private int maxBatchItems = 1_000;
  private int maxDepth = 1_000;
  private int maxChildrenPerRun = 100_000;
  private int maxErrorChars = 16_384;
  private int mailboxCapacity = 8_192;
  private int maxTurnCommands = 1_000;
  private long maxTurnBytes = 32 << 20;
  private int keyCacheSize = 10_000;
  private int residentRuns = 20_000;
  private int parkedBodies = Integer.MAX_VALUE;
  private Duration minMaxDuration = Duration.ofSeconds(1);
  private Duration labelsAfterEnd = Duration.ofHours(1);
  private int labelCacheBytes = 16 << 20;
  private int listenerQueueSize = 10_000;
  private int maxHookThreads = 1_000;
  private Duration stuckBodyAfter = Duration.ofSeconds(30);
  private Duration lateAfter = Duration.ofSeconds(5);
  private long maxBatchBytes = 256 << 20;
  private int maxStreamItems = 10_000_000;
  private int streamChunkItems = 500;
  private int streamChunkBytes = 1 << 20;
  private int maxMeteredQueues = 100;
  private @Nullable RateLimit triggerRate;

  private Limits() {}

  private Limits(Limits from) {
    this.maxPayloadBytes = from.maxPayloadBytes;
    this.maxOutputBytes = from.maxOutputBytes;
    this.maxMetadataBytes = from.maxMetadataBytes;
    this.maxInlineBytes = from.maxInlineBytes;
    this.maxTags = from.maxTags;
    this.maxTagLength = from.maxTagLength;
    this.maxBatchItems = from.maxBatchItems;
    this.maxDepth = from.maxDepth;
    this.maxChildrenPerRun = from.maxChildrenPerRun;
    this.maxErrorChars = from.maxErrorChars;
    this.mailboxCapacity = from.mailboxCapacity;
    this.maxTurnCommands = from.maxTurnCommands;
    this.maxTurnBytes = from.maxTurnBytes;
    this.keyCacheSize = from.keyCacheSize;
    this.residentRuns = from.residentRuns;
    this.parkedBodies = from.parkedBodies;
    this.minMaxDuration = from.minMaxDuration;
    this.labelsAfterEnd = from.labelsAfterEnd;
    this.labelCacheBytes = from.labelCacheBytes;
    this.listenerQueueSize = from.listenerQueueSize;
    this.maxHookThreads = from.maxHookThreads;
    this.stuckBodyAfter = from.stuckBodyAfter;
    this.lateAfter = from.lateAfter;
    this.maxBatchBytes = from.maxBatchBytes;
    this.maxStreamItems = from.maxStreamItems;
    this.streamChunkItems = from.streamChunkItems;
    this.streamChunkBytes = from.streamChunkBytes;
    this.maxMeteredQueues = from.maxMeteredQueues;
    this.triggerRate = from.triggerRate;
  }

  /** Every limit at its default. */
  public static Limits defaults() {
    return DEFAULTS;
  }

  /** The largest encoded payload in bytes. Default: 10 MiB, the reference's figure. At least 1. */
  public Limits maxPayloadBytes(int maxPayloadBytes) {
    Limits copy = new Limits(this);
    copy.maxPayloadBytes = atLeast(1, "maxPayloadBytes", maxPayloadBytes);
    return copy;
  }

  /** The largest encoded output in bytes. Default: 10 MiB, the reference's figure. At least 1. */
  public Limits maxOutputBytes(int maxOutputBytes) {
    Limits copy = new Limits(this);
    copy.maxOutputBytes = atLeast(1, "maxOutputBytes", maxOutputBytes);
    return copy;
  }

  /**
   * The largest encoded payload or output that stands in the row of its run; a larger one is kept
   * apart from it, so that lists of runs and whatever else reads rows do not read it. Default: 512
   * KiB, the reference's figure. At least 0, which keeps every payload apart.
   */
  public Limits maxInlineBytes(int maxInlineBytes) {
    Limits copy = new Limits(this);
    copy.maxInlineBytes = atLeast(0, "maxInlineBytes", maxInlineBytes);
    return copy;
  }

  /**
   * The largest encoded metadata in bytes. Default: 256 KiB, the reference's figure. At least 1.
   */
  public Limits maxMetadataBytes(int maxMetadataBytes) {
    Limits copy = new Limits(this);
    copy.maxMetadataBytes = atLeast(1, "maxMetadataBytes", maxMetadataBytes);
    return copy;
  }

  /**
   * How late the engine may come to what is due, and how long one commit may take, before {@link
   * Engine#health()} calls that a concern. Default: 5 seconds, which whoever waits for an answer
   * notices, and which no pause of a garbage collector takes. More than zero, at most 100 years.
   */
  public Limits lateAfter(Duration lateAfter) {
    Limits copy = new Limits(this);
    copy.lateAfter = Durations.positive("lateAfter", lateAfter);
    return copy;
  }

  /**
   * How many queues have a value of their own as the tag {@code queue} of meters and observations;
   * all others share the value {@code other}. Default: 100: each value makes a score of time series
   * that are kept for ever, and the names of queues may come from whoever triggers. At least 0.
   */
  public Limits maxMeteredQueues(int maxMeteredQueues) {
    Limits copy = new Limits(this);
    copy.maxMeteredQueues = atLeast(0, "maxMeteredQueues", maxMeteredQueues);
    return copy;
  }

  /** The number of tags a run may have. Default: 10, the reference's figure. At least 1. */
  public Limits maxTags(int maxTags) {
    Limits copy = new Limits(this);
    copy.maxTags = atLeast(1, "maxTags", maxTags);
    return copy;
  }

  /** The longest tag in characters. Default: 128, the reference's figure. At least 1. */
  public Limits maxTagLength(int maxTagLength) {
    Limits copy = new Limits(this);
    copy.maxTagLength = atLeast(1, "maxTagLength", maxTagLength);
    return copy;
  }

  /** The largest batch given as a list. Default: 1,000, the reference's figure. At least 1. */
  public Limits maxBatchItems(int maxBatchItems) {
    Limits copy = new Limits(this);
    copy.maxBatchItems = atLeast(1, "maxBatchItems", maxBatchItems);
    return copy;
  }

  /** The deepest lineage. Default: 1,000: a recursion that goes deeper has no end. At least 1. */
  public Limits maxDepth(int maxDepth) {
    Limits copy = new Limits(this);
    copy.maxDepth = atLeast(1, "maxDepth", maxDepth);
    return copy;
  }

  /**
   * The number of journalled calls one run may make. Default: 100,000: what a replay can still
   * hold. At least 1.
   */
  public Limits maxChildrenPerRun(int maxChildrenPerRun) {
    Limits copy = new Limits(this);
    copy.maxChildrenPerRun = atLeast(1, "maxChildrenPerRun", maxChildrenPerRun);
    return copy;
  }

  /**
   * The longest stored error message, and longest stored stack trace, in characters. Default:
   * 16,384. At least 1.
   */
  public Limits maxErrorChars(int maxErrorChars) {
    Limits copy = new Limits(this);
    copy.maxErrorChars = atLeast(1, "maxErrorChars", maxErrorChars);
    return copy;
  }

  /**
   * The number of calls that may wait for the engine before callers have to. Default: 8,192: some
   * eight full turns. At least 1.
   */
  public Limits mailboxCapacity(int mailboxCapacity) {
    Limits copy = new Limits(this);
    copy.mailboxCapacity = atLeast(1, "mailboxCapacity", mailboxCapacity);
    return copy;
  }

  /**
   * The number of calls one commit may cover. Default: 1,000: beyond it a commit costs more time
   * than it saves. At least 1.
   */
  public Limits maxTurnCommands(int maxTurnCommands) {
    Limits copy = new Limits(this);
    copy.maxTurnCommands = atLeast(1, "maxTurnCommands", maxTurnCommands);
    return copy;
  }

  /**
   * The bytes of payloads, outputs and metadata in rows after which a commit takes no further call;
   * the next one does. What one call stores is never split. Default: 32 MiB: what a commit needs
   * beside the callers' own copies, and what a reader may have to wait for. At least 1.
   */
  public Limits maxTurnBytes(long maxTurnBytes) {
    Limits copy = new Limits(this);
    copy.maxTurnBytes = inRange("maxTurnBytes", maxTurnBytes, Long.MAX_VALUE);
    return copy;
  }

  /**
   * The number of idempotency keys kept at hand; the others are looked up in the store. Default:
   * 10,000: about two megabytes; 0 keeps none. At least 0.
   */
  public Limits keyCacheSize(int keyCacheSize) {
    Limits copy = new Limits(this);
    copy.keyCacheSize = atLeast(0, "keyCacheSize", keyCacheSize);
    return copy;
  }

  /**
   * The number of runs in queues, and of delayed runs, of which everything that the engine must
   * know is kept at hand; of those that come later it keeps the places, and reads the rest from the
   * store before their turn. Each queue, and each key in it, has its share, but four runs at least.
   * Default: 20,000: some seven megabytes, up to twice that for a while. At least 1.
   */
  public Limits residentRuns(int residentRuns) {
    Limits copy = new Limits(this);
    copy.residentRuns = atLeast(1, "residentRuns", residentRuns);
    return copy;
  }

  /**
   * The number of bodies that are kept in memory while their runs wait for others, some kilobytes
   * each with what they hold. Where more wait, those that have waited longest are unloaded: their
   * calls throw {@link StaleAttemptException}, whatever they make of that is ignored, and when the
   * wait is over they are entered again, as after a restart: from the beginning, and what they
   * triggered before is found in the run's journal. So a body of which more than this number wait
   * must be fit for that:
   *
   * <ul>
   *   <li>It is left through the call that waits, {@code finally} blocks included, while its run
   *       waits on. It is not interrupted, and its {@code catchError} hook is not asked. Where it
   *       does not end, it holds no slot, and is one of the {@linkplain Health#stuckBodies() stuck
   *       bodies} after a while.
   *   <li>Threads that it started without {@link RunContext#fork} are refused as well, though they
   *       may not wait; so nothing that the run waits for should depend on them.
   *   <li>Where the run is cancelled meanwhile, its {@link RunContext#onCancel} actions are not
   *       run: they went with the body.
   *   <li>The wait of an {@code onStart} or {@code onStartAttempt} hook ends the hook, as a restart
   *       would.
   * </ul>
   *
   * <p>Its clean-up may not be over when it is entered again. A body that streams a batch, once the
   * first part of that is stored, is not unloaded.
   *
   * <p>Default: {@link Integer#MAX_VALUE}, any number. At least 0, which unloads each body that
   * waits, and so shows in tests whether bodies are fit to be entered again.
   */
  public Limits parkedBodies(int parkedBodies) {
    Limits copy = new Limits(this);
    copy.parkedBodies = atLeast(0, "parkedBodies", parkedBodies);
    return copy;
  }

  /**
   * The shortest {@code maxDuration} that a run may have. Default: one second, since a shorter one
   * tells more about the machine's load than about the body. More than zero, at most 100 years.
   */
  public Limits minMaxDuration(Duration minMaxDuration) {
    Limits copy = new Limits(this);
    copy.minMaxDuration = Durations.positive("minMaxDuration", minMaxDuration);
    return copy;
  }

  /**
   * How long after its end a run's tags and metadata may still be changed: what its children, or
   * those who clean up behind it, have to say. Default: one hour, the reference's figure. Zero or
   * more, at most 100 years.
   */
  public Limits labelsAfterEnd(Duration labelsAfterEnd) {
    Limits copy = new Limits(this);
    copy.labelsAfterEnd = Durations.checkRange("labelsAfterEnd", labelsAfterEnd);
    return copy;
  }

  /**
   * The largest sum of the payloads and metadata, in bytes, of a batch given as a list: all of it
   * is one commit. A payload that is kept apart, see {@link #maxInlineBytes(int)}, does not count.
   * Default: 256 MiB; a stream is not bounded, since it is many commits. At least 1, at most 512
   * MiB, which is what one commit can hold.
   */
  public Limits maxBatchBytes(long maxBatchBytes) {
    Limits copy = new Limits(this);
    copy.maxBatchBytes = inRange("maxBatchBytes", maxBatchBytes, MOST_BATCH_BYTES);
    return copy;
  }

  /**
   * How long a body may go on after it was told to end, by a cancel, a time-out or a close, before
   * it counts as stuck: it is logged once then, and stands in {@link Health#stuckBodies()} until it
   * returns. Default: 30 seconds: more than any clean-up should take. More than zero, at most 100
   * years.
   */
  public Limits stuckBodyAfter(Duration stuckBodyAfter) {
    Limits copy = new Limits(this);
    copy.stuckBodyAfter = Durations.positive("stuckBodyAfter", stuckBodyAfter);
    return copy;
  }

  /**
   * The longest stream that a batch takes its items from. Default: 10,000,000: a source that goes
   * on for longer has most likely no end, and would fill the disk. At least 1.
   */
  public Limits maxStreamItems(int maxStreamItems) {
    Limits copy = new Limits(this);
    copy.maxStreamItems = atLeast(1, "maxStreamItems", maxStreamItems);
    return copy;
  }

  /**
   * The room for tags and metadata that are kept at hand because they were changed of late, in
   * bytes, roughly; others are read from the store when they change. Default: 16 MiB: those of some
   * thousand runs; 0 keeps none. At least 0.
   */
  public Limits labelCacheBytes(int labelCacheBytes) {
    Limits copy = new Limits(this);
    copy.labelCacheBytes = atLeast(0, "labelCacheBytes", labelCacheBytes);
    return copy;
  }

  /**
   * The number of items of a stream that are pulled before they are stored, by one commit. Default:
   * 500: beyond it a commit costs more time than it saves. At least 1.
   */
  public Limits streamChunkItems(int streamChunkItems) {
    Limits copy = new Limits(this);
    copy.streamChunkItems = atLeast(1, "streamChunkItems", streamChunkItems);
    return copy;
  }

  /**
   * The number of events that may wait for one listener; what comes while they do is not delivered
   * to it. Default: 10,000: some seconds of a busy engine. At least 1.
   */
  public Limits listenerQueueSize(int listenerQueueSize) {
    Limits copy = new Limits(this);
    copy.listenerQueueSize = atLeast(1, "listenerQueueSize", listenerQueueSize);
    return copy;
  }

  /**
   * The number of bytes of payloads after which the items that were pulled are stored, even if they
   * are few. Default: 1 MiB; with {@link #maxPayloadBytes} it bounds the memory of a stream. At
   * least 1.
   */
  public Limits streamChunkBytes(int streamChunkBytes) {
    Limits copy = new Limits(this);
    copy.streamChunkBytes = atLeast(1, "streamChunkBytes", streamChunkBytes);
    return copy;
  }

  /**
   * The number of runs whose ends {@link Hooks} may hear of at once; further ones wait. Default:
   * 1,000, as many as may execute by default. At least 1.
   */
  public Limits maxHookThreads(int maxHookThreads) {
    Limits copy = new Limits(this);
    copy.maxHookThreads = atLeast(1, "maxHookThreads", maxHookThreads);
    return copy;
  }

  /**
   * How fast runs may be triggered, by whatever call, from outside and inside of runs; a call that
   * comes too soon is refused with {@link RateLimitException}. What is retried, resumed or run
   * again by the engine does not count, nor does a call that is refused. Default: null, no limit.
   */
  public Limits triggerRate(@Nullable RateLimit triggerRate) {
    Limits copy = new Limits(this);
    copy.triggerRate = triggerRate;
    return copy;
  }

  /** The largest encoded payload in bytes. */
  public int maxPayloadBytes() {
    return maxPayloadBytes;
  }

  /** The largest encoded output in bytes. */
  public int maxOutputBytes() {
    return maxOutputBytes;
  }

  /** The largest encoded payload or output that stands in the row of its run. */
  public int maxInlineBytes() {
    return maxInlineBytes;
  }

  /** The largest encoded metadata in bytes. */
  public int maxMetadataBytes() {
    return maxMetadataBytes;
  }

  /** The number of tags a run may have. */
  public int maxTags() {
    return maxTags;
  }

  /** The longest tag in characters. */
  public int maxTagLength() {
    return maxTagLength;
  }

  /** The largest batch given as a list. */
  public int maxBatchItems() {
    return maxBatchItems;
  }

  /** The deepest lineage. */
  public int maxDepth() {
    return maxDepth;
  }

  /** The number of journalled calls one run may make. */
  public int maxChildrenPerRun() {
    return maxChildrenPerRun;
  }

  /** The longest stored error message, and longest stored stack trace, in characters. */
  public int maxErrorChars() {
    return maxErrorChars;
  }

  /** The number of calls that may wait for the engine before callers have to. */
  public int mailboxCapacity() {
    return mailboxCapacity;
  }

  /** The number of calls one commit may cover. */
  public int maxTurnCommands() {
    return maxTurnCommands;
  }

  /** The bytes of values after which a commit takes no further call. */
  public long maxTurnBytes() {
    return maxTurnBytes;
  }

  /** The number of idempotency keys kept at hand; the others are looked up in the store. */
  public int keyCacheSize() {
    return keyCacheSize;
  }

  /** The number of bodies that are kept in memory while their runs wait. */
  public int parkedBodies() {
    return parkedBodies;
  }

  /** The number of runs in queues, and of delayed runs, that are kept at hand as a whole. */
  public int residentRuns() {
    return residentRuns;
  }

  /** The shortest {@code maxDuration} that a run may have. */
  public Duration minMaxDuration() {
    return minMaxDuration;
  }

  /** How long after its end a run's tags and metadata may still be changed. */
  public Duration labelsAfterEnd() {
    return labelsAfterEnd;
  }

  /** The room for tags and metadata that are kept at hand, in bytes, roughly. */
  public int labelCacheBytes() {
    return labelCacheBytes;
  }

  /** The number of events that may wait for one listener. */
  public int listenerQueueSize() {
    return listenerQueueSize;
  }

  /** How late the engine may come to what is due before its health says so. */
  public Duration lateAfter() {
    return lateAfter;
  }

  /** How many queues have a value of their own as a tag of meters. */
  public int maxMeteredQueues() {
    return maxMeteredQueues;
  }

  /** How long a body may go on after it was told to end before it counts as stuck. */
  public Duration stuckBodyAfter() {
    return stuckBodyAfter;
  }

  /** The number of runs whose ends hooks may hear of at once. */
  public int maxHookThreads() {
    return maxHookThreads;
  }

  /** The largest sum of payloads of a batch given as a list, in bytes. */
  public long maxBatchBytes() {
    return maxBatchBytes;
  }

  /** The longest stream that a batch takes its items from. */
  public int maxStreamItems() {
    return maxStreamItems;
  }

  /** The number of items of a stream that one commit stores. */
  public int streamChunkItems() {
    return streamChunkItems;
  }

  /** The number of bytes of payloads after which a commit stores what was pulled. */
  public int streamChunkBytes() {
    return streamChunkBytes;
  }

  /** How fast runs may be triggered; null for no limit. */
  public @Nullable RateLimit triggerRate() {
    return triggerRate;
  }

  private static long inRange(String name, long value, long most) {
    if (value < 1 || value > most) {
      throw new InvalidOptionException(
          "the limit " + name + " must be at least 1 and at most " + most + ": " + value);
    }
    return value;
  }

  private static int atLeast(int least, String name, int value) {
    if (value < least) {
      throw new InvalidOptionException(
          "the limit " + name + " must be at least " + least + ": " + value);
    }
    return value;
  }
}
