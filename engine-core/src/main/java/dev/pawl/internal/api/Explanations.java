package dev.pawl.internal.api;

import dev.pawl.Explanation;
import dev.pawl.Explanation.Code;
import dev.pawl.Explanation.Reason;
import dev.pawl.PawlException;
import dev.pawl.RunError;
import dev.pawl.StuckBody;
import dev.pawl.internal.exec.RunScope;
import dev.pawl.internal.loop.Command;
import dev.pawl.internal.loop.Facts;
import dev.pawl.internal.loop.Ids;
import dev.pawl.internal.loop.Reply;
import dev.pawl.internal.queue.Hold;
import dev.pawl.spi.AttemptRow;
import dev.pawl.spi.Micros;
import dev.pawl.spi.ResultRow;
import dev.pawl.spi.StoredRun;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Puts into words what the loop and the store know of a run. */
final class Explanations {
  /** A message that explains must not wait long for an engine that stands still. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private Explanations() {}

  /** Why a run is not running now. */
  static Explanation of(Core core, long runId) {
    Facts facts = core.loop().call(new Command.Explain(runId, new Reply<>()));
    return of(core, runId, facts);
  }

  /** As {@link #of}, in words for the end of a message: empty where the engine does not answer. */
  static String asSuffix(Core core, long runId) {
    try {
      Reply<@Nullable Facts> reply = new Reply<>();
      core.loop().post(new Command.Explain(runId, reply));
      return reply.awaitWithin(PATIENCE) ? "\n" + of(core, runId, reply.await()) : "";
    } catch (PawlException e) {
      return ""; // the engine is closed, or its store cannot be read
    }
  }

  private static Explanation of(Core core, long runId, @Nullable Facts facts) {
    return facts == null ? ended(core, core.storedRun(runId)) : live(core, runId, facts);
  }

  private static Explanation live(Core core, long runId, Facts facts) {
    List<Reason> reasons = new ArrayList<>();
    for (Facts.Fact fact : facts.facts()) {
      reasons.add(reason(core, facts, fact));
    }
    if (facts.attempt() > 0) {
      List<AttemptRow> attempts = core.reads().read(store -> store.attempts(runId));
      if (!attempts.isEmpty()) {
        reasons.add(lastError(attempts.getLast()));
      }
    }
    RunScope body = facts.body();
    return new Explanation(
        Ids.run(runId),
        facts.taskId(),
        facts.status(),
        Micros.instant(facts.at()),
        reasons,
        facts.changesAt() == Micros.NEVER ? null : Micros.instant(facts.changesAt()),
        body == null ? List.of() : List.of(body.describe()));
  }

