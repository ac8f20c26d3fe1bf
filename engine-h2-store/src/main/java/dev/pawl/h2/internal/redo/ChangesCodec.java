package dev.pawl.h2.internal.redo;

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
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A group of changes as bytes: for each list that is not empty its number, the version of its rows,
 * how many there are, and the rows. A later version of the library adds lists with new numbers, and
 * goes on to read the old ones.
 */
public final class ChangesCodec {
  static final RowCodec<RunRow> RUN = new RunRowCodec();
  static final RowCodec<LiveRow> LIVE = new LiveRowCodec();
  private static final RowCodec<Long> ID = new IdCodec();
  static final RowCodec<ResultRow> RESULT = new ResultRowCodec();
  private static final RowCodec<AttemptRow> ATTEMPT = new AttemptRowCodec();
  private static final RowCodec<JournalRow> JOURNAL = new JournalRowCodec();
  private static final RowCodec<BatchRow> BATCH = new BatchRowCodec();
  static final RowCodec<BatchItemRow> BATCH_ITEM = new BatchItemRowCodec();
  private static final RowCodec<BindingRow> BINDING = new BindingRowCodec();
  private static final RowCodec<BindingRow.Key> KEY = new BindingRowCodec.KeyCodec();
  private static final RowCodec<QueueRow> QUEUE = new QueueRowCodec();
  private static final RowCodec<LabelRow> LABEL = new LabelRowCodec();
  private static final RowCodec<StoreState> STATE = new StateCodec();

  // Numbers are never given again, whatever becomes of the list.
  private static final int RUNS = 1;
  private static final int RUN_UPDATES = 2;
  private static final int LIVE_INSERTS = 3;
  private static final int LIVE_UPDATES = 4;
  private static final int LIVE_DELETES = 5;
  private static final int RESULTS = 6;
  private static final int ATTEMPTS = 7;
  private static final int JOURNAL_ROWS = 8;
  private static final int BATCHES = 9;
  private static final int BATCH_ITEMS = 10;
  private static final int BINDINGS = 11;
  private static final int UNBOUND_KEYS = 12;
  private static final int QUEUES = 13;
  private static final int STORE_STATE = 14;
  private static final int LABELS = 15;
  private static final int HOOKS_OWED = 16;
  private static final int HOOKS_PAID = 17;
  private static final int BATCH_UPDATES = 18;
  private static final int RUN_DELETES = 19;
  private static final int BATCH_DELETES = 20;

  private ChangesCodec() {}

  static void write(Sink out, Changes changes) {
    rows(out, RUNS, RUN, changes.runs());
    rows(out, RUN_UPDATES, RUN, changes.runUpdates());
    rows(out, LIVE_INSERTS, LIVE, changes.liveInserts());
    rows(out, LIVE_UPDATES, LIVE, changes.liveUpdates());
    rows(out, LIVE_DELETES, ID, changes.liveDeletes());
    rows(out, RESULTS, RESULT, changes.results());
    rows(out, ATTEMPTS, ATTEMPT, changes.attempts());
    rows(out, JOURNAL_ROWS, JOURNAL, changes.journal());
    rows(out, BATCHES, BATCH, changes.batches());
    rows(out, BATCH_ITEMS, BATCH_ITEM, changes.batchItems());
    rows(out, BINDINGS, BINDING, changes.bindings());
    rows(out, UNBOUND_KEYS, KEY, changes.unboundKeys());
    rows(out, QUEUES, QUEUE, changes.queues());
    rows(out, LABELS, LABEL, changes.labels());
    rows(out, HOOKS_OWED, ID, changes.hooksOwed());
    rows(out, HOOKS_PAID, ID, changes.hooksPaid());
    rows(out, BATCH_UPDATES, BATCH, changes.batchUpdates());
    rows(out, RUN_DELETES, ID, changes.runDeletes());
    rows(out, BATCH_DELETES, ID, changes.batchDeletes());
    StoreState state = changes.state();
    rows(out, STORE_STATE, STATE, state == null ? List.of() : List.of(state));
  }

