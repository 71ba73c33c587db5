package dev.flint.cli.command;

import dev.flint.agent.AgentLauncher;
import dev.flint.agent.AgentMain;
import dev.flint.agent.FlintHome;
import dev.flint.agent.StateFolder;
import dev.flint.agent.image.Admission;
import dev.flint.agent.image.ImageCollector;
import dev.flint.agent.image.ImagePreparer;
import dev.flint.agent.image.ImageSupply;
import dev.flint.build.osv.DiskStore;
import dev.flint.capstan.CapstanRepository;
import dev.flint.cli.console.Console;
import dev.flint.cli.console.ProgressView;
import dev.flint.cli.demo.FlintRunner;
import dev.flint.oci.Reference;
import dev.flint.oci.archive.Spool;
import dev.flint.oci.chunk.ChunkSizes;
import dev.flint.oci.codec.Codecs;
import dev.flint.oci.convert.DiskConversion;
import dev.flint.oci.delta.ComparedDisk;
import dev.flint.oci.delta.DeltaPull;
import dev.flint.oci.delta.DiskDelta;
import dev.flint.oci.delta.FileDisk;
import dev.flint.oci.delta.Seed;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.Printable;
import dev.flint.oci.image.DiskPull;
import dev.flint.oci.layer.LayerPacker;
import dev.flint.oci.layer.ParallelUnpacker;
import dev.flint.oci.progress.ProgressListener;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.store.StoreCheck;
import dev.flint.oci.transfer.GrowingPause;
import dev.flint.oci.transfer.ImageSource;
import dev.flint.oci.transfer.LayoutImages;
import dev.flint.oci.transfer.Pause;
import dev.flint.registry.RegistryAccess;
import dev.flint.registry.RegistryClient;
import dev.flint.registry.auth.Credential;
import dev.flint.registry.auth.CredentialPlaces;
import dev.flint.registry.auth.CredentialSource;
import dev.flint.registry.auth.Lookup;
import dev.flint.registry.settings.ConfigSources;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where everything is put together: commands take from here what they work with, made when it is
 * asked for.
 */
public final class Context {
  /** With it the process is gone within a second. */
  private static final Duration STOPPING = Duration.ofMillis(700);

  /** The most that a layer of an image to run may unpack to, in bytes. */
  private static final long MAX_IMAGE = 64L << 30;

  private final Console console;
  private final Map<String, String> env;
  private final RootCommand options;
  private final ConfigSources config;
  private final FlintRunner runner;
  private @Nullable ProgressListener progress;

