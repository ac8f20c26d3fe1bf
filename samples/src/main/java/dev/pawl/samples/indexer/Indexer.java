package dev.pawl.samples.indexer;

import dev.pawl.AwaitTimeoutException;
import dev.pawl.Engine;
import dev.pawl.PawlException;
import dev.pawl.RunResult;
import dev.pawl.h2.H2Store;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * Counts files, lines, words and bytes of a folder for each language, with one durable run for each
 * file and folder. Stop it with Ctrl-C or {@code kill -9} in the middle: the same command goes on
 * where it was.
 *
 * <p>Usage: see {@link Options#USAGE}. Ends with 0 when the table was printed, 1 when the work
 * failed, 2 when the command line makes no sense, and 130 or 143 when a signal stopped it.
 */
public final class Indexer {
  private static final int OK = 0;
  private static final int FAILED = 1;
  private static final int BAD_USAGE = 2;

  /** What a signal leaves the files that are just being read; after it they are handed back. */
  private static final Duration GRACE = Duration.ofSeconds(2);

  private final Options options;
  private final Tree tree;
  private final Screen screen;
  private final Progress progress = new Progress();

  private Indexer(Options options, Screen screen) {
    this.options = options;
    this.tree = new Tree(options.folder().toString());
    this.screen = screen;
  }

  /** Indexes a folder and prints a table. */
  public static void main(String[] args) throws InterruptedException {
    int status = run(System.out, System.err, Screen.isTerminal(), args);
    if (status != OK) {
      System.exit(status);
    }
  }

  /** As {@link #main}, with streams of the caller's and the exit status as result. */
  static int run(PrintStream out, PrintStream err, boolean terminal, String... args)
      throws InterruptedException {
    try {
      Options options = Options.parse(args);
      if (options.help()) {
        out.print(Options.USAGE);
        return OK;
      }
      return new Indexer(options, new Screen(out, terminal, options.quiet())).run(err);
    } catch (Options.UsageException e) {
      err.println(e.getMessage());
      err.print(Options.USAGE);
      return BAD_USAGE;
    } catch (PawlException e) {
      err.println(e.getMessage());
      return FAILED;
    }
  }

  private int run(PrintStream err) throws InterruptedException, Options.UsageException {
    try (Engine engine = open()) {
      OnSignal onSignal = OnSignal.run(() -> stop(engine));
      try {
        return index(engine, err);
      } catch (PawlException e) {
        if (onSignal.begun()) {
          return FAILED; // the engine was closed under us; the process ends by its signal
        }
        throw e;
      } finally {
        onSignal.cancel();
      }
    }
  }

  /** Open, but not started: what was done before can be counted first. */
  private Engine open() throws Options.UsageException {
    int readers = 2 * Runtime.getRuntime().availableProcessors();
    IndexTasks tasks = new IndexTasks(readers, options.slow(), options.createStore(), progress);
    return Engine.builder().store(H2Store.file(options.store())).register(tasks.all()).open();
  }

  private int index(Engine engine, PrintStream err) throws InterruptedException {
    long begin = System.nanoTime();
    Optional<Former> former = Former.find(engine, tree);
    String rootRunId = former.map(this::resume).orElseGet(() -> begin(engine));
    engine.start();
    return switch (await(engine, rootRunId)) {
      case RunResult.Ok<?> ok -> succeed((Index) ok.output(), former, begin);
      case RunResult.Failed<?> failed -> {
        err.println(rootRunId + " is " + failed.status() + ": " + failed.error().summary());
        yield FAILED;
      }
    };
  }

  private String resume(Former former) {
    progress.watch(former);
    screen.say(
        String.format(
            Locale.ROOT,
            "resumed %s: %,d of %,d files found so far were already done and are not done again",
            former.rootRunId(),
            former.done(),
            former.found()));
    return former.rootRunId();
  }

  private String begin(Engine engine) {
    String id = engine.tasks().trigger(IndexTasks.INDEX_TREE, tree).id();
    progress.watch(Former.none(id));
    screen.say("started " + id + ": " + tree.folder());
    return id;
  }

  private RunResult<?> await(Engine engine, String rootRunId) throws InterruptedException {
    screen.say(
        "process "
            + ProcessHandle.current().pid()
            + " works; Ctrl-C or kill -9 it, and the same command goes on");
    long begin = System.nanoTime();
    while (true) {
      try {
        RunResult<?> result = engine.runs().await(rootRunId, screen.interval());
        screen.say(progress.line(since(begin)));
        return result;
      } catch (AwaitTimeoutException e) {
        screen.progress(progress.line(since(begin)));
      }
    }
  }

  private int succeed(Index index, Optional<Former> former, long begin) {
    screen.result(Table.of(index).stripTrailing());
    screen.result(
        String.format(
            Locale.ROOT,
            "time %.1f s%s",
            since(begin).toMillis() / 1e3,
            former.isPresent() ? " since it was resumed" : ""));
    return OK;
  }

  private void stop(Engine engine) {
    engine.close(GRACE);
    screen.say("stopped after " + progress.counts() + "; the same command goes on");
  }

  private static Duration since(long begin) {
    return Duration.ofNanos(System.nanoTime() - begin);
  }
}
