package dev.pawl.samples.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How many cores other processes kept busy while something was measured: what makes a figure worth
 * less. Linux tells; elsewhere it is not a number.
 */
final class MachineLoad {
  private static final Path STAT = Path.of("/proc/stat");
  private static final double NANOS_PER_TICK = 1e7;

  private final long startedAt = System.nanoTime();
  private final double busy = busyNanos();
  private final double own = ownNanos();

  /** User, nice, system, irq, softirq and stolen time of all cores. */
  private static double busyNanos() {
    try {
      String[] ticks = Files.readAllLines(STAT).get(0).trim().split("\\s+", -1);
      double sum = 0;
      for (int i : new int[] {1, 2, 3, 6, 7, 8}) {
        sum += Long.parseLong(ticks[i]);
      }
      return sum * NANOS_PER_TICK;
    } catch (IOException e) {
      return Double.NaN;
    }
  }

  private static double ownNanos() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
        ? system.getProcessCpuTime()
        : Double.NaN;
  }

  double otherCores() {
    double elapsed = System.nanoTime() - startedAt;
    return Math.max(0, (busyNanos() - busy - (ownNanos() - own)) / elapsed);
  }

  /** The processor time that this JVM took for each of so many things, in microseconds. */
  double ownMicrosEach(long things) {
    return ownNanosUsed() / 1e3 / things;
  }

  double ownNanosUsed() {
    return ownNanos() - own;
  }

  double ownCores() {
    return (ownNanos() - own) / (System.nanoTime() - startedAt);
  }
}
