package dev.flint.cli.command;

import dev.flint.build.Build;
import dev.flint.build.BuildRecords;
import dev.flint.build.BuildRequest;
import dev.flint.build.BuiltVariant;
import dev.flint.build.container.ContainerBuilder;
import dev.flint.build.file.BuildFile;
import dev.flint.build.file.Kind;
import dev.flint.build.osv.OsvBuilder;
import dev.flint.cli.console.Result;
import dev.flint.oci.Platform;
import dev.flint.oci.Reference;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.store.GarbageCollector;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.transfer.LayoutImages;
import dev.flint.registry.RegistryClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code flint build}. */
@Command(
    name = "build",
    sortOptions = false,
    description = "Make images of a build file: containers and guests.",
    footer = {
      "",
      "What did not change is not made again. No Docker, QEMU or root is needed.",
      "The container has the name REF, a guest beside it REF with -osv at the end of",
      "its tag. Prints the references with their digests. docs/build.md says what is",
      "in a build file.",
      "",
      "Example:  flint build",
      "          flint build -t localhost:5000/demo/web:1.0 --push"
    })
public final class BuildCommand implements Callable<Integer> {
  private final Context context;

  @Spec CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "DIR",
      description =
          "The folder that paths of the build file start from. Default: that of the build file.")
  @Nullable Path folder;

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "The build file. Default: flint.yaml in DIR.")
  @Nullable Path file;

  @Option(
      names = {"-t", "--tag"},
      paramLabel = "REF",
      description = "Name of the image, instead of those in the build file. Repeatable.")
  List<Reference> tags = new ArrayList<>();

  @Option(
      names = "--backend",
      paramLabel = "KIND",
      description =
          "What runs the image: containerd or osv, of the variants in the build file. Default: all of them. Repeatable.")
  List<String> backends = new ArrayList<>();

  @Option(
      names = "--platform",
      paramLabel = "OS/ARCH",
      description = "Platform of the image, instead of those in the build file. Repeatable.")
  List<Platform> platforms = new ArrayList<>();

  @Option(names = "--push", description = "Send what was made to its registry as well.")
  boolean push;

  @Option(names = "--no-cache", description = "Make everything anew, changed or not.")
  boolean anew;

  @Option(
      names = "--pull",
      description = "Ask the registry for a newer base, even if the local store has one.")
  boolean pull;

  @Option(
      names = "--check",
      description = "Only check the build file and whether everything it names is there.")
  boolean check;

  @Mixin OutputOptions format = new OutputOptions();

  @Mixin CapstanOptions capstan = new CapstanOptions();

  @Mixin LayerOptions layer = new LayerOptions();

  @Mixin PublishOptions published = new PublishOptions();

  @Mixin RegistryOptions registry = new RegistryOptions();

  @Mixin JobsOption jobs = new JobsOption();

  /** Works in a context. */
  public BuildCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    BuildRequest request = request();
    published.check(context);
    try (OciLayout store = context.store()) {
      try (OciLayout.Use use = store.use();
          Places places = new Places(context, registry, context.spool(Long.MAX_VALUE))) {
        Build build = build(store, places, request);
        if (check) {
          build.check(request).forEach(context::note);
          context.note(request.file().path() + " can be built");
          return 0;
        }
        // Before the work, so that a name without a registry is found out first.
        Optional<StorePush> target = push ? Optional.of(target(store, request)) : Optional.empty();
        List<BuiltVariant> built = build.run(request);
        if (target.isPresent()) {
          for (BuiltVariant variant : built) {
            for (Reference name : variant.names()) {
              target.get().push(name, variant.document());
            }
          }
        }
        published.write(context, () -> built.stream().flatMap(PublishedImage::of).toList());
        report(built);
      }
      // What a moved name pointed to may have no other name.
      new GarbageCollector(store).sweep();
    }
    return 0;
  }

  private BuildRequest request() throws IOException {
    Path base = folder == null ? Path.of("") : folder;
    Path path = (file == null ? base.resolve(BuildFile.NAME) : file).toAbsolutePath().normalize();
    Path root = folder == null ? path.resolveSibling("") : folder.toAbsolutePath().normalize();
    BuildFile read = BuildFile.read(path, root);
    List<Reference> names = tags.isEmpty() ? read.names() : tags;
    if (names.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "the build file has no name: set one in it, or with --tag");
    }
    for (Reference name : names) {
      if (name.digest().isPresent()) {
        throw new ParameterException(
            spec.commandLine(), "an image that is about to be made has no digest yet: " + name);
      }
    }
    List<Platform> wanted =
        platforms.isEmpty() ? read.platforms() : platforms.stream().distinct().toList();
    return new BuildRequest(read, names, kinds(read), wanted, anew);
  }

  private List<Kind> kinds(BuildFile read) {
    for (String backend : backends) {
      Optional<Kind> kind = Kind.of(backend);
      if (kind.isEmpty() || !read.kinds().contains(kind.get())) {
        throw new ParameterException(
            spec.commandLine(), "--backend " + backend + " is none of the build file's variants");
      }
    }
    return backends.isEmpty()
        ? read.kinds()
        : read.kinds().stream().filter(kind -> backends.contains(kind.id())).toList();
  }

  private Build build(OciLayout store, Places places, BuildRequest request) throws IOException {
    Instant created = SourceDate.of(context.env(), spec).orElse(Instant.EPOCH);
    BaseFetch bases =
        new BaseFetch(
            context,
            places,
            registry,
            store,
            new BaseFetch.Rule(pull, request.platforms().size() > 1, jobs.count()));
    Path own = context.home().resolve("build");
    return new Build(
        store,
        new BuildRecords(own.resolve("records")),
        List.of(
            new ContainerBuilder(new LayoutImages(store), bases, created, context.progress()),
            new OsvBuilder(context.capstanRoot(capstan), created, context.disks(store, layer))),
        own.resolve("work"),
        InstantSource.system());
  }

  private StorePush target(OciLayout store, BuildRequest request) throws IOException {
    RegistryClient client = context.registry(registry);
    for (Reference name : request.names()) {
      client.repository(name);
    }
    return new StorePush(context, client, store, jobs.count(), List.of());
  }

  private void report(List<BuiltVariant> built) throws FlintException {
    List<JsonObject> all = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (BuiltVariant variant : built) {
      variant.notes().forEach(note -> context.note(variant.kind() + ": " + note));
      boolean upToDate = variant.built().isEmpty();
      if (upToDate) {
        context.note(variant.kind() + ": up to date");
      }
      for (Reference name : variant.names()) {
        Pinned image = Pinned.of(name, variant.document().digest());
        names.add(image.text());
        all.add(
            image
                .json()
                .with("backend", variant.kind().id())
                .withStrings(
                    "platforms", variant.platforms().stream().map(Platform::toString).toList())
                .with("upToDate", upToDate));
      }
    }
    format.print(context, Result.list("build/v1", "images", all, () -> names, () -> names));
  }
}
