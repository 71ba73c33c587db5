package dev.flint.oci.foreignimage;

import com.github.luben.zstd.Zstd;
import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.ImageIndex;
import dev.flint.oci.Manifest;
import dev.flint.oci.MediaType;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.store.OciLayout;
import dev.flint.testing.TarBytes;
import dev.flint.testing.TestImages;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Images as other tools make them, put together by their public rules (docs/format.md). */
public final class ForeignFixtures {
  private final OciLayout layout;

  /** Stores fixtures in a layout, unnamed. */
  public ForeignFixtures(OciLayout layout) {
    this.layout = layout;
  }

  /** A tar layer and what its tar is. */
  record Layer(Descriptor descriptor, Digest diffId) {}

  Layer tar(TarBytes tar) throws IOException {
    byte[] bytes = tar.ended();
    return new Layer(
        TestImages.store(layout, MediaType.OCI_LAYER_TAR, bytes), Digest.sha256(bytes));
  }

  Layer gzip(TarBytes tar) throws IOException {
    byte[] bytes = tar.ended();
    return new Layer(
        TestImages.store(layout, MediaType.OCI_LAYER_GZIP, TestImages.gzip(bytes)),
        Digest.sha256(bytes));
  }

  /** An ordinary image of layers, base first. */
  Document image(
      Map<String, String> annotations, Map<String, String> labels, String os, Layer... layers)
      throws IOException {
    List<String> diffIds = new ArrayList<>();
    List<Descriptor> descriptors = new ArrayList<>();
    for (Layer layer : layers) {
      diffIds.add(layer.diffId().toString());
      descriptors.add(layer.descriptor());
    }
    JsonObject config =
        JsonObject.empty()
            .with("architecture", "x86_64")
            .with("os", os)
            .with("config", JsonObject.empty().withMap("Labels", new TreeMap<>(labels)))
            .with(
                "rootfs",
                JsonObject.empty().with("type", "layers").withStrings("diff_ids", diffIds));
    return stored(
        Manifest.create(
            TestImages.store(layout, MediaType.OCI_CONFIG, config.bytes()),
            descriptors,
            new TreeMap<>(annotations)));
  }

  private Document stored(Document document) throws IOException {
    layout.put(document);
    return document;
  }

  /**
   * A package as {@code kraft pkg} makes it: plain tars whose one entry has a name from the root,
   * the hypervisor for an os, options of the build as os.features, an index around it.
   */
  public Document kraft(byte[] kernel, byte[] initrd) throws IOException {
    Document manifest =
        image(
            Map.of("org.unikraft.image.name", "unikraft.org/app", "sh.kraftkit.version", "0.9.1"),
            Map.of(),
            "qemu",
            tar(new TarBytes().file("/unikraft/bin/kernel", kernel)),
            tar(new TarBytes().file("/unikraft/bin/initrd", initrd)));
    JsonObject platform =
        JsonObject.empty()
            .with("architecture", "x86_64")
            .with("os", "qemu")
            .withStrings("os.features", List.of("CONFIG_LIBVFSCORE=y"));
    return stored(
        ImageIndex.create(
            List.of(Descriptor.of(manifest.descriptor().json().with("platform", platform)))));
  }

  /** What bima writes: annotations in base64. */
  static Map<String, String> uruncKeys(boolean base64) {
    Map<String, String> keys = new TreeMap<>();
    keys.put("com.urunc.unikernel.unikernelType", "unikraft");
    keys.put("com.urunc.unikernel.hypervisor", "qemu");
    keys.put("com.urunc.unikernel.cmdline", "nginx -c /nginx/conf/nginx.conf");
    keys.put("com.urunc.unikernel.binary", "/unikernel/app.elf");
    keys.put("com.urunc.unikernel.initrd", "/unikernel/initrd");
    if (base64) {
      keys.replaceAll(
          (key, value) ->
              Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)));
    }
    return keys;
  }

  static byte[] uruncJson() {
    return json(uruncKeys(true)).bytes();
  }

  private static JsonObject json(Map<String, String> keys) {
    JsonObject json = JsonObject.empty();
    for (Map.Entry<String, String> key : keys.entrySet()) {
      json = json.with(key.getKey(), key.getValue());
    }
    return json;
  }

  TarBytes uruncFiles(byte[] kernel, byte[] initrd) {
    return new TarBytes()
        .entry('5', "unikernel/", "", new byte[0])
        .file("unikernel/app.elf", kernel)
        .file("unikernel/initrd", initrd);
  }

  /** An image with annotations, and the file with the same beside its files. */
  public Document urunc(byte[] kernel, byte[] initrd) throws IOException {
    return image(
        uruncKeys(true),
        Map.of(),
        "linux",
        gzip(uruncFiles(kernel, initrd).file("urunc.json", uruncJson())));
  }

  /** What a Dockerfile of {@code FROM scratch} and {@code ADD disk.img /disk/} gives. */
  public Document containerDisk(byte[] disk) throws IOException {
    return image(
        Map.of(),
        Map.of(),
        "linux",
        gzip(new TarBytes().entry('5', "disk/", "", new byte[0]).file("disk/fedora", disk)));
  }

  /** An index as Podman machine pulls it: a child for each kind of disk, packed by zstd. */
  public Document podmanMachine(byte[] qcow2, byte[] raw) throws IOException {
    return stored(
        ImageIndex.create(
            List.of(
                artifact("applehv", "machine.x86_64.applehv.raw.zst", raw),
                artifact("qemu", "machine.x86_64.qemu.qcow2.zst", qcow2))));
  }

  private Descriptor artifact(String type, String title, byte[] disk) throws IOException {
    Descriptor blob =
        TestImages.store(layout, new MediaType("application/zstd"), Zstd.compress(disk))
            .withAnnotations(Map.of("org.opencontainers.image.title", title));
    Descriptor config =
        TestImages.store(
            layout,
            new MediaType("application/vnd.oci.empty.v1+json"),
            "{}".getBytes(StandardCharsets.UTF_8));
    Document manifest = stored(Manifest.create(config, List.of(blob), Map.of()));
    return TestImages.entry(manifest, "linux", "x86_64").withAnnotations(Map.of("disktype", type));
  }

  /** What wkg and its like push: the config with an author, nothing else around it. */
  public Document wasm(byte[] module) throws IOException {
    Descriptor layer = TestImages.store(layout, new MediaType("application/wasm"), module);
    JsonObject config =
        JsonObject.empty()
            .with("created", "2024-06-25T15:58:49.377917735Z")
            .with("author", "someone")
            .with("architecture", "wasm")
            .with("os", "wasip1")
            .withStrings("layerDigests", List.of(layer.digest().toString()));
    Descriptor stored =
        TestImages.store(
            layout, new MediaType("application/vnd.wasm.config.v0+json"), config.bytes());
    return stored(Manifest.create(stored, List.of(layer), Map.of()));
  }
}
