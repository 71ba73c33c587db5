package dev.flint.agent.testing;

import dev.flint.agent.instance.PreparedImage;
import dev.flint.agent.rootfs.LayerFolders;
import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.ImageConfig;
import dev.flint.oci.Manifest;
import dev.flint.oci.MediaType;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.store.OciLayout;
import dev.flint.testing.Command;
import dev.flint.testing.Peers;
import dev.flint.testing.TestImages;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Container images made of Debian's static busybox, packed by the system's tar. */
public final class BusyboxImage {
  private static final List<String> APPLETS =
      List.of(
          "sh", "cat", "ls", "id", "echo", "sleep", "stat", "mount", "dd", "env", "pwd", "test");
  private static final long MAX_BYTES = 1 << 30;

  private BusyboxImage() {}

  /** A tar of a root file system with busybox; the folder given is used for it. */
  public static byte[] baseLayer(Path folder) throws IOException {
    Files.createDirectories(folder.resolve("bin"));
    Files.createDirectories(folder.resolve("etc"));
    Files.createDirectories(folder.resolve("tmp"));
    Files.copy(Peers.require("busybox"), folder.resolve("bin/busybox"));
    for (String applet : APPLETS) {
      Files.createSymbolicLink(folder.resolve("bin/" + applet), Path.of("busybox"));
    }
    Files.writeString(
        folder.resolve("etc/passwd"),
        "root:x:0:0:root:/root:/bin/sh\nweb:x:1000:1001:Web:/tmp:/bin/sh\n",
        StandardCharsets.UTF_8);
    Files.writeString(
        folder.resolve("etc/group"),
        "root:x:0:\nweb:x:1001:\nlog:x:4:root,web\n",
        StandardCharsets.UTF_8);
    return tar(folder);
  }

  /** A tar of all that is in a folder. */
  public static byte[] tar(Path folder) throws IOException {
    Path file = Files.createTempFile("layer", ".tar");
    try {
      Command.run(
              "tar",
              "-C",
              folder,
              "--numeric-owner",
              "--xattrs",
              "--xattrs-include=*",
              "--format=pax",
              "--pax-option=delete=atime,delete=ctime",
              "--sort=name",
              "-cf",
              file,
              ".")
          .ok();
      return Files.readAllBytes(file);
    } finally {
      Files.delete(file);
    }
  }

  /** Stores an image of tars, base first, which are packed by gzip. */
  public static Document store(OciLayout layout, JsonObject config, List<byte[]> tars)
      throws IOException {
    List<Descriptor> layers = new ArrayList<>();
    List<String> diffIds = new ArrayList<>();
    for (byte[] tar : tars) {
      layers.add(TestImages.store(layout, MediaType.OCI_LAYER_GZIP, TestImages.gzip(tar)));
      diffIds.add(Digest.sha256(tar).toString());
    }
    JsonObject whole =
        JsonObject.empty()
            .with("architecture", "amd64")
            .with("os", "linux")
            .with("config", config)
            .with(
                "rootfs",
                JsonObject.empty().with("type", "layers").withStrings("diff_ids", diffIds));
    Descriptor stored = TestImages.store(layout, MediaType.OCI_CONFIG, whole.bytes());
    Document manifest = Manifest.create(stored, layers, Map.of());
    layout.put(manifest);
    return manifest;
  }

  /** Unpacks a stored image. */
  public static PreparedImage unpack(OciLayout layout, Document manifest, LayerFolders folders)
      throws IOException {
    Manifest read = Manifest.of(manifest);
    ImageConfig config = ImageConfig.parse(layout.read(read.config()), read.config().digest());
    return new PreparedImage(
        manifest.descriptor().digest(), config, folders.unpack(layout, read, config, MAX_BYTES));
  }
}
