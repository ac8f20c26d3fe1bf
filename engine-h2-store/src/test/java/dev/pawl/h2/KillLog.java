package dev.pawl.h2;

import dev.pawl.RunContext;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the killed processes did, as they saw it themselves: one file beside the store, to which
 * each event is appended as one line by one write, which outlives the process. Any thread may
 * write. No file channel: an interrupt would close it.
 */
final class KillLog {
  /** One line: the life in which it was written, what happened, and to whom. */
  record Event(int life, Kind kind, List<String> fields) {
    String field(int index) {
      return fields.get(index);
    }

    long number(int index) {
      return Long.parseLong(fields.get(index));
    }

    @Override
    public String toString() {
      return kind + " " + String.join(" ", fields) + " in life " + life;
    }
  }

  /** What happened. */
  enum Kind {
    /** The process has begun: life. */
    LIFE,
    /** The engine is open: life. */
    OPENED,
    /** A trigger is about to be called: task, number. */
    INTENT,
    /** A trigger has returned: task, number, run. */
    ACKNOWLEDGED,
    /** A body was entered: task, run, attempt, parent or "-", step. */
    ENTERED,
    /** A body is about to return: task, run, attempt. */
    RETURNED,
    /** A parent was given the result of a child: child. */
    SEEN,
    /** More bodies than ever before in this life hold slots of one place: place, how many. */
    MOST,
    /** Something that may not happen: what. */
    PROBLEM
  }

  private final OutputStream out;

  private KillLog(OutputStream out) {
    this.out = out;
  }

  static KillLog append(Path file) throws IOException {
    return new KillLog(new FileOutputStream(file.toFile(), true));
  }

  /** For whoever only needs the tasks' types. */
  static KillLog nowhere() {
    return new KillLog(OutputStream.nullOutputStream());
  }

  static List<Event> read(Path file) throws IOException {
    int[] life = new int[1];
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .map(line -> List.of(line.split(" ")))
          .map(
              words -> {
                Kind kind = Kind.valueOf(words.getFirst());
                if (kind == Kind.LIFE) {
                  life[0] = Integer.parseInt(words.get(1));
                }
                return new Event(life[0], kind, words.subList(1, words.size()));
              })
          .toList();
    }
  }

  void life(int life) {
    write(Kind.LIFE, life);
  }

  void opened(int life) {
    write(Kind.OPENED, life);
  }

  void intent(String task, long number) {
    write(Kind.INTENT, task, number);
  }

  void acknowledged(String task, long number, String run) {
    write(Kind.ACKNOWLEDGED, task, number, run);
  }

  void entered(RunContext run, int step) {
    String parent = run.parentId();
    write(
        Kind.ENTERED,
        run.taskId(),
        run.runId(),
        run.attempt(),
        parent == null ? "-" : parent,
        step);
  }

  void returned(RunContext run) {
    write(Kind.RETURNED, run.taskId(), run.runId(), run.attempt());
  }

  void seen(String child) {
    write(Kind.SEEN, child);
  }

  void most(String place, int bodies) {
    write(Kind.MOST, place, bodies);
  }

  void problem(String what) {
    write(Kind.PROBLEM, what.replaceAll("\\s+", "_"));
  }

  private void write(Kind kind, Object... fields) {
    StringBuilder line = new StringBuilder(kind.name());
    for (Object field : fields) {
      line.append(' ').append(field);
    }
    try {
      out.write(line.append('\n').toString().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
