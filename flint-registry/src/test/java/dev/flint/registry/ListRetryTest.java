package dev.flint.registry;

import static dev.flint.registry.testing.OneLine.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.ImageIndex;
import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.registry.testing.Exchange;
import dev.flint.registry.testing.FaultServer;
import dev.flint.registry.testing.TestClient;
import dev.flint.registry.testing.TestImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Lists, look-ups and deletions at registries that have no time, and over links that break. */
class ListRetryTest {
  private static final byte[] NONE = {};

  @TempDir Path folder;
  private TestClient user;
  private TestImage image;
  private final Set<String> failed = ConcurrentHashMap.newKeySet();

  @BeforeEach
  void prepare() throws IOException {
    user = new TestClient(folder);
    image = TestImage.ofLayerSize(1000);
  }

  /** What is asked of a registry, each with another request. */
  enum Question {
    TAGS {
      @Override
      Object ask(TestClient user, Reference reference, TestImage image) throws IOException {
        return user.client().repository(reference).tags().names();
      }

      @Override
      Object answer(TestImage image) {
        return List.of("a", "b");
      }
    },
    REPOSITORIES {
      @Override
      Object ask(TestClient user, Reference reference, TestImage image) throws IOException {
        return user.client().catalog(reference.host()).repositories().names();
      }

      @Override
      Object answer(TestImage image) {
        return List.of("x", "y");
      }
    },
    REFERRERS {
      @Override
      Object ask(TestClient user, Reference reference, TestImage image) throws IOException {
        Digest subject = image.config().digest();
        return user.client().repository(reference).referrers(subject, Optional.empty());
      }

      @Override
      Object answer(TestImage image) {
        return List.of(image.manifest().descriptor());
      }
    },
    REFERRERS_AT_THE_TAG {
      @Override
      Object ask(TestClient user, Reference reference, TestImage image) throws IOException {
        Digest subject = image.manifest().digest();
        return user.client().repository(reference).referrers(subject, Optional.empty());
      }

      @Override
      Object answer(TestImage image) {
        return List.of(image.config());
      }
    },
    DELETION {
      @Override
      Object ask(TestClient user, Reference reference, TestImage image) throws IOException {
        user.client().repository(reference).delete(image.manifest().digest());
        return true;
      }

      @Override
      Object answer(TestImage image) {
        return true;
      }
    },
    LENGTH_OF_A_BLOB {
      @Override
      Object ask(TestClient user, Reference reference, TestImage image) throws IOException {
        Digest blob = image.layer().digest();
        return user.client().repository(reference).describeBlob(blob).size();
      }

      @Override
      Object answer(TestImage image) {
        return image.layer().size();
      }
    },
    DIGEST {
      @Override
      Object ask(TestClient user, Reference reference, TestImage image) throws IOException {
        return user.client().repository(reference).digest(reference);
      }

      @Override
      Object answer(TestImage image) {
        return image.manifest().digest();
      }
    };

    abstract Object ask(TestClient user, Reference reference, TestImage image) throws IOException;

    abstract Object answer(TestImage image);
  }

  /** A registry that fails in this way when it is asked something for the first time. */
  private FaultServer failingOnce(FaultServer.Script fault) throws IOException {
    return FaultServer.start(
        x -> {
          if (failed.add(x.toString())) {
            fault.serve(x);
          } else {
            serve(x);
          }
        });
  }

  private void serve(Exchange x) throws IOException {
    String target = x.target();
    if (x.method().equals("DELETE")) {
      x.reply(202, "", NONE);
    } else if (target.equals("/v2/r/tags/list?n=1000")) {
      x.reply(200, "Link: <?last=a>; rel=\"next\"", utf8("{\"tags\":[\"a\"]}"));
    } else if (target.equals("/v2/r/tags/list?last=a")) {
      x.reply(200, "", utf8("{\"tags\":[\"b\"]}"));
    } else if (target.startsWith("/v2/_catalog")) {
      x.reply(200, "", utf8("{\"repositories\":[\"x\",\"y\"]}"));
    } else if (target.endsWith("/referrers/" + image.config().digest())) {
      list(x, image.manifest().descriptor());
    } else if (target.endsWith("/manifests/" + ReferrersTag.of(image.manifest().digest()))) {
      list(x, image.config());
    } else if (target.contains("/referrers/")) {
      x.reply(404, "", NONE);
    } else {
      image.serve(x);
    }
  }

