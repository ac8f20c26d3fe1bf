package dev.pawl.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever users see says what it is. */
class ApiDocsTest {
  @ParameterizedTest
  @ValueSource(strings = {"", "spi", "testing"})
  void everythingPublicIsDescribed(String name) throws IOException {
    assertThat(ApiDocs.missing(Path.of("src/main/java/dev/pawl", name))).isEmpty();
  }

  @Test
  void whatIsNotDescribedIsFound(@TempDir Path folder) throws IOException {
    Files.writeString(
        folder.resolve("Shown.java"),
        """
        public interface Shown {
          void bare();
          /** Described. */
          void described();
          /** A constant of an interface that is not static in words. */
          int SIZE = 1;
          /** A record. */
          record Pair(int one) {
            public Pair {}
            public static final int LIMIT = 1;
            @Override public String toString() { return ""; }
            private static void hidden() {}
            void packagePrivate() {}
          }
          /** */
          enum Blank { /** One. */ ONE, TWO }
        }
        """);
    assertThat(ApiDocs.missing(folder))
        .containsExactlyInAnyOrder(
            "Shown",
            "Shown.bare",
            "Shown.Pair.<init>",
            "Shown.Pair.LIMIT",
            "Shown.Blank",
            "Shown.Blank.TWO");
  }
}
