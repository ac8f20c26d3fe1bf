package dev.pawl.samples.runner;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server: Jetty with little of everything. Its threads are platform threads, one at most
 * for each connection, because bodies run on virtual threads: some that compute without end would
 * keep those from everybody else, and nobody could ask what is wrong.
 */
final class Web implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Web.class);

  /** How many connections there may be; more wait to be accepted. */
  static final int MAX_CONNECTIONS = 64;

  private static final int ACCEPTORS_AND_SELECTORS = 2;
  private static final int MAX_HEAD_BYTES = 16 << 10;

  /** How long answers have that are being written when the server stops. */
  private static final Duration LAST_ANSWERS = Duration.ofSeconds(1);

  /** How long a connection without a request is kept when the server stops. */
  private static final Duration IDLE_AT_THE_END = Duration.ofMillis(200);

  /**
   * How long clients may take.
   *
   * @param head until the head of a request is complete
   * @param body until its body is
   * @param exchange until its answer has been taken, a wait for a run included
   */
  record Patience(Duration head, Duration body, Duration exchange) {
    static final Patience USUAL =
        new Patience(Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(60));
  }

  private final Server server;
  private final ServerConnector connector;
  private final InetAddress address;

  private Web(Server server, ServerConnector connector, InetAddress address) {
    this.server = server;
    this.connector = connector;
    this.address = address;
  }

  /**
   * Starts a server.
   *
   * @throws UsageException if the port is taken, or the address is none of this machine's
   */
  static Web start(
      RunnerConfig config, @Nullable SecretKey key, List<Route> routes, Patience patience)
      throws UsageException {
    QueuedThreadPool threads = new QueuedThreadPool(MAX_CONNECTIONS + 8, 2);
    threads.setName("http");
    Server server = new Server(threads);
    server.setErrorHandler(new JsonErrors());
    server.setStopTimeout(LAST_ANSWERS.toMillis());
    ServerConnector connector = connector(server, config, patience);
    Deadlines deadlines =
        new Deadlines(connector.getScheduler(), patience.head(), patience.exchange());
    connector.addBean(deadlines, false);
    Gate gate = new Gate(config.address(), config.hosts(), key);
    gate.setHandler(new Api(routes, config.maxBodyBytes(), patience.body()));
    deadlines.setHandler(gate);
    server.setHandler(new GracefulHandler(deadlines));
    try {
      server.start();
    } catch (IOException e) {
      stop(server);
      throw new UsageException(
          "cannot listen on " + authority(config.address(), config.port()) + ": " + e.getMessage(),
          e);
    } catch (Exception e) {
      stop(server);
      throw new IllegalStateException("the HTTP server does not start", e);
    }
    return new Web(server, connector, config.address());
  }

  private static ServerConnector connector(Server server, RunnerConfig config, Patience patience) {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(MAX_HEAD_BYTES);
    http.setRelativeRedirectAllowed(false);
    ServerConnector connector =
        new ServerConnector(
            server, 1, ACCEPTORS_AND_SELECTORS - 1, new HttpConnectionFactory(http));
    connector.setHost(config.address().getHostAddress());
    connector.setPort(config.port());
    connector.setIdleTimeout(patience.exchange().toMillis());
    connector.setShutdownIdleTimeout(IDLE_AT_THE_END.toMillis());
    server.addBean(new NetworkConnectionLimit(MAX_CONNECTIONS, connector));
    server.addConnector(connector);
    return connector;
  }

  int port() {
    return connector.getLocalPort();
  }

  /** Where it is, for people: {@code http://127.0.0.1:7295}. */
  String url() {
    return "http://" + authority(address, port());
  }

  private static String authority(InetAddress address, int port) {
    String host = address.getHostAddress();
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }

  /** Takes no more connections, lets answers be written for a moment, and ends. */
  @Override
  public void close() {
    stop(server);
  }

  private static void stop(Server server) {
    try {
      server.stop();
    } catch (TimeoutException e) {
      log.info("some answers were cut off by the end of the HTTP server");
    } catch (Exception e) {
      throw new IllegalStateException("the HTTP server does not stop", e);
    }
  }

  /** What Jetty refuses by itself, before any handler: a malformed head, for example. */
  private static final class JsonErrors extends ErrorHandler {
    @Override
    public boolean errorPageForMethod(String method) {
      return true;
    }

    @Override
    protected void generateResponse(
        Request request,
        Response response,
        int code,
        @Nullable String message,
        @Nullable Throwable cause,
        Callback callback) {
      String words = HttpStatus.getMessage(code);
      Answer.refusal(new Refusal(code, "http-" + code, words)).send(response, callback);
    }
  }
}
