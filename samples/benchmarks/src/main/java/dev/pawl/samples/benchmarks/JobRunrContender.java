package dev.pawl.samples.benchmarks;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.IntStream;
import org.jobrunr.configuration.JobRunr;
import org.jobrunr.configuration.JobRunrConfiguration.JobRunrConfigurationResult;
import org.jobrunr.jobs.lambdas.JobRequest;
import org.jobrunr.jobs.lambdas.JobRequestHandler;
import org.jobrunr.scheduling.JobBuilder;
import org.jobrunr.server.BackgroundJobServerConfiguration;
import org.jobrunr.server.configuration.BackgroundJobServerThreadType;
import org.jobrunr.server.configuration.DefaultBackgroundJobServerWorkerPolicy;
import org.jobrunr.storage.sql.common.SqlStorageProviderFactory;

/**
 * JobRunr's open source edition by job requests, which need no analysis of a lambda, on virtual
 * threads, without its dashboard. It polls each 5 s, the shortest interval its SQL stores accept.
 */
final class JobRunrContender implements Contender {
  /** Its own default on two cores. */
  private static final int SLOTS = 32;

  /** The job; public with a constructor and a field, because JobRunr writes it as JSON. */
  public static final class NoOp implements JobRequest {
    private static final long serialVersionUID = 1;

    public String payload;

    public NoOp() {
      this("");
    }

    NoOp(String payload) {
      this.payload = payload;
    }

    @Override
    public Class<NoOpHandler> getJobRequestHandler() {
      return NoOpHandler.class;
    }
  }

  /** Its body; JobRunr makes one for each job. */
  public static final class NoOpHandler implements JobRequestHandler<NoOp> {
    @Override
    public void run(NoOp job) {
      Bodies.run(job.payload);
    }
  }

  private final HikariDataSource database;
  private final JobRunrConfigurationResult jobRunr;

  JobRunrContender(Setting setting) {
    database = Databases.h2(setting.folder());
    jobRunr =
        JobRunr.configure()
            .useStorageProvider(SqlStorageProviderFactory.using(database))
            .useBackgroundJobServer(
                BackgroundJobServerConfiguration.usingStandardBackgroundJobServerConfiguration()
                    .andPollInterval(Duration.ofSeconds(5))
                    .andBackgroundJobServerWorkerPolicy(
                        new DefaultBackgroundJobServerWorkerPolicy(
                            setting.slotsOr(SLOTS), BackgroundJobServerThreadType.VirtualThreads)),
                false)
            .initialize();
  }

  @Override
  public void start() {
    jobRunr.getBackgroundJobServer().start();
  }

  @Override
  public void trigger(int number) {
    jobRunr.getJobRequestScheduler().enqueue(job(number));
  }

  private static NoOp job(int number) {
    return new NoOp(Bodies.payload(number));
  }

  @Override
  public void triggerAll(int from, int count) {
    jobRunr
        .getJobRequestScheduler()
        .enqueue(IntStream.range(from, from + count).mapToObj(JobRunrContender::job));
  }

  @Override
  public void triggerAllAt(int from, int count, Instant due) {
    jobRunr
        .getJobRequestScheduler()
        .create(
            IntStream.range(from, from + count)
                .mapToObj(n -> JobBuilder.aJob().scheduleAt(due).withJobRequest(job(n))));
  }

  @Override
  public long left() throws SQLException {
    return Databases.count(database, "jobrunr_jobs where state <> 'SUCCEEDED'");
  }

  @Override
  public void close() {
    JobRunr.destroy();
    database.close();
  }
}