  private static void list(Exchange x, Descriptor entry) throws IOException {
    Document index = ImageIndex.create(List.of(entry));
    x.reply(200, "Content-Type: " + index.mediaType(), index.bytes());
  }

  private Object ask(Question question, FaultServer server) throws IOException {
    return question.ask(user, Reference.parse(server.host() + "/r:t"), image);
  }

  /** C26, C27: what is true of a pull is true of everything that may be asked twice. */
  @ParameterizedTest
  @EnumSource(Question.class)
  void aRegistryThatHasNoTimeIsWaitedFor(Question question) throws IOException {
    for (int status : new int[] {429, 503}) {
      failed.clear();
      try (FaultServer server = failingOnce(x -> x.reply(status, "Retry-After: 7", NONE))) {
        assertEquals(question.answer(image), ask(question, server));
      }
      assertTrue(user.waits().stream().allMatch(Duration.ofMillis(7500)::equals));
    }
    assertTrue(user.waits().size() >= 2, () -> "waits: " + user.waits());
  }

  /** C28: the same for a link that breaks before the answer. */
  @ParameterizedTest
  @EnumSource(Question.class)
  void aLinkThatBreaksIsTriedAgain(Question question) throws IOException {
    try (FaultServer server = failingOnce(x -> x.reset())) {
      assertEquals(question.answer(image), ask(question, server));
    }
  }

  /** C27: and given up at the same time. */
  @ParameterizedTest
  @EnumSource(Question.class)
  void aRegistryThatNeverHasTimeIsGivenUp(Question question) throws IOException {
    try (FaultServer server = FaultServer.start(x -> x.reply(503, "", NONE))) {
      assertFails(ErrorCode.NETWORK, () -> ask(question, server));
      List<String> heads = server.requests().stream().filter(x -> x.startsWith("HEAD")).toList();
      assertEquals(5, server.requests().size() - heads.size(), server.requests().toString());
    }
  }

  /**
   * Nobody knows whether a deletion was carried out whose answer is lost. Who was told to come back
   * later knows that it was not: then the digest is a wrong one.
   */
  @ParameterizedTest
  @CsvSource({
    "0, true, 2",
    "500, true, 2",
    "504, true, 2",
    "429, false, 2",
    "408, false, 2",
    "404, false, 1"
  })
  void whatIsGoneAfterADeletionWithoutAnAnswerIsDeleted(int first, boolean deleted, int asked)
      throws IOException {
    AtomicInteger requests = new AtomicInteger();
    try (FaultServer server =
        FaultServer.start(
            x -> {
              if (requests.getAndIncrement() > 0) {
                x.reply(404, "", NONE);
              } else if (first == 0) {
                x.reset();
              } else {
                x.reply(first, "", NONE);
              }
            })) {
      if (deleted) {
        ask(Question.DELETION, server);
      } else {
        assertFails(ErrorCode.NOT_FOUND, () -> ask(Question.DELETION, server));
      }
      assertEquals(asked, requests.get());
    }
  }

  /** It was the token server that broke off or had no time; the registry never had a request. */
  @ParameterizedTest
  @CsvSource({"0", "503"})
  void aDeletionThatWaitedForATokenDidNotReachTheRegistry(int first) throws IOException {
    AtomicInteger tokens = new AtomicInteger();
    try (FaultServer tokenServer =
            FaultServer.start(
                x -> {
                  if (tokens.getAndIncrement() > 0) {
                    x.reply(200, "", utf8("{\"token\":\"t\"}"));
                  } else if (first == 0) {
                    x.reset();
                  } else {
                    x.reply(first, "", NONE);
                  }
                });
        FaultServer server =
            FaultServer.start(
                x -> {
                  String realm = "http://" + tokenServer.host() + "/token";
                  boolean known = x.header("authorization").isPresent();
                  x.reply(
                      known ? 404 : 401, "WWW-Authenticate: Bearer realm=\"" + realm + "\"", NONE);
                })) {
      assertFails(ErrorCode.NOT_FOUND, () -> ask(Question.DELETION, server));
      assertEquals(2, tokens.get());
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
