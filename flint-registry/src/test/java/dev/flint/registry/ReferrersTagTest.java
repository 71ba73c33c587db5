package dev.flint.registry;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.put;
import static com.github.tomakehurst.wiremock.client.WireMock.urlMatching;
import static dev.flint.registry.testing.OneLine.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Artifact;
import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.ImageIndex;
import dev.flint.oci.MediaType;
import dev.flint.oci.Reference;
import dev.flint.oci.Referrer;
import dev.flint.oci.error.ErrorCode;
import dev.flint.registry.testing.Exchange;
import dev.flint.registry.testing.FaultServer;
import dev.flint.registry.testing.MockRegistry;
import dev.flint.registry.testing.TestClient;
import dev.flint.registry.testing.TestImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The index at a tag that a client keeps for a registry that does not. */
class ReferrersTagTest {
  private static final Descriptor SUBJECT =
      Descriptor.of(MediaType.OCI_MANIFEST, digest("subject"), 7);
  private static final String TAG = "/v2/r/manifests/sha256-" + SUBJECT.digest().encoded();
  private static final Document ARTIFACT =
      Artifact.create("a/type", SUBJECT, List.of(Artifact.EMPTY), Map.of("k", "v"));

  @TempDir Path folder;

  private static Digest digest(String text) {
    return Digest.sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A registry that keeps what is put at the tag, like docker-registry, and its ETag. */
  private static final class Keeper {
    private final List<byte[]> states = new ArrayList<>();
    private final List<String> conditions = new ArrayList<>();
    private int conflicts;
    private boolean loses;

    /** The number of the write at the tag that is kept but gets no answer; 0 for none. */
    private int silent;

    private String etagStart = "\"";

    private synchronized void serve(Exchange x) throws IOException {
      boolean isPut = x.method().equals("PUT");
      if (isPut && x.target().equals(TAG)) {
        byte[] body = x.body();
        String condition = x.header("if-match").orElse("none");
        conditions.add(condition);
        if (conditions.size() == silent) {
          states.add(body);
          x.reset();
        } else if (silent > 0 && !condition.equals("\"" + states.size() + "\"")) {
          x.reply(412, "", new byte[0]);
        } else if (conflicts > 0) {
          conflicts--;
          states.add(ImageIndex.create(List.of(other(states.size()))).bytes());
          x.reply(412, "", new byte[0]);
        } else {
          states.add(loses ? ImageIndex.create(List.of(other(states.size()))).bytes() : body);
          loses = false;
          x.reply(201, "", new byte[0]);
        }
      } else if (isPut) {
        x.body();
        x.reply(201, "", new byte[0]);
      } else if (x.target().equals(TAG) && !states.isEmpty()) {
        String etag = "ETag: " + etagStart + states.size() + "\"";
        x.reply(
            200,
            "Content-Type: " + MediaType.OCI_INDEX + "\r\n" + etag,
            states.get(states.size() - 1));
      } else {
        x.reply(404, "", new byte[0]);
      }
    }

    private List<Descriptor> entries() throws IOException {
      byte[] bytes = states.get(states.size() - 1);
      return ImageIndex.of(Document.received(bytes, Digest.sha256(bytes), Optional.empty()))
          .manifests();
    }
  }

  private static Descriptor other(int number) {
    return Descriptor.of(MediaType.OCI_MANIFEST, digest("other" + number), 1);
  }

  private RegistryRepository repository(FaultServer server) throws IOException {
    return new TestClient(folder).client().repository(Reference.parse(server.host() + "/r:t"));
  }

  /** D22. */
  @Test
  void listsWhatARegistryDoesNotListItself() throws IOException {
    Keeper keeper = new Keeper();
    try (FaultServer server = FaultServer.start(keeper::serve)) {
      repository(server).putManifest(ARTIFACT);
      Descriptor entry = keeper.entries().get(0);
      assertEquals(ARTIFACT.descriptor(), entry);
      assertEquals(Optional.of("a/type"), Referrer.artifactType(entry));
      assertEquals(Map.of("k", "v"), entry.annotations());
      assertEquals(List.of("none"), keeper.conditions);
    }
  }

  @Test
  void writesAgainWhereTheRegistryHasNoTime() throws IOException {
    Keeper keeper = new Keeper();
    Set<String> failed = ConcurrentHashMap.newKeySet();
    try (FaultServer server =
        FaultServer.start(
            x -> {
              if (failed.add(x.toString())) {
                x.body();
                x.reply(503, "", new byte[0]);
              } else {
                keeper.serve(x);
              }
            })) {
      repository(server).putManifest(ARTIFACT);
      assertEquals(List.of(ARTIFACT.descriptor()), keeper.entries());
      assertEquals(1, keeper.states.size());
    }
  }

  /** D22: no duplicate. */
  @Test
  void listsNothingTwice() throws IOException {
    Keeper keeper = new Keeper();
    try (FaultServer server = FaultServer.start(keeper::serve)) {
      repository(server).putManifest(ARTIFACT);
      repository(server).putManifest(ARTIFACT);
      assertEquals(1, keeper.states.size());
    }
  }

  /** D22: everything else in the index stays, and it must not have changed meanwhile. */
  @Test
  void keepsWhatIsThere() throws IOException {
    Keeper keeper = new Keeper();
    String index =
        "{\"schemaVersion\":2,\"x-more\":1.50,\"manifests\":["
            + new String(other(7).json().with("x-own", 3).bytes(), StandardCharsets.UTF_8)
            + "]}";
    keeper.states.add(index.getBytes(StandardCharsets.UTF_8));
    try (FaultServer server = FaultServer.start(keeper::serve)) {
      repository(server).putManifest(ARTIFACT);
      assertEquals(List.of(other(7), ARTIFACT.descriptor()), keeper.entries());
      assertEquals(List.of("\"1\""), keeper.conditions);
      String kept = new String(keeper.states.get(1), StandardCharsets.UTF_8);
      assertTrue(kept.contains("\"x-more\":1.50") && kept.contains("\"x-own\":3"), kept);
    }
  }

  /** D22: somebody else was quicker, and the registry says so. */
  @Test
  void triesOnceMoreAfterAConflict() throws IOException {
    Keeper keeper = new Keeper();
    keeper.states.add(ImageIndex.create(List.of(other(0))).bytes());
    keeper.conflicts = 1;
    try (FaultServer server = FaultServer.start(keeper::serve)) {
      repository(server).putManifest(ARTIFACT);
      assertEquals(List.of(other(1), ARTIFACT.descriptor()), keeper.entries());
      assertEquals(List.of("\"1\"", "\"2\""), keeper.conditions);
    }
  }

  /** D22: somebody else overwrote it, and nobody says so. */
  @Test
  void triesOnceMoreWhenTheEntryIsNotThereAfterwards() throws IOException {
    Keeper keeper = new Keeper();
    keeper.loses = true;
    try (FaultServer server = FaultServer.start(keeper::serve)) {
      repository(server).putManifest(ARTIFACT);
      assertEquals(List.of(other(0), ARTIFACT.descriptor()), keeper.entries());
    }
  }

  @Test
  void givesUpAfterTwoConflicts() throws IOException {
    Keeper keeper = new Keeper();
    keeper.states.add(ImageIndex.create(List.of()).bytes());
    keeper.conflicts = 5;
    try (FaultServer server = FaultServer.start(keeper::serve)) {
      assertFails(ErrorCode.PROTOCOL, () -> repository(server).putManifest(ARTIFACT));
      assertEquals(2, keeper.conditions.size());
    }
  }

  /**
   * The answer to a write is lost, and what it wrote makes the registry refuse the same write.
   *
   * @param silent first or second round; before the second, somebody else was quicker
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aConflictWithItsOwnWriteIsNone(int silent) throws IOException {
    Keeper keeper = new Keeper();
    keeper.states.add(ImageIndex.create(List.of(other(0))).bytes());
    keeper.silent = silent;
    keeper.conflicts = silent - 1;
    try (FaultServer server = FaultServer.start(keeper::serve)) {
      repository(server).putManifest(ARTIFACT);
      assertEquals(List.of(other(silent - 1), ARTIFACT.descriptor()), keeper.entries());
      assertEquals(silent + 1, keeper.conditions.size());
    }
  }

  @Test
  void aWeakETagIsNoCondition() throws IOException {
    Keeper keeper = new Keeper();
    keeper.etagStart = "W/\"";
    keeper.states.add(ImageIndex.create(List.of()).bytes());
    try (FaultServer server = FaultServer.start(keeper::serve)) {
      repository(server).putManifest(ARTIFACT);
      assertEquals(List.of("none"), keeper.conditions);
    }
  }

  @Test
  void whatIsNoIndexAtTheTagIsNotOverwritten() throws IOException {
    Keeper keeper = new Keeper();
    keeper.states.add(TestImage.ofLayerSize(9).manifest().bytes());
    try (FaultServer server = FaultServer.start(keeper::serve)) {
      assertFails(ErrorCode.PROTOCOL, () -> repository(server).putManifest(ARTIFACT));
      assertEquals(1, keeper.states.size());
    }
  }

  @Test
  void aRegistryThatListsItselfIsLeftToIt() throws IOException {
    try (MockRegistry registry = MockRegistry.start()) {
      registry
          .takes()
          .answers(
              put(urlMatching("/v2/r/manifests/.*"))
                  .willReturn(
                      aResponse()
                          .withStatus(201)
                          .withHeader("OCI-Subject", SUBJECT.digest().toString())));
      new TestClient(folder).client().repository(registry.reference()).putManifest(ARTIFACT);
      assertEquals(List.of("PUT /v2/r/manifests/" + ARTIFACT.digest()), registry.lines());
    }
  }

  @Test
  void anImageWithoutSubjectIsNoReferrer() throws IOException {
    try (MockRegistry registry = MockRegistry.start()) {
      registry.takes();
      Document image = TestImage.ofLayerSize(9).manifest();
      new TestClient(folder).client().repository(registry.reference()).putManifest(image);
      assertEquals(List.of("PUT /v2/r/manifests/" + image.digest()), registry.lines());
    }
  }

  @ParameterizedTest
  @CsvSource({"sha512, 0, 128, sha512-, 64", "a+b.c_d-e, Z=_, 1, a-b.c_d-e-Z-_, 0"})
  void cutsTheTagToWhatATagMayBe(
      String algorithm, String piece, int times, String start, int zeros) {
    Digest subject = new Digest(algorithm, piece.repeat(times));
    String tag = ReferrersTag.of(subject);
    assertEquals(start + "0".repeat(zeros), tag);
    assertTrue(Reference.isTag(tag), tag);
  }

  @Test
  void cutsTheLongestDigest() {

    String tag = ReferrersTag.of(new Digest("a".repeat(100), "B".repeat(300)));
    assertEquals("a".repeat(32) + "-" + "B".repeat(64), tag);
  }
}
