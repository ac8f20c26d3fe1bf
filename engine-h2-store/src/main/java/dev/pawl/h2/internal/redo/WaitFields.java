package dev.pawl.h2.internal.redo;

import dev.pawl.spi.WaitRow;
import java.util.ArrayList;
import java.util.List;

/** What a parked run waits for. */
final class WaitFields {
  private WaitFields() {}

  static void write(Sink out, List<WaitRow> waits) {
    out.number(waits.size());
    for (WaitRow wait : waits) {
      out.number(wait.seq());
      out.text(wait.kind().name());
      out.number(wait.targetId());
      out.number(wait.deadlineMicros());
    }
  }

  static List<WaitRow> read(Source in) {
    int count = in.count();
    List<WaitRow> waits = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      waits.add(
          new WaitRow(in.integer(), in.constant(WaitRow.Kind.class), in.number(), in.number()));
    }
    return List.copyOf(waits);
  }
}
