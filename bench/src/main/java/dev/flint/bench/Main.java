package dev.flint.bench;

import dev.flint.bench.floor.Floor;
import dev.flint.bench.input.BlobImage;
import dev.flint.bench.input.Input;
import dev.flint.bench.input.Inputs;
import dev.flint.bench.job.Bench;
import dev.flint.bench.job.BlobsJob;
import dev.flint.bench.job.ChunksJob;
import dev.flint.bench.job.PullJob;
import dev.flint.bench.job.PushJob;
import dev.flint.bench.job.Shelf;
import dev.flint.bench.job.StartJob;
import dev.flint.bench.job.UpdateJob;
import dev.flint.bench.machine.MachineFacts;
import dev.flint.bench.machine.Programs;
import dev.flint.bench.machine.Stopwatch;
import dev.flint.bench.report.Report;
import dev.flint.bench.tool.Crane;
import dev.flint.bench.tool.Flint;
import dev.flint.bench.tool.Image;
import dev.flint.bench.tool.Mover;
import dev.flint.bench.tool.Oras;
import dev.flint.bench.tool.Pushed;
import dev.flint.bench.tool.Skopeo;
import dev.flint.bench.tool.Tool;
import dev.flint.oci.FeatherKeys;
import dev.flint.oci.codec.Codec;
import dev.flint.oci.codec.Codecs;
import dev.flint.oci.codec.DeflateChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs the benchmark and writes its report; {@code bench/run} starts it. */
final class Main {
  private static final List<String> VERSIONS =
      List.of("skopeo", "crane", "oras", "docker-registry");
  private static final int FLOOR_ROUNDS = 3;

  private final Settings settings;
  private final Bench bench;

  private Main(Settings settings, Bench bench) {
    this.settings = settings;
    this.bench = bench;
  }

  /** Options are those of {@link Settings}. */
  public static void main(String[] args) throws IOException {
    Settings settings = Settings.parse(List.of(args));
    // A run that is stopped leaves no registry behind.
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> ProcessHandle.current().descendants().forEach(ProcessHandle::destroy)));
    Path runs = Files.createDirectories(settings.work().resolve("runs"));
    Bench bench =
        new Bench(
            runs,
            Flint.variants(settings.flint(), runs),
            peers(runs),
            settings.pairs(),
            new Stopwatch(runs),
            new Pushed(),
            new Report(),
            System.err);
    new Main(settings, bench).run();
  }

  private static List<Tool> peers(Path folder) throws IOException {
    List<Tool> peers = new ArrayList<>();
    peers.add(new Skopeo(Programs.require("skopeo", "skopeo"), folder));
    Programs.find("crane").ifPresent(program -> peers.add(new Crane(program, folder)));
    Programs.find("oras").ifPresent(program -> peers.add(new Oras(program, folder)));
    return List.copyOf(peers);
  }

  private void run() throws IOException {
    String loadBefore = MachineFacts.load();
    long start = System.nanoTime();
    Path folder = Files.createDirectories(settings.work().resolve("inputs"));
    Inputs inputs = new Inputs(folder);
    for (String name : settings.wantsDisks() ? settings.inputs() : List.<String>of()) {
      measure(inputs.make(name));
      write(loadBefore, start);
    }
    if (settings.wants(Settings.BLOBS)) {
      Skopeo skopeo = new Skopeo(Programs.require("skopeo", "skopeo"), bench.work());
      List<Mover> movers = List.of(Mover.of(bench.flint()), Mover.of(skopeo));
      new BlobsJob(bench, folder, movers).run(BlobImage.many(40), large());
      write(loadBefore, start);
    }
    if (settings.wants(Settings.START)) {
      new StartJob(bench).run();
    }
    write(loadBefore, start);
  }

  private BlobImage large() {
    return settings.isQuick()
        ? BlobImage.one("a blob of 64 MiB", 64L << 20)
        : BlobImage.one("a blob of 1 GiB", 1L << 30);
  }

  private void measure(Input input) throws IOException {
    Path disk = input.first().file();
    bench.report().input(input.name(), "a file of %,d bytes".formatted(Files.size(disk)));
    if (settings.wantsTransfers()) {
      transfer(input);
    }
    if (settings.wants(Settings.CHUNKS)) {
      new ChunksJob(bench, input, Codecs.ofThisMachine().gzip(DeflateChoice.AUTO)).run();
    }
  }

  private void transfer(Input input) throws IOException {
    try (Shelf shelf = new Shelf(bench)) {
      Floor floor = floor(input.first().file(), shelf.image(bench.flint(), input.first()));
      if (settings.wants(Settings.PUSH)) {
        new PushJob(bench, input).run(floor.push());
      }
      PullJob pull = new PullJob(bench, input, shelf);
      if (settings.wants(Settings.PULL)) {
        pull.pull();
      }
      if (settings.wants(Settings.UNPACK)) {
        pull.unpack(floor.unpack());
      }
      if (settings.wants(Settings.UPDATE)) {
        new UpdateJob(bench, input, shelf).run();
      }
    }
  }

  /** With the codec of the layer that Flint made. */
  private Floor floor(Path disk, Image image) throws IOException {
    String encoder = image.layer().annotation(FeatherKeys.LAYER_ENCODER).orElse("nothing");
    Codec codec =
        Codecs.ofThisMachine()
            .byEncoder(encoder)
            .orElseThrow(() -> new IOException("no floor for layers made by " + encoder));
    Floor floor = Floor.measure(disk, codec, FLOOR_ROUNDS, bench.work().resolve("floor"));
    bench
        .report()
        .paragraph(
            "Floor (%s): import and push %.2f s, pull and unpack %.2f s."
                .formatted(encoder, floor.push(), floor.unpack()));
    return floor;
  }

  /** Writes what there is so far. */
  private void write(String loadBefore, long start) throws IOException {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("date", LocalDate.now(ZoneOffset.UTC).toString());
    facts.put("flint", settings.revision());
    facts.putAll(MachineFacts.read(VERSIONS));
    facts.put("pairs", Integer.toString(settings.pairs()));
    facts.put("load before and after (1 and 5 minutes)", loadBefore + ", " + MachineFacts.load());
    facts.put("took", Math.round((System.nanoTime() - start) / 60e9) + " minutes");
    Report whole = new Report();
    whole.title("Results of the benchmark");
    whole.paragraph("Written by `bench/run`; see bench/README.md for what is measured and how.");
    whole.facts(facts);
    whole.paragraph(bench.report().summary());
    Files.writeString(settings.out(), whole.toString() + bench.report());
  }
}
