package dev.flint.oci.layer;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdInputStream;
import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.codec.Compression;
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

  private final TableFormat format;
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

  private ForgedLayer(TableFormat format, byte[] disk, int... lengths) {
    boolean gzip = format.compression() == Compression.GZIP;
    UnaryOperator<byte[]> pack = gzip ? TestImages::gzip : Zstd::compress;
    this.format = format;
    this.disk = disk;
    this.head = pack.apply(TarBlocks.header(NAME, disk.length));
    this.padding = pack.apply(new byte[format.zerosAfter(disk.length)]);
    int at = 0;
    for (int length : lengths) {
      byte[] chunk = Arrays.copyOfRange(disk, at, at + length);
      units.add(pack.apply(chunk));
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
    return honest(new Stargz());
  }

  /** The same in frames of zstd. What is changed behind the table does not count. */
  static ForgedLayer honestZstd() {
    return honest(new ZstdChunked());
  }

  private static ForgedLayer honest(TableFormat format) {
    byte[] disk = new byte[20_000];
    for (int i = 0; i < disk.length; i++) {
      disk[i] = (byte) (i * i / 251 + i / 700);
    }
    Arrays.fill(disk, 9000, 13_000, (byte) 0);
    return new ForgedLayer(format, disk, 5000, 4000, 4000, 4096, 2904);
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
    return format.compression() == Compression.GZIP
        ? withTableFile(blob, table)
        : withTableFrame(blob, table);
  }

  private Forged withTableFrame(ByteArrayOutputStream blob, byte[] table) {
    byte[] packed = Zstd.compress(table);
    long offset = (long) blob.size() + ZstdFooter.FRAME_HEAD;
    blob.writeBytes(ZstdFooter.frameHead(packed.length));
    blob.writeBytes(packed);
    blob.writeBytes(new ZstdFooter(offset, packed.length, table.length).bytes());
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    try (InputStream in = new ZstdInputStream(new ByteArrayInputStream(blob.toByteArray()))) {
      in.transferTo(tar);
    } catch (IOException e) {
      // A liar's manifest names what there is.
    }
    return forged(blob.toByteArray(), Digest.sha256(packed), tar.toByteArray());
  }

  private Forged withTableFile(ByteArrayOutputStream blob, byte[] table) {
    long offset = blob.size();
    blob.writeBytes(tail.apply(tableTar.apply(new TarBytes().file(TABLE, table).ended())));
    blob.writeBytes(footer.apply(offset));
    byte[] bytes = blob.toByteArray();
    return forged(bytes, Digest.sha256(table), tar(bytes));
  }

  private Forged forged(byte[] blob, Digest table, byte[] tar) {
    return new Forged(
        blob,
        Descriptor.of(format.compression().mediaType(), Digest.sha256(blob), blob.length)
            .withAnnotations(Map.of(format.digestKey(), tableDigest.orElse(table).toString())),
        diffId.orElseGet(() -> Digest.sha256(tar)));
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
