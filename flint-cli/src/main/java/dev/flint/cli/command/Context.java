package dev.flint.cli.command;

import dev.flint.capstan.CapstanRepository;
import dev.flint.cli.console.Console;
import dev.flint.cli.console.Printable;
import dev.flint.cli.console.ProgressView;
import dev.flint.cli.demo.FlintRunner;
import dev.flint.oci.archive.Spool;
import dev.flint.oci.chunk.ChunkSizes;
import dev.flint.oci.codec.Codecs;
import dev.flint.oci.delta.ComparedDisk;
import dev.flint.oci.delta.DeltaPull;
import dev.flint.oci.delta.DiskDelta;
import dev.flint.oci.delta.FileDisk;
import dev.flint.oci.delta.Seed;
import dev.flint.oci.image.DiskPull;
import dev.flint.oci.layer.LayerPacker;
import dev.flint.oci.layer.ParallelUnpacker;
import dev.flint.oci.progress.ProgressListener;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.transfer.GrowingPause;
import dev.flint.oci.transfer.LayoutImages;
import dev.flint.oci.transfer.Pause;
import dev.flint.registry.RegistryClient;
import dev.flint.registry.auth.BasicAuth;
import dev.flint.registry.auth.DockerConfigFile;
import dev.flint.registry.http.CaTrust;
import dev.flint.registry.http.Http;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where everything is put together: commands take from here what they work with, made when it is
 * asked for.
 */
public final class Context {
  private final Console console;
  private final Map<String, String> env;
  private final RootCommand options;
  private final FlintRunner runner;

  /**
   * For one run.
   *
   * @param runner runs other commands, for the demo
   */
  public Context(
      Console console, Map<String, String> env, RootCommand options, FlintRunner runner) {
    this.console = console;
    this.env = env;
    this.options = options;
    this.runner = runner;
  }

  Console console() {
    return console;
  }

  FlintRunner runner() {
    return runner;
  }

  Map<String, String> env() {
    return env;
  }

  /** Prints a line of the result. */
  void result(String line) {
    console.result(Printable.of(line));
  }

  /** Prints a line beside the result, unless quiet. */
  void note(String line) {
    if (!options.quiet()) {
      console.note("flint: " + Printable.of(line));
    }
  }

  ProgressListener progress() {
    return ProgressView.of(console, options.progress(), System::nanoTime);
  }

  /** {@code $FLINT_HOME}, else {@code flint} in the XDG data directory. */
  Path home() {
    String own = env.getOrDefault("FLINT_HOME", "");
    if (!own.isEmpty()) {
      return Path.of(own);
    }
    String data = env.getOrDefault("XDG_DATA_HOME", "");
    return data.isEmpty() ? userHome().resolve(".local/share/flint") : Path.of(data, "flint");
  }

  private Path userHome() {
    String home = env.getOrDefault("HOME", "");
    return Path.of(home.isEmpty() ? System.getProperty("user.home", "/") : home);
  }

  /** Opens the local store; the caller closes it. */
  OciLayout store() throws IOException {
    return OciLayout.openOrCreate(home().resolve("store"));
  }

  CapstanRepository capstan(CapstanOptions capstan) {
    return new CapstanRepository(capstan.root().orElseGet(() -> CapstanRepository.rootFrom(env)));
  }

  /** Packs on all cores. */
  LayerPacker packer(LayerOptions layer) throws IOException {
    return new LayerPacker(layer.codec(Codecs.ofThisMachine()), ChunkSizes.USUAL, threads());
  }

  /** A disk file to be compared, as if it were imported without options. */
  ComparedDisk diskFile(Path file) throws IOException {
    return FileDisk.read(file, LayerOptions.usual(Codecs.ofThisMachine()), threads());
  }

  /** Unpacks on all cores. */
  ParallelUnpacker chunks() {
    return new ParallelUnpacker(Codecs.ofThisMachine(), threads());
  }

  /** The local store as the target of a pull, which fetches what it has not got. */
  LayoutImages pullTarget(OciLayout store, List<Seed> disks) {
    Pause pause = new GrowingPause();
    return new LayoutImages(
        store,
        pause,
        new DeltaPull(store, Codecs.ofThisMachine(), threads(), disks, pause, this::note));
  }

  /** Pulls past the store. */
  DiskPull diskPull(long maxSize) {
    Pause pause = new GrowingPause();
    DiskDelta delta = new DiskDelta(Codecs.ofThisMachine(), threads(), pause);
    return new DiskPull(delta, chunks(), maxSize, pause, this::note);
  }

  /**
   * Temporary files in {@code $TMPDIR}, where there is one.
   *
   * @param maxBytes the most one may become
   */
  Spool spool(long maxBytes) {
    String folder = env.getOrDefault("TMPDIR", "");
    return new Spool(
        Path.of(folder.isEmpty() ? System.getProperty("java.io.tmpdir", "/tmp") : folder),
        maxBytes);
  }

  /** Standard input, which one reader at most may want. */
  InputStream input() {
    return System.in;
  }

  private static int threads() {
    return Runtime.getRuntime().availableProcessors();
  }

  RegistryClient registry(RegistryOptions registry) throws IOException {
    Optional<CaTrust> trust =
        registry.caFile().isPresent()
            ? Optional.of(CaTrust.fromPem(registry.caFile().get()))
            : Optional.empty();
    return new RegistryClient(
            new Http("flint/" + Version.text(), trust),
            new BasicAuth(DockerConfigFile.fromEnvironment(env, userHome())),
            registry.plainHttp())
        .warning(this::note);
  }
}
