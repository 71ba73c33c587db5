package dev.flint.agent.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Digest;
import dev.flint.oci.Reference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdmissionTest {
  private static final Digest DIGEST = Cache.digest("manifest");

  @TempDir private Path folder;

  private static String refusal(Admission admission, String reference) throws IOException {
    try {
      admission.require(Reference.parse(reference), DIGEST);
      return "";
    } catch (NotAdmittedException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private AdmissionProgram program(String script, Duration patience) throws IOException {
    Path file = folder.resolve("admit");
    Files.writeString(file, "#!/bin/sh\n" + script + "\n", StandardCharsets.UTF_8);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    return new AdmissionProgram(file, patience);
  }

  private String asked(String script) throws IOException {
    AdmissionProgram program = program(script, AdmissionProgram.PATIENCE);
    return refusal(new Admission(false, List.of(), Optional.of(program)), "lan.x/web:1");
  }

  @Test
  void withoutRulesAllAreAdmitted() throws IOException {
    assertEquals("", refusal(Admission.ALL, "web:1"));
  }

  @Test
  void onlyADigestPinsAnImage() throws IOException {
    Admission admission = new Admission(true, List.of(), Optional.empty());
    assertEquals("", refusal(admission, "lan.x/web@" + DIGEST));
    assertEquals("", refusal(admission, "lan.x/web:1@" + DIGEST));
    assertEquals(
        "image lan.x/web:1 is not admitted: it is not pinned by its digest, which now is " + DIGEST,
        refusal(admission, "lan.x/web:1"));
  }

  @ParameterizedTest
  @CsvSource({
    "lan.x, lan.x/web:1, true",
    "lan.x, LAN.x/web:1, true",
    "LAN.x, lan.x/team/web:1, true",
    "lan.x, lan.x:5000/web:1, false",
    "lan.x:5000, lan.x:5000/web, true",
    "lan.x, lan.xy/web:1, false",
    "lan.x, other.x/lan.x/web:1, false",
    "lan.x, web:1, false",
    "lan.x/team, lan.x/team/web:1, true",
    "lan.x/team/, lan.x/team/web:1, true",
    "lan.x/team, lan.x/team:1, true",
    "lan.x/team, lan.x/team2/web:1, false",
    "lan.x/team, lan.x/other/team/web:1, false",
    "lan.x/team/web, lan.x/team:1, false"
  })
  void aPlaceIsARegistryOrWhatIsBelowAName(String place, String reference, boolean admitted)
      throws IOException {
    Admission admission =
        new Admission(false, List.of(Admission.parsePlace(place)), Optional.empty());
    assertEquals(admitted, refusal(admission, reference).isEmpty());
  }

  @Test
  void onePlaceOfManyIsEnough() throws IOException {
    Admission admission = new Admission(false, List.of("a.x", "b.x/team"), Optional.empty());
    assertEquals("", refusal(admission, "b.x/team/web:1"));
    assertEquals(
        "image c.x/web:1 is not admitted: it does not come from a.x or b.x/team",
        refusal(admission, "c.x/web:1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "web", "team/web", "lan.x/web:1", "lan.x//web", "https://lan.x", "*"})
  void refusesWhatIsNoPlace(String text) {
    assertThrows(IllegalArgumentException.class, () -> Admission.parsePlace(text));
  }

  @Test
  void theProgramIsGivenTheNameWithTheDigest() throws IOException {
    assertEquals("", asked("[ \"$*\" = lan.x/web@" + DIGEST + " ]"));
  }

  @Test
  void theFirstLineItSaysIsTheReason() throws IOException {
    assertEquals(
        "image lan.x/web:1 is not admitted: no signature of ours",
        asked("echo ignored; echo; echo 'no signature of ours' >&2; echo more >&2; exit 1"));
    assertTrue(asked("exit 7").endsWith("/admit ended with status 7"));
  }

  @Test
  void neitherMuchNorLittleItSaysKeepsItFromEnding() throws IOException {
    assertTrue(asked("yes | head -c 3000000 >&2; exit 1").endsWith(": y"));
    // A child of it that goes on.
    assertTrue(asked("sleep 1000 & echo no >&2; exit 1").endsWith(": no"));
  }

  @Test
  void whoSaysNothingInTimeRefuses() throws IOException {
    AdmissionProgram program = program("sleep 1000", Duration.ofSeconds(1));
    String refusal = refusal(new Admission(false, List.of(), Optional.of(program)), "lan.x/web:1");
    assertTrue(refusal.endsWith("/admit said nothing for 1 s"), refusal);
  }

  @Test
  void withoutTheProgramNothingIsAdmitted() {
    AdmissionProgram none = new AdmissionProgram(folder.resolve("none"), Duration.ofSeconds(1));
    Admission admission = new Admission(false, List.of(), Optional.of(none));
    assertThrows(IOException.class, () -> refusal(admission, "lan.x/web:1"));
  }
}
