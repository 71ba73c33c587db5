package dev.flint.bench.job;

import dev.flint.bench.input.BlobImage;
import dev.flint.bench.machine.Certificate;
import dev.flint.bench.machine.Measured;
import dev.flint.bench.machine.Registry;
import dev.flint.bench.report.Series;
import dev.flint.bench.tool.Mover;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Push and pull of images that are moved as they are: one of many small blobs, of which round trips
 * are the cost, and one of a large blob, with and without TLS. What an image of one tiny blob takes
 * is told beside them, as that is no matter of blobs at all.
 */
public final class BlobsJob {
  private static final String REPOSITORY = "/bench/blobs:1";
  private static final double LIMIT = 1.15;

  private final Bench bench;
  private final Path inputs;
  private final List<Mover> movers;

  /**
   * Moves images.
   *
   * @param inputs where inputs are kept
   * @param movers the first is compared with the others
   */
  public BlobsJob(Bench bench, Path inputs, List<Mover> movers) {
    this.bench = bench;
    this.inputs = inputs;
    this.movers = List.copyOf(movers);
  }

  /** One way to a registry. */
  private record Transport(String name, Optional<Certificate> certificate) {}

  /** One direction over it. */
  private interface Direction {
    Measured measure(Mover mover, BlobImage image) throws IOException;
  }

  /**
   * Measures and reports.
   *
   * @param many of small blobs
   * @param large of one blob
   */
  public void run(BlobImage many, BlobImage large) throws IOException {
    Certificate certificate = Certificate.make(bench.work().resolve("certificate"));
    List<Transport> transports =
        List.of(
            new Transport("http", Optional.empty()),
            new Transport("TLS", Optional.of(certificate)));
    bench.report().input("Blobs", "images moved as they are");
    for (Transport transport : transports) {
      run("Push", transport, many, large, (mover, image) -> push(transport, mover, image));
      try (Registry shelf = registry("shelf", transport)) {
        run("Pull", transport, many, large, (mover, image) -> pull(shelf, transport, mover, image));
      }
    }
  }

  private void run(
      String what, Transport transport, BlobImage many, BlobImage large, Direction direction)
      throws IOException {
    String job = what + " over " + transport.name;
    List<Series> least = contest(job, BlobImage.one("tiny", 100), direction);
    for (BlobImage image : List.of(many, large)) {
      List<Series> series = contest(job, image, direction);
      bench.report().job(job + ", " + image.name());
      bench.report().table(series);
      bench.report().targets(new Verdicts(series).bestPeer(LIMIT).memory().all());
      bench.report().paragraph(share(series, least));
    }
  }

  /** Where the time goes. */
  private static String share(List<Series> series, List<Series> least) {
    StringBuilder text = new StringBuilder("Of that, an image of one tiny blob takes");
    for (int i = 0; i < series.size(); i++) {
      Series all = series.get(i);
      text.append(
          "%s %s %.3f s wall and %.2f s CPU of %.3f and %.2f"
              .formatted(
                  i == 0 ? "" : ",",
                  all.tool(),
                  least.get(i).wall(),
                  least.get(i).cpu(),
                  all.wall(),
                  all.cpu()));
    }
    return text + ".";
  }

  private List<Series> contest(String job, BlobImage image, Direction direction)
      throws IOException {
    Contest contest = new Contest(job + ", " + image.name(), bench.log());
    long bytes = image.sizes().stream().mapToLong(Long::longValue).sum();
    for (Mover mover : movers) {
      contest.enter(
          mover.name(),
          OptionalLong.empty(),
          OptionalLong.of(bytes),
          () -> direction.measure(mover, image));
    }
    return contest.hold(bench.pairs());
  }

  private Measured push(Transport transport, Mover mover, BlobImage image) throws IOException {
    mover.reset();
    try (Registry registry = registry("registry", transport)) {
      String reference = registry.host() + REPOSITORY;
      Path home = image.home(inputs, reference);
      return bench.stopwatch().run(mover.push(home, reference, transport.certificate));
    }
  }

  private Measured pull(Registry shelf, Transport transport, Mover mover, BlobImage image)
      throws IOException {
    String reference = shelf.host() + "/bench/" + image.plainName() + ":1";
    if (!shelf.has(reference)) {
      Mover first = movers.get(0);
      first.reset();
      bench
          .stopwatch()
          .run(first.push(image.home(inputs, reference), reference, transport.certificate));
    }
    mover.reset();
    return bench.stopwatch().run(mover.pull(reference, transport.certificate));
  }

  private Registry registry(String folder, Transport transport) throws IOException {
    return Registry.start(bench.work().resolve(folder), transport.certificate);
  }
}
