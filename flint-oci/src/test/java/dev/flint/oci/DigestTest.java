package dev.flint.oci;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.testing.Failures;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DigestTest {
  private static final String EMPTY =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  @Test
  void hashesBytes() {
    assertEquals("sha256:" + EMPTY, Digest.sha256(new byte[0]).toString());
    assertEquals(Digest.parse("sha256:" + EMPTY), Digest.of(Digest.sha256Hasher().digest()));
    assertEquals("e3b0c44298fc", Digest.sha256(new byte[0]).abbreviated());
  }

  @Test
  void hashesWithItsOwnAlgorithm() throws FlintException {
    Digest sha512 = new Digest("sha512", "0".repeat(128));
    assertEquals(
        "sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
            + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        sha512.sameAlgorithm("abc".getBytes(UTF_8)).toString());
  }

  /** A3. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        "sha256",
        "sha256:",
        ":" + EMPTY,
        "sha256:" + EMPTY + "0",
        "sha256:" + EMPTY + "\n",
        " sha256:" + EMPTY,
        "SHA256:" + EMPTY,
        "sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855",
        "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85",
        "sha512:" + EMPTY,
        "sha256:../../../../../../../../../../../../../../../../../../../../../etc/x",
        "../x:abc",
        "x/y:abc",
        "x:a/b",
        "x:..",
        "x:a.b",
        "x..y:abc",
        "-x:abc",
        "x+:abc",
        "x:\u00e4",
        "md5:d41d8cd98f00b204e9800998ecf8427e",
        "sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709",
      })
  void refuses(String text) {
    assertThrows(IllegalArgumentException.class, () -> Digest.parse(text));
  }

  @Test
  void refusesEndlessText() {
    assertThrows(
        IllegalArgumentException.class, () -> Digest.parse("a+".repeat(500_000) + "a:abc"));
    assertThrows(IllegalArgumentException.class, () -> Digest.parse("a:" + "b".repeat(1 << 20)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"blake3:abcd", "sha256+b64u:LCa0a2j_xo_5m0U8HTBBNBNCLXBkg7-g-YpeiGJm564="})
  void letsUnknownAlgorithmsPassButNotVerify(String text) {
    Digest digest = Digest.parse(text);
    assertEquals(text, digest.toString());
    Failures.expect(ErrorCode.UNSUPPORTED, digest::hasher);
    Failures.expect(ErrorCode.UNSUPPORTED, () -> digest.sameAlgorithm(new byte[0]));
  }
}
