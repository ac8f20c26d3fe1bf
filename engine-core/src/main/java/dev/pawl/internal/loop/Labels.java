package dev.pawl.internal.loop;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.pawl.IllegalRunStateException;
import dev.pawl.InvalidOptionException;
import dev.pawl.LimitExceededException;
import dev.pawl.Limits;
import dev.pawl.MetadataOperation;
import dev.pawl.NotFoundException;
import dev.pawl.PawlException;
import dev.pawl.StaleAttemptException;
import dev.pawl.UnreadableValueException;
import dev.pawl.internal.labels.MetadataEdit;
import dev.pawl.spi.JournalRow;
import dev.pawl.spi.LabelRow;
import dev.pawl.spi.Micros;
import dev.pawl.spi.ResultRow;
import dev.pawl.spi.RunRow;
import dev.pawl.spi.RunStore;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Present tags and metadata of runs, and what changes them. The loop applies one change after the
 * other, and a reader sees whole ones, since they are rows of a commit; so nothing has to be
 * locked, compared or tried again, however many change one counter.
 *
 * <p>The store holds all labels; a cache that is bounded by their size holds those that were
 * changed of late, so that a counter is not read and parsed again for each of a thousand children.
 * However often a run's labels change in one turn, they are encoded and written once.
 */
final class Labels {
  /** What a cached entry costs beside its text. */
  private static final int ENTRY_BYTES = 200;

  /** A tree of small objects takes about that many times the room of its text. */
  private static final int BYTES_PER_CHAR = 4;

  private final EngineState engine;
  private final RunStore store;
  private final MetadataJson json;
  private final Limits limits;
  private final Cache<Long, Present> cache;

  /** What the turn at hand has changed; a cache may drop it, this does not. */
  private final Map<Long, Present> changed = new LinkedHashMap<>();

  /**
   * The labels of a run.
   *
   * @param metadata a tree that is never changed, or null where there is none
   * @param damaged the metadata as it is stored where it does not read; kept for whoever mends it
   * @param bytesAtMost the encoded size of the metadata, or more
   * @param stored whether the store has a row of them
   */
  private record Present(
      List<String> tags,
      @Nullable Map<String, Object> metadata,
      @Nullable String damaged,
      long bytesAtMost,
      boolean stored) {

    int weight() {
      return (int) Math.min(Integer.MAX_VALUE, ENTRY_BYTES + bytesAtMost * BYTES_PER_CHAR);
    }
  }

  Labels(EngineState engine, RunStore store, MetadataJson json, Limits limits) {
    this.engine = engine;
    this.store = store;
    this.json = json;
    this.limits = limits;
    this.cache =
        Caffeine.newBuilder()
            .maximumWeight(limits.labelCacheBytes())
            .weigher((Long id, Present labels) -> labels.weight())
            .executor(Runnable::run)
            .build();
  }

  /** Adds tags to a run; too many are refused as a whole. */
  void addTags(Turn turn, Command.AddTags command) {
    try {
      requireAlive(command.attempt());
      requireChangeable(turn, command.runId());
      Present present = load(turn, command.runId());
      Set<String> tags = new LinkedHashSet<>(present.tags());
      boolean added = tags.addAll(command.tags());
      if (added && tags.size() > limits.maxTags()) {
        throw new InvalidOptionException(
            "a run can have "
                + limits.maxTags()
                + " tags; run "
                + Ids.run(command.runId())
                + " would have "
                + tags.size());
      }
      if (added) {
        change(
            turn,
            command.runId(),
            new Present(
                List.copyOf(tags),
                present.metadata(),
                present.damaged(),
                present.bytesAtMost(),
                present.stored()));
      }
      turn.answer(command.reply(), added);
    } catch (PawlException refusal) {
      turn.refuse(command.reply(), refusal);
    }
  }

  /** Applies operations to a run's metadata, all or none, and records that where a body asks. */
  void edit(Turn turn, Command.EditMetadata command) {
    try {
      Caller caller = command.caller();
      if (caller != null) {
        requireAlive(caller.attempt());
        requireRoomInJournal(caller.attempt().run);
      }
      requireChangeable(turn, command.runId());
      change(turn, command.runId(), edited(load(turn, command.runId()), command));
      if (caller != null) {
        Triggers.record(turn, caller, command.runId(), JournalRow.Answer.DONE, 1);
      }
      turn.answer(command.reply(), true);
    } catch (PawlException refusal) {
      turn.refuse(command.reply(), refusal);
    }
  }

  private Present edited(Present present, Command.EditMetadata command) {
    boolean replaces = command.operations().get(0) instanceof MetadataOperation.Replace;
    if (present.damaged() != null && !replaces) {
      throw new UnreadableValueException(
          "the stored metadata of run "
              + Ids.run(command.runId())
              + " does not read as a JSON object, so that nothing in it can be changed; replace it"
              + " as a whole with runs().metadata(id).replace(map)",
          null);
    }
    Map<String, Object> metadata = present.metadata() == null ? Map.of() : present.metadata();
    for (MetadataOperation operation : command.operations()) {
      metadata = MetadataEdit.apply(metadata, operation);
    }
    // Encoding it for its size each time would cost more than the change does.
    long bytesAtMost = present.bytesAtMost() + command.growthAtMost();
    if (bytesAtMost > limits.maxMetadataBytes()) {
      bytesAtMost = size(json.encode(metadata));
      if (bytesAtMost > limits.maxMetadataBytes()) {
        throw new InvalidOptionException(
            "the metadata of run "
                + Ids.run(command.runId())
                + " would have "
                + bytesAtMost
                + " bytes; the limit maxMetadataBytes is "
                + limits.maxMetadataBytes());
      }
    }
    return new Present(present.tags(), metadata, null, bytesAtMost, present.stored());
  }

