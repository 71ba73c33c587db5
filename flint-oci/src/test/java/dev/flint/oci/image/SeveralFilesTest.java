package dev.flint.oci.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.FeatherKeys;
import dev.flint.oci.Manifest;
import dev.flint.oci.MediaType;
import dev.flint.oci.Platform;
import dev.flint.oci.backend.BackendKind;
import dev.flint.oci.disk.FileRole;
import dev.flint.oci.disk.TestDisks;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.progress.ProgressListener;
import dev.flint.oci.store.OciLayout;
import dev.flint.testing.MachineFiles;
import dev.flint.testing.TestImages;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images with a layer for each file. */
class SeveralFilesTest {
  private static final long ROOMY = 1L << 40;
  private static final byte[] KERNEL = MachineFiles.vmlinux();
  private static final byte[] ROOTFS = MachineFiles.rootfs();

  @TempDir Path folder;
  private OciLayout layout;

  @BeforeEach
  void open() throws IOException {
    layout = OciLayout.openOrCreate(folder.resolve("store"));
  }

  @AfterEach
  void close() throws IOException {
    layout.close();
  }

  private static ImageDraft draft(BackendKind kind) {
    return new ImageDraft(
        kind.id(),
        kind.runtime(),
        new Platform("linux", "amd64", ""),
        List.of("console=ttyS0", "ro"),
        List.of(),
        "",
        List.of(),
        OptionalLong.empty(),
        OptionalInt.empty(),
        Map.of(),
        Map.of(),
        Instant.EPOCH,
        false);
  }

  private Document pack(BackendKind asked, Map<FileRole, byte[]> files) throws IOException {
    Map<FileRole, Path> paths = new TreeMap<>();
    for (Map.Entry<FileRole, byte[]> file : files.entrySet()) {
      paths.put(file.getKey(), Files.write(folder.resolve(file.getKey().id()), file.getValue()));
    }
    try (FilesImport opened = FilesImport.open(paths)) {
      BackendKind kind = opened.backend(Optional.of(asked));
      return opened.pack(TestImages.assembler(layout), kind, draft(kind), ProgressListener.NONE);
    }
  }

  private Document packVm() throws IOException {
    return pack(BackendKind.FIRECRACKER, Map.of(FileRole.ROOTFS, ROOTFS, FileRole.KERNEL, KERNEL));
  }