  /**
   * For one run.
   *
   * @param config all that is configured
   * @param runner runs other commands, for the demo
   */
  public Context(
      Console console,
      Map<String, String> env,
      RootCommand options,
      ConfigSources config,
      FlintRunner runner) {
    this.console = console;
    this.env = env;
    this.options = options;
    this.config = config;
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

  /** All that is configured. */
  ConfigSources config() {
    return config;
  }

  /** Whether nothing but results shall be printed. */
  boolean isQuiet() {
    return options.quiet();
  }

  /** Prints a line of the result. */
  void result(String line) {
    console.result(Printable.of(line));
  }

  /** Prints lines of the result at once: each alone would be a call of the system. */
  void results(List<String> lines) {
    StringBuilder text = new StringBuilder();
    for (String line : lines) {
      text.append(Printable.of(line)).append(System.lineSeparator());
    }
    console.results(text.toString());
  }

  /** Prints a line beside the result, unless quiet. */
  void note(String line) {
    if (!options.quiet()) {
      console.note("flint: " + Printable.of(line));
    }
  }

  /** What shows progress: one for all that a command does, side by side or one by one. */
  synchronized ProgressListener progress() {
    ProgressListener view = progress;
    if (view == null) {
      view = ProgressView.of(console, options.progress(), env, System::nanoTime);
      progress = view;
    }
    return view;
  }

  Path home() {
    return FlintHome.of(env);
  }

  private Path userHome() {
    return FlintHome.userHome(env);
  }

  /** Where the agent of this user keeps what it runs. */
  StateFolder state() throws IOException {
    return StateFolder.usual(env);
  }

  /** The agent of this user. */
  AgentLauncher agent() throws IOException {
    return new AgentLauncher(state(), agentProgram());
  }

  /** The launcher where Flint is installed, else this Java. */
  private List<String> agentProgram() {
    String classes = System.getProperty("java.class.path", "");
    Path launcher = Path.of(classes).resolveSibling("../bin/flint").normalize();
    if (Files.isExecutable(launcher)) {
      return List.of(launcher.toString(), "agent");
    }
    String java = Path.of(System.getProperty("java.home", ""), "bin", "java").toString();
    return List.of(java, "-XX:+UseSerialGC", "-Xmx32m", "-cp", classes, AgentMain.class.getName());
  }

  /** Opens the local store; the caller closes it. */
  OciLayout store() throws IOException {
    return OciLayout.openOrCreate(storeFolder());
  }

  /** Where the local store is or will be. */
  Path storeFolder() {
    return home().resolve("store");
  }

  /** Checks the local store on all cores. */
  StoreCheck storeCheck() {
    return new StoreCheck(storeFolder(), threads(), progress(), Clock.systemUTC());
  }

  /** Removes unpacked images that no instance needs. */
  ImageCollector imageCollector() throws IOException {
    StateFolder state = state();
    return new ImageCollector(state.root(), state.images(), Clock.systemUTC());
  }

  CapstanRepository capstan(CapstanOptions capstan) {
    return new CapstanRepository(capstanRoot(capstan));
  }

  Path capstanRoot(CapstanOptions capstan) {
    return capstan.root().orElseGet(() -> CapstanRepository.rootFrom(env));
  }

  /** Packs on all cores. */
  LayerPacker packer(LayerOptions layer) throws IOException {
    return new LayerPacker(layer.codec(Codecs.ofThisMachine()), ChunkSizes.USUAL, threads());
  }

  /** Stores disks that are composed, packed on all cores. */
  DiskStore disks(OciLayout store, LayerOptions layer) throws IOException {
    Codecs codecs = Codecs.ofThisMachine();
    return new DiskStore(store, layer.codec(codecs), layer.clusters(codecs), threads(), progress());
  }

  /** A disk file to be compared, as if it were imported without options. */
  ComparedDisk diskFile(Path file) throws IOException {
    return FileDisk.read(file, LayerOptions.usual(Codecs.ofThisMachine()), threads());
  }

  /** Converts on all cores. */
  DiskConversion conversion() {
    return new DiskConversion(threads(), progress());
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

  /** Images to run, unpacked below a folder; what a user runs himself needs nobody's leave. */
  ImageSupply supply(RegistryOptions registry, Path images) {
    return new ImageSupply(
        storeFolder(),
        new ImagePreparer(images, diskPull(MAX_IMAGE), MAX_IMAGE, Admission.ALL),
        reference -> source(registry, reference),
        progress());
  }

  /**
   * Temporary files in {@code $TMPDIR}, where there is one.
   *
   * @param maxBytes the most one may become
   */
  Spool spool(long maxBytes) {
    return new Spool(temporary(), maxBytes);
  }

  /** The folder of temporary files. */
  Path temporary() {
    String folder = env.getOrDefault("TMPDIR", "");
    return Path.of(folder.isEmpty() ? System.getProperty("java.io.tmpdir", "/tmp") : folder);
  }

  /** Standard input, which one reader at most may want. */
  InputStream input() {
    return System.in;
  }

  /** How many threads work at a time. */
  int threads() {
    return Runtime.getRuntime().availableProcessors();
  }

  /** What a user types or pipes in to be kept from others. */
  SecretInput secrets() {
    return new SecretInput(input(), System.console());
  }

  CredentialPlaces credentialPlaces(Optional<Path> authFile) {
    return new CredentialPlaces(env, userHome(), authFile);
  }

  CredentialPlaces credentialPlaces(RegistryOptions registry) {
    return credentialPlaces(registry.credentials().authFile());
  }

  /**
   * The credentials of the user, from all places.
   *
   * @param told is told what each place answers
   */
  CredentialSource credentials(RegistryOptions registry, Consumer<Lookup> told) throws IOException {
    Set<String> named = RegistryOperand.hostsAmong(options.operands());
    Optional<Credential> given = registry.credentials().given(secrets());
    if (given.isPresent() && named.size() != 1) {
      throw new FlintException(
          ErrorCode.USAGE,
          "--username is for one registry, and the command names " + named.size(),
          "log in to each: flint login HOST");
    }
    return credentialPlaces(registry)
        .all(
            named,
            given.map(one -> CredentialPlaces.given(named.iterator().next(), one, told)),
            told);
  }

  /** Passes on what a user should know of the places, each thing once. */
  private Consumer<Lookup> warnings() {
    Set<String> told = ConcurrentHashMap.newKeySet();
    return answer -> {
      String line = answer.place() + " " + answer.words();
      if (answer.outcome() == Lookup.Outcome.WARNING && told.add(line)) {
        note(line);
      }
    };
  }

  /** For one or more registries, all by the same options. */
  RegistryClient registry(RegistryOptions options) throws IOException {
    return registry(options, credentials(options, warnings()));
  }

  /** With other credentials than the user's own. */
  RegistryClient registry(RegistryOptions options, CredentialSource credentials)
      throws IOException {
    RegistryClient client = access(options).client(credentials);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stopUploads(client), "flint-stop"));
    return client;
  }

  /**
   * With those credentials of the user that nobody can be asked for, as helpers may open windows,
   * and for a registry that the user has not named by a command: a password of the environment is
   * only for the one it says.
   */
  RegistryClient silentRegistry(RegistryOptions options) throws IOException {
    Map<String, String> withoutHelpers = new HashMap<>(env);
    withoutHelpers.remove("PATH");
    CredentialPlaces places = new CredentialPlaces(withoutHelpers, userHome(), Optional.empty());
    return registry(options, places.all(Set.of(), Optional.empty(), lookup -> {}));
  }

  /** A repository to read from, or mirrors of it where the user has some. */
  ImageSource source(RegistryOptions options, Reference reference) throws IOException {
    Consumer<Lookup> told = warnings();
    // What was typed for the registry is not for its mirrors.
    CredentialSource others = credentialPlaces(options).all(Set.of(), Optional.empty(), told);
    return access(options).source(reference, credentials(options, told), others);
  }

  RegistryAccess access(RegistryOptions options) throws IOException {
    // What is not safe is said even to those who want to hear nothing.
    return RegistryAccess.of(
        "flint/" + Version.text(),
        env,
        userHome(),
        config,
        RegistryOverrides.of(options),
        this::note,
        line -> console.note("flint: warning: " + Printable.of(line)));
  }

  /** So that a registry keeps no half blob of an interrupted push. */
  private static void stopUploads(RegistryClient client) {
    try {
      client.stopUploads(STOPPING);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
