package dev.pawl.samples.indexer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TableTest {
  @Test
  void theLargestLanguageComesFirst() {
    Index index =
        new Index(
            Map.of(
                "Java", new Tally(1, 2, 3, 4), "XML", new Tally(1_000, 20_000, 300_000, 4_000_000)),
            0,
            List.of(),
            "abc");
    assertThat(Table.of(index))
        .isEqualToNormalizingNewlines(
            """
            language           files        lines        words           bytes
            XML                1,000       20,000      300,000       4,000,000
            Java                   1            2            3               4
            total              1,001       20,002      300,003       4,000,004
            checksum abc
            """);
  }

  @Test
  void someProblemsAreShownAndTheRestCounted() {
    List<Index.Problem> problems =
        IntStream.range(0, 100).mapToObj(i -> new Index.Problem("f" + i, "Gone")).toList();
    assertThat(Table.of(new Index(Map.of(), 1_234, problems, "abc")))
        .containsPattern("unreadable +1,234\\R  f0: Gone\\R")
        .contains("  f9: Gone")
        .doesNotContain("f10")
        .contains("  and 1,224 more");
  }
}
