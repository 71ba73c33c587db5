package dev.flint.bench.input;

import dev.flint.bench.machine.Folders;
import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.Manifest;
import dev.flint.oci.MediaType;
import dev.flint.oci.Reference;
import dev.flint.oci.store.Blob;
import dev.flint.oci.store.Ingest;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.transfer.LayoutImages;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * An image of layers that cannot be compressed, in a layout, so that what is measured is moving it
 * alone. Made when first asked for.
 *
 * @param name of the input
 * @param sizes of the layers, in bytes before they are wrapped as gzip
 */
public record BlobImage(String name, List<Long> sizes) {
  private static final int PIECE = 64 * 1024;

  /** One layer of so many bytes. */
  public static BlobImage one(String name, long size) {
    return new BlobImage(name, List.of(size));
  }

  /** Layers from 20 KiB to 2 MiB, each larger than the one before by the same factor. */
  public static BlobImage many(int count) {
    return new BlobImage(
        count + " blobs",
        LongStream.range(0, count)
            .map(i -> (long) (20 * 1024 * Math.pow(102.4, (double) i / (count - 1))))
            .boxed()
            .toList());
  }

  /** A name for folders and repositories. */
  public String plainName() {
    return name.replace(' ', '-').toLowerCase(Locale.ROOT);
  }

  /**
   * A folder for {@code FLINT_HOME} whose store has the image under a name, and under {@code x}.
   *
   * @param inputs where inputs are kept
   */
  public Path home(Path inputs, String reference) throws IOException {
    Path home = inputs.resolve(plainName());
    if (!Files.exists(home)) {
      Path part = Folders.empty(inputs.resolve("blobs.part"));
      try (OciLayout layout = OciLayout.openOrCreate(part.resolve("store"))) {
        layout.tag("x", make(layout).descriptor());
      }
      Files.move(part, home);
    }
    try (OciLayout layout = OciLayout.openOrCreate(home.resolve("store"))) {
      Descriptor image = layout.index().find("x").orElseThrow();
      layout.tag(LayoutImages.nameOf(Reference.parse(reference)), image);
    }
    return home;
  }

  private Document make(OciLayout layout) throws IOException {
    List<Descriptor> layers = new ArrayList<>();
    for (long size : sizes) {
      Blob blob = layer(layout, size, new Random(name.hashCode() + layers.size()));
      layers.add(Descriptor.of(MediaType.OCI_LAYER_GZIP, blob.digest(), blob.size()));
    }
    // Nobody unpacks them.
    String diffIds =
        IntStream.range(0, sizes.size())
            .mapToObj(i -> "\"" + Digest.sha256(new byte[i]) + "\"")
            .collect(Collectors.joining(","));
    String config =
        "{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{},"
            + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[%s]}}".formatted(diffIds);
    Blob blob = layout.put(config.getBytes(StandardCharsets.UTF_8));
    Document manifest =
        Manifest.create(
            Descriptor.of(MediaType.OCI_CONFIG, blob.digest(), blob.size()), layers, Map.of());
    layout.put(manifest);
    return manifest;
  }

  /** Stored, not deflated; tools look no further than at the first bytes. */
  private static Blob layer(OciLayout layout, long size, Random random) throws IOException {
    try (Ingest ingest = layout.ingest()) {
      GZIPOutputStream gzip = new Stored(ingest);
      byte[] piece = new byte[PIECE];
      for (long left = size; left > 0; left -= piece.length) {
        random.nextBytes(piece);
        gzip.write(piece, 0, (int) Math.min(left, piece.length));
      }
      gzip.finish();
      return ingest.commit();
    }
  }

  private static final class Stored extends GZIPOutputStream {
    Stored(Ingest out) throws IOException {
      super(out, PIECE);
      def.setLevel(Deflater.NO_COMPRESSION);
    }
  }
}
