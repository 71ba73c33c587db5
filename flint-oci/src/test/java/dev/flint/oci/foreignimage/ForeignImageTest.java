package dev.flint.oci.foreignimage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.ImageIndex;
import dev.flint.oci.Manifest;
import dev.flint.oci.MediaType;
import dev.flint.oci.Platform;
import dev.flint.oci.disk.FileRole;
import dev.flint.oci.disk.TestDisks;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.image.DiskImage;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.transfer.LayoutImages;
import dev.flint.testing.MachineFiles;
import dev.flint.testing.TarBytes;
import dev.flint.testing.TestImages;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForeignImageTest {
  private static final long ROOMY = 1L << 40;
  private static final Platform HOST = new Platform("linux", "amd64", "");
  private static final byte[] KERNEL = MachineFiles.unikraft();
  private static final byte[] INITRD = MachineFiles.noise(8, 40_000);
  private static final byte[] DISK = MachineFiles.bootDisk();

  @TempDir Path folder;
  private OciLayout layout;
  private ForeignFixtures fixtures;

  @BeforeEach
  void open() throws IOException {
    layout = OciLayout.openOrCreate(folder.resolve("store"));
    fixtures = new ForeignFixtures(layout);
  }

  @AfterEach
  void close() throws IOException {
    layout.close();
  }

  private DiskImage child(Optional<Descriptor> entry) throws IOException {
    return DiskImage.of(layout, layout.document(entry.orElseThrow()));
  }

  private Optional<ForeignImage> told(DiskImage image) throws IOException {
    return ForeignProbe.of(new LayoutImages(layout), image);
  }

  private ForeignImage foreign(DiskImage image, ForeignKind kind) throws IOException {
    ForeignImage found = told(image).orElseThrow();
    assertEquals(kind, found.kind());
    return found;
  }

  private byte[] unpack(DiskImage image, ForeignFile file, long maxBytes) throws IOException {
    Path out = folder.resolve("out");
    try (FileChannel target =
        FileChannel.open(
            out,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      new ForeignUnpacker(new LayoutImages(layout), maxBytes).unpack(image, file, target);
    }
    return Files.readAllBytes(out);
  }

  private void assertUnpacks(DiskImage image, ForeignImage found, FileRole role, byte[] expected)
      throws IOException {
    ForeignFile file =
        found.files().stream().filter(one -> one.role() == role).findFirst().orElseThrow();
    assertArrayEquals(expected, unpack(image, file, ROOMY));
  }

  private void assertRefused(ErrorCode code, DiskImage image) throws IOException {
    ForeignImage found = told(image).orElseThrow();
    FlintException e =
        assertThrows(FlintException.class, () -> unpack(image, found.files().get(0), ROOMY));
    assertEquals(code, e.code(), e.getMessage());
  }

  private DiskImage disks(TarBytes... layers) throws IOException {
    ForeignFixtures.Layer[] stored = new ForeignFixtures.Layer[layers.length];
    for (int i = 0; i < layers.length; i++) {
      stored[i] = fixtures.gzip(layers[i]);
    }
    return DiskImage.of(layout, fixtures.image(Map.of(), Map.of(), "linux", stored));
  }

  @Test
  void aKraftPackageGivesItsKernelAndInitrd() throws IOException {
    Document index = fixtures.kraft(KERNEL, INITRD);
    ImageIndex entries = ImageIndex.of(index);
    DiskImage image = child(ForeignIndex.onlyOneFor(entries, HOST));
    ForeignImage found = foreign(image, ForeignKind.KRAFT);
    assertUnpacks(image, found, FileRole.KERNEL, KERNEL);
    assertUnpacks(image, found, FileRole.INITRD, INITRD);
    assertEquals("qemu/x86_64", found.facts().get("platform"));
    assertEquals(
        Optional.empty(), ForeignIndex.onlyOneFor(entries, new Platform("linux", "arm64", "")));
  }

  @Test
  void aKraftPackageThatLostItsAnnotationsIsToldByItsLayers() throws IOException {
    DiskImage image =
        DiskImage.of(
            layout,
            fixtures.image(
                Map.of(),
                Map.of(),
                "fc",
                fixtures.tar(new TarBytes().file("/unikraft/bin/kernel", KERNEL))));
    ForeignImage found = foreign(image, ForeignKind.KRAFT);
    assertEquals(1, found.files().size());
    assertUnpacks(image, found, FileRole.KERNEL, KERNEL);
  }

  @Test
  void aUruncImageIsToldByAnnotationsLabelsOrItsFile() throws IOException {
    Map<String, String> encoded = ForeignFixtures.uruncKeys(true);
    Map<String, String> plain = ForeignFixtures.uruncKeys(false);
    TarBytes withFile =
        fixtures.uruncFiles(KERNEL, INITRD).file("urunc.json", ForeignFixtures.uruncJson());
    List<Document> images =
        List.of(
            fixtures.image(
                encoded, Map.of(), "linux", fixtures.gzip(fixtures.uruncFiles(KERNEL, INITRD))),
            fixtures.image(
                Map.of(), plain, "linux", fixtures.gzip(fixtures.uruncFiles(KERNEL, INITRD))),
            fixtures.image(Map.of(), Map.of(), "linux", fixtures.gzip(withFile)));
    for (Document document : images) {
      DiskImage image = DiskImage.of(layout, document);
      ForeignImage found = foreign(image, ForeignKind.URUNC);
      assertUnpacks(image, found, FileRole.KERNEL, KERNEL);
      assertUnpacks(image, found, FileRole.INITRD, INITRD);
      assertEquals("unikraft", found.facts().get("unikernelType"));
      assertEquals("nginx -c /nginx/conf/nginx.conf", found.facts().get("cmdline"));
    }
  }

  @Test
  void aUruncImageMustNotNameAPathOutside() throws IOException {
    DiskImage image =
        DiskImage.of(
            layout,
            fixtures.image(
                Map.of("com.urunc.unikernel.binary", "/../etc/shadow"),
                Map.of(),
                "linux",
                fixtures.gzip(fixtures.uruncFiles(KERNEL, INITRD))));
    FlintException e = assertThrows(FlintException.class, () -> told(image));
    assertEquals(ErrorCode.POLICY, e.code());
  }

  @Test
  void aContainerDiskGivesItsOnlyFile() throws IOException {
    DiskImage image = DiskImage.of(layout, fixtures.containerDisk(DISK));
    assertUnpacks(image, foreign(image, ForeignKind.CONTAINER_DISK), FileRole.DISK, DISK);
  }

  @Test
  void layersOfAContainerDiskHideWhatIsBelow() throws IOException {
    byte[] old = MachineFiles.noise(9, 5000);
    DiskImage removed =
        disks(
            new TarBytes().file("disk/old.img", old),
            new TarBytes().file("disk/.wh.old.img", new byte[0]).file("disk/new.img", DISK));
    assertUnpacks(removed, foreign(removed, ForeignKind.CONTAINER_DISK), FileRole.DISK, DISK);
    DiskImage opaque =
        disks(
            new TarBytes().file("disk/old.img", old),
            new TarBytes().file("disk/.wh..wh..opq", new byte[0]).file("disk/new.img", DISK));
    assertUnpacks(opaque, foreign(opaque, ForeignKind.CONTAINER_DISK), FileRole.DISK, DISK);
    DiskImage replaced =
        disks(new TarBytes().file("disk/a.img", old), new TarBytes().file("disk/a.img", DISK));
    assertUnpacks(replaced, foreign(replaced, ForeignKind.CONTAINER_DISK), FileRole.DISK, DISK);
  }

  @Test
  void aContainerDiskWithTwoFilesOrALinkIsRefused() throws IOException {
    assertRefused(
        ErrorCode.UNSUPPORTED,
        disks(new TarBytes().file("disk/a.img", DISK).file("disk/b.img", DISK)));
    assertRefused(
        ErrorCode.UNSUPPORTED,
        disks(new TarBytes().file("disk/a.img", DISK), new TarBytes().file("disk/b.img", DISK)));
    assertRefused(
        ErrorCode.UNSUPPORTED,
        disks(
            new TarBytes().file("disk/a.img", new byte[9]),
            new TarBytes().entry('2', "disk/a.img", "/etc/shadow", new byte[0])));
    assertRefused(
        ErrorCode.UNSUPPORTED,
        disks(
            new TarBytes().file("disk/a.img", new byte[9]),
            new TarBytes().entry('2', "disk", "/etc", new byte[0])));
    assertRefused(
        ErrorCode.NOT_FOUND,
        disks(
            new TarBytes().file("disk/a.img", new byte[9]),
            new TarBytes().file(".wh.disk", new byte[0])));
  }

  @Test
  void aContainerIsNoContainerDisk() throws IOException {
    assertEquals(Optional.empty(), told(disks(new TarBytes().file("bin/sh", new byte[9]))));
  }

  @Test
  void aPodmanMachineGivesTheDiskOfATypeOrThatForQemu() throws IOException {
    byte[] other = MachineFiles.noise(9, 7000);
    ImageIndex index = ImageIndex.of(fixtures.podmanMachine(DISK, other));
    DiskImage qemu =
        DiskImage.of(layout, layout.document(ForeignIndex.onlyOneFor(index, HOST).orElseThrow()));
    assertUnpacks(qemu, foreign(qemu, ForeignKind.DISK_ARTIFACT), FileRole.DISK, DISK);
    DiskImage apple =
        DiskImage.of(layout, layout.document(ForeignIndex.disk(index, HOST, "applehv")));
    assertUnpacks(apple, foreign(apple, ForeignKind.DISK_ARTIFACT), FileRole.DISK, other);
    FlintException e =
        assertThrows(FlintException.class, () -> ForeignIndex.disk(index, HOST, "hyperv"));
    assertEquals(ErrorCode.NOT_FOUND, e.code());
    assertTrue(e.remedy().contains("applehv, qemu"), e.remedy());
  }

  @Test
  void aWasmArtifactGivesItsModule() throws IOException {
    byte[] module = MachineFiles.wasmModule();
    DiskImage image = DiskImage.of(layout, fixtures.wasm(module));
    assertUnpacks(image, foreign(image, ForeignKind.WASM_ARTIFACT), FileRole.MODULE, module);
  }

  @Test
  void bombsAndDamageAreRefused() throws IOException {
    byte[] zeros = new byte[8 << 20];
    DiskImage packed = DiskImage.of(layout, fixtures.containerDisk(zeros));
    ForeignFile disk = told(packed).orElseThrow().files().get(0);
    assertEquals(
        ErrorCode.POLICY,
        assertThrows(FlintException.class, () -> unpack(packed, disk, 1 << 20)).code());
    ImageIndex index = ImageIndex.of(fixtures.podmanMachine(zeros, DISK));
    DiskImage machine =
        DiskImage.of(layout, layout.document(ForeignIndex.onlyOneFor(index, HOST).orElseThrow()));
    ForeignFile blob = told(machine).orElseThrow().files().get(0);
    assertEquals(
        ErrorCode.POLICY,
        assertThrows(FlintException.class, () -> unpack(machine, blob, 1 << 20)).code());
  }

  @Test
  void aLayerThatIsNotTheOneOfTheConfigIsRefused() throws IOException {
    ForeignFixtures.Layer layer = fixtures.gzip(new TarBytes().file("disk/a.img", DISK));
    ForeignFixtures.Layer lie =
        new ForeignFixtures.Layer(
            layer.descriptor(), fixtures.gzip(new TarBytes().file("x", DISK)).diffId());
    assertRefused(
        ErrorCode.INTEGRITY,
        DiskImage.of(layout, fixtures.image(Map.of(), Map.of(), "linux", lie)));
  }

  @Test
  void aBlobThatWasChangedInTheStoreIsRefused() throws IOException {
    DiskImage image = DiskImage.of(layout, fixtures.containerDisk(DISK));
    ForeignFile disk = told(image).orElseThrow().files().get(0);
    Path blob = layout.require(image.layer()).file();
    byte[] bytes = Files.readAllBytes(blob);
    bytes[bytes.length / 2] ^= 1;
    Files.write(blob, bytes);
    FlintException e = assertThrows(FlintException.class, () -> unpack(image, disk, ROOMY));
    assertEquals(ErrorCode.INTEGRITY, e.code());
  }

  @Test
  void flintsOwnImagesAreNotForeign() throws IOException {
    Document own = TestImages.pack(layout, "r.io/x:1", DISK);
    assertEquals(Optional.empty(), told(DiskImage.of(layout, own)));
    assertEquals(1, Manifest.of(own).layers().size());
  }

  @Test
  void aBlockOfUruncIsNoDiskThatNamesOtherFiles() throws IOException {
    byte[] linked = TestDisks.qcow2(3, TestDisks.guest(1, 1 << 20));
    linked[15] = 112;
    linked[19] = 9;
    Map<String, String> keys =
        Map.of("com.urunc.unikernel.binary", "/k", "com.urunc.unikernel.block", "/b");
    DiskImage image =
        DiskImage.of(
            layout,
            fixtures.image(
                keys,
                Map.of(),
                "linux",
                fixtures.gzip(new TarBytes().file("k", KERNEL).file("b", linked))));
    ForeignFile block = foreign(image, ForeignKind.URUNC).files().get(1);
    FlintException e = assertThrows(FlintException.class, () -> unpack(image, block, ROOMY));
    assertEquals(ErrorCode.POLICY, e.code(), e.getMessage());
  }

  @Test
  void aSecondLayerOfAKraftPackageMayBeNoInitrd() throws IOException {
    for (Map<String, String> annotations :
        List.of(Map.<String, String>of(), Map.of("sh.kraftkit.version", "0.9.1"))) {
      DiskImage image =
          DiskImage.of(
              layout,
              fixtures.image(
                  annotations,
                  Map.of(),
                  "qemu",
                  fixtures.tar(new TarBytes().file("/unikraft/bin/kernel", KERNEL)),
                  fixtures.tar(new TarBytes().file("/unikraft/bin/kernel.dbg", INITRD))));
      ForeignImage found = foreign(image, ForeignKind.KRAFT);
      assertEquals(1, found.files().size(), found.files().toString());
      assertUnpacks(image, found, FileRole.KERNEL, KERNEL);
    }
  }

  @Test
  void aContainerWithSomethingElseForUruncJsonIsAContainer() throws IOException {
    assertEquals(
        Optional.empty(), told(disks(new TarBytes().file("urunc.json", new byte[] {'?'}))));
  }

  @Test
  void whatIsRemovedFromAFolderIsNoContainerDisk() throws IOException {
    assertEquals(Optional.empty(), told(disks(new TarBytes().file("disk/.wh.old", new byte[0]))));
  }

  @Test
  void namesWithABackslashAreNoHarm() throws IOException {
    DiskImage image =
        disks(
            new TarBytes()
                .file("etc/system-systemd\\x2dcryptsetup.slice", new byte[9])
                .file("disk/a.img", DISK));
    assertUnpacks(image, foreign(image, ForeignKind.CONTAINER_DISK), FileRole.DISK, DISK);
  }

  @Test
  void anImageForAnotherSystemIsNotTakenForThisOne() throws IOException {
    Descriptor windows =
        TestImages.entry(TestImages.pack(layout, "r.io/x:1", DISK), "windows", "amd64");
    assertEquals(
        Optional.empty(),
        ForeignIndex.onlyOneFor(ImageIndex.of(ImageIndex.create(List.of(windows))), HOST));
  }

  @Test
  void aBackendThatNobodyKnowsIsRefusedBeforeAnythingIsFetched() throws IOException {
    byte[] tar = new TarBytes().file("disk.raw", DISK).ended();
    DiskImage image =
        DiskImage.of(
            layout,
            TestImages.handMade(
                layout,
                MediaType.OCI_LAYER_TAR,
                tar,
                TestImages.config(Digest.sha256(tar)).with("feather.backend", "hyperlight")));
    FlintException e =
        assertThrows(FlintException.class, () -> Carried.requireRunHere("vm:1", image));
    assertEquals(ErrorCode.UNSUPPORTED, e.code());
    assertTrue(String.valueOf(e.getMessage()).contains("hyperlight"), e.getMessage());
  }
}
