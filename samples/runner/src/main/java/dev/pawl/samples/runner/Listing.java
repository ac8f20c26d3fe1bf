package dev.pawl.samples.runner;

import dev.pawl.RunQuery;
import dev.pawl.RunStatus;
import java.util.Arrays;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** The filters of a list of runs, named as {@link RunQuery} has them. */
final class Listing {
  private static final String[] PARAMETERS = {
    "task",
    "status",
    "tag",
    "queue",
    "concurrencyKey",
    "idempotencyKey",
    "machine",
    "region",
    "parent",
    "root",
    "batch",
    "replayOf",
    "replays",
    "rootsOnly",
    "from",
    "to",
    "period",
    "limit",
    "after"
  };

  private Listing() {}

  static RunQuery query(Query given) {
    given.only(PARAMETERS);
    RunQuery query = RunQuery.all();
    query = with(query, several(given, "task"), RunQuery::tasks);
    query = with(query, several(given, "tag"), RunQuery::tags);
    query = with(query, statuses(given), RunQuery::statuses);
    query = with(query, given.one("queue"), RunQuery::queue);
    query = with(query, given.one("concurrencyKey"), RunQuery::concurrencyKey);
    query = with(query, given.one("idempotencyKey"), RunQuery::idempotencyKey);
    query = with(query, given.one("machine"), RunQuery::machine);
    query = with(query, given.one("region"), RunQuery::region);
    query = with(query, given.one("parent"), RunQuery::parent);
    query = with(query, given.one("root"), RunQuery::root);
    query = with(query, given.one("batch"), RunQuery::batch);
    query = with(query, given.one("replayOf"), RunQuery::replayOf);
    query = with(query, given.flag("replays"), RunQuery::replays);
    query = with(query, given.flag("rootsOnly"), (to, only) -> only ? to.rootsOnly() : to);
    query = with(query, given.instant("from"), RunQuery::from);
    query = with(query, given.instant("to"), RunQuery::to);
    query = with(query, given.one("period"), RunQuery::period);
    query = with(query, given.number("limit"), RunQuery::limit);
    return with(query, given.one("after"), RunQuery::after);
  }

  private static String @Nullable [] several(Query given, String name) {
    String[] values = given.all(name);
    return values.length == 0 ? null : values;
  }

  private static RunStatus @Nullable [] statuses(Query given) {
    String[] names = given.all("status");
    try {
      return names.length == 0
          ? null
          : Arrays.stream(names).map(RunStatus::valueOf).toArray(RunStatus[]::new);
    } catch (IllegalArgumentException e) {
      throw Refusal.badRequest("status must be one of " + Arrays.toString(RunStatus.values()));
    }
  }

  private static <V> RunQuery with(
      RunQuery query, @Nullable V value, BiFunction<RunQuery, V, RunQuery> set) {
    return value == null ? query : set.apply(query, value);
  }
}
