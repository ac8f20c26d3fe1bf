package dev.pawl.h2.internal.redo;

import dev.pawl.RunError;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Chains of errors, outermost first. */
final class ErrorFields {
  private ErrorFields() {}

  static void write(Sink out, RunError error) {
    for (RunError link = error; link != null; link = link.cause()) {
      out.text(link.code().name());
      out.text(link.type());
      out.text(link.message());
      out.text(link.stackTrace());
      out.flag(link.cause() != null);
    }
  }

  static RunError read(Source in) {
    List<RunError> links = new ArrayList<>();
    boolean more = true;
    while (more) {
      links.add(
          new RunError(in.constant(RunError.Code.class), in.text(), in.text(), in.text(), null));
      more = in.flag();
    }
    RunError error = links.getLast();
    for (RunError link : links.reversed().subList(1, links.size())) {
      error = new RunError(link.code(), link.type(), link.message(), link.stackTrace(), error);
    }
    return error;
  }

  static void writeOptional(Sink out, @Nullable RunError error) {
    out.flag(error != null);
    if (error != null) {
      write(out, error);
    }
  }

  static @Nullable RunError readOptional(Source in) {
    return in.flag() ? read(in) : null;
  }
}
