package dev.pawl.samples.indexer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LanguageTest {
  @ParameterizedTest
  @CsvSource({
    "A.java, Java",
    "UPPER.XML, XML",
    "two.dots.md, Markdown",
    "Makefile, Makefile",
    "LICENSE, Text",
    "java, Java",
    "no-extension, (other)",
    "a.unheard-of, (other)",
    ".gitignore, (other)",
    "dot., (other)"
  })
  void aNameTellsTheLanguage(String name, String language) {
    assertThat(Language.of(name)).isEqualTo(language);
  }
}
