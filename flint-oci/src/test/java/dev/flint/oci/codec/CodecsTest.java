package dev.flint.oci.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.MediaType;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.testing.Failures;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CodecsTest {
  private static final Codecs JDK_ALONE = new Codecs(Optional::empty);

  private final Codecs codecs = Codecs.ofThisMachine();

  @Test
  void takesLibdeflateWhereItIs() throws Exception {
    GzipContract.libdeflate();
    assertTrue(codecs.gzip(DeflateChoice.AUTO, 6).encoder().startsWith("gzip; libdeflate; "));
    assertTrue(codecs.gzip(DeflateChoice.LIBDEFLATE, 12).encoder().startsWith("gzip; libdeflate"));
    assertTrue(codecs.gzip(DeflateChoice.JDK, 6).encoder().startsWith("gzip; jdk; level=6; "));
    assertEquals(
        MediaType.OCI_LAYER_GZIP, codecs.gzip(DeflateChoice.AUTO, 6).compression().mediaType());
  }

  @Test
  void doesWithoutLibdeflate() throws Exception {
    assertEquals(
        codecs.gzip(DeflateChoice.JDK, 4).encoder(),
        JDK_ALONE.gzip(DeflateChoice.AUTO, 4).encoder());
    FlintException failure =
        Failures.expect(ErrorCode.UNSUPPORTED, () -> JDK_ALONE.gzip(DeflateChoice.LIBDEFLATE, 4));
    assertFalse(failure.remedy().isEmpty());
  }

  @ParameterizedTest
  @CsvSource({"JDK, 0", "JDK, 10", "JDK, -1", "AUTO, 0", "AUTO, 13"})
  void refusesALevelThatTheLibraryDoesNotHave(DeflateChoice choice, int level) {
    IllegalArgumentException failure =
        assertThrows(IllegalArgumentException.class, () -> codecs.gzip(choice, level));
    assertTrue(String.valueOf(failure.getMessage()).matches("gzip by .* has levels 1 to .*"));
  }

  @ParameterizedTest
  @ValueSource(ints = {-5, 0, 20, 22})
  void refusesALevelThatZstdDoesNotHave(int level) {
    assertEquals(
        "zstd has levels 1 to 19, not " + level,
        assertThrows(IllegalArgumentException.class, () -> codecs.zstd(level)).getMessage());
  }

  @Test
  void findsTheCodecOfAnEncoder() throws Exception {
    for (int level = 1; level <= 9; level++) {
      finds(codecs.gzip(DeflateChoice.JDK, level));
    }
    finds(codecs.zstd(1));
    finds(codecs.zstd(19));
    GzipContract.libdeflate();
    for (int level = 1; level <= 12; level++) {
      finds(codecs.gzip(DeflateChoice.LIBDEFLATE, level));
    }
  }

  private void finds(Codec codec) {
    assertEquals(codec.encoder(), codecs.byEncoder(codec.encoder()).orElseThrow().encoder());
  }

  @Test
  void findsNoCodecOfALibraryThatIsNotHere() throws Exception {
    GzipContract.libdeflate();
    String encoder = codecs.gzip(DeflateChoice.LIBDEFLATE, 6).encoder();
    assertEquals(Optional.empty(), JDK_ALONE.byEncoder(encoder));
  }

  @Test
  void findsNoCodecOfAnotherVersion() throws Exception {
    String encoder = codecs.gzip(DeflateChoice.JDK, 6).encoder();
    char last = encoder.charAt(encoder.length() - 1);
    String other = encoder.substring(0, encoder.length() - 1) + (last == '0' ? '1' : '0');
    assertEquals(Optional.empty(), codecs.byEncoder(other));
    assertEquals(Optional.empty(), codecs.byEncoder(encoder.replace("level=6", "level=06")));
    assertEquals(Optional.empty(), codecs.byEncoder(encoder.replace("level=6", "level=7")));
    assertEquals(Optional.empty(), codecs.byEncoder(encoder + "\n"));
    assertEquals(Optional.empty(), codecs.byEncoder(encoder.replace("jdk", "libdeflate")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "zlib; jdk=17.0.15; level=6",
        "gzip; jdk; level=0; print=0123456789abcdef",
        "gzip; jdk; level=10; print=0123456789abcdef",
        "gzip; jdk; level=99; print=0123456789abcdef",
        "gzip; jdk; level=-1; print=0123456789abcdef",
        "gzip; jdk; level=4294967297; print=0123456789abcdef",
        "gzip; libdeflate; level=13; print=0123456789abcdef",
        "gzip; ../../lib; level=1; print=0123456789abcdef",
        "gzip; zstd-jni; level=1; print=0123456789abcdef",
        "zstd; zstd-jni; level=20; print=0123456789abcdef",
        "zstd; zstd-jni; level=22; print=0123456789abcdef",
        "zstd; jdk; level=1; print=0123456789abcdef",
        "lzma; jdk; level=1; print=0123456789abcdef",
        "gzip; jdk; level=1; print=0123456789ABCDEF",
        "gzip; jdk; level=1; print=",
        "gzip; jdk; level=\u0661; print=0123456789abcdef",
      })
  void findsNoCodecOfHostileText(String encoder) {
    assertEquals(Optional.empty(), codecs.byEncoder(encoder));
  }

  @Test
  void findsNoCodecOfLongText() {
    assertEquals(Optional.empty(), codecs.byEncoder("gzip; ".repeat(1 << 20)));
    assertEquals(Optional.empty(), codecs.byEncoder("a".repeat(1 << 24)));
  }

  @Test
  void decodesWhatOthersMake() throws Exception {
    byte[] chunk = Samples.mixed(100_000);
    for (Codecs each : new Codecs[] {codecs, JDK_ALONE}) {
      try (ChunkCoder gzip = each.gzipDecoder();
          ChunkCoder zstd = each.zstdDecoder()) {
        byte[] member = Units.encode(codecs.gzip(DeflateChoice.JDK, 9), chunk);
        assertArrayEquals(chunk, Units.decode(gzip, member, chunk.length));
        byte[] frame = Units.encode(codecs.zstd(15), chunk);
        assertArrayEquals(chunk, Units.decode(zstd, frame, chunk.length));
      }
    }
  }
}