  private byte[] unpack(ImageFile file, long maxBytes) throws IOException {
    Path out = folder.resolve("out-" + file.role().id());
    try (FileChannel target =
        FileChannel.open(
            out,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      TestImages.unpacker(layout, maxBytes).unpack(file, target, ProgressListener.NONE);
    }
    return Files.readAllBytes(out);
  }

  private DiskImage changed(
      Document manifest,
      UnaryOperator<Map<String, String>> labels,
      UnaryOperator<Descriptor> layers)
      throws IOException {
    Manifest view = Manifest.of(manifest);
    JsonObject config = JsonObject.parse(layout.read(view.config()), "config");
    JsonObject section = config.object("config").orElseThrow();
    JsonObject changed =
        config.with(
            "config",
            section.withMap("Labels", labels.apply(new TreeMap<>(section.stringMap("Labels")))));
    Descriptor stored = TestImages.store(layout, MediaType.OCI_CONFIG, changed.bytes());
    List<Descriptor> changedLayers = view.layers().stream().map(layers).toList();
    return DiskImage.of(layout, Manifest.create(stored, changedLayers, Map.of()));
  }

  private static Descriptor with(Descriptor layer, String key, String value) {
    try {
      Map<String, String> annotations = new TreeMap<>(layer.annotations());
      if (value.isEmpty()) {
        annotations.remove(key);
      } else {
        annotations.put(key, value);
      }
      return layer.withAnnotations(annotations);
    } catch (FlintException e) {
      throw new AssertionError(e);
    }
  }

  private static void refused(DiskImage image, String why) {
    FlintException e = assertThrows(FlintException.class, () -> ImageFiles.of(image));
    assertTrue(String.valueOf(e.getMessage()).contains(why), e.getMessage());
    assertEquals(ErrorCode.PROTOCOL, e.code(), e.getMessage());
  }

  @Test
  void everyFileComesBackBitForBit() throws IOException {
    List<ImageFile> files = ImageFiles.of(DiskImage.of(layout, packVm()));
    assertEquals(
        List.of(FileRole.KERNEL, FileRole.ROOTFS), files.stream().map(ImageFile::role).toList());
    assertArrayEquals(KERNEL, unpack(files.get(0), ROOMY));
    assertArrayEquals(ROOTFS, unpack(files.get(1), ROOMY));
    assertEquals(Digest.sha256(KERNEL), files.get(0).digest().orElseThrow());
    assertEquals(ROOTFS.length, files.get(1).size().orElseThrow());
  }

  @Test
  void equalKernelsAreOneBlobInAllImages() throws IOException {
    Document first = packVm();
    Document second =
        pack(
            BackendKind.LINUX_VM,
            Map.of(FileRole.KERNEL, KERNEL, FileRole.INITRD, MachineFiles.noise(8, 9000)));
    assertEquals(
        Manifest.of(first).layers().get(0).digest(), Manifest.of(second).layers().get(0).digest());
  }

  @Test
  void labelsTellTheFilesWhereAnnotationsWereDropped() throws IOException {
    DiskImage image = changed(packVm(), labels -> labels, layer -> layer.withAnnotations(Map.of()));
    List<ImageFile> files = ImageFiles.of(image);
    assertArrayEquals(KERNEL, unpack(files.get(0), ROOMY));
    assertEquals(Digest.sha256(ROOTFS), files.get(1).digest().orElseThrow());
  }

  @Test
  void annotationsTellTheFilesWhereLabelsWereDropped() throws IOException {
    List<ImageFile> files =
        ImageFiles.of(changed(packVm(), labels -> new TreeMap<>(), layer -> layer));
    assertArrayEquals(ROOTFS, unpack(files.get(1), ROOMY));
  }

  @Test
  void contradictionsAreRefused() throws IOException {
    Document vm = packVm();
    refused(changed(vm, labels -> put(labels, "rootfs,kernel"), layer -> layer), "contradicts");
    refused(changed(vm, labels -> put(labels, "kernel"), layer -> layer), "names 1");
    refused(
        changed(
            vm,
            labels -> put(labels, "kernel,kernel"),
            layer -> with(layer, FeatherKeys.FILE_ROLE, "kernel")),
        "two layers");
    refused(
        changed(
            vm,
            labels -> labels,
            layer -> with(layer, FeatherKeys.FILE_DIGEST, Digest.sha256(new byte[1]).toString())),
        "two digests");
    refused(
        changed(
            vm,
            labels -> put(labels, "kernel,module"),
            layer -> with(layer, FeatherKeys.FILE_ROLE, "")),
        "no module");
    refused(
        changed(
            vm,
            labels -> put(labels, "initrd,rootfs"),
            layer -> with(layer, FeatherKeys.FILE_ROLE, "")),
        "lacks its kernel");
  }

  private static Map<String, String> put(Map<String, String> labels, String roles) {
    labels.put(FeatherKeys.FILES, roles);
    return labels;
  }

  @Test
  void anUnknownRoleIsToldAsSuch() throws IOException {
    DiskImage image =
        changed(
            packVm(),
            labels -> put(labels, "kernel,sauce"),
            layer -> with(layer, FeatherKeys.FILE_ROLE, ""));
    FlintException e = assertThrows(FlintException.class, () -> ImageFiles.of(image));
    assertEquals(ErrorCode.UNSUPPORTED, e.code());
  }

  /** The layer must hold what its role is called, read by its table or from front to back. */
  @Test
  void aLayerOfAnotherFileIsRefused() throws IOException {
    List<ImageFile> files = ImageFiles.of(DiskImage.of(layout, packVm()));
    ImageFile rootfs = files.get(1);
    for (Descriptor layer : List.of(rootfs.layer(), rootfs.layer().withAnnotations(Map.of()))) {
      ImageFile wrong =
          new ImageFile(
              FileRole.KERNEL, layer, rootfs.diffId(), Optional.empty(), OptionalLong.empty());
      FlintException e = assertThrows(FlintException.class, () -> unpack(wrong, ROOMY));
      assertEquals(ErrorCode.UNSUPPORTED, e.code(), e.getMessage());
      assertTrue(String.valueOf(e.getMessage()).contains("no kernel"), e.getMessage());
    }
  }

  @Test
  void wrongDigestsAndBombsAreRefused() throws IOException {
    List<ImageFile> files = ImageFiles.of(DiskImage.of(layout, packVm()));
    ImageFile kernel = files.get(0);
    ImageFile lied =
        new ImageFile(
            FileRole.KERNEL,
            kernel.layer(),
            kernel.diffId(),
            Optional.of(Digest.sha256(new byte[7])),
            OptionalLong.empty());
    assertEquals(
        ErrorCode.INTEGRITY, assertThrows(FlintException.class, () -> unpack(lied, ROOMY)).code());
    assertEquals(
        ErrorCode.POLICY,
        assertThrows(FlintException.class, () -> unpack(files.get(1), 1 << 20)).code());
  }

  @Test
  void theConfigSaysAsManyLayersAsThereAre() throws IOException {
    JsonObject config = DiskImage.of(layout, packVm()).config().document();
    assertEquals(2, config.objects("history").size());
    assertEquals("firecracker", config.requiredString("feather.backend"));
    assertTrue(new ArrayList<>(config.names()).stream().noneMatch(n -> n.startsWith("fledge.")));
  }

  /** Else a disk would come out without what is asked of disks. */
  @Test
  void aDiskIsNotToldByARole() throws IOException {
    Document vm = packVm();
    refused(
        changed(
            vm,
            labels -> put(labels, "disk,rootfs"),
            layer -> with(layer, FeatherKeys.FILE_ROLE, "")),
        "is a disk");
    refused(
        changed(vm, labels -> new TreeMap<>(), layer -> with(layer, FeatherKeys.FILE_ROLE, "disk")),
        "is a disk");
  }

  @Test
  void aRootFileSystemThatNamesOtherFilesDoesNotComeOut() throws IOException {
    byte[] linked = TestDisks.qcow2(3, MachineFiles.rootfs());
    linked[15] = 112;
    linked[19] = 9;
    Path kernel = Files.write(folder.resolve("k"), KERNEL);
    Path rootfs = Files.write(folder.resolve("r"), linked);
    Document made;
    try (FileChannel first = FileChannel.open(kernel);
        FileChannel second = FileChannel.open(rootfs)) {
      made =
          TestImages.assembler(layout)
              .assemble(
                  List.of(
                      FileToPack.file(FileRole.KERNEL, first, at -> 0),
                      FileToPack.file(FileRole.ROOTFS, second, at -> 0)),
                  draft(BackendKind.FIRECRACKER),
                  ProgressListener.NONE);
    }
    ImageFile file = ImageFiles.of(DiskImage.of(layout, made)).get(1);
    FlintException e = assertThrows(FlintException.class, () -> unpack(file, ROOMY));
    assertEquals(ErrorCode.POLICY, e.code(), e.getMessage());
  }
}
