package dev.pawl.samples.runner;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A method, a path, and what is done there. */
final class Route {
  /** What ids of runs and batches look like; whether there is one, the engine knows. */
  private static final String ID = "([a-z]{3,5}_[0-9a-z]{13})";

  /** Does what was asked for; throws a {@link Refusal} or what the engine throws. */
  interface Action {
    Answer answer(Call call);
  }

  private final String method;
  private final String path;
  private final Pattern pattern;
  private final Action action;

  private Route(String method, String path, Action action) {
    this.method = method;
    this.path = path;
    this.pattern = Pattern.compile(path.replaceAll("\\{\\w+}", ID));
    this.action = action;
  }

  static Route get(String path, Action action) {
    return new Route("GET", path, action);
  }

  static Route post(String path, Action action) {
    return new Route("POST", path, action);
  }

  String method() {
    return method;
  }

  Action action() {
    return action;
  }

  /** The id in the path, empty where the route has none; null where the path is not this one's. */
  @Nullable String match(String asked) {
    Matcher matcher = pattern.matcher(asked);
    if (!matcher.matches()) {
      return null;
    }
    return matcher.groupCount() == 0 ? "" : matcher.group(1);
  }

  /** {@code POST /v1/runs/{run}/cancel}. */
  @Override
  public String toString() {
    return method + " " + path;
  }
}
