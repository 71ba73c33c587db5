package dev.flint.capstan;

import dev.flint.oci.Document;
import dev.flint.oci.FeatherKeys;
import dev.flint.oci.backend.BackendChoice;
import dev.flint.oci.backend.BackendKind;
import dev.flint.oci.backend.FileContent;
import dev.flint.oci.codec.Compression;
import dev.flint.oci.disk.DiskCopy;
import dev.flint.oci.disk.DiskFormat;
import dev.flint.oci.disk.DiskInfo;
import dev.flint.oci.disk.DiskProbe;
import dev.flint.oci.disk.FileRole;
import dev.flint.oci.disk.GuestReader;
import dev.flint.oci.disk.GuestSink;
import dev.flint.oci.disk.HoleMap;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.image.FileToPack;
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

/** Makes an image of a disk file: probes it, reads its command line, carries its metadata. */
public final class DiskImport {
  private static final String OCI_PREFIX = "org.opencontainers.image.";

  /** The one folder that KubeVirt looks for a disk in. */
  private static final String CONTAINER_DISK_FOLDER = "disk/";

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
    OsvDisk guest = OsvDisk.read(GuestReader.open(disk.channel(), info), info);
    BackendKind kind =
        BackendChoice.of(request.backend(), Map.of(FileRole.DISK, content(guest, info)));
    boolean told =
        request.command().isPresent()
            || !request.env().isEmpty()
            || !request.workingDir().isEmpty();
    if (kind != BackendKind.OSV && told) {
      throw new FlintException(
          ErrorCode.USAGE,
          "a guest of " + kind.id() + " cannot be told what to run",
          "leave out command, environment and working directory");
    }
    List<String> cmd =
        request
            .command()
            .map(OsvCommandLine::new)
            .or(kind == BackendKind.OSV ? guest::commandLine : Optional::empty)
            .map(OsvCommandLine::words)
            .orElse(List.of());
    ImageDraft draft = draft(request, kind, info, cmd);
    FileToPack file = FileToPack.disk(disk.channel(), disk::zerosAt, info, folder(request, info));
    return new Imported(assembler.assemble(List.of(file), draft, listener), notes(kind, info, cmd));
  }

  private static FileContent content(OsvDisk guest, DiskInfo info) {
    if (guest.isOsv()) {
      return FileContent.OSV_DISK;
    }
    return info.bootSector() ? FileContent.BOOT_DISK : FileContent.PLAIN_DISK;
  }

  private static String folder(ImportRequest request, DiskInfo info) throws FlintException {
    if (!request.containerDisk()) {
      return "";
    }
    if (info.format() != DiskFormat.QCOW2 && info.format() != DiskFormat.RAW) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED,
          "KubeVirt takes no " + info.format().id() + " for a containerDisk",
          "convert it first: flint convert IN OUT.qcow2");
    }
    return CONTAINER_DISK_FOLDER;
  }

  private boolean isZstd() {
    return assembler.compression() == Compression.ZSTD;
  }

  private ImageDraft draft(
      ImportRequest request, BackendKind kind, DiskInfo info, List<String> cmd) {
    // The published agent runs OSv on qcow2 only, and knows no zstd; its keys would promise what
    // fails.
    boolean legacy =
        request.legacyKeys()
            && kind == BackendKind.OSV
            && info.format() == DiskFormat.QCOW2
            && !isZstd();
    return new ImageDraft(
        kind.id(),
        info.format().runtime(),
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

  private List<String> notes(BackendKind kind, DiskInfo info, List<String> cmd) {
    List<String> notes = new ArrayList<>();
    if (kind == BackendKind.OSV && info.format() == DiskFormat.RAW) {
      notes.add(
          "a raw disk: neither Capstan nor the published Feather agent can run it;"
              + " flint convert makes a qcow2 of it");
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
    if (kind == BackendKind.OSV && cmd.isEmpty()) {
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