  private static Reason reason(Core core, Facts facts, Facts.Fact fact) {
    return switch (fact) {
      case Facts.Fact.DelayedUntil delayed ->
          new Reason(
              Code.DELAYED,
              "it is due at " + Micros.instant(delayed.until()),
              Map.of("until", Micros.instant(delayed.until())));
      case Facts.Fact.Debounced debounced ->
          new Reason(
              Code.DEBOUNCED,
              "a trigger with its debounce key " + quote(debounced.key()) + " may push it further",
              Map.of("key", debounced.key()));
      case Facts.Fact.NothingStarts nothing -> nothingStarts(nothing.why());
      case Facts.Fact.Held held -> held(held.hold());
      case Facts.Fact.Ahead ahead -> ahead(ahead);
      case Facts.Fact.AboutToStart about ->
          new Reason(Code.ABOUT_TO_START, "nothing holds it: it is about to start", Map.of());
      case Facts.Fact.Expires expires ->
          new Reason(
              Code.EXPIRES,
              "it expires at " + Micros.instant(expires.at()) + " unless it has started",
              Map.of("at", Micros.instant(expires.at())));
      case Facts.Fact.BacksOff backsOff ->
          new Reason(
              Code.RETRYING,
              "attempt "
                  + facts.attempt()
                  + " has failed; the next one is due at "
                  + Micros.instant(backsOff.until()),
              Map.of("until", Micros.instant(backsOff.until()), "attempt", facts.attempt()));
      case Facts.Fact.WaitsForRun waits -> waitsForRun(waits);
      case Facts.Fact.WaitsForBatch waits ->
          new Reason(
              Code.WAITS_FOR_BATCH,
              "it waits for batch "
                  + Ids.batch(waits.batchId())
                  + (waits.remaining() == 0
                      ? ", which is still given items"
                      : ", of which " + waits.remaining() + " runs have not ended"),
              Map.of("batchId", Ids.batch(waits.batchId()), "remaining", waits.remaining()));
      case Facts.Fact.WaitsForForks waits ->
          new Reason(
              Code.WAITS_FOR_FORK,
              waits.count() + " of its threads wait for threads that it forked",
              Map.of("forks", waits.count()));
      case Facts.Fact.ReadyToGoOn ready ->
          new Reason(
              Code.READY_TO_GO_ON, "its wait is over; it waits for a slot to go on", Map.of());
      case Facts.Fact.Executes executes -> executes(executes);
      case Facts.Fact.TaskMissing missing -> {
        List<String> similar = Similar.to(facts.taskId(), core.registry().ids());
        yield new Reason(
            Code.TASK_MISSING,
            "no task \""
                + facts.taskId()
                + "\" is registered in this process; it goes on when one is"
                + (similar.isEmpty() ? "" : "; registered are " + String.join(", ", similar)),
            Map.of("taskId", facts.taskId(), "similar", similar));
      }
    };
  }

  private static Reason nothingStarts(Facts.Fact.NothingStarts.Why why) {
    return switch (why) {
      case NOT_STARTED ->
          new Reason(
              Code.ENGINE_NOT_STARTED,
              "the engine is open but was not started; call start()",
              Map.of());
      case PAUSED ->
          new Reason(Code.ENGINE_PAUSED, "the engine is paused; call resume()", Map.of());
      case CLOSING ->
          new Reason(
              Code.ENGINE_CLOSING,
              "the engine closes; the run goes on when it is opened again",
              Map.of());
    };
  }

