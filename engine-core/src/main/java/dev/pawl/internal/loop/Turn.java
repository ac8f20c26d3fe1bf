package dev.pawl.internal.loop;

import dev.pawl.PawlException;
import dev.pawl.spi.AttemptRow;
import dev.pawl.spi.BatchItemRow;
import dev.pawl.spi.BatchRow;
import dev.pawl.spi.Changes;
import dev.pawl.spi.JournalRow;
import dev.pawl.spi.LiveRow;
import dev.pawl.spi.QueueRow;
import dev.pawl.spi.ResultRow;
import dev.pawl.spi.RunRow;
import dev.pawl.spi.StoreState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One turn of the loop: what has changed, and what is done once that is durable. Answers and starts
 * are effects, so that nobody hears of anything that a crash could still take back.
 */
final class Turn {
  /** The engine's time, read once for the turn. */
  final long now;

  private final List<RunRow> runs = new ArrayList<>();
  private final List<LiveRun> dirty = new ArrayList<>();
  private final List<ResultRow> results = new ArrayList<>();
  private final List<AttemptRow> attempts = new ArrayList<>();
  private final List<JournalRow> journal = new ArrayList<>();
  private final List<BatchRow> batches = new ArrayList<>();
  private final List<BatchItemRow> batchItems = new ArrayList<>();
  private final Map<String, QueueRow> queues = new LinkedHashMap<>();
  private final List<Answer<?>> answers = new ArrayList<>();
  private final List<Effect> effects = new ArrayList<>();

  Turn(long now) {
    this.now = now;
  }

  void create(RunRow row, LiveRun run) {
    runs.add(row);
    dirty(run);
  }

  /** The run's live row is to be written, or deleted where the run has ended. */
  void dirty(LiveRun run) {
    if (!run.dirty) {
      run.dirty = true;
      dirty.add(run);
    }
  }

  void result(ResultRow row) {
    results.add(row);
  }

  void attempt(AttemptRow row) {
    attempts.add(row);
  }

  void journal(JournalRow row) {
    journal.add(row);
  }

  void batch(BatchRow row, List<BatchItemRow> items) {
    batches.add(row);
    batchItems.addAll(items);
  }

  void queue(QueueRow row) {
    queues.put(row.name(), row);
  }

  /** Answers once the commit is durable; fails the reply where its outcome is not known. */
  <T extends @Nullable Object> void answer(Reply<T> reply, T value) {
    answers.add(new Answer<>(reply, value));
  }

  /**
   * Answers once the commit is durable, even where that takes several tries: for those who wait
   * rather than ask for a change.
   */
  <T extends @Nullable Object> void tell(Reply<T> reply, T value) {
    effects.add(new Effect(reply, () -> reply.complete(value)));
  }

  /** Refuses once the commit is durable, even where that takes several tries. */
  void refuse(Reply<?> reply, PawlException reason) {
    effects.add(new Effect(reply, () -> reply.fail(reason)));
  }

  /**
   * Does something once the commit is durable, even where that takes several tries. Quick, and
   * never throws.
   */
  void after(Runnable effect) {
    effects.add(new Effect(null, effect));
  }

  /** Whether there is a commit to come. */
  boolean writesAnything() {
    return !(dirty.isEmpty() && journal.isEmpty() && batches.isEmpty() && queues.isEmpty());
  }

  /**
   * What is to be written; called once, at the end of the turn.
   *
   * @param state what is recorded of the engine itself
   */
  Changes changes(StoreState state) {
    List<LiveRow> inserts = new ArrayList<>();
    List<LiveRow> updates = new ArrayList<>();
    List<Long> deletes = new ArrayList<>();
    for (LiveRun run : dirty) {
      run.dirty = false;
      run.payload = null;
      boolean live = !run.state.status().isTerminal();
      if (live) {
        (run.stored ? updates : inserts).add(run.toRow());
      } else if (run.stored) {
        deletes.add(run.id());
      }
      run.stored = live;
    }
    return new Changes(
        runs,
        inserts,
        updates,
        deletes,
        results,
        attempts,
        journal,
        batches,
        batchItems,
        List.copyOf(queues.values()),
        state);
  }

  /** The commit is durable. */
  void committed() {
    answers.forEach(Answer::give);
    effects.forEach(effect -> effect.action.run());
  }

  /**
   * The loop ends in the middle of this turn: fails whoever was to be answered and was not yet.
   * They are noted down nowhere else any more.
   */
  void abort(PawlException reason) {
    answers.forEach(answer -> answer.reply.fail(reason));
    for (Effect effect : effects) {
      if (effect.reply != null) {
        effect.reply.fail(reason);
      }
    }
  }

  /**
   * The commit failed for now: whoever waits for an answer learns that its outcome is not known.
   */
  void outcomeUnknown(PawlException reason) {
    answers.forEach(answer -> answer.reply.fail(reason));
    answers.clear();
  }

  private record Effect(@Nullable Reply<?> reply, Runnable action) {}

  private record Answer<T extends @Nullable Object>(Reply<T> reply, T value) {
    void give() {
      reply.complete(value);
    }
  }
}
