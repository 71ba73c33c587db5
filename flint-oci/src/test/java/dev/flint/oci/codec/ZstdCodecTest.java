package dev.flint.oci.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import dev.flint.oci.MediaType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

final class ZstdCodecTest extends ChunkCoderContract {
  @Override
  Codec codec(int level) {
    return new ZstdCodec(level);
  }

  @Override
  int maxLevel() {
    return 19;
  }

  @Test
  void isReadByZstdAsAStream() throws IOException {
    for (byte[] chunk : Samples.all().toList()) {
      byte[] unit = Units.encode(coder, chunk);
      assertEquals(chunk.length, Zstd.getFrameContentSize(unit));
      try (ZstdInputStreamNoFinalizer in =
          new ZstdInputStreamNoFinalizer(new ByteArrayInputStream(unit))) {
        assertArrayEquals(chunk, in.readAllBytes());
      }
    }
  }

  @Test
  void readsFramesThatDoNotSayTheirLength() throws IOException {
    for (byte[] chunk : Samples.all().toList()) {
      byte[] unit = streamed(chunk);
      assertArrayEquals(chunk, Units.decode(coder, unit, chunk.length));
      refuses(unit, chunk.length + 1);
    }
  }

  @Test
  void stopsAtTheExpectedLengthOfABomb() throws IOException {
    refuses(streamed(Samples.zeros(64 << 20)), 1000);
    refuses(Units.encode(coder, Samples.zeros(64 << 20)), 1000);
  }

  @Test
  void refusesAFrameToBeSkipped() {
    refuses(new byte[] {0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4}, 0);
  }

  @Test
  void isNamedByLibraryLevelAndPrint() {
    assertTrue(
        codec.encoder().matches("zstd; zstd-jni; level=5; print=[0-9a-f]{16}"), codec::encoder);
    assertEquals(MediaType.OCI_LAYER_ZSTD, codec.compression().mediaType());
  }

  private static byte[] streamed(byte[] chunk) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZstdOutputStreamNoFinalizer zstd = new ZstdOutputStreamNoFinalizer(out)) {
      // In two pieces, so that the library cannot know the length when it writes the header.
      zstd.write(chunk, 0, chunk.length / 2);
      zstd.flush();
      zstd.write(chunk, chunk.length / 2, chunk.length - chunk.length / 2);
    }
    return out.toByteArray();
  }
}
