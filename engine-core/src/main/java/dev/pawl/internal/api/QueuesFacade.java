package dev.pawl.internal.api;

import dev.pawl.InvalidOptionException;
import dev.pawl.Page;
import dev.pawl.QueueInfo;
import dev.pawl.QueueKeyInfo;
import dev.pawl.Queues;
import dev.pawl.UnknownQueueException;
import dev.pawl.internal.loop.Command;
import dev.pawl.internal.loop.Reply;
import dev.pawl.spi.QueueRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** {@link Queues}: asks the loop, which has all of it in memory. */
final class QueuesFacade implements Queues {
  /** Comes before each name and each key, since none is empty. */
  private static final String BEFORE_ALL = "";

  private final Core core;

  QueuesFacade(Core core) {
    this.core = core;
  }

  @Override
  public List<QueueInfo> list() {
    List<QueueInfo> all = new ArrayList<>();
    String after = null;
    do {
      Page<QueueInfo> page = list(MAX_PAGE, after);
      all.addAll(page.items());
      after = page.next();
    } while (after != null);
    return all;
  }

  @Override
  public Page<QueueInfo> list(int limit, @Nullable String after) {
    check(limit);
    String start = after == null ? BEFORE_ALL : after;
    return page(
        core.loop().call(new Command.ReadQueues(start, limit + 1, new Reply<>())),
        limit,
        QueueInfo::name);
  }

  @Override
  public QueueInfo retrieve(String queue) {
    QueueInfo info = core.loop().call(new Command.ReadQueue(queue, new Reply<>()));
    if (info == null) {
      throw unknown(queue);
    }
    return info;
  }

  @Override
  public Page<QueueKeyInfo> keys(String queue, int limit, @Nullable String after) {
    check(limit);
    List<QueueKeyInfo> keys =
        core.loop().call(new Command.ReadKeys(queue, after, limit + 1, new Reply<>()));
    if (keys == null) {
      throw unknown(queue);
    }
    return page(keys, limit, info -> info.key() == null ? BEFORE_ALL : info.key());
  }

  @Override
  public void pause(String queue) {
    change(queue, row -> row.withPaused(true));
  }

  @Override
  public void resume(String queue) {
    change(queue, row -> row.withPaused(false));
  }

  @Override
  public void setLimit(String queue, int limit) {
    check("concurrency limit", queue, limit);
    change(queue, row -> row.withLimitOverride(limit));
  }

  @Override
  public void resetLimit(String queue) {
    change(queue, row -> row.withLimitOverride(QueueRow.NOT_OVERRIDDEN));
  }

  @Override
  public void setTotalLimit(String queue, int limit) {
    check("total limit", queue, limit);
    change(queue, row -> row.withTotalLimitOverride(limit));
  }

  @Override
  public void resetTotalLimit(String queue) {
    change(queue, row -> row.withTotalLimitOverride(QueueRow.NOT_OVERRIDDEN));
  }

  private void change(String queue, UnaryOperator<QueueRow> change) {
    if (!core.loop().call(new Command.ChangeQueue(queue, change, new Reply<>()))) {
      throw unknown(queue);
    }
  }

  private UnknownQueueException unknown(String queue) {
    Set<String> known = core.loop().call(new Command.ReadQueueNames(new Reply<>()));
    return new UnknownQueueException(queue, Similar.to(queue, known));
  }

  private static void check(int limit) {
    if (limit < 1 || limit > MAX_PAGE) {
      throw new InvalidOptionException("a page has 1 to " + MAX_PAGE + " items; not " + limit);
    }
  }

  private static void check(String what, String queue, int limit) {
    if (limit < 0) {
      throw new InvalidOptionException(
          "the " + what + " of queue \"" + queue + "\" must not be negative: " + limit);
    }
  }

  private static <T> Page<T> page(List<T> items, int limit, Function<T, String> cursor) {
    if (items.size() <= limit) {
      return new Page<>(items, null);
    }
    List<T> shown = items.subList(0, limit);
    return new Page<>(shown, cursor.apply(shown.getLast()));
  }
}
