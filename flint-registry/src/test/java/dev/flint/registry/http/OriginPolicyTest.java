package dev.flint.registry.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OriginPolicyTest {
  // Addresses, as no test may ask a name server.
  private static final String REGISTRY = "https://192.0.2.7:5000/v2/r/blobs/uploads/";

  @ParameterizedTest
  @CsvSource({
    "/v2/u?a=1, https://192.0.2.7:5000/v2/u?a=1",
    "x, https://192.0.2.7:5000/v2/r/blobs/uploads/x",
    "../x, https://192.0.2.7:5000/v2/r/blobs/x",
    "?_state=1, https://192.0.2.7:5000/v2/r/blobs/uploads/?_state=1",
    "//198.51.100.1/x, https://198.51.100.1/x",
    "https://192.0.2.7:5000/x?s=a%2Fb+c%20d, https://192.0.2.7:5000/x?s=a%2Fb+c%20d",
    "/x%2Fy?X-Sig=a%2Fb+c%3D%3D&t=2+3&&e, https://192.0.2.7:5000/x%2Fy?X-Sig=a%2Fb+c%3D%3D&t=2+3&&e",
    "HTTPS://198.51.100.1/x, HTTPS://198.51.100.1/x",
    "https://192.0.2.7:8443/x, https://192.0.2.7:8443/x",
    "http://192.0.2.7:5000/x?a=%2F, https://192.0.2.7:5000/x?a=%2F",
    "http://192.0.2.7/x, https://192.0.2.7:5000/x",
  })
  void followsALocation(String location, URI target) throws FlintException {
    assertEquals(target, OriginPolicy.location(reply(REGISTRY, location)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file:///etc/passwd",
        "FILE:/etc/passwd",
        "ftp://198.51.100.1/x",
        "mailto:a@b.example",
        "javascript:alert(1)",
        "https:///x",
        "https:x",
        "https://user@192.0.2.7:5000/x",
        "https://user:pw@198.51.100.1/x",
        "//u@198.51.100.1/x",
        "http://198.51.100.1/x",
        "http://192.0.2.70:5000/x",
        "https://a_b.example/x",
        "http://127.0.0.1:1/x",
        "https://127.0.0.1/x",
        "https://127.1/x",
        "https://localhost/x",
        "https://LocalHost:1/x",
        "https://a.localhost/x",
        "https://[::1]/x",
        "https://[::ffff:127.0.0.1]/x",
        "https://0.0.0.0/x",
        "https://169.254.169.254/latest/meta-data/",
        "https://10.1.2.3/x",
        "https://172.16.0.1/x",
        "https://192.168.1.1/x",
        "https://100.100.100.200/x",
        "https://[fe80::1]/x",
        "https://[fd00::1]/x",
      })
  void refusesALocation(String location) {
    assertEquals(ErrorCode.POLICY, failure(REGISTRY, location).code());
  }

  @ParameterizedTest
  @CsvSource({
    "http://127.0.0.1:1/a, http://127.0.0.1:2/b, true",
    "http://localhost:1/a, http://127.0.0.1:2/b, true",
    "http://127.0.0.1:1/a, http://192.168.0.9/b, true",
    "http://127.0.0.1:1/a, http://169.254.169.254/b, false",
    "https://192.168.0.1/a, https://10.0.0.1/b, true",
    "https://192.168.0.1/a, https://127.0.0.1/b, false",
    "https://192.168.0.1/a, https://169.254.169.254/b, false",
    "https://169.254.0.1/a, https://169.254.0.2/b, true",
    "https://10.0.0.1/a, https://10.0.0.1:81/b, true",
    "http://192.0.2.7/a, http://198.51.100.1/b, true",
  })
  void looksAtWhereTheRegistryItselfIs(String from, String to, boolean follows)
      throws FlintException {
    if (follows) {
      assertEquals(URI.create(to), OriginPolicy.location(reply(from, to)));
    } else {
      assertEquals(ErrorCode.POLICY, failure(from, to).code());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "http://127.0.0.1:1/a, /b, http://127.0.0.1:1/b",
    "http://127.0.0.1:1/a, http://127.0.0.1:2/b, http://127.0.0.1:2/b",
    "https://192.0.2.7/a, https://198.51.100.1/b?s=%2F+, https://198.51.100.1/b?s=%2F+",
    "http://192.0.2.7/a, https://198.51.100.1/b, https://198.51.100.1/b",
  })
  void uploadsTo(String from, String location, URI target) throws FlintException {
    assertEquals(target, OriginPolicy.uploadLocation(reply(from, location)));
  }

  /** D3. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://198.51.100.1/upload",
        "https://169.254.169.254/upload",
        "https://127.0.0.1/upload",
        "https://localhost/upload",
        "https://192.168.1.1/upload",
      })
  void uploadsToNobodyInTheClearOrNearerToUs(String location) {
    Reply reply = reply(REGISTRY, location);
    FlintException e = assertThrows(FlintException.class, () -> OriginPolicy.uploadLocation(reply));
    assertEquals(ErrorCode.POLICY, e.code());
  }

  @Test
  void neverUploadsToAnotherHostInTheClear() {
    Reply reply = reply("http://192.0.2.7/a", "http://198.51.100.1/b");
    FlintException e = assertThrows(FlintException.class, () -> OriginPolicy.uploadLocation(reply));
    assertEquals(ErrorCode.POLICY, e.code());
  }

  @ParameterizedTest
  @CsvSource({
    "https://192.0.2.7/v2/, https://192.0.2.7/token, https://192.0.2.7/token",
    "https://192.0.2.7/v2/, https://192.0.2.7:5001/token?a=b, https://192.0.2.7:5001/token?a=b",
    "https://192.0.2.7/v2/, /token, https://192.0.2.7/token",
    "https://192.0.2.7/v2/, //192.0.2.7:1/token, https://192.0.2.7:1/token",
    "http://192.0.2.7/v2/, http://192.0.2.7:81/token, http://192.0.2.7:81/token",
    "http://192.0.2.7/v2/, https://192.0.2.7/token, https://192.0.2.7/token",
    "http://127.0.0.1:5000/v2/, http://localhost:5001/token, http://localhost:5001/token",
    "https://localhost:5000/v2/, https://[::1]:1/token, https://[::1]:1/token",
  })
  void asksATokenServer(String registry, String realm, URI target) throws FlintException {
    assertEquals(target, OriginPolicy.realm(URI.create(registry), realm, Optional.empty()));
  }

  /** B9. */
  @ParameterizedTest
  @CsvSource({
    "https://192.0.2.7/v2/, https://192.0.2.8/token",
    "https://192.0.2.7/v2/, http://192.0.2.7/token",
    "https://192.0.2.7/v2/, https://127.0.0.1/token",
    "https://192.0.2.7/v2/, https://localhost/token",
    "https://192.0.2.7/v2/, http://169.254.169.254/token",
    "https://192.0.2.7/v2/, https://169.254.169.254/token",
    "https://192.0.2.7/v2/, https://u@192.0.2.7/token",
    "https://192.0.2.7/v2/, https://192.0.2.7@198.51.100.1/token",
    "https://192.0.2.7/v2/, https://192.0.2.7.example/token",
    "https://192.0.2.7/v2/, file:///etc/passwd",
    "https://192.0.2.7/v2/, javascript:x",
    "https://192.168.0.1/v2/, https://192.168.0.2/token",
    "https://localhost/v2/, http://localhost/token",
    "http://localhost/v2/, http://192.168.0.2/token",
    "http://localhost/v2/, https://localhost.example/token",
    "https://a.test/v2/, https://a_b.a.test/token",
  })
  void asksNoStranger(String registry, String realm) {
    FlintException e =
        assertThrows(
            FlintException.class,
            () -> OriginPolicy.realm(URI.create(registry), realm, Optional.empty()));
    assertEquals(ErrorCode.POLICY, e.code());
  }

  @ParameterizedTest
  @CsvSource({
    "https://192.0.2.7/v2/, https://198.51.100.1/t, 198.51.100.1, true",
    "https://192.0.2.7/v2/, https://AUTH.example:44/t, auth.example:44, true",
    "https://192.0.2.7/v2/, https://auth.example/t, auth.example:44, false",
    "https://192.0.2.7/v2/, https://auth.example:45/t, auth.example:44, false",
    "https://192.0.2.7/v2/, http://auth.example/t, auth.example, false",
    "https://192.0.2.7/v2/, https://u@auth.example/t, auth.example, false",
    "https://192.0.2.7/v2/, https://u@auth.example/t, u@auth.example, false",
  })
  void asksWhomTheUserTrusts(String registry, String realm, String pin, boolean asks)
      throws FlintException {
    if (asks) {
      assertEquals(
          URI.create(realm), OriginPolicy.realm(URI.create(registry), realm, Optional.of(pin)));
    } else {
      assertThrows(
          FlintException.class,
          () -> OriginPolicy.realm(URI.create(registry), realm, Optional.of(pin)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://[", "/a b", "/a\tb", "%", "/x?%zz", "/\u0001"})
  void callsAMalformedLocationAViolationOfTheProtocol(String location) {
    FlintException e = failure(REGISTRY, location);
    assertEquals(ErrorCode.PROTOCOL, e.code());
    assertFalse(String.valueOf(e.getMessage()).contains("\t"), e.getMessage());
  }

  @Test
  void wantsExactlyOneLocation() {
    for (List<String> locations : List.of(List.<String>of(), List.of("/a", "/b"))) {
      Reply reply =
          new Reply(
              URI.create(REGISTRY),
              202,
              Map.of("location", locations),
              InputStream.nullInputStream());
      FlintException e = assertThrows(FlintException.class, () -> OriginPolicy.location(reply));
      assertEquals(ErrorCode.PROTOCOL, e.code());
    }
  }

  @Test
  void saysNoSecretOfARefusedLocation() {
    FlintException e = failure(REGISTRY, "https://user:pw@192.0.2.1/x?sig=secret");
    assertEquals("192.0.2.7:5000 sends us to https://192.0.2.1, which is refused", e.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "https://h/a, https://h/b?c, true",
    "https://h/, https://h:443/, true",
    "http://h/, http://h:80/, true",
    "https://H/, HTTPS://h/, true",
    "https://h:5000/, https://h:5000/x, true",
    "http://[::1]:5/, http://[::1]:5/, true",
    "https://h/, http://h/, false",
    "http://h:443/, https://h:443/, false",
    "https://h/, https://h:444/, false",
    "http://h/, http://h:443/, false",
    "https://h/, https://i/, false",
    "https://h/, https://h.i/, false",
    "https://a_b/, https://c_d/, false",
    "https://a_b/, https://a_b/, false",
  })
  void comparesOrigins(URI a, URI b, boolean same) {
    assertEquals(same, OriginPolicy.sameOrigin(a, b));
    assertEquals(same, OriginPolicy.sameOrigin(b, a));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "localhost:5000",
        "x.localhost",
        "127.0.0.1",
        "127.0.0.1:5000",
        "127.9.8.7:1",
        "[::1]",
        "[::1]:5000"
      })
  void knowsThisMachine(String host) {
    assertTrue(OriginPolicy.isLoopback(host));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1.evil.com",
        "localhost.evil.com",
        "evillocalhost",
        "localhostx:5000",
        "127.0.0.1x",
        "1127.0.0.1",
        "10.0.0.1",
        "0.0.0.0",
        "[::2]",
        "[::ffff:127.0.0.1]",
        "::1",
        "example.com:127",
        "128.0.0.1",
        "",
      })
  void takesNoOtherMachineForThisOne(String host) {
    assertFalse(OriginPolicy.isLoopback(host));
  }

  private static FlintException failure(String from, String location) {
    Reply reply = reply(from, location);
    return assertThrows(FlintException.class, () -> OriginPolicy.location(reply));
  }

  private static Reply reply(String from, String location) {
    return new Reply(
        URI.create(from),
        307,
        Map.of("location", List.of(location)),
        InputStream.nullInputStream());
  }

  @ParameterizedTest
  @CsvSource({
    "/v2/r/tags/list?last=b, https://192.0.2.7:5000/v2/r/tags/list?last=b",
    "?last=b, https://192.0.2.7:5000/v2/r/blobs/uploads/?last=b",
    "https://192.0.2.7:5000/x, https://192.0.2.7:5000/x",
    "http://192.0.2.7:5000/x?a=%2F, https://192.0.2.7:5000/x?a=%2F",
    "http://192.0.2.7/x, https://192.0.2.7:5000/x",
  })
  void aListGoesOnAtItsOrigin(String link, URI target) throws FlintException {
    assertEquals(target, OriginPolicy.nextPage(reply(REGISTRY, "/"), link));
  }

  @ParameterizedTest
  @CsvSource({
    "https://198.51.100.1/x, POLICY",
    "https://192.0.2.7:8443/x, POLICY",
    "https://192.0.2.7/x, POLICY",
    "https://u@192.0.2.7:5000/x, POLICY",
    "ftp://192.0.2.7:5000/x, POLICY",
    "file:///etc/passwd, POLICY",
    "mailto:x, POLICY",
    "https:///x, POLICY",
    "a b, PROTOCOL",
  })
  void aListDoesNotGoOnElsewhere(String link, ErrorCode code) {
    Reply reply = reply(REGISTRY, "/");
    FlintException e = assertThrows(FlintException.class, () -> OriginPolicy.nextPage(reply, link));
    assertEquals(code, e.code());
  }
}
