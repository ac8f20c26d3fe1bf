package dev.pawl.samples.benchmarks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The databases of those contenders that need one given to them. */
final class Databases {
  /** The environment variable, or system property, that says where PostgreSQL is. */
  static final String POSTGRES = "PAWL_BENCH_PG";

  /** What the peers' pools do best with here: more connections than cores, fewer than callers. */
  private static final int CONNECTIONS = 20;

  private Databases() {}

  /**
   * H2 in a file. {@code WRITE_DELAY=0}, because without it a killed process loses up to a third of
   * the last thousand acknowledged jobs.
   */
  static HikariDataSource h2(Path folder) {
    return h2("file:", folder);
  }

  /** The same in a file that is opened again where the interrupt of a thread has closed it. */
  static HikariDataSource h2ThatIsInterrupted(Path folder) {
    return h2("retry:", folder);
  }

  private static HikariDataSource h2(String files, Path folder) {
    return pool("jdbc:h2:" + files + folder.resolve("jobs").toAbsolutePath() + ";WRITE_DELAY=0");
  }

  /** The scratch database that {@link #POSTGRES} names: a round drops what is in it. */
  static HikariDataSource postgres() {
    String url = postgresUrl();
    if (url == null) {
      throw new IllegalStateException(POSTGRES + " does not say where PostgreSQL is");
    }
    return pool(url);
  }

  static @Nullable String postgresUrl() {
    String property = System.getProperty(POSTGRES);
    return property == null ? System.getenv(POSTGRES) : property;
  }

  private static HikariDataSource pool(String url) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    if (url.startsWith("jdbc:h2")) {
      config.setUsername("sa");
      config.setPassword("");
    }
    config.setMaximumPoolSize(CONNECTIONS);
    config.setMinimumIdle(CONNECTIONS);
    return new HikariDataSource(config);
  }

  static void run(DataSource database, String script) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      for (String command : script.split(";", -1)) {
        if (!command.isBlank()) {
          statement.execute(command);
        }
      }
    }
  }

  static long count(DataSource database, String from) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("select count(*) from " + from)) {
      result.next();
      return result.getLong(1);
    }
  }
}
