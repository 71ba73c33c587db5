package dev.flint.cli;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.ImageIndex;
import dev.flint.oci.Manifest;
import dev.flint.oci.MediaType;
import dev.flint.oci.Platform;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.store.Blob;
import dev.flint.oci.store.OciLayout;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/** An image put together piece by piece, as people without Flint do, or as an attacker would. */
final class HandMadeImage {
  private final ByteArrayOutputStream tar = new ByteArrayOutputStream();
  private final List<Descriptor> manifests = new ArrayList<>();
  private JsonObject config = JsonObject.empty().with("architecture", "amd64").with("os", "linux");
  private boolean gzip;
  private String mode = "0000644";
  private String layerType = "";
  private List<String> urls = List.of();

  /** Adds a ustar entry with any name and type. */
  HandMadeImage entry(String name, char type, byte[] content) {
    byte[] header = new byte[512];
    put(header, 0, name);
    put(header, 100, mode + "\0");
    put(header, 108, "0000000\0");
    put(header, 116, "0000000\0");
    put(header, 124, String.format("%011o\0", content.length));
    put(header, 136, "00000000000\0");
    put(header, 148, "        ");
    header[156] = (byte) type;
    put(header, 157, type == '2' || type == '1' ? "/etc/passwd" : "");
    put(header, 257, "ustar\00000");
    int sum = 0;
    for (byte b : header) {
      sum += b & 0xff;
    }
    put(header, 148, String.format("%06o\0 ", sum));
    tar.writeBytes(header);
    tar.writeBytes(content);
    tar.writeBytes(new byte[(512 - content.length % 512) % 512]);
    return this;
  }

  private static void put(byte[] header, int offset, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(bytes, 0, header, offset, Math.min(bytes.length, header.length - offset));
  }

  /** Sets a top-level member of the config. */
  HandMadeImage config(String key, String value) {
    config = config.with(key, value);
    return this;
  }

  /** Gives the entries that follow this mode, seven octal digits. */
  HandMadeImage mode(String octal) {
    mode = octal;
    return this;
  }

  /** Says that the layer is of this kind, and where else it may be had. */
  HandMadeImage layer(String type, String... places) {
    layerType = type;
    urls = List.of(places);
    return this;
  }

  /** Compresses the layer. */
  HandMadeImage gzipped() {
    gzip = true;
    return this;
  }

  /** Stores the image in a layout; the index of the layout calls it {@code x}. */
  void write(Path folder) {
    write(folder, "x");
  }

  /** Stores the image in a layout under a name. */
  void write(Path folder, String name) {
    try (OciLayout layout = OciLayout.openOrCreate(folder)) {
      Document manifest = writeManifest(layout);
      layout.put(manifest);
      layout.tag(name, manifest.descriptor());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As {@link #write}, below an index that offers another platform first. */
  void writeIndexed(Path folder) {
    try (OciLayout layout = OciLayout.openOrCreate(folder)) {
      Document manifest = writeManifest(layout);
      layout.put(manifest);
      for (Platform platform : List.of(new Platform("linux", "s390x", ""), Platform.host())) {
        JsonObject json =
            manifest
                .descriptor()
                .json()
                .with(
                    "platform",
                    JsonObject.empty()
                        .with("os", platform.os())
                        .with("architecture", platform.architecture()));
        manifests.add(Descriptor.of(json));
      }
      Document index = ImageIndex.create(manifests);
      layout.put(index);
      layout.tag("x", index.descriptor());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Document writeManifest(OciLayout layout) throws IOException {
    tar.writeBytes(new byte[1024]);
    byte[] uncompressed = tar.toByteArray();
    byte[] layerBytes = gzip ? gzip(uncompressed) : uncompressed;
    Blob layer = layout.put(layerBytes);
    JsonObject rootfs =
        JsonObject.empty()
            .with("type", "layers")
            .withStrings("diff_ids", List.of(Digest.sha256(uncompressed).toString()));
    Blob configBlob = layout.put(config.with("rootfs", rootfs).bytes());
    MediaType ordinary = gzip ? MediaType.OCI_LAYER_GZIP : MediaType.OCI_LAYER_TAR;
    Descriptor descriptor =
        Descriptor.of(
            layerType.isEmpty() ? ordinary : new MediaType(layerType),
            layer.digest(),
            layer.size());
    return Manifest.create(
        Descriptor.of(MediaType.OCI_CONFIG, configBlob.digest(), configBlob.size()),
        List.of(
            urls.isEmpty()
                ? descriptor
                : Descriptor.of(descriptor.json().withStrings("urls", urls))),
        Map.of());
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream stream = new GZIPOutputStream(out)) {
      stream.write(bytes);
    }
    return out.toByteArray();
  }
}
