package dev.pawl.samples.runner;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;

/** A client that sends what it likes. */
final class Wire implements AutoCloseable {
  private final Socket socket;

  Wire(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(30_000);
  }

  /** Sends text; a line ends with CR LF. */
  Wire send(String text) throws IOException {
    socket.getOutputStream().write(text.replace("\n", "\r\n").getBytes(ISO_8859_1));
    socket.getOutputStream().flush();
    return this;
  }

  /** Sends text, and looks for 100 ms whether the server closes the connection. */
  boolean isClosedAfter(String text) throws IOException {
    socket.setSoTimeout(100);
    try {
      return send(text).socket.getInputStream().read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (SocketException e) {
      return true; // what was sent met a closed connection
    }
  }

  /** Everything that the server sends until it closes the connection. */
  String untilClosed() throws IOException {
    return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
  }

  /** What the server answers to one request, after which the connection is to be closed. */
  static String ask(int port, String request) throws IOException {
    try (Wire wire = new Wire(port)) {
      return wire.send(request).untilClosed();
    }
  }

  static int status(String answer) {
    return Integer.parseInt(answer.split(" ", 3)[1]);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
