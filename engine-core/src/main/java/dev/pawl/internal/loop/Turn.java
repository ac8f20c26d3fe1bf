package dev.pawl.internal.loop;

import dev.pawl.PawlException;
import dev.pawl.spi.AttemptRow;
import dev.pawl.spi.BatchItemRow;
import dev.pawl.spi.BatchRow;
import dev.pawl.spi.BindingRow;
import dev.pawl.spi.Changes;
import dev.pawl.spi.JournalRow;
import dev.pawl.spi.LabelRow;
import dev.pawl.spi.LiveRow;
import dev.pawl.spi.QueueRow;
import dev.pawl.spi.ResultRow;
import dev.pawl.spi.RunRow;
import dev.pawl.spi.StoreState;
import dev.pawl.spi.StoredValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One turn of the loop: what has changed, and what is done once that is durable. Answers and starts
 * are effects, so that nobody hears of anything that a crash could still take back.
 */
final class Turn {
  /** The engine's time, read once for the turn. */
  final long now;

  private final Map<Long, RunRow> created = new LinkedHashMap<>();
  private final Map<Long, RunRow> updated = new LinkedHashMap<>();
  private final List<LiveRun> dirty = new ArrayList<>();
  private final Map<Long, ResultRow> results = new LinkedHashMap<>();
  private final List<AttemptRow> attempts = new ArrayList<>();
  private final List<JournalRow> journal = new ArrayList<>();
  private final Map<Long, BatchRow> batches = new LinkedHashMap<>();
  private final Map<Long, BatchRow> batchUpdates = new LinkedHashMap<>();
  private final List<BatchItemRow> batchItems = new ArrayList<>();
  private final Map<BindingRow.Key, BindingRow> bindings = new LinkedHashMap<>();
  private final Set<BindingRow.Key> unboundKeys = new LinkedHashSet<>();
  private final Map<String, QueueRow> queues = new LinkedHashMap<>();
  private final Map<Long, LabelRow> labels = new LinkedHashMap<>();
  private final List<Long> hooksOwed = new ArrayList<>();
  private final Set<Long> hooksPaid = new LinkedHashSet<>();
  private final List<Long> runDeletes = new ArrayList<>();
  private final List<Long> batchDeletes = new ArrayList<>();
  private final List<Answer<?>> answers = new ArrayList<>();
  private final List<Answer<?>> lateAnswers = new ArrayList<>();
  private final List<Refusal> refusals = new ArrayList<>();
  private final List<Runnable> news = new ArrayList<>();
  private final List<Runnable> effects = new ArrayList<>();

  /** Bodies that will be entered, and lack their input. */
  final List<Attempt> withoutInput = new ArrayList<>(0);

  private Phase phase = Phase.DECIDING;
  private long bytes;

  /** How far the turn has come. */
  enum Phase {
    /** Nothing of it is stored. */
    DECIDING,
    /** It may be stored or not. */
    COMMITTING,
    /** It is stored. */
    COMMITTED
  }

  Turn(long now) {
    this.now = now;
  }

  void create(RunRow row, LiveRun run) {
    weigh(row);
    created.put(row.id(), row);
    dirty(run);
  }

  /** Replaces what a run was triggered with. */
  void update(RunRow row) {
    weigh(row);
    (created.containsKey(row.id()) ? created : updated).put(row.id(), row);
  }

  /** What a run was triggered with, where this turn has written it. */
  @Nullable RunRow runRow(long id) {
    RunRow row = created.get(id);
    return row == null ? updated.get(id) : row;
  }

  /** The run's live row is to be written, or deleted where the run has ended. */
  void dirty(LiveRun run) {
    if (!run.dirty) {
      run.dirty = true;
      dirty.add(run);
    }
  }

  void result(ResultRow row) {
    weigh(row.output());
    results.put(row.id(), row);
  }

  /** The hooks of a run that ends in this turn are to be run. */
  void oweHooks(long runId) {
    hooksOwed.add(runId);
  }

  /** The hooks of a run that has ended were run. */
  void payHooks(long runId) {
    hooksPaid.add(runId);
  }

  /** How a run has ended in this turn; null where it has not. */
  @Nullable ResultRow resultOf(long id) {
    return results.get(id);
  }

  /** Binds an idempotency key. */
  void bind(BindingRow row) {
    unboundKeys.remove(row.key());
    bindings.put(row.key(), row);
  }

  /**
   * Frees an idempotency key.
   *
   * @param stored whether the store has it
   */
  void unbind(BindingRow.Key key, boolean stored) {
    bindings.remove(key);
    if (stored) {
      unboundKeys.add(key);
    }
  }

  void attempt(AttemptRow row) {
    attempts.add(row);
  }

  void journal(JournalRow row) {
    journal.add(row);
  }

  /** A new batch. */
  void batch(BatchRow row) {
    batches.put(row.id(), row);
  }

  /** Replaces a batch. */
  void updateBatch(BatchRow row) {
    (batches.containsKey(row.id()) ? batches : batchUpdates).put(row.id(), row);
  }

