package dev.flint.bench.job;

import dev.flint.bench.report.Series;
import dev.flint.bench.report.Target;
import dev.flint.bench.tool.Flint;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Compares Flint's series with the best peer's and with skopeo's. */
final class Verdicts {
  private static final double PEAK_MEMORY = 150;
  private static final double MEBIBYTE = 1 << 20;

  private final List<Series> series;
  private final List<Target> targets = new ArrayList<>();

  Verdicts(List<Series> series) {
    this.series = series;
  }

  /** Wall time of Flint, its best way, to that of the fastest peer. */
  Verdicts bestPeer(double limit) {
    Optional<Series> peer =
        series.stream().filter(row -> !isFlint(row)).min(Comparator.comparingDouble(Series::wall));
    peer.ifPresent(
        best -> {
          Series flint = usual();
          targets.add(
              Target.ratio(
                  flint.tool() + " : " + best.tool() + ", wall", flint.ratioTo(best), limit));
        });
    return this;
  }

  /** Wall time with the JDK's zlib alone, to skopeo's. */
  Verdicts jdkToSkopeo(double limit) {
    Optional<Series> jdk = fastest(Flint.JDK);
    Optional<Series> skopeo = named("skopeo");
    if (jdk.isPresent() && skopeo.isPresent()) {
      targets.add(
          Target.ratio(
              jdk.get().tool() + " : skopeo, wall", jdk.get().ratioTo(skopeo.get()), limit));
    }
    return this;
  }

  /** Size of the layer, to each peer's. */
  Verdicts layers() {
    for (Series peer : series) {
      if (!isFlint(peer)) {
        targets.add(layer(series.get(0), peer, 1.0));
      }
    }
    Optional<Series> skopeo = named("skopeo");
    named(Flint.JDK)
        .ifPresent(jdk -> skopeo.ifPresent(peer -> targets.add(layer(jdk, peer, 1.05))));
    return this;
  }

  private static Target layer(Series flint, Series peer, double limit) {
    double ratio = (double) flint.layer().orElse(0) / peer.layer().orElse(1);
    return new Target(flint.tool() + " : " + peer.tool() + ", layer size", ratio, limit, 3);
  }

  /** Wall time to the floor's. */
  Verdicts floor(double seconds) {
    Series flint = usual();
    targets.add(
        Target.ratio(
            "%s : floor (%.2f s), wall".formatted(flint.tool(), seconds),
            flint.wall() / seconds,
            1.25));
    return this;
  }

  /** Memory of all variants of Flint. */
  Verdicts memory() {
    long peak =
        series.stream().filter(Verdicts::isFlint).mapToLong(Series::peakMemory).max().orElse(0);
    targets.add(new Target("peak RSS of flint, MiB", peak / MEBIBYTE, PEAK_MEMORY, 0));
    return this;
  }

  List<Target> all() {
    return targets;
  }

  private static boolean isFlint(Series row) {
    return row.tool().startsWith("flint");
  }

  private Series usual() {
    return series.stream()
        .filter(row -> isFlint(row) && !row.tool().startsWith(Flint.JDK))
        .min(Comparator.comparingDouble(Series::wall))
        .orElseThrow();
  }

  private Optional<Series> named(String tool) {
    return series.stream().filter(row -> row.tool().equals(tool)).findFirst();
  }

  private Optional<Series> fastest(String prefix) {
    return series.stream()
        .filter(row -> row.tool().startsWith(prefix))
        .min(Comparator.comparingDouble(Series::wall));
  }
}
