package dev.pawl.samples.indexer;

import java.util.Comparator;
import java.util.Formatter;
import java.util.Locale;
import java.util.Map;

/** The index as text. */
final class Table {
  private static final int SHOWN_PROBLEMS = 10;

  private final Formatter text = new Formatter(Locale.ROOT);

  private Table() {}

  /** A line for each language, the largest first; then the sums, and what could not be read. */
  static String of(Index index) {
    Table table = new Table();
    table.languages(index);
    table.problems(index);
    table.text.format("checksum %s%n", index.sha256());
    return table.text.toString();
  }

  private void languages(Index index) {
    text.format("%-14s %9s %12s %12s %15s%n", "language", "files", "lines", "words", "bytes");
    index.languages().entrySet().stream()
        .sorted(
            Comparator.comparingLong((Map.Entry<String, Tally> each) -> -each.getValue().bytes())
                .thenComparing(Map.Entry::getKey))
        .forEach(each -> row(each.getKey(), each.getValue()));
    row("total", index.total());
  }

  private void row(String name, Tally sum) {
    text.format(
        "%-14s %,9d %,12d %,12d %,15d%n", name, sum.files(), sum.lines(), sum.words(), sum.bytes());
  }

  private void problems(Index index) {
    if (index.unreadable() == 0) {
      return;
    }
    text.format("%-14s %,9d%n", "unreadable", index.unreadable());
    index.problems().stream()
        .limit(SHOWN_PROBLEMS)
        .forEach(problem -> text.format("  %s: %s%n", problem.path(), problem.reason()));
    long more = index.unreadable() - Math.min(SHOWN_PROBLEMS, index.problems().size());
    if (more > 0) {
      text.format("  and %,d more%n", more);
    }
  }
}
