package dev.pawl.samples.runner;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Finds the route of a request, and answers it. */
final class Api extends Handler.Abstract {
  private final List<Route> routes;
  private final int maxBodyBytes;
  private final Duration bodyTime;

  Api(List<Route> routes, int maxBodyBytes, Duration bodyTime) {
    this.routes = List.copyOf(routes);
    this.maxBodyBytes = maxBodyBytes;
    this.bodyTime = bodyTime;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    Answer answer;
    try {
      answer = answer(request, response);
    } catch (Exception | StackOverflowError e) {
      answer = Answer.refusal(Failures.refusal(e));
    }
    answer.send(response, callback);
    return true;
  }

  private Answer answer(Request request, Response response) {
    String path = Request.getPathInContext(request);
    List<String> methods = new ArrayList<>();
    for (Route route : routes) {
      String id = route.match(path);
      if (id != null && route.method().equals(request.getMethod())) {
        return route.action().answer(new Call(request, id, maxBodyBytes, bodyTime));
      } else if (id != null) {
        methods.add(route.method());
      }
    }
    if (methods.isEmpty()) {
      throw new Refusal(404, "no-such-path", "there is nothing at this path");
    }
    Set<String> allowed = new TreeSet<>(methods);
    response.getHeaders().put(HttpHeader.ALLOW, String.join(", ", allowed));
    throw new Refusal(405, "no-such-method", "this path takes " + String.join(", ", allowed));
  }
}
