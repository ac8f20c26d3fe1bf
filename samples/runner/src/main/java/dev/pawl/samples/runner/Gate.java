package dev.pawl.samples.runner;

import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.HostPort;
import org.jspecify.annotations.Nullable;

/**
 * Who is let in.
 *
 * <ul>
 *   <li>The name in {@code Host} must be one of ours: a web page whose name was bound to this
 *       address (DNS rebinding) gives its own.
 *   <li>No browser on behalf of a page: these send {@code Origin}, or say in {@code Sec-Fetch-Site}
 *       that a page asks. There are no CORS headers either.
 *   <li>Where there is a key, it must be shown, except for the question whether all is well.
 * </ul>
 */
final class Gate extends Handler.Wrapper {
  static final String HEALTH = "/healthz";

  private final Set<String> hosts = new HashSet<>(List.of("localhost", "127.0.0.1", "[::1]"));
  private final @Nullable SecretKey key;

  Gate(InetAddress address, List<String> hosts, @Nullable SecretKey key) {
    if (!address.isAnyLocalAddress()) {
      this.hosts.add(HostPort.normalizeHost(address.getHostAddress()));
    }
    this.hosts.addAll(hosts);
    this.key = key;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    Refusal refusal = refusal(request);
    if (refusal == null) {
      return super.handle(request, response, callback);
    }
    Answer.refusal(refusal).send(response, callback);
    return true;
  }

  private @Nullable Refusal refusal(Request request) {
    HttpFields headers = request.getHeaders();
    if (!isOurs(headers)) {
      return new Refusal(
          421, "wrong-host", "the Host header names no host of this runner; see the setting hosts");
    }
    String site = headers.get("Sec-Fetch-Site");
    if (headers.contains(HttpHeader.ORIGIN) || (site != null && !site.equals("none"))) {
      return new Refusal(403, "browser", "web pages are not served");
    }
    if (key != null
        && !Request.getPathInContext(request).equals(HEALTH)
        && !key.isShownBy(headers.get(HttpHeader.AUTHORIZATION))) {
      return new Refusal(401, "unauthorized", "show the key: Authorization: Bearer ...");
    }
    return null;
  }

  private boolean isOurs(HttpFields headers) {
    List<String> given = headers.getValuesList(HttpHeader.HOST);
    if (given.size() != 1) {
      return false;
    }
    try {
      String host = new HostPort(given.get(0)).getHost();
      return host != null && hosts.contains(host.toLowerCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
