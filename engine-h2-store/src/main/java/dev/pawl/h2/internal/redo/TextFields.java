package dev.pawl.h2.internal.redo;

import java.util.List;

/** Lists of texts. */
final class TextFields {
  private TextFields() {}

  static void write(Sink out, List<String> texts) {
    out.number(texts.size());
    texts.forEach(out::text);
  }

  static List<String> read(Source in) {
    String[] texts = new String[in.count()];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = in.text();
    }
    return List.of(texts);
  }
}
