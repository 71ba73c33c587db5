package dev.flint.build.input;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.flint.oci.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileDigestsTest {
  @TempDir Path folder;

  @Test
  void aFileThatChangedIsReadAgain() throws IOException {
    FileDigests digests = new FileDigests();
    Path file = Files.writeString(folder.resolve("a"), "one");
    digests.of(file);
    Files.writeString(file, "three");
    assertEquals(Digest.sha256("three".getBytes(StandardCharsets.UTF_8)), digests.of(file));
  }

  @Test
  void theOrderInWhichFilesGoOverEachOtherCounts() throws IOException {
    Entry a = entry("a");
    Entry b = entry("b");
    Fingerprint one = print(a, b);
    Fingerprint other = print(b, a);
    assertEquals(one.content(), print(a, b).content());
    assertNotEquals(one.content(), other.content());
    Instant later = Instant.now().plusSeconds(60);
    assertEquals(one.look(later), print(a, b).look(later));
    assertNotEquals(one.look(later), other.look(later));
  }

  private Entry entry(String text) throws IOException {
    Path file = Files.writeString(folder.resolve(text), text);
    return new Entry("/app.conf", file, false, 0644, "");
  }

  private static Fingerprint print(Entry... entries) {
    return new Fingerprint(new Recipe().end(), List.of(entries), new FileDigests());
  }
}
