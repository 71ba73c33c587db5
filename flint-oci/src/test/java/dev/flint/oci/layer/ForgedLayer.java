package dev.flint.oci.layer;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.FeatherKeys;
import dev.flint.oci.MediaType;
import dev.flint.testing.TarBytes;
import dev.flint.testing.TestImages;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

/**
 * A seekable layer made piece by piece. It is honest until a test changes a piece; the digests that
 * pin it are made last, so that a liar's manifest fits the lie.
 */
public final class ForgedLayer {
  static final String NAME = "disk.raw";
  private static final String TABLE = "stargz.index.json";

  private final byte[] disk;
  private byte[] head;

  /** The gzip member of each chunk, and what else lies in its place. */
  final List<byte[]> units = new ArrayList<>();

  /** The member of the zeros after the disk. */
  private byte[] padding;

  /** The table: members and their values as JSON. Offsets that are left out are the right ones. */
  final List<Map<String, String>> entries = new ArrayList<>();

  private UnaryOperator<String> json = text -> text;
  private UnaryOperator<byte[]> tableTar = tar -> tar;
  private UnaryOperator<byte[]> tail = TestImages::gzip;
  private LongFunction<byte[]> footer = StargzFooter::of;
  private Optional<Digest> tableDigest = Optional.empty();
  private Optional<Digest> diffId = Optional.empty();

  private ForgedLayer(byte[] disk, int... lengths) {
    this.disk = disk;
    this.head = TestImages.gzip(TarBlocks.header(NAME, disk.length));
    this.padding = TestImages.gzip(new byte[TarBlocks.padding(disk.length)]);
    int at = 0;
    for (int length : lengths) {
      byte[] chunk = Arrays.copyOfRange(disk, at, at + length);
      units.add(TestImages.gzip(chunk));
      Map<String, String> entry = new LinkedHashMap<>();
      entry.put("name", quoted(NAME));
      entry.put("type", quoted(at == 0 ? "reg" : "chunk"));
      if (at == 0) {
        entry.put("size", Integer.toString(disk.length));
        entry.put("digest", quoted(Digest.sha256(disk).toString()));
      } else {
        entry.put("chunkOffset", Integer.toString(at));
      }
      entry.put("chunkSize", Integer.toString(length));
      entry.put("chunkDigest", quoted(Digest.sha256(chunk).toString()));
      entries.add(entry);
      at += length;
    }
  }

  /** A disk of five chunks whose length is no multiple of a block. */
  public static ForgedLayer honest() {
    byte[] disk = new byte[20_000];
    for (int i = 0; i < disk.length; i++) {
      disk[i] = (byte) (i * i / 251 + i / 700);
    }
    Arrays.fill(disk, 9000, 13_000, (byte) 0);
    return new ForgedLayer(disk, 5000, 4000, 4000, 4096, 2904);
  }

  static String quoted(String text) {
    return '"' + text + '"';
  }

  /** The disk that an honest layer holds. */
  public byte[] disk() {
    return disk;
  }

  /** Where a chunk's place begins in the blob; after the last one, where the table does. */
  long offset(int chunk) {
    long offset = head.length;
    for (byte[] unit : units.subList(0, chunk)) {
      offset += unit.length;
    }
    return offset + (chunk == units.size() ? padding.length : 0);
  }

  /** Sets a member of an entry to a value in JSON. */
  ForgedLayer set(int entry, String member, Object value) {
    entries.get(entry).put(member, value.toString());
    return this;
  }

  ForgedLayer head(byte[] bytes) {
    head = bytes;
    return this;
  }

  ForgedLayer unit(int chunk, byte[] bytes) {
    units.set(chunk, bytes);
    return this;
  }

  ForgedLayer padding(byte[] bytes) {
    padding = bytes;
    return this;
  }

  /** Changes the table's JSON as a whole. */
  ForgedLayer json(UnaryOperator<String> change) {
    json = change;
    return this;
  }

  /** Changes the end of the tar, from the table's header on. */
  ForgedLayer tableTar(UnaryOperator<byte[]> change) {
    tableTar = change;
    return this;
  }

  /** Compresses the end of the tar in another way. */
  ForgedLayer tail(UnaryOperator<byte[]> compress) {
    tail = compress;
    return this;
  }

  /** Makes the footer of the table's offset in another way. */
  ForgedLayer footer(LongFunction<byte[]> make) {
    footer = make;
    return this;
  }

  ForgedLayer tableDigest(Digest digest) {
    tableDigest = Optional.of(digest);
    return this;
  }

  ForgedLayer diffId(Digest digest) {
    diffId = Optional.of(digest);
    return this;
  }

  private byte[] table() {
    List<String> objects = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      Map<String, String> entry = new LinkedHashMap<>(entries.get(i));
      entry.putIfAbsent("offset", Long.toString(offset(Math.min(i, units.size() - 1))));
      objects.add(
          entry.entrySet().stream()
              .map(member -> quoted(member.getKey()) + ":" + member.getValue())
              .collect(Collectors.joining(",", "{", "}")));
    }
    String text =
        objects.stream().collect(Collectors.joining(",", "{\"version\":1,\"entries\":[", "]}"));
    return json.apply(text).getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  /** All pieces put together. */
  public Forged forge() {
    ByteArrayOutputStream blob = new ByteArrayOutputStream();
    blob.writeBytes(head);
    units.forEach(blob::writeBytes);
    blob.writeBytes(padding);
    byte[] table = table();
    long offset = blob.size();
    blob.writeBytes(tail.apply(tableTar.apply(new TarBytes().file(TABLE, table).ended())));
    blob.writeBytes(footer.apply(offset));
    byte[] bytes = blob.toByteArray();
    Digest pinned = tableDigest.orElseGet(() -> Digest.sha256(table));
    return new Forged(
        bytes,
        Descriptor.of(MediaType.OCI_LAYER_GZIP, Digest.sha256(bytes), bytes.length)
            .withAnnotations(Map.of(FeatherKeys.TABLE_DIGEST, pinned.toString())),
        diffId.orElseGet(() -> Digest.sha256(tar(bytes))));
  }

  /** What any gzip makes of the blob, as far as it gets. */
  private static byte[] tar(byte[] blob) {
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(blob))) {
      in.transferTo(tar);
    } catch (IOException e) {
      // A liar's manifest names what there is.
    }
    return tar.toByteArray();
  }

  /** A forged layer with the manifest's word for it. */
  public static final class Forged {
    private final byte[] blob;
    private final Descriptor descriptor;
    private final Digest diffId;

    private Forged(byte[] blob, Descriptor descriptor, Digest diffId) {
      this.blob = blob;
      this.descriptor = descriptor;
      this.diffId = diffId;
    }

    /** The layer. */
    public byte[] blob() {
      return blob;
    }

    /** As the manifest names it. */
    public Descriptor descriptor() {
      return descriptor;
    }

    /** As the config says. */
    public Digest diffId() {
      return diffId;
    }

    Reading read() throws IOException {
      return Reading.of(blob, descriptor, diffId);
    }

    /** Reads it from front to back. */
    public Reading readSequentially() throws IOException {
      return Reading.sequentially(blob, diffId);
    }
  }
}
