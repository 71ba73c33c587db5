package dev.flint.registry;

import static dev.flint.registry.testing.OneLine.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.registry.testing.UploadRegistry;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where an upload goes on after a failure. */
class UploadResumeTest extends UploadCase {
  /** The upload was cut after 5 MiB, of which the registry kept 3. */
  @Test
  void goesOnWhereTheRegistryIsAfterACut() throws IOException {
    try (UploadRegistry registry =
        UploadRegistry.start(
            (x, r) -> {
              if (!first(x.method().equals("PUT"))) {
                return false;
              }
              r.keep(x, 3 * MIB);
              x.body(2 * MIB);
              x.reset();
              return true;
            })) {
      upload(registry);
      assertEquals(
          List.of(
              "POST /v2/r/blobs/uploads/",
              "PUT /upload?s=1&digest=" + layer.digest(),
              "GET /upload?s=1",
              "PATCH /upload?s=1&move=1",
              "PUT /upload?s=1&move=2&digest=" + layer.digest()),
          withoutHead(registry));
      assertEquals(1, user.notes().size());
      assertTrue(user.notes().get(0).endsWith("; trying again now"), user.notes().get(0));
    }
  }

  /** D6. */
  @Test
  void asksAfter416AndGoesOnBehindWhatIsThere() throws IOException {
    try (UploadRegistry registry =
        UploadRegistry.start(
            (x, r) -> {
              if (!first(x.method().equals("PATCH"))) {
                return false;
              }
              r.keep(x, MIB);
              x.body(MIB);
              x.reply(416, "", NONE);
              return true;
            })) {
      RegistryClient client = user.client();
      client.memory(registry.host()).limitChunks(2 * MIB);
      upload(client, registry, bytes());
      assertEquals(1, registry.count("POST"));
      assertEquals(1, registry.count("GET"));
      // One in vain, then 8 MiB in steps of two.
      assertEquals(5, registry.count("PATCH"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Range: 0-9", "Range: 0-99999999", "Range: bytes=0-1048575"})
  void asksWhenTheRegistryCountsOtherwise(String range) throws IOException {
    try (UploadRegistry registry =
        UploadRegistry.start(
            (x, r) -> {
              if (!first(x.method().equals("PATCH"))) {
                return false;
              }
              r.keep(x, 2 * MIB);
              x.reply(202, "Location: " + x.target() + "\r\n" + range, NONE);
              return true;
            })) {
      RegistryClient client = user.client();
      client.memory(registry.host()).limitChunks(2 * MIB);
      upload(client, registry, bytes());
      assertEquals(1, registry.count("GET"));
      assertEquals(5, registry.count("PATCH"));
    }
  }

  /** D9. */
  @ParameterizedTest
  @ValueSource(strings = {"PUT", "PATCH"})
  void opensANewSessionForOneThatIsGone(String method) throws IOException {
    try (UploadRegistry registry =
        UploadRegistry.start(
            (x, r) -> {
              if (first(x.method().equals(method))) {
                r.forget(x);
              }
              return false;
            })) {
      RegistryClient client = user.client();
      if (method.equals("PATCH")) {
        client.memory(registry.host()).limitChunks(4 * MIB);
      }
      upload(client, registry, bytes());
      assertEquals(2, registry.count("POST"));
    }
  }

  /** D9. */
  @Test
  void givesUpOnARegistryThatForgetsEverySession() throws IOException {
    try (UploadRegistry registry =
        UploadRegistry.start(
            (x, r) -> {
              if (x.method().equals("PUT")) {
                r.forget(x);
              }
              return false;
            })) {
      assertFails(ErrorCode.NOT_FOUND, () -> upload(registry));
      assertEquals(3, registry.count("PUT"));
    }
  }

  /** D10. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void looksForTheBlobBeforeAnythingElseWhenTheAnswerIsLost(boolean chunks) throws IOException {
    try (UploadRegistry registry =
        UploadRegistry.start(
            (x, r) -> {
              if (!first(x.method().equals("PUT"))) {
                return false;
              }
              r.takeSilently(x);
              return true;
            })) {
      RegistryClient client = user.client();
      if (chunks) {
        client.memory(registry.host()).limitChunks(4 * MIB);
      }
      upload(client, registry, bytes());
      assertEquals(1, registry.count("POST"));
      assertEquals(1, registry.count("PUT"));
      assertEquals(chunks ? 3 : 0, registry.count("PATCH"));
      assertEquals(
          "HEAD /v2/r/blobs/" + layer.digest(),
          registry.requests().get(registry.requests().size() - 1));
    }
  }

  /** D10: the chunk came, its answer did not. */
  @Test
  void sendsNoChunkTwiceOfWhichTheAnswerIsLost() throws IOException {
    try (UploadRegistry registry =
        UploadRegistry.start(
            (x, r) -> {
              if (!first(x.method().equals("PATCH"))) {
                return false;
              }
              r.keep(x, 4 * MIB);
              x.reset();
              return true;
            })) {
      RegistryClient client = user.client();
      client.memory(registry.host()).limitChunks(4 * MIB);
      upload(client, registry, bytes());
      assertEquals(3, registry.count("PATCH"));
      assertEquals(1, registry.count("POST"));
    }
  }

  /** A registry that says 0-0 has nothing, or one byte: nobody knows. */
  @Test
  void beginsAnewWhereNothingIsKnown() throws IOException {
    try (UploadRegistry registry =
        UploadRegistry.start(
            (x, r) -> {
              if (!first(x.method().equals("PUT"))) {
                return false;
              }
              x.body(1000);
              x.reset();
              return true;
            })) {
      upload(registry);
      assertEquals(2, registry.count("POST"));
      assertEquals(2, registry.count("PUT"));
      assertEquals(1, registry.count("DELETE"));
    }
  }

  /** Issue 4, done when 4: docker-registry 2.8.2 loses the session with the connection. */
  @Test
  void saysInOneLineThatTheRegistryKeepsNothing() throws IOException {
    try (UploadRegistry registry =
        UploadRegistry.start(
            (x, r) -> {
              if (x.method().equals("PUT")) {
                x.body(MIB);
                r.forget(x);
                x.reset();
              }
              return x.method().equals("PUT");
            })) {
      FlintException e = assertFails(ErrorCode.NETWORK, () -> upload(registry));
      assertEquals(
          "cannot push blob "
              + layer.digest()
              + " to "
              + registry.host()
              + "/r: the connection broke, and the registry kept nothing of the upload, 4 times"
              + " in a row",
          e.getMessage());
      assertTrue(e.remedy().contains("better link"), e.remedy());
      assertEquals(4, registry.count("PUT"));
    }
  }
}
