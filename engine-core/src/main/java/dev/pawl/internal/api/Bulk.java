package dev.pawl.internal.api;

import dev.pawl.BulkAction;
import dev.pawl.BulkResult;
import dev.pawl.EngineClosedException;
import dev.pawl.PawlException;
import dev.pawl.internal.loop.Ids;
import dev.pawl.spi.Micros;
import dev.pawl.spi.RunFilter;
import dev.pawl.spi.StoredRun;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thing done to many runs. It asks the loop for one page of runs at a time: so many commands at
 * most wait in its mailbox, and a commit covers a page at most.
 */
final class Bulk implements BulkAction {
  private static final Logger log = LoggerFactory.getLogger("dev.pawl.engine");
  private static final int PAGE = 200;
  private static final int ERRORS_AT_MOST = 1_000;

  private final Step step;
  private final RunPages pages;
  private final CountDownLatch done = new CountDownLatch(1);
  private volatile boolean stopped;

  private volatile BulkResult result =
      new BulkResult(BulkResult.Status.RUNNING, 0, 0, 0, 0, Map.of(), null);

  // Only its own thread uses what follows.
  private final Map<String, PawlException> errors = new LinkedHashMap<>();
  private long matched;
  private long succeeded;
  private long skipped;
  private long failed;

  /** What is done to one run. */
  interface Step {
    /**
     * Asks for it.
     *
     * @throws PawlException if it is refused at once
     */
    Pending ask(StoredRun run);
  }

  /** An answer to come. */
  interface Pending {
    /**
     * Waits for it; false where there was nothing to do.
     *
     * @throws PawlException if it was refused
     */
    boolean await();
  }

  private Bulk(Step step, RunPages pages) {
    this.step = step;
    this.pages = pages;
  }

  /**
   * Begins. Runs that are made after this, by itself above all, have higher ids than the newest one
   * has now, and are not looked at.
   */
  static Bulk start(Core core, Selection runs, Step step) {
    List<StoredRun> newest =
        core.reads().read(store -> store.runs(RunFilter.ALL, Long.MAX_VALUE, 1));
    long end = newest.isEmpty() ? 0 : newest.getFirst().run().id() + 1;
    Bulk bulk =
        new Bulk(
            step, new RunPages(core.reads(), runs.filter(), Math.min(runs.before(), end), PAGE));
    core.bodies().runAside(bulk::run);
    return bulk;
  }

  private void run() {
    try {
      List<StoredRun> page = pages.nextPage();
      while (!page.isEmpty() && !stopped) {
        doAll(page);
        publish(BulkResult.Status.RUNNING, null);
        page = stopped ? page : pages.nextPage();
      }
      publish(page.isEmpty() ? BulkResult.Status.COMPLETED : BulkResult.Status.STOPPED, null);
    } catch (PawlException e) {
      publish(BulkResult.Status.FAILED, e);
    } catch (Throwable e) {
      publish(BulkResult.Status.FAILED, new PawlException("the bulk action failed: " + e, e));
    } finally {
      done.countDown();
    }
  }

  private void doAll(List<StoredRun> page) {
    List<Pending> pending = new ArrayList<>(page.size());
    for (StoredRun run : page) {
      matched++;
      try {
        pending.add(step.ask(run));
      } catch (PawlException e) {
        pending.add(
            () -> {
              throw e;
            });
      }
    }
    for (int i = 0; i < pending.size(); i++) {
      try {
        if (pending.get(i).await()) {
          succeeded++;
        } else {
          skipped++;
        }
      } catch (EngineClosedException e) {
        throw e;
      } catch (PawlException e) {
        failed++;
        if (errors.size() < ERRORS_AT_MOST) {
          errors.put(Ids.run(page.get(i).run().id()), e);
        }
      }
    }
  }

  private void publish(BulkResult.Status status, @Nullable PawlException failure) {
    result = new BulkResult(status, matched, succeeded, skipped, failed, errors, failure);
  }

  @Override
  public BulkResult progress() {
    return result;
  }

  @Override
  public BulkResult await() throws InterruptedException {
    done.await();
    return result;
  }

  @Override
  public BulkResult await(Duration timeout) throws InterruptedException {
    boolean ended = done.await(Micros.timeout(timeout), TimeUnit.MICROSECONDS);
    log.debug("a bulk action {}", ended ? "has ended" : "goes on after the timeout");
    return result;
  }

  @Override
  public void stop() {
    stopped = true;
  }
}
