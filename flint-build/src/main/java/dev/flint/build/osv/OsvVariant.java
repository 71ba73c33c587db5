package dev.flint.build.osv;

import dev.flint.build.VariantBuilder.Prepared;
import dev.flint.build.VariantBuilder.Stored;
import dev.flint.build.file.Execution;
import dev.flint.build.file.OsvSection;
import dev.flint.build.input.Entry;
import dev.flint.build.input.JavaInputs;
import dev.flint.build.input.Layer;
import dev.flint.build.input.Recipe;
import dev.flint.capstan.ImportRequest;
import dev.flint.capstan.IndexYaml;
import dev.flint.capstan.pack.PackageRepository;
import dev.flint.capstan.pack.PackageRoot;
import dev.flint.oci.Digest;
import dev.flint.oci.Platform;
import dev.flint.osv.LaunchLine;
import dev.flint.osv.OsvCommandLine;
import dev.flint.osv.RofsTree;
import dev.flint.osv.compose.DiskComposer;
import dev.flint.osv.compose.Loader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** An OSv disk that is ready to be composed. */
final class OsvVariant implements Prepared {
  /** Changes when other bytes are made of the same files. */
  private static final String TOOL = "flint compose 1";

  private final Parts parts;
  private final Said said;
  private final DiskStore disks;

  /**
   * What it is made of.
   *
   * @param packages by name
   * @param layers but for those of the Java application; on a disk they lie over each other
   * @param inputs all files
   */
  record Parts(
      Path loader,
      Path capstanRoot,
      List<String> packages,
      Optional<JavaInputs> java,
      List<Layer> layers,
      List<Entry> inputs) {
    Parts {
      layers = List.copyOf(layers);
      inputs = List.copyOf(inputs);
    }
  }

  /** What it says. */
  record Said(
      Platform platform,
      Instant created,
      OsvSection section,
      Execution execution,
      GuestStart start,
      Map<String, String> labels,
      Map<String, String> annotations,
      List<String> notes) {
    Said {
      notes = List.copyOf(notes);
    }
  }

  OsvVariant(Parts parts, Said said, DiskStore disks) {
    this.parts = parts;
    this.said = said;
    this.disks = disks;
  }

  @Override
  public Digest recipe() {
    return new Recipe()
        .with("tool", TOOL)
        .with("encoders", disks.encoders())
        .with("platform", said.platform.toString())
        .with("created", said.created.toString())
        .with("line", said.start.line().map(OsvCommandLine::text).orElse(""))
        .with("script", said.start.script())
        .with("options", said.start.options().options())
        .with("format", said.section.format().toString())
        .with("compress", Boolean.toString(said.section.compress()))
        .with("packages", parts.packages)
        .with(said.execution)
        .with("labels", said.labels)
        .with("annotations", said.annotations)
        .end();
  }

  @Override
  public List<Entry> inputs() {
    return parts.inputs;
  }

  @Override
  public List<String> notes() {
    return said.notes;
  }

  @Override
  public Stored build(Path work) throws IOException {
    PackageRoot root = new PackageRoot(new PackageRepository(parts.capstanRoot), Set.of());
    root.addPackages(parts.packages);
    if (parts.java.isPresent()) {
      add(root.tree(), parts.java.get().layers(Files.createDirectory(work.resolve("java"))));
    }
    add(root.tree(), parts.layers);
    OsvCommandLine line = line(root);
    Path disk = work.resolve("disk");
    try (FileChannel channel = FileChannel.open(parts.loader)) {
      Loader loader = Loader.open(channel, parts.loader.toString());
      disks.write(
          new DiskComposer(loader, root.tree(), line),
          disk,
          said.section.format(),
          said.section.compress());
    }
    return disks.store(request(disk));
  }

  private OsvCommandLine line(PackageRoot root) throws IOException {
    GuestStart start = said.start;
    if (!start.script().isEmpty()) {
      byte[] script = start.script().getBytes(StandardCharsets.UTF_8);
      root.tree().file(GuestStart.SCRIPT.substring(1), script);
    }
    return start.line().isPresent()
        ? start.line().get()
        : LaunchLine.withOptions(start.options(), root.commandLine(List.of()));
  }

  private static void add(RofsTree tree, List<Layer> layers) throws IOException {
    for (Layer layer : layers) {
      for (Entry entry : layer.entries()) {
        String path = entry.target().substring(1);
        if (entry.folder()) {
          tree.folder(path);
        } else {
          tree.file(path, entry.source());
        }
      }
    }
  }

  private ImportRequest request(Path disk) {
    return new ImportRequest(
        disk,
        IndexYaml.EMPTY,
        Optional.empty(),
        said.execution.envEntries(),
        said.execution.workingDir(),
        said.execution.ports(),
        said.execution.memoryMib(),
        said.execution.cpus(),
        said.platform,
        said.labels,
        said.annotations,
        Optional.of(said.created),
        false,
        true);
  }
}
