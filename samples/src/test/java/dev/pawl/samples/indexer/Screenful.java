package dev.pawl.samples.indexer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What one command of the indexer, run in this process, printed. */
record Screenful(int status, String out, String err) {

  static Screenful of(Path folder, Path store, String... more) throws InterruptedException {
    List<String> args = new ArrayList<>(List.of(folder.toString(), "--store", store.toString()));
    args.addAll(List.of(more));
    return of(args.toArray(String[]::new));
  }

  static Screenful of(String... args) throws InterruptedException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status =
        Indexer.run(
            new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), false, args);
    return new Screenful(status, out.toString(UTF_8), err.toString(UTF_8));
  }

  /** The table, without what was said before and the time after. */
  static String table(String out) {
    return group(out, "(?s)(language .*checksum \\S+)");
  }

  /** The first group of the first match. */
  static String group(String text, String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    if (!matcher.find()) {
      throw new AssertionError("no " + pattern + " in:\n" + text);
    }
    return matcher.group(1);
  }
}
