package dev.flint.oci.layer;

import static dev.flint.oci.layer.ForgedLayer.quoted;

import com.github.luben.zstd.Zstd;
import dev.flint.oci.Digest;
import dev.flint.testing.TarBytes;
import dev.flint.testing.TestImages;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** What is wrong with hostile layers, by name; all are made of {@link ForgedLayer#honest}. */
public final class HostileTables {
  private static final int LAST = 4;
  private static final String MAX = Long.toString(Long.MAX_VALUE);

  private HostileTables() {}

  /** Name and lie, for tests that take each. */
  public static Stream<Arguments> arguments(Map<String, Lie> lies) {
    return lies.entrySet().stream().map(lie -> Arguments.of(lie.getKey(), lie.getValue()));
  }

  /** Makes an honest layer a liar. */
  public interface Lie extends UnaryOperator<ForgedLayer> {}

  private static byte[] gzip(byte[] bytes) {
    return TestImages.gzip(bytes);
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      joined.writeBytes(part);
    }
    return joined.toByteArray();
  }

  private static byte[] chunk(ForgedLayer layer, int from, int to) {
    return Arrays.copyOfRange(layer.disk(), from, to);
  }

  private static String sha(byte[] bytes) {
    return quoted(Digest.sha256(bytes).toString());
  }

  /** The table contradicts itself or the layer: refused, though the rest is in order. */
  public static Map<String, Lie> lies() {
    Map<String, Lie> lies = new TreeMap<>();
    lies.put("an offset that decreases", f -> f.set(2, "offset", f.offset(1) - 1));
    lies.put("an offset twice", f -> f.set(2, "offset", f.offset(1)));
    lies.put("an offset in the middle of a unit", f -> f.set(2, "offset", f.offset(2) + 3));
    lies.put("an offset just before a unit", f -> f.set(3, "offset", f.offset(3) - 1));
    lies.put("an offset into the table", f -> f.set(LAST, "offset", f.offset(5) + 1));
    lies.put("an offset at the table", f -> f.set(LAST, "offset", f.offset(5)));
    lies.put("an offset behind the blob", f -> f.set(LAST, "offset", 1L << 40));
    lies.put("the largest offset", f -> f.set(LAST, "offset", MAX));
    lies.put("an offset that no long holds", f -> f.set(LAST, "offset", MAX + "0"));
    lies.put("a negative offset", f -> f.set(1, "offset", -1));
    lies.put("a negative first offset", f -> f.set(0, "offset", -f.offset(0)));
    lies.put("the smallest offset", f -> f.set(1, "offset", Long.MIN_VALUE));
    lies.put("an offset that is text", f -> f.set(1, "offset", quoted("600")));
    lies.put("an offset that is a fraction", f -> f.set(1, "offset", "600.5"));
    lies.put("no offset", f -> f.set(1, "offset", "null"));
    lies.put("a chunk of negative length", f -> f.set(1, "chunkSize", -4000));
    lies.put("a chunk longer than the disk", f -> f.set(1, "chunkSize", 1_000_000));
    lies.put("a chunk of the largest length", f -> f.set(1, "chunkSize", MAX));
    lies.put("a chunk one longer", f -> f.set(1, "chunkSize", 4001).set(2, "chunkOffset", 9001));
    lies.put("a chunk one shorter", f -> f.set(1, "chunkSize", 3999).set(2, "chunkOffset", 8999));
    lies.put("chunks that leave a gap", f -> f.set(2, "chunkOffset", 9001));
    lies.put("chunks that overlap", f -> f.set(2, "chunkOffset", 8999));
    lies.put("a negative place in the disk", f -> f.set(2, "chunkOffset", -9000));
    lies.put("the largest place in the disk", f -> f.set(2, "chunkOffset", MAX));
    lies.put("a disk that is larger", f -> f.set(0, "size", 20_001));
    lies.put("a disk that is smaller", f -> f.set(0, "size", 19_999));
    lies.put("a disk that is huge", f -> f.set(0, "size", MAX));
    lies.put("a disk of negative size", f -> f.set(0, "size", -20_000));
    lies.put("a size that is text", f -> f.set(0, "size", quoted("20000")));
    lies.put(
        "a chunk with the digest of another", f -> f.set(1, "chunkDigest", sha(new byte[4000])));
    lies.put("a digest that is none", f -> f.set(1, "chunkDigest", quoted("sha256:abc")));
    lies.put("a digest that is a number", f -> f.set(1, "chunkDigest", 7));
    lies.put(
        "a digest of another kind",
        f -> f.set(1, "chunkDigest", quoted("sha512:" + "a".repeat(128))));
    lies.put("no digest of the disk", f -> f.set(0, "digest", "null"));
    lies.put("a type that is a number", f -> f.set(1, "type", 1));
    lies.put("version 2", f -> f.json(text -> text.replace("\"version\":1", "\"version\":2")));
    lies.put(
        "a version that is text",
        f -> f.json(text -> text.replace("\"version\":1", "\"version\":\"1\"")));
    lies.put("no version", f -> f.json(text -> text.replace("\"version\":1,", "")));
    lies.put("no entries", f -> f.json(text -> "{\"version\":1}"));
    lies.put("entries that are no array", f -> f.json(text -> "{\"version\":1,\"entries\":{}}"));
    lies.put("an entry that is none", f -> f.json(text -> text.replace("]}", ",7]}")));
    lies.put(
        "a member twice", f -> f.json(text -> text.replace("\"size\"", "\"size\":1,\"size\"")));
    lies.put("truncated JSON", f -> f.json(text -> text.substring(0, text.length() - 20)));
    lies.put("a second document", f -> f.json(text -> text + text));
    lies.put("no JSON", f -> f.json(text -> "<html>"));
    lies.put("nothing", f -> f.json(text -> ""));
    lies.put("deep nesting", f -> f.set(1, "xattrs", "[".repeat(5000) + "]".repeat(5000)));
    lies.put("units that are swapped", HostileTables::swapUnits);
    lies.put(
        "chunks that are swapped",
        f -> {
          Collections.swap(f.entries, 1, 2);
          return f.set(1, "chunkOffset", 5000).set(2, "chunkOffset", 9000);
        });
    lies.put("bytes between two units", f -> f.unit(1, join(f.units.get(1), new byte[5])));
    lies.put(
        "an empty member between two units",
        f -> f.unit(1, join(f.units.get(1), gzip(new byte[0]))));
    lies.put(
        "an empty member before a unit", f -> f.unit(1, join(gzip(new byte[0]), f.units.get(1))));
    lies.put(
        "a unit in two members",
        f -> f.unit(1, join(gzip(chunk(f, 5000, 6000)), gzip(chunk(f, 6000, 9000)))));
    lies.put("a unit of one byte more", f -> f.unit(1, gzip(chunk(f, 5000, 9001))));
    lies.put("a unit of one byte less", f -> f.unit(1, gzip(chunk(f, 5000, 8999))));
    lies.put("a unit that is a bomb", f -> f.unit(1, gzip(new byte[60 << 20])));
    lies.put("a unit that holds nothing", f -> f.unit(1, gzip(new byte[0])));
    lies.put("a unit that is not compressed", f -> f.unit(1, chunk(f, 5000, 9000)));
    lies.put("a unit of another compression", f -> f.unit(1, Zstd.compress(chunk(f, 5000, 9000))));
    lies.put("a unit with a wrong checksum", f -> f.unit(1, flipped(f.units.get(1), 8)));
    lies.put("a unit with a wrong length", f -> f.unit(1, flipped(f.units.get(1), 1)));
    lies.put("padding that is not zero", f -> f.padding(gzip(ones(480))));
    lies.put("padding that is too long", f -> f.padding(gzip(new byte[480 + 512])));
    lies.put(
        "padding in the unit of the last chunk",
        f -> {
          f.unit(LAST, gzip(Arrays.copyOf(chunk(f, 17_096, 20_000), 2904 + 480)));
          return f.padding(new byte[0]);
        });
    lies.put("no padding", f -> f.padding(new byte[0]));
    lies.put("another diff_id", f -> f.diffId(Digest.sha256(new byte[1])));
    return lies;
  }

  private static ForgedLayer swapUnits(ForgedLayer layer) {
    Collections.swap(layer.units, 1, 2);
    return layer;
  }

  private static byte[] flipped(byte[] bytes, int fromEnd) {
    byte[] flipped = bytes.clone();
    flipped[bytes.length - fromEnd] ^= 1;
    return flipped;
  }

  private static byte[] ones(int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) 1);
    return bytes;
  }

  /** Not for the reader of chunks, who leaves it to the one who reads from front to back. */
  public static Map<String, Lie> others() {
    Map<String, Lie> others = new TreeMap<>();
    others.put("a chunk of 2 GiB", f -> f.set(0, "size", 1L << 40).set(0, "chunkSize", 2L << 30));
    others.put(
        "a chunk one byte over the limit",
        f -> f.set(0, "size", 5 << 20).set(0, "chunkSize", (4 << 20) + 1));
    others.put("one chunk that is the rest", f -> f.set(0, "size", 5 << 20).set(0, "chunkSize", 0));
    others.put("an empty disk", f -> f.set(0, "size", 0).set(0, "chunkSize", 0));
    others.put("a folder first", f -> f.set(0, "type", quoted("dir")));
    others.put("a link first", f -> f.set(0, "type", quoted("symlink")));
    others.put("a second file", f -> f.set(3, "type", quoted("reg")));
    others.put("a name with dots", f -> f.set(0, "name", quoted("../disk.raw")));
    others.put("an absolute name", f -> f.set(0, "name", quoted("/disk.raw")));
    others.put("a name with a line end", f -> f.set(0, "name", quoted("disk\\n.raw")));
    others.put("an empty name", f -> f.set(0, "name", quoted("")));
    others.put("a long name", f -> f.set(0, "name", quoted("d".repeat(5000) + ".raw")));
    others.put("a name that is no disk's", f -> f.set(0, "name", quoted("disk.txt")));
    others.put(
        "chunks that share a member",
        f -> f.set(1, "offset", f.offset(0)).set(1, "innerOffset", 5000));
    others.put("an empty table", f -> f.json(text -> "{\"version\":1,\"entries\":[]}"));
    others.put("another digest in the manifest", f -> f.tableDigest(Digest.sha256(new byte[1])));
    others.put(
        "a digest of another kind in the manifest",
        f -> f.tableDigest(new Digest("sha512", "a".repeat(128))));
    others.put(
        "a footer whose offset is behind the blob", f -> f.footer(at -> StargzFooter.of(1L << 40)));
    others.put(
        "a footer with the largest offset", f -> f.footer(at -> StargzFooter.of(Long.MAX_VALUE)));
    others.put("a footer with a negative offset", f -> f.footer(at -> StargzFooter.of(-at)));
    others.put("a footer that points to itself", f -> f.footer(at -> StargzFooter.of(at + 400)));
    others.put(
        "a footer that points to a chunk", f -> f.footer(at -> StargzFooter.of(f.offset(2))));
    others.put("a footer that points to the start", f -> f.footer(at -> StargzFooter.of(0)));
    others.put("a footer that points one too far", f -> f.footer(at -> StargzFooter.of(at + 1)));
    others.put(
        "a footer of upper case digits",
        f -> f.footer(at -> upperCase(StargzFooter.of(at + (0xabL << 32)))));
    others.put(
        "a footer with a time in its header",
        f ->
            f.footer(
                at ->
                    HexFormat.of()
                        .parseHex(
                            HexFormat.of()
                                .formatHex(StargzFooter.of(at))
                                .replaceFirst("1f8b080400000000", "1f8b080401000000"))));
    others.put("no footer", f -> f.footer(at -> new byte[0]));
    others.put(
        "an empty member behind the footer",
        f -> f.footer(at -> join(StargzFooter.of(at), gzip(new byte[0]))));
    others.put(
        "a file before the table",
        f -> f.tableTar(tar -> join(new TarBytes().file("a", new byte[5]).unended(), tar)));
    others.put(
        "a header before the table",
        f -> f.tableTar(tar -> join(new TarBytes().pax('x', "mtime", "1").unended(), tar)));
    others.put(
        "a file after the table",
        f ->
            f.tableTar(
                tar ->
                    join(
                        Arrays.copyOf(tar, tar.length - 1024),
                        new TarBytes().file("a", new byte[5]).ended())));
    others.put(
        "a folder after the table",
        f ->
            f.tableTar(
                tar ->
                    join(
                        Arrays.copyOf(tar, tar.length - 1024),
                        new TarBytes().entry('5', "a/", "", new byte[0]).ended())));
    others.put(
        "many end blocks", f -> f.tableTar(tar -> Arrays.copyOf(tar, tar.length + 10 * 512)));
    others.put(
        "a megabyte of end blocks",
        f -> f.tableTar(tar -> Arrays.copyOf(tar, tar.length + (1 << 20))));
    others.put(
        "the end in many members",
        f ->
            f.tail(
                tar ->
                    join(
                        gzip(Arrays.copyOf(tar, 100)),
                        gzip(new byte[0]),
                        gzip(Arrays.copyOfRange(tar, 100, tar.length)))));
    others.put(
        "a header of other rights",
        f ->
            f.head(
                gzip(
                    TarBytes.withChecksum(
                        set(TarBlocks.header(ForgedLayer.NAME, 20_000), 106, '7')))));
    others.put(
        "a header of another name", f -> f.head(gzip(TarBlocks.header("other.raw", 20_000))));
    others.put(
        "a folder before the disk",
        f ->
            f.head(
                gzip(
                    join(
                        TarBytes.header('5', "folder/", "", 0),
                        TarBlocks.header(ForgedLayer.NAME, 20_000)))));
    others.put(
        "a long head",
        f -> f.head(join(gzip(TarBlocks.header(ForgedLayer.NAME, 20_000)), emptyMembers(300))));
    return others;
  }

  private static byte[] set(byte[] bytes, int at, char value) {
    bytes[at] = (byte) value;
    return bytes;
  }

  private static byte[] linked(byte[] tar) {
    byte[] header = TarBytes.withChecksum(set(Arrays.copyOf(tar, 512), 156, '1'));
    System.arraycopy(header, 0, tar, 0, header.length);
    return tar;
  }

  private static byte[] upperCase(byte[] footer) {
    for (int i = 16; i < 32; i++) {
      footer[i] = (byte) Character.toUpperCase(footer[i]);
    }
    return footer;
  }

  private static byte[] emptyMembers(int count) {
    ByteArrayOutputStream members = new ByteArrayOutputStream();
    for (int i = 0; i < count; i++) {
      members.writeBytes(gzip(new byte[0]));
    }
    return members.toByteArray();
  }

  /** Damage that the one who reads from front to back refuses, too. */
  public static Map<String, Lie> broken() {
    Map<String, Lie> broken = new TreeMap<>();
    broken.put(
        "a header of another size",
        f -> f.head(gzip(TarBlocks.header(ForgedLayer.NAME, 20_001 + 512))));
    broken.put(
        "a header of another type",
        f -> f.head(gzip(TarBytes.header('2', ForgedLayer.NAME, "/etc/passwd", 0))));
    broken.put(
        "a header that is not compressed", f -> f.head(TarBlocks.header(ForgedLayer.NAME, 20_000)));
    broken.put(
        "a header with a wrong checksum",
        f -> f.head(gzip(set(TarBlocks.header(ForgedLayer.NAME, 20_000), 106, '7'))));
    broken.put(
        "bytes after the end blocks",
        f -> f.tableTar(tar -> join(tar, new byte[511], new byte[] {1})));
    broken.put(
        "bytes after 64 KiB of end blocks",
        f -> f.tableTar(tar -> join(tar, new byte[1 << 16], ones(512))));
    broken.put("no end blocks", f -> f.tableTar(tar -> Arrays.copyOf(tar, tar.length - 1024)));
    broken.put("one end block", f -> f.tableTar(tar -> Arrays.copyOf(tar, tar.length - 512)));
    broken.put("half an end block", f -> f.tableTar(tar -> Arrays.copyOf(tar, tar.length - 100)));
    broken.put("a table that is cut off", f -> f.tableTar(tar -> Arrays.copyOf(tar, 700)));
    broken.put("a table with a wrong checksum", f -> f.tableTar(tar -> set(tar, 106, '7')));
    broken.put("a table that is a link", f -> f.tableTar(tar -> linked(tar)));
    broken.put("an end with a wrong checksum", f -> f.tail(tar -> flipped(gzip(tar), 8)));
    broken.put("an end with a wrong length", f -> f.tail(tar -> flipped(gzip(tar), 1)));
    broken.put("an end that is not compressed", f -> f.tail(tar -> tar));
    broken.put("an end of another compression", f -> f.tail(Zstd::compress));
    broken.put(
        "bytes before the footer", f -> f.footer(at -> join(new byte[3], StargzFooter.of(at))));
    broken.put(
        "bytes behind the footer", f -> f.footer(at -> join(StargzFooter.of(at), new byte[3])));
    broken.put(
        "a footer with a wrong checksum", f -> f.footer(at -> flipped(StargzFooter.of(at), 8)));
    return broken;
  }
}
