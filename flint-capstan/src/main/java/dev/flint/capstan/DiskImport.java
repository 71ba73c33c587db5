package dev.flint.capstan;

import dev.flint.oci.Document;
import dev.flint.oci.FeatherKeys;
import dev.flint.oci.codec.Compression;
import dev.flint.oci.disk.DiskCopy;
import dev.flint.oci.disk.DiskFormat;
import dev.flint.oci.disk.DiskInfo;
import dev.flint.oci.disk.DiskProbe;
import dev.flint.oci.disk.GuestReader;
import dev.flint.oci.disk.GuestSink;
import dev.flint.oci.disk.HoleMap;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.image.ImageAssembler;
import dev.flint.oci.image.ImageDraft;
import dev.flint.oci.progress.ProgressListener;
import dev.flint.osv.OsvCommandLine;
import dev.flint.osv.OsvDisk;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Makes an OSv image of a disk file: probes it, reads its command line, carries its metadata. */
public final class DiskImport {
  private static final String OCI_PREFIX = "org.opencontainers.image.";
  private static final String BACKEND = "osv";

  private final ImageAssembler assembler;
  private final Scratch scratch;

  /** Imports by way of an assembler. */
  public DiskImport(ImageAssembler assembler, Scratch scratch) {
    this.assembler = assembler;
    this.scratch = scratch;
  }

  /** Names for files that are not kept. */
  @FunctionalInterface
  public interface Scratch {
    /** A name that nothing has, where there is room for a disk. */
    Path newFile() throws IOException;
  }

  /**
   * What an import made.
   *
   * @param notes lines for the user: what will not work, what was left out
   */
  public record Imported(Document manifest, List<String> notes) {}

  /**
   * Imports a disk. Nothing is stored if the disk is refused.
   *
   * @throws FlintException as {@link DiskProbe#probe}
   */
  public Imported run(ImportRequest request, ProgressListener listener) throws IOException {
    // A pipe would keep us waiting, and the length of a device is not known.
    if (Files.exists(request.disk()) && !Files.isRegularFile(request.disk())) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED,
          request.disk() + " is not a plain file",
          "copy the disk into a file first");
    }
    try (HoleMap disk = HoleMap.open(request.disk())) {
      DiskInfo info = DiskProbe.probe(disk.channel(), request.disk().toString());
      return info.compressedClusters() && request.rewrite()
          ? runRewritten(request, disk, info, listener)
          : run(request, disk, info, listener);
    } catch (NoSuchFileException e) {
      throw new FlintException(ErrorCode.NOT_FOUND, "no such file: " + request.disk(), e);
    }
  }

  /** Imports a copy whose clusters can be shared with other versions. */
  private Imported runRewritten(
      ImportRequest request, HoleMap packed, DiskInfo info, ProgressListener listener)
      throws IOException {
    Path file = scratch.newFile();
    try {
      try (FileChannel channel =
              FileChannel.open(
                  file,
                  StandardOpenOption.READ,
                  StandardOpenOption.WRITE,
                  StandardOpenOption.CREATE_NEW);
          GuestSink sink =
              GuestSink.qcow2(channel, info.virtualSize(), GuestSink.USUAL_CLUSTER_SIZE)) {
        new DiskCopy(Runtime.getRuntime().availableProcessors())
            .copy(packed.channel(), info, packed::zerosAt, sink, done -> {});
      }
      try (HoleMap disk = HoleMap.open(file)) {
        return run(request, disk, DiskProbe.probe(disk.channel(), file.toString()), listener);
      }
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private Imported run(
      ImportRequest request, HoleMap disk, DiskInfo info, ProgressListener listener)
      throws IOException {
    Optional<OsvCommandLine> found =
        OsvDisk.read(GuestReader.open(disk.channel(), info), info).commandLine();
    List<String> cmd =
        request
            .command()
            .map(OsvCommandLine::new)
            .or(() -> found)
            .map(OsvCommandLine::words)
            .orElse(List.of());
    ImageDraft draft = draft(request, info, cmd);
    return new Imported(
        assembler.assemble(disk.channel(), disk::zerosAt, draft, listener), notes(info, cmd));
  }

  private boolean isZstd() {
    return assembler.compression() == Compression.ZSTD;
  }

  private ImageDraft draft(ImportRequest request, DiskInfo info, List<String> cmd) {
    // The published agent runs qcow2 only, and knows no zstd; its keys would promise what fails.
    boolean legacy = request.legacyKeys() && info.format() == DiskFormat.QCOW2 && !isZstd();
    return new ImageDraft(
        info,
        BACKEND,
        request.platform(),
        cmd,
        request.env(),
        request.workingDir(),
        request.ports(),
        request.memoryMib(),
        request.cpus(),
        request.labels(),
        annotations(request),
        request.created().or(request.index()::createdInstant).orElse(Instant.EPOCH),
        legacy);
  }

  private static Map<String, String> annotations(ImportRequest request) {
    IndexYaml index = request.index();
    Map<String, String> annotations = new TreeMap<>();
    annotations.put(FeatherKeys.CAPSTAN_PREFIX + "version", index.version());
    annotations.put(FeatherKeys.CAPSTAN_PREFIX + "created", index.created());
    annotations.put(FeatherKeys.CAPSTAN_PREFIX + "description", index.description());
    annotations.put(FeatherKeys.CAPSTAN_PREFIX + "build", index.build());
    annotations.put(FeatherKeys.CAPSTAN_PREFIX + "platform", index.platform());
    annotations.put(OCI_PREFIX + "version", index.version());
    annotations.put(OCI_PREFIX + "description", index.description());
    annotations.values().removeIf(String::isEmpty);
    annotations.putAll(request.annotations());
    return annotations;
  }

  private List<String> notes(DiskInfo info, List<String> cmd) {
    List<String> notes = new ArrayList<>();
    if (info.format() == DiskFormat.RAW) {
      notes.add("a raw disk: neither Capstan nor the published Feather agent can run it");
    }
    if (isZstd()) {
      notes.add("a zstd layer: the published Feather agent cannot run it");
    }
    if (info.format() == DiskFormat.RAW && !info.bootSector()) {
      notes.add("no boot sector: a BIOS cannot start this disk");
    }
    if (info.compressedClusters()) {
      notes.add(
          "the qcow2 has compressed clusters: it gets no smaller here, and updates cannot share"
              + " anything; --rewrite imports it without them");
    }
    if (cmd.isEmpty()) {
      notes.add("no command line on the disk: set one with --cmd");
    }
    return Collections.unmodifiableList(notes);
  }

  /** The metadata an image carries, for a Capstan repository it is unpacked into. */
  public static IndexYaml indexOf(Map<String, String> annotations, String fallbackVersion) {
    String version = carried(annotations, "version");
    return new IndexYaml(
        version.isEmpty() ? fallbackVersion : version,
        carried(annotations, "created"),
        carried(annotations, "description"),
        carried(annotations, "build"),
        carried(annotations, "platform"));
  }

  private static String carried(Map<String, String> annotations, String key) {
    return annotations.getOrDefault(FeatherKeys.CAPSTAN_PREFIX + key, "");
  }
}