  private static <R> void rows(Sink out, int list, RowCodec<R> codec, List<R> rows) {
    if (rows.isEmpty()) {
      return;
    }
    out.put(list);
    out.put(codec.version());
    out.number(rows.size());
    for (R row : rows) {
      codec.write(out, row);
    }
  }

  static Changes read(Source in) {
    List<RunRow> runs = List.of();
    List<RunRow> runUpdates = List.of();
    List<LiveRow> liveInserts = List.of();
    List<LiveRow> liveUpdates = List.of();
    List<Long> liveDeletes = List.of();
    List<ResultRow> results = List.of();
    List<AttemptRow> attempts = List.of();
    List<JournalRow> journal = List.of();
    List<BatchRow> batches = List.of();
    List<BatchItemRow> batchItems = List.of();
    List<BindingRow> bindings = List.of();
    List<BindingRow.Key> unboundKeys = List.of();
    List<QueueRow> queues = List.of();
    List<LabelRow> labels = List.of();
    List<Long> hooksOwed = List.of();
    List<Long> hooksPaid = List.of();
    List<BatchRow> batchUpdates = List.of();
    List<Long> runDeletes = List.of();
    List<Long> batchDeletes = List.of();
    @Nullable StoreState state = null;
    while (in.hasMore()) {
      int list = in.get();
      switch (list) {
        case RUNS -> runs = rows(in, RUN);
        case RUN_UPDATES -> runUpdates = rows(in, RUN);
        case LIVE_INSERTS -> liveInserts = rows(in, LIVE);
        case LIVE_UPDATES -> liveUpdates = rows(in, LIVE);
        case LIVE_DELETES -> liveDeletes = rows(in, ID);
        case RESULTS -> results = rows(in, RESULT);
        case ATTEMPTS -> attempts = rows(in, ATTEMPT);
        case JOURNAL_ROWS -> journal = rows(in, JOURNAL);
        case BATCHES -> batches = rows(in, BATCH);
        case BATCH_ITEMS -> batchItems = rows(in, BATCH_ITEM);
        case BINDINGS -> bindings = rows(in, BINDING);
        case UNBOUND_KEYS -> unboundKeys = rows(in, KEY);
        case QUEUES -> queues = rows(in, QUEUE);
        case LABELS -> labels = rows(in, LABEL);
        case HOOKS_OWED -> hooksOwed = rows(in, ID);
        case HOOKS_PAID -> hooksPaid = rows(in, ID);
        case BATCH_UPDATES -> batchUpdates = rows(in, BATCH);
        case RUN_DELETES -> runDeletes = rows(in, ID);
        case BATCH_DELETES -> batchDeletes = rows(in, ID);
        case STORE_STATE -> state = only(rows(in, STATE));
        default -> throw new UnreadableException("there is a list of rows with number " + list);
      }
    }
    return new Changes(
        runs,
        runUpdates,
        liveInserts,
        liveUpdates,
        liveDeletes,
        results,
        attempts,
        journal,
        batches,
        batchItems,
        bindings,
        unboundKeys,
        queues,
        labels,
        hooksOwed,
        hooksPaid,
        batchUpdates,
        state,
        runDeletes,
        batchDeletes);
  }

  private static StoreState only(List<StoreState> states) {
    if (states.size() != 1) {
      throw new UnreadableException("there are " + states.size() + " states of the store");
    }
    return states.getFirst();
  }

  private static <R> List<R> rows(Source in, RowCodec<R> codec) {
    int version = in.get();
    if (version < 1 || version > codec.version()) {
      throw new UnreadableException("there are rows of version " + version);
    }
    int count = in.count();
    List<R> rows = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      rows.add(codec.read(in, version));
    }
    return List.copyOf(rows);
  }
}
