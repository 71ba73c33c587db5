package dev.flint.oci.layer;

import static dev.flint.oci.layer.ForgedLayer.quoted;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.FeatherKeys;
import dev.flint.oci.MediaType;
import dev.flint.oci.codec.Codecs;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.store.FirstBytes;
import dev.flint.testing.TarBytes;
import dev.flint.testing.TestImages;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/** Reads a layer whose table would like to fill the memory, and prints what came of it. */
final class HostileTable {
  private static final String TABLE = "stargz.index.json";
  private static final String START = "{\"version\":1,\"entries\":[";
  private static final long LIMIT = 1L << 30;
  private static final String MOST = "most-chunks";
  private static final int CHUNKS = 1 << 19;
  private static final byte[] HEAD = TestImages.gzip(TarBlocks.header("disk.raw", CHUNKS));

  private HostileTable() {}

  /** Writes something, the same each time. */
  private interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  public static void main(String[] args) throws IOException {
    Path blob = Path.of(args[1]);
    Descriptor descriptor = write(args[0], blob);
    BlobRange range =
        (from, length) ->
            Optional.of(
                new FirstBytes(
                    Channels.newInputStream(FileChannel.open(blob).position(from)), length));
    try (InputStream in = Files.newInputStream(blob)) {
      Optional<SeekableLayer> layer = SeekableLayer.find(descriptor, range);
      if (layer.isPresent()) {
        System.out.print(layer.get().table().count() + " chunks, ");
        new ParallelUnpacker(Codecs.ofThisMachine(), 2)
            .unpack(
                layer.get(),
                in,
                Digest.sha256(new byte[0]),
                LIMIT,
                Digest.sha256Hasher(),
                (position, bytes, length) -> {});
      } else {
        LayerUnpacker.unpack(in, Digest.sha256(new byte[0]), LIMIT, (buffer, offset, length) -> {});
      }
    } catch (FlintException e) {
      System.out.print(e.code());
    }
  }