  private static Reason held(Hold hold) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("queue", hold.queue());
    data.put("limit", hold.limit());
    data.put("executing", hold.executing());
    if (hold.key() != null) {
      data.put("key", hold.key());
    }
    if (hold.weight() > 0) {
      data.put("weight", hold.weight());
    }
    String taken = hold.executing() + " of " + hold.limit();
    return switch (hold.kind()) {
      case PAUSED -> throw new IllegalStateException("the engine's pause is a fact of its own");
      case MAX_CONCURRENCY ->
          new Reason(
              Code.MAX_CONCURRENCY,
              "all slots of the engine are taken: " + taken + " (maxConcurrency)",
              data);
      case CAPACITY ->
          new Reason(
              Code.MACHINE_CAPACITY,
              "its machine weighs "
                  + hold.weight()
                  + ", and of the engine's capacity "
                  + taken
                  + " is taken (machineCapacity)",
              data);
      case RESERVED ->
          new Reason(
              Code.CAPACITY_RESERVED,
              "a heavier run whose turn came first waits for capacity; "
                  + taken
                  + " is taken, and this one weighs "
                  + hold.weight(),
              data);
      case QUEUE_PAUSED ->
          new Reason(Code.QUEUE_PAUSED, "its queue " + hold.queue() + " is paused", data);
      case TOTAL_LIMIT ->
          new Reason(
              Code.TOTAL_LIMIT,
              "all slots of its queue "
                  + hold.queue()
                  + " over all keys are taken: "
                  + taken
                  + " (totalLimit)",
              data);
      case LIMIT ->
          hold.key() == null
              ? new Reason(
                  Code.QUEUE_LIMIT,
                  "all slots of its queue " + hold.queue() + " are taken: " + taken,
                  data)
              : new Reason(
                  Code.KEY_LIMIT,
                  "all slots of the concurrency key "
                      + quote(hold.key())
                      + " in its queue "
                      + hold.queue()
                      + " are taken: "
                      + taken,
                  data);
    };
  }

  private static Reason ahead(Facts.Fact.Ahead ahead) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("queue", ahead.queue());
    data.put("ahead", ahead.count());
    data.put("more", ahead.more());
    if (ahead.key() != null) {
      data.put("key", ahead.key());
    }
    return new Reason(
        Code.RUNS_AHEAD,
        (ahead.more() ? "at least " : "")
            + ahead.count()
            + (ahead.count() == 1 ? " run stands" : " runs stand")
            + " before it in its queue "
            + ahead.queue()
            + (ahead.key() == null ? "" : " with concurrency key " + quote(ahead.key())),
        data);
  }

  private static Reason waitsForRun(Facts.Fact.WaitsForRun waits) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("runId", Ids.run(waits.runId()));
    String words = "it waits for run " + Ids.run(waits.runId());
    if (waits.taskId() != null && waits.status() != null) {
      data.put("taskId", waits.taskId());
      data.put("status", waits.status().name());
      words += " of task \"" + waits.taskId() + "\", which is " + waits.status();
    }
    if (waits.deadline() != Micros.NEVER) {
      data.put("until", Micros.instant(waits.deadline()));
      words += "; until " + Micros.instant(waits.deadline()) + " at the latest";
    }
    return new Reason(Code.WAITS_FOR_RUN, words, data);
  }

  private static Reason executes(Facts.Fact.Executes executes) {
    return new Reason(
        Code.EXECUTING,
        "attempt "
            + executes.attempt()
            + " runs since "
            + Micros.instant(executes.since())
            + (executes.incarnation() > executes.attempt()
                ? "; its body was entered " + executes.incarnation() + " times over all attempts"
                : ""),
        Map.of(
            "attempt",
            executes.attempt(),
            "since",
            Micros.instant(executes.since()),
            "entered",
            executes.incarnation()));
  }

  private static Reason lastError(AttemptRow attempt) {
    return new Reason(
        Code.LAST_ERROR,
        "attempt " + attempt.number() + " ended with " + line(attempt.error()),
        Map.of("error", attempt.error().summary(), "attempt", attempt.number()));
  }

  private static Explanation ended(Core core, StoredRun run) {
    List<Reason> reasons = new ArrayList<>();
    ResultRow result = core.storedResult(run.run().id());
    reasons.add(end(result));
    StuckBodies bodies = new StuckBodies(core);
    Optional<StuckBody> left = bodies.ofRun(run.run().id());
    left.ifPresent(body -> reasons.add(bodyStillRuns(body, bodies.keepsSlot(run.run().id()))));
    return new Explanation(
        Ids.run(run.run().id()),
        run.run().taskId(),
        result.status(),
        Micros.instant(core.clock().now()),
        reasons,
        null,
        left.map(body -> List.of(body.stack())).orElse(List.of()));
  }

  private static Reason bodyStillRuns(StuckBody body, boolean keepsSlot) {
    return new Reason(
        Code.BODY_STILL_RUNS,
        "its body was told to end at "
            + body.since()
            + " and has not returned; "
            + (keepsSlot
                ? "it keeps its slot until it does"
                : "it was unloaded, and holds no slot"),
        Map.of("since", body.since()));
  }

  private static Reason end(ResultRow result) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("finishedAt", Micros.instant(result.finishedAtMicros()));
    data.put("attempts", result.attempt());
    RunError error = result.error();
    if (error != null) {
      data.put("error", error.summary());
    }
    return new Reason(
        Code.ENDED,
        "it has ended at "
            + Micros.instant(result.finishedAtMicros())
            + " after "
            + result.attempt()
            + (result.attempt() == 1 ? " attempt" : " attempts")
            + (error == null ? "" : " with " + line(error)),
        data);
  }

  private static String quote(String text) {
    return "\"" + oneLine(text) + "\"";
  }

  private static String line(RunError error) {
    return error.code() + ": " + oneLine(error.summary());
  }

  private static String oneLine(String text) {
    String cut = text.length() > 200 ? text.substring(0, 200) + "…" : text;
    return cut.replaceAll("\\p{C}", "?");
  }
}
