package dev.flint.registry.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Document;
import dev.flint.oci.MediaType;
import dev.flint.oci.json.JsonObject;
import dev.flint.registry.server.RawRegistry.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tags, repositories and referrers, with their pages. */
final class EmbeddedListingTest {
  @TempDir Path folder;
  private EmbeddedRegistry registry;
  private RawRegistry raw;

  @BeforeEach
  void start() throws IOException {
    registry = new EmbeddedRegistry(folder);
    raw = registry.raw;
  }

  @AfterEach
  void stop() throws IOException {
    registry.close();
  }

  private static String next(Answer answer) {
    String link = answer.header("Link");
    return link.isEmpty() ? "" : link.substring(1, link.indexOf(">; rel=\"next\""));
  }

  private void pushTags(String name, String... tags) {
    Document image = raw.image(name, "tags");
    for (String tag : tags) {
      raw.pushManifest(name, tag, image).is(201);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''          | a,B,c,d",
        "?n=2        | a,B",
        "?n=2&last=B | c,d",
        "?n=4        | a,B,c,d",
        "?n=99       | a,B,c,d",
        "?last=c     | d",
        "?last=bb    | c,d",
        "?last=z     | ''",
        "?n=0        | ''",
      })
  void cutsPagesOutOfTheSortedTags(String query, String expected) throws IOException {
    pushTags("t", "d", "a", "c", "B");
    JsonObject page = raw.get("/v2/t/tags/list" + query).is(200).json();
    assertEquals(expected, String.join(",", page.strings("tags")));
  }

  @Test
  void linksOnePageToTheNext() throws IOException {
    pushTags("t/u", "e", "d", "c", "b", "a");
    List<String> seen = new ArrayList<>();
    int pages = 0;
    for (String url = "/v2/t/u/tags/list?n=2"; !url.isEmpty(); pages++) {
      Answer page = raw.get(url).is(200);
      seen.addAll(page.json().strings("tags"));
      url = next(page);
    }
    assertEquals(List.of("a", "b", "c", "d", "e"), seen);
    assertEquals(3, pages);
    assertEquals("", next(raw.get("/v2/t/u/tags/list?n=5").is(200)));
    assertEquals("", next(raw.get("/v2/t/u/tags/list?n=0").is(200)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "x", "1.5", "", "9999999999999999999999"})
  void refusesAPageSizeThatIsNone(String n) {
    pushTags("t", "a");
    Answer answer = raw.get("/v2/t/tags/list?n=" + n).is(400);
    assertEquals("PAGINATION_NUMBER_INVALID", answer.problem());
  }

  @Test
  void listsRepositoriesWithNestedNamesInPages() throws IOException {
    for (String name : List.of("b", "a/b/c", "a", "a/b")) {
      raw.startUpload(name);
    }
    Answer first = raw.get("/v2/_catalog?n=3").is(200);
    assertEquals(List.of("a", "a/b", "a/b/c"), first.json().strings("repositories"));
    Answer second = raw.get(next(first)).is(200);
    assertEquals(List.of("b"), second.json().strings("repositories"));
    assertEquals("", next(second));
  }

  private Document referrer(String name, String content, Descriptor subject, String type) {
    JsonObject json =
        raw.image(name, content)
            .json()
            .with("subject", subject.json())
            .withMap("annotations", Map.of("content", content));
    return Document.of(
        MediaType.OCI_MANIFEST, type.isEmpty() ? json : json.with("artifactType", type));
  }

  @Test
  void listsReferrersWithTypeAndAnnotations() throws IOException {
    Document subject = raw.image("r", "subject");
    // The subject may come later.
    Document typed = referrer("r", "typed", subject.descriptor(), "application/vnd.test+json");
    Document plain = referrer("r", "plain", subject.descriptor(), "");
    Answer push = raw.pushManifest("r", typed.digest().toString(), typed).is(201);
    assertEquals(subject.digest().toString(), push.header("OCI-Subject"));
    raw.pushManifest("r", "tagged", plain).is(201);
    raw.pushManifest("r", "subject", subject).is(201);

    Answer all = raw.get("/v2/r/referrers/" + subject.digest()).is(200);
    assertEquals(MediaType.OCI_INDEX.value(), all.header("Content-Type"));
    assertEquals("", all.header("OCI-Filters-Applied"));
    List<JsonObject> entries = all.json().objects("manifests");
    assertEquals(2, entries.size());
    for (JsonObject entry : entries) {
      boolean isTyped = entry.requiredString("digest").equals(typed.digest().toString());
      assertEquals(
          isTyped ? "application/vnd.test+json" : MediaType.OCI_CONFIG.value(),
          entry.requiredString("artifactType"));
      assertEquals(Map.of("content", isTyped ? "typed" : "plain"), entry.stringMap("annotations"));
    }

    for (String type : List.of("application/vnd.test+json", "application%2Fvnd.test%2Bjson")) {
      Answer some =
          raw.get("/v2/r/referrers/" + subject.digest() + "?artifactType=" + type).is(200);
      assertEquals("artifactType", some.header("OCI-Filters-Applied"));
      assertEquals(1, some.json().objects("manifests").size());
    }
  }

  @Test
  void forgetsADeletedReferrerButNotOneWithoutTag() throws IOException {
    Document subject = raw.image("r", "subject");
    Document referrer = referrer("r", "sig", subject.descriptor(), "application/x");
    raw.pushManifest("r", "sig", referrer).is(201);
    raw.delete("/v2/r/manifests/sig").is(202);
    String path = "/v2/r/referrers/" + subject.digest();
    assertEquals(1, raw.get(path).is(200).json().objects("manifests").size());
    raw.delete("/v2/r/manifests/" + referrer.digest()).is(202);
    assertEquals(0, raw.get(path).is(200).json().objects("manifests").size());
  }

  @Test
  void hasAnEmptyListWhereNothingRefers() throws IOException {
    String digest = raw.image("r", "x").digest().toString();
    for (String name : List.of("r", "not/there")) {
      Answer answer = raw.get("/v2/" + name + "/referrers/" + digest).is(200);
      assertEquals(List.of(), answer.json().objects("manifests"));
    }
    assertEquals("DIGEST_INVALID", raw.get("/v2/r/referrers/sha256:1").is(400).problem());
  }

  @Test
  void spreadsLargeReferrersOverPages() throws IOException {
    Document subject = raw.image("r", "subject");
    Set<String> expected = new TreeSet<>();
    for (int i = 0; i < 3; i++) {
      JsonObject json =
          referrer("r", "big" + i, subject.descriptor(), "application/x")
              .json()
              .withMap("annotations", Map.of("big", Integer.toString(i).repeat(3_000_000)));
      Document big = Document.of(MediaType.OCI_MANIFEST, json);
      raw.pushManifest("r", big.digest().toString(), big).is(201);
      expected.add(big.digest().toString());
    }
    Set<String> seen = new TreeSet<>();
    String url = "/v2/r/referrers/" + subject.digest() + "?artifactType=application/x";
    int pages = 0;
    for (; !url.isEmpty(); pages++) {
      Answer page = raw.get(url).is(200);
      assertEquals("artifactType", page.header("OCI-Filters-Applied"));
      for (JsonObject entry : page.json().objects("manifests")) {
        seen.add(entry.requiredString("digest"));
      }
      url = next(page);
    }
    assertEquals(expected, seen);
    assertEquals(3, pages);
  }
}
