package dev.flint.oci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class ReferenceTest {
  private static final String SHA256 = "sha256:" + "0123456789abcdef".repeat(4);
  private static final String SHA512 = "sha512:" + "0123456789abcdef".repeat(8);

  /** A5. */
  @ParameterizedTest
  @CsvSource({
    "hello,'',hello,latest",
    "hello:1.0,'',hello,1.0",
    "osv/hello,'',osv/hello,latest",
    "localhost/x,localhost,x,latest",
    "localhost:5000/x,localhost:5000,x,latest",
    "127.0.0.1:5000/x:v1,127.0.0.1:5000,x,v1",
    "[::1]:5000/x,[::1]:5000,x,latest",
    "[2001:DB8::1]/x/y:_T,[2001:db8::1],x/y,_T",
    "REG.Example.COM/a/b:T.a-g_,reg.example.com,a/b,T.a-g_",
    "localhost:65535/x,localhost:65535,x,latest",
    "r.io/a__b/c-d/e---f/g.h/i_j,r.io,a__b/c-d/e---f/g.h/i_j,latest",
  })
  void takesANameApart(String text, String host, String repository, String tag) {
    Reference reference = Reference.parse(text);
    assertEquals(host, reference.host());
    assertEquals(repository, reference.repository());
    assertEquals(tag, reference.tag());
    assertEquals(Optional.empty(), reference.digest());
    assertEquals(reference, Reference.parse(reference.toString()));
    assertEquals(reference, Reference.of(host, repository, tag));
  }

  /** A1, A2, A3. */
  @ParameterizedTest
  @MethodSource("illegal")
  void refuses(String text) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Reference.parse(text));
    assertTrue(String.valueOf(e.getMessage()).startsWith("not an image reference: "));
  }

  static Stream<String> illegal() {
    return Stream.of(
        "",
        "/",
        ":",
        "@",
        ":tag",
        "Hello",
        "r.io/Hello",
        "r.io/hello/World:1",
        "../hello",
        "r.io/../hello",
        "r.io/a/..",
        "r.io/.hidden",
        "r.io//hello",
        "a//b",
        "/a",
        "a/",
        "r.io/a/",
        "r.io/",
        "a b",
        " a",
        "a ",
        "a\n",
        "r.io/a:1\n",
        "r.io\n/a",
        "a\t",
        "a\u0000",
        "a\u007f",
        "\u00e4",
        "r.io/a\u2028",
        "a..b",
        "a.-b",
        "a___b",
        "a_",
        "-a",
        "r.io/a\\b",
        "a:",
        "a:.x",
        "a:-x",
        "a:x/y",
        "a:x:y",
        "a:t\u00e4g",
        "a:" + "x".repeat(129),
        "a@",
        "a@sha256:",
        "a@sha256",
        "a@" + SHA256.toUpperCase(java.util.Locale.ROOT),
        "a@sha256:" + "A".repeat(64),
        "a@sha256:" + "a".repeat(63),
        "a@sha256:" + "a".repeat(65),
        "a@sha512:" + "a".repeat(64),
        "a@sha256:" + "g".repeat(64),
        "a@md5:" + "a".repeat(32),
        "a@sha1:" + "a".repeat(40),
        "a@" + SHA256 + "\n",
        "a@" + SHA256 + "@" + SHA256,
        "a@" + SHA256 + ":tag",
        "@" + SHA256,
        "0123456789abcdef".repeat(4),
        "localhost:0/x",
        "localhost:99999/x",
        "localhost:65536/x",
        "localhost:/x",
        "localhost:-1/x",
        "localhost:5000x/x",
        "r.io:\u0665\u0660/x",
        "user@r.io/x",
        "user:secret@r.io/x",
        "http://r.io/x",
        "https://r.io/x",
        "docker://r.io/x",
        "-r.io/x",
        "r.io-/x",
        "r..io/x",
        ".io/x",
        "r.io./x",
        "r_r.io/x",
        "[::1/x",
        "::1/x",
        "[::1]x/x",
        "[::1%25eth0]/x",
        "[gg::1]/x",
        "r.io/" + "a".repeat(251));
  }

  @Test
  void acceptsUpToTheLimitsOfTheSpec() {
    assertEquals(128, Reference.parse("a:" + "x".repeat(128)).tag().length());
    assertEquals(255, Reference.parse("r.io/" + "a".repeat(250)).name().length());
  }

  @ParameterizedTest
  @CsvSource({"a-,a", "a/,a", "a.,b", "a:,b", "a@,sha256", "a+,a", "r-r.,r", "[:,:]/a"})
  void refusesEndlessTextWithoutEndlessWork(String piece, String end) {
    String text = piece.repeat(200_000) + end;
    assertThrows(IllegalArgumentException.class, () -> Reference.parse(text));
    assertThrows(IllegalArgumentException.class, () -> Reference.parse("r.io/" + text));
    assertThrows(IllegalArgumentException.class, () -> Reference.parse("r.io/a@" + text));
  }

  /** A6. */
  @ParameterizedTest
  @CsvSource({
    "http://localhost:5000/x,--plain-http",
    "https://r.io/x,scheme",
    "user@r.io/x,user name",
    "user:secret@r.io/x,user name",
    "localhost:0/x,port",
    "localhost:99999/x,port",
  })
  void hintsAtWhatBelongsElsewhere(String text, String hint) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Reference.parse(text));
    assertTrue(String.valueOf(e.getMessage()).contains(hint), e::getMessage);
    assertFalse(String.valueOf(e.getMessage()).contains("secret"), e::getMessage);
  }

  @Test
  void keepsADigestAndDropsTheDefaultTag() {
    Reference reference = Reference.parse("r.io/x@" + SHA256);
    assertEquals("", reference.tag());
    assertEquals("r.io/x", reference.tagged());
    assertEquals("r.io/x@" + SHA256, reference.toString());
    assertEquals(Digest.parse(SHA256), reference.digest().orElseThrow());

    Reference both = Reference.parse("r.io/x:1@" + SHA512);
    assertEquals("1", both.tag());
    assertEquals("r.io/x:1@" + SHA512, both.toString());
    assertEquals(reference, both.withDigest(Digest.parse(SHA256)));
  }

  @Test
  void isEqualByItsCanonicalText() {
    assertEquals(Reference.parse("X.IO/a"), Reference.parse("x.io/a:latest"));
    assertEquals(Reference.parse("X.IO/a").hashCode(), Reference.parse("x.io/a:latest").hashCode());
    assertFalse(Reference.parse("a:1").equals(Reference.parse("a:2")));
  }

  @ParameterizedTest
  @CsvSource({"latest,true", "_,true", ".x,false", "-x,false", "'',false", "a/b,false"})
  void knowsATag(String text, boolean legal) {
    assertEquals(legal, Reference.isTag(text));
  }

  /** Where the two should agree: hosts with a dot or a port, no capitals, sha256 only. */
  @Test
  void agreesWithJibOnTheirCommonGround() {
    Random random = new Random(20260101);
    int legal = 0;
    for (int i = 0; i < 20_000; i++) {
      String text = commonGround(random);
      Optional<Reference> ours = ours(text);
      Optional<ImageReference> jibs = jibs(text);
      assertEquals(jibs.isPresent(), ours.isPresent(), text);
      if (ours.isPresent() && jibs.isPresent()) {
        legal++;
        Reference our = ours.get();
        ImageReference jib = jibs.get();
        boolean local = our.host().isEmpty();
        assertEquals(jib.getRegistry(), local ? "registry-1.docker.io" : our.host(), text);
        assertEquals(
            jib.getRepository(),
            (local && !our.repository().contains("/") ? "library/" : "") + our.repository(),
            text);
        assertEquals(jib.getDigest(), our.digest().map(Digest::toString), text);
        assertEquals(jib.getTag().orElse(""), our.tag(), text);
      }
    }
    assertTrue(legal > 2_000 && legal < 18_000, "both kinds are tried: " + legal);
  }

  private static String commonGround(Random random) {
    String[] hosts = {"", "", "localhost/", "r.io/", "a-b.c.example:5000/", "localhost:80/"};
    StringBuilder text = new StringBuilder(hosts[random.nextInt(hosts.length)]);
    boolean local = text.isEmpty();
    int components = 1 + random.nextInt(3);
    for (int i = 0; i < components; i++) {
      // Without a host a dot in the first component would make it one.
      text.append(i == 0 ? "" : "/").append(piece(random, local && i == 0 ? "ab1_-" : "ab1_-.", 5));
    }
    if (random.nextInt(3) == 0) {
      text.append(':').append(piece(random, "aB0_-.", random.nextInt(20) == 0 ? 130 : 6));
    }
    if (random.nextInt(4) == 0) {
      text.append('@').append(random.nextBoolean() ? SHA256 : "sha256:" + piece(random, "a0", 64));
    }
    return text.toString();
  }

  private static String piece(Random random, String alphabet, int longest) {
    StringBuilder piece = new StringBuilder();
    int length = longest > 100 ? 126 + random.nextInt(5) : 1 + random.nextInt(longest);
    for (int i = 0; i < length; i++) {
      // Mostly letters, or nearly nothing would be legal.
      piece.append(alphabet.charAt(random.nextInt(random.nextInt(3) == 0 ? alphabet.length() : 2)));
    }
    return piece.toString();
  }

  private static Optional<Reference> ours(String text) {
    try {
      return Optional.of(Reference.parse(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<ImageReference> jibs(String text) {
    try {
      return Optional.of(ImageReference.parse(text));
    } catch (InvalidImageReferenceException e) {
      return Optional.empty();
    }
  }
}
