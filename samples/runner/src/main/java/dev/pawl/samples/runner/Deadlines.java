package dev.pawl.samples.runner;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Closes connections that take too long as a whole. An idle time-out alone does not: whoever sends
 * a byte now and then keeps a connection for ever, and there are only so many.
 *
 * <p>A connection without a request has a time until the head of its next one is complete; a
 * request has a time until its answer has been taken.
 */
final class Deadlines extends Handler.Wrapper implements Connection.Listener {
  private final Scheduler scheduler;
  private final Duration head;
  private final Duration exchange;
  private final ConcurrentMap<Connection, Scheduler.Task> armed = new ConcurrentHashMap<>();

  Deadlines(Scheduler scheduler, Duration head, Duration exchange) {
    this.scheduler = scheduler;
    this.head = head;
    this.exchange = exchange;
  }

  @Override
  public void onOpened(Connection connection) {
    arm(connection, head);
  }

  @Override
  public void onClosed(Connection connection) {
    Scheduler.Task task = armed.remove(connection);
    if (task != null) {
      task.cancel();
    }
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    Connection connection = request.getConnectionMetaData().getConnection();
    arm(connection, exchange);
    Request.addCompletionListener(request, failure -> arm(connection, head));
    return super.handle(request, response, callback);
  }

  private void arm(Connection connection, Duration time) {
    Scheduler.Task former =
        armed.put(connection, scheduler.schedule(() -> expire(connection), time));
    if (former != null) {
      former.cancel();
    }
  }

  private void expire(Connection connection) {
    armed.remove(connection);
    connection.getEndPoint().close(new TimeoutException("the connection took too long"));
  }
}
