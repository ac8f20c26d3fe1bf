package dev.pawl.samples.runner;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** What a request is answered with. */
interface Answer {
  /** Writes it, and completes the callback in every case. */
  void send(Response response, Callback callback);

  static Answer json(Object value) {
    return json(200, value);
  }

  static Answer json(int status, Object value) {
    return bytes(status, "application/json", Json.write(value));
  }

  static Answer text(String contentType, String text) {
    return bytes(200, contentType, text.getBytes(UTF_8));
  }

  private static Answer bytes(int status, String contentType, byte[] body) {
    return (response, callback) -> {
      head(response, status, contentType);
      response.write(true, ByteBuffer.wrap(body), callback);
    };
  }

  /** A stored value as it is. Where it turns out to be damaged, the connection breaks off. */
  static Answer stream(InputStream value) {
    return (response, callback) -> {
      head(response, 200, "application/json");
      // Also where the connection is to be closed then: its end alone would not say that it is all.
      response.getHeaders().put(HttpHeader.TRANSFER_ENCODING, "chunked");
      try (InputStream in = value) {
        OutputStream out = Content.Sink.asOutputStream(response);
        in.transferTo(out);
        out.close(); // here only: what broke off must not look as if it were all
      } catch (IOException | RuntimeException e) {
        callback.failed(e);
        return;
      }
      callback.succeeded();
    };
  }

  static Answer refusal(Refusal refusal) {
    Answer answer = json(refusal.status(), refusal.body());
    return (response, callback) -> {
      if (refusal.status() == 401) {
        response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "Bearer");
      }
      if (refusal.retryAfter() != null) {
        long seconds = refusal.retryAfter().plusMillis(999).toSeconds();
        response.getHeaders().put(HttpHeader.RETRY_AFTER, Math.max(1, seconds));
      }
      answer.send(response, callback);
    };
  }

  private static void head(Response response, int status, String contentType) {
    response.setStatus(status);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, contentType);
    response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
    response.getHeaders().put("X-Content-Type-Options", "nosniff");
  }
}
