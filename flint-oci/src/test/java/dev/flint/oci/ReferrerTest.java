package dev.flint.oci;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.testing.Failures;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReferrerTest {
  private static final String DIGEST = "sha256:" + "a".repeat(64);
  private static final String POINTER =
      "{\"mediaType\":\"a/b\",\"digest\":\"" + DIGEST + "\",\"size\":5}";

  private static Document document(String members) throws FlintException {
    byte[] bytes = ("{\"schemaVersion\":2," + members + "}").getBytes(StandardCharsets.UTF_8);
    return Document.received(bytes, Digest.sha256(bytes), Optional.empty());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'layers':[],'config':POINTER,'artifactType':'x/y' | x/y",
        "'layers':[],'config':POINTER | a/b",
        "'layers':[],'config':POINTER,'artifactType':'' | a/b",
        "'manifests':[],'artifactType':'x/y' | x/y",
        "'manifests':[] | ",
      },
      quoteCharacter = '#')
  void hasTheArtifactTypeOfTheSpec(String members, String type) throws FlintException {
    String json = (members + ",'subject':POINTER").replace("POINTER", POINTER).replace('\'', '"');
    Referrer referrer = Referrer.of(document(json)).orElseThrow();
    assertEquals(DIGEST, referrer.subject().digest().toString());
    assertEquals(Optional.ofNullable(type), Referrer.artifactType(referrer.descriptor()));
  }

  @Test
  void whatHasNoSubjectIsNone() throws FlintException {
    assertEquals(Optional.empty(), Referrer.of(document("\"manifests\":[]")));
    assertEquals(Optional.empty(), Referrer.of(document("\"manifests\":[],\"subject\":null")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"subject\":{}",
        "\"subject\":1",
        "\"subject\":POINTER,\"annotations\":{\"a\":1}",
        "\"subject\":POINTER,\"artifactType\":1"
      })
  void refusesWhatIsMalformed(String members) throws FlintException {
    Document document = document("\"manifests\":[]," + members.replace("POINTER", POINTER));
    Failures.expect(ErrorCode.PROTOCOL, () -> Referrer.of(document));
  }

  @Test
  void anArtifactIsAReferrerOfItsSubject() throws FlintException {
    Descriptor subject =
        Descriptor.of(MediaType.OCI_MANIFEST, Digest.parse(DIGEST), 5)
            .withAnnotations(Map.of("own", "affair"));
    Document artifact = Artifact.create("x/y", subject, List.of(Artifact.EMPTY), Map.of("k", "v"));
    Referrer referrer = Referrer.of(artifact).orElseThrow();
    assertEquals(subject, referrer.subject());
    assertEquals(Map.of(), referrer.subject().annotations());
    assertEquals(Map.of("k", "v"), referrer.descriptor().annotations());
    assertEquals(Artifact.EMPTY, Manifest.of(artifact).config());
    assertEquals(
        "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
        Artifact.EMPTY.digest().toString());
  }
}