  private static Descriptor write(String kind, Path blob) throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(blob))) {
      int offset = kind.equals(MOST) ? HEAD.length + CHUNKS : (int) ForgedLayer.honest().offset(5);
      byte[] start = kind.equals(MOST) ? HEAD : ForgedLayer.honest().forge().blob();
      out.write(Arrays.copyOf(start, offset));
      Digest digest = Digest.sha256(new byte[0]);
      try (GZIPOutputStream gzip =
          new GZIPOutputStream(new Open(out), 64 * 1024) {
            {
              def.setLevel(1);
            }
          }) {
        digest = writeTail(kind, gzip);
      }
      if (kind.equals("empty-members")) {
        repeat(out, TestImages.gzip(new byte[0]), 1_000_000);
      }
      out.write(StargzFooter.of(offset));
      out.flush();
      return Descriptor.of(MediaType.OCI_LAYER_GZIP, Digest.sha256(new byte[0]), Files.size(blob))
          .withAnnotations(Map.of(FeatherKeys.TABLE_DIGEST, digest.toString()));
    }
  }

  private static Digest writeTail(String kind, OutputStream out) throws IOException {
    switch (kind) {
      case "gnu-long-name" -> out.write(TarBytes.header('L', "././@LongLink", "", 2L << 30));
      case "pax-record" -> {
        out.write(TarBytes.header('x', "p", "", 2L << 30));
        out.write("2000000000 a=".getBytes(StandardCharsets.US_ASCII));
      }
      case "long-table" -> out.write(TarBytes.header('0', TABLE, "", (384L << 20) + 1));
      default -> {
        Content json =
            json(kind.equals("empty-members") || kind.equals("long-end") ? "blanks" : kind);
        ByteCounter counter = new ByteCounter();
        DigestOutputStream hashed = new DigestOutputStream(counter, Digest.sha256Hasher());
        json.writeTo(hashed);
        out.write(TarBlocks.header(TABLE, counter.count()));
        json.writeTo(out);
        out.write(TarBlocks.end(counter.count()));
        if (kind.equals("long-end")) {
          repeat(out, new byte[1 << 20], 2 << 10);
        }
        return Digest.of(hashed.getMessageDigest().digest());
      }
    }
    byte[] many = new byte[1 << 20];
    Arrays.fill(many, (byte) 'a');
    repeat(out, many, 256);
    return Digest.sha256(new byte[0]);
  }

  private static Content json(String kind) {
    int million = 1_000_000;
    return switch (kind) {
      case "names" ->
          around(
              "{\"name\":\"a\",\"type\":\"reg\",\"xattrs\":{",
              numbered("\"name%d\":1,", 3 * million),
              "\"a\":1}}]}");
      case "names-of-members" ->
          around(
              "",
              numbered("{\"type\":\"dir\",\"name%d\":1},", 2 * million),
              "{\"type\":\"dir\"}]}");
      case "names-at-the-top" -> around("],", numbered("\"name%d\":1,", 3 * million), "\"a\":1}");
      case "long-number" -> around("],\"a\":", repeated("1", 100 * million), "}");
      case "long-number-in-an-entry" -> around("{\"a\":", repeated("1", 100 * million), "}]}");
      case "long-fraction" -> around("],\"a\":0.", repeated("1", 100 * million), "}");
      case "long-text" -> around("],\"a\":\"", repeated("x", 100 * million), "\"}");
      case "long-text-in-an-entry" -> around("{\"a\":\"", repeated("x", 100 * million), "\"}]}");
      case "long-name" -> around("],\"", repeated("x", 100 * million), "\":1}");
      case "long-name-in-an-entry" -> around("{\"", repeated("x", 100 * million), "\":1}]}");
      case "wide-nesting" ->
          around("{\"type\":\"dir\",\"xattrs\":[", repeated("[],", 60 * million), "[]]}]}");
      case "blanks" -> around("]", repeated(" ", 150 * million), "}");
      case "many-entries" ->
          around(
              "",
              repeated("{\"type\":\"dir\",\"name\":\"a\"},", 8 * million),
              "{\"type\":\"dir\"}]}");
      case MOST -> around(chunk(0, "reg", ",\"size\":" + CHUNKS), HostileTable::chunks, "]}");
      default -> throw new IllegalArgumentException(kind);
    };
  }

  private static void chunks(OutputStream out) throws IOException {
    for (int i = 1; i < CHUNKS; i++) {
      out.write(
          (',' + chunk(i, "chunk", ",\"chunkOffset\":" + i)).getBytes(StandardCharsets.US_ASCII));
    }
  }

  /** All chunks are one byte long, and have one byte each in the blob. */
  private static String chunk(int at, String type, String more) {
    String number = Integer.toHexString(at);
    String digest = "sha256:" + "0".repeat(64 - number.length()) + number;
    return "{\"name\":\"disk.raw\",\"type\":\""
        + type
        + "\",\"digest\":"
        + quoted(digest)
        + ",\"chunkDigest\":"
        + quoted(digest)
        + ",\"chunkSize\":1,\"offset\":"
        + (HEAD.length + at)
        + more
        + "}";
  }

  private static Content around(String before, Content content, String after) {
    return out -> {
      out.write((START + before).getBytes(StandardCharsets.US_ASCII));
      content.writeTo(out);
      out.write(after.getBytes(StandardCharsets.US_ASCII));
    };
  }

  private static Content numbered(String form, int count) {
    String[] parts = form.split("%d", 2);
    return out -> {
      StringBuilder block = new StringBuilder();
      for (int i = 0; i < count; i++) {
        block.append(parts[0]).append(i).append(parts[1]);
        if (block.length() > 60_000 || i == count - 1) {
          out.write(block.toString().getBytes(StandardCharsets.US_ASCII));
          block.setLength(0);
        }
      }
    };
  }

  private static Content repeated(String text, int bytes) {
    byte[] block = text.repeat(10_000).getBytes(StandardCharsets.US_ASCII);
    return out -> repeat(out, block, bytes / 10_000);
  }

  private static void repeat(OutputStream out, byte[] block, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      out.write(block);
    }
  }

  /** Stays open. */
  private static final class Open extends java.io.FilterOutputStream {
    Open(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
    }

    @Override
    public void close() {}
  }
}
