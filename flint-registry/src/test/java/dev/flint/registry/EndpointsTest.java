package dev.flint.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Digest;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointsTest {
  private static final Digest DIGEST = Digest.sha256("x".getBytes(StandardCharsets.UTF_8));

  @Test
  void buildsEveryUrlOfARepository() throws FlintException {
    Endpoints endpoints = new Endpoints("r.example:5000", "a/b", false);
    assertEquals(
        URI.create("https://r.example:5000/v2/a/b/manifests/v1"), endpoints.manifest("v1"));
    assertEquals(
        URI.create("https://r.example:5000/v2/a/b/manifests/" + DIGEST),
        endpoints.manifest(DIGEST.toString()));
    assertEquals(
        URI.create("https://r.example:5000/v2/a/b/blobs/" + DIGEST), endpoints.blob(DIGEST));
    assertEquals(URI.create("https://r.example:5000/v2/a/b/blobs/uploads/"), endpoints.uploads());
  }

  @ParameterizedTest
  @CsvSource({
    "docker.io, alpine, true, http://registry-1.docker.io/v2/library/alpine/manifests/t",
    "docker.io, alpine, false, https://registry-1.docker.io/v2/library/alpine/manifests/t",
    "index.docker.io, u/x, false, https://registry-1.docker.io/v2/u/x/manifests/t",
    "example.docker.io, x, false, https://example.docker.io/v2/x/manifests/t",
    "[::1]:5000, x, true, http://[::1]:5000/v2/x/manifests/t",
    "localhost, x, true, http://localhost/v2/x/manifests/t",
  })
  void knowsWhereARegistryIs(String host, String repository, boolean plain, URI url)
      throws FlintException {
    assertEquals(url, new Endpoints(host, repository, plain).manifest("t"));
  }

  /** A6. Two such hosts would otherwise look alike to the question of same origin. */
  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.256", "127.0.0.999:5000", "registry.1a", "[1:2]", "[::::]:5000"})
  void refusesAHostThatUrlsCannotHave(String host) {
    FlintException e = assertThrows(FlintException.class, () -> new Endpoints(host, "x", false));
    assertEquals(ErrorCode.USAGE, e.code());
  }

  @ParameterizedTest
  @CsvSource({
    "https://h/u/1, https://h/u/1?digest=",
    "https://h/u/1?a=b, https://h/u/1?a=b&digest=",
    "https://h/u/1?s=a%2Fb+c%20d%3D&x==&y, https://h/u/1?s=a%2Fb+c%20d%3D&x==&y&digest=",
    "https://h/u/1?a=b#frag?x, https://h/u/1?a=b&digest=",
    "https://h/u/1#frag, https://h/u/1?digest=",
    "https://h/u%2F1?, https://h/u%2F1?&digest=",
  })
  void closesAnUploadWithoutTouchingWhatIsSigned(String location, String start) {
    assertEquals(start + DIGEST, Endpoints.close(URI.create(location), DIGEST).toString());
  }

  /** A5. */
  @Test
  void speaksPlainHttpToThisMachineOnly() {
    assertTrue(Endpoints.plainByDefault("127.0.0.1:5000"));
    assertFalse(Endpoints.plainByDefault("10.0.0.1:5000"));
  }
}
