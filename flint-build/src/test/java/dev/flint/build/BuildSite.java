package dev.flint.build;

import dev.flint.build.container.BaseImages;
import dev.flint.build.container.ContainerBuilder;
import dev.flint.build.file.BuildFile;
import dev.flint.build.file.Kind;
import dev.flint.oci.ImageConfig;
import dev.flint.oci.Manifest;
import dev.flint.oci.Reference;
import dev.flint.oci.progress.ProgressListener;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.transfer.LayoutImages;
import dev.flint.oci.transfer.PlatformCheck;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** A folder with a build file, a store, and a clock that is well after all files. */
public final class BuildSite implements AutoCloseable {
  private final Path folder;
  private final Path home;
  private final OciLayout store;
  private Instant created = Instant.EPOCH;

  /** Below a folder. */
  public BuildSite(Path root) throws IOException {
    folder = Files.createDirectories(root.resolve("site"));
    home = root.resolve("home");
    Files.createDirectories(home);
    store = OciLayout.openOrCreate(home.resolve("store"));
  }

  /** Where the files are. */
  public Path folder() {
    return folder;
  }

  /** Where the images are. */
  public OciLayout store() {
    return store;
  }

  /** Sets the time that images carry. */
  public void createdAt(Instant time) {
    created = time;
  }

  /** Writes a file. */
  public Path write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.resolveSibling("."));
    return Files.writeString(file, text);
  }

  /** Writes a file that looks as if nothing had happened since long ago. */
  public void touch(String name, Instant time) throws IOException {
    Files.setLastModifiedTime(folder.resolve(name), FileTime.from(time));
  }

  /** The request of a user who says nothing more. */
  public BuildRequest request() throws IOException {
    BuildFile file = BuildFile.read(folder.resolve("flint.yaml"), folder);
    return new BuildRequest(file, file.names(), file.kinds(), file.platforms(), false);
  }

  /** Builds what the file says, with these builders beside that of containers. */
  public List<BuiltVariant> build(BaseImages bases, VariantBuilder... others) throws IOException {
    return build(request(), bases, others);
  }

  /** Builds. */
  public List<BuiltVariant> build(BuildRequest request, BaseImages bases, VariantBuilder... others)
      throws IOException {
    List<VariantBuilder> builders = new ArrayList<>(List.of(others));
    builders.add(
        new ContainerBuilder(new LayoutImages(store), bases, created, ProgressListener.NONE));
    try (OciLayout.Use use = store.use()) {
      return build(builders).run(request);
    }
  }

  /** Checks what would be built. */
  public List<String> check(BuildRequest request, BaseImages bases, VariantBuilder... others)
      throws IOException {
    List<VariantBuilder> builders = new ArrayList<>(List.of(others));
    builders.add(
        new ContainerBuilder(new LayoutImages(store), bases, created, ProgressListener.NONE));
    return build(builders).check(request);
  }

  /** The number of files in a folder. */
  public static long count(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.count();
    }
  }

  private Build build(List<VariantBuilder> builders) {
    InstantSource later = () -> Instant.now().plusSeconds(3600);
    return new Build(
        store, new BuildRecords(home.resolve("records")), builders, home.resolve("work"), later);
  }

  /** The only variant of a kind. */
  public static BuiltVariant of(Kind kind, List<BuiltVariant> variants) {
    return variants.stream().filter(one -> one.kind() == kind).findFirst().orElseThrow();
  }

  /** The manifest that a name leads to. */
  public Manifest manifest(String name) throws IOException {
    LayoutImages images = new LayoutImages(store);
    return Manifest.of(images.manifest(images.require(Reference.parse(name))));
  }

  /** The config of the image of that name. */
  public ImageConfig config(String name) throws IOException {
    return PlatformCheck.config(new LayoutImages(store), manifest(name));
  }

  /** What is in a layer: {@code mode uid:gid mtime content} by name. */
  public Map<String, String> layer(String name, int number) throws IOException {
    Map<String, String> out = new TreeMap<>();
    try (InputStream in = store.require(manifest(name).layers().get(number)).openVerified();
        TarArchiveInputStream tar = new TarArchiveInputStream(new GZIPInputStream(in))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        String content = new String(tar.readAllBytes(), StandardCharsets.UTF_8);
        out.put(
            entry.getName(),
            "%o %d:%d %d %s"
                .formatted(
                    entry.getMode() & 07777,
                    entry.getLongUserId(),
                    entry.getLongGroupId(),
                    entry.getLastModifiedTime().toMillis() / 1000,
                    content)
                .strip());
      }
    }
    return out;
  }

  @Override
  public void close() throws IOException {
    store.close();
  }
}
