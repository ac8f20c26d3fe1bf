package dev.pawl.samples.runner;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Promise;

/** A request that a route was found for. */
final class Call {
  private final Request request;
  private final String id;
  private final int maxBodyBytes;
  private final Duration bodyTime;

  Call(Request request, String id, int maxBodyBytes, Duration bodyTime) {
    this.request = request;
    this.id = id;
    this.maxBodyBytes = maxBodyBytes;
    this.bodyTime = bodyTime;
  }

  /** The id in the path; empty where the route has none. */
  String id() {
    return id;
  }

  Query query() {
    try {
      return Query.of(Request.extractQueryParameters(request, UTF_8));
    } catch (RuntimeException e) {
      throw Refusal.badRequest("the parameters do not read as UTF-8");
    }
  }

  /**
   * The body, which has to be JSON and to say so: a form of a web page cannot.
   *
   * @throws Refusal if it says something else, is too large, takes too long, or does not fit
   */
  <T> T body(Class<T> type) {
    HttpField contentType = request.getHeaders().getField(HttpHeader.CONTENT_TYPE);
    if (contentType == null || !isJson(contentType.getValue())) {
      throw new Refusal(415, "not-json", "the body must be JSON: Content-Type: application/json");
    }
    return Json.read(bytes(), type);
  }

  private static boolean isJson(String contentType) {
    String[] parts = contentType.split(";", 2);
    return parts[0].strip().equalsIgnoreCase("application/json")
        && (parts.length == 1 || parts[1].strip().equalsIgnoreCase("charset=utf-8"));
  }

  private byte[] bytes() {
    if (request.getLength() > maxBodyBytes) {
      throw tooLarge();
    }
    Body body = new Body();
    Content.Source.asByteArrayAsync(request, maxBodyBytes, body);
    try {
      return body.get(bodyTime.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new Refusal(408, "body-timeout", "the body did not come within " + bodyTime);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IllegalStateException) {
        throw tooLarge(); // how Jetty says that there was more
      }
      throw Refusal.badRequest("the body could not be read to its end");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Refusal(503, "stopping", "the runner is stopping");
    }
  }

  private Refusal tooLarge() {
    return new Refusal(
        413, "too-large", "the body may have " + maxBodyBytes + " bytes; see maxBodyBytes");
  }

  /** What is read by Jetty's thread while that of the call waits. */
  private static final class Body extends CompletableFuture<byte[]>
      implements Promise.Invocable<byte[]> {
    @Override
    public void succeeded(byte[] bytes) {
      complete(bytes);
    }

    @Override
    public void failed(Throwable failure) {
      completeExceptionally(failure);
    }

    @Override
    public InvocationType getInvocationType() {
      return InvocationType.NON_BLOCKING;
    }
  }
}