  /** A batch, where this turn has written it. */
  @Nullable BatchRow batchRow(long id) {
    BatchRow row = batches.get(id);
    return row == null ? batchUpdates.get(id) : row;
  }

  void batchItems(List<BatchItemRow> items) {
    batchItems.addAll(items);
  }

  /** Deletes a run that has ended, with everything that is kept under it. */
  void delete(long runId) {
    runDeletes.add(runId);
  }

  /** Deletes a batch that was closed without items, with the keys that name it. */
  void deleteBatch(long batchId) {
    batchDeletes.add(batchId);
  }

  void queue(QueueRow row) {
    queues.put(row.name(), row);
  }

  void labels(LabelRow row) {
    labels.put(row.runId(), row);
  }

  private void weigh(RunRow row) {
    weigh(row.payload());
    weigh(row.metadata() == null ? 0 : row.metadata().length());
  }

  private void weigh(@Nullable StoredValue value) {
    weigh(value == null || value.isLarge() ? 0 : value.size());
  }

  /** So many bytes of values come with this turn. */
  void weigh(long more) {
    bytes += more;
  }

  /**
   * How long the values are that this turn stores in rows: payloads, outputs and metadata. All else
   * in a row is small.
   */
  long bytes() {
    return bytes;
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
    lateAnswers.add(new Answer<>(reply, value));
  }

  /** Refuses once the commit is durable, even where that takes several tries. */
  void refuse(Reply<?> reply, PawlException reason) {
    refusals.add(new Refusal(reply, reason));
  }

  /**
   * Does something once the commit is durable, even where that takes several tries. Quick, and
   * never throws.
   */
  void after(Runnable effect) {
    effects.add(effect);
  }

  /**
   * Tells those who listen or count once the commit is durable, before {@link #after anything else}
   * comes of it. Quick, and never throws.
   */
  void tell(Runnable news) {
    this.news.add(news);
  }

  /** Whether there is a commit to come. */
  boolean writesAnything() {
    return !(dirty.isEmpty()
        && updated.isEmpty()
        && journal.isEmpty()
        && batches.isEmpty()
        && batchUpdates.isEmpty()
        && bindings.isEmpty()
        && unboundKeys.isEmpty()
        && queues.isEmpty()
        && labels.isEmpty()
        && hooksPaid.isEmpty()
        && runDeletes.isEmpty()
        && batchDeletes.isEmpty());
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
      run.trace = null;
      boolean live = !run.state.status().isTerminal();
      if (live) {
        (run.stored ? updates : inserts).add(run.toRow());
      } else if (run.stored) {
        deletes.add(run.id());
      }
      run.stored = live;
    }
    return new Changes(
        List.copyOf(created.values()),
        List.copyOf(updated.values()),
        inserts,
        updates,
        deletes,
        List.copyOf(results.values()),
        attempts,
        journal,
        List.copyOf(batches.values()),
        batchItems,
        List.copyOf(bindings.values()),
        List.copyOf(unboundKeys),
        List.copyOf(queues.values()),
        List.copyOf(labels.values()),
        hooksOwed,
        List.copyOf(hooksPaid),
        List.copyOf(batchUpdates.values()),
        state,
        runDeletes,
        batchDeletes);
  }

  /** The runs whose rows it has changed, whether they have ended or not. */
  List<LiveRun> changed() {
    return dirty;
  }

  /** From now on it may be stored. */
  void committing() {
    phase = Phase.COMMITTING;
  }

  Phase phase() {
    return phase;
  }

  /** The commit is durable. */
  void committed() {
    phase = Phase.COMMITTED;
    giveAnswers();
    tellNews();
    effects.forEach(Runnable::run);
  }

  /** Tells those who listen; nothing else comes of a turn of the recovery. */
  void tellNews() {
    news.forEach(Runnable::run);
  }

  private void giveAnswers() {
    answers.forEach(Answer::give);
    lateAnswers.forEach(Answer::give);
    refusals.forEach(Refusal::give);
  }

  /**
   * The loop ends in the middle of this turn: nobody who was to be told something by it waits in
   * vain.
   */
  void abort(PawlException reason) {
    breakOff(Set.of(), reason);
  }

  /**
   * The turn broke off: nobody who was to be told something by it waits in vain. May be called
   * again.
   *
   * @param kept who will be answered all the same
   * @param reason what the others are told, unless the turn is stored
   */
  void breakOff(Set<Reply<?>> kept, PawlException reason) {
    if (phase == Phase.COMMITTED) {
      giveAnswers();
    }
    refusals.forEach(Refusal::give);
    for (List<Answer<?>> unsure : List.of(answers, lateAnswers)) {
      for (Answer<?> answer : unsure) {
        if (!kept.contains(answer.reply)) {
          answer.reply.fail(reason);
        }
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

  private record Refusal(Reply<?> reply, PawlException reason) {
    void give() {
      reply.fail(reason);
    }
  }

  private record Answer<T extends @Nullable Object>(Reply<T> reply, T value) {
    void give() {
      reply.complete(value);
    }
  }
}
