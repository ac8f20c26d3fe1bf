package dev.pawl.engine;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.slf4j.LoggerFactory;

/** What a log file would hold of all that the engine logs while this is open. */
final class LoggedLines implements AutoCloseable {
  private final Logger logger = (Logger) LoggerFactory.getLogger("dev.pawl");
  private final ByteArrayOutputStream file = new ByteArrayOutputStream();
  private final OutputStreamAppender<ILoggingEvent> appender = new OutputStreamAppender<>();

  private LoggedLines() {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(logger.getLoggerContext());
    encoder.setPattern("at %d %-5level %logger: %msg%n");
    encoder.setCharset(StandardCharsets.UTF_8);
    encoder.start();
    appender.setContext(logger.getLoggerContext());
    appender.setEncoder(encoder);
    appender.setOutputStream(file);
    appender.start();
    logger.addAppender(appender);
  }

  static LoggedLines open() {
    return new LoggedLines();
  }

  /** Cut where a viewer of the file may see the end of a line. */
  List<String> lines() {
    return List.of(file.toString(StandardCharsets.UTF_8).split("\n", -1));
  }

  @Override
  public void close() {
    logger.detachAppender(appender);
    appender.stop();
  }
}
