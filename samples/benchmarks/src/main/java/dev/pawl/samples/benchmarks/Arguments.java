package dev.pawl.samples.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What the command line asks for.
 *
 * @param rounds how often each contender has its turn; 0 for the scale's own number
 * @param flags further flags of the children's JVMs
 * @param peerH2 a jar of H2 for the peers; empty for the one that Pawl uses
 * @param extra settings of a workload, {@code name=value}
 */
record Arguments(
    List<Workload> workloads,
    List<Entrant> entrants,
    Scale scale,
    int rounds,
    Path data,
    List<String> flags,
    String peerH2,
    List<String> extra) {

  static final String USAGE =
      """
      --scale smoke|short|full  how much of each (short)
      --only P1,P4              which workloads (all)
      --entrants DBOS,QUARTZ    who takes part (all that can); names as in Entrant
      --rounds 3                how often each has its turn (short: 1, full: 5)
      --data folder             where databases, logs and results go (target/benchmarks)
      --jvm -XX:+UseZGC         a flag for each child; may be given several times
      --peer-h2 h2.jar          another H2 for the peers
      --set minutes=10          a setting of a workload; may be given several times""";

  static Arguments parse(List<Workload> workloads, String... args) {
    List<Workload> chosen = workloads;
    List<Entrant> entrants = List.of(Entrant.values());
    Scale scale = Scale.SHORT;
    int rounds = 0;
    Path data = Path.of("target/benchmarks");
    List<String> flags = new ArrayList<>();
    String peerH2 = "";
    List<String> extra = new ArrayList<>();
    for (int i = 0; i + 1 < args.length; i += 2) {
      String value = args[i + 1];
      switch (args[i]) {
        case "--scale" -> scale = Scale.valueOf(value.toUpperCase(Locale.ROOT));
        case "--only" -> chosen = split(value).map(Workloads::byId).toList();
        case "--entrants" -> entrants = split(value).map(Entrant::valueOf).toList();
        case "--rounds" -> rounds = Integer.parseInt(value);
        case "--data" -> data = Path.of(value);
        case "--jvm" -> flags.add(value);
        case "--peer-h2" -> peerH2 = value;
        case "--set" -> extra.add(value);
        default -> throw new IllegalArgumentException(args[i] + "?\n" + USAGE);
      }
    }
    if (args.length % 2 != 0) {
      throw new IllegalArgumentException(args[args.length - 1] + " without a value\n" + USAGE);
    }
    return new Arguments(chosen, entrants, scale, rounds, data, flags, peerH2, extra);
  }

  private static Stream<String> split(String list) {
    return Arrays.stream(list.split(",", -1)).map(String::trim);
  }

  int roundsOrDefault() {
    return rounds == 0 ? scale.rounds() : rounds;
  }
}