  /**
   * A debounced run was given another trigger's options: where they are given, its tags and
   * metadata replace the present ones, too.
   *
   * @param tags null where they stay
   * @param metadata null where it stays
   */
  void replaced(Turn turn, long runId, @Nullable List<String> tags, @Nullable String metadata) {
    Present known = changed.get(runId);
    if (known == null && store.labels(runId).isEmpty()) {
      cache.invalidate(runId); // its labels are those of its row, which becomes another one
      return;
    }
    Present present = known == null ? load(turn, runId) : known;
    change(
        turn,
        runId,
        new Present(
            tags == null ? present.tags() : tags,
            metadata == null ? present.metadata() : json.decode(metadata),
            metadata == null ? present.damaged() : null,
            metadata == null ? present.bytesAtMost() : size(metadata),
            present.stored()));
  }

  private void change(Turn turn, long runId, Present to) {
    Present before = changed.put(runId, to);
    turn.weigh(to.bytesAtMost() - (before == null ? 0 : before.bytesAtMost()));
  }

  /** Hands what has changed to the turn, whose commit is next. */
  void flush(Turn turn) {
    changed.forEach(
        (runId, labels) -> turn.labels(new LabelRow(runId, labels.tags(), encoded(labels))));
  }

  private @Nullable String encoded(Present labels) {
    return labels.metadata() == null ? labels.damaged() : json.encode(labels.metadata());
  }

  /** The turn at hand is committed. */
  void committed() {
    changed.forEach(
        (runId, labels) ->
            cache.put(
                runId,
                new Present(
                    labels.tags(),
                    labels.metadata(),
                    labels.damaged(),
                    labels.bytesAtMost(),
                    true)));
    changed.clear();
  }

  /** The turn at hand broke off: what it changed is not stored. */
  void forget() {
    changed.clear();
    cache.invalidateAll();
  }

  private Present load(Turn turn, long runId) {
    Present known = changed.get(runId);
    if (known == null) {
      known = cache.getIfPresent(runId);
    }
    if (known == null) {
      known = read(turn, runId);
      cache.put(runId, known);
    }
    return known;
  }

  private Present read(Turn turn, long runId) {
    RunRow fresh = turn.runRow(runId);
    LabelRow row = store.labels(runId).orElse(null);
    if (row != null) {
      return present(row.tags(), row.metadata(), true);
    }
    RunRow run = fresh != null ? fresh : store.runRow(runId).orElse(null);
    if (run == null) {
      throw unknown(runId);
    }
    return present(run.tags(), run.metadata(), false);
  }

  private Present present(List<String> tags, @Nullable String metadata, boolean stored) {
    if (metadata == null) {
      return new Present(tags, null, null, 2, stored);
    }
    try {
      return new Present(tags, json.decode(metadata), null, size(metadata), stored);
    } catch (UnreadableValueException e) {
      // Known to whoever needs it. Thrown here it would end the engine where a debounced run is
      // given other options, and keep a run from getting tags.
      return new Present(tags, null, metadata, size(metadata), stored);
    }
  }

  private static long size(String metadata) {
    return metadata.getBytes(StandardCharsets.UTF_8).length;
  }

  private static void requireAlive(@Nullable Attempt attempt) {
    if (attempt == null) {
      return;
    }
    Supplier<PawlException> over = attempt.over;
    if (over != null) {
      throw over.get();
    }
    if (attempt.returning) {
      throw new StaleAttemptException("the body of this run has returned already");
    }
  }

  private void requireRoomInJournal(LiveRun run) {
    if (run.journalSize >= limits.maxChildrenPerRun()) {
      throw new LimitExceededException(
          "run "
              + Ids.run(run.id())
              + " of task \""
              + run.taskId
              + "\" has made as many recorded calls as maxChildrenPerRun "
              + limits.maxChildrenPerRun()
              + " allows; changes of metadata are recorded, so make fewer and larger ones");
    }
  }

  /** A run that has ended a while ago stays as it is: whoever has read it may rely on that. */
  private void requireChangeable(Turn turn, long runId) {
    if (engine.live.contains(runId)) {
      return;
    }
    ResultRow now = turn.resultOf(runId);
    ResultRow result = now != null ? now : store.result(runId).orElse(null);
    if (result == null) {
      throw unknown(runId);
    }
    if (turn.now - result.finishedAtMicros() > Micros.of(limits.labelsAfterEnd())) {
      throw new IllegalRunStateException(
          "run "
              + Ids.run(runId)
              + " has ended "
              + result.status()
              + " at "
              + Micros.instant(result.finishedAtMicros())
              + "; its tags and metadata can be changed for "
              + limits.labelsAfterEnd()
              + " after that");
    }
  }

  private static NotFoundException unknown(long runId) {
    return new NotFoundException("there is no run " + Ids.run(runId) + " in this store");
  }
}
