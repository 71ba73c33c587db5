package dev.flint.oci.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.oci.Digest;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.testing.Failures;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class VerifyingInputStreamTest {
  private static final byte[] BYTES = new byte[20_000];

  static {
    new Random(2).nextBytes(BYTES);
  }

  private static InputStream verifying(byte[] actual, byte[] announced) throws FlintException {
    return new VerifyingInputStream(
        new ByteArrayInputStream(actual), Digest.sha256(announced), announced.length, "blob");
  }

  @Test
  void passesWhatIsAsAnnouncedHoweverItIsRead() throws IOException {
    assertArrayEquals(BYTES, verifying(BYTES, BYTES).readAllBytes());
    assertEquals(-1, verifying(new byte[0], new byte[0]).read());
    InputStream mixed = verifying(BYTES, BYTES);
    assertEquals(BYTES[0] & 0xff, mixed.read());
    assertEquals(9_999, mixed.skip(9_999));
    assertArrayEquals(Arrays.copyOfRange(BYTES, 10_000, 10_100), mixed.readNBytes(100));
    assertEquals(9_900, mixed.skip(Long.MAX_VALUE));
    assertEquals(-1, mixed.read());
    assertEquals(-1, mixed.read());
  }

  @Test
  void refusesMoreFewerOrOtherBytes() throws IOException {
    byte[] other = BYTES.clone();
    other[19_999] ^= 1;
    byte[] more = Arrays.copyOf(BYTES, 20_001);
    byte[] fewer = Arrays.copyOf(BYTES, 19_999);
    for (byte[] actual : new byte[][] {other, more, fewer, new byte[0]}) {
      InputStream in = verifying(actual, BYTES);
      Failures.expect(ErrorCode.INTEGRITY, in::readAllBytes);
      // Whoever goes on all the same must not take it for a good end.
      Failures.expect(ErrorCode.INTEGRITY, in::read);
      InputStream skipped = verifying(actual, BYTES);
      Failures.expect(ErrorCode.INTEGRITY, () -> skipped.skip(Long.MAX_VALUE));
    }
  }

  @Test
  void stopsAtTheFirstByteTooMany() {
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            return 0;
          }
        };
    Failures.expect(
        ErrorCode.INTEGRITY,
        () ->
            new VerifyingInputStream(endless, Digest.sha256(BYTES), 10, "blob")
                .skip(Long.MAX_VALUE));
  }

  @Test
  void refusesToStartWithAnAlgorithmItCannotCheck() {
    Failures.expect(
        ErrorCode.UNSUPPORTED,
        () ->
            new VerifyingInputStream(
                InputStream.nullInputStream(), Digest.parse("blake3:ab"), 0, "blob"));
  }
}
