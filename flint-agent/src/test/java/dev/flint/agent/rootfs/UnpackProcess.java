package dev.flint.agent.rootfs;

import dev.flint.agent.testing.BusyboxImage;
import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.MediaType;
import dev.flint.oci.store.OciLayout;
import java.io.IOException;
import java.nio.file.Path;

/** Unpacks an image in a process of its own: layout, digest and size of the manifest, folder. */
final class UnpackProcess {
  private UnpackProcess() {}

  public static void main(String[] args) throws IOException {
    Descriptor manifest =
        Descriptor.of(MediaType.OCI_MANIFEST, Digest.parse(args[1]), Long.parseLong(args[2]));
    try (OciLayout layout = OciLayout.open(Path.of(args[0]))) {
      LayerFolders folders = new LayerFolders(Path.of(args[3]));
      BusyboxImage.unpack(layout, layout.document(manifest), folders);
    }
  }
}
