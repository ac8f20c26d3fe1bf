package dev.pawl.h2;

import static dev.pawl.fixtures.ChangesBuilder.changes;

import dev.pawl.Engine;
import dev.pawl.RunQuery;
import dev.pawl.fixtures.Rows;
import dev.pawl.h2.internal.ChildJvm;
import dev.pawl.h2.internal.Folders;
import dev.pawl.spi.LiveRow;
import dev.pawl.spi.RunStore;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Processes that do nothing but bring old stores up to date, one after the other, so that most
 * kills fall into an opening that migrates; the next process opens what is left. What it adds to
 * each store is acknowledged, and must be there at the next opening.
 */
final class MigrationKills implements Kills {
  private static final Duration LONGEST_LIFE = Duration.ofMillis(1_500);
  private static final Duration GUARD = Duration.ofSeconds(60);

  /** Where the mapped file says which store is worked on, and what happened to it. */
  private static final int NUMBER = 0;

  private static final int BEGUN = 8;
  private static final int ADDED = 16;
  private static final int CUT_OFF = 24;
  private static final int MARKS = 32;

  /** The task of the runs that are added. */
  private static final String ADDED_TASK = Rows.run(1).taskId();

  private final Path folder;
  private final Random random = new Random();
  private final List<String> problems = new ArrayList<>();
  private int lives;

  /** Lives in a folder of their own. */
  MigrationKills(Path folder) {
    this.folder = folder;
  }

  @Override
  public void run(int count) throws Exception {
    MappedByteBuffer marks = map(folder);
    for (int i = 0; i < count && problems.isEmpty(); i++) {
      long before = marks.getLong(BEGUN);
      Process process = ChildJvm.of(Child.class, "128m", folder.toString()).inheritIO().start();
      long began = System.nanoTime();
      while (marks.getLong(BEGUN) == before
          && process.isAlive()
          && System.nanoTime() - began < GUARD.toNanos()) {
        LockSupport.parkNanos(1_000_000);
      }
      boolean ended =
          process.waitFor(random.nextLong(LONGEST_LIFE.toNanos()), TimeUnit.NANOSECONDS);
      process.destroyForcibly().waitFor();
      lives++;
      if (ended) {
        problems.add("life " + lives + " ended by itself, at store " + marks.getLong(NUMBER));
      }
      examineCopy(marks.getLong(NUMBER), marks.getLong(ADDED));
    }
  }

  private void examineCopy(long number, long added) throws IOException {
    Path killed = folder.resolve("store-" + number);
    Path copy = folder.resolve("copy");
    if (Files.notExists(killed)) {
      return;
    }
    Folders.delete(copy);
    try (Stream<Path> files = Files.walk(killed)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(killed.relativize(file).toString()));
      }
    }
    try (Engine engine = OldStore.engine(store(copy, number)).open()) {
      OldStore.assertIsWhole(engine);
      long there = engine.runs().stream(RunQuery.all().tasks(ADDED_TASK)).count();
      if (there < added || there > added + 1) {
        problems.add("life " + lives + ": of " + added + " runs there are " + there);
      }
    } catch (RuntimeException | AssertionError e) {
      problems.add("life " + lives + ", store " + number + ": " + e);
    }
  }

  @Override
  public int kills() {
    return lives;
  }

  @Override
  public List<String> problems() {
    return problems;
  }

  /** How many stores were brought up to date. */
  long migrated() throws IOException {
    return map(folder).getLong(NUMBER);
  }

  /** How many openings found what a killed one had left. */
  long unfinished() throws IOException {
    return map(folder).getLong(CUT_OFF);
  }

  @Override
  public String toString() {
    try {
      return lives
          + " kills, "
          + migrated()
          + " stores brought up to date, "
          + unfinished()
          + " after a kill, problems: "
          + problems;
    } catch (IOException e) {
      return lives + " kills, " + e;
    }
  }

  private static MappedByteBuffer map(Path folder) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            folder.resolve("marks"),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      return channel.map(FileChannel.MapMode.READ_WRITE, 0, MARKS);
    }
  }

  /** The durability changes from store to store. */
  private static H2Store store(Path folder, long number) {
    return H2Store.file(folder)
        .durability(number % 2 == 0 ? H2Store.Durability.POWER : H2Store.Durability.PROCESS);
  }

  /** The process that is killed. */
  static final class Child {
    private final Path folder;
    private final MappedByteBuffer marks;

    private Child(Path folder) throws IOException {
      this.folder = folder;
      this.marks = map(folder);
    }

    /** Argument: the folder of all. */
    public static void main(String[] args) throws Exception {
      new Child(Path.of(args[0])).live();
    }

    private void live() throws Exception {
      while (true) {
        long number = marks.getLong(NUMBER);
        Path store = folder.resolve("store-" + number);
        if (Files.notExists(store)) {
          Path half = folder.resolve("half");
          Folders.delete(half);
          OldStore.writeTo(half);
          Files.move(half, store);
        }
        if (Files.exists(store.resolve("pawl.lock"))) {
          marks.putLong(CUT_OFF, marks.getLong(CUT_OFF) + 1);
        }
        open(store, number);
        marks.putLong(ADDED, 0);
        marks.putLong(NUMBER, number + 1);
        Folders.delete(store);
      }
    }

    /** Twice: what the first opening has left must do for the second. */
    private void open(Path store, long number) throws Exception {
      marks.putLong(BEGUN, marks.getLong(BEGUN) + 1);
      for (int i = 0; i < 2; i++) {
        try (RunStore opened = store(store, number).open()) {
          List<LiveRow> live = opened.live(0, Integer.MAX_VALUE);
          long added = (long) live.size() - OldStore.LIVE;
          if (added < marks.getLong(ADDED)) {
            throw new IllegalStateException(
                "of " + marks.getLong(ADDED) + " runs that were added there are " + added);
          }
          opened.commit(changes().create(Rows.run(live.getLast().id() + 1)).build());
          marks.putLong(ADDED, added + 1);
        }
      }
    }
  }
}
