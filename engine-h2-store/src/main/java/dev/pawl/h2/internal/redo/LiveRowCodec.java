package dev.pawl.h2.internal.redo;

import dev.pawl.RunStatus;
import dev.pawl.spi.LiveRow;
import dev.pawl.spi.WaitRow;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where runs stand that have not ended. */
final class LiveRowCodec implements RowCodec<LiveRow> {
  /** From this version on, instants and the root stand as distances. */
  private static final int WITH_DISTANCES = 2;

  @Override
  public int version() {
    return WITH_DISTANCES;
  }

  @Override
  public void write(Sink out, LiveRow row) {
    out.number(row.id());
    out.text(row.status().name());
    out.text(row.taskId());
    out.text(row.queue());
    out.text(row.concurrencyKey());
    out.number(row.createdAtMicros());
    Instants.write(
        out,
        row.createdAtMicros(),
        row.queueTimeMicros(),
        row.queuedAtMicros(),
        row.dueAtMicros(),
        row.expiresAtMicros(),
        row.startedAtMicros(),
        row.attemptStartedAtMicros());
    out.number(row.priorityMicros());
    out.number(row.ttlMicros());
    out.number(row.attempt());
    out.number(row.incarnation());
    out.flag(row.repeatAttempt());
    out.number(row.maxAttempts());
    out.number(row.generation());
    out.number(row.journalSize());
    out.number(row.parentId());
    out.number(row.rootId() - row.id());
    out.number(row.depth());
    out.text(row.debounceKey());
    out.flag(row.awaited());
    out.number(row.maxDurationMicros());
    out.number(row.activeMicros());
    out.text(row.machine());
    out.text(row.region());
    WaitFields.write(out, row.waits());
  }

  @Override
  public LiveRow read(Source in, int version) {
    return version < WITH_DISTANCES ? readFirst(in) : read(in);
  }

  private static LiveRow read(Source in) {
    long id = in.number();
    RunStatus status = in.constant(RunStatus.class);
    String taskId = in.text();
    String queue = in.text();
    @Nullable String concurrencyKey = in.optionalText();
    long createdAtMicros = in.number();
    long[] instants = Instants.read(in, createdAtMicros, 6);
    long priorityMicros = in.number();
    long ttlMicros = in.number();
    int attempt = in.integer();
    int incarnation = in.integer();
    boolean repeatAttempt = in.flag();
    int maxAttempts = in.integer();
    int generation = in.integer();
    int journalSize = in.integer();
    long parentId = in.number();
    long rootId = in.number() + id;
    int depth = in.integer();
    @Nullable String debounceKey = in.optionalText();
    boolean awaited = in.flag();
    long maxDurationMicros = in.number();
    long activeMicros = in.number();
    @Nullable String machine = in.optionalText();
    @Nullable String region = in.optionalText();
    List<WaitRow> waits = WaitFields.read(in);
    return new LiveRow(
        id,
        status,
        taskId,
        queue,
        concurrencyKey,
        priorityMicros,
        instants[0],
        instants[1],
        instants[2],
        ttlMicros,
        instants[3],
        attempt,
        incarnation,
        repeatAttempt,
        maxAttempts,
        instants[4],
        instants[5],
        generation,
        journalSize,
        parentId,
        rootId,
        depth,
        createdAtMicros,
        debounceKey,
        awaited,
        maxDurationMicros,
        activeMicros,
        machine,
        region,
        waits);
  }

  private static LiveRow readFirst(Source in) {
    return new LiveRow(
        in.number(),
        in.constant(RunStatus.class),
        in.text(),
        in.text(),
        in.optionalText(),
        in.number(),
        in.number(),
        in.number(),
        in.number(),
        in.number(),
        in.number(),
        in.integer(),
        in.integer(),
        in.flag(),
        in.integer(),
        in.number(),
        in.number(),
        in.integer(),
        in.integer(),
        in.number(),
        in.number(),
        in.integer(),
        in.number(),
        in.optionalText(),
        in.flag(),
        in.number(),
        in.number(),
        in.optionalText(),
        in.optionalText(),
        WaitFields.read(in));
  }
}
