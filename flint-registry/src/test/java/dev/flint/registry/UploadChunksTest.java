package dev.flint.registry;

import static dev.flint.registry.testing.OneLine.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.registry.testing.UploadRegistry;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How large the pieces of an upload are, and what answers to them are good. */
class UploadChunksTest extends UploadCase {
  /** Facts section 4: ECR says 201, Gitea a range that is none, others nothing. */
  @ParameterizedTest
  @CsvSource({"201, Range: 0--1", "204, X: y", "202, Range: bytes=0-2097151"})
  void takesTheAnswersOfAllRegistriesToAChunk(int status, String header) throws IOException {
    try (UploadRegistry registry =
        UploadRegistry.start(
            (x, r) -> {
              if (!first(x.method().equals("PATCH"))) {
                return false;
              }
              r.keep(x, 2 * MIB);
              x.reply(status, header, NONE);
              return true;
            })) {
      RegistryClient client = user.client();
      client.memory(registry.host()).limitChunks(2 * MIB);
      upload(client, registry, bytes());
      assertEquals(0, registry.count("GET"));
    }
  }

  /** D8. */
  @ParameterizedTest
  @CsvSource({"4194304, 3", "1099511627776, 0", "abc, 9", "-5, 9", "9437184, 0", "0, 9"})
  void honoursTheLeastChunkLengthWhereItMakesSense(String least, int chunks) throws IOException {
    try (UploadRegistry registry =
        UploadRegistry.start(SOUND).opening("OCI-Chunk-Min-Length: " + least)) {
      RegistryClient client = user.client();
      client.memory(registry.host()).limitChunks(MIB);
      upload(client, registry, bytes());
      assertEquals(chunks, registry.count("PATCH"));
      assertEquals(1, registry.count("PUT"));
    }
  }

  /** A registry that keeps whole chunks only gets smaller ones until they get through. */
  @Test
  void sendsSmallerChunksWhereOnlyWholeOnesCount() throws IOException {
    try (UploadRegistry registry =
        UploadRegistry.start(
            (x, r) -> {
              long length = Long.parseLong(x.header("content-length").orElse("0"));
              if (length <= 3 * MIB) {
                return false;
              }
              if (x.method().equals("PUT")) {
                r.keep(x, MIB);
              } else {
                x.body(3 * MIB);
              }
              x.reset();
              return true;
            })) {
      upload(registry);
      assertEquals(1, registry.count("POST"));
    }
  }

  /**
   * One cut at a bad moment does not make all the rest wait for an answer after each small piece.
   */
  @Test
  void sendsLargerChunksAgainAfterSomeGotThrough() throws IOException {
    List<Long> sizes = new CopyOnWriteArrayList<>();
    try (UploadRegistry registry =
        UploadRegistry.start(
            (x, r) -> {
              if (!x.method().equals("PATCH")) {
                return false;
              }
              sizes.add(Long.parseLong(x.header("content-length").orElse("")) / MIB);
              if (!first(sizes.size() == 2)) {
                return false;
              }
              x.reset();
              return true;
            })) {
      RegistryClient client = user.client();
      client.memory(registry.host()).limitChunks(2 * MIB);
      upload(client, registry, bytes());
      assertEquals(List.of(2L, 2L, 1L, 1L, 1L, 1L, 2L, 1L), sizes);
    }
  }

  /** A registry that makes no headway is not fed for ever. */
  @Test
  void stopsFeedingARegistryThatKeepsAlmostNothing() throws IOException {
    AtomicLong taken = new AtomicLong();
    try (UploadRegistry registry =
        UploadRegistry.start(
            (x, r) -> {
              int length = x.header("content-length").map(Integer::parseInt).orElse(0);
              if (length < 200_000) {
                return false;
              }
              r.keep(x, 65_536);
              x.body(length - 65_536);
              taken.addAndGet(length);
              x.reset();
              return true;
            })) {
      RegistryClient client = user.client();
      client.memory(registry.host()).limitChunks(SIZE - 1);
      assertFails(ErrorCode.NETWORK, () -> upload(client, registry, bytes()));
      assertTrue(taken.get() < 5L * SIZE + (64 << 20) + SIZE, taken + " bytes");
    }
  }

  /** Facts section 4, consequence (b). */
  @ParameterizedTest
  @CsvSource({"413, ''", "416, 'Request body too large'"})
  void sendsChunksWhereAWholeBlobIsTooLarge(int status, String message) throws IOException {
    byte[] body = utf8("{\"errors\":[{\"message\":\"" + message + "\"}]}");
    try (UploadRegistry registry =
        UploadRegistry.start(
            (x, r) -> {
              if (x.header("content-length").map(Long::parseLong).orElse(0L) < 4 * MIB) {
                return false;
              }
              x.body();
              x.reply(status, "", body);
              return true;
            })) {
      RegistryClient client = user.client();
      upload(client, registry, bytes());
      assertEquals(1, registry.count("PUT /upload?s=1"));
      assertEquals(3, registry.count("PATCH /upload?s=2"));
      // The host is known by now.
      upload(client, registry, bytes());
      assertEquals(0, registry.count("PUT /upload?s=3&digest"));
      assertEquals(3, registry.count("PATCH /upload?s=3"));
    }
  }

  @Test
  void saysSoWhereEvenSmallChunksAreTooLarge() throws IOException {
    try (UploadRegistry registry =
        UploadRegistry.start(
            (x, r) -> {
              if (x.header("content-length").map(Long::parseLong).orElse(0L) < 1000) {
                return false;
              }
              x.body();
              x.reply(413, "", NONE);
              return true;
            })) {
      FlintException e = assertFails(ErrorCode.NETWORK, () -> upload(registry));
      assertTrue(e.remedy().contains("limits the size"), e.remedy());
      assertEquals(2, registry.count("POST"));
    }
  }
}
